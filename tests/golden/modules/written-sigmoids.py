"""Backward pass of sigmoids.py, written by backgen 0.1.0. Do not edit; run `backgen sigmoids.py` again.

Source: sha256:000833da75cf091b
Checked: 6 of 6 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def sigmoids_forward(a, b, c, d, e):
    """Run sigmoids; return out and the values that its backward pass needs."""
    first = 1 / (1 + math.exp(-a))  # (1)
    second = 1.0 / (1.0 + math.exp(-1 * b))  # (2)
    third = math.exp(c) / (1 + math.exp(c))  # (3)
    fourth = (1 + math.exp(-d)) ** -1  # (4)
    mirrored = 1 / (math.exp(e) + 1)  # (5)
    out = first * second * third * fourth * mirrored  # (6)
    return out, (first, second, third, fourth, mirrored)


def sigmoids_backward(dout, cache):
    """Return the gradients (da, db, dc, dd, de) from the upstream gradient dout."""
    first, second, third, fourth, mirrored = cache
    # (6) out = first * second * third * fourth * mirrored
    dfirst = second * third * fourth * mirrored * dout
    dsecond = first * third * fourth * mirrored * dout
    dthird = first * second * fourth * mirrored * dout
    dfourth = first * second * third * mirrored * dout
    dmirrored = first * second * third * fourth * dout
    # (5) mirrored = 1 / (math.exp(e) + 1)
    de = (mirrored - 1) * mirrored * dmirrored
    # (4) fourth = (1 + math.exp(-d)) ** -1
    dd = (1 - fourth) * fourth * dfourth
    # (3) third = math.exp(c) / (1 + math.exp(c))
    dc = (1 - third) * third * dthird
    # (2) second = 1.0 / (1.0 + math.exp(-1 * b))
    db = (1 - second) * second * dsecond
    # (1) first = 1 / (1 + math.exp(-a))
    da = (1 - first) * first * dfirst
    return da, db, dc, dd, de


def sigmoids_value_and_grad(a, b, c, d, e):
    """Return out and its gradients (da, db, dc, dd, de)."""
    out, cache = sigmoids_forward(a, b, c, d, e)
    return out, sigmoids_backward(1.0, cache)
