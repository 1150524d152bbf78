"""Backward pass of net.py."""

import numpy as np


def net_forward(params, x, y):
    """Run net; return loss and the values that its backward pass needs."""
    h = x @ params["W1"] + params["b1"]  # (1)
    s = 1 / (1 + np.exp(-h))  # (2)
    scores = s @ params["W2"] + params["b2"]  # (3)
    p = np.exp(scores - np.max(scores, axis=1, keepdims=True))  # (4)
    p_1 = p / np.sum(p, axis=1, keepdims=True)  # (5)
    n = x.shape[0]  # (6)
    loss = -np.mean(np.log(p_1[np.arange(n), y]))  # (7)
    return loss, (params, x, y, s, scores, p, p_1, n)


def net_backward(dloss, cache):
    """Return the gradients (dparams, dx) from the upstream gradient dloss."""
    params, x, y, s, scores, p, p_1, n = cache
    # (7) loss = -np.mean(np.log(p[np.arange(n), y]))
    dp = np.zeros_like(p_1)
    dp[np.arange(n), y] = -dloss / (n * p_1[np.arange(n), y])
    # (5) p = p / np.sum(p, axis=1, keepdims=True)
    total = np.sum(p, axis=1, keepdims=True)
    dp = (dp - np.sum(dp * p_1, axis=1, keepdims=True)) / total
    # (4) p = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    dscores = p * dp
    top = scores == np.max(scores, axis=1, keepdims=True)
    dscores -= top * np.sum(p * dp, axis=1, keepdims=True)
    # (3) scores = s @ params["W2"] + params["b2"]
    ds = dscores @ params["W2"].T
    dW2 = s.T @ dscores
    db2 = dscores.sum(axis=0)
    # (2) s = 1 / (1 + np.exp(-h))
    dh = (1 - s) * s * ds
    # (1) h = x @ params["W1"] + params["b1"]
    dx = dh @ params["W1"].T
    dW1 = x.T @ dh
    db1 = dh.sum(axis=0)
    dparams = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
    return dparams, dx


def net_value_and_grad(params, x, y):
    """Return loss and its gradients (dparams, dx)."""
    loss, cache = net_forward(params, x, y)
    return loss, net_backward(1.0, cache)
