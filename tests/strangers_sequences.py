# ruff: noqa: E501
"""Recurrent networks and loops over time."""

from __future__ import annotations

from strangers import Pair, Slip

RNN_STEP = """\
import numpy as np


def rnn_step_forward(x: "N, D", prev_h: "N, H", Wx: "D, H", Wh: "H, H", b: "H"):
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da.dot(Wx.T)
    dprev_h = da.dot(Wh.T)
    dWx = x.T.dot(da)
    dWh = prev_h.T.dot(da)
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
"""
RNN = """\
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(x: "N, T, D", h0: "N, H", Wx: "D, H", Wh: "H, H", b: "H"):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = []
    prev_h = h0
    for t in range(T):
        prev_h, c = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
        h[:, t] = prev_h
        cache.append(c)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros(H)
    dprev_h = np.zeros((N, H))
    for t in reversed(range(T)):
        dh_t = dh[:, t] + dprev_h
        dx_t, dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh_t, cache[t])
        dx[:, t] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db
"""
LSTM_STEP = """\
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step(x: "N, D", prev_h: "N, H", prev_c: "N, H", Wx: "D, 4*H", Wh: "H, 4*H", b: "4*H"):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c
"""
LSTM_STEP_BACKWARD = """\
import numpy as np


def lstm_step_backward(dnext_h, dnext_c, x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c):
    tanh_c = np.tanh(next_c)
    do = dnext_h * tanh_c
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    df = dc * prev_c
    di = dc * g
    dg = dc * i
    dprev_c = dc * f
    da = np.hstack(
        (di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2))
    )
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
"""
CHAR_RNN = """\
import numpy as np


def loss(inputs: "T int", targets: "T int", h0: "H", Wxh: "H, 5", Whh: "H, H", Why: "5, H", bh: "H", by: "5"):
    xs, hs, ps = {}, {}, {}
    hs[-1] = h0
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros(5)
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        y = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(ps[t][targets[t]])
    return loss
"""
CHAR_RNN_BACKWARD = """\
import numpy as np


def lossFun(inputs, targets, h0, Wxh, Whh, Why, bh, by):
    xs, hs, ps = {}, {}, {}
    hs[-1] = np.copy(h0)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros(5)
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        y = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(ps[t][targets[t]])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.outer(dy, hs[t])
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw
        dWxh += np.outer(dhraw, xs[t])
        dWhh += np.outer(dhraw, hs[t - 1])
        dhnext = np.dot(Whh.T, dhraw)
    return loss, dWxh, dWhh, dWhy, dbh, dby
"""
SCAN = """\
import numpy as np


def scan(a: "T", x: "T", h0: float):
    T = x.shape[0]
    h = np.zeros(T + 1)
    h[0] = h0
    for t in range(T):
        h[t + 1] = a[t] * h[t] + x[t]
    return h[1:]
"""
SCAN_BACKWARD = """\
import numpy as np


def scan_bwd(a, h, grad_out):
    T = a.shape[0]
    grad_a = np.empty(T)
    grad_x = np.empty(T)
    acc = 0.0
    for t in range(T - 1, -1, -1):
        acc = acc + grad_out[t]
        grad_x[t] = acc
        grad_a[t] = acc * h[t]
        acc = acc * a[t]
    return grad_a, grad_x, acc
"""
HEAT = """\
import numpy as np


def heat(u0: "6", k: float):
    u = u0
    for step in range(3):
        lap = u[:-2] - 2 * u[1:-1] + u[2:]
        new = u.copy()
        new[1:-1] = u[1:-1] + k * lap
        u = new
    energy = np.sum(u**2)
    return energy
"""
HEAT_BACKWARD = """\
import numpy as np


def heat_grad(u0, k):
    us = [u0]
    for step in range(3):
        u = us[-1]
        lap = u[:-2] - 2 * u[1:-1] + u[2:]
        new = u.copy()
        new[1:-1] = u[1:-1] + k * lap
        us.append(new)
    du = 2 * us[-1]
    dk = 0.0
    for step in range(2, -1, -1):
        u = us[step]
        lap = u[:-2] - 2 * u[1:-1] + u[2:]
        dk += np.sum(du[1:-1] * lap)
        dlap = k * du[1:-1]
        dprev = du.copy()
        dprev[:-2] += dlap
        dprev[1:-1] -= 2 * dlap
        dprev[2:] += dlap
        du = dprev
    du0 = du
    return du0, dk
"""
GRU = """\
import numpy as np


def gru(x: "D", h: "H", Wz: "H, D", Uz: "H, H", Wr: "H, D", Ur: "H, H", W: "H, D", U: "H, H"):
    z = 1 / (1 + np.exp(-(Wz @ x + Uz @ h)))
    r = 1 / (1 + np.exp(-(Wr @ x + Ur @ h)))
    s = r * h
    c = np.tanh(W @ x + U @ s)
    out = z * h + (1 - z) * c
    return out
"""
GRU_BACKWARD = """\
import numpy as np


def gru_backward(dout, x, h, Wz, Uz, Wr, Ur, W, U):
    z = 1 / (1 + np.exp(-(Wz @ x + Uz @ h)))
    r = 1 / (1 + np.exp(-(Wr @ x + Ur @ h)))
    s = r * h
    c = np.tanh(W @ x + U @ s)

    dz = dout * (h - c)
    dh = dout * z
    dc = dout * (1 - z)
    dac = dc * (1 - c**2)
    dW = np.outer(dac, x)
    dU = np.outer(dac, s)
    dx = W.T @ dac
    ds = U.T @ dac
    dr = ds * h
    dh += ds * r
    dar = dr * r * (1 - r)
    dWr = np.outer(dar, x)
    dUr = np.outer(dar, h)
    dx += Wr.T @ dar
    dh += Ur.T @ dar
    daz = dz * z * (1 - z)
    dWz = np.outer(daz, x)
    dUz = np.outer(daz, h)
    dx += Wz.T @ daz
    dh += Uz.T @ daz
    return dx, dh, dWz, dUz, dWr, dUr, dW, dU
"""
EULER = """\
import numpy as np


def euler(y0: float, k: float):
    y = y0
    for i in range(4):
        y = y - 0.1 * k * y * y
    return y
"""
EULER_BACKWARD = """\
def euler_backward(dy, y0, k):
    ys = [y0]
    for i in range(4):
        ys.append(ys[-1] - 0.1 * k * ys[-1] * ys[-1])
    dk = 0
    for i in reversed(range(4)):
        dk += -0.1 * ys[i] ** 2 * dy
        dy = dy * (1 - 0.2 * k * ys[i])
    dy0 = dy
    return dy0, dk
"""

