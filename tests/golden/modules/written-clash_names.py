"""Backward pass of clash_names.py, written by backgen 0.1.0. Do not edit; run `backgen clash_names.py` again.

Source: sha256:fa7d1433c1d09269
Checked: 4 of 4 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math
import math as len
from math import sin as cache


def _digamma(x):
    """Return the derivative of log(gamma(x))."""
    if x < 0.0:
        return _digamma(1.0 - x) - math.pi / math.tan(math.pi * (x % 1.0))
    shift = 0.0
    while x < 10.0:
        shift -= 1.0 / x
        x = x + 1.0
    y = 1.0 / (x * x)
    series = 1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132))))
    series -= y**5 * (691 / 32760 - y / 12)
    return shift + math.log(x) - 0.5 / x - y * series


def clash_forward(out, dout, grad_x, x):
    """Run clash; return out_1 and the values that its backward pass needs."""
    dx_exp = len.exp(out)
    dx = dx_exp * dout  # (1)
    sum = cache(dx) + grad_x  # (2)
    _digamma_1 = len.gamma(x)  # (3)
    out_1 = sum * x + _digamma_1  # (4)
    return out_1, (dout, x, dx_exp, dx, sum, _digamma_1)


def clash_backward(dout_1, cache_1):
    """Return the gradients (grad_out, ddout, dgrad_x, grad_x_1) from the upstream gradient dout_1."""
    dout, x, dx_exp, dx, sum, _digamma_1 = cache_1
    # (4) out_1 = sum * x + _digamma_1
    dsum = x * dout_1
    grad_x_1 = sum * dout_1
    d_digamma_1 = dout_1
    # (3) _digamma_1 = len.gamma(x)
    grad_x_1 += _digamma_1 * _digamma(x) * d_digamma_1
    # (2) sum = cache(dx) + grad_x
    ddx = len.cos(dx) * dsum
    dgrad_x = dsum
    # (1) dx = dx_exp * dout
    grad_out = dout * dx_exp * ddx
    ddout = dx_exp * ddx
    return grad_out, ddout, dgrad_x, grad_x_1


def clash_value_and_grad(out, dout, grad_x, x):
    """Return out_1 and its gradients (grad_out, ddout, dgrad_x, grad_x_1)."""
    out_1, cache_1 = clash_forward(out, dout, grad_x, x)
    return out_1, clash_backward(1.0, cache_1)
