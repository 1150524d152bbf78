"""Cases of NumPy functions that autograd has no derivative for, or only composes."""

from __future__ import annotations

from array_case import Table, table

BEYOND: Table = table(
    """
vdot: x[3] y[3]
    np.vdot(x, y)
vdot: x[2,3] y[2,3]
    np.vdot(x, y)
stack: x[2,3] y[2,3]
    np.stack([x, y])
    np.stack((x, y, x), axis=1)
    np.stack([x, y], axis=-1)
stack: x y
    np.stack([x, y, x * y])
vstack: x[3] y[2,3]
    np.vstack([x, y])
    np.vstack((x, x))
hstack: x[2,3] y[2,1]
    np.hstack([x, y])
    np.hstack((x[0], y[0]))
dstack: x[2,3] y[2,3]
    np.dstack([x, y])
    np.dstack((x[0], y[0]))
column_stack: x[3] y[3,2]
    np.column_stack([x, y])
    np.column_stack((x, x))
append: x[2,3] y[2,3]
    np.append(x, y)
    np.append(x, y, axis=0)
    np.append(x[0], 1.5)
block: x[2,3] y[2,2]
    np.block([x, y])
    np.block([[x, y], [np.ones((1, 5))]])
flip: x[2,3]
    np.flip(x)
    np.flip(x, 0)
    np.flip(x, axis=(0, 1))
    np.flip(x, axis=-1)
pad modes: x[3,4]
    np.pad(x, 1, mode='edge')
    np.pad(x, (1, 2), 'reflect')
    np.pad(x, 2, 'symmetric')
    np.pad(x, 1, 'wrap')
    np.pad(x, ((1, 0), (0, 2)), 'edge')
take: x[4,3]
    np.take(x, [0, 5, 0])
    np.take(x, [3, 1, 3], axis=0)
    np.take(x, 2, axis=-1)
    np.take(x, [[0, 1], [1, 1]], axis=1)
    np.take(x, [-1, 3], axis=0)
take_along_axis: x[3,4]
    np.take_along_axis(x, np.argsort(x, axis=1), axis=1)
    np.take_along_axis(x, np.array([[0, 0, 2], [1, 1, 1], [3, 0, 3]]), axis=1)
    np.take_along_axis(x, np.argmax(x, axis=0)[None], axis=0)
choose: x[3] y[3]
    np.choose([0, 1, 0], [x, y])
    np.choose(np.array([1, 1, 0]), (x * y, y))
compress: x[3,4]
    np.compress([True, False, True], x, axis=0)
    np.compress([0, 1, 1, 0], x, axis=1)
    np.compress([True, False, True], x)
extract: x[3,4]
    np.extract(x > 0, x)
select: x[5] y[5]
    np.select([x > 1, x > 0], [x * x, y], 0.5)
    np.select([x > 0], [x], y)
piecewise: x[5]
    np.piecewise(x, [x < 0, x >= 0], [-1.0, 1.0]) * x
heaviside: x[5] y[5]
    np.heaviside(x, 0.5) * x
    np.heaviside(x, y) + x
sign: x[5]
    np.sign(x) * x
    x + np.sign(x * 2)
floor: x[5]
    np.floor(x) + x
    x - np.floor(x)
ceil: x[5]
    np.ceil(x) * x
trunc: x[5]
    np.trunc(x) * x
round: x[5]
    np.round(x) * x
    np.round(x * 0.1, 1) + x
    round(x[0]) * x
rint: x[5]
    np.rint(x) * x
fmod: x[2,3] y+[3]
    np.fmod(x, y)
    np.fmod(x, 0.7)
floor_divide: x[2,3] y+[3]
    np.floor_divide(x, y) * x + y
float_power: x+[2,3] y[3]
    np.float_power(x, y)
    np.float_power(x, 2)
copysign: x[5] y[5]
    np.copysign(x, y)
    np.copysign(2.0, y) * x
positive: x[5]
    np.positive(x) * x
cbrt: x[5]
    np.cbrt(x)
ldexp: x[5]
    np.ldexp(x, 3)
cumprod: x[3,4]
    np.cumprod(x)
    np.cumprod(x, axis=0)
    np.cumprod(x, axis=1) * x
accumulate: x[3,4]
    np.add.accumulate(x)
    np.add.accumulate(x, axis=1) * x
    np.multiply.accumulate(x)
    np.multiply.accumulate(x, axis=-1) * x
    np.maximum.accumulate(x)
    np.maximum.accumulate(x, axis=1) * x
    np.minimum.accumulate(x, axis=-1) * x
accumulate: x[0]
    np.maximum.accumulate(x)
bincount: x[4]
    np.bincount(np.array([2, 0, 2, 3]), weights=x) ** 2
    np.bincount(np.array([1, 1, 0, 1]), x * x, minlength=5)
    x * np.bincount(np.array([2, 0, 2, 3]))
range: x[3,4]
    x[range(3), np.array([1, 0, 1])] ** 2
    x[range(1, 3)] ** 2
    x[np.array([0, 0, 2]), range(3)] ** 2
cumprod: x[4]
    np.cumprod(x * np.array([1.0, 0.0, 1.0, 0.0]))
ptp: x[3,4]
    np.ptp(x)
    np.ptp(x, axis=0)
average: x[3,4] w+[4]
    np.average(x)
    np.average(x, axis=0)
    np.average(x, axis=1, weights=w)
    np.average(x, weights=np.ones((3, 4)))
median: x[5]
    np.median(x)
    np.median(x[:4]) * x
median: x[3,4]
    np.median(x, axis=0)
    np.median(x, axis=1, keepdims=True) * x
percentile: x[3,4]
    np.percentile(x, 30)
    np.percentile(x, 50, axis=0)
quantile: x[5]
    np.quantile(x, 0.3)
    np.quantile(x, 0.25) * x
nansum: x[3,4]
    np.nansum(x)
    np.nansum(x, axis=0)
    np.nansum(x + np.array([0.0, np.nan, 0, 0]), axis=1)
signbit: x[3,4]
    np.signbit(x) * x**2
nanmean: x[3,4]
    np.nanmean(x, axis=0)
    np.nanmean(x + np.array([0.0, np.nan, 0, 0]), axis=1)
nanvar: x[3,4]
    np.nanvar(x)
    np.nanvar(x + np.array([0.0, np.nan, 0, 0]), axis=1)
nanstd: x[3,4]
    np.nanstd(x)
    np.nanstd(x + np.array([0.0, np.nan, 0, 0]), axis=1)
nanmax: x[3,4]
    np.nanmax(x)
    np.nanmax(x + np.array([0.0, np.nan, 0, 0]), axis=1)
nanmin: x[3,4]
    np.nanmin(x)
    np.nanmin(x + np.array([0.0, np.nan, 0, 0]), axis=1)
nanprod: x[3,4]
    np.nanprod(x, axis=0)
    np.nanprod(x + np.array([0.0, np.nan, 0, 0]), axis=1)
nancumsum: x[4]
    np.nancumsum(x)
    np.nancumsum(x + np.array([0.0, np.nan, 0, 0]))
ediff1d: x[5]
    np.ediff1d(x)
trapezoid: x[5] y[5]
    np.trapezoid(x, y)
trapezoid: x[5]
    np.trapezoid(x)
    np.trapezoid(x, dx=0.5)
    np.trapezoid(x, np.array([0.0, 1.0, 1.5, 3.0, 4.0]))
trapezoid: x[3,4]
    np.trapezoid(x, axis=0)
    np.trapezoid(x)
interp: x~[4] y[3]
    np.interp(x, np.array([-1.0, 0.013, 1.0]), y)
convolve: x[5] y[3]
    np.convolve(x, y)
    np.convolve(x, y, 'same')
    np.convolve(x, y, mode='valid')
    np.convolve(y, x, 'valid')
correlate: x[5] y[3]
    np.correlate(x, y)
    np.correlate(x, y, 'full')
    np.correlate(x, y, 'same')
meshgrid: x[2] y[3]
    a, b = np.meshgrid(x, y); a * b
    a, b = np.meshgrid(x, y, indexing='ij'); a - b * b
delete: x[5]
    np.delete(x, 1)
    np.delete(x, [0, 3])
insert: x[5]
    np.insert(x, 1, 2.0)
resize: x[5]
    np.resize(x, (2, 4))
broadcast_arrays: x[3] y[2,1]
    a, b = np.broadcast_arrays(x, y); a * b
ones_like: x[2,3]
    np.ones_like(x) * x
    np.zeros_like(x) + x
    np.full_like(x, 2.0) * x
full_like: x[2,3] s
    np.full_like(x, s) * x
arange: x[4]
    x * np.arange(4)
    x * np.arange(1.0, 5.0)
    x * np.ones(4) + np.zeros((3, 4))
eye: x[3,3]
    x * np.eye(3)
    x + np.identity(3)
asarray: x[2,3]
    np.asarray(x) * x
    np.ascontiguousarray(x.T) * 2
copy: x[2,3]
    np.copy(x) * x
vander: x[3]
    np.vander(x)
    np.vander(x, 4, increasing=True)
    np.vander(x, 2) @ np.array([2.0, 0.5])
polyval: x[4] p[3]
    np.polyval(p, x)
    np.polyval([1.0, -2.0, 0.5], x)
    np.polyval([p[0], 2.0, p[1] * p[2]], x)
    np.polyval(p, x[0])
    np.polyval(p[:1], x.reshape(2, 2))
cov: x[3,5]
    np.cov(x)
    np.cov(x, rowvar=False)
corrcoef: x[3,5]
    np.corrcoef(x)
    np.corrcoef(x, rowvar=False)
    np.corrcoef(x[:2])[0, 1]
unwrap: x[5]
    np.unwrap(x)
matrix_transpose: x[2,3,4]
    np.matrix_transpose(x)
vecdot: x[2,3] y[3]
    np.vecdot(x, y)
matvec: x[2,3] y[3]
    np.matvec(x, y)
concat: x[2,3] y[1,3]
    np.concat([x, y])
unstack: x[2,3]
    a, b = np.unstack(x); a * b
cumulative_sum: x[4]
    np.cumulative_sum(x)
apply_along_axis: x[2,3]
    np.apply_along_axis(np.sum, 1, x)
sliding_window_view: x[5]
    sliding_window_view(x, 3) * 2
sliding_window_view: x[4,5] w[2,3]
    np.einsum('ijkl,kl->ij', sliding_window_view(x, (2, 3)), w)
lstsq: x[4,2] y[4]
    np.linalg.lstsq(x, y)[0]
qr: x[4,3]
    q, r = np.linalg.qr(x); r
    q, r = np.linalg.qr(x); q @ np.tanh(r)
multi_dot: x[2,3] y[3,4] z[4,2]
    np.linalg.multi_dot([x, y, z])
    np.linalg.multi_dot([x, y])
matrix_power: x^[3,3]
    np.linalg.matrix_power(x, 3)
    np.linalg.matrix_power(x, -2)
    np.linalg.matrix_power(x, 0) + x
    np.linalg.matrix_power(x, 1)
eigvalsh: x[3,3]
    np.linalg.eigvalsh(x + x.T)
eigvals: x^[2,2]
    np.sort(np.linalg.eigvals(x @ x.T))
svdvals: x[3,2]
    np.linalg.svdvals(x)
tensorinv: x^[4,4]
    np.linalg.tensorinv(x.reshape(4, 2, 2), ind=1)
cond: x^[3,3]
    np.linalg.cond(x)
    np.linalg.cond(x[:2])
    np.linalg.cond(x, 1)
aliases: x^[3,3] y[3] z[2,3,3]
    np.linalg.outer(y, x[0])
    np.linalg.matmul(x, y)
    np.linalg.tensordot(x, y, axes=1)
    np.linalg.cross(x[0], y)
    np.linalg.trace(x)
    np.linalg.trace(z, offset=1)
    np.linalg.diagonal(x)
    np.linalg.diagonal(z, offset=-1)
places: x[3,4]
    x[np.ix_([0, 2], [1, 3, 1])]
    x[np.ix_(np.array([2, 0]), np.arange(4))] * 2
    x[np.unravel_index([0, 5, 5], (3, 4))]
    x[np.unravel_index(np.argmax(x), x.shape)] * x
    x.ravel()[np.ravel_multi_index(([0, 1], [1, 2]), (3, 4))]
    x[np.tril_indices_from(x)]
    x[:3, :3][np.triu_indices_from(x[:3, :3], 1)] ** 2
    x.compress([True, False, True], axis=0)
    x[0].compress(x[0] > 0)
tuples of arrays: x[2,6]
    parts = np.split(x, 3, axis=1); np.hstack(parts) * x
    parts = [x[0], x[1] * 2]; np.stack(parts)
np.c_, np.r_: x[3] y[3] z[3,2] s
    np.c_[x, y]
    np.c_[np.ones(3), z * x[:, None], y] @ np.ones(4)
    np.c_[z]
    np.r_[x, y] * np.r_[y, x]
    np.r_[0, s, 2.0] ** 2
    np.r_[x[:2], z[0]]
parts: x[4]
    np.modf(x)[0] * x
    np.modf(x)[1] * x
    np.where(np.isin([0, 1, 2, 3], [1, 3]), x, x**2)
constants: x[5]
    x * np.hanning(5)
    x * np.kaiser(5, 2.0) + np.hamming(5) - np.blackman(5) * np.bartlett(5)
    x * np.logspace(0, 1, 5)
    x * np.geomspace(1.0, 16.0, 5)
vector_norm: x[4]
    np.linalg.vector_norm(x)
matrix_norm: x[3,4]
    np.linalg.matrix_norm(x)
ufunc out=: x[2,3] y[3]
    z = np.empty((2, 3)); np.add(x, y, out=z); z * x
    np.multiply(x, y, out=None)
ufunc where=: x[2,3]
    np.add(x, x, where=True)
    np.sum(x, where=x > 0)
    np.exp(x, out=np.zeros((2, 3)), where=x > 0)
    np.mean(x, axis=0, where=np.array([[True, False, True], [True] * 3]))
ufunc dtype=: x[2,3]
    np.sum(x, dtype=np.float64)
    np.exp(x, dtype=np.float64)
initial=: x[2,3]
    np.sum(x, initial=2.0)
    np.max(x, initial=0.013)
    np.prod(x, axis=0, initial=2.0)
ufunc.reduce: x[2,3]
    np.add.reduce(x)
    np.add.reduce(x, axis=1, keepdims=True) * x
    np.multiply.reduce(x, axis=1)
    np.maximum.reduce(x)
    np.minimum.reduce(x, axis=None)
    np.logaddexp.reduce(x)
ufunc.outer: x[2] y[3]
    np.add.outer(x, y)
    np.multiply.outer(x, y)
    np.subtract.outer(x, y)
    np.sum(np.subtract.outer(y, y) ** 2)
ufunc.outer of matrices: x[2,3] y[2]
    np.add.outer(x, y)
    np.multiply.outer(y, x)
    np.subtract.outer(x, x)
ufunc.accumulate: x[4]
    np.add.accumulate(x)
    np.maximum.accumulate(x)
"""
)
