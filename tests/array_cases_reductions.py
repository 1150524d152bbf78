"""Further cases of reductions, statistics, and elementwise functions."""

from __future__ import annotations

from array_case import Table, table

_REDUCTIONS: Table = table(
    """
sum: x[2,3] y[2,3]
    np.sum([x, y], axis=1)
    np.mean([x, y], axis=0)
    np.max([x, y], axis=1)
    np.cumsum([x, y], axis=2)
var: x[4,3] s
    np.var(x * s, axis=0, correction=1)
    np.var(x, axis=(0, 1), ddof=1, keepdims=True) * x
    np.var(x[:1], axis=0) + x[0]
std: x[4,3] s
    np.std(x, axis=0, correction=1) * s
    np.std(x[:1], axis=0) + x[0]
    np.std(x, axis=(0, 1), keepdims=True) * x
    (x - x.mean(axis=0)) / x.std(axis=0)
std: s
    np.std(s) + s
ptp: x[2,3,4]
    np.ptp(x)
    np.ptp(x, axis=(0, 2))
    np.ptp(x, axis=-1, keepdims=True) * x
max: x[2,3,4]
    np.max(x, axis=(0, 2))
    np.max(x, axis=(0, 1), keepdims=True) * x
    np.amin(x, axis=-2) * x[0, 0]
    x.max(axis=1).min()
prod: x[2,3,4]
    np.prod(x, axis=(2, 0))
    np.prod(x, axis=(-1, 1), keepdims=True) * x
    np.prod(x * np.array([1.0, 0.0, 0.0, 1.0]), axis=1)
    np.prod(x - x[:1, :1], axis=(0, 1))
    np.prod(x[:, :0], axis=1) * x[:, 0]
    np.prod(x, axis=())
cumsum: x[2,3,4]
    np.cumsum(x, axis=-2) * x
    np.cumsum(x[:0], axis=0) * 2
cumprod: x[2,3,4]
    np.cumprod(x, axis=-1)
    np.cumprod(x * np.array([1.0, 0.0, 1.0, 0.0]), axis=2)
    np.cumprod(x[:, :, 0])
    np.cumprod(x, 0) * x
cumsum: s x[]
    np.cumsum(s, axis=-1)
    np.cumsum(x * x)
    np.cumprod(s, axis=0) * s
    np.cumprod(x)
diff: x[2,3,4]
    np.diff(x)
    np.diff(x, axis=0)
    np.diff(x, 2, 1)
    np.diff(x, n=3) * 2
    np.diff(x, n=0) * x
    np.diff(x[:1], axis=0) + x[0]
diff: x[5]
    np.diff(x) / np.diff(x**2)
    np.diff(x, 2)
ediff1d: x[2,3]
    np.ediff1d(x)
    np.ediff1d(x * x) * 2
gradient: x[4,5]
    np.gradient(x)[1]
    np.gradient(x, 0.3)[0] * x
    np.gradient(x[:2], axis=0)
    np.gradient(x[0])
logsumexp: x[3,4]
    np.log(np.sum(np.exp(x), axis=0, keepdims=True)) * x
    np.log(np.exp(x).sum(1))
"""
)
_STATISTICS: Table = table(
    """
average: x[2,3,4] v+[3] w+[2,3,4]
    np.average(x, axis=1, weights=v)
    np.average(x, axis=-2, weights=v, keepdims=True) * x
    np.average(x, weights=w)
    np.average(x, axis=2, weights=w)
    np.average(x, axis=(0, 1), weights=w)
    np.average(x, axis=0)
    np.average(x[0, :, 0], weights=v)
median: x[2,3,4]
    np.median(x)
    np.median(x, axis=(0, 1))
    np.median(x, axis=-1, keepdims=True) * x
    np.median(x, axis=1)
quantile: x[2,3,4]
    np.quantile(x, 0.1)
    np.quantile(x, 0.8, axis=(0, 2))
    np.quantile(x, 0, axis=1)
    np.quantile(x, 1.0, axis=-1, keepdims=True) * x
    np.percentile(x, 10, axis=2)
    np.percentile(x, 99.5)
nansum: x[2,3]
    np.nansum(x + np.array([0, np.nan, 0]), axis=1, keepdims=True) * x
    np.nansum(x * np.array([1.0, np.nan, np.nan]))
nanmean: x[2,3]
    np.nanmean(x + np.array([0, np.nan, 0]))
    np.nanmean(x * np.array([1.0, np.nan, 1.0]), axis=-1)
    np.nanmean(x * np.array([1.0, np.nan, 1.0]), axis=1, keepdims=True) * x
nanvar: x[2,4]
    np.nanvar(x + np.array([0, np.nan, 0, 0]), axis=1, ddof=1)
    np.nanvar(x * np.array([1.0, np.nan, 1.0, 1.0]), axis=1, keepdims=True) * x
nanstd: x[2,3]
    np.nanstd(x + np.array([0, np.nan, np.nan]), axis=1) + x[:, 0]
    np.nanstd(x * np.array([1.0, np.nan, 1.0]), axis=1, ddof=1)
nanmax: x[2,3]
    np.nanmax(x + np.array([0, np.nan, 0]), axis=1, keepdims=True) * x
    np.nanmin(x * np.array([1.0, np.nan, 1.0]))
nanprod: x[2,3]
    np.nanprod(x)
    np.nanprod(x + np.array([0, np.nan, 0]), axis=1, keepdims=True) * x
nancumsum: x[2,3]
    np.nancumsum(x * np.array([1.0, np.nan, 1.0]), axis=1)
    np.nancumprod(x * np.array([1.0, np.nan, 1.0]), axis=1)
trapezoid: y[3,4] x[4] v[3] w[3,4]
    np.trapezoid(y, x)
    np.trapezoid(y, v, axis=0)
    np.trapezoid(y, w)
    np.trapezoid(y, w, axis=0)
    np.trapezoid(y[0], x) * x
    np.trapezoid(y, dx=2.5, axis=0)
interp: x~[2,3] y[4]
    np.interp(x, np.array([-0.5, -0.1, 0.2, 0.5]), y)
    np.interp(x[0, 0], np.array([-0.5, -0.1, 0.2, 0.5]), y)
cov: x[3,5]
    np.cov(x)
    np.cov(x, rowvar=False) * 2
round: x[4]
    np.round(x, 1) + x
    (x / 9).round() * x
    np.isclose(x, 0.3) * x
    np.greater(x, 0) * x
    np.where(np.less(x, 0.5) & np.isfinite(x), x, 2 * x)
    np.where(np.logical_or(x > 1, x < 0), x * x, x)
    np.bitwise_and(x > 0, x < 1) * x
nan_to_num: x[3]
    np.nan_to_num(x + np.array([1.0, np.inf, np.nan]), nan=2, posinf=3) * x
ldexp: x[3]
    np.ldexp(x, np.array([1, 0, -2])) * x
    np.ldexp(x, np.array([[1], [2]]))
unwrap: x[4]
    np.unwrap(x) * x
sinc: x[4]
    np.sinc(x / 1000)
    np.sinc(x * 1e-8) * 3
i0: x[4]
    np.i0(x)
hypot: x[3] y[3]
    np.hypot(x, y) * 3 + np.copysign(x, y)
"""
)
_SPECIAL: Table = table(
    """
angles: x[4]
    special.sindg(40 * x)
    special.cosdg(40 * x)
    special.tandg(20 * x) + special.cotdg(20 * x + 90)
    special.radian(x, 2.0, 3.0)
bessel: x+[4]
    special.jv(2, x) + special.jn(0, x)
    special.yv(1, x) + special.yn(2, x)
    special.iv(0, x) + special.ive(1, x)
    special.kv(1, x) + special.kn(0, x)
    special.k0e(x) + special.k1e(x)
j1: x[4]
    special.j1(0 * x)
losses: x[4] d+
    special.huber(0.7, x)
    special.pseudo_huber(0.7, x)
    special.pseudo_huber(d, x)
    special.huber(d, x)
integrals: x+[4]
    special.expi(x) + special.exp1(x)
    special.spence(x)
    special.erfi(x)
powers: x+[4] y[4]
    special.powm1(x, y)
    special.boxcox(x, 0 * y)
    special.boxcox1p(x, y)
    special.inv_boxcox(x, 0.3)
    special.inv_boxcox1p(x, 0.3)
gamma: x+[4] y+[4]
    special.poch(x, y)
    special.betainc(1.5, 2.0, x / 3)
    special.gammaincc(1.0, x)
    special.zeta(2.5, x)
    special.psi(-x)
hypergeometric: x~[4]
    special.hyp1f1(1.5, 2.5, x)
    special.hyp0f1(1.5, x)
    special.hyp2f1(0.5, 1.5, 2.5, x)
xlogy: x[3] y+[3]
    special.xlogy(x * 0, y)
    special.xlogy(x * 0, y * 0) + y
"""
)
_GATES: Table = table(
    """
softmax: x[3,4]
    np.exp(x) / np.exp(x).sum(axis=0)
    np.exp(x) / np.exp(x).sum()
    np.exp(x - x.max()) / np.exp(x - x.max()).sum(axis=-1, keepdims=True)
    np.exp(x - x[0, 0]) / np.sum(np.exp(x - x[0, 0]), axis=0, keepdims=True)
softmax: x[3,3]
    np.exp(x) / np.sum(np.exp(x), axis=1)
    np.exp(x - x[0]) / np.sum(np.exp(x - x[0]), axis=1, keepdims=True)
log-softmax: x[3,4]
    np.log(np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)) * x
    np.log(np.exp(x - x.max()) / np.exp(x - x.max()).sum(axis=1, keepdims=True))
log-sum-exp: x[3,4]
    m = x.max(); m + np.log(np.sum(np.exp(x - m)))
    m = x.max(axis=0, keepdims=True);
        (np.log(np.exp(x - m).sum(axis=0, keepdims=True)) + m) * x
    m = x[0]; m + np.log(np.sum(np.exp(x - m), axis=0, keepdims=True))
    m = x[0]; m + np.log(np.sum(np.exp(x - m), axis=1, keepdims=True))
softplus: x[3] y[3]
    np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)
    np.maximum(0, x) + np.log(1 + np.exp(-np.abs(x)))
    np.log(np.exp(x) + np.exp(y))
    np.log(1 / (1 + np.exp(-x)))
    y / (1 + np.exp(x))
    3 / (1 + np.exp(-x))
norms: x[3,4] v[4] s
    np.sqrt(np.sum(np.square(x), axis=0))
    np.sqrt((x * x).sum(axis=1, keepdims=True)) * x
    np.sqrt(v.dot(v)) + np.sqrt(v @ v)
    np.sqrt(np.sum((x * s) ** 2, axis=(0, 1)))
"""
)
FURTHER: Table = (*_REDUCTIONS, *_STATISTICS, *_SPECIAL, *_GATES)
