"""Private functions of written modules that put elements back where they came from."""

from __future__ import annotations

from collections.abc import Mapping

_ADD_AT_FLAT = '''\
def _add_at_flat(g, shape, index):
    """Return zeros of that shape with g added at places in the flattened array."""
    total = np.zeros(shape, np.asarray(g).dtype)
    np.add.at(total.reshape(-1), index, g)
    return total'''

_ADD_ALONG_AXIS = '''\
def _add_along_axis(g, shape, index, axis):
    """Return the gradient of x in np.take_along_axis(x, index, axis)."""
    if axis is None:
        return _add_at_flat(g, shape, index)
    total = np.zeros(shape, g.dtype)
    places = list(np.ogrid[tuple(slice(n) for n in shape)])
    places[axis] = index
    np.add.at(total, tuple(places), g)
    return total'''

_UNTILE = '''\
def _untile(g, shape, reps):
    """Return the gradient of x in np.tile(x, reps): the sum over the copies."""
    reps = np.atleast_1d(reps).tolist()
    rank = max(len(reps), len(shape))
    reps = [1] * (rank - len(reps)) + reps
    dims = [1] * (rank - len(shape)) + list(shape)
    apart = g.reshape([n for pair in zip(reps, dims, strict=True) for n in pair])
    return apart.sum(axis=tuple(range(0, 2 * rank, 2))).reshape(shape)'''

_UNREPEAT = '''\
def _unrepeat(g, shape, repeats):
    """Return the gradient of x in np.repeat(x, repeats)."""
    total = np.zeros(shape, g.dtype)
    np.add.at(total.reshape(-1), np.repeat(np.arange(total.size), repeats), g)
    return total'''

_UNREPEAT_ALONG = '''\
def _unrepeat_along(g, shape, repeats, axis):
    """Return the gradient of x in np.repeat(x, repeats, axis)."""
    total = np.zeros(shape, g.dtype)
    places = np.repeat(np.arange(shape[axis]), repeats)
    np.add.at(np.moveaxis(total, axis, 0), places, np.moveaxis(g, axis, 0))
    return total'''

_UNPAD = '''\
def _unpad(g, shape, pad_width):
    """Return the part of g that is x in np.pad(x, pad_width)."""
    before = np.broadcast_to(pad_width, (g.ndim, 2))[:, 0].tolist()
    inside = tuple(slice(a, a + n) for a, n in zip(before, shape, strict=True))
    return g[inside].copy()'''

_UNPAD_COPIES = '''\
def _unpad_copies(g, shape, pad_width, mode):
    """Return the gradient of x in np.pad(x, pad_width, mode), which copies elements."""
    places = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    return _add_at_flat(g, shape, np.pad(places, pad_width, mode))'''

_ONTO_DIAGONAL = '''\
def _onto_diagonal(g, shape, offset=0, axis1=0, axis2=1):
    """Return zeros of that shape with g on the diagonals of two of its axes."""
    total = np.zeros(shape, g.dtype)
    row, column = max(-offset, 0), max(offset, 0)
    i = np.arange(max(0, min(shape[axis1] - row, shape[axis2] - column)))
    np.moveaxis(total, (axis1, axis2), (-2, -1))[..., i + row, i + column] = g
    return total'''

_DIAG_BACK = '''\
def _diag_back(g, shape, k):
    """Return the gradient of x in np.diag(x, k)."""
    if len(shape) == 1:
        return np.diag(g, k).copy()
    total = np.zeros(shape, g.dtype)
    first = max(k, 0) + max(-k, 0) * shape[1]
    total.reshape(-1)[first :: shape[1] + 1][: len(g)] = g
    return total'''

_WEIGHTED = '''\
def _weighted(weights, g):
    """Return the sum of g along its first axis with these weights."""
    if g.ndim == 1:
        return np.dot(weights, g)
    return np.tensordot(weights, g, 1)'''

_UNPARTITION = '''\
def _unpartition(g, x, out, axis):
    """Return the gradient of x where out holds its elements in another order."""
    g = np.take_along_axis(g, np.argsort(out, axis), axis)
    return np.take_along_axis(g, np.argsort(np.argsort(x, axis), axis), axis)'''

HELPERS: Mapping[str, str] = {
    "_add_at_flat": _ADD_AT_FLAT,
    "_add_along_axis": _ADD_ALONG_AXIS,
    "_untile": _UNTILE,
    "_unrepeat": _UNREPEAT,
    "_unrepeat_along": _UNREPEAT_ALONG,
    "_unpad": _UNPAD,
    "_unpad_copies": _UNPAD_COPIES,
    "_onto_diagonal": _ONTO_DIAGONAL,
    "_diag_back": _DIAG_BACK,
    "_weighted": _WEIGHTED,
    "_unpartition": _UNPARTITION,
}
