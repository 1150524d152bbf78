"""Passes that are called, and take what they need, in ways of their own."""

from __future__ import annotations

from strangers import Pair, Slip

LSTM_STEP = """
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step(x: "N, D", h0: "N, H", c0: "N, H", Wx: "D, 4*H", Wh: "H, 4*H", b: "4*H"):
    H = h0.shape[1]
    a = x @ Wx + h0 @ Wh + b
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    c = f * c0 + i * g
    h = o * np.tanh(c)
    return h, c
"""

LSTM_STEP_BACKWARD = """
import numpy as np


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, h0, c0, Wx, Wh, i, f, o, g, c = cache
    tc = np.tanh(c)
    do = dnext_h * tc
    dc = dnext_c + dnext_h * o * (1 - tc**2)
    df = dc * c0
    di = dc * g
    dg = dc * i
    dprev_c = dc * f
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * (1 - g**2)
    da = np.hstack((dai, daf, dao, dag))
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = h0.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
"""

CLASSIFIER = """
import numpy as np


def mlp(x: "N, D", W1: "D, H", b1: "H", W2: "H, C", b2: "C", y: "N int"):
    h = np.maximum(0, x @ W1 + b1)
    s = h @ W2 + b2
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))
"""

CLASSIFIER_BACKWARD = """
import numpy as np


def mlp_loss(x, W1, b1, W2, b2, y):
    N = len(y)
    pre = x.dot(W1) + b1
    h = np.maximum(0, pre)
    scores = h.dot(W2) + b2
    exp = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probs = exp / np.sum(exp, axis=1, keepdims=True)
    loss = -np.log(probs[np.arange(N), y]).mean()

    delta = probs.copy()
    delta[np.arange(N), y] -= 1
    delta /= N
    grads = {}
    grads["W2"] = h.T.dot(delta)
    grads["b2"] = delta.sum(axis=0)
    dh = delta.dot(W2.T)
    dh[pre <= 0] = 0
    grads["W1"] = x.T.dot(dh)
    grads["b1"] = dh.sum(axis=0)
    grads["x"] = dh.dot(W1.T)
    return loss, grads
"""

TRIDIAGONAL = """
import numpy as np


def thomas(a: "N", b: "N", c: "N", d: "N"):
    n = len(d)
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
"""

TRIDIAGONAL_BACKWARD = """
import numpy as np


def thomas_grad(a, b, c, d, x, dx):
    # lam solves A^T lam = dx; dA = -lam x^T
    n = len(d)
    A = np.diag(b) + np.diag(a[1:], -1) + np.diag(c[:-1], 1)
    lam = np.linalg.solve(A.T, dx)
    da = np.zeros(n)
    dc = np.zeros(n)
    da[1:] = -lam[1:] * x[:-1]
    dc[:-1] = -lam[:-1] * x[1:]
    db = -lam * x
    return da, db, dc, lam
"""

KALMAN = """
import numpy as np


def kalman(z: "T", q: float, r: float, x0: float, p0: float):
    x = x0
    p = p0
    nll = 0.0
    for t in range(len(z)):
        p = p + q
        s = p + r
        k = p / s
        innov = z[t] - x
        nll += 0.5 * (np.log(s) + innov**2 / s)
        x = x + k * innov
        p = (1 - k) * p
    return nll
"""

KALMAN_BACKWARD = """
import numpy as np


def kalman_forward(z, q, r, x0, p0):
    x, p, nll, hist = x0, p0, 0.0, []
    for zt in z:
        pp = p + q
        s = pp + r
        k = pp / s
        e = zt - x
        nll += 0.5 * (np.log(s) + e**2 / s)
        hist.append((pp, s, k, e))
        x = x + k * e
        p = (1 - k) * pp
    return nll, hist


def kalman_backward(dnll, hist):
    n = len(hist)
    gz = np.zeros(n)
    gq = gr = 0.0
    gx = gp = 0.0
    for t in range(n - 1, -1, -1):
        pp, s, k, e = hist[t]
        gk = -pp * gp + e * gx
        gpp = (1 - k) * gp
        ge = k * gx + e / s * dnll
        gs = 0.5 * (1 / s - e**2 / s**2) * dnll
        gpp += gk / s
        gs -= gk * pp / s**2
        gpp += gs
        gr += gs
        gz[t] = ge
        gx = gx - ge
        gq += gpp
        gp = gpp
    return gz, gq, gr, gx, gp
"""

