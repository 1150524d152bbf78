"""Backward pass of signs.py, written by backgen 0.1.0. Do not edit; run `backgen signs.py` again.

Source: sha256:f6cc7bfe56354dba
Checked: 5 of 5 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""


def signs_forward(a, b, c):
    """Run signs; return out and the values that its backward pass needs."""
    first = -a - -b  # (1)
    second = -(a * b) / -c  # (2)
    third = 3 * (1 - a) * 2 - (b - (c - a)) / 4  # (3)
    fourth = a - 0.5 * (b + b * -1.0 * c)  # (4)
    out = first * second - third * -fourth  # (5)
    return out, (a, b, c, first, second, third, fourth)


def signs_backward(dout, cache):
    """Return the gradients (da, db, dc) from the upstream gradient dout."""
    a, b, c, first, second, third, fourth = cache
    # (5) out = first * second - third * -fourth
    dfirst = second * dout
    dsecond = first * dout
    dthird = fourth * dout
    dfourth = third * dout
    # (4) fourth = a - 0.5 * (b + b * -1.0 * c)
    da = dfourth
    dfourth_raw = -0.5 * dfourth
    db = dfourth_raw
    db += -c * dfourth_raw
    dc = -b * dfourth_raw
    # (3) third = 3 * (1 - a) * 2 - (b - (c - a)) / 4
    da -= 6 * dthird
    db += -dthird / 4
    dc += dthird / 4
    da += -dthird / 4
    # (2) second = -(a * b) / -c
    da += b / c * dsecond
    db += a / c * dsecond
    dc += -a * b / c**2 * dsecond
    # (1) first = -a - -b
    da -= dfirst
    db += dfirst
    return da, db, dc


def signs_value_and_grad(a, b, c):
    """Return out and its gradients (da, db, dc)."""
    out, cache = signs_forward(a, b, c)
    return out, signs_backward(1.0, cache)