PAIRS = (
    Pair(
        "step of a recurrent network",
        RNN_STEP,
        slips=(
            Slip("1 - next_h**2", "1 - next_h", ""),
            Slip("prev_h.T.dot(da)", "next_h.T.dot(da)", "`prev_h`"),
            Slip("da.dot(Wh.T)", "da.dot(Wh)", "da.dot(Wh.T)"),
        ),
    ),
    Pair(
        "recurrent network of steps",
        RNN,
        slips=(
            Slip("dWx += dWx_t", "dWx = dWx_t", "`=` stands where `+=` is due"),
            Slip("dh[:, t] + dprev_h", "dh[:, t]", ""),
            Slip("in reversed(range(T))", "in range(T)", "wrong order"),
            Slip("x.T @ da, prev_h.T @ da, da", "x.T @ da, next_h.T @ da, da", ""),
            Slip("db += db_t\n", "db += dh_t.sum(axis=0)\n", ""),
        ),
    ),
    Pair(
        "step of an LSTM",
        LSTM_STEP,
        LSTM_STEP_BACKWARD,
        (
            Slip("dc = dnext_c + dnext_h", "dc = dnext_h", ""),
            Slip("df = dc * prev_c", "df = dc * next_c", "`prev_c`"),
            Slip(
                "di * i * (1 - i), df * f * (1 - f)",
                "df * f * (1 - f), di * i * (1 - i)",
                "",
                line="da = np.hstack",
            ),
            Slip("dg * (1 - g**2)", "dg * g * (1 - g)", "", line="da = np.hstack"),
            Slip("(1 - tanh_c**2)", "(1 - next_c**2)", ""),
        ),
    ),
    Pair(
        "characters",
        CHAR_RNN,
        CHAR_RNN_BACKWARD,
        (
            Slip(" + dhnext\n", "\n", ""),
            Slip("dy[targets[t]] -= 1", "dy[inputs[t]] -= 1", "`targets`"),
            Slip("np.outer(dhraw, hs[t - 1])", "np.outer(dhraw, hs[t])", ""),
            Slip("dhnext = np.dot(Whh.T, dhraw)", "dhnext = np.dot(Whh, dhraw)", ""),
        ),
    ),
    Pair(
        "linear scan",
        SCAN,
        SCAN_BACKWARD,
        (
            Slip("grad_a[t] = acc * h[t]", "grad_a[t] = acc * h[t + 1]", ""),
            Slip("acc = acc * a[t]", "acc = acc * a[t - 1]", ""),
            Slip("range(T - 1, -1, -1)", "range(T)", "wrong order"),
            Slip("acc = acc + grad_out[t]", "acc = grad_out[t]", ""),
        ),
    ),
    Pair(
        "heat equation",
        HEAT,
        HEAT_BACKWARD,
        (
            Slip("dprev[2:] += dlap", "dprev[2:] -= dlap", ""),
            Slip("dprev[1:-1] -= 2 * dlap", "dprev[1:-1] = -2 * dlap", ""),
            Slip(
                "u = us[step]\n        lap = u[:-2] - 2 * u[1:-1] + u[2:]\n        dk",
                "u = us[step + 1]\n        lap = u[:-2] - 2 * u[1:-1] + u[2:]\n        dk",
                "",
            ),
            Slip("dk += np.sum", "dk = np.sum", "`=` stands where `+=` is due"),
        ),
    ),
    Pair(
        "gated recurrent unit",
        GRU,
        GRU_BACKWARD,
        (
            Slip("dh += ds * r", "dh = ds * r", "`=` stands where `+=` is due"),
            Slip("dz = dout * (h - c)", "dz = dout * h", ""),
            Slip("    dx += Wr.T @ dar\n", "", "missing", line="dx += Wz.T"),
            Slip("daz = dz * z * (1 - z)", "daz = dz * (1 - z**2)", ""),
            Slip("dUz = np.outer(daz, h)", "dUz = np.outer(h, daz)", "wrong order"),
        ),
    ),
    Pair(
        "Euler steps",
        EULER,
        EULER_BACKWARD,
        (
            Slip("ys[i] ** 2 * dy", "ys[i + 1] ** 2 * dy", ""),
            Slip("0.2 * k", "0.1 * k", ""),
            Slip("dk += -0.1", "dk = -0.1", "`=` stands where `+=` is due"),
        ),
    ),
)
