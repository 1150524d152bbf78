"""Private functions of linear algebra that a written module brings along.

The formulas of the factorizations are from M. B. Giles, "An extended collection of
matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008), unless another source stands beside them.
"""

from __future__ import annotations

from collections.abc import Mapping

_INNER_LEFT = '''\
def _inner_left(g, b, shape):
    """Return the gradient of a in np.inner(a, b); a has that shape."""
    g, b = np.asarray(g), np.asarray(b)
    if not shape or b.ndim == 0:
        return _unbroadcast(g * b, shape)
    return np.tensordot(g, b, b.ndim - 1)'''

_INNER_RIGHT = '''\
def _inner_right(g, a, shape):
    """Return the gradient of b in np.inner(a, b); b has that shape."""
    g, a = np.asarray(g), np.asarray(a)
    if not shape or a.ndim == 0:
        return _unbroadcast(g * a, shape)
    axes = list(range(a.ndim - 1))
    return np.tensordot(g, a, (axes, axes))'''

_KRON_LEFT = '''\
def _kron_left(g, b, shape):
    """Return the gradient of a in np.kron(a, b); a has that shape."""
    b = np.reshape(b, (1,) * (g.ndim - np.ndim(b)) + np.shape(b))
    rows = (1,) * (g.ndim - len(shape)) + shape
    blocks = g.reshape([n for pair in zip(rows, b.shape) for n in pair])
    blocks = blocks * np.expand_dims(b, tuple(range(0, 2 * g.ndim, 2)))
    return blocks.sum(axis=tuple(range(1, 2 * g.ndim, 2))).reshape(shape)[()]'''

_KRON_RIGHT = '''\
def _kron_right(g, a, shape):
    """Return the gradient of b in np.kron(a, b); b has that shape."""
    a = np.reshape(a, (1,) * (g.ndim - np.ndim(a)) + np.shape(a))
    columns = (1,) * (g.ndim - len(shape)) + shape
    blocks = g.reshape([n for pair in zip(a.shape, columns) for n in pair])
    blocks = blocks * np.expand_dims(a, tuple(range(1, 2 * g.ndim, 2)))
    return blocks.sum(axis=tuple(range(0, 2 * g.ndim, 2))).reshape(shape)[()]'''

_CROSS_LEFT = '''\
def _cross_left(g, a, b):
    """Return the gradient of a in np.cross(a, b), before broadcasting is undone."""
    if np.shape(a)[-1] == np.shape(b)[-1] == 2:
        return np.stack([b[..., 1] * g, -b[..., 0] * g], axis=-1)
    return np.cross(b, g)[..., : np.shape(a)[-1]]'''

_TRACE = '''\
def _trace(g, x, offset, axis1, axis2):
    """Return the gradient of x in np.trace(x, offset, axis1, axis2)."""
    eye = np.eye(x.shape[axis1], x.shape[axis2], offset, dtype=_float_type(x))
    if x.ndim == 2:
        turned = eye if axis1 % 2 == 0 else eye.T
        return np.asarray(g, eye.dtype) * turned
    whole = np.expand_dims(np.asarray(g, eye.dtype), (-2, -1)) * eye
    return np.moveaxis(whole, (-2, -1), (axis1, axis2))'''

_CONVOLVE = '''\
def _convolve(g, v, n, late=False):
    """Return the gradient of a vector of length n that was convolved with v.

    What g misses of the full convolution is on both sides; late says where more is.
    """
    missing = n + len(v) - 1 - len(g)
    before = (missing + late) // 2
    full = np.zeros(n + len(v) - 1, np.asarray(g).dtype)
    full[before : before + len(g)] = g
    return np.correlate(full, v, "valid")'''

_SOLVE_RIGHT = '''\
def _solve_right(g, a, shape, other):
    """Return the gradient of b in np.linalg.solve(a, b), not yet summed for b.

    The shapes are those of a and of b.
    """
    at = np.swapaxes(a, -1, -2)
    if len(shape) == 2:
        return np.linalg.solve(at, g)
    if g.ndim == max(len(shape), len(other)):
        return np.linalg.solve(at, g)
    return np.linalg.solve(at, g[..., None])[..., 0]'''

_SOLVE_LEFT = '''\
def _solve_left(db, x, shape, other):
    """Return the gradient of a in x = np.linalg.solve(a, b), not yet summed for a.

    The shapes are those of a and of b.
    """
    if len(other) == 1:
        return -(db[..., None] * x[..., None, :])
    if len(shape) == 2 or x.ndim == max(len(shape), len(other)):
        return -(db @ np.swapaxes(x, -1, -2))
    return -(db[..., None] * x[..., None, :])'''

