"""Backward pass of special.py, written by backgen 0.1.0. Do not edit; run `backgen special.py` again.

Source: sha256:0000000000000000
Checked: nothing.
"""

import math


def _digamma(x):
    """Return the derivative of log(gamma(x))."""
    if x < 0.0:
        return _digamma(1.0 - x) - math.pi / math.tan(math.pi * (x % 1.0))
    shift = 0.0
    while x < 10.0:
        shift -= 1.0 / x
        x += 1.0
    y = 1.0 / (x * x)
    series = 1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132))))
    series -= y**5 * (691 / 32760 - y / 12)
    return shift + math.log(x) - 0.5 / x - y * series


def special_forward(x, y):
    """Run special; return out and the values that its backward pass needs."""
    g = math.lgamma(x) * y  # (1)
    h = math.hypot(g, y, 2.0)  # (2)
    r = math.atan2(g, h) + x**y  # (3)
    out_log = math.log(y, 3)
    out = r / out_log  # (4)
    return out, (x, y, g, h, r, out_log)


def special_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    x, y, g, h, r, out_log = cache
    # (4) out = r / out_log
    dr = dout / out_log
    dy = -r / (out_log**2 * (y * math.log(3))) * dout
    # (3) r = math.atan2(g, h) + x**y
    dg = h / (h**2 + g**2) * dr
    dh = -g / (h**2 + g**2) * dr
    dx = y * x ** (y - 1) * dr
    dy += x**y * math.log(x) * dr if x != 0 else 0.0
    # (2) h = math.hypot(g, y, 2.0)
    dg += g / h * dh
    dy += y / h * dh
    # (1) g = math.lgamma(x) * y
    dx += y * _digamma(x) * dg
    dy += math.lgamma(x) * dg
    return dx, dy


def special_value_and_grad(x, y):
    """Return out and its gradients (dx, dy)."""
    out, cache = special_forward(x, y)
    return out, special_backward(1.0, cache)
