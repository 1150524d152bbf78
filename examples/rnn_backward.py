"""Backward pass of rnn.py, written by backgen 0.1.0. Do not edit; run `backgen rnn.py` again.

Source: sha256:e5108f69b5268d0b
Checked: 5 of 5 stages proved equal to SymPy's derivatives at D=2, T=3, H=2.
"""

import numpy as np


def rnn_forward(X, W, U, b, h0):
    """Run rnn; return loss and the values that its backward pass needs."""
    T = X.shape[1]  # (1)
    S = np.zeros((h0.shape[0], T + 1))  # (2)
    S[:, 0] = h0  # (3)
    for k in range(T):
        S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)  # (4) new state
    loss = np.sum(S**2)  # (5)
    return loss, (X, W, U, b, T, S)


def rnn_backward(dloss, cache):
    """Return the gradients (dX, dW, dU, db, dh0) from the upstream gradient dloss."""
    X, W, U, b, T, S = cache
    # (5) loss = np.sum(S**2)
    dS = 2 * S * dloss
    dX = np.zeros_like(X)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    for k in reversed(range(T)):
        # (4) S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)
        dS_raw = (1 - S[:, k + 1] ** 2) * dS[:, k + 1]
        dW += np.outer(dS_raw, X[:, k])
        dX[:, k] += W.T @ dS_raw
        dU += np.outer(dS_raw, S[:, k])
        dS[:, k] += U.T @ dS_raw
        db += dS_raw
    # (3) S[:, 0] = h0
    dh0 = dS[:, 0]
    return dX, dW, dU, db, dh0


def rnn_value_and_grad(X, W, U, b, h0):
    """Return loss and its gradients (dX, dW, dU, db, dh0)."""
    loss, cache = rnn_forward(X, W, U, b, h0)
    return loss, rnn_backward(1.0, cache)
