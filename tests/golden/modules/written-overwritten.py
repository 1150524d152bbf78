"""Backward pass of overwritten.py, written by backgen 0.1.0. Do not edit; run `backgen overwritten.py` again.

Source: sha256:e7fd45c40718a2f8
Checked: 7 of 7 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def overwritten_forward(x, y):
    """Run overwritten; return out and the values that its backward pass needs."""
    x = 2 * x  # (1)
    x_1 = math.sin(x) * y  # (2)
    y_1 = y + x_1  # (3)
    y_2 = y_1**2  # (4)
    x_2, y_3 = y_2, x_1 * y_2  # (5)
    x_2 = y_4 = x_2 - y_3  # (6)
    out = x_2 * y_4  # (7)
    return out, (y, x, x_1, y_1, y_2, x_2, y_4)


def overwritten_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    y, x, x_1, y_1, y_2, x_2, y_4 = cache
    # (7) out = x_2 * y_4
    dx_2 = y_4 * dout
    dy_4 = x_2 * dout
    # (6) x_2 = y_4 = x_2 - y_3
    dx_2 += dy_4
    dy_3 = -dx_2
    # (5) x_2, y_3 = y_2, x_1 * y_2
    dy_2 = dx_2
    dx_1 = y_2 * dy_3
    dy_2 += x_1 * dy_3
    # (4) y_2 = y_1**2
    dy_1 = 2 * y_1 * dy_2
    # (3) y_1 = y + x_1
    dy = dy_1
    dx_1 += dy_1
    # (2) x_1 = math.sin(x) * y
    dx = y * math.cos(x) * dx_1
    dy += math.sin(x) * dx_1
    # (1) x = 2 * x
    dx = 2 * dx
    return dx, dy


def overwritten_value_and_grad(x, y):
    """Return out and its gradients (dx, dy)."""
    out, cache = overwritten_forward(x, y)
    return out, overwritten_backward(1.0, cache)
