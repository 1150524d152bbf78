"""Backward pass of linear_rnn.py, written by backgen 0.1.0. Do not edit; run `backgen linear_rnn.py` again.

Source: sha256:f11f7596561d4f80
Checked: 4 of 4 stages proved equal to SymPy's derivatives at N=2, T=3.
"""

import numpy as np


def linear_rnn_forward(X, wx, wRec, t):
    """Run linear_rnn; return loss and the values that its backward pass needs."""
    N, T = X.shape  # (1)
    S = np.zeros((N, T + 1))  # (2) states, the first of them zero
    for k in range(1, T + 1):
        S[:, k] = wx * X[:, k - 1] + wRec * S[:, k - 1]  # (3)
    loss = np.mean((S[:, -1] - t) ** 2)  # (4)
    return loss, (X, wx, wRec, t, T, S)


def linear_rnn_backward(dloss, cache):
    """Return the gradients (dX, dwx, dwRec, dt) from the upstream gradient dloss."""
    X, wx, wRec, t, T, S = cache
    # (4) loss = np.mean((S[:, -1] - t) ** 2)
    dS = np.zeros_like(S)
    dloss_raw = 2 * (S[:, -1] - t) * (dloss / t.size)
    dS[:, -1] = dloss_raw
    dt = -dloss_raw
    dX = np.zeros_like(X)
    dwx = 0.0
    dwRec = 0.0
    for k in reversed(range(1, T + 1)):
        # (3) S[:, k] = wx * X[:, k - 1] + wRec * S[:, k - 1]
        dS_raw = dS[:, k]
        dwx += np.dot(X[:, k - 1], dS_raw)
        dX[:, k - 1] += wx * dS_raw
        dwRec += np.dot(S[:, k - 1], dS_raw)
        dS[:, k - 1] = wRec * dS_raw
    return dX, dwx, dwRec, dt


def linear_rnn_value_and_grad(X, wx, wRec, t):
    """Return loss and its gradients (dX, dwx, dwRec, dt)."""
    loss, cache = linear_rnn_forward(X, wx, wRec, t)
    return loss, linear_rnn_backward(1.0, cache)
