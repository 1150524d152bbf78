import math as m
from math import cos, exp as e, pi


def imports(x, y):
    a = e(x) * cos(pi * y)
    b = m.sin(a) + m.sqrt(y)
    return a * b
