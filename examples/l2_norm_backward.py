"""Backward pass of l2_norm.py, written by backgen 0.1.0. Do not edit; run `backgen l2_norm.py` again.

Source: sha256:709879ba6b205091
Checked: 2 of 2 stages proved equal to SymPy's derivatives at M=2, N=3.
"""

import numpy as np


def l2_norm_forward(W, x):
    """Run l2_norm; return f and the values that its backward pass needs."""
    q = W @ x  # (1)
    f = np.sum(q**2)  # (2) the squared length of W @ x; dW = 2 q x^T, dx = 2 W^T q
    return f, (W, x, q)


def l2_norm_backward(df, cache):
    """Return the gradients (dW, dx) from the upstream gradient df."""
    W, x, q = cache
    # (2) f = np.sum(q**2)
    dq = 2 * q * df
    # (1) q = W @ x
    dW = np.outer(dq, x)
    dx = W.T @ dq
    return dW, dx


def l2_norm_value_and_grad(W, x):
    """Return f and its gradients (dW, dx)."""
    f, cache = l2_norm_forward(W, x)
    return f, l2_norm_backward(1.0, cache)
