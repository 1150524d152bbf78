"""Backward pass of remainders.py, written by backgen 0.1.0. Do not edit; run `backgen remainders.py` again.

Source: sha256:4c1710a3f50e3159
Checked: 3 of 3 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def remainders_forward(x, y):
    """Run remainders; return out and the values that its backward pass needs."""
    a = x % y  # (1)
    b = x // y  # (2)
    c = math.fmod(x, y) + math.degrees(x) * math.radians(y)  # (3)
    out = a * b + c  # (4)
    return out, (x, y, b)


def remainders_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    x, y, b = cache
    # (4) out = a * b + c
    da = b * dout
    dc = dout
    # (3) c = math.fmod(x, y) + math.degrees(x) * math.radians(y)
    dx = dc
    dy = (math.fmod(x, y) - x) / y * dc
    dx += 180 * math.radians(y) / math.pi * dc
    dy += math.degrees(x) * math.pi / 180 * dc
    # (1) a = x % y
    dx += da
    dy += -(x // y) * da
    return dx, dy


def remainders_value_and_grad(x, y):
    """Return out and its gradients (dx, dy)."""
    out, cache = remainders_forward(x, y)
    return out, remainders_backward(1.0, cache)