SINKHORN = """
import numpy as np


def sinkhorn(C: "N, M", r: "N", c: "M", eps: float):
    K = np.exp(-C / eps)
    u = np.ones(r.shape)
    for _ in range(3):
        v = c / (K.T @ u)
        u = r / (K @ v)
    P = u[:, None] * K * v[None, :]
    return np.sum(P * C)
"""

SINKHORN_BACKWARD = """
import numpy as np


def sinkhorn_grad(C, r, c, eps):
    K = np.exp(-C / eps)
    us = [np.ones(len(r))]
    vs = []
    for _ in range(3):
        vs.append(c / (K.T @ us[-1]))
        us.append(r / (K @ vs[-1]))
    u, v = us[-1], vs[-1]
    P = u[:, None] * K * v
    dC = P.copy()
    dK = C * np.outer(u, v)
    du = (K * C) @ v
    dv = (K * C).T @ u
    dr = np.zeros(len(r))
    dc = np.zeros(len(c))
    for t in (2, 1, 0):
        Kv = K @ vs[t]
        dr += du / Kv
        w = -du * us[t + 1] / Kv
        dK += np.outer(w, vs[t])
        dv = dv + K.T @ w
        Ku = K.T @ us[t]
        dc += dv / Ku
        w = -dv * vs[t] / Ku
        dK += np.outer(us[t], w)
        du = K @ w
        dv = 0
    dC -= K * dK / eps
    deps = np.sum(dK * K * C) / eps**2
    return dC, dr, dc, deps
"""

PAIRS = (
    Pair(
        "one step of an LSTM, with a gradient for each output",
        LSTM_STEP,
        LSTM_STEP_BACKWARD,
        slips=(
            Slip("dc = dnext_c + dnext_h", "dc = dnext_h", ""),
            Slip("(1 - tc**2)", "(1 - tc)", ""),
            Slip("dprev_c = dc * f", "dprev_c = dnext_c * f", ""),
            Slip("(dai, daf, dao, dag)", "(dai, dao, daf, dag)", ""),
            Slip("dag = dg * (1 - g**2)", "dag = dg * g * (1 - g)", ""),
            Slip("h0.T @ da", "x.T @ da", ""),
            Slip("di = dc * g", "di = dc * i", ""),
        ),
    ),
    Pair(
        "a loss that returns its gradients in a dict",
        CLASSIFIER,
        CLASSIFIER_BACKWARD,
        slips=(
            Slip("-= 1\n", "+= 1\n", ""),
            Slip("dh[pre <= 0] = 0", "dh[pre >= 0] = 0", ""),
            Slip("h.T.dot(delta)", "pre.T.dot(delta)", ""),
            Slip("delta.sum(axis=0)", "delta.sum(axis=1)", ""),
            Slip("    dh[pre <= 0] = 0\n", "", ""),
            Slip("delta.dot(W2.T)", "delta.dot(W2)", ""),
        ),
    ),
    Pair(
        "a tridiagonal system, by the system that is transposed",
        TRIDIAGONAL,
        TRIDIAGONAL_BACKWARD,
        slips=(
            Slip("solve(A.T", "solve(A", ""),
            Slip("da[1:] = -lam[1:] * x[:-1]", "da[1:] = -lam[:-1] * x[1:]", ""),
            Slip("db = -lam * x", "db = lam * x", ""),
            Slip("dc[:-1] = -lam", "dc[:-1] = lam", ""),
        ),
    ),
    Pair(
        "a filter, from what each step left",
        KALMAN,
        KALMAN_BACKWARD,
        slips=(
            Slip("ge = k * gx + e / s", "ge = k * gx - e / s", ""),
            Slip("gs -= gk * pp", "gs += gk * pp", ""),
            Slip("gx = gx - ge", "gx = -ge", ""),
            Slip("gr += gs", "gr = gs", ""),
            Slip("gz[t] = ge", "gz[n - 1 - t] = ge", ""),
            Slip("range(n - 1, -1, -1)", "range(n)", ""),
        ),
    ),
    Pair(
        "scalings that alternate",
        SINKHORN,
        SINKHORN_BACKWARD,
        slips=(
            Slip("du = K @ w", "du = K.T @ w", ""),
            Slip("us[t + 1] / Kv", "us[t] / Kv", ""),
            Slip("dC = P.copy()", "dC = 0 * P", ""),
            Slip("dr += du / Kv", "dr = du / Kv", ""),
            Slip("/ eps**2", "/ eps", ""),
            Slip("dC -= K", "dC += K", ""),
        ),
    ),
)
