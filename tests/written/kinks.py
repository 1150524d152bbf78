import math

LIMIT = 1.5


def kinks(x, y, unused=0.0):
    s = math.sin(x) if x > LIMIT else x * x
    m = max(s, y, 0.25 * x)
    a = abs(m - 2 * y)
    return a * math.sqrt(1 + y**2) + 3 * s
