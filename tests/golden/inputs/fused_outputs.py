import math


def polar(r, phi):
    x = r * math.cos(phi)
    y = r * math.sin(phi)
    return x, y
