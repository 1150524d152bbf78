"""Forward and backward passes of examples with loops, as written by hand.

They are what a good solution of a course exercise looks like: one loop forward, one
loop back, and nothing stored that is not read. Each `*_forward` takes the example's
arguments and returns its value and a cache; each `*_backward` takes the upstream
gradient and the cache, and returns the gradients of the floating-point arguments.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

C = 0.2  # as in examples/heat.py


def rnn_forward(X: Any, W: Any, U: Any, b: Any, h0: Any) -> tuple[Any, Any]:
    T = X.shape[1]
    S = np.zeros((h0.shape[0], T + 1))
    S[:, 0] = h0
    for k in range(T):
        S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)
    return np.sum(S**2), (X, W, U, b, S)


def rnn_backward(dloss: Any, cache: Any) -> tuple[Any, ...]:
    X, W, U, b, S = cache
    dX, dW, dU, db = map(np.zeros_like, (X, W, U, b))
    dS = 2 * dloss * S
    dh = dS[:, -1]
    for k in reversed(range(X.shape[1])):
        dz = (1 - S[:, k + 1] ** 2) * dh
        dW += np.outer(dz, X[:, k])
        dU += np.outer(dz, S[:, k])
        db += dz
        dX[:, k] = W.T @ dz
        dh = dS[:, k] + U.T @ dz
    return dX, dW, dU, db, dh


def linear_rnn_forward(X: Any, wx: float, wRec: float, t: Any) -> tuple[Any, Any]:
    N, T = X.shape
    S = np.zeros((N, T + 1))
    for k in range(1, T + 1):
        S[:, k] = wx * X[:, k - 1] + wRec * S[:, k - 1]
    return np.mean((S[:, -1] - t) ** 2), (X, wx, wRec, t, S)


def linear_rnn_backward(dloss: Any, cache: Any) -> tuple[Any, ...]:
    X, wx, wRec, t, S = cache
    dX = np.zeros_like(X)
    dwx = dwRec = 0.0
    grad_over_time = np.zeros_like(S)
    grad_over_time[:, -1] = 2 / X.shape[0] * (S[:, -1] - t) * dloss
    for k in range(X.shape[1], 0, -1):
        dwx += np.dot(grad_over_time[:, k], X[:, k - 1])
        dwRec += np.dot(grad_over_time[:, k], S[:, k - 1])
        dX[:, k - 1] = wx * grad_over_time[:, k]
        grad_over_time[:, k - 1] = grad_over_time[:, k] * wRec
    return dX, dwx, dwRec, -grad_over_time[:, -1]


def tanh_rnn_forward(x: Any, wx: Any, wh: Any, h: Any, y: Any) -> tuple[Any, Any]:
    hs = [h]
    loss = 0.0
    for t in range(x.shape[0]):
        h = np.tanh(x[t] @ wx + h @ wh)
        hs.append(h)
        loss += np.sum((h - y[t]) ** 2)
    return loss, (x, wx, wh, hs, y)


def tanh_rnn_backward(dloss: Any, cache: Any) -> tuple[Any, ...]:
    x, wx, wh, hs, y = cache
    dx, dwx, dwh, dy = map(np.zeros_like, (x, wx, wh, y))
    dh = np.zeros_like(hs[0])
    for t in reversed(range(x.shape[0])):
        de = 2 * dloss * (hs[t + 1] - y[t])
        dy[t] = -de
        dz = (1 - hs[t + 1] ** 2) * (dh + de)
        dwx += np.outer(x[t], dz)
        dwh += np.outer(hs[t], dz)
        dx[t] = wx @ dz
        dh = wh @ dz
    return dx, dwx, dwh, dh, dy


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def lstm_forward(
    x: Any, W: Any, U: Any, b: Any, h: Any, c: Any, y: Any
) -> tuple[Any, Any]:
    H = h.shape[0]
    steps = []
    for t in range(x.shape[0]):
        z = W @ x[t] + U @ h + b
        i, f, o = sigmoid(z[:H]), sigmoid(z[H : 2 * H]), sigmoid(z[2 * H : 3 * H])
        g = np.tanh(z[3 * H :])
        before = (h, c)
        c = f * c + i * g
        tc = np.tanh(c)
        h = o * tc
        steps.append((*before, i, f, o, g, tc))
    return np.sum((h - y) ** 2), (x, W, U, b, steps, h, y)


def lstm_backward(dloss: Any, cache: Any) -> tuple[Any, ...]:
    x, W, U, b, steps, h, y = cache
    dx, dW, dU, db = map(np.zeros_like, (x, W, U, b))
    dh = 2 * dloss * (h - y)
    dy = -dh
    dc = np.zeros_like(dh)
    H = h.shape[0]
    dz = np.empty(4 * H)
    for t in reversed(range(x.shape[0])):
        h, c, i, f, o, g, tc = steps[t]
        dc += dh * o * (1 - tc**2)
        dz[:H] = dc * g * (1 - i) * i
        dz[H : 2 * H] = dc * c * (1 - f) * f
        dz[2 * H : 3 * H] = dh * tc * (1 - o) * o
        dz[3 * H :] = dc * i * (1 - g**2)
        dW += np.outer(dz, x[t])
        dU += np.outer(dz, h)
        db += dz
        dx[t] = W.T @ dz
        dh = U.T @ dz
        dc *= f
    return dx, dW, dU, db, dh, dc, dy


def heat_forward(u: Any, steps: int) -> tuple[Any, Any]:
    for _ in range(steps):
        u[1:-1, 1:-1] += C * (
            u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
        )
    return np.sum(u**2), (u, steps)


def heat_backward(denergy: Any, cache: Any) -> Any:
    u, steps = cache
    du = 2 * denergy * u
    for _ in range(steps):
        g = C * du[1:-1, 1:-1]
        du[1:-1, 1:-1] -= 4 * g
        du[:-2, 1:-1] += g
        du[2:, 1:-1] += g
        du[1:-1, :-2] += g
        du[1:-1, 2:] += g
    return du


def gauss_seidel_forward(u: Any, b: Any, sweeps: int) -> tuple[Any, Any]:
    for _ in range(sweeps):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                u[i, j] = 0.25 * (
                    u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] + b[i, j]
                )
    return np.sum(u**2), (u, sweeps)


def gauss_seidel_backward(dout: Any, cache: Any) -> tuple[Any, ...]:
    u, sweeps = cache
    du = 2 * dout * u
    db = np.zeros_like(u)
    for _ in range(sweeps):
        for i in reversed(range(1, u.shape[0] - 1)):
            for j in reversed(range(1, u.shape[1] - 1)):
                g = 0.25 * du[i, j]
                du[i, j] = 0.0
                du[i - 1, j] += g
                du[i + 1, j] += g
                du[i, j - 1] += g
                du[i, j + 1] += g
                db[i, j] += g
    return du, db


def conv_forward(V: Any, W: Any) -> tuple[Any, Any]:
    rows = V.shape[0] - W.shape[0] + 1
    columns = V.shape[1] - W.shape[1] + 1
    Z = np.zeros((rows, columns, W.shape[3]))
    for j, k, f in np.ndindex(*Z.shape):
        for m, n, c in np.ndindex(*W.shape[:3]):
            Z[j, k, f] += V[j + m, k + n, c] * W[m, n, c, f]
    return Z, (V, W)


def conv_backward(dZ: Any, cache: Any) -> tuple[Any, ...]:
    V, W = cache
    dV, dW = np.zeros_like(V), np.zeros_like(W)
    for j in range(dZ.shape[0]):
        for k in range(dZ.shape[1]):
            for f in range(W.shape[3]):
                g = dZ[j, k, f]
                for m in range(W.shape[0]):
                    for n in range(W.shape[1]):
                        for c in range(W.shape[2]):
                            dV[j + m, k + n, c] += W[m, n, c, f] * g
                            dW[m, n, c, f] += V[j + m, k + n, c] * g
    return dV, dW


def cholesky_forward(A: Any) -> tuple[Any, Any]:
    N = A.shape[0]
    L = np.zeros((N, N))
    for j in range(N):
        s = A[j, j]
        for k in range(j):
            s -= L[j, k] ** 2
        L[j, j] = math.sqrt(s)
        for i in range(j + 1, N):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            L[i, j] = s / L[j, j]
    return L, (L,)


def cholesky_backward(dL: Any, cache: Any) -> Any:
    (L,) = cache
    N = L.shape[0]
    dL = dL.copy()
    dA = np.zeros_like(L)
    for j in reversed(range(N)):
        for i in reversed(range(j + 1, N)):
            ds = dL[i, j] / L[j, j]
            dL[j, j] -= L[i, j] * ds
            for k in range(j):
                dL[i, k] -= L[j, k] * ds
                dL[j, k] -= L[i, k] * ds
            dA[i, j] = ds
        ds = 0.5 * dL[j, j] / L[j, j]
        for k in range(j):
            dL[j, k] -= 2 * L[j, k] * ds
        dA[j, j] = ds
    return dA
