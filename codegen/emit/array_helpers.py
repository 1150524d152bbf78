"""Private functions on arrays that a written module brings along: where shapes are
known only when it runs, or where NumPy has no function for a gradient.

They are written with `np`, and as Numba can compile them where it can compile what
they are for: it tells ranks by `len(shape)`, and has no sums over several axes at once.
"""

from __future__ import annotations

from collections.abc import Mapping

_UNBROADCAST = '''\
def _unbroadcast(g, shape):
    """Return g summed over the axes along which shape was repeated."""
    if len(shape) == 0:
        return g if isinstance(g, float) else np.sum(g)
    g = np.asarray(g)
    if g.shape == shape:
        return np.ascontiguousarray(g).reshape(shape).copy()
    g = np.broadcast_to(g, np.broadcast_shapes(g.shape, shape))
    for axis in range(g.ndim - len(shape), g.ndim):
        if shape[axis - g.ndim] == 1:
            g = np.expand_dims(np.asarray(g.sum(axis=axis)), axis)
    if 0 in shape:
        return np.zeros(shape, g.dtype)
    return np.ascontiguousarray(g).reshape((-1,) + shape).sum(axis=0)'''

# Numba does not compile `np.add.at`, and leaves out what a shape excludes.
_ADD_AT = '''\
def _add_at(total, index, g, shape):
    """Add g to total[index]; shape is empty where index is one element, or slices."""
    if len(shape) == 0:
        total[index] += g
    else:
        np.add.at(total, index, g)'''

# Numba does not compile `np.result_type`.
_FLOAT_TYPE = '''\
def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype'''

_ZEROS = '''\
def _zeros(tree):
    """Return zeros for all arrays in nested dicts, lists and tuples."""
    if isinstance(tree, dict):
        return {key: _zeros(item) for key, item in tree.items()}
    if isinstance(tree, list):
        return [_zeros(item) for item in tree]
    if isinstance(tree, tuple):
        return tuple([_zeros(item) for item in tree])
    return np.zeros_like(tree)'''

_ZEROS_OF = '''\
def _zeros_of(items):
    """Return zeros like an array, or like all arrays in nested lists."""
    if isinstance(items, (list, tuple)):
        return [_zeros_of(item) for item in items]
    return np.zeros_like(items + 0.0)[()]'''

_COPY_OF = '''\
def _copy_of(items):
    """Return a copy of floats of an array, or of all arrays in nested lists."""
    if isinstance(items, (list, tuple)):
        return [_copy_of(item) for item in items]
    return items + 0.0'''

_SUM_OF = '''\
def _sum_of(a, b):
    """Return the sum of two arrays, or of those in two nested lists."""
    if isinstance(a, (list, tuple)):
        return [_sum_of(one, other) for one, other in zip(a, b)]
    return a + b'''

_ZERO_ITEMS = '''\
def _zero_items(items):
    """Return zeros like the arrays of a dict, under the same keys."""
    return {key: np.zeros_like(item + 0.0) for key, item in items.items()}'''

_ZERO_LISTS = '''\
def _zero_lists(items):
    """Return zeros in the place of all numbers in nested lists."""
    return [
        _zero_lists(item) if isinstance(item, (list, tuple)) else 0.0 for item in items
    ]'''

_COPIED_LISTS = '''\
def _copied_lists(items):
    """Return nested lists with the same items."""
    return [_copied_lists(x) if isinstance(x, (list, tuple)) else x for x in items]'''

_COPIED_ITEMS = '''\
def _copied_items(items):
    """Return nested lists with copies of the same items, of floats."""
    return [
        _copied_items(x) if isinstance(x, (list, tuple)) else x + 0.0 for x in items
    ]'''

_ADDED_LISTS = '''\
def _added_lists(a, b):
    """Return the sums of the numbers in two nested lists."""
    pairs = zip(a, b)
    return [_added_lists(p, q) if isinstance(p, list) else p + q for p, q in pairs]'''

_ADDED_DICTS = '''\
def _added_dicts(a, b):
    """Return the sums of what two dicts have under their keys."""
    return {**a, **{key: a[key] + x if key in a else x for key, x in b.items()}}'''

_AT_BEST = '''\
def _at_best(g, items, best):
    """Return g at the last item that is the best one, and 0 at all others."""
    out = [0.0] * len(items)
    for i in range(len(items) - 1, -1, -1):
        if items[i] == best:
            out[i] = g
            break
    return out'''

_UNSORTED = '''\
def _unsorted(g, items, reverse=False):
    """Return the gradient of items in sorted(items)."""
    # equal items stay in their order
    step = -1 if reverse else 1
    pairs = zip(items, range(0, step * len(items), step))
    out = [0.0] * len(items)
    for (_, place), value in zip(sorted(pairs, reverse=reverse), g):
        out[abs(place)] = value
    return out'''