_PINV = '''\
def _pinv(g, a, p):
    """Return the gradient of a in p = np.linalg.pinv(a), as long as its rank stays.

    G. H. Golub and V. Pereyra, "The differentiation of pseudo-inverses and nonlinear
    least squares problems whose variables separate" (1973).
    """
    gt, pt = np.swapaxes(g, -1, -2), np.swapaxes(p, -1, -2)
    left = gt - a @ (p @ gt)
    right = gt - (gt @ p) @ a
    return left @ (p @ pt) + (pt @ p) @ right - pt @ g @ pt'''

_LSTSQ_LEFT = '''\
def _lstsq_left(g, a, b):
    """Return the gradient of a in the solution of np.linalg.lstsq(a, b)."""
    g, b = g.reshape(len(g), -1), np.reshape(b, (len(b), -1))
    return _pinv(g @ b.T, a, np.linalg.pinv(a))'''

_RESIDUALS_LEFT = '''\
def _residuals_left(g, a, b, x):
    """Return the gradient of a in the residuals of x = np.linalg.lstsq(a, b)."""
    db = _residuals_right(g, a, b, x)
    return -(db.reshape(len(a), -1) @ x.reshape(len(x), -1).T)'''

_RESIDUALS_RIGHT = '''\
def _residuals_right(g, a, b, x):
    """Return the gradient of b in the residuals of x = np.linalg.lstsq(a, b)."""
    return 2 * (b - a @ x) * g if len(g) else np.zeros_like(x, shape=np.shape(b))'''

_TENSORINV = '''\
def _tensorinv(g, out, shape, ind):
    """Return the gradient of a in out = np.linalg.tensorinv(a, ind)."""
    n = int(np.prod(shape[:ind]))
    inverse = out.reshape(n, n)
    return -(inverse.T @ g.reshape(n, n) @ inverse.T).reshape(shape)'''

_MATRIX_POWER = '''\
def _matrix_power(g, a, n):
    """Return the gradient of a in np.linalg.matrix_power(a, n)."""
    if n < 0:
        inverse = np.linalg.inv(a)
        factor = np.swapaxes(inverse, -1, -2)
        return -(factor @ _matrix_power(g, inverse, -n) @ factor)
    at = np.swapaxes(a, -1, -2)
    total = np.zeros_like(g)
    for _ in range(n):
        total, g = at @ total + g, g @ at
    return total'''

_TRIANGLE = '''\
def _triangle(g, uplo):
    """Return the gradient of a symmetric matrix of which one triangle is read."""
    both = g + np.swapaxes(g, -1, -2)
    kept = np.tril(both) if uplo in "Ll" else np.triu(both)
    return kept * (1 - np.eye(g.shape[-1], dtype=g.dtype) / 2)'''

_CHOLESKY = '''\
def _cholesky(g, root):
    """Return the gradient of a, read in its lower triangle, in cholesky(a) = root."""
    eye = np.eye(root.shape[-1], dtype=root.dtype)
    inverse = np.linalg.inv(root)
    inner = np.tril(np.swapaxes(root, -1, -2) @ g) * (1 - eye / 2)
    return _triangle(np.swapaxes(inverse, -1, -2) @ inner @ inverse, "L")'''

_QR = '''\
def _qr(a, q, r, dq, dr):
    """Return the gradient of a in q, r = np.linalg.qr(a).

    S. F. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra
    functions with application in optimum experimental design" (2010). What a has more
    columns than rows is q times those of r.
    """
    n = r.shape[-2]
    square = r[..., :n]
    dq = dq + a[..., n:] @ np.swapaxes(dr[..., n:], -1, -2)
    inner = square @ np.swapaxes(dr[..., :n], -1, -2) - np.swapaxes(dq, -1, -2) @ q
    inner = np.tril(inner) + np.swapaxes(np.tril(inner, -1), -1, -2)
    first = np.linalg.solve(square, np.swapaxes(dq + q @ inner, -1, -2))
    return np.concatenate((np.swapaxes(first, -1, -2), q @ dr[..., n:]), axis=-1)'''

