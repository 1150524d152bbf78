"""More functions as people write them for Numba: compiled as they stand, and with
nothing said of their parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

_RNG = np.random.default_rng(11)


def _drawn(*shape: int) -> Any:
    return _RNG.normal(size=shape)


def _above_zero(*shape: int) -> Any:
    return _RNG.uniform(0.2, 1.0, size=shape)


# By name: a text whose function `f` is compiled, and its arguments.
PROGRAMS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "a row added to itself, shifted": (
        """
import numpy as np


def f(x: "N"):
    y = x * x
    y[:-1] = y[:-1] + y[1:]
    return np.sum(y * y)
""",
        (_drawn(7),),
    ),
    "a matrix and itself, turned": (
        """
import numpy as np


def f(A: "N, N", B: "N, N"):
    C = A * B
    D = C + C.T
    return D @ D
""",
        (_drawn(4, 4), _drawn(4, 4)),
    ),
    "stencil1d 4th": (
        """
import numpy as np


def f(x: "N", h: float):
    n = x.shape[0]
    out = np.empty(n)
    out[:] = 0.0
    for i in range(2, n - 2):
        out[i] = (-x[i - 2] + 8.0 * x[i - 1] - 8.0 * x[i + 1] + x[i + 2]) / (12.0 * h)
    return out
""",
        (_drawn(10), 0.1),
    ),
    "stencil2d periodic": (
        """
import numpy as np


def f(a: "N, M", nu: float):
    n, m = a.shape
    b = np.empty_like(a)
    for i in range(n):
        for j in range(m):
            around = a[(i + 1) % n, j] + a[i - 1, j] + a[i, (j + 1) % m] + a[i, j - 1]
            b[i, j] = a[i, j] + nu * (around - 4.0 * a[i, j])
    return b
""",
        (_drawn(4, 5), 0.1),
    ),
    "stencil3d loops": (
        """
import math


def f(u: "A, B, C"):
    a, b, c = u.shape
    s = 0.0
    for i in range(1, a - 1):
        for j in range(1, b - 1):
            for k in range(1, c - 1):
                gx = 0.5 * (u[i + 1, j, k] - u[i - 1, j, k])
                gy = 0.5 * (u[i, j + 1, k] - u[i, j - 1, k])
                gz = 0.5 * (u[i, j, k + 1] - u[i, j, k - 1])
                s += math.sqrt(gx**2 + gy**2 + gz**2 + 1e-3)
    return s
""",
        (_drawn(4, 4, 3),),
    ),
    "stencil3d slices": (
        """
def f(u: "A, B, C", steps: int):
    for _ in range(steps):
        u[1:-1, 1:-1, 1:-1] += 0.1 * (
            u[2:, 1:-1, 1:-1] + u[:-2, 1:-1, 1:-1] - 2.0 * u[1:-1, 1:-1, 1:-1]
        )
    return u
""",
        (_drawn(4, 4, 4), 2),
    ),
    "csr normalize": (
        """
import numpy as np


def f(data: "Z", indptr: "P int", indices: "Z int", x: "N"):
    rows = indptr.shape[0] - 1
    y = np.zeros(rows)
    for r in range(rows):
        total = 0.0
        for k in range(indptr[r], indptr[r + 1]):
            total += data[k]
        for k in range(indptr[r], indptr[r + 1]):
            y[r] += data[k] / total * x[indices[k]]
    return y
""",
        (
            _above_zero(6),
            np.array([0, 2, 3, 6]),
            np.array([0, 2, 1, 0, 1, 2]),
            _drawn(3),
        ),
    ),
    "csc transpose mv": (
        """
import numpy as np


def f(data: "Z", indptr: "P int", rowidx: "Z int", x: "N"):
    y = np.zeros_like(x)
    for c in range(len(indptr) - 1):
        for k in range(indptr[c], indptr[c + 1]):
            y[rowidx[k]] += data[k] * x[c]
    return np.dot(y, y)
""",
        (
            _above_zero(6),
            np.array([0, 2, 3, 6]),
            np.array([0, 2, 1, 0, 1, 2]),
            _drawn(3),
        ),
    ),
    "weighted hist": (
        """
import numpy as np


def f(x: "N", w: "N", bins: int):
    h = np.zeros(bins)
    for i in range(x.size):
        b = int(x[i] * bins)
        if b >= bins:
            b = bins - 1
        h[b] += w[i] * x[i]
    return h
""",
        (_above_zero(9), _drawn(9), 5),
    ),
    "nbody leapfrog": (
        """
import math

import numpy as np


def accelerations(pos, mass):
    n = pos.shape[0]
    acc = np.zeros_like(pos)
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            dx = pos[j, 0] - pos[i, 0]
            dy = pos[j, 1] - pos[i, 1]
            dz = pos[j, 2] - pos[i, 2]
            r2 = dx * dx + dy * dy + dz * dz + 0.05
            inv = mass[j] / (r2 * math.sqrt(r2))
            acc[i, 0] += inv * dx
            acc[i, 1] += inv * dy
            acc[i, 2] += inv * dz
    return acc


def f(pos: "N, D", vel: "N, D", mass: "N", dt: float, steps: int):
    acc = accelerations(pos, mass)
    for _ in range(steps):
        vel = vel + 0.5 * dt * acc
        pos = pos + dt * vel
        acc = accelerations(pos, mass)
        vel = vel + 0.5 * dt * acc
    return np.sum(pos**2) + np.sum(vel**2)
""",
        (_drawn(4, 3), _drawn(4, 3), _above_zero(4), 0.01, 3),
    ),
    "iir biquad": (
        """
import numpy as np


def f(x: "N", b: "3", a: "2"):
    y = np.zeros_like(x)
    for n in range(len(x)):
        y[n] = b[0] * x[n]
        if n >= 1:
            y[n] += b[1] * x[n - 1] - 0.1 * a[0] * y[n - 1]
        if n >= 2:
            y[n] += b[2] * x[n - 2] - 0.1 * a[1] * y[n - 2]
    return y
