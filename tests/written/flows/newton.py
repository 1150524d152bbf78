def newton(a: float, x: float):
    while abs(x * x - a) > 1e-9:
        r = a / x
        x = 0.5 * (x + r)
    return x
