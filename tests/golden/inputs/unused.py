def unused(x, y, items: list, pair: tuple[float, float]):
    z = x * 2
    ignored = x * y
    return z
