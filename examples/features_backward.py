"""Backward pass of features.py, written by backgen 0.1.0. Do not edit; run `backgen features.py` again.

Source: sha256:cb0379747088e6de
Checked: 17 of 17 local gradients and the whole gradients proved equal to SymPy's derivatives.
"""

import math as m
from math import exp as e

LOW = -2.0
HIGH = 2.0
SCALE = 0.5


def unpacking_forward(point, angle):
    """Run unpacking; return (x_1, y_2) and the values that its backward pass needs."""
    x, y = point  # (1)
    c, s = m.cos(angle), m.sin(angle)  # (2)
    x_1, y_1 = c * x - s * y, s * x + c * y  # (3)
    x_1, y_2 = y_1, x_1  # (4)
    return (x_1, y_2), (angle, x, y, c, s)


def unpacking_backward(dout, cache):
    """Return the gradients (dpoint, dangle) from the upstream gradient dout."""
    angle, x, y, c, s = cache
    dx_1, dy_2 = dout
    # (4) x_1, y_2 = y_1, x_1
    dy_1 = dx_1
    dx_1 = dy_2
    # (3) x_1, y_1 = c * x - s * y, s * x + c * y
    dc = x * dx_1
    dx = c * dx_1
    ds = -y * dx_1
    dy = -s * dx_1
    ds += x * dy_1
    dx += s * dy_1
    dc += y * dy_1
    dy += c * dy_1
    # (2) c, s = m.cos(angle), m.sin(angle)
    dangle = -m.sin(angle) * dc
    dangle += m.cos(angle) * ds
    # (1) x, y = point
    dpoint = [dx, dy]
    return dpoint, dangle


def overwriting_forward(x, rate=0.1, *, steps=2):
    """Run overwriting; return out and the values that its backward pass needs."""
    start = x  # (1)
    x_1 = x - rate * 2 * x  # (2)
    x_2 = x_1 - rate * 2 * x_1  # (3)
    x_2 *= steps  # (4)
    assert steps > 0, "at least one step"
    out = x_2 - start  # (5)
    return out, (x, rate, steps, x_1)


def overwriting_backward(dout, cache):
    """Return the gradients (dx, drate) from the upstream gradient dout."""
    x, rate, steps, x_1 = cache
    # (5) out = x_2 - start
    dx_2 = dout
    dstart = -dout
    # (4) x_2 *= steps
    dx_2 = steps * dx_2
    # (3) x_2 = x_1 - rate * 2 * x_1
    dx_1 = dx_2
    drate = -2 * x_1 * dx_2
    dx_1 -= 2 * rate * dx_2
    # (2) x_1 = x - rate * 2 * x
    dx = dx_1
    drate -= 2 * x * dx_1
    dx -= 2 * rate * dx_1
    # (1) start = x
    dx += dstart
    return dx, drate


def overwriting_value_and_grad(x, rate=0.1, *, steps=2):
    """Return out and its gradients (dx, drate)."""
    out, cache = overwriting_forward(x, rate, steps=steps)
    return out, overwriting_backward(1.0, cache)


def choosing_forward(a, b):
    """Run choosing; return {"clipped": clipped, "leaky": leaky, "total": out_total} and the values that its backward pass needs."""
    clipped = min(max(a, LOW), HIGH)  # (1)
    leaky = a if a > 0 else 0.01 * a  # (2)
    total = (twice := 2 * b) + twice**2  # (3)
    print("total", total)
    out_total = SCALE * total  # (4)
    return {"clipped": clipped, "leaky": leaky, "total": out_total}, (a, twice)


def choosing_backward(dout, cache):
    """Return the gradients (da, db) from the upstream gradient dout."""
    a, twice = cache
    dclipped = dout["clipped"]
    dleaky = dout["leaky"]
    dout_total = dout["total"]
    # (4) out_total = SCALE * total
    dtotal = SCALE * dout_total
    # (3) total = (twice := 2 * b) + twice**2
    dtwice = dtotal
    dtwice += 2 * twice * dtotal
    db = 2 * dtwice
    # (2) leaky = a if a > 0 else 0.01 * a
    da = dleaky if a > 0 else 0.01 * dleaky
    # (1) clipped = min(max(a, LOW), HIGH)
    da += 0.0 if max(a, LOW) >= HIGH else 0.0 if a <= LOW else dclipped
    return da, db


def summing_forward(weights, x):
    """Run summing; return out and the values that its backward pass needs."""
    mean = sum(weights) / len(weights)  # (1)
    energy = m.hypot(weights[0], weights[1], weights[2])  # (2)
    last_exp = e(-x)
    last = weights[-1] * last_exp  # (3)
    out = mean + energy * last  # (4)
    return out, (weights, energy, last_exp, last)


def summing_backward(dout, cache):
    """Return the gradients (dweights, dx) from the upstream gradient dout."""
    weights, energy, last_exp, last = cache
    # (4) out = mean + energy * last
    dmean = dout
    denergy = last * dout
    dlast = energy * dout
    # (3) last = weights[-1] * last_exp
    dweights = [0.0] * 3
    dweights[2] = last_exp * dlast
    dx = -weights[2] * last_exp * dlast
    # (2) energy = m.hypot(weights[0], weights[1], weights[2])
    dweights[0] = weights[0] / energy * denergy
    dweights[1] = weights[1] / energy * denergy
    dweights[2] += weights[2] / energy * denergy
    # (1) mean = sum(weights) / len(weights)
    dweights[0] += dmean / 3
    dweights[1] += dmean / 3
    dweights[2] += dmean / 3
    return tuple(dweights), dx


def summing_value_and_grad(weights, x):
    """Return out and its gradients (dweights, dx)."""
    out, cache = summing_forward(weights, x)
    return out, summing_backward(1.0, cache)
