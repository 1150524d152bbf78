"""Backward pass of kinks.py, written by backgen 0.1.0. Do not edit; run `backgen kinks.py` again.

Source: sha256:0000000000000000
Checked: nothing.
"""

import math

LIMIT = 1.5


def kinks_forward(x, y, unused=0.0):
    """Run kinks; return out and the values that its backward pass needs."""
    s = math.sin(x) if x > LIMIT else x * x  # (1)
    m = max(s, y, 0.25 * x)  # (2)
    a = abs(m - 2 * y)  # (3)
    out_sqrt = math.sqrt(1 + y**2)
    out = a * out_sqrt + 3 * s  # (4)
    return out, (x, y, s, m, a, out_sqrt)


def kinks_backward(dout, cache):
    """Return the gradients (dx, dy, dunused) from the upstream gradient dout."""
    x, y, s, m, a, out_sqrt = cache
    # (4) out = a * out_sqrt + 3 * s
    da = out_sqrt * dout
    dy = a * y / out_sqrt * dout
    ds = 3 * dout
    # (3) a = abs(m - 2 * y)
    da_raw = da if m - 2 * y > 0 else -da if m - 2 * y < 0 else 0.0
    dm = da_raw
    dy += -2 * da_raw
    # (2) m = max(s, y, 0.25 * x)
    ds += (dm if s > y else 0.0) if max(s, y) > 0.25 * x else 0.0
    dy += (0.0 if s > y else dm) if max(s, y) > 0.25 * x else 0.0
    dx = 0.0 if max(s, y) > 0.25 * x else 0.25 * dm
    # (1) s = math.sin(x) if x > LIMIT else x * x
    dx += math.cos(x) * ds if x > LIMIT else 2 * x * ds
    dunused = 0.0
    return dx, dy, dunused


def kinks_value_and_grad(x, y, unused=0.0):
    """Return out and its gradients (dx, dy, dunused)."""
    out, cache = kinks_forward(x, y, unused)
    return out, kinks_backward(1.0, cache)
