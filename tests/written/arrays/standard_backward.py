"""Backward pass of standard.py."""

import numpy as np


def standard_forward(x, scale):
    """Run standard; return y and the values that its backward pass needs."""
    m = x.mean(axis=1, keepdims=True)  # (1)
    v = x.var(axis=1, keepdims=True)  # (2)
    r = np.sqrt(v + 0.1)
    z = (x - m) / r  # (3)
    y = z * scale  # (4)
    return y, (x, scale, m, r, z)


def standard_backward(dy, cache):
    """Return the gradients (dx, dscale) from the upstream gradient dy (N, D)."""
    x, scale, m, r, z = cache
    # (4) y = z * scale
    dz = scale * dy
    dscale = np.sum(z * dy, axis=0, keepdims=True)
    # (3) z = (x - m) / np.sqrt(v + 0.1)
    dx = dz / r
    dm = -np.sum(dz, axis=1, keepdims=True) / r
    dv = -np.sum(z * dz, axis=1, keepdims=True) / (2 * r**2)
    # (2) v = x.var(axis=1, keepdims=True)
    dx += 2 / x.shape[1] * (x - m) * dv
    # (1) m = x.mean(axis=1, keepdims=True)
    dx += dm / x.shape[1]
    return dx, dscale
