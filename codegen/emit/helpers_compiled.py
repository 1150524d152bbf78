"""Private functions that modules for Numba bring along: where the others use what it
does not compile, `np.add.at` above all."""

from __future__ import annotations

from collections.abc import Mapping

_ADD_ROWS = '''\
def _add_rows(total, index, g):
    """Add g to the rows of total that index names, to some more than once."""
    places = np.arange(len(total))[index]
    rows = np.broadcast_to(np.asarray(g), places.shape + total.shape[1:])
    for at in np.ndindex(places.shape):
        total[places[at]] += rows[at]'''

_ADD_COLUMNS = '''\
def _add_columns(total, index, g):
    """Add g to the columns of total that index names, to some more than once."""
    places = np.asarray(np.arange(total.shape[1])[index])
    shape = total.shape[:1] + places.shape + total.shape[2:]
    columns = np.ascontiguousarray(np.broadcast_to(np.asarray(g), shape))
    columns = columns.reshape(total.shape[:1] + (places.size,) + total.shape[2:])
    for k, place in enumerate(places.reshape(-1)):
        total[:, place] += columns[:, k]'''

_ROWS_OF = '''\
def _rows_of(x):
    """Return x as a list of lists."""
    return [list(row) for row in x]'''

_ZEROS_UNDER = '''\
def _zeros_under(keys):
    """Return a dict of zeros under these keys."""
    return {key: 0.0 for key in keys}'''

# These there are for Numba only.
OWN: Mapping[str, str] = {
    "_add_rows": _ADD_ROWS,
    "_add_columns": _ADD_COLUMNS,
    "_rows_of": _ROWS_OF,
    "_zeros_under": _ZEROS_UNDER,
}

_ADD_AT = '''\
def _add_at(total, index, g, shape):
    """Add g to total[index]; shape is empty where index is one element, or slices."""
    if len(shape) == 0:
        total[index] += g
    else:
        _add_rows(total, index, g)'''

_ADD_AT_FLAT = '''\
def _add_at_flat(g, shape, index):
    """Return zeros of that shape with g added at places in the flattened array."""
    total = np.zeros(shape, np.asarray(g).dtype)
    _add_rows(total.reshape(-1), np.asarray(index), g)
    return total'''

_UNREPEAT = '''\
def _unrepeat(g, shape, repeats):
    """Return the gradient of x in np.repeat(x, repeats)."""
    total = np.zeros(shape, g.dtype)
    _add_rows(total.reshape(-1), np.repeat(np.arange(total.size), repeats), g)
    return total'''

# Of two vectors with two components Numba has no product.
_CROSS_LEFT = '''\
def _cross_left(g, a, b):
    """Return the gradient of a in np.cross(a, b), before broadcasting is undone."""
    return np.cross(b, g)[..., : np.shape(a)[-1]]'''

_KRON_LEFT = '''\
def _kron_left(g, b, shape):
    """Return the gradient of a in np.kron(a, b); a has that shape."""
    g = np.atleast_2d(g)
    b = np.ascontiguousarray(np.atleast_2d(b))
    rows, columns = g.shape[0] // b.shape[0], g.shape[1] // b.shape[1]
    blocks = np.ascontiguousarray(g).reshape((rows, b.shape[0], columns, b.shape[1]))
    blocks = blocks * b.reshape((1, b.shape[0], 1, b.shape[1]))
    return blocks.sum(axis=3).sum(axis=1).reshape(shape)'''

_KRON_RIGHT = '''\
def _kron_right(g, a, shape):
    """Return the gradient of b in np.kron(a, b); b has that shape."""
    g = np.atleast_2d(g)
    a = np.ascontiguousarray(np.atleast_2d(a))
    rows, columns = g.shape[0] // a.shape[0], g.shape[1] // a.shape[1]
    blocks = np.ascontiguousarray(g).reshape((a.shape[0], rows, a.shape[1], columns))
    blocks = blocks * a.reshape((a.shape[0], 1, a.shape[1], 1))
    return blocks.sum(axis=2).sum(axis=0).reshape(shape)'''

_CORRCOEF = '''\
def _corrcoef(g, x):
    """Return the gradient of the rows of x in np.corrcoef(x)."""
    rows = x - np.expand_dims(x.sum(axis=1) / x.shape[1], 1)
    norms = np.expand_dims(np.sqrt((rows**2).sum(axis=1)), 1)
    rows = rows / norms
    slope = (g + g.T) @ rows
    return (slope - rows * np.expand_dims((rows * slope).sum(axis=1), 1)) / norms'''

# Norms along axes, and of more than one matrix, are none of Numba's.
_NORM_OF_VALUES = '''\
def _norm_of_values(g, x, axes, order):
    """Return the gradient of a norm of a matrix that is one of its singular values."""
    if axes != (0, 1):
        raise ValueError("a matrix is needed")
    u, _, vt = np.linalg.svd(x)
    chosen = 0 if order > 0 else min(x.shape) - 1
    return np.outer(u[:, chosen], vt[chosen]) * g'''

_NORM_OF_SUMS = '''\
def _norm_of_sums(g, x, along, across, order):
    """Return the gradient of a norm that is a sum of abs(x) along an axis."""
    if along + across != 1:
        raise ValueError("a matrix is needed")
    sums = np.abs(x).sum(axis=along)
    extreme = np.max(sums) if order > 0 else np.min(sums)
    hits = (sums == extreme).astype(x.dtype)
    return np.sign(x) * np.expand_dims(hits / np.sum(hits), along) * g'''

_UNPARTITION = '''\
def _unpartition(g, x, out, axis):
    """Return the gradient of x where out holds its elements in another order."""
    if axis != -1:
        raise ValueError("the last axis is needed")
    shape = (-1, x.shape[-1])
    total = np.zeros_like(g).reshape(shape)
    rows = np.ascontiguousarray(x).reshape(shape)
    others = np.ascontiguousarray(out).reshape(shape)
    taken = np.ascontiguousarray(g).reshape(shape)
    for k in range(len(rows)):
        total[k][np.argsort(rows[k])] = taken[k][np.argsort(others[k])]
    return total.reshape(x.shape)'''

HELPERS: Mapping[str, str] = {
    **OWN,
    "_cross_left": _CROSS_LEFT,
    "_kron_left": _KRON_LEFT,
    "_kron_right": _KRON_RIGHT,
    "_corrcoef": _CORRCOEF,
    "_norm_of_values": _NORM_OF_VALUES,
    "_norm_of_sums": _NORM_OF_SUMS,
    "_unpartition": _UNPARTITION,
    "_add_at": _ADD_AT,
    "_add_at_flat": _ADD_AT_FLAT,
    "_unrepeat": _UNREPEAT,
}