_EIGENVECTORS = '''\
def _eigenvectors(g, w, v, uplo):
    """Return the gradient of a through v in w, v = np.linalg.eigh(a, uplo)."""
    eye = np.eye(w.shape[-1], dtype=w.dtype)
    gaps = w[..., None, :] - w[..., None] + eye
    vt = np.swapaxes(v, -1, -2)
    return _triangle(v @ ((1 - eye) * (vt @ g) / gaps) @ vt, uplo)'''

_EIGVALSH = '''\
def _eigvalsh(g, a, uplo):
    """Return the gradient of a in np.linalg.eigvalsh(a, uplo)."""
    v = np.linalg.eigh(a if uplo in "Ll" else np.swapaxes(a, -1, -2))[1]
    return _triangle((v * g[..., None, :]) @ np.swapaxes(v, -1, -2), uplo)'''

_EIG = '''\
def _eig(dw, dv, w, v):
    """Return the gradient of a in w, v = np.linalg.eig(a), whose columns are units."""
    if np.any(np.imag(w)):
        raise np.linalg.LinAlgError("complex eigenvalues have no gradient here")
    # NumPy 2.5 returns complex arrays, whatever is in them
    dw, dv, w, v = np.real(dw), np.real(dv), np.real(w), np.real(v)
    eye = np.eye(w.shape[-1], dtype=w.dtype)
    gaps = w[..., None, :] - w[..., None] + eye
    vt = np.swapaxes(v, -1, -2)
    inner = vt @ dv
    inner = inner - (vt @ v) * np.diagonal(inner, axis1=-2, axis2=-1)[..., None, :]
    inner = (1 - eye) * inner / gaps + eye * dw[..., None, :]
    return np.linalg.solve(vt, inner @ vt)'''

_SINGULAR_VALUES = '''\
def _singular_values(g, a):
    """Return the gradient of a in its singular values."""
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return (u * g[..., None, :]) @ vt'''

_LEFT_VECTORS = '''\
def _left_vectors(g, u, s, vt):
    """Return the gradient of a through u in u, s, vt = np.linalg.svd(a).

    J. Townsend, "Differentiating the singular value decomposition" (2016).
    """
    eye = np.eye(s.shape[-1], dtype=s.dtype)
    gaps = s[..., None, :] ** 2 - s[..., None] ** 2 + eye
    inner = np.swapaxes(u, -1, -2) @ g
    turned = (1 - eye) * (inner - np.swapaxes(inner, -1, -2)) / gaps
    outside = (g - u @ inner) / s[..., None, :]
    return (u @ (turned * s[..., None, :]) + outside) @ vt'''

_NORM_OF_EXTREMES = '''\
def _norm_of_extremes(g, x, out, axis):
    """Return the gradient of a norm that is an element of abs(x), split at ties."""
    hits = np.abs(x) == out
    count = np.sum(hits, axis=axis, keepdims=True, dtype=x.dtype)
    return np.sign(x) * hits * (g / count)'''

_NORM_OF_SUMS = '''\
def _norm_of_sums(g, x, along, across, order):
    """Return the gradient of a norm that is a sum of abs(x) along an axis."""
    sums = np.sum(np.abs(x), axis=along, keepdims=True)
    extreme = np.max if order > 0 else np.min
    hits = sums == extreme(sums, axis=across, keepdims=True)
    count = np.sum(hits, axis=across, keepdims=True, dtype=x.dtype)
    return np.sign(x) * hits * (g / count)'''

_NORM_OF_VALUES = '''\
def _norm_of_values(g, x, axes, order):
    """Return the gradient of a norm that is made of singular values."""
    u, _, vt = np.linalg.svd(np.moveaxis(x, axes, (-2, -1)), full_matrices=False)
    if order != "nuc":
        chosen = 0 if order > 0 else -1
        u, vt = u[..., [chosen]], vt[..., [chosen], :]
    return np.moveaxis(u @ vt, (-2, -1), axes) * g'''

_VANDER = '''\
def _vander(g, x, increasing):
    """Return the gradient of x in np.vander(x, increasing=increasing)."""
    powers = np.arange(g.shape[1], dtype=g.dtype)
    if not increasing:
        powers = powers[::-1]
    slopes = powers * np.expand_dims(x, 1) ** np.maximum(powers - 1, 0)
    return np.sum(g * slopes, axis=1)'''

_COND = '''\
def _cond(g, x):
    """Return the gradient of x in np.linalg.cond(x)."""
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    slopes = np.zeros_like(s)
    slopes[..., 0] = g / s[..., -1]
    slopes[..., -1] -= g * s[..., 0] / s[..., -1] ** 2
    return (u * slopes[..., None, :]) @ vh'''

