"""Backward pass of fused.py, written by backgen 0.1.0. Do not edit; run `backgen fused.py --style fused` again.

Source: sha256:16d030e2849ea28d
Checked: 3 of 3 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def fused_value_and_grad(x, y):
    """Return f and its gradients (dx, dy)."""
    a = x * y  # (1) area
    b = math.sin(a) + y  # (2)
    f = b / a  # (3)
    # (3) f = b / a
    db = 1 / a
    da = -b / a**2
    # (2) b = math.sin(a) + y
    da += math.cos(a) * db
    dy = db
    # (1) a = x * y
    dx = y * da
    dy += x * da
    return f, (dx, dy)
