"""Backward pass of rnn_count.py, written by backgen 0.1.0. Do not edit; run `backgen rnn_count.py --wrt wx,w_rec` again.

Source: sha256:d952df022aeab671
Checked: 3 of 3 stages proved equal to SymPy's derivatives at N=2, T=3.
"""

import numpy as np


def rnn_count_forward(X, t, wx, w_rec):
    """Run rnn_count; return out and the values that its backward pass needs."""
    S = np.zeros((X.shape[0], X.shape[1] + 1))  # (1)
    for k in range(X.shape[1]):
        S[:, k + 1] = S[:, k] * w_rec + X[:, k] * wx  # (2)
    out = np.mean((t - S[:, -1]) ** 2)  # (3)
    return out, (X, t, w_rec, S)


def rnn_count_backward(dout, cache):
    """Return the gradients (dwx, dw_rec) from the upstream gradient dout."""
    X, t, w_rec, S = cache
    # (3) out = np.mean((t - S[:, -1]) ** 2)
    dS = np.zeros_like(S)
    dS[:, -1] = -2 * (t - S[:, -1]) * (dout / t.size)
    dwx = 0.0
    dw_rec = 0.0
    for k in reversed(range(X.shape[1])):
        # (2) S[:, k + 1] = S[:, k] * w_rec + X[:, k] * wx
        dS_raw = dS[:, k + 1]
        dw_rec += np.dot(S[:, k], dS_raw)
        dwx += np.dot(X[:, k], dS_raw)
        dS[:, k] = w_rec * dS_raw
    return dwx, dw_rec


def rnn_count_value_and_grad(X, t, wx, w_rec):
    """Return out and its gradients (dwx, dw_rec)."""
    out, cache = rnn_count_forward(X, t, wx, w_rec)
    return out, rnn_count_backward(1.0, cache)
