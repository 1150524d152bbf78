"""Backward pass of two_layer_net.py, written by backgen 0.1.0. Do not edit; run `backgen two_layer_net.py` again.

Source: sha256:3b0ebc0e01722539
Checked: 5 of 5 stages proved equal to SymPy's derivatives at N=2, D=3, C=2, H=3.
"""

import numpy as np


def loss_forward(x, t, params):
    """Run loss; return loss and the values that its backward pass needs."""
    W1, b1 = params["W1"], params["b1"]  # (1)
    W2, b2 = params["W2"], params["b2"]  # (2)
    a1 = x @ W1 + b1  # (3)
    z1 = 1 / (1 + np.exp(-a1))  # (4) sigmoid
    a2 = z1 @ W2 + b2  # (5)
    top = np.max(a2, axis=1, keepdims=True)  # (6) for numerical safety
    # softmax
    y = np.exp(a2 - top) / np.sum(np.exp(a2 - top), axis=1, keepdims=True)  # (7)
    loss = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]  # (8) cross-entropy
    return loss, (x, t, W1, W2, z1, y)


def loss_backward(dloss, cache):
    """Return the gradients (dx, dparams) from the upstream gradient dloss."""
    x, t, W1, W2, z1, y = cache
    # (8) loss = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]
    dy = t / (y + 1e-7) * (-dloss / x.shape[0])
    # (7) y = np.exp(a2 - top) / np.sum(np.exp(a2 - top), axis=1, keepdims=True)
    da2 = y * (dy - np.sum(y * dy, axis=1, keepdims=True))
    # (5) a2 = z1 @ W2 + b2
    dz1 = da2 @ W2.T
    dW2 = z1.T @ da2
    db2 = da2.sum(axis=0)
    # (4) z1 = 1 / (1 + np.exp(-a1))
    da1 = (1 - z1) * z1 * dz1
    # (3) a1 = x @ W1 + b1
    dx = da1 @ W1.T
    dW1 = x.T @ da1
    db1 = da1.sum(axis=0)
    dparams = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
    return dx, dparams


def loss_value_and_grad(x, t, params):
    """Return loss and its gradients (dx, dparams)."""
    loss, cache = loss_forward(x, t, params)
    return loss, loss_backward(1.0, cache)
