def decay(x: float, k: float, h: float, n: int):
    for i in range(n):
        a = -k * x**2
        m = x + 0.5 * h * a
        b = -k * m**2
        x = x + h * b
    return x
