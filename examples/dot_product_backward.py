"""Backward pass of dot_product.py, written by backgen 0.1.0. Do not edit; run `backgen dot_product.py` again.

Source: sha256:8c744573d5f37a30
Checked: 2 of 2 stages proved equal to SymPy's derivatives at N=2; M=2, N=3.
"""

import numpy as np


def dot_product_forward(w, x, b):
    """Run dot_product; return y and the values that its backward pass needs."""
    y = np.dot(w, x) + b  # (1)
    return y, (w, x)


def dot_product_backward(dy, cache):
    """Return the gradients (dw, dx, db) from the upstream gradient dy."""
    w, x = cache
    # (1) y = np.dot(w, x) + b
    dw = x * dy
    dx = w * dy
    db = dy
    return dw, dx, db


def dot_product_value_and_grad(w, x, b):
    """Return y and its gradients (dw, dx, db)."""
    y, cache = dot_product_forward(w, x, b)
    return y, dot_product_backward(1.0, cache)


def matrix_vector_forward(W, x):
    """Run matrix_vector; return y and the values that its backward pass needs."""
    y = W @ x  # (1)
    return y, (W, x)


def matrix_vector_backward(dy, cache):
    """Return the gradients (dW, dx) from the upstream gradient dy (M,)."""
    W, x = cache
    # (1) y = W @ x
    dW = np.outer(dy, x)
    dx = W.T @ dy
    return dW, dx
