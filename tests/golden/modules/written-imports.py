"""Backward pass of imports.py, written by backgen 0.1.0. Do not edit; run `backgen imports.py` again.

Source: sha256:44680984cd55ef97
Checked: 3 of 3 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math as m
from math import cos, pi
from math import exp as e


def imports_forward(x, y):
    """Run imports; return out and the values that its backward pass needs."""
    a_exp = e(x)
    a = a_exp * cos(pi * y)  # (1)
    b = m.sin(a) + m.sqrt(y)  # (2)
    out = a * b  # (3)
    return out, (y, a_exp, a, b)


def imports_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    y, a_exp, a, b = cache
    # (3) out = a * b
    da = b * dout
    db = a * dout
    # (2) b = m.sin(a) + m.sqrt(y)
    da += cos(a) * db
    dy = 0.5 / m.sqrt(y) * db
    # (1) a = a_exp * cos(pi * y)
    dx = cos(pi * y) * a_exp * da
    dy += -a_exp * m.sin(pi * y) * pi * da
    return dx, dy


def imports_value_and_grad(x, y):
    """Return out and its gradients (dx, dy)."""
    out, cache = imports_forward(x, y)
    return out, imports_backward(1.0, cache)
