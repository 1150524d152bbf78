"""Backward pass of crossentropy.py."""

import numpy as np
from scipy.special import log_softmax


def crossentropy_forward(scores, y):
    """Run crossentropy; return loss and the values that its backward pass needs."""
    n = scores.shape[0]  # (1)
    logp = log_softmax(scores, axis=1)  # (2)
    loss = -np.sum(logp[np.arange(n), y]) / n  # (3)
    return loss, (y, n, logp)


def crossentropy_backward(dloss, cache):
    """Return the gradient dscores from the upstream gradient dloss."""
    y, n, logp = cache
    # (3) loss = -np.sum(logp[np.arange(n), y]) / n
    dlogp = np.zeros_like(logp)
    dlogp[np.arange(n), y] = -dloss / n
    # (2) logp = log_softmax(scores, axis=1)
    dscores = dlogp - np.exp(logp) * dlogp.sum(axis=1, keepdims=True)
    return dscores


def crossentropy_value_and_grad(scores, y):
    """Return loss and its gradient dscores."""
    loss, cache = crossentropy_forward(scores, y)
    return loss, crossentropy_backward(1.0, cache)