""",
        (_drawn(12), _drawn(3), _drawn(2)),
    ),
    "df2t filter": (
        """
import numpy as np


def f(x: "N", b: "3", a: "2"):
    z1 = 0.0
    z2 = 0.0
    y = np.empty(x.shape[0])
    for n, xn in enumerate(x):
        out = b[0] * xn + z1
        z1 = b[1] * xn - 0.1 * a[0] * out + z2
        z2 = b[2] * xn - 0.1 * a[1] * out
        y[n] = out
    return y
""",
        (_drawn(12), _drawn(3), _drawn(2)),
    ),
    "fir decimate": (
        """
import numpy as np


def f(x: "N", taps: "K", m: int):
    n_out = (x.shape[0] - taps.shape[0]) // m + 1
    out = np.empty(n_out)
    for i in range(n_out):
        out[i] = np.dot(x[i * m : i * m + taps.shape[0]], taps)
    return out
""",
        (_drawn(16), _drawn(4), 3),
    ),
    "lms filter": (
        """
import numpy as np


def f(x: "N", target: "N", mu: float, taps: int):
    w = np.zeros(taps)
    loss = 0.0
    for n in range(taps, x.shape[0]):
        window = x[n - taps : n][::-1]
        e = target[n] - np.dot(w, window)
        w = w + mu * e * window
        loss += e * e
    return loss
""",
        (_drawn(14), _drawn(14), 0.05, 3),
    ),
    "goertzel": (
        """
import math


def f(x: "N", omega: float):
    c = 2.0 * math.cos(omega)
    s1, s2 = 0.0, 0.0
    for v in x:
        s0 = v + c * s1 - s2
        s2 = s1
        s1 = s0
    return s1 * s1 + s2 * s2 - c * s1 * s2
""",
        (_drawn(16), 0.7),
    ),
    "dft loops": (
        """
import numpy as np


def f(x: "N"):
    n = len(x)
    power = np.zeros(n)
    for k in range(n):
        re = 0.0
        im = 0.0
        for t in range(n):
            angle = 2.0 * np.pi * k * t / n
            re += x[t] * np.cos(angle)
            im -= x[t] * np.sin(angle)
        power[k] = re**2 + im**2
    return power
""",
        (_drawn(8),),
    ),
    "life soft": (
        """
import math

import numpy as np


def f(g: "N, M", steps: int):
    n, m = g.shape
    cur = g.copy()
    for s in range(steps):
        nxt = np.zeros((n, m))
        for i in range(n):
            for j in range(m):
                k = 0.0
                for di in range(-1, 2):
                    for dj in range(-1, 2):
                        if di != 0 or dj != 0:
                            k += cur[(i + di) % n, (j + dj) % m]
                nxt[i, j] = 1.0 / (1.0 + math.exp(-(cur[i, j] + k - 3.0)))
        cur = nxt
    return cur
""",
        (_above_zero(5, 5), 2),
    ),
    "soft dtw": (
        """
import math

import numpy as np


def softmin3(a, b, c, gamma):
    m = min(a, min(b, c))
    z = math.exp(-(a - m) / gamma) + math.exp(-(b - m) / gamma)
    z += math.exp(-(c - m) / gamma)
    return m - gamma * math.log(z)


