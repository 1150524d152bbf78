import math


def distance(p: tuple[float, float], q: "tuple[float, float]", scale: list):
    px, py = p
    dx = px - q[0]
    dy = py - q[1]
    return scale[0] * math.hypot(dx, dy) + math.dist(p, q)
