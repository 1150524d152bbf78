import math as len
from math import sin as cache


def clash(out, dout, grad_x, x):
    dx = len.exp(out) * dout
    sum = cache(dx) + grad_x
    _digamma = len.gamma(x)
    return sum * x + _digamma
