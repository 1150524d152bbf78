"""Backward pass of shared.py, written by backgen 0.1.0. Do not edit; run `backgen shared.py` again.

Source: sha256:d4095c4778f0fb79
Checked: 3 of 3 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def shared_forward(x, y):
    """Run shared; return out and the values that its backward pass needs."""
    a_exp = math.exp(x * y)
    a_sin = math.sin(x * y)
    a_sqrt = math.sqrt(1 + (x * y) ** 2)
    a = a_exp * a_sin / a_sqrt  # (1)
    b_tan = math.tan(x)
    b = b_tan * math.atan2(y, x) + math.log(x * y, 2 + x)  # (2)
    out = a * b  # (3)
    return out, (x, y, a_exp, a_sin, a_sqrt, a, b_tan, b)


def shared_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    x, y, a_exp, a_sin, a_sqrt, a, b_tan, b = cache
    # (3) out = a * b
    da = b * dout
    db = a * dout
    # (2) b = b_tan * math.atan2(y, x) + math.log(x * y, 2 + x)
    dx = math.atan2(y, x) * (1 + b_tan**2) * db
    db_raw = b_tan * db
    dy = x / (x**2 + y**2) * db_raw
    dx += -y / (x**2 + y**2) * db_raw
    db_raw_1 = db / (x * y * math.log(2 + x))
    dx += y * db_raw_1
    dy += x * db_raw_1
    dx += -math.log(x * y, 2 + x) / ((2 + x) * math.log(2 + x)) * db
    # (1) a = a_exp * a_sin / a_sqrt
    da_raw = da / a_sqrt
    da_raw_1 = a_sin * a_exp * da_raw
    dx += y * da_raw_1
    dy += x * da_raw_1
    da_raw_2 = a_exp * math.cos(x * y) * da_raw
    dx += y * da_raw_2
    dy += x * da_raw_2
    da_raw_3 = -a_exp * a_sin * x * y / a_sqrt**3 * da
    dx += y * da_raw_3
    dy += x * da_raw_3
    return dx, dy


def shared_value_and_grad(x, y):
    """Return out and its gradients (dx, dy)."""
    out, cache = shared_forward(x, y)
    return out, shared_backward(1.0, cache)
