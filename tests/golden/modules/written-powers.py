"""Backward pass of powers.py, written by backgen 0.1.0. Do not edit; run `backgen powers.py` again.

Source: sha256:3234f8b6f91311b4
Checked: 8 of 8 local gradients proved equal to SymPy's derivatives; the whole gradient exact modulo 2**61 - 1 on the paths tried.
"""

import math


def powers_forward(x, y, n):
    """Run powers; return out and the values that its backward pass needs."""
    square = x**2  # (1)
    cube = x**3.0  # (2)
    inverse = x**-2  # (3)
    root = y**0.5  # (4)
    general = y**x  # (5)
    whole = x**n  # (6)
    base = 2**y  # (7)
    out = square + cube * inverse - root * general / whole + base  # (8)
    return out, (x, y, n, cube, inverse, root, general, whole, base)


def powers_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    x, y, n, cube, inverse, root, general, whole, base = cache
    # (8) out = square + cube * inverse - root * general / whole + base
    dsquare = dout
    dcube = inverse * dout
    dinverse = cube * dout
    droot = -general / whole * dout
    dgeneral = -root / whole * dout
    dwhole = root * general / whole**2 * dout
    dbase = dout
    # (7) base = 2**y
    dy = base * math.log(2) * dbase
    # (6) whole = x**n
    dx = n * x ** (n - 1) * dwhole if n != 0 else 0.0
    # (5) general = y**x
    dy += x * y ** (x - 1) * dgeneral if x != 0 else 0.0
    dx += general * math.log(y) * dgeneral if y > 0 else 0.0
    # (4) root = y**0.5
    dy += 0.5 * y**-0.5 * droot
    # (3) inverse = x**-2
    dx -= 2 * x**-3 * dinverse
    # (2) cube = x**3.0
    dx += 3.0 * x**2.0 * dcube
    # (1) square = x**2
    dx += 2 * x * dsquare
    return dx, dy


def powers_value_and_grad(x, y, n):
    """Return out and its gradients (dx, dy)."""
    out, cache = powers_forward(x, y, n)
    return out, powers_backward(1.0, cache)
