"""Backward pass of two_layer_net.py, written by backgen 0.1.0. Do not edit; run `backgen two_layer_net.py` again.

Source: sha256:1be37d6502b70227
Checked: 7 of 7 stages proved equal to SymPy's derivatives at N=2, D=3, C=3, H=2.
"""

import numpy as np


def loss_forward(x, t, params):
    """Run loss; return loss and the values that its backward pass needs."""
    W1, b1 = params["W1"], params["b1"]  # (1)
    W2, b2 = params["W2"], params["b2"]  # (2)
    a1 = x @ W1 + b1  # (3)
    z1 = 1 / (1 + np.exp(-a1))  # (4) sigmoid
    a2 = z1 @ W2 + b2  # (5)
    shifted_max = np.max(a2, axis=1, keepdims=True)
    shifted = a2 - shifted_max  # (6)
    e = np.exp(shifted)  # (7)
    y_sum = np.sum(e, axis=1, keepdims=True)
    y = e / y_sum  # (8) softmax
    loss = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]  # (9) cross-entropy
    return loss, (x, t, W1, W2, z1, a2, shifted_max, e, y_sum, y)


def loss_backward(dloss, cache):
    """Return the gradients (dx, dt, dparams) from the upstream gradient dloss."""
    x, t, W1, W2, z1, a2, shifted_max, e, y_sum, y = cache
    # (9) loss = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]
    dloss_raw = -dloss / x.shape[0]
    dt = np.log(y + 1e-7) * dloss_raw
    dy = t / (y + 1e-7) * dloss_raw
    # (8) y = e / y_sum
    de = dy / y_sum
    de += np.sum(-e / y_sum**2 * dy, axis=1, keepdims=True)
    # (7) e = np.exp(shifted)
    dshifted = e * de
    # (6) shifted = a2 - shifted_max
    da2 = dshifted
    da2 += (a2 == shifted_max) * (
        np.sum(-dshifted, axis=1, keepdims=True)
        / np.sum(a2 == shifted_max, axis=1, keepdims=True, dtype=shifted_max.dtype)
    )
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
    return dx, dt, dparams


def loss_value_and_grad(x, t, params):
    """Return loss and its gradients (dx, dt, dparams)."""
    loss, cache = loss_forward(x, t, params)
    return loss, loss_backward(1.0, cache)
