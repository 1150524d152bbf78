"""Backward pass of renamed.py, written by backgen 0.1.0. Do not edit; run `backgen renamed.py` again.

Source: sha256:0000000000000000
Checked: nothing.
"""

import math


def renamed_forward(x, y, w):
    """Run renamed; return {"first": p, "rest": [out, t_1]} and the values that its backward pass needs."""
    t = x * y  # (1)
    t_1 = t * math.cos(t)  # (2)
    p, q = w[0] * t_1, w[1] - y  # (3)
    p, q_1 = q, p  # (4)
    p += 0.5 * q_1**3  # (5)
    out = q_1 * x  # (6)
    return {"first": p, "rest": [out, t_1]}, (x, y, w, t, t_1, q_1)


def renamed_backward(dout, cache):
    """Return the gradients (dx, dy, dw) from the upstream gradient dout."""
    x, y, w, t, t_1, q_1 = cache
    dp = dout["first"]
    grad_out = dout["rest"][0]
    dt_1 = dout["rest"][1]
    # (6) out = q_1 * x
    dq_1 = x * grad_out
    dx = q_1 * grad_out
    # (5) p += 0.5 * q_1**3
    dq_1 += 1.5 * q_1**2 * dp
    # (4) p, q_1 = q, p
    dq = dp
    dp = dq_1
    # (3) p, q = w[0] * t_1, w[1] - y
    dw = [0.0] * len(w)
    dw[0] += t_1 * dp
    dt_1 += w[0] * dp
    dw[1] += dq
    dy = -dq
    # (2) t_1 = t * math.cos(t)
    dt = math.cos(t) * dt_1
    dt += -t * math.sin(t) * dt_1
    # (1) t = x * y
    dx += y * dt
    dy += x * dt
    return dx, dy, dw
