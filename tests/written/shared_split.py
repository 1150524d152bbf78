"""Written by hand: names that are overwritten keep their names, as do adjoints."""

import math


def shared_forward(x, a):
    x_0 = x
    total = x * x  # (1)
    total += a  # (2)
    x = math.sin(x)  # (3)
    x = 2 * x + 1  # (4)
    total_2 = total
    total = total * x  # (5)
    return total, (x_0, total_2, x)


def shared_backward(dtotal, cache):
    x_0, total_2, x = cache
    # (5) total = total * x
    dx = total_2 * dtotal
    dtotal = x * dtotal
    # (4) x = 2 * x + 1
    dx = 2 * dx
    # (3) x = math.sin(x)
    dx = math.cos(x_0) * dx
    # (2) total += a
    da = dtotal
    # (1) total = x * x
    dx += 2 * x_0 * dtotal
    return dx, da


def shared_value_and_grad(x, a):
    total, cache = shared_forward(x, a)
    return total, shared_backward(1.0, cache)
