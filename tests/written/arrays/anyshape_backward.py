"""Backward pass of anyshape.py."""

import numpy as np


def anyshape_forward(x, w):
    """Run anyshape; return y and the values that its backward pass needs."""
    p = x * w  # (1)
    e = np.exp(p)
    y = e + x  # (2)
    return y, (x, w, e)


def anyshape_backward(dy, cache):
    """Return the gradients (dx, dw) from the upstream gradient dy."""
    x, w, e = cache
    # (2) y = np.exp(p) + x
    dp = e * dy
    dx = _unbroadcast(dy, np.shape(x))
    # (1) p = x * w
    dx = dx + _unbroadcast(w * dp, np.shape(x))
    dw = _unbroadcast(x * dp, np.shape(w))
    return dx, dw


def _unbroadcast(g, shape):
    """Sum g over the axes that broadcasting to its shape has added or stretched."""
    extra = np.ndim(g) - len(shape)
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    return np.sum(g, axis=axes, keepdims=True) if axes else g
