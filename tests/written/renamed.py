import math


def renamed(x, y, w):
    t = x * y
    t = t * math.cos(t)
    p, q = w[0] * t, w[1] - y
    p, q = q, p
    p += 0.5 * q**3
    return {"first": p, "rest": [q * x, t]}
