"""Private functions of a written module for reductions and statistics, where one line
of NumPy does not do: products with zeros, order statistics, sampled functions."""

from __future__ import annotations

from collections.abc import Mapping

_ROWS = '''\
def _rows(x, axis):
    """Return x with the axes of a reduction as one, which is the last."""
    axes = range(x.ndim) if axis is None else np.ravel(axis).astype(int)
    moved = np.moveaxis(x, axes, range(-len(axes), 0))
    size = np.prod(moved.shape[x.ndim - len(axes) :], dtype=int)
    return moved.reshape(*moved.shape[: x.ndim - len(axes)], size)'''

_FROM_ROWS = '''\
def _from_rows(rows, x, axis):
    """Undo _rows."""
    axes = range(x.ndim) if axis is None else np.ravel(axis).astype(int)
    last = range(-len(axes), 0)
    return np.moveaxis(rows.reshape(np.moveaxis(x, axes, last).shape), last, axes)'''

_PRODUCT_OF_OTHERS = '''\
def _product_of_others(x):
    """Return for each element the product of all others."""
    flat = np.ravel(x)
    before, after = np.ones_like(flat), np.ones_like(flat)
    before[1:] = np.cumprod(flat[:-1])
    after[:-1] = np.cumprod(flat[:0:-1])[::-1]
    return np.reshape(before * after, np.shape(x))'''

_PRODUCT_OF_OTHERS_ALONG = '''\
def _product_of_others_along(x, axis):
    """Return for each element the product of all others along axis."""
    x = np.asarray(x)
    rows = _rows(x, axis)
    ones = np.ones_like(rows[..., :1])
    before = np.cumprod(np.concatenate([ones, rows[..., :-1]], axis=-1), axis=-1)
    after = np.cumprod(np.concatenate([ones, rows[..., :0:-1]], axis=-1), axis=-1)
    return _from_rows(before * after[..., ::-1], x, axis)'''

# With c = np.cumprod(x), c[k + 1] = c[k] * x[k + 1]: without a division, because of
# zeros. The gradient is one of floats, also where g is one of integers.
_CUMPROD_GRADIENT = '''\
def _cumprod_gradient(g, x):
    """Return the gradient of x in np.cumprod(x)."""
    flat, grad = np.ravel(x), g + 0.0
    for k in range(len(grad) - 2, -1, -1):
        grad[k] += flat[k + 1] * grad[k + 1]
    before = np.ones_like(flat)
    before[1:] = np.cumprod(flat[:-1])
    return np.reshape(before * grad, np.shape(x))'''

_CUMPROD_GRADIENT_ALONG = '''\
def _cumprod_gradient_along(g, x, axis):
    """Return the gradient of x in np.cumprod(x, axis)."""
    if np.ndim(x) == 0:
        return _cumprod_gradient(g, x)
    rows, grad = np.moveaxis(np.asarray(x), axis, 0), np.moveaxis(g, axis, 0) + 0.0
    for k in range(len(grad) - 2, -1, -1):
        grad[k] += rows[k + 1] * grad[k + 1]
    before = np.concatenate([np.ones_like(rows[:1]), np.cumprod(rows[:-1], axis=0)])
    return np.moveaxis(before * grad, 0, axis)'''

_SHARES = '''\
def _shares(x, extremum):
    """Return the share of each element in an extremum: the same for equal ones."""
    hits = x == extremum
    return hits / np.sum(hits, dtype=_float_type(x))'''

_SHARES_ALONG = '''\
def _shares_along(x, extremum, axis):
    """Return the share of each element in an extremum: the same for equal ones."""
    hits = x == extremum
    return hits / np.sum(hits, axis=axis, keepdims=True, dtype=extremum.dtype)'''

_SLOPES_GRADIENT = '''\
def _slopes_gradient(g, spacing, axis):
    """Return the gradient of f in np.gradient(f, spacing, axis=axis)."""
    half = np.moveaxis(g, axis, 0) / (2 * spacing)
    grad = np.zeros_like(half)
    grad[2:] += half[1:-1]
    grad[:-2] -= half[1:-1]
    grad[:2] += 2 * np.stack([-half[0], half[0]])
    grad[-2:] += 2 * np.stack([-half[-1], half[-1]])
    return np.moveaxis(grad, 0, axis)'''

