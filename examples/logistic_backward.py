"""Backward pass of logistic.py, written by backgen 0.1.0. Do not edit; run `backgen logistic.py` again.

Source: sha256:895e3cdb75c76cf8
Checked: 8 of 8 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def logistic_forward(w0, x0, w1, x1, w2):
    """Run logistic.py; return L and the values that its backward pass needs."""
    p = w0 * x0  # (1)
    q = w1 * x1  # (2)
    r = p + q  # (3)
    s = r + w2  # (4)
    t = s * -1  # (5)
    u = math.exp(t)  # (6)
    v = u + 1  # (7)
    L = 1 / v  # (8)
    return L, (w0, x0, w1, x1, u, L)


def logistic_backward(dL, cache):
    """Return the gradients (dw0, dx0, dw1, dx1, dw2) from the upstream gradient dL."""
    w0, x0, w1, x1, u, L = cache
    # (8) L = 1 / v
    dv = -(L**2) * dL
    # (7) v = u + 1
    du = dv
    # (6) u = math.exp(t)
    dt = u * du
    # (5) t = s * -1
    ds = -dt
    # (4) s = r + w2
    dr = ds
    dw2 = ds
    # (3) r = p + q
    dp = dr
    dq = dr
    # (2) q = w1 * x1
    dw1 = x1 * dq
    dx1 = w1 * dq
    # (1) p = w0 * x0
    dw0 = x0 * dp
    dx0 = w0 * dp
    return dw0, dx0, dw1, dx1, dw2


def logistic_value_and_grad(w0, x0, w1, x1, w2):
    """Return L and its gradients (dw0, dx0, dw1, dx1, dw2)."""
    L, cache = logistic_forward(w0, x0, w1, x1, w2)
    return L, logistic_backward(1.0, cache)
