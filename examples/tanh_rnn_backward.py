"""Backward pass of tanh_rnn.py, written by backgen 0.1.0. Do not edit; run `backgen tanh_rnn.py` again.

Source: sha256:ad2f3db1417e42cf
Checked: 3 of 3 stages proved equal to SymPy's derivatives at T=2, D=3, H=2.
"""

import numpy as np


def tanh_rnn_forward(x, wx, wh, h, y):
    """Run tanh_rnn; return loss and the values that its backward pass needs."""
    loss = 0.0  # (1)
    tape = []
    for t in range(x.shape[0]):
        tape.append(h)
        h = np.tanh(x[t] @ wx + h @ wh)  # (2)
        loss += np.sum((h - y[t]) ** 2)  # (3)
    return loss, (x, wx, wh, h, y, tape)


def tanh_rnn_backward(dloss, cache):
    """Return the gradients (dx, dwx, dwh, dh, dy) from the upstream gradient dloss."""
    x, wx, wh, h, y, tape = cache
    dx = np.zeros_like(x)
    dwx = np.zeros_like(wx)
    dwh = np.zeros_like(wh)
    dh = np.zeros_like(h)
    dy = np.zeros_like(y)
    for t, h_prev in zip(reversed(range(x.shape[0])), reversed(tape)):
        # (3) loss += np.sum((h - y[t]) ** 2)
        dloss_raw = 2 * dloss * (h - y[t])
        dh += dloss_raw
        dy[t] -= dloss_raw
        # (2) h = np.tanh(x[t] @ wx + h @ wh)
        dh_raw = (1 - h**2) * dh
        dx[t] += wx @ dh_raw
        dwx += np.outer(x[t], dh_raw)
        dwh += np.outer(h_prev, dh_raw)
        dh = wh @ dh_raw
        h = h_prev
    return dx, dwx, dwh, dh, dy


def tanh_rnn_value_and_grad(x, wx, wh, h, y):
    """Return loss and its gradients (dx, dwx, dwh, dh, dy)."""
    loss, cache = tanh_rnn_forward(x, wx, wh, h, y)
    return loss, tanh_rnn_backward(1.0, cache)
