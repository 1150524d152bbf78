"""Backward pass of reductions.py, written by backgen 0.1.0. Do not edit; run `backgen reductions.py` again.

Source: sha256:5b845e2af97d003e
Checked: 5 of 5 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def reductions_forward(a, b, c):
    """Run reductions; return out and the values that its backward pass needs."""
    total = sum([a, b, c]) + math.fsum((a, b))  # (1)
    product = math.prod([a, b, 2 * c])  # (2)
    largest = max(a, b, c)  # (3)
    smallest = min([a, b, c])  # (4)
    out = total * product + largest - smallest  # (5)
    return out, (a, b, c, total, product)


def reductions_backward(dout, cache):
    """Return the gradients (da, db, dc) from the upstream gradient dout."""
    a, b, c, total, product = cache
    # (5) out = total * product + largest - smallest
    dtotal = product * dout
    dproduct = total * dout
    dlargest = dout
    dsmallest = -dout
    # (4) smallest = min([a, b, c])
    da = 0.0 if a >= b else 0.0 if min(a, b) >= c else dsmallest
    db = (0.0 if min(a, b) >= c else dsmallest) if a >= b else 0.0
    dc = dsmallest if min(a, b) >= c else 0.0
    # (3) largest = max(a, b, c)
    da += 0.0 if a <= b else 0.0 if max(a, b) <= c else dlargest
    db += (0.0 if max(a, b) <= c else dlargest) if a <= b else 0.0
    dc += dlargest if max(a, b) <= c else 0.0
    # (2) product = math.prod([a, b, 2 * c])
    da += 2 * b * c * dproduct
    db += 2 * a * c * dproduct
    dc += 2 * a * b * dproduct
    # (1) total = sum([a, b, c]) + math.fsum((a, b))
    da += 2 * dtotal
    db += 2 * dtotal
    dc += dtotal
    return da, db, dc


def reductions_value_and_grad(a, b, c):
    """Return out and its gradients (da, db, dc)."""
    out, cache = reductions_forward(a, b, c)
    return out, reductions_backward(1.0, cache)
