"""Backward pass of conditionals.py, written by backgen 0.1.0. Do not edit; run `backgen conditionals.py` again.

Source: sha256:81188a01cfa231a2
Checked: 6 of 6 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def conditionals_forward(x, y, use_log=False):
    """Run conditionals; return out and the values that its backward pass needs."""
    slope = x if x > 0 else 0.01 * x  # (1)
    size = abs(y)  # (2)
    chained = x * y if -1 < x < 1 and y != 0 else x + y  # (3)
    nested = x if x > y else y if y > 0 else x * y  # (4)
    safe = math.log(size) if use_log and size > 0 else size  # (5)
    out = slope + chained * nested + safe  # (6)
    return out, (x, y, use_log, size, chained, nested)


def conditionals_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    x, y, use_log, size, chained, nested = cache
    # (6) out = slope + chained * nested + safe
    dslope = dout
    dchained = nested * dout
    dnested = chained * dout
    dsafe = dout
    # (5) safe = math.log(size) if use_log and size > 0 else size
    dsize = dsafe / size if use_log and size > 0 else dsafe
    # (4) nested = x if x > y else y if y > 0 else x * y
    dx = dnested if x > y else 0.0 if y > 0 else y * dnested
    dy = 0.0 if x > y else dnested if y > 0 else x * dnested
    # (3) chained = x * y if -1 < x < 1 and y != 0 else x + y
    dx += y * dchained if -1 < x < 1 and y != 0 else dchained
    dy += x * dchained if -1 < x < 1 and y != 0 else dchained
    # (2) size = abs(y)
    dy += dsize if y > 0 else -dsize if y < 0 else 0.0
    # (1) slope = x if x > 0 else 0.01 * x
    dx += dslope if x > 0 else 0.01 * dslope
    return dx, dy


def conditionals_value_and_grad(x, y, use_log=False):
    """Return out and its gradients (dx, dy)."""
    out, cache = conditionals_forward(x, y, use_log)
    return out, conditionals_backward(1.0, cache)
