"""Cases beyond autograd's list: methods, indices, scipy.special, more of NumPy."""

from __future__ import annotations

from array_case import Table, table

METHODS: Table = table(
    """
T: x[2,3]
    x.T
    x.T @ x
    (x.T * x.T).T
T: x[2,3,4]
    x.T * 2
T: x[3]
    x.T * x
mT: x[2,3,4]
    x.mT * 2
    x.mT @ x
real: x[2,3]
    x.real * x
imag: x[2,3]
    x.imag + x
shape: x[2,3]
    x / x.shape[0]
    x.reshape(x.shape[1], x.shape[0])
    n, d = x.shape; np.sum(x) / n
ndim: x[2,3]
    x * x.ndim
size: x[2,3]
    np.sum(x) / x.size
    x * len(x)
flat: x[2,3]
    x.flat[4] * 2
sum: x[2,3,4]
    x.sum()
    x.sum(0)
    x.sum(axis=-1, keepdims=True) * x
    x.sum((0, 2))
mean: x[2,3,4]
    x.mean()
    x.mean(axis=0)
    x - x.mean(axis=-1, keepdims=True)
var: x[3,4]
    x.var()
    x.var(axis=0)
    x.var(axis=1, keepdims=True) * x
    x.var(ddof=1)
std: x[3,4]
    x.std()
    x.std(axis=0)
    x / x.std(axis=1, keepdims=True)
prod: x[3,4]
    x.prod()
    x.prod(axis=0)
    x.prod(axis=1, keepdims=True) * x
max: x[3,4]
    x.max()
    x.max(axis=0)
    x - x.max(axis=1, keepdims=True)
min: x[3,4]
    x.min()
    x.min(axis=0)
    x - x.min(1)[:, None]
cumsum: x[3,4]
    x.cumsum()
    x.cumsum(axis=0)
    x.cumsum(1) * x
cumprod: x+[3,4]
    x.cumprod()
    x.cumprod(axis=1)
dot: x[2,3] y[3,4]
    x.dot(y)
    x.dot(y[:, 0])
trace: x[3,4]
    x.trace()
    x.trace(1)
    x.trace(offset=-1)
diagonal: x[3,4]
    x.diagonal()
    x.diagonal(1)
reshape: x[2,3,4]
    x.reshape(6, 4)
    x.reshape((4, 6))
    x.reshape(-1)
    x.reshape(2, -1) * 2
    x.reshape(x.shape[0], -1)
ravel: x[2,3]
    x.ravel()
    x.T.ravel()
    x.ravel('F')
flatten: x[2,3]
    x.flatten()
    x.T.flatten() * 2
    x.flatten('F')
transpose: x[2,3,4]
    x.transpose()
    x.transpose(1, 2, 0)
    x.transpose((2, 0, 1))
swapaxes: x[2,3,4]
    x.swapaxes(0, 1)
    x.swapaxes(-1, 0)
squeeze: x[2,1,3,1]
    x.squeeze()
    x.squeeze(1)
    x.squeeze(axis=(1, 3))
repeat: x[2,3]
    x.repeat(2)
    x.repeat(2, axis=1)
take: x[4,3]
    x.take([0, 2, 0])
    x.take([3, 1, 3], axis=0)
    x.take(2, axis=1)
clip: x[3,4]
    x.clip(-1.013, 0.777)
    x.clip(min=0.013)
conj: x[2,3]
    x.conj() * x
copy: x[2,3]
    x.copy() * x
    y = x.copy(); y * y
astype: x[2,3]
    x.astype(np.float64) * x
    x.astype(float) * x
    x * (x > 0).astype(float)
item: x[1]
    x.item() * x
item: x[2,3]
    x.item(1, 2) * 2
argmax: x[3,4]
    x[0, x[0].argmax()] * x
    x[np.arange(3), x.argmax(axis=1)]
argsort: x[5]
    x[x.argsort()]
    x[np.argsort(-x)[:3]]
round: x[2,3]
    (x * 0.9).round() + x
    x.round(1) * x
ptp: x[3,4]
    np.ptp(x)
    np.ptp(x, axis=0)
    np.ptp(x, 1, keepdims=True) * x
any: x[2,3]
    x * (x > 0).any()
    x * (x > 0).all(axis=0)
    x * (x > 0).sum()
"""
)
INDICES: Table = table(
    """
integers: x[4,5]
    x[0]
    x[-1] * x[1]
    x[1, 2] * x
    x[1][2]
    x[-1, -2]
slices: x[4,5]
    x[1:]
    x[:, 1:3]
    x[::2]
    x[::-1]
    x[3:0:-2, ::-1]
    x[1:3, 2]
    x[1:] - x[:-1]
    x[:-1, 1:] * x[1:, :-1]
    x[5:]
    x[-3:-1]
    x[:]
ellipsis: x[2,3,4]
    x[..., 0]
    x[0, ...]
    x[..., 1:3]
    x[0, ..., 1]
    x[...]
    x[1:, ..., ::2]
newaxis: x[2,3]
    x[:, None]
    x[None]
    x[:, np.newaxis, :]
    x[..., None]
    x[:, None] - x[None]
    x[None, 0, None]
    x[0][:, None] * x[1]
masks: x[3,4]
    x[x > 0]
    x[np.array([True, False, True])]
    x[(x > 0) & (x < 1.3)] * 2
    x[:, np.array([True, False, False, True])]
    x[~(x > 0)]
integer arrays: x[4,5]
    x[[0, 2, 0]]
    x[np.array([1, 1, 1])]
    x[:, [1, 1, 3]]
    x[np.arange(4), [0, 1, 1, 4]]
    x[[0, 0], [1, 1]]
    x[[[0, 1], [1, 3]]]
    x[[-1, 3]]
    x[np.arange(4)[:, None], [0, 4, 0]]
mixed: x[3,4,5]
    x[0, :, [1, 1, 2]]
    x[:, [0, 0], 1:3]
    x[[0, 1], :, [1, 1]]
    x[1, [0, 0, 3]]
    x[..., [1, 1]]
    x[[0, 2], None, 1]
    x[[1, 1], ..., ::2]
    x[:, [[0, 1], [1, 1]]]
computed: x[4,3]
    i = np.argmax(x, axis=1); x[np.arange(4), i]
    x[np.argmin(x[:, 0])]
    n = x.shape[0]; x[: n // 2]
    x[np.nonzero(x[:, 0] > 0)]
    x[np.where(x[:, 0] > 0)[0]]
rows: x[3,4]
    a, b, c = x; a * b + c
    x[0] * x[1] + x[0]
several reads: x[4]
    x[0] * x[1] + x[0] * x[3]
    x[:2] * x[2:] + x[1:3]
    x[[0, 0]] * x[0]
"""
)
# the kind of values that each function of one argument is differentiated at
_SPECIAL_UNARY = {
    "": "expit log_expit erf erfc erfcx i0 i1 i0e i1e j0 j1 exprel expm1 cosm1 exp2 "
    "exp10 dawsn ndtr log_ndtr cbrt",
    "+": "log1p rgamma entr loggamma y0 y1 k0 k1 psi digamma gamma gammaln",
    "~": "erfinv",
}
_SPECIAL_FORM = """
{name}: x{kind}[2,3]
    special.{name}(x)
    x * special.{name}(x * 0.9)
{name}: x{kind}
    special.{name}(x)
"""
SPECIAL: Table = (
    *table(
        "".join(
            _SPECIAL_FORM.format(name=name, kind=kind)
            for kind, names in _SPECIAL_UNARY.items()
            for name in names.split()
        )
    ),
    *table(
        """
logit: x~[2,3]
    special.logit((x + 1) / 2)
ndtri: x~[2,3]
    special.ndtri((x + 1) / 2)
erfcinv: x~[2,3]
    special.erfcinv(x + 1)
xlogy: x+[2,3] y+[3]
    special.xlogy(x, y)
    special.xlogy(2, y) * x
xlog1py: x+[2,3] y+[3]
    special.xlog1py(x, y)
rel_entr: x+[2,3] y+[3]
    special.rel_entr(x, y)
kl_div: x+[2,3] y+[3]
    special.kl_div(x, y)
beta: x+[2,3] y+[3]
    special.beta(x, y)
betaln: x+[2,3] y+[3]
    special.betaln(x, y)
polygamma: x+[2,3]
    special.polygamma(1, x)
    special.polygamma(0, x) * x
multigammaln: x!
    special.multigammaln(x, 2)
multigammaln: x![2,3]
    special.multigammaln(x, 3) * x
    special.multigammaln(x, 1)
choices: n![2,3] k~[3]
    special.binom(n, k)
    special.comb(n, 0.5)
    special.binom(5, k)
    special.factorial(n)
    special.comb(5, 2) * k * special.factorial(3)
elliptic: m~[2,3]
    special.ellipk(m)
    special.ellipe(m) * m
sinc: x[4]
    special.sinc(x)
gammainc: x+[2,3]
    special.gammainc(2.5, x)
    special.gammaincc(1.5, x)
boxcox: x+[2,3] y+[3]
    special.boxcox(x, y)
logsumexp: x[2,3,4]
    special.logsumexp(x)
    special.logsumexp(x, axis=0)
    special.logsumexp(x, axis=(0, 2))
    x - special.logsumexp(x, axis=-1, keepdims=True)
    special.logsumexp(x, axis=1, b=2.0)
logsumexp: x[2,3] b+[2,3] w+[3] c+[2,1]
    special.logsumexp(x, b=b)
    special.logsumexp(x, 1, b)
    special.logsumexp(x, axis=0, b=w, keepdims=True)
    special.logsumexp(x, axis=1, b=c) * x[:, 0]
    special.logsumexp(x, b=np.array([0.5, 0.0, 2.0]), axis=1)
softmax: x[2,3,4]
    special.softmax(x)
    special.softmax(x, axis=0)
    special.softmax(x, axis=-1) * x
    special.softmax(x, axis=(0, 2))
log_softmax: x[2,3,4]
    special.log_softmax(x)
    special.log_softmax(x, axis=1)
    special.log_softmax(x, axis=-1) * x
"""
    ),
)
