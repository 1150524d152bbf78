def newton_forward(a, x):
    tape = []
    while abs(x * x - a) > 1e-9:
        tape.append(x)
        r = a / x  # (1)
        x = 0.5 * (x + r)  # (2)
    return x, (a, tape)


def newton_backward(dx, cache):
    a, tape = cache
    da = 0.0
    for x in reversed(tape):
        # (2) x = 0.5 * (x + r)
        dx = 0.5 * dx
        dr = dx
        # (1) r = a / x
        da += dr / x
        dx += -a / x**2 * dr
    return da, dx


def newton_value_and_grad(a, x):
    x, cache = newton_forward(a, x)
    return x, newton_backward(1.0, cache)
