import math


def polar(r, phi):
    x = r * math.cos(phi)
    y = r * math.sin(phi)
    return x, y


def stats(a, b):
    mean = (a + b) / 2
    return [mean, (a - mean) ** 2 + (b - mean) ** 2]
