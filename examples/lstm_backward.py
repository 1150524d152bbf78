"""Backward pass of lstm.py, written by backgen 0.1.0. Do not edit; run `backgen lstm.py` again.

Source: sha256:96666b678e0178a1
Checked: 10 of 10 stages proved equal to SymPy's derivatives at z (2,); T=2, D=3, H=2.
"""

import numpy as np


def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype


def sigmoid_forward(z):
    """Run sigmoid; return out and the values that its backward pass needs."""
    out = 1 / (1 + np.exp(-z))  # (1)
    return out, (out,)


def sigmoid_backward(dout, cache):
    """Return the gradient dz from the upstream gradient dout."""
    (out,) = cache
    # (1) out = 1 / (1 + np.exp(-z))
    dz = (1 - out) * out * dout
    return dz


def lstm_forward(x, W, U, b, h, c, y):
    """Run lstm; return loss and the values that its backward pass needs."""
    H = h.shape[0]  # (1)
    tape = []
    for t in range(x.shape[0]):
        c_prev = c
        h_prev = h
        z = W @ x[t] + U @ h + b  # (2)
        sigmoid_z = z[:H]
        i = 1 / (1 + np.exp(-sigmoid_z))  # (3) input gate
        sigmoid_z_1 = z[H : 2 * H]
        f = 1 / (1 + np.exp(-sigmoid_z_1))  # (4) forget gate
        sigmoid_z_2 = z[2 * H : 3 * H]
        o = 1 / (1 + np.exp(-sigmoid_z_2))  # (5) output gate
        g = np.tanh(z[3 * H :])  # (6)
        c = f * c + i * g  # (7)
        h_tanh = np.tanh(c)
        h = o * h_tanh  # (8)
        tape.append((h_prev, c_prev, i, f, o, g, h_tanh))
    loss = np.sum((h - y) ** 2)  # (9)
    return loss, (x, W, U, b, h, c, y, H, tape)


def lstm_backward(dloss, cache):
    """Return the gradients (dx, dW, dU, db, dh, dc, dy) from the upstream gradient dloss."""
    x, W, U, b, h, c, y, H, tape = cache
    # (9) loss = np.sum((h - y) ** 2)
    dloss_raw = 2 * (h - y) * dloss
    dh = dloss_raw
    dy = -dloss_raw
    dx = np.zeros_like(x)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    dc = np.zeros_like(c)
    b_type = _float_type(b)
    for t, (h_prev, c_prev, i, f, o, g, h_tanh) in zip(
        reversed(range(x.shape[0])), reversed(tape)
    ):
        # (8) h = o * h_tanh
        do = h_tanh * dh
        dc += o * (1 - h_tanh**2) * dh
        # (7) c = f * c + i * g
        df = c_prev * dc
        di = g * dc
        dg = i * dc
        dc = f * dc
        # (6) g = np.tanh(z[3 * H :])
        dz = np.empty_like(b, dtype=b_type)
        dz[3 * H :] = (1 - g**2) * dg
        # (5) o = 1 / (1 + np.exp(-sigmoid_z_2))
        dz[2 * H : 3 * H] = (1 - o) * o * do
        # (4) f = 1 / (1 + np.exp(-sigmoid_z_1))
        dz[H : 2 * H] = (1 - f) * f * df
        # (3) i = 1 / (1 + np.exp(-sigmoid_z))
        dz[:H] = (1 - i) * i * di
        # (2) z = W @ x[t] + U @ h + b
        dW += np.outer(dz, x[t])
        dx[t] += W.T @ dz
        dU += np.outer(dz, h_prev)
        dh = U.T @ dz
        db += dz
    return dx, dW, dU, db, dh, dc, dy


def lstm_value_and_grad(x, W, U, b, h, c, y):
    """Return loss and its gradients (dx, dW, dU, db, dh, dc, dy)."""
    loss, cache = lstm_forward(x, W, U, b, h, c, y)
    return loss, lstm_backward(1.0, cache)
