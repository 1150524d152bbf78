"""Backward pass of staged.py, written by backgen 0.1.0. Do not edit; run `backgen staged.py` again.

Source: sha256:a8b18be06cc3d9a4
Checked: 8 of 8 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def staged_forward(x, y):
    """Run staged.py; return f and the values that its backward pass needs."""
    sigy = 1.0 / (1 + math.exp(-y))  # (1) sigmoid in numerator
    num = x + sigy  # (2) numerator
    sigx = 1.0 / (1 + math.exp(-x))  # (3) sigmoid in denominator
    xpy = x + y  # (4)
    xpysqr = xpy**2  # (5)
    den = sigx + xpysqr  # (6) denominator
    invden = 1.0 / den  # (7)
    f = num * invden  # (8) done
    return f, (sigy, num, sigx, xpy, invden)


def staged_backward(df, cache):
    """Return the gradients (dx, dy) from the upstream gradient df."""
    sigy, num, sigx, xpy, invden = cache
    # (8) f = num * invden
    dnum = invden * df
    dinvden = num * df
    # (7) invden = 1.0 / den
    dden = -(invden**2) * dinvden
    # (6) den = sigx + xpysqr
    dsigx = dden
    dxpysqr = dden
    # (5) xpysqr = xpy**2
    dxpy = 2 * xpy * dxpysqr
    # (4) xpy = x + y
    dx = dxpy
    dy = dxpy
    # (3) sigx = 1.0 / (1 + math.exp(-x))
    dx += (1 - sigx) * sigx * dsigx
    # (2) num = x + sigy
    dx += dnum
    dsigy = dnum
    # (1) sigy = 1.0 / (1 + math.exp(-y))
    dy += (1 - sigy) * sigy * dsigy
    return dx, dy


def staged_value_and_grad(x, y):
    """Return f and its gradients (dx, dy)."""
    f, cache = staged_forward(x, y)
    return f, staged_backward(1.0, cache)