_QUANTILE_SHARES = '''\
def _quantile_shares(x, q):
    """Return the share of each element in np.quantile(x, q)."""
    order = np.argsort(np.ravel(x))
    last = len(order) - 1
    low = int(np.floor(q * last))
    shares = np.zeros_like(np.ravel(x), dtype=_float_type(x))
    shares[order[low]] += 1 - (q * last - low)
    shares[order[min(low + 1, last)]] += q * last - low
    return np.reshape(shares, np.shape(x))'''

_QUANTILE_SHARES_ALONG = '''\
def _quantile_shares_along(x, q, axis):
    """Return the share of each element in np.quantile(x, q, axis)."""
    x = np.asarray(x)
    rows = _rows(x, axis)
    last = rows.shape[-1] - 1
    low = int(np.floor(q * last))
    share = np.zeros(last + 1, np.result_type(x, 0.5))
    share[low] += 1 - (q * last - low)
    share[min(low + 1, last)] += q * last - low
    shares = np.zeros(rows.shape, share.dtype)
    np.put_along_axis(shares, np.argsort(rows, axis=-1), share, axis=-1)
    return _from_rows(shares, x, axis)'''

_TRAPEZOID_WEIGHTS = '''\
def _trapezoid_weights(steps):
    """Return what each value counts in np.trapezoid with these steps in between."""
    weights = np.zeros(len(steps) + 1, steps.dtype)
    weights[1:] += steps / 2
    weights[:-1] += steps / 2
    return weights'''

_SUMMED_PAIRS = '''\
def _summed_pairs(g):
    """Return the gradient of x in np.diff(x)."""
    grad = np.zeros(len(g) + 1, g.dtype)
    grad[1:] += g
    grad[:-1] -= g
    return grad'''

_TRAPEZOID_WEIGHTS_ALONG = '''\
def _trapezoid_weights_along(y, x, dx, axis):
    """Return what each element of y counts in np.trapezoid(y, x, dx, axis)."""
    if x is None:
        steps = np.full(y.shape[axis] - 1, dx, np.result_type(y, dx))
    else:
        steps = np.diff(x) if x.ndim == 1 else np.diff(np.moveaxis(x, axis, -1))
    steps = steps.reshape((1,) * (y.ndim - steps.ndim) + steps.shape)
    steps = np.pad(steps, [(0, 0)] * (y.ndim - 1) + [(1, 1)])
    return np.moveaxis((steps[..., 1:] + steps[..., :-1]) / 2, -1, axis)'''

_TRAPEZOID_NODES_ALONG = '''\
def _trapezoid_nodes_along(g, y, axis):
    """Return the gradient of each place of y in np.trapezoid(y, x, axis=axis)."""
    rows = np.moveaxis(y, axis, -1)
    g = np.asarray(g, np.result_type(y, 1.0))[..., None]
    heights = (rows[..., 1:] + rows[..., :-1]) / 2 * g
    heights = np.pad(heights, [(0, 0)] * (y.ndim - 1) + [(1, 1)])
    return np.moveaxis(-np.diff(heights), -1, axis)'''

_POLYNOMIAL_SLOPE = '''\
def _polynomial_slope(p, x):
    """Return the derivative of np.polyval(p, x) at x."""
    value = slope = np.zeros_like(x)
    for coefficient in p:
        slope = slope * x + value
        value = value * x + coefficient
    return slope'''

_COEFFICIENTS = '''\
def _coefficients(g, x, p):
    """Return the gradient of p in np.polyval(p, x)."""
    found = []
    for _ in p:
        found.append(np.sum(g))
        g = g * x
    return np.array(found[::-1], np.result_type(np.asarray(p), 1.0))'''

_CORRCOEF = '''\
def _corrcoef(g, x):
    """Return the gradient of the rows of x in np.corrcoef(x)."""
    rows = x - x.mean(axis=1, keepdims=True)
    norms = np.sqrt(np.sum(rows**2, axis=1, keepdims=True))
    rows = rows / norms
    slope = (g + g.T) @ rows
    return (slope - rows * np.sum(rows * slope, axis=1, keepdims=True)) / norms'''

