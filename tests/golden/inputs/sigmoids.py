import math


def sigmoids(a, b, c, d, e):
    first = 1 / (1 + math.exp(-a))
    second = 1.0 / (1.0 + math.exp(-1 * b))
    third = math.exp(c) / (1 + math.exp(c))
    fourth = (1 + math.exp(-d)) ** -1
    mirrored = 1 / (math.exp(e) + 1)
    return first * second * third * fourth * mirrored
