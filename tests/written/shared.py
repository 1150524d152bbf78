import math


def shared(x, a):
    total = x * x
    total += a
    x = math.sin(x)
    x = 2 * x + 1
    total = total * x
    return total
