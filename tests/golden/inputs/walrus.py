import math


def walrus(x, y):
    z = (s := x * y) + math.exp(s) * (t := s - y)
    assert z < 1e9, f"too large: {s!r}, {t:.3f}"
    print("z", z, sep=" = ")
    return s * t * z
