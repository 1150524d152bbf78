import math


def overwritten(x, y):
    x = 2 * x
    x = math.sin(x) * y
    y += x
    y **= 2
    x, y = y, x * y
    x = y = x - y
    return x * y
