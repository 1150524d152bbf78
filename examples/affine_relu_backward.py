"""Backward pass of affine_relu.py, written by backgen 0.1.0. Do not edit; run `backgen affine_relu.py` again.

Source: sha256:26d001faf16d1bcc
Checked: 2 of 2 stages proved equal to SymPy's derivatives at N=2, D=3, M=2.
"""

import numpy as np


def affine_relu_forward(x, w, b):
    """Run affine_relu; return out and the values that its backward pass needs."""
    a = x @ w + b  # (1)
    out = np.maximum(0, a)  # (2)
    return out, (x, w, a)


def affine_relu_backward(dout, cache):
    """Return the gradients (dx, dw, db) from the upstream gradient dout (N, M)."""
    x, w, a = cache
    # (2) out = np.maximum(0, a)
    da = (a > 0) * dout
    # (1) a = x @ w + b
    dx = da @ w.T
    dw = x.T @ da
    db = da.sum(axis=0)
    return dx, dw, db
