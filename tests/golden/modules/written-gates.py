"""Backward pass of gates.py, written by backgen 0.1.0. Do not edit; run `backgen gates.py` again.

Source: sha256:d1ce7d2d490756de
Checked: 6 of 6 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def gates_forward(x, y, z, p):
    """Run gates; return out and the values that its backward pass needs."""
    soft = math.log(1 + math.exp(x))  # (1)
    soft_too = math.log1p(math.exp(y * z))  # (2)
    tanh = (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))  # (3)
    tanh_too = 2 / (1 + math.exp(-2 * x)) - 1  # (4)
    logit = math.log(p / (1 - p))  # (5)
    out = soft + soft_too * tanh + tanh_too * logit  # (6)
    return out, (x, y, z, p, soft, soft_too, tanh, tanh_too, logit)


def gates_backward(dout, cache):
    """Return the gradients (dx, dy, dz, dp) from the upstream gradient dout."""
    x, y, z, p, soft, soft_too, tanh, tanh_too, logit = cache
    # (6) out = soft + soft_too * tanh + tanh_too * logit
    dsoft = dout
    dsoft_too = tanh * dout
    dtanh = soft_too * dout
    dtanh_too = logit * dout
    dlogit = tanh_too * dout
    # (5) logit = math.log(p / (1 - p))
    dp = dlogit / (p * (1 - p))
    # (4) tanh_too = 2 / (1 + math.exp(-2 * x)) - 1
    dx = (1 - tanh_too**2) * dtanh_too
    # (3) tanh = (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))
    dz = (1 - tanh**2) * dtanh
    # (2) soft_too = math.log1p(math.exp(y * z))
    dsoft_too_raw = math.exp(y * z - soft_too) * dsoft_too
    dy = z * dsoft_too_raw
    dz += y * dsoft_too_raw
    # (1) soft = math.log(1 + math.exp(x))
    dx += math.exp(x - soft) * dsoft
    return dx, dy, dz, dp


def gates_value_and_grad(x, y, z, p):
    """Return out and its gradients (dx, dy, dz, dp)."""
    out, cache = gates_forward(x, y, z, p)
    return out, gates_backward(1.0, cache)
