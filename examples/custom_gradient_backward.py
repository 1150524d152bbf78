"""Backward pass of custom_gradient.py, written by backgen 0.1.0. Do not edit; run `backgen custom_gradient.py` again.

Source: sha256:87fb5b4ba45bd264
Checked: 3 of 3 stages proved equal to SymPy's derivatives at N=2. The gradient of quantize: declared by the user, not compared.
"""

import numpy as np


def softplus_forward(x):
    """Run softplus; return out and the values that its backward pass needs."""
    out = np.log(1.0 + np.exp(x))
    return out, (x,)


def softplus_backward(dout, cache):
    """Return the gradient dx from the upstream gradient dout, as written by hand in the source."""
    (x,) = cache
    dx = dout / (1.0 + np.exp(-x))
    return dx


def quantize_forward(x):
    """Run quantize; return out and the values that its backward pass needs."""
    out = np.round(8.0 * x) / 8.0
    return out, ()


def quantize_backward(dout, cache):
    """Return the gradient dx from the upstream gradient dout, as written by hand in the source."""
    return dout


def loss_forward(x, w, t):
    """Run loss; return out and the values that its backward pass needs."""
    s, quantize_cache = quantize_forward(w)  # (1) weights of three binary places
    y, softplus_cache = softplus_forward(s * x)  # (2)
    out = np.sum((y - t) ** 2)  # (3)
    return out, (x, t, s, quantize_cache, y, softplus_cache)


def loss_backward(dout, cache):
    """Return the gradients (dx, dw, dt) from the upstream gradient dout."""
    x, t, s, quantize_cache, y, softplus_cache = cache
    # (3) out = np.sum((y - t) ** 2)
    dout_raw = 2 * (y - t) * dout
    dy = dout_raw
    dt = -dout_raw
    # (2) y, softplus_cache = softplus_forward(s * x)
    ds_raw = softplus_backward(dy, softplus_cache)
    ds = x * ds_raw
    dx = s * ds_raw
    # (1) s, quantize_cache = quantize_forward(w)
    dw = quantize_backward(ds, quantize_cache)
    return dx, dw, dt


def loss_value_and_grad(x, w, t):
    """Return out and its gradients (dx, dw, dt)."""
    out, cache = loss_forward(x, w, t)
    return out, loss_backward(1.0, cache)
