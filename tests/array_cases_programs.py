"""Cases of how people write things, rather than of one function."""

from __future__ import annotations

from array_case import Table, table

PROGRAMS: Table = table(
    """
builtins: x[4] y[4]
    sum(x)
    sum(x * y)
    max(x) * y
    min(x[0], y[1]) * x
    max(x[0], 0.01) * y
    abs(x) + abs(y[0])
    pow(x, 2)
    float(x[0]) * y
    len(x) * x
    round(x[0] * 0.9) * y
    sum([x, y, x * y])
    x * int(3.7)
    x * (3 if len(x) > 2 else 1)
mathematics: x[4] y[4]
    np.array([x[0], y[1]]) * x[:2]
    x * np.pi
    x * np.e + np.float64(2.5)
    np.sqrt(2) * x
    np.sqrt(2.0) * np.exp(1) * x
    x / np.sqrt(len(x))
    -(x**2)
    (-x) ** 2
    x**2**2
    2 * x**2 * y / 3 / y
    x - y - x * y
    x - (y - x) - (x + y)
    x / (y / (x * x + 1))
    x * x[::-1] - y * y[::-1]
    1 / (1 / (2 + x * x))
    1 - (1 - x)
    0 * x + y
    x - x + y
    x * 1 * y * 1.0
    x**1 + x**0 * y
    (-x) * (-y) - -x
    x * True + y * False
    +x - +y
    x // 0.37 * y
conditions: x[4] y[4]
    x if x[0] > y[0] else y
    x * 2 if x.sum() > 100 else y * x
    (x > 0) * x + (x <= 0) * y
    (x > y) * (x - y) ** 2
    np.where((x > 0) | (y > 0), x * y, x + y)
    np.where(~(x > 0), x, y)
    np.where(np.logical_and(x > 0, y < 1), x, y * y)
    np.where(x == x, x, y)
    np.where(np.isnan(x), 0, x) * y
    np.where(np.isfinite(x), x, 0) * y
    np.where(True, x, y)
    np.where(x > 0, 1.0, -1.0) * y
    np.where([True, False, True, False], x, y)
    np.where(np.abs(x) < 1, 0.5 * x**2, np.abs(x) - 0.5)
axes: x[2,3,4]
    np.sum(x, 0)
    np.sum(x, (0, 1))
    np.sum(x, -1, None, None, True) * x
    np.sum(a=x, axis=1)
    np.mean(x, 1, keepdims=True) - x
    np.sum(np.sum(x, axis=0), axis=0)
    np.sum(x, axis=0).sum(axis=1)
    x.sum(axis=(0, 2)) * x.sum(axis=(0, 2))
    x - x.mean(axis=(0, 1))
    (x - x.mean(0)) / x.std(0)
    x / x.sum(axis=2)[:, :, None]
    x / x.sum(axis=(1, 2))[:, None, None]
    n = x.shape[0]; x.sum() / n
    b, n, d = x.shape; x.reshape(b, n * d)
    b, n, d = x.shape; x.reshape(b * n, d).sum(axis=0) / (b * n)
    x.reshape(x.shape[0], -1) @ np.ones((12, 1))
    x.reshape(2, 3, 2, 2).sum(axis=-1)
    axis = 1; np.sum(x, axis=axis)
    np.sum(x, axis=x.ndim - 1)
    x.max(axis=0) - x.min(axis=0)
clipping: x[4] y[4] z[4]
    np.clip(x, y, 2.5)
    np.clip(x, np.minimum(y, z), np.maximum(y, z))
    np.minimum(np.maximum(x, -0.713), 0.813)
    np.clip(x, 0.813, -0.713) + x
layers: x[5,3] w[3,4] b[4]
    x @ w + b
    np.maximum(0, x @ w + b)
    (x @ w + b).sum(axis=0) * b
    np.tanh(x @ w + b[None, :]) @ w.T
    np.dot(x, w).T + b[:, None]
    x.dot(w).dot(w.T) - x
    h = x @ w; h = h + b; h = np.maximum(h, 0);
        h / (1 + np.abs(h)).sum(axis=1, keepdims=True)
    0.5 * np.sum((x @ w + b - 1) ** 2) / x.shape[0] + 0.1 * np.sum(w * w)
    np.mean((x @ w - b) ** 2, axis=0)
    np.sqrt(np.mean((x @ w - b) ** 2))
    d = x[:, None, :] - w.T[None, :, :]; np.sqrt((d**2).sum(axis=-1))
    np.sum(x**2, axis=1)[:, None] - 2 * x @ w + np.sum(w**2, axis=0)
indices: x[3,4] y[4]
    x[0,][0] * y
    x[(0, 1)] * y
    x[-1:] * y
    x[::-2]
    x[2:0:-1] * y
    x[[True, False, True]]
    x[np.int64(1)] * y
    x[:, -1] * y[:3]
    x[0:1] + x[1:2] - x[2:3]
    x[:, :-1] - x[:, 1:]
    x[x[:, 0].argmax()] * y
    x[np.argsort(y[:3])]
    x[np.arange(3), np.arange(3)] * y[:3]
    x[np.array([0, 0, 2]), np.array([1, 1, 3])].sum() * y
    x[np.array([[0, 1], [2, 0]])] * y
    y[np.array([[0, 3], [3, 0]])]
    y[[0, 0, 0, 1]] * y
    x[0] * x[0] + x[0][1] * y
    a, b, c = x[0], x[1], x[2]; a * b + c * a
    x.T[0] * y[:3]
    x[None][0, 1, 2:] * y[:2]
    x[::2, ::-1][1:, 1] * y
    x[1][::2][0] * y
    np.sum(x[x > 0.5] ** 2) * y
    np.sum(x[:, y > 0])
    x[~(x > 0)]
    x[:0].sum() + y
"""
)
