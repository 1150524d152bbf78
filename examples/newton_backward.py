"""Backward pass of newton.py, written by backgen 0.1.0. Do not edit; run `backgen newton.py` again.

Source: sha256:69b37d638865d5cf
Checked: 2 of 2 local gradients, and the whole gradient over 4 trips, proved equal to SymPy's derivatives.
"""


def newton_forward(a, x):
    """Run newton; return x and the values that its backward pass needs."""
    tape = []
    while abs(x * x - a) > 1e-9:
        tape.append(x)
        r = a / x  # (1)
        x = 0.5 * (x + r)  # (2)
    return x, (a, tape)


def newton_backward(dx, cache):
    """Return the gradients (da, dx) from the upstream gradient dx."""
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
    """Return x and its gradients (da, dx)."""
    x, cache = newton_forward(a, x)
    return x, newton_backward(1.0, cache)
