"""Backward pass of tuples.py, written by backgen 0.1.0. Do not edit; run `backgen tuples.py` again.

Source: sha256:11fed4751e004434
Checked: 4 of 4 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def distance_forward(p, q, scale):
    """Run distance; return out and the values that its backward pass needs."""
    px, py = p  # (1)
    dx = px - q[0]  # (2)
    dy = py - q[1]  # (3)
    out_hypot = math.hypot(dx, dy)
    out_hypot_1 = math.hypot(p[0] - q[0], p[1] - q[1])
    out = scale[0] * out_hypot + out_hypot_1  # (4)
    return out, (p, q, scale, dx, dy, out_hypot, out_hypot_1)


def distance_backward(dout, cache):
    """Return the gradients (dp, dq, dscale) from the upstream gradient dout."""
    p, q, scale, dx, dy, out_hypot, out_hypot_1 = cache
    # (4) out = scale[0] * out_hypot + out_hypot_1
    dscale = [0.0] * len(scale)
    dp = [0.0] * 2
    dq = [0.0] * 2
    dscale[0] = out_hypot * dout
    ddx = scale[0] * dx / out_hypot * dout
    ddy = scale[0] * dy / out_hypot * dout
    dout_raw = (p[0] - q[0]) / out_hypot_1 * dout
    dp[0] = dout_raw
    dq[0] = -dout_raw
    dout_raw_1 = (p[1] - q[1]) / out_hypot_1 * dout
    dp[1] = dout_raw_1
    dq[1] = -dout_raw_1
    # (3) dy = py - q[1]
    dpy = ddy
    dq[1] -= ddy
    # (2) dx = px - q[0]
    dpx = ddx
    dq[0] -= ddx
    # (1) px, py = p
    dp[0] += dpx
    dp[1] += dpy
    return tuple(dp), tuple(dq), dscale


def distance_value_and_grad(p, q, scale):
    """Return out and its gradients (dp, dq, dscale)."""
    out, cache = distance_forward(p, q, scale)
    return out, distance_backward(1.0, cache)
