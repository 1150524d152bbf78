import math


def kinks(x, y):
    relu = max(0, x)
    clip = min(max(y, -1.0), 1.0)
    gate = max(x, y)
    flat = math.floor(x) * y + round(y)
    signed = math.copysign(x, y) + math.fabs(x - y)
    return relu * clip + gate * flat + signed
