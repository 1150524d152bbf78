"""Backward pass of kinks.py, written by backgen 0.1.0. Do not edit; run `backgen kinks.py` again.

Source: sha256:91255915d69236bd
Checked: 6 of 6 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def kinks_forward(x, y):
    """Run kinks; return out and the values that its backward pass needs."""
    relu = max(0, x)  # (1)
    clip = min(max(y, -1.0), 1.0)  # (2)
    gate = max(x, y)  # (3)
    flat = math.floor(x) * y + round(y)  # (4)
    signed = math.copysign(x, y) + math.fabs(x - y)  # (5)
    out = relu * clip + gate * flat + signed  # (6)
    return out, (x, y, relu, clip, gate, flat)


def kinks_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    x, y, relu, clip, gate, flat = cache
    # (6) out = relu * clip + gate * flat + signed
    drelu = clip * dout
    dclip = relu * dout
    dgate = flat * dout
    dflat = gate * dout
    dsigned = dout
    # (5) signed = math.copysign(x, y) + math.fabs(x - y)
    dx = (
        math.copysign(1.0, y) * dsigned
        if x > 0
        else -math.copysign(1.0, y) * dsigned
        if x < 0
        else 0.0
    )
    dsigned_raw = dsigned if x - y > 0 else -dsigned if x - y < 0 else 0.0
    dx += dsigned_raw
    dy = -dsigned_raw
    # (4) flat = math.floor(x) * y + round(y)
    dy += math.floor(x) * dflat
    # (3) gate = max(x, y)
    dx += 0.0 if x <= y else dgate
    dy += dgate if x <= y else 0.0
    # (2) clip = min(max(y, -1.0), 1.0)
    dy += (dclip if y > -1.0 else 0.0) if max(y, -1.0) < 1.0 else 0.0
    # (1) relu = max(0, x)
    dx += drelu if x > 0 else 0.0
    return dx, dy


def kinks_value_and_grad(x, y):
    """Return out and its gradients (dx, dy)."""
    out, cache = kinks_forward(x, y)
    return out, kinks_backward(1.0, cache)
