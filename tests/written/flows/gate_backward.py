import math


def gate_forward(x, y):
    a = x * y  # (1)
    if a > 0:
        s = a * math.sin(x) + y  # (2)
    else:
        s = math.exp(a) - x  # (3)
    out = s * a  # (4)
    return out, (x, y, a, s)


def gate_backward(dout, cache):
    x, y, a, s = cache
    # (4) out = s * a
    ds = a * dout
    da = s * dout
    if a > 0:
        # (2) s = a * math.sin(x) + y
        da += math.sin(x) * ds
        dx = a * math.cos(x) * ds
        dy = ds
    else:
        # (3) s = math.exp(a) - x
        da += math.exp(a) * ds
        dx = -ds
        dy = 0.0
    # (1) a = x * y
    dx += y * da
    dy += x * da
    return dx, dy


def gate_value_and_grad(x, y):
    out, cache = gate_forward(x, y)
    return out, gate_backward(1.0, cache)
