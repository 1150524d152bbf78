"""More cases of functions that move, join, choose, repeat and make elements."""

from __future__ import annotations

from array_case import Table, table

MOVING: Table = table(
    """
axes: x[2,3,4]
    np.transpose(x * x, [2, 0, 1])
    np.transpose(x, axes=None) * 2
    x.transpose(None)
    x.transpose(-1, 0, 1) * x.transpose(2, 0, 1)
    (x * 2).transpose(1, 0, 2)
    (x + 1).T
    np.swapaxes(x * x, axis1=0, axis2=-1)
    np.moveaxis(x, [0, 2], [-1, 0])
    np.moveaxis(x, source=0, destination=-1)
    np.rollaxis(x * x, -1)
    np.rollaxis(x, 2, -2)
    np.rollaxis(x, 1, 1) * x
    np.linalg.matrix_transpose(x)
axes: x[2,3]
    np.matrix_transpose(x) @ x
    x.mT @ x
order: x[2,3,4]
    np.flip(x * x, axis=(0, -1))
    np.flip(x[0], 1) * x[0]
    np.roll(x, (1, -2), axis=(0, 2)) * x
    np.roll(x, shift=3)
    n = x.shape[0]; np.roll(x, n, axis=1)
    np.roll(x, 1, (0, 1))
    np.rot90(x, k=-3, axes=(0, 2))
    np.rot90(x * x, 5)
    np.rot90(x, 0) * x
shapes: x[2,3,4]
    x.reshape(-1, 4) @ x[0].T
    x.reshape((-1,))
    x.reshape(2, 12, order="F") * 2
    x.reshape(x.shape[0], x.shape[1] * x.shape[2])
    n, d = x.shape[:2]; x.reshape(n * d, -1)
    np.reshape(x * x, x.shape[::-1])
    np.reshape(x, (-1, 2, 3))
    np.reshape(x, 24)
    x.T.reshape(6, 4)
    x[:, :, 0].ravel() * x[:, :, 1].flatten()
    np.ravel(x * x, "F")
    np.ravel(x, order="C")
    (x * x).flatten()
    np.expand_dims(x * x, (0, -1))
    np.atleast_2d(x) * x
    np.atleast_3d(x[0, 0] * x[0, 1])
    np.squeeze(x[:1])
    np.squeeze(x[:1] * x[1:], axis=0)
    np.broadcast_to(x[:, :1], (2, 3, 4)) * x
    np.broadcast_to(x, x.shape)
    np.broadcast_to(x[0, 0], (5, 1, 4))
    x.flat[3] * x.flat[-1]
shapes: x[3] s
    np.broadcast_to(s, (2, 2)) * 2
    np.expand_dims(x, 1) * x
    np.atleast_2d(x).T @ np.atleast_2d(x)
    np.reshape(s, (1,)) * x
    np.ravel(s) * x
    np.atleast_3d(s) * x
shapes: x[1,1]
    x.reshape(()) * x
    np.squeeze(x) * x
    x.squeeze()[()] * 2
repetitions: x[2,3]
    np.tile(x, 1) * x
    np.tile(x, (2, 2, 1)) * 3
    np.tile(x * x, [1, 3])
    np.tile(x, ())
    np.tile(x, 0).sum() + x
    np.tile(x[0], (2, 3, 1))
    np.repeat(x * x, 2, axis=-2)
    np.repeat(x, 1, 0) * x
    np.repeat(x, np.array([0, 2]), 0)
    np.repeat(x, [1, 2, 0, 1, 1, 3])
    np.repeat(x, np.array([2, 0, 1]), axis=-1)
    np.repeat(x, 3)[::2]
    np.resize(x, (3, 3)) * 2
    np.resize(x, 4)
repetitions: s
    np.tile(s, 3)
    np.tile(s, (2, 2))
    np.repeat(s, 3)
borders: x[2,3]
    np.pad(x, (1,))
    np.pad(x, ((2, 1),))
    np.pad(x * x, [(0, 1), (1, 0)])
    np.pad(x, ((0, 0), (1, 1)), mode="reflect")
    np.pad(x, 4, mode="wrap")
    np.pad(x, 3, mode="symmetric")
    np.pad(x, ((1, 2), (0, 0)), "edge") * 2
    n = x.shape[0]; np.pad(x, n)
    w = np.array([[1, 0], [0, 2]]); np.pad(x, w)
borders: x[2,3,2]
    np.pad(x, ((1, 1), (0, 0), (2, 0)))
    np.pad(x, 1, "edge")
triangles: x[3]
    np.tril(x)
    np.triu(x, -1)
triangles: x[3,3]
    np.tril(x * x, -1) + np.triu(x)
    x * np.tri(3)
    x * np.tri(3, 3, -1)
    np.diag(np.diag(x)) * x
    np.diag(x * x, -1)
    np.diag(x[0], 2)
    np.diag(x, 3).sum() + x
    np.diagonal(x * x, 1)
    x.diagonal(0, 1, 0)
    x.diagonal(offset=-4).sum() + x
places: x[3,3] v[3]
    x[np.tril_indices(3, -1)] * v
    x[np.triu_indices(3)] * v[0]
    x[np.diag_indices(3)] * v
    x[np.where(x > 0)] * v[0]
    x[np.nonzero(x > 0)] * v[0]
    y = x * 1; y[np.triu_indices(3, 1)] = v; y * x
    below = np.tril_indices(x.shape[0], -1); y = x * x; y[below] += v; y
    below = np.tril_indices(x.shape[0], -1); x[below] * x[below]
    y = np.diag(v); y[np.tril_indices(3, -1)] = v * v; y @ x
joining: x[2,3] y[2,3] s
    np.concatenate([x[:0], y, x])
    np.concatenate([x * y, y], -1)
    np.concatenate(([x[0, 0], s], y[0]))
    np.concatenate([x, [[1.0, 2.0, 3.0]]])
    np.concatenate([x], axis=1) * y
    np.concatenate((x.ravel(), y[0]))
    np.concatenate([x, y], None)
    np.stack([x, np.ones((2, 3)), y], 2)
    np.stack((x, y), -2)
    np.stack([x[0], [1.0, 2.0, 3.0]])
    np.stack([s, x[0, 0], 2.0])
    np.vstack([x, y[0], [1.0, 2.0, 3.0]])
    np.vstack([s, x[0, 1]])
    np.hstack([s, x[0], 2.0])
    np.hstack([x[:, :, None], y[:, :, None]])
    np.dstack([x[:, :, None], y[:, :, None]])
    np.dstack([x, y[:, :, None]])
    np.dstack([s, x[0, 1]])
    np.column_stack([x, y[:, 0], y])
    np.column_stack([x[0] * y[0], x[1]])
    np.append(x, [[1.0, 2.0, 3.0]], axis=0)
    np.append(x, y, axis=-1)
    np.append(x, s)
    np.append(s, x)
    np.append(2.0, x * y)
    np.block([[x], [y]])
    np.block([[s, x[0]], [y[1], s]])
    np.block([x[0], y[1], s])
    np.block([[x, y], [y, x]]) * 2
    np.block([[x[:, :1], x, y], [np.zeros((1, 7))]])
    np.block([[[x]], [[y]]])
    np.array([[x[0, 0], s], [y[1, 2], 1.0]])
    np.array([x[0] * y[0], x[1]]) * 2
    np.array([x, y]).sum(axis=0)
    np.array([[x, y], [y, x]])
    np.asarray([s, s * s])
splitting: x[4,3]
    a, b = np.split(x * x, 2); a @ b.T
    np.split(x, [1, 3])[-1]
    np.split(x, 2)[0] * np.split(x, 2)[1]
    a, b, c = np.split(x, [2, 2]); np.sum(a) + c
    a, b, c = np.array_split(x, 3); b * c
    a, b, c = np.array_split(x, 3, axis=-1); a * b - c
    a, = np.split(x, 1); a * a
    a, b = np.vsplit(x, [3]); a * b
    a, b, c = np.hsplit(x, 3); a * b * c
    _, b = np.split(x, 2); b * b
    a, b, c = np.unstack(x, axis=1); a * b - c
    np.unstack(x)[-1] * 2
    s = np.split(x, 2); s[0] * s[1]
    s = np.split(x, 2); s[0] * s[0]
grids: x[3] y[2] s
    a, b = np.meshgrid(x * x, y); a - b
    a, b = np.meshgrid(x, x); a * b
    np.meshgrid(x, y)[1] * 2
    np.meshgrid(x, y, indexing="ij")[-1]
    a, b, c = np.meshgrid(x, y, x); a * b + c
    a, b, c = np.meshgrid(x, y, [1.0, 2.0], indexing="ij"); a * b * c
    a, b = np.meshgrid(x, s); a * b
    a, = np.meshgrid(x); a * a
    a, b = np.broadcast_arrays(x, y[:, None]); a * b
    a, b, c = np.broadcast_arrays(x, s, y[:, None]); a * b - c
    np.broadcast_arrays(x, s)[-1] * x
selecting: x[3,4]
    np.take(x, -1)
    np.take(x, 2)
    np.take(x * x, [1, 1], 1)
    np.take(x, np.array([[0, 2], [2, 2]]), axis=0)
    x.take([[0, 5], [5, 11]])
    np.take(x, np.argmax(x, axis=1)[0], axis=1)
    np.take_along_axis(x, np.argsort(x, axis=None), axis=None)
    np.take_along_axis(x * x, np.array([[0], [3], [3]]), 1)
    np.take_along_axis(x, np.array([[0, 0, 2, 2]]), axis=-2)
    np.take_along_axis(x[0], np.array([3, 3, 1]), 0)
    np.compress([0, 1], x, 0)
    np.compress(x[0] > 0, x * x, axis=-1)
    np.compress(x.ravel() > 0, x)
    np.extract(x > 0, x * x)
    np.extract(np.array([True, False, True]), x[:, 0])
    np.extract([1, 0, 0, 1], x[0])
    np.delete(x, 1, axis=0)
    np.delete(x, [0, -1], 1)
    np.delete(x * x, 5)
    np.delete(x, -1, axis=-1)
    np.insert(x, 1, 0.5, axis=1)
    np.insert(x, -1, x[0], axis=0)
    np.insert(x, 2, x[0, 1])
    np.insert(x, -2, x[:, 1], axis=1)
    x.item(3) * x
    x.item(1, -1) * x
    x[0].item(-2) * x
    np.unique(x)
    np.unique(x[0] * x[1])
    x[np.nonzero(x > 0)]
    x[np.nonzero(x > 0)] * np.ones(1) * x[np.nonzero(x > 0)]
    x[np.where(x[0, 0] * 0 + x > x[0, 0])] * x[0, 1]
    i = (1, 2); x[i] * x
    x[[True, False, True]] * x[:2]
    x[:, [True, False, False, True]] * x[:, :2]
    x[np.where(x[:, 0] > 0)] * 2
    i, j = np.nonzero(x > 0); x[i, j] * x[j % 3, i]
    x.ravel()[np.flatnonzero(x > 0)]
    x[np.argwhere(x[:, 0] > 0)[:, 0]]
    x[np.searchsorted(np.array([0.0, 1.0]), x[:, 0])]
    x[np.lexsort((x[:, 0], x[:, 1]))]
    x[:, np.argpartition(x[0], 2)[:2]]
    x[np.arange(-2, 2)]
    x[:1][np.arange(1), [0, 1, 1]]
choosing: x[3,4] y[4] s
    np.choose(x > 0, [x, y])
    np.choose([[0], [1], [2]], [x, y, s])
    np.choose(np.argmax(x, axis=0), [x[0], y, x[1] * y])
    np.select([x > 1, x < 0], [y, x * x], s)
    np.select([x > 0], [s])
    np.piecewise(x, [x < 0, x >= 0.613], [-1.0, 1.0]) * x
    np.select([x > 1, x > 0, x > -1], [np.sinh(x), y, s * x], x)
    np.where(x > 0, np.sinh(x), y)
    np.where(x > 0, s, y) * x
    np.clip(x, y, 1.51)
    np.clip(x, s, None)
    np.clip(x, -0.5, y) * 2
    x.clip(y, max=y + 0.51)
    x.clip(None, 0.513)
sorting: x[3,4]
    np.sort(x * x, 0)
    np.sort(x, axis=1, kind="stable")[:, ::-1]
    np.sort(x, None)[3]
    np.partition(x, (0, 2), axis=1)[:, :3]
    np.partition(x, 1, axis=None)[:2]
    np.take_along_axis(x, np.argpartition(x, 1, axis=1)[:, :1], axis=1)
types: x[2,3]
    x.astype("float64") * 2
    x.astype(np.float32).astype(float)
    x.astype(np.double) * x
    x * x.astype(int)
    x * np.sign(x).astype(np.int64)
    x + (x > 0).astype(x.dtype)
    np.float64(x) * x
    np.double(x * x) + x
    x * np.float64(2.5) + np.int64(1)
    x[np.int64(1)] * np.int64(x)
    x * np.zeros(3, dtype=x.dtype) + x
    x * np.arange(3, dtype=float)
    np.array(x, dtype=float) * x
    np.asarray(x, dtype=np.float64) * 2
    np.array([x[0, 0], 2], dtype=float)
    np.conjugate(x) * x
    x.conjugate() * np.real(x)
    np.real_if_close(x) * x
    np.imag(x) + x
making: x[3] s
    np.full((2, 3), s) * x
    np.full(3, x) * x
    np.full((2, 3), x)
    np.full_like(x, s) + x
    np.full_like(x, x) * x
    np.full(3, 2.0, dtype=float) * x
    np.linspace(s, x, 4)
    np.linspace(x, x * x, 3, endpoint=False)
    np.linspace(0, s, 3) * x
    np.linspace(x, s, num=3)
    np.linspace(x[:, None] * x, 1.0, 3)
    np.zeros_like(x, dtype=float) + x
    np.ones_like(x) * s
    np.empty(0).sum() + x
    x * np.identity(3)
    x * np.eye(2, 3, 1)
    x + np.indices((2, 3))[1]
    x * np.tri(2, 3)
    np.copy(x) * x.copy()
lists: x[3] y[3] s
    sum([x, y, x * y])
    sum([x, y], s)
    sum((s, x[0], y[1]))
    sum(x * y)
    sum(x, s)
    sum(x)
    max(x[0], y[0], s)
    max([x[0], y[1]]) * x
    min([s, x[2], 0.5]) * y
    max(x) * y
    min(x * y)
    len(x) * y
    n = len(x); np.sum(x) / n
    a, b, c = x * y; a * b + c
    a, b = [x, y]; a * b
    a, (b, c) = x, (y, s); a * b * c
draws: x[3] s
    rng = np.random.default_rng(3); x * rng.normal(size=3)
    rng = np.random.default_rng(3); n = rng.standard_normal((2, 3)); x * n + n
    x * np.random.default_rng(1).uniform(0.5, 1.5, size=x.shape)
    rng = np.random.default_rng(2); np.sin(x * rng.random(3)) * rng.random((2, 3)) * x
    rng = np.random.default_rng(2); x * (rng.random(3) < 0.5) / 0.5
    rng = np.random.default_rng(2); x[rng.integers(0, 3, size=4)]
    rng = np.random.default_rng(2); x[rng.permutation(3)]
    rng = np.random.default_rng(2); x[rng.choice(3, size=2)] * s
    rng = np.random.default_rng(2); x * rng.poisson(2.0, 3) + rng.normal()
"""
)
