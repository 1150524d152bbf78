"""Functions as people write them for numba: loops over elements, and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

_RNG = np.random.default_rng(0)


def _drawn(*shape: int) -> Any:
    return _RNG.normal(size=shape)


# By name: a text whose function `f` is compiled, and its arguments.
KERNELS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "a bubble sort whose last round is empty": (
        """
import numpy as np


def f(x: "N"):
    n = len(x)
    for i in range(n):
        for j in range(n - 1 - i):
            if x[j] > x[j + 1]:
                x[j], x[j + 1] = x[j + 1], x[j]
    return x[0] + 2 * x[1] - x[-1] ** 2
""",
        (np.array([0.7, -0.2, 0.4, 0.1]),),
    ),
    "no step": (
        """
import numpy as np


def f(h: "N", W: "N, N", n: int):
    for _ in range(n):
        h = np.tanh(W @ h)
    return np.sum(h)
""",
        (_drawn(3), _drawn(3, 3), 0),
    ),
    "steps in rounds, the first of which has none": (
        """
import numpy as np


def f(h: "N", W: "N, N", n: int):
    s = 0.0
    for i in range(n):
        for _ in range(i):
            h = np.tanh(W @ h)
            s += np.sum(h * h)
    return s
""",
        (_drawn(3), _drawn(3, 3), 3),
    ),
    "an orbit of Mandelbrot's": (
        """
import numpy as np


def f(cx: float, cy: float, limit: int):
    zx, zy = 0.0, 0.0
    n = 0
    while zx * zx + zy * zy < 4.0 and n < limit:
        zx, zy = zx * zx - zy * zy + cx, 2.0 * zx * zy + cy
        n += 1
    return zx * zx + zy * zy
""",
        (
            -0.4,
            0.3,
            20,
        ),
    ),
    "distances of pairs": (
        """
import numpy as np


def f(X: "N, D"):
    n, d = X.shape
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            s = 0.0
            for k in range(d):
                t = X[i, k] - X[j, k]
                s += t * t
            out[i, j] = np.sqrt(s + 1e-6)
    return out
""",
        (_drawn(4, 3),),
    ),
    "a convolution": (
        """
import numpy as np


def f(x: "N", w: "K"):
    n, k = x.shape[0], w.shape[0]
    y = np.zeros(n - k + 1)
    for i in range(n - k + 1):
        acc = 0.0
        for j in range(k):
            acc += x[i + j] * w[j]
        y[i] = acc
    return y
""",
        (
            _drawn(8),
            _drawn(3),
        ),
    ),
    "Thomas' algorithm": (
        """
import numpy as np


