import math


def special(x, y):
    g = math.lgamma(x) * y
    h = math.hypot(g, y, 2.0)
    r = math.atan2(g, h) + x**y
    return r / math.log(y, 3)
