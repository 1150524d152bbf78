"""What a forward program may look like: each function shows a few forms."""

import math as m
from math import exp as e

SCALE = 0.5
LOW = -2.0
HIGH = 2.0


def unpacking(point, angle):
    """Tuples are taken apart, swapped, and returned."""
    x, y = point
    c, s = m.cos(angle), m.sin(angle)
    x, y = c * x - s * y, s * x + c * y
    x, y = y, x
    return x, y


def overwriting(x: float, rate: float = 0.1, *, steps: int = 2):
    """Names may be used again; integers have no gradient."""
    start = x
    x -= rate * 2 * x
    x -= rate * 2 * x
    x *= steps
    assert steps > 0, "at least one step"
    return x - start


def choosing(a, b):
    """Conditions, walrus and the functions that choose."""
    clipped = min(max(a, LOW), HIGH)
    leaky = a if a > 0 else 0.01 * a
    total = (twice := 2 * b) + twice**2
    print("total", total)
    return {"clipped": clipped, "leaky": leaky, "total": SCALE * total}


def summing(weights: tuple[float, float, float], x: float):
    """Constant indices into lists and tuples, sums and products."""
    mean = sum(weights) / len(weights)
    energy = m.hypot(weights[0], weights[1], weights[2])
    last = weights[-1] * e(-x)
    return mean + energy * last