def f(x: "N", y: "M", gamma: float):
    n, m = len(x), len(y)
    r = np.full((n + 1, m + 1), 1e8)
    r[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            r[i, j] = cost + softmin3(r[i - 1, j], r[i, j - 1], r[i - 1, j - 1], gamma)
    return r[n, m]
""",
        (_drawn(4), _drawn(5), 0.5),
    ),
    "smith waterman": (
        """
import numpy as np


def f(s: "N, M", gap: float):
    n, m = s.shape
    h = np.zeros((n + 1, m + 1))
    best = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            both = h[i - 1, j - 1] + s[i - 1, j - 1]
            h[i, j] = max(0.0, both, h[i - 1, j] - gap, h[i, j - 1] - gap)
            best = max(best, h[i, j])
    return best
""",
        (_drawn(4, 5), 0.3),
    ),
    "trinomial": (
        """
import math

import numpy as np


def f(spot: float, strike: float, vol: float, n: int):
    dt = 1.0 / n
    up = math.exp(vol * math.sqrt(2.0 * dt))
    values = np.empty(2 * n + 1)
    for j in range(2 * n + 1):
        values[j] = max(spot * up ** (j - n) - strike, 0.0)
    for step in range(n - 1, -1, -1):
        for j in range(2 * step + 1):
            values[j] = 0.25 * values[j] + 0.5 * values[j + 1] + 0.25 * values[j + 2]
    return values[0]
""",
        (1.1, 1.0, 0.3, 4),
    ),
    "american put": (
        """
import numpy as np


def f(s0: float, k: float, sigma: float, r: float, n: int):
    dt = 1.0 / n
    u = np.exp(sigma * np.sqrt(dt))
    q = (np.exp(r * dt) - 1.0 / u) / (u - 1.0 / u)
    disc = np.exp(-r * dt)
    v = np.zeros(n + 1)
    for i in range(n + 1):
        v[i] = max(k - s0 * u ** (2 * i - n), 0.0)
    for t in range(n - 1, -1, -1):
        for i in range(t + 1):
            cont = disc * (q * v[i + 1] + (1.0 - q) * v[i])
            ex = k - s0 * u ** (2 * i - t)
            if ex > cont:
                v[i] = ex
            else:
                v[i] = cont
    return v[0]
""",
        (1.0, 1.05, 0.25, 0.03, 6),
    ),
    "mc asian": (
        """
import math


def f(s0: float, strike: float, sigma: float, z: "P, T"):
    paths, steps = z.shape
    dt = 1.0 / steps
    payoff = 0.0
    for i in range(paths):
        s = s0
        mean = 0.0
        for t in range(steps):
            s *= math.exp(-0.5 * sigma**2 * dt + sigma * math.sqrt(dt) * z[i, t])
            mean += s
        mean /= steps
        payoff += max(mean - strike, 0.0)
    return payoff / paths
""",
        (1.0, 1.0, 0.2, _drawn(5, 6)),
    ),
    "mc barrier": (
        """
def f(s0: float, barrier: float, sigma: float, z: "P, T"):
    total = 0.0
    for i in range(z.shape[0]):
        s = s0
        alive = True
        for t in range(z.shape[1]):
            s = s + s * sigma * z[i, t] * 0.3
            if s < barrier:
                alive = False
                break
        if alive:
            total += s
    return total / z.shape[0]
""",
        (1.0, 0.9, 0.2, _drawn(6, 5)),
    ),
    "mc vector": (
        """
import numpy as np


def f(s0: float, sigma: float, z: "P, T"):
    s = np.full(z.shape[0], s0)
    for t in range(z.shape[1]):
        s = s * np.exp(-0.02 + sigma * z[:, t])
    return np.maximum(s - 1.0, 0.0).mean()
""",
        (1.0, 0.2, _drawn(6, 5)),
    ),
    "kmeans full": (
        """
import numpy as np


def f(X: "N, D", C: "K, D"):
    n, k = X.shape[0], C.shape[0]
    new = np.zeros_like(C)
    count = np.zeros(k)
    for i in range(n):
        best = 0
        lowest = np.inf
        for c in range(k):
            dist = 0.0
            for j in range(X.shape[1]):
                dist += (X[i, j] - C[c, j]) ** 2
            if dist < lowest:
                lowest = dist
                best = c
        new[best] += X[i]
        count[best] += 1
    for c in range(k):
        if count[c] > 0:
            new[c] /= count[c]
    return new
""",
        (_drawn(8, 2), _drawn(3, 2)),
    ),
    "soft kmeans": (
        """
import numpy as np


def f(X: "N, D", C: "K, D", beta: float):
    n, k = X.shape[0], C.shape[0]
    loss = 0.0
    w = np.empty(k)
    for i in range(n):
        for c in range(k):
            diff = X[i] - C[c]
            w[c] = np.exp(-beta * np.dot(diff, diff))
        w_sum = w.sum()
        for c in range(k):
            diff = X[i] - C[c]
            loss += w[c] / w_sum * np.sum(diff * diff)
    return loss
""",
        (_drawn(6, 2), _drawn(3, 2), 1.5),
    ),
    "cubic spline": (
        """
import numpy as np


def f(x: "N", y: "N", q: "M"):
    n = len(x)
    h = np.empty(n - 1)
    for i in range(n - 1):
        h[i] = x[i + 1] - x[i]
    alpha = np.zeros(n)
    for i in range(1, n - 1):
        left, right = (y[i] - y[i - 1]) / h[i - 1], (y[i + 1] - y[i]) / h[i]
        alpha[i] = 3.0 * (right - left)
    l = np.ones(n)
    mu = np.zeros(n)
    z = np.zeros(n)
    for i in range(1, n - 1):
        l[i] = 2.0 * (x[i + 1] - x[i - 1]) - h[i - 1] * mu[i - 1]
        mu[i] = h[i] / l[i]
        z[i] = (alpha[i] - h[i - 1] * z[i - 1]) / l[i]
    c = np.zeros(n)
    b = np.zeros(n - 1)
    d = np.zeros(n - 1)
    for j in range(n - 2, -1, -1):
        c[j] = z[j] - mu[j] * c[j + 1]
        b[j] = (y[j + 1] - y[j]) / h[j] - h[j] * (c[j + 1] + 2.0 * c[j]) / 3.0
        d[j] = (c[j + 1] - c[j]) / (3.0 * h[j])
    out = np.zeros(len(q))
    for k in range(len(q)):
        j = 0
        while j < n - 2 and q[k] > x[j + 1]:
            j += 1
        t = q[k] - x[j]
        out[k] = y[j] + t * (b[j] + t * (c[j] + t * d[j]))
    return out
""",
        (
            np.array([0.0, 1.0, 2.5, 3.0, 4.0]),
            _drawn(5),
            np.array([0.4, 1.7, 2.7, 3.3]),
        ),
    ),
    "interp searchsorted": (
        """
import numpy as np


def f(xp: "N", fp: "N", x: "M"):
    out = np.empty(x.shape[0])
    for k in range(x.shape[0]):
        j = np.searchsorted(xp, x[k]) - 1
        t = (x[k] - xp[j]) / (xp[j + 1] - xp[j])
        out[k] = (1.0 - t) * fp[j] + t * fp[j + 1]
    return out
""",
        (np.array([0.0, 1.0, 2.5, 3.0]), _drawn(4), np.array([0.4, 1.7, 2.7])),
    ),
    "lagrange": (
        """
def f(xs: "N", ys: "N", x: float):
    total = 0.0
    for i in range(len(xs)):
        term = ys[i]
        for j in range(len(xs)):
            if j != i:
                term *= (x - xs[j]) / (xs[i] - xs[j])
        total += term
    return total
""",
        (np.array([0.0, 1.0, 2.0, 3.5]), _drawn(4), 1.3),
    ),
    "lu inplace": (
        """
def f(A: "N, N"):
    n = A.shape[0]
    LU = A.copy()
    for k in range(n):
        for i in range(k + 1, n):
            LU[i, k] /= LU[k, k]
            for j in range(k + 1, n):
                LU[i, j] -= LU[i, k] * LU[k, j]
    return LU
""",
        (_drawn(4, 4) + 4 * np.eye(4),),
    ),
    "lu pivot rows": (
        """
def f(A: "N, N"):
    n = A.shape[0]
    U = A.copy()
    sign = 1.0
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(U[i, k]) > abs(U[p, k]):
                p = i
        if p != k:
            for j in range(n):
                tmp = U[k, j]
                U[k, j] = U[p, j]
                U[p, j] = tmp
            sign = -sign
        for i in range(k + 1, n):
            m = U[i, k] / U[k, k]
            for j in range(k, n):
                U[i, j] -= m * U[k, j]
    det = sign
    for k in range(n):
        det *= U[k, k]
    return det
""",
        (_drawn(4, 4),),
    ),
    "cholesky banachiewicz": (
        """
import math

import numpy as np


def f(A: "N, N"):
    n = A.shape[0]
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            if i == j:
                L[i, j] = math.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    return L
""",
        (np.eye(4) * 4 + 0.3,),
    ),
    "householder qr": (
        """
import numpy as np


def f(A: "N, M"):
    n, m = A.shape
    R = A.copy()
    for k in range(m):
        x = R[k:, k].copy()
        x[0] += np.sign(x[0]) * np.sqrt(np.sum(x * x))
        x = x / np.sqrt(np.sum(x * x))
        for j in range(k, m):
            proj = np.sum(x * R[k:, j])
            R[k:, j] -= 2.0 * proj * x
    return R
""",
        (_drawn(4, 3),),
    ),
    "givens qr": (
        """
import math


def f(A: "N, N"):
    R = A.copy()
    n = A.shape[0]
    for j in range(n):
        for i in range(n - 1, j, -1):
            a = R[i - 1, j]
            b = R[i, j]
            r = math.hypot(a, b)
            c = a / r
            s = b / r
            for k in range(n):
                t = c * R[i - 1, k] + s * R[i, k]
                R[i, k] = c * R[i, k] - s * R[i - 1, k]
                R[i - 1, k] = t
    return R
""",
        (_drawn(3, 3),),
    ),
    "mgs qr": (
        """
import numpy as np


def f(A: "N, M"):
    n, m = A.shape
    Q = np.zeros((n, m))
    R = np.zeros((m, m))
    for j in range(m):
        v = A[:, j].copy()
        for i in range(j):
            R[i, j] = np.dot(Q[:, i], v)
            v -= R[i, j] * Q[:, i]
        R[j, j] = np.linalg.norm(v)
        Q[:, j] = v / R[j, j]
    return Q, R
""",
        (_drawn(4, 3),),
    ),
    "blelloch scan": (
        """
def f(x: "N"):
    a = x.copy()
    n = len(a)
    stride = 1
    while stride < n:
        for i in range(n - 1, stride - 1, -1):
            a[i] += a[i - stride]
        stride *= 2
    return a * a
""",
        (_drawn(8),),
    ),
    "integral image": (
        """
import numpy as np


def f(img: "H, W", r: int):
    h, w = img.shape
    ii = np.zeros((h + 1, w + 1))
    for i in range(h):
        for j in range(w):
            ii[i + 1, j + 1] = img[i, j] + ii[i, j + 1] + ii[i + 1, j] - ii[i, j]
    out = np.zeros((h - r, w - r))
    for i in range(h - r):
        for j in range(w - r):
            total = ii[i + r, j + r] - ii[i, j + r] - ii[i + r, j] + ii[i, j]
            out[i, j] = total / (r * r)
    return out
""",
        (_drawn(5, 6), 2),
    ),
    "sliding mean": (
        """
import numpy as np


def f(x: "N", k: int):
    n = x.shape[0]
    out = np.empty(n - k + 1)
    s = 0.0
    for i in range(k):
        s += x[i]
    out[0] = s / k
    for i in range(k, n):
        s += x[i] - x[i - k]
        out[i - k + 1] = s / k
    return out
""",
        (_drawn(12), 4),
    ),
    "sliding std slices": (
        """
import numpy as np


def f(x: "N", k: int):
    out = np.zeros(x.shape[0])
    for i in range(k - 1, x.shape[0]):
        out[i] = np.std(x[i - k + 1 : i + 1])
    return out
""",
        (_drawn(12), 4),
    ),
    "sliding max": (
        """
import numpy as np


def f(x: "N", k: int):
    n = len(x) - k + 1
    out = np.empty(n)
    for i in range(n):
        out[i] = np.max(x[i : i + k])
    return out
""",
        (_drawn(10), 3),
    ),
    "pairwise upper": (
        """
import numpy as np


def f(X: "N, D"):
    n, dims = X.shape
    out = np.empty(n * (n - 1) // 2)
    k = 0
    for i in range(n):
        for j in range(i + 1, n):
            s = 0.0
            for c in range(dims):
                s += (X[i, c] - X[j, c]) ** 2
            out[k] = np.sqrt(s)
            k += 1
    return out
""",
        (_drawn(5, 2),),
    ),
    "prange rows": (
        """
import numpy as np
from numba import prange


def f(A: "N, M", v: "M"):
    out = np.zeros(A.shape[0])
    for i in prange(A.shape[0]):
        acc = 0.0
        for j in range(A.shape[1]):
            acc += A[i, j] * v[j]
        out[i] = np.tanh(acc)
    return out
""",
        (_drawn(4, 3), _drawn(3)),
    ),
    "tuple stats": (
        """
def f(x: "N"):
    n = x.shape[0]
    mean = 0.0
    for v in x:
        mean += v
    mean /= n
    m2 = 0.0
    m3 = 0.0
    for v in x:
        dv = v - mean
        m2 += dv**2
        m3 += dv**3
    m2 /= n
    m3 /= n
    return mean, m2, m3 / m2**1.5
""",
        (_drawn(9),),
    ),
    "where relu bn": (
        """
import numpy as np


def f(x: "N, D", gamma: "D", beta: "D"):
    mu = np.sum(x, axis=0) / x.shape[0]
    xc = x - mu
    var = np.sum(xc**2, axis=0) / x.shape[0]
    y = gamma * xc / np.sqrt(var + 1e-5) + beta
    return np.where(y > 0, y, 0.1 * y)
""",
        (_drawn(5, 3), _above_zero(3), _drawn(3)),
    ),
    "matmul chain": (
        """
import numpy as np


def f(A: "N, M", B: "M, M", v: "M"):
    h = v.copy()
    for _ in range(3):
        h = np.tanh(B @ h)
    return A @ h
""",
        (_drawn(3, 4), _drawn(4, 4), _drawn(4)),
    ),
    "clip pipeline": (
        """
import numpy as np


def f(x: "N", lo: float, hi: float):
    y = np.clip(x, lo, hi)
    z = np.minimum(y * 2.0, hi) + np.maximum(-y, lo)
    return np.sum(z * z)
""",
        (_drawn(6), -0.5, 0.8),
    ),
    "mask assign": (
        """
def f(x: "N"):
    y = x.copy()
    y[x < 0.0] = 0.0
    return y * y
""",
        (_drawn(8),),
    ),
    "mask scale": (
        """
def f(x: "N"):
    y = x * 1.0
    for i in range(y.size):
        if y[i] < 0:
            y[i] *= 0.1
    return y
""",
        (_drawn(8),),
    ),
    "mask select sum": (
        """
import numpy as np


def f(x: "N"):
    pos = x[x > 0]
    return np.sum(pos**2) + pos.size
""",
        (_drawn(8),),
    ),
    "int labels nll": (
        """
import numpy as np


def f(logits: "N, C", y: "N int"):
    loss = 0.0
    for i in range(len(y)):
        row = logits[i]
        m = row.max()
        loss -= row[y[i]] - m - np.log(np.sum(np.exp(row - m)))
    return loss / len(y)
""",
        (_drawn(4, 3), np.array([0, 2, 1, 1])),
    ),
    "gather rows sum": (
        """
import numpy as np


def f(E: "V, D", idx: "N int"):
    return np.sum(E[idx] ** 2)
""",
        (_drawn(5, 3), np.array([4, 1, 1])),
    ),
    "fancy perm": (
        """
import numpy as np


def f(x: "N", perm: "N int"):
    y = x[perm]
    return y * np.arange(6.0)
""",
        (_drawn(6), np.array([2, 0, 1, 5, 4, 3])),
    ),
    "scatter add loop": (
        """
import numpy as np


def f(x: "N", seg: "N int", k: int):
    out = np.zeros(k)
    cnt = np.zeros(k, dtype=np.int64)
    for i in range(len(x)):
        out[seg[i]] += x[i]
        cnt[seg[i]] += 1
    for j in range(k):
        if cnt[j] > 0:
            out[j] = out[j] / cnt[j]
    return out
""",
        (_drawn(7), np.array([0, 1, 1, 3, 0, 2, 3]), 4),
    ),
    "graph message": (
        """
import numpy as np


def f(h: "N, D", edges: "E, 2 int", W: "D, D"):
    out = np.zeros_like(h)
    for e in range(edges.shape[0]):
        i, j = edges[e]
        out[j] += np.dot(h[i], W)
    return np.tanh(out + h)
""",
        (_drawn(4, 3), np.array([[0, 1], [1, 2], [3, 0]]), _drawn(3, 3)),
    ),
    "pagerank": (
        """
import numpy as np


def f(A: "N, N", damping: float, iters: int):
    n = A.shape[0]
    r = np.ones(n) / n
    deg = A.sum(axis=1)
    for _ in range(iters):
        nxt = np.zeros(n)
        for i in range(n):
            for j in range(n):
                nxt[j] += r[i] * A[i, j] / deg[i]
        r = (1.0 - damping) / n + damping * nxt
    return r
""",
        (_above_zero(4, 4), 0.85, 5),
    ),
    "zip dot3": (
        """
def f(a: "N", b: "N", w: "N"):
    s = 0.0
    for x, y, z in zip(a, b, w):
        s += x * y / z
    return s
""",
        (_drawn(6), _drawn(6), _above_zero(6)),
    ),
    "enumerate poly": (
        """
def f(c: "N", x: float):
    s = 0.0
    for i, ci in enumerate(c):
        s += ci * x**i
    return s
""",
        (_drawn(5), 0.7),
    ),
    "enumerate rows": (
        """
import numpy as np


def f(X: "N, D", w: "N"):
    acc = np.zeros(X.shape[1])
    for i, row in enumerate(X):
        acc += w[i] * row
    return acc
""",
        (_drawn(4, 3), _drawn(4)),
    ),
    "reverse discount": (
        """
import numpy as np


def f(r: "T", gamma: float):
    out = np.zeros_like(r)
    run = 0.0
    for t in range(len(r) - 1, -1, -1):
        run = r[t] + gamma * run
        out[t] = run
    return out
""",
        (_drawn(8), 0.9),
    ),
    "gae": (
        """
import numpy as np


def f(rewards: "T", values: "U", gamma: float, lam: float):
    T = rewards.shape[0]
    adv = np.empty(T)
    last = 0.0
    for t in range(T - 1, -1, -1):
        delta = rewards[t] + gamma * values[t + 1] - values[t]
        last = delta + gamma * lam * last
        adv[t] = last
    return adv
""",
        (_drawn(7), _drawn(8), 0.99, 0.95),
    ),
    "inplace param scale": (
        """
import math


def f(x: "N", a: float):
    for i in range(x.shape[0]):
        x[i] = x[i] * a + math.sin(x[i])
    return x
""",
        (_drawn(5), 0.3),
    ),
    "inplace prefix param": (
        """
def f(x: "N"):
    for i in range(1, len(x)):
        x[i] += 0.5 * x[i - 1] ** 2
    return x[-1]
""",
        (_drawn(6),),
    ),
    "relax while tol": (
        """
def f(u: "N", tol: float):
    x = u.copy()
    err = 1.0
    it = 0
    while err > tol and it < 50:
        err = 0.0
        for i in range(1, len(x) - 1):
            old = x[i]
            x[i] = 0.5 * (x[i - 1] + x[i + 1])
            err += abs(x[i] - old)
        it += 1
    return x
""",
        (np.array([1.0, 0.2, 0.3, 2.0]), 0.05),
    ),
    "secant root": (
        """
def f(a: float, x0: float, x1: float):
    f0 = x0**3 - a
    for _ in range(30):
        f1 = x1**3 - a
        if abs(f1 - f0) < 1e-9:
            break
        x2 = x1 - f1 * (x1 - x0) / (f1 - f0)
        x0, f0 = x1, f1
        x1 = x2
    return x1
""",
        (2.5, 1.0, 2.0),
    ),
    "kepler newton": (
        """
import math


def f(M: float, e: float):
    E = M if e < 0.8 else math.pi
    for _ in range(20):
        d = (E - e * math.sin(E) - M) / (1.0 - e * math.cos(E))
        E -= d
        if abs(d) < 1e-12:
            break
    return E
""",
        (1.2, 0.4),
    ),
    "implied vol": (
        """
import math


def norm_cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def call(s, k, v):
    d1 = (math.log(s / k) + 0.5 * v * v) / v
    return s * norm_cdf(d1) - k * norm_cdf(d1 - v)


def f(price: float, s: float, k: float):
    v = 0.3
    for _ in range(8):
        d1 = (math.log(s / k) + 0.5 * v * v) / v
        vega = s * math.exp(-0.5 * d1 * d1) / math.sqrt(2.0 * math.pi)
        v = v - (call(s, k, v) - price) / vega
    return v
""",
        (0.12, 1.0, 1.05),
    ),
    "simpson helper": (
        """
import math


def g(x):
    return math.exp(-x * x) * math.cos(x)


def f(a: float, b: float, n: int):
    h = (b - a) / n
    s = g(a) + g(b)
    for i in range(1, n):
        if i % 2 == 0:
            s += 2.0 * g(a + i * h)
        else:
            s += 4.0 * g(a + i * h)
    return s * h / 3.0
""",
        (0.2, 1.7, 6),
    ),
    "gauss legendre": (
        """
import math


def f(k: float, nodes: "N", weights: "N"):
    total = 0.0
    for i in range(nodes.shape[0]):
        x = 0.5 * (nodes[i] + 1.0)
        total += weights[i] * math.exp(k * x) / (1.0 + x)
    return 0.5 * total
""",
        (
            0.5,
            np.array([-0.7745966692, 0.0, 0.7745966692]),
            np.array([0.5555555556, 0.8888888889, 0.5555555556]),
        ),
    ),
    "rk45 step helper": (
        """
import numpy as np


def rhs(y):
    out = np.empty_like(y)
    out[0] = y[1]
    out[1] = (1.0 - y[0] ** 2) * y[1] - y[0]
    return out


def f(y: "2", h: float, n: int):
    for i in range(n):
        k1 = rhs(y)
        k2 = rhs(y + 0.5 * h * k1)
        y = y + h * k2
    return y
""",
        (_drawn(2), 0.1, 4),
    ),
    "sir tuple": (
        """
def step(s, i, beta, gamma):
    new = beta * s * i
    rec = gamma * i
    return s - new, i + new - rec


def f(s: float, i: float, beta: float, gamma: float, n: int):
    peak = i
    for _ in range(n):
        s, i = step(s, i, beta, gamma)
        if i > peak:
            peak = i
    return s, i, peak
""",
        (0.9, 0.1, 0.4, 0.2, 5),
    ),
    "lotka traj": (
        """
import numpy as np


def f(x: float, y: float, a: float, n: int):
    traj = np.empty((n, 2))
    for t in range(n):
        traj[t, 0] = x
        traj[t, 1] = y
        dx = a * x - 0.4 * x * y
        dy = 0.3 * x * y - 0.5 * y
        x += 0.1 * dx
        y += 0.1 * dy
    return traj
""",
        (1.0, 0.5, 0.6, 10),
    ),
    "verlet chain": (
        """
import numpy as np


def f(x0: "N", steps: int):
    n = x0.size
    x = x0.copy()
    prev = x0.copy()
    for s in range(steps):
        force = np.zeros(n)
        for i in range(n - 1):
            ext = x[i + 1] - x[i] - 1.0
            force[i] += ext
            force[i + 1] -= ext
        new = 2.0 * x - prev + 0.01 * force
        prev = x
        x = new
    return x
""",
        (_drawn(5), 3),
    ),
    "burgers": (
        """
def f(u: "N", dt: float, steps: int):
    n = u.shape[0]
    for s in range(steps):
        v = u.copy()
        for i in range(1, n - 1):
            flux = 0.5 * (v[i + 1] ** 2 - v[i - 1] ** 2)
            u[i] = v[i] - dt * flux + dt * (v[i + 1] - 2 * v[i] + v[i - 1])
    return u
""",
        (_drawn(8), 0.02, 3),
    ),
    "shallow roll": (
        """
import numpy as np


def f(h: "N", q: "N", dt: float, steps: int):
    for _ in range(steps):
        h_new = h - dt * (np.roll(q, -1) - np.roll(q, 1))
        q = q - dt * (np.roll(h, -1) - np.roll(h, 1))
        h = h_new
    return h, q
""",
        (_drawn(6), _drawn(6), 0.1, 3),
    ),
    "crank nicolson": (
        """
import numpy as np


def f(u: "N", r: float):
    n = len(u)
    c = np.zeros(n)
    rhs = np.zeros(n)
    for i in range(n):
        left = u[i - 1] if i > 0 else 0.0
        right = u[i + 1] if i < n - 1 else 0.0
        rhs[i] = r * left + (1.0 - 2.0 * r) * u[i] + r * right
    c[0] = -r / (1.0 + 2.0 * r)
    rhs[0] = rhs[0] / (1.0 + 2.0 * r)
    for i in range(1, n):
        den = 1.0 + 2.0 * r + r * c[i - 1]
        c[i] = -r / den
        rhs[i] = (rhs[i] + r * rhs[i - 1]) / den
    for i in range(n - 2, -1, -1):
        rhs[i] -= c[i] * rhs[i + 1]
    return rhs
""",
        (_drawn(5), 0.2),
    ),
    "gru np": (
        """
import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def f(X: "T, D", Wz: "D, H", Uz: "H, H", Wh: "D, H", Uh: "H, H"):
    h = np.zeros(Uz.shape[0])
    for t in range(X.shape[0]):
        z = sigmoid(X[t] @ Wz + h @ Uz)
        c = np.tanh(X[t] @ Wh + h @ Uh)
        h = (1.0 - z) * h + z * c
    return h
""",
        (_drawn(5, 3), _drawn(3, 4), _drawn(4, 4), _drawn(3, 4), _drawn(4, 4)),
    ),
    "two layer mean": (
        """
import numpy as np


def f(X: "N, D", W1: "D, H", b1: "H", W2: "H, 1", y: "N, 1"):
    h = np.maximum(np.dot(X, W1) + b1, 0.0)
    out = np.dot(h, W2)
    return np.mean((out - y) ** 2)
""",
        (_drawn(5, 3), _drawn(3, 4), _drawn(4), _drawn(4, 1), _drawn(5, 1)),
    ),
    "softmax keep": (
        """
import numpy as np


def f(x: "N, C"):
    out = np.empty_like(x)
    for i in range(x.shape[0]):
        e = np.exp(x[i] - np.max(x[i]))
        out[i] = e / np.sum(e)
    return out
""",
        (_drawn(4, 3),),
    ),
    "closure scale": (
        """
def f(x: "N", a: float):
    def g(v):
        return v * a + v * v

    s = 0.0
    for i in range(x.shape[0]):
        s += g(x[i])
    return s
""",
        (_drawn(5), 0.4),
    ),
    "nested calls": (
        """
import math


def sq(x):
    return x * x


def dist(a, b):
    s = 0.0
    for i in range(a.shape[0]):
        s += sq(a[i] - b[i])
    return s


def kernel(a, b):
    return math.exp(-0.5 * dist(a, b))


def f(a: "N", b: "N"):
    return kernel(a, b) / (1.0 + kernel(a, a * 0.5))
""",
        (_drawn(4), _drawn(4)),
    ),
    "early return guard": (
        """
import math


def f(x: "N", eps: float):
    s = 0.0
    for v in x:
        s += v * v
    if s < eps:
        return 0.0
    return math.sqrt(s)
""",
        (_drawn(4), 0.1),
    ),
    "early return loop": (
        """
def f(x: "N", limit: float):
    s = 0.0
    for i in range(len(x)):
        s += x[i]
        if s > limit:
            return s * i
    return s
""",
        (np.array([0.3, 0.4, 0.9, 0.2]), 1.2),
    ),
    "ravel flat": (
        """
def f(A: "N, M"):
    s = 0.0
    v = A.ravel()
    for i in range(v.size):
        s += v[i] * v[v.size - 1 - i]
    return s
""",
        (_drawn(3, 4),),
    ),
    "reshape blocks": (
        """
import numpy as np


def f(x: "N"):
    B = x.reshape(3, 4)
    return np.sum(B * B, axis=1)
""",
        (_drawn(12),),
    ),
    "transpose cov": (
        """
import numpy as np


def f(X: "N, D"):
    mu = np.sum(X, axis=0) / X.shape[0]
    Z = X - mu
    return np.dot(Z.T, Z) / (X.shape[0] - 1)
""",
        (_drawn(6, 3),),
    ),
    "outer rank1": (
        """
import numpy as np


def f(a: "N", b: "M", s: float):
    W = s * np.outer(a, b)
    return np.sum(np.exp(W))
""",
        (_drawn(3), _drawn(4), 0.2),
    ),
    "stack hist": (
        """
import numpy as np


def f(x: "N", steps: int):
    hist = np.empty((steps + 1, x.shape[0]))
    hist[0] = x
    for t in range(steps):
        hist[t + 1] = np.sin(hist[t]) + 0.5 * hist[t]
    return hist
""",
        (_drawn(4), 3),
    ),
    "diag add": (
        """
import numpy as np


def f(A: "N, N", v: "N"):
    S = A.copy()
    for i in range(A.shape[0]):
        S[i, i] += v[i]
    return np.trace(S @ S)
""",
        (_drawn(3, 3), _drawn(3)),
    ),
    "column norms": (
        """
import numpy as np


def f(A: "N, M"):
    out = np.empty(A.shape[1])
    for j in range(A.shape[1]):
        out[j] = np.sqrt(np.sum(A[:, j] ** 2))
    return out
""",
        (_drawn(4, 3),),
    ),
    "colnorm inplace": (
        """
import numpy as np


def f(A: "N, M"):
    B = A.copy()
    for j in range(B.shape[1]):
        B[:, j] /= np.sqrt((B[:, j] ** 2).sum())
    return B
""",
        (_drawn(4, 3),),
    ),
    "expmoving multi": (
        """
import numpy as np


def f(X: "T, D", alpha: float):
    out = np.zeros_like(X)
    out[0] = X[0]
    for t in range(1, X.shape[0]):
        out[t] = alpha * X[t] + (1 - alpha) * out[t - 1]
    return out
""",
        (_drawn(6, 2), 0.3),
    ),
    "mexican energy": (
        """
def f(phi: "N, M"):
    n, m = phi.shape
    e = 0.0
    for i in range(n):
        for j in range(m):
            p = phi[i, j]
            right = phi[(i + 1) % n, j]
            down = phi[i, (j + 1) % m]
            e += (p - right) ** 2 + (p - down) ** 2 + 0.25 * (p * p - 1.0) ** 2
    return e
""",
        (_drawn(4, 4),),
    ),
    "ising nested if": (
        """
import math


def f(x: "N"):
    s = 0.0
    for i in range(x.shape[0]):
        if x[i] > 0.5:
            s += x[i] ** 3
        elif x[i] > -0.5:
            if i % 2 == 0:
                s += math.sin(x[i])
            else:
                s -= math.cos(x[i])
        else:
            s += math.exp(x[i])
    return s
""",
        (_drawn(6),),
    ),
    "huffman min track": (
        """
def f(x: "N"):
    lo = x[0]
    hi = x[0]
    for v in x[1:]:
        lo = min(lo, v)
        hi = max(hi, v)
    return (x - lo) / (hi - lo)
""",
        (_drawn(7),),
    ),
    "pad edge conv": (
        """
import numpy as np


def f(x: "N", w: "K"):
    n = len(x)
    k = len(w)
    half = k // 2
    out = np.zeros(n)
    for i in range(n):
        for j in range(k):
            idx = min(max(i + j - half, 0), n - 1)
            out[i] += w[j] * x[idx]
    return out
""",
        (_drawn(7), _drawn(3)),
    ),
    "conv transpose": (
        """
import numpy as np


def f(x: "H, W", k: "P, Q", stride: int):
    h, w = x.shape
    kh, kw = k.shape
    out = np.zeros(((h - 1) * stride + kh, (w - 1) * stride + kw))
    for i in range(h):
        for j in range(w):
            p, q = i * stride, j * stride
            out[p : p + kh, q : q + kw] += x[i, j] * k
    return out
""",
        (_drawn(4, 4), _drawn(2, 2), 2),
    ),
    "conv channels": (
        """
import numpy as np


def f(x: "C, H, W", k: "O, C, P, Q"):
    co, ci, kh, kw = k.shape
    oh = x.shape[1] - kh + 1
    ow = x.shape[2] - kw + 1
    out = np.zeros((co, oh, ow))
    for o in range(co):
        for i in range(oh):
            for j in range(ow):
                out[o, i, j] = np.sum(x[:, i : i + kh, j : j + kw] * k[o])
    return out
""",
        (_drawn(2, 5, 5), _drawn(3, 2, 2, 2)),
    ),
    "linalg solve": (
        """
import numpy as np


def f(A: "N, N", b: "N"):
    x = np.linalg.solve(A, b)
    return np.sum(x**2)
""",
        (_drawn(3, 3) + 3 * np.eye(3), _drawn(3)),
    ),
    "linalg inv det": (
        """
import numpy as np


def f(S: "N, N", v: "N"):
    return 0.5 * np.dot(v, np.dot(np.linalg.inv(S), v)) + np.log(np.linalg.det(S))
""",
        (_drawn(3, 3) + 3 * np.eye(3), _drawn(3)),
    ),
    "gp nll": (
        """
import numpy as np


def f(X: "N, D", y: "N", ell: float):
    n = X.shape[0]
    K = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            K[i, j] = np.exp(-np.sum((X[i] - X[j]) ** 2) / (2.0 * ell**2))
        K[i, i] += 0.1
    L = np.linalg.cholesky(K)
    a = np.linalg.solve(L, y)
    return 0.5 * np.sum(a * a) + np.sum(np.log(np.diag(L)))
""",
        (_drawn(4, 2), _drawn(4), 0.7),
    ),
    "argmax pick": (
        """
import numpy as np


def f(A: "N, M"):
    s = 0.0
    for i in range(A.shape[0]):
        j = np.argmax(A[i])
        s += A[i, j] ** 2
    return s
""",
        (_drawn(4, 3),),
    ),
    "argsort rank": (
        """
import numpy as np


def f(x: "N"):
    order = np.argsort(x)
    s = 0.0
    for r in range(len(x)):
        s += (r + 1) * x[order[r]]
    return s
""",
        (_drawn(6),),
    ),
    "median sort": (
        """
import numpy as np


def f(x: "N"):
    y = np.sort(x)
    n = y.size
    return y[n // 2] + 0.1 * np.sum(y[: n // 2])
""",
        (_drawn(7),),
    ),
    "concat parts": (
        """
import numpy as np


def f(a: "N", b: "M"):
    c = np.concatenate((a, b * b))
    return np.sum(c[1:] * c[:-1])
""",
        (_drawn(3), _drawn(4)),
    ),
    "linspace sum": (
        """
import numpy as np


def f(a: float, b: float):
    xs = np.linspace(a, b, 7)
    return np.sum(np.sin(xs)) * (b - a) / 6.0
""",
        (0.3, 2.0),
    ),
    "arange weights": (
        """
import numpy as np


def f(x: "N"):
    w = np.arange(x.shape[0])
    return np.sum(w * x) / np.sum(x**2)
""",
        (_drawn(5),),
    ),
    "eye reg": (
        """
import numpy as np


def f(A: "N, N", lam: float):
    B = A.T @ A + lam * np.eye(A.shape[0])
    return np.sum(B**2)
""",
        (_drawn(3, 3), 0.1),
    ),
    "mean axis1": (
        """
import numpy as np


def f(A: "N, M"):
    m = A.sum(axis=1) / A.shape[1]
    return np.sum((A - m.reshape(-1, 1)) ** 2)
""",
        (_drawn(4, 3),),
    ),
    "newaxis dist": (
        """
import numpy as np


def f(A: "N, D", B: "M, D"):
    diff = A[:, None, :] - B[None, :, :]
    return np.sqrt(np.sum(diff * diff, axis=2) + 1e-9)
""",
        (_drawn(4, 2), _drawn(3, 2)),
    ),
}
