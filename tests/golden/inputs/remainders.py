import math


def remainders(x, y):
    a = x % y
    b = x // y
    c = math.fmod(x, y) + math.degrees(x) * math.radians(y)
    return a * b + c
