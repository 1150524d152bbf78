"""Cases of reductions, and of functions that rearrange an array."""

from __future__ import annotations

from array_case import Table, table

_REDUCTION = """
{name}: x+[2,3,4]
    np.{name}(x)
    np.{name}(x, axis=0)
    np.{name}(x, axis=-1)
    np.{name}(x, axis=(0, 2))
    np.{name}(x, axis=(-1, 0))
    np.{name}(x, axis=None)
    x * np.{name}(x, keepdims=True)
    x * np.{name}(x, axis=1, keepdims=True)
    x * np.{name}(x, axis=-1, keepdims=True)
    x * np.{name}(x, axis=(0, -1), keepdims=True)
{name}: x[5]
    np.{name}(x)
    np.{name}(x, 0)
    x - np.{name}(x)
{name}: x+[2,3]
    np.{name}(x * x, 1)
    np.{name}(x, axis=(1,))
{name}: x+[3,1]
    np.{name}(x, axis=0) * x
"""
_REDUCTIONS = "sum mean var std prod max min amax amin"


REDUCTIONS: Table = (
    *table("".join(_REDUCTION.format(name=name) for name in _REDUCTIONS.split())),
    *table(
        """
var: x[3,4]
    np.var(x, ddof=1)
    np.var(x, axis=0, ddof=1)
    np.var(x, axis=1, ddof=2, keepdims=True) * x
    np.var(x[:, :1], axis=1) + x[:, 0]
std: x[3,4]
    np.std(x, ddof=1)
    np.std(x, axis=1, ddof=1)
    np.std(x, axis=0, ddof=1.5)
prod: x[3,4]
    np.prod(x * np.array([1.0, 0.0, 1.0, 1.0]), axis=1)
    np.prod(x * np.array([[1.0], [0.0], [0.0]]), axis=0)
    np.prod(x - x[0, 0])
sum: x[2,3]
    sum(x)
    sum(x[0])
    np.sum(x, axis=())
    np.sum([x, x * x])
sum: x[2,3] y[3]
    np.sum(x * y)
    np.sum(x + y, axis=0)
    np.sum(x, 0) * y
max: x[2,3]
    np.max(x + 0 * x[0])
    x - np.max(x, axis=1, keepdims=True)
cumsum: x[2,3,4]
    np.cumsum(x)
    np.cumsum(x, axis=0)
    np.cumsum(x, 1) * x
    np.cumsum(x, axis=-1)
cumsum: x[4]
    np.cumsum(x) * x
trace: x[3,4]
    np.trace(x)
    np.trace(x, 1)
    np.trace(x, offset=-1)
trace: x[3,3,2]
    np.trace(x)
    np.trace(x, 0, 1, 2)
    np.trace(x, axis1=0, axis2=2)
"""
    ),
)
SHAPING: Table = table(
    """
reshape: x[2,3,4]
    np.reshape(x, (6, 4))
    np.reshape(x, -1)
    np.reshape(x, (4, -1, 2)) * 2
    np.reshape(x, (2, 12), order="F")
reshape: x
    np.reshape(x, (1, 1))
ravel: x[2,3]
    np.ravel(x)
    np.ravel(x.T)
    np.ravel(x, order='F')
transpose: x[2,3,4]
    np.transpose(x)
    np.transpose(x, (1, 2, 0))
    np.transpose(x, axes=(2, 0, 1))
    np.transpose(x, (-1, 0, 1)) * 3
transpose: x[2,3]
    np.transpose(x) @ x
    np.transpose(x[0])
permute_dims: x[2,3,4]
    np.permute_dims(x, (1, 2, 0))
swapaxes: x[2,3,4]
    np.swapaxes(x, 0, 1)
    np.swapaxes(x, -1, 0)
moveaxis: x[2,3,4]
    np.moveaxis(x, 0, 2)
    np.moveaxis(x, -1, 0)
    np.moveaxis(x, (0, 1), (2, 0))
rollaxis: x[2,3,4]
    np.rollaxis(x, 2)
    np.rollaxis(x, 0, 2)
    np.rollaxis(x, 1, 3)
squeeze: x[2,1,3,1]
    np.squeeze(x)
    np.squeeze(x, axis=1)
    np.squeeze(x, (1, 3))
    np.squeeze(x, -1)
expand_dims: x[2,3]
    np.expand_dims(x, 0)
    np.expand_dims(x, -1)
    np.expand_dims(x, axis=(0, 2))
broadcast_to: x[3]
    np.broadcast_to(x, (2, 3))
    np.broadcast_to(x, (4, 2, 3))
broadcast_to: x[2,1]
    np.broadcast_to(x, (2, 3)) * 2
broadcast_to: x
    np.broadcast_to(x, (2, 3))
tile: x[2,3]
    np.tile(x, 2)
    np.tile(x, (2, 1))
    np.tile(x, (3, 1, 2))
    np.tile(x[0], (2, 2))
repeat: x[2,3]
    np.repeat(x, 2)
    np.repeat(x, 2, axis=0)
    np.repeat(x, 3, axis=-1)
    np.repeat(x, np.array([1, 0, 2]), axis=1)
    np.repeat(x, [2, 1], axis=0)
roll: x[2,3]
    np.roll(x, 1)
    np.roll(x, -2, axis=1)
    np.roll(x, (1, 2), axis=(0, 1))
    np.roll(x, 4, axis=0)
rot90: x[2,3]
    np.rot90(x)
    np.rot90(x, 2)
    np.rot90(x, k=3)
    np.rot90(x, -1)
    np.rot90(x, axes=(1, 0))
rot90: x[2,3,4]
    np.rot90(x, 1, (1, 2))
fliplr: x[2,3]
    np.fliplr(x)
    np.fliplr(x) * x
flipud: x[2,3]
    np.flipud(x)
    np.flipud(x) * x
flipud: x[4]
    np.flipud(x)
atleast_1d: x[2,3]
    np.atleast_1d(x) * 2
atleast_1d: x
    np.atleast_1d(x) * 2
atleast_2d: x[3]
    np.atleast_2d(x) * 2
atleast_2d: x
    np.atleast_2d(x) * x
atleast_3d: x[3]
    np.atleast_3d(x) * 2
atleast_3d: x[2,3]
    np.atleast_3d(x) * 2
concatenate: x[2,3] y[4,3]
    np.concatenate([x, y])
    np.concatenate((y, x, x), axis=0)
    np.concatenate([x * 2, np.ones((1, 3)), y], axis=0)
    np.concatenate([x, x], axis=1)
    np.concatenate([x.T, y.T], axis=-1)
    np.concatenate((x, y), axis=None)
array: x y
    np.array([x, y, x * y])
    np.array([[x, 0.0], [1.0, y]])
array: x[3] y[3]
    np.array([x, y, x + y])
    np.array((x, 2 * x))
array: x[2,3]
    np.array(x) * 2
    np.array([x[0, 1], x[1, 2], 0.5])
array_split: x[5,3]
    a, b = np.array_split(x, 2); a[0] * b[1]
    a, b, c = np.array_split(x, [1, 3]); a * b + c
    a, b = np.array_split(x, 2, axis=1); a[:, :1] * b
    np.array_split(x, 3)[1]
split: x[4,6]
    a, b = np.split(x, 2); a * b
    a, b, c = np.split(x, [1, 2], axis=1); a * b + c[:, :1]
    a, b = np.split(x, 2, axis=-1); a - b * b
    np.split(x, 4)[2]
hsplit: x[2,4]
    a, b = np.hsplit(x, 2); a * b
    a, b = np.hsplit(x, [1]); a * b
hsplit: x[4]
    a, b = np.hsplit(x, 2); a * b
vsplit: x[4,3]
    a, b = np.vsplit(x, 2); a * b
    np.vsplit(x, [1, 3])[1]
dsplit: x[2,3,4]
    a, b = np.dsplit(x, 2); a * b
pad: x[2,3]
    np.pad(x, 1)
    np.pad(x, ((1, 0), (2, 1)))
    np.pad(x, ((0, 2), (1, 1)), mode="constant")
    np.pad(x, (1, 2), "constant", constant_values=3.0)
    np.pad(x * x, ((0, 0), (0, 2))) * 2
pad: x[3]
    np.pad(x, (2, 1))
    np.pad(x, 0)
diag: x[3,4]
    np.diag(x)
    np.diag(x, 1)
    np.diag(x, k=-2)
    np.diag(np.diag(x))
diag: x[1,3]
    np.diag(x)
    np.diag(x, 1)
    np.diag(x.T)
diag: x[3]
    np.diag(x)
    np.diag(x, 1)
    np.diag(x, k=-2)
diagonal: x[3,4]
    np.diagonal(x)
    np.diagonal(x, 1)
    np.diagonal(x, offset=-1)
diagonal: x[2,3,4]
    np.diagonal(x)
    np.diagonal(x, 0, 1, 2)
    np.diagonal(x, axis1=-1, axis2=-2)
    np.diagonal(x, offset=1, axis1=0, axis2=2)
tril: x[3,4]
    np.tril(x)
    np.tril(x, 1)
    np.tril(x, k=-1)
tril: x[2,3,3]
    np.tril(x) * x
triu: x[3,4]
    np.triu(x)
    np.triu(x, 1)
    np.triu(x, k=-1)
triu: x[2,3,3]
    np.triu(x) * x
sort: x[3,4]
    np.sort(x)
    np.sort(x, axis=0)
    np.sort(x, axis=None)
sort: x[5]
    np.sort(x)
    np.sort(x)[::-1] * x
    np.sort(-x)[:2]
partition: x[5]
    np.partition(x, 2)[2]
    np.partition(x, 1)[:2].sum()
    np.partition(x, -1)[-1]
partition: x[3,5]
    np.partition(x, 2, axis=1)[:, 2]
    np.partition(x, 1, axis=0)[1]
diff: x[3,4]
    np.diff(x)
    np.diff(x, axis=0)
    np.diff(x, n=2)
    np.diff(x, 2, 0)
    np.diff(x, n=3, axis=1)
diff: x[5]
    np.diff(x) ** 2
gradient: x[5]
    np.gradient(x)
    np.gradient(x, 0.5) * x
gradient: x[3,4]
    np.gradient(x, axis=0)
    np.gradient(x, axis=1)
    np.gradient(x, 2.0, axis=-1)
    a, b = np.gradient(x); a * b
linspace: x y
    np.linspace(x, y, 5)
    np.linspace(0.0, x, 4) * y
    np.linspace(x, y, num=3, endpoint=False)
    np.linspace(x, 2.0, 1) + y
linspace: x[3] y[3]
    np.linspace(x, y, 4)
"""
)