_INTERP_SLOPE = '''\
def _interp_slope(x, xp, fp):
    """Return the slope of np.interp(x, xp, fp) at x."""
    slopes = np.zeros(len(xp) + 1)
    slopes[1:-1] = np.diff(fp) / np.diff(xp)
    return slopes[np.searchsorted(xp, x, side="right")]'''

_INTERP_GRADIENT = '''\
def _interp_gradient(g, x, xp):
    """Return the gradient of fp in np.interp(x, xp, fp)."""
    xp = np.asarray(xp)
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, len(xp) - 2)
    t = np.clip((x - xp[i]) / (xp[i + 1] - xp[i]), 0.0, 1.0)
    low = np.bincount(np.ravel(i), np.ravel(g * (1 - t)), len(xp))
    return low + np.bincount(np.ravel(i + 1), np.ravel(g * t), len(xp))'''

# Near 0 the difference in the quotient is lost to rounding; there the series is good to
# the last digit.
_RUNNING_GRADIENT = '''\
def _running_gradient(g, x, out, axis):
    """Return the gradient of x in np.maximum.accumulate(x, axis), or of the minimum:
    each result is the latest element that is equal to it."""
    total = np.zeros(x.shape, g.dtype)
    places = list(np.indices(x.shape))
    latest = np.where(x == out, places[axis], 0)
    places[axis] = np.maximum.accumulate(latest, axis)
    np.add.at(total, tuple(places), g)
    return total'''

_LOG_SHARE = '''\
def _log_share(x, total):
    """Return x - total, the logarithm of a share; -inf, not nan, where both are."""
    return x - np.where(total == -np.inf, np.zeros_like(total), total)'''

_SINC_SLOPE = '''\
def _sinc_slope(x):
    """Return the derivative of np.sinc."""
    z = np.pi * np.asarray(x)
    small = np.abs(z) < 0.02
    safe = np.where(small, 1, z)
    slope = (np.cos(safe) - np.sin(safe) / safe) / safe
    near = z * (z**2 / 30 - z**4 / 840 - 1 / 3)
    return np.pi * np.where(small, near, slope)'''

_SOFTMAX = '''\
def _softmax(x, axis):
    """Return exp(x) / sum(exp(x)) along axis, for values of any size."""
    if axis is None:
        powers = np.exp(x - np.max(x))
        return powers / np.sum(powers)
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)'''

HELPERS: Mapping[str, str] = {
    "_rows": _ROWS,
    "_from_rows": _FROM_ROWS,
    "_product_of_others": _PRODUCT_OF_OTHERS,
    "_product_of_others_along": _PRODUCT_OF_OTHERS_ALONG,
    "_cumprod_gradient": _CUMPROD_GRADIENT,
    "_cumprod_gradient_along": _CUMPROD_GRADIENT_ALONG,
    "_shares": _SHARES,
    "_shares_along": _SHARES_ALONG,
    "_slopes_gradient": _SLOPES_GRADIENT,
    "_quantile_shares": _QUANTILE_SHARES,
    "_quantile_shares_along": _QUANTILE_SHARES_ALONG,
    "_trapezoid_weights": _TRAPEZOID_WEIGHTS,
    "_trapezoid_weights_along": _TRAPEZOID_WEIGHTS_ALONG,
    "_trapezoid_nodes_along": _TRAPEZOID_NODES_ALONG,
    "_summed_pairs": _SUMMED_PAIRS,
    "_polynomial_slope": _POLYNOMIAL_SLOPE,
    "_coefficients": _COEFFICIENTS,
    "_corrcoef": _CORRCOEF,
    "_interp_slope": _INTERP_SLOPE,
    "_interp_gradient": _INTERP_GRADIENT,
    "_sinc_slope": _SINC_SLOPE,
    "_running_gradient": _RUNNING_GRADIENT,
    "_log_share": _LOG_SHARE,
    "_softmax": _SOFTMAX,
}