_IN_FULL = '''\
def _in_full(g, a, b, mode, late=False):
    """Return g with zeros for what the mode of convolve2d(a, b, mode) cuts off.

    In the mode "same" it is in the middle; late says where more is cut off.
    """
    cut = [n - 1 if mode == "valid" else (n - 1 + late) // 2 for n in b.shape]
    full = np.zeros(np.add(a.shape, b.shape) - 1, g.dtype)
    full[cut[0] : cut[0] + g.shape[0], cut[1] : cut[1] + g.shape[1]] = g
    return full'''

_PER_DISTANCE = '''\
def _per_distance(g, distances):
    """Return g / distances, and 0 where points are the same."""
    apart = distances > 0
    return np.where(apart, g, 0) / np.where(apart, distances, 1)'''

_CHO_FACTOR = '''\
def _cho_factor(g, c, lower):
    """Return the gradient of a in c, lower = scipy.linalg.cho_factor(a, lower)."""
    if lower:
        return _cholesky(np.tril(g), np.tril(c))
    return _cholesky(np.triu(g).T, np.triu(c).T).T'''

_CHO_SOLVE_LEFT = '''\
def _cho_solve_left(db, x, c, lower):
    """Return the gradient of c in x = scipy.linalg.cho_solve((c, lower), b)."""
    db, x = db.reshape(len(c), -1), x.reshape(len(c), -1)
    both = db @ x.T + x @ db.T
    return -np.tril(both @ np.tril(c)) if lower else -np.triu(np.triu(c) @ both)'''

_NORMAL_SLOPE = '''\
def _normal_slope(x, mean, cov):
    """Return the gradient of multivariate_normal.logpdf(x, mean, cov) by x."""
    centred = np.asarray(x) if mean is None else np.subtract(x, mean)
    whole = np.tril(cov) + np.tril(cov, -1).T
    return -np.linalg.solve(whole, centred[..., None])[..., 0]'''

_NORMAL_ROWS = '''\
def _normal_rows(g, slope):
    """Return the slopes of each row times its upstream gradient."""
    return np.reshape(g, (*slope.shape[:-1], 1)) * slope'''

_NORMAL_COVARIANCE = '''\
def _normal_covariance(g, slope, cov):
    """Return the gradient of cov in multivariate_normal.logpdf(x, mean, cov)."""
    inverse = np.linalg.inv(np.tril(cov) + np.tril(cov, -1).T)
    rows = slope.reshape(-1, len(cov))
    weights = np.reshape(g, (-1, 1))
    whole = rows.T @ (weights * rows) - weights.sum() * inverse
    return np.tril(whole) - 0.5 * np.diag(np.diag(whole))'''

HELPERS: Mapping[str, str] = {
    "_inner_left": _INNER_LEFT,
    "_inner_right": _INNER_RIGHT,
    "_kron_left": _KRON_LEFT,
    "_kron_right": _KRON_RIGHT,
    "_cross_left": _CROSS_LEFT,
    "_trace": _TRACE,
    "_convolve": _CONVOLVE,
    "_solve_right": _SOLVE_RIGHT,
    "_solve_left": _SOLVE_LEFT,
    "_pinv": _PINV,
    "_lstsq_left": _LSTSQ_LEFT,
    "_residuals_left": _RESIDUALS_LEFT,
    "_residuals_right": _RESIDUALS_RIGHT,
    "_tensorinv": _TENSORINV,
    "_matrix_power": _MATRIX_POWER,
    "_triangle": _TRIANGLE,
    "_cholesky": _CHOLESKY,
    "_qr": _QR,
    "_eigenvectors": _EIGENVECTORS,
    "_eigvalsh": _EIGVALSH,
    "_eig": _EIG,
    "_singular_values": _SINGULAR_VALUES,
    "_left_vectors": _LEFT_VECTORS,
    "_norm_of_extremes": _NORM_OF_EXTREMES,
    "_norm_of_sums": _NORM_OF_SUMS,
    "_norm_of_values": _NORM_OF_VALUES,
    "_vander": _VANDER,
    "_cond": _COND,
    "_in_full": _IN_FULL,
    "_per_distance": _PER_DISTANCE,
    "_cho_factor": _CHO_FACTOR,
    "_cho_solve_left": _CHO_SOLVE_LEFT,
    "_normal_slope": _NORMAL_SLOPE,
    "_normal_rows": _NORMAL_ROWS,
    "_normal_covariance": _NORMAL_COVARIANCE,
}