def f(a: "N", b: "N", c: "N", d: "N"):
    n = b.shape[0]
    cp = np.zeros(n)
    dp = np.zeros(n)
    cp[0] = c[0] / b[0]
    dp[0] = d[0] / b[0]
    for i in range(1, n):
        m = b[i] - a[i] * cp[i - 1]
        cp[i] = c[i] / m
        dp[i] = (d[i] - a[i] * dp[i - 1]) / m
    x = np.zeros(n)
    x[n - 1] = dp[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = dp[i] - cp[i] * x[i + 1]
    return x
""",
        (
            _drawn(6),
            5 + _drawn(6),
            _drawn(6),
            _drawn(6),
        ),
    ),
    "sums of prefixes": (
        """
import numpy as np


def f(x: "N"):
    y = np.empty_like(x)
    s = 0.0
    for i in range(x.shape[0]):
        s = s + x[i] * x[i]
        y[i] = s
    return y
""",
        (_drawn(7),),
    ),
    "max pooling": (
        """
import numpy as np


def f(x: "H, W"):
    h, w = x.shape
    y = np.zeros((h // 2, w // 2))
    for i in range(h // 2):
        for j in range(w // 2):
            best = x[2 * i, 2 * j]
            for p in range(2):
                for q in range(2):
                    if x[2 * i + p, 2 * j + q] > best:
                        best = x[2 * i + p, 2 * j + q]
            y[i, j] = best
    return y
""",
        (_drawn(6, 4),),
    ),
    "dynamic time warping": (
        """
import numpy as np


def f(a: "N", b: "M"):
    n, m = a.shape[0], b.shape[0]
    D = np.full((n + 1, m + 1), 1e10)
    D[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (a[i - 1] - b[j - 1]) ** 2
            D[i, j] = cost + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D[n, m]
""",
        (
            _drawn(5),
            _drawn(6),
        ),
    ),
    "a soft Viterbi recursion": (
        """
import numpy as np


def f(pi: "K", A: "K, K", E: "T, K"):
    T, K = E.shape
    alpha = pi + E[0]
    for t in range(1, T):
        new = np.zeros(K)
        for j in range(K):
            m = alpha[0] + A[0, j]
            for i in range(1, K):
                m = max(m, alpha[i] + A[i, j])
            s = 0.0
            for i in range(K):
                s += np.exp(alpha[i] + A[i, j] - m)
            new[j] = m + np.log(s) + E[t, j]
        alpha = new
    return np.sum(alpha)
""",
        (
            _drawn(3),
            _drawn(3, 3),
            _drawn(5, 3),
        ),
    ),
    "bilinear interpolation": (
        """
import numpy as np
import math


def f(img: "H, W", x: float, y: float):
    x0 = int(math.floor(x))
    y0 = int(math.floor(y))
    fx, fy = x - x0, y - y0
    top = img[y0, x0] * (1 - fx) + img[y0, x0 + 1] * fx
    bottom = img[y0 + 1, x0] * (1 - fx) + img[y0 + 1, x0 + 1] * fx
    return top * (1 - fy) + bottom * fy
""",
        (
            _drawn(5, 5),
            1.3,
            2.6,
        ),
    ),
    "bodies that attract each other": (
        """
import numpy as np


def f(pos: "N, 3", vel: "N, 3", mass: "N", steps: int):
    n = pos.shape[0]
    for s in range(steps):
        acc = np.zeros((n, 3))
        for i in range(n):
            for j in range(n):
                if i != j:
                    dx = pos[j, 0] - pos[i, 0]
                    dy = pos[j, 1] - pos[i, 1]
                    dz = pos[j, 2] - pos[i, 2]
                    inv = (dx * dx + dy * dy + dz * dz + 0.01) ** -1.5
                    acc[i, 0] += mass[j] * dx * inv
                    acc[i, 1] += mass[j] * dy * inv
                    acc[i, 2] += mass[j] * dz * inv
        vel += 0.01 * acc
        pos += 0.01 * vel
    return np.sum(pos * pos)
""",
        (
            _drawn(3, 3),
            _drawn(3, 3),
            np.abs(_drawn(3)),
            3,
        ),
    ),
    "a loop that returns": (
        """
import numpy as np


def f(x: "N", limit: float):
    s = 0.0
    for i in range(x.shape[0]):
        s = s + x[i] ** 2
        if s > limit:
            return s * limit
    return s
""",
        (
            _drawn(8),
            3.0,
        ),
    ),
    "a stencil into a copy": (
        """
import numpy as np


def f(u: "H, W", steps: int):
    h, w = u.shape
    for s in range(steps):
        v = u.copy()
        for i in range(1, h - 1):
            for j in range(1, w - 1):
                v[i, j] = u[i, j] + 0.1 * u[i, j] * (
                    u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4 * u[i, j]
                )
        u = v
    return np.sum(u ** 2)
""",
        (
            _drawn(5, 5),
            3,
        ),
    ),
    "Horner's scheme": (
        """
import numpy as np


def f(c: "N", x: "M"):
    y = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        p = 0.0
        for k in range(c.shape[0] - 1, -1, -1):
            p = p * x[i] + c[k]
        y[i] = p
    return y
""",
        (
            _drawn(5),
            _drawn(4),
        ),
    ),
    "an exponential mean": (
        """
import numpy as np


def f(x: "N", alpha: float):
    out = np.zeros_like(x)
    out[0] = x[0]
    for i in range(1, len(x)):
        out[i] = alpha * x[i] + (1 - alpha) * out[i - 1]
    return out
""",
        (
            _drawn(9),
            0.3,
        ),
    ),
    "paths of a price": (
        """
import numpy as np
import math


def f(s0: float, sigma: float, z: "P, T"):
    total = 0.0
    for p in range(z.shape[0]):
        s = s0
        m = 0.0
        for t in range(z.shape[1]):
            drift = -0.5 * sigma**2 * 0.1
            s *= math.exp(drift + sigma * math.sqrt(0.1) * z[p, t])
            m += s
        total += max(m / z.shape[1] - 1.0, 0.0)
    return total / z.shape[0]
""",
        (
            1.0,
            0.2,
            _drawn(5, 6),
        ),
    ),
    "a softmax by rows": (
        """
import numpy as np


def f(X: "N, K"):
    out = np.empty_like(X)
    for i in range(X.shape[0]):
        m = X[i, 0]
        for j in range(X.shape[1]):
            if X[i, j] > m:
                m = X[i, j]
        s = 0.0
        for j in range(X.shape[1]):
            out[i, j] = np.exp(X[i, j] - m)
            s += out[i, j]
        for j in range(X.shape[1]):
            out[i, j] /= s
    return out
""",
        (_drawn(3, 4),),
    ),
    "a decomposition in place": (
        """
import numpy as np


def f(A: "N, N"):
    n = A.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            for j in range(k + 1, n):
                A[i, j] -= A[i, k] * A[k, j]
    s = 0.0
    for k in range(n):
        s += np.log(abs(A[k, k]))
    return s
""",
        (_drawn(4, 4) + 4 * np.eye(4),),
    ),
    "shortest ways": (
        """
import numpy as np


def f(D: "N, N"):
    n = D.shape[0]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                d = D[i, k] + D[k, j]
                if d < D[i, j]:
                    D[i, j] = d
    return np.sum(D)
""",
        (np.abs(_drawn(4, 4)),),
    ),
    "a loop in parallel": (
        """
import numpy as np
from numba import prange


def f(x: "N"):
    s = 0.0
    for i in prange(x.shape[0]):
        s += np.sin(x[i]) * x[i]
    return s
""",
        (_drawn(6),),
    ),
    "cross entropy": (
        """
import numpy as np


def f(z: "N, K", t: "N"):
    s = 0.0
    for i in range(z.shape[0]):
        m = np.max(z[i])
        s -= z[i, t[i]] - m - np.log(np.sum(np.exp(z[i] - m)))
    return s / z.shape[0]
""",
        (_drawn(4, 3), np.array([2, 0, 1, 1])),
    ),
    "the largest of numbers": (
        """
import numpy as np


def f(x: "N", k: float):
    s = np.max(x) * np.min(x)
    for i in range(x.shape[0]):
        s += np.maximum(x[i] - k, 0.0) * np.minimum(x[i], k)
    return s
""",
        (_drawn(6), 0.2),
    ),
    "a list of numbers": (
        """
import numpy as np


def f(xs: list[float]):
    s = 0.0
    for x in xs:
        s += np.exp(x) * x
    return s
""",
        ([0.3, -1.0, 0.7],),
    ),
    "a density": (
        """
import numpy as np


def f(x: "D", mu: "D", S: "D, D"):
    L = np.linalg.cholesky(S)
    z = np.linalg.solve(L, x - mu)
    return -0.5 * np.sum(z * z) - np.sum(np.log(np.diag(L)))
""",
        (_drawn(3), _drawn(3), 3 * np.eye(3) + 0.1),
    ),
    "a product of which nothing is said": (
        """
def f(a, b):
    s = 0.0
    for i in range(len(a)):
        s += a[i] * b[i]
    return s
""",
        (_drawn(6), _drawn(6)),
    ),
    "an oscillator of which nothing is said": (
        """
import math


def f(x, v, k, dt, steps):
    for _ in range(steps):
        v -= k * math.sin(x) * dt
        x += v * dt
    return x * x + v * v
""",
        (1.0, 0.1, 0.9, 0.01, 10),
    ),
    "a network of which nothing is said": (
        """
import numpy as np


def f(X, W, b):
    h = np.maximum(X @ W + b, 0.0)
    return np.sum(np.where(h > 0.5, h * h, h))
""",
        (_drawn(4, 3), _drawn(3, 2), _drawn(2)),
    ),
    "Newton's iteration of which nothing is said": (
        """
def f(a):
    x = 1.0
    for _ in range(20):
        new = x - (x * x - a) / (2 * x)
        if abs(new - x) < 1e-12:
            break
        x = new
    return x
""",
        (2.3,),
    ),
    "products of prefixes of which nothing is said": (
        """
import numpy as np


def f(x):
    out = np.empty_like(x)
    p = 1.0
    for i in range(len(x)):
        p *= x[i]
        out[i] = p
    return out
""",
        (_drawn(5),),
    ),
    "a filter of which nothing is said": (
        """
import math

import numpy as np


def f(z, q, r, a):
    x, P, ll = 0.0, 1.0, 0.0
    for t in range(z.shape[0]):
        x = a * x
        P = a * P * a + q * q
        S = P + r * r
        e = z[t] - x
        x = x + P / S * e
        P = (1 - P / S) * P
        ll -= 0.5 * (math.log(2 * math.pi * S) + e * e / S)
    return ll
""",
        (_drawn(6), 0.4, 0.3, 0.9),
    ),
    "kernels by `np.dot` of which nothing is said": (
        """
import numpy as np


def f(A, B):
    K = np.empty((A.shape[0], B.shape[0]))
    for i in range(A.shape[0]):
        for j in range(B.shape[0]):
            K[i, j] = np.tanh(np.dot(A[i], B[j]))
    return K
""",
        (_drawn(4, 3), _drawn(5, 3)),
    ),
    "a recurrent network by `np.dot` of which nothing is said": (
        """
import numpy as np


def f(x, W, U, h):
    for t in range(x.shape[0]):
        h = np.tanh(np.dot(W, x[t]) + np.dot(U, h))
    return h
""",
        (_drawn(5, 3), _drawn(4, 3), _drawn(4, 4), _drawn(4)),
    ),
    "a network by `np.dot` of which nothing is said": (
        """
import numpy as np


def f(X, W, b, v):
    h = np.maximum(np.dot(X, W) + b, 0.0)
    return np.sum((h @ v) ** 2) + v @ (W.T @ (W @ v))
""",
        (_drawn(4, 3), _drawn(3, 2), _drawn(2), _drawn(2)),
    ),
    "a helper that is called by rows": (
        """
import numpy as np


def dot(a, b):
    s = 0.0
    for i in range(a.shape[0]):
        s += a[i] * b[i]
    return s


def f(A, w):
    out = np.zeros(A.shape[0])
    for i in range(A.shape[0]):
        out[i] = np.tanh(dot(A[i], w))
    return out
""",
        (_drawn(4, 3), _drawn(3)),
    ),
    "the nearest centre of which nothing is said": (
        """
import numpy as np


def f(X, C, scale):
    loss = 0.0
    for i in range(X.shape[0]):
        best = 1e18
        for k in range(C.shape[0]):
            d2 = 0.0
            for q in range(X.shape[1]):
                d2 += (X[i, q] - C[k, q]) ** 2
            if d2 < best:
                best = d2
        loss += best
    return loss * scale
""",
        (_drawn(6, 2), _drawn(3, 2), 0.7),
    ),
    "the nearest centre, unless a point is far away": (
        """
import numpy as np


def f(X: "N, D", C: "K, D", scale: float):
    loss = 0.0
    for i in range(X.shape[0]):
        if X[i, 0] > 1e9:
            return 0.0
        best = 1e18
        for k in range(C.shape[0]):
            d2 = 0.0
            for q in range(X.shape[1]):
                d2 += (X[i, q] - C[k, q]) ** 2
            if d2 < best:
                best = d2
        loss += best
    return loss * scale
""",
        (_drawn(6, 2), _drawn(3, 2), 0.7),
    ),
    "attention by elements": (
        """
import numpy as np
import math


def f(Q: "T, D", K: "T, D", V: "T, D"):
    T, D = Q.shape
    out = np.zeros((T, D))
    for i in range(T):
        s = np.zeros(T)
        for j in range(i + 1):
            for k in range(D):
                s[j] += Q[i, k] * K[j, k]
            s[j] /= math.sqrt(D)
        m = s[0]
        for j in range(1, i + 1):
            m = max(m, s[j])
        total = 0.0
        for j in range(i + 1):
            s[j] = math.exp(s[j] - m)
            total += s[j]
        for j in range(i + 1):
            for k in range(D):
                out[i, k] += s[j] / total * V[j, k]
    return out
""",
        (_drawn(4, 3), _drawn(4, 3), _drawn(4, 3)),
    ),
    "rows of a sparse matrix": (
        """
import numpy as np


def f(data: "Z", column: "Z int", start, x: "M"):
    y = np.zeros(start.shape[0] - 1)
    for i in range(start.shape[0] - 1):
        for k in range(start[i], start[i + 1]):
            y[i] += data[k] * x[column[k]]
    return y
""",
        (
            _drawn(6),
            np.array([0, 2, 1, 0, 2, 1]),
            np.array([0, 2, 3, 6]),
            _drawn(3),
        ),
    ),
    "bins of which nothing is said": (
        """
import numpy as np


def f(x, bins):
    out = np.zeros(3)
    for i in range(x.shape[0]):
        out[bins[i]] += x[i] * x[i]
    return out
""",
        (_drawn(5), np.array([0, 2, 1, 0, 2])),
    ),
    "labels of which nothing is said": (
        """
import numpy as np


def f(z, y):
    loss = 0.0
    for i in range(z.shape[0]):
        s = 0.0
        for j in range(z.shape[1]):
            s += np.exp(z[i, j])
        loss += np.log(s) - z[i, y[i]]
    return loss
""",
        (_drawn(4, 3), np.array([0, 2, 1, 1])),
    ),
    "rows that are picked, of which nothing is said": (
        """
import numpy as np


def f(E, ids, steps):
    out = np.zeros(E.shape[1])
    for t in range(ids.shape[0]):
        out += E[ids[t]] * E[ids[t], steps[t]]
    return np.tanh(out)
""",
        (_drawn(5, 3), np.array([0, 4, 2, 2]), np.array([0, 1, 1, 2])),
    ),
}