_MATMUL_LEFT = '''\
def _matmul_left(g, b, shape):
    """Return the gradient of a in a @ b; a has that shape."""
    if b.ndim == 1:
        if len(shape) == 1:
            return g * b
        return _unbroadcast(np.expand_dims(g, -1) * b, shape)
    if len(shape) == 1:
        return _unbroadcast((b @ np.expand_dims(g, -1))[..., 0], shape)
    return _unbroadcast(g @ np.swapaxes(b, -1, -2), shape)'''

_MATMUL_RIGHT = '''\
def _matmul_right(g, a, shape):
    """Return the gradient of b in a @ b; b has that shape."""
    if a.ndim == 1:
        if len(shape) == 1:
            return a * g
        return _unbroadcast(np.expand_dims(a, -1) * np.expand_dims(g, -2), shape)
    if len(shape) == 1:
        return _unbroadcast(np.sum(a * np.expand_dims(g, -1), axis=-2), shape)
    return _unbroadcast(np.swapaxes(a, -1, -2) @ g, shape)'''

_DOT_LEFT = '''\
def _dot_left(g, b, shape, other):
    """Return the gradient of a in np.dot(a, b); a has that shape, b the other one."""
    if len(shape) == 0 or len(other) == 0:
        return _unbroadcast(g * np.asarray(b), shape)
    b = np.asarray(b)
    if len(other) == 1:
        return g * b if len(shape) == 1 else np.expand_dims(g, -1) * b
    if len(other) == 2:
        return np.dot(g, b.T)
    axes = list(range(len(shape) - 1, g.ndim))
    return np.tensordot(g, b, (axes, [i for i in range(b.ndim) if i != b.ndim - 2]))'''

_DOT_RIGHT = '''\
def _dot_right(g, a, shape, other):
    """Return the gradient of b in np.dot(a, b); b has that shape, a the other one."""
    if len(shape) == 0 or len(other) == 0:
        return _unbroadcast(g * np.asarray(a), shape)
    a = np.asarray(a)
    if len(other) == 1 and len(shape) <= 2:
        return g * a if len(shape) == 1 else np.outer(a, g)
    if len(other) == 2 and len(shape) <= 2:
        return np.dot(a.T, g)
    axes = list(range(a.ndim - 1))
    db = np.tensordot(a, g, (axes, axes))
    return db if len(shape) == 1 else np.moveaxis(db, 0, -2)'''

_SLIDING_WINDOW = '''\
def _sliding_window_backward(g, shape, window, axis):
    """Return the gradient of an array of that shape from that of its windows."""
    window = np.atleast_1d(window)
    axes = range(len(shape)) if axis is None else np.atleast_1d(axis)
    dx = np.zeros(shape, g.dtype)
    for offsets in np.ndindex(*window):
        starts = [0] * len(shape)
        for at, offset in zip(axes, offsets, strict=True):
            starts[at] += offset
        part = [slice(i, i + n) for i, n in zip(starts, g.shape, strict=False)]
        dx[tuple(part)] += g[(..., *offsets)]
    return dx'''

_LAST_WRITTEN = '''\
def _last_written(x, index):
    """Return which elements of a write to x[index] stay: of several, the last."""
    places = np.zeros(np.shape(x), np.int64)
    order = np.arange(places[index].size).reshape(places[index].shape)
    places[index] = order
    return places[index] == order'''

_LAST_IF_SEVERAL = '''\
def _last_if_several(x, index, shape):
    """Return which elements stay where the index, of that shape, may be an integer."""
    return True if len(shape) == 0 else _last_written(x, index)'''

HELPERS: Mapping[str, str] = {
    "_add_at": _ADD_AT,
    "_last_written": _LAST_WRITTEN,
    "_last_if_several": _LAST_IF_SEVERAL,
    "_sliding_window_backward": _SLIDING_WINDOW,
    "_unbroadcast": _UNBROADCAST,
    "_float_type": _FLOAT_TYPE,
    "_zeros": _ZEROS,
    "_zeros_of": _ZEROS_OF,
    "_zero_items": _ZERO_ITEMS,
    "_copy_of": _COPY_OF,
    "_sum_of": _SUM_OF,
    "_zero_lists": _ZERO_LISTS,
    "_added_lists": _ADDED_LISTS,
    "_added_dicts": _ADDED_DICTS,
    "_copied_lists": _COPIED_LISTS,
    "_copied_items": _COPIED_ITEMS,
    "_at_best": _AT_BEST,
    "_unsorted": _UNSORTED,
    "_matmul_left": _MATMUL_LEFT,
    "_matmul_right": _MATMUL_RIGHT,
    "_dot_left": _DOT_LEFT,
    "_dot_right": _DOT_RIGHT,
}
