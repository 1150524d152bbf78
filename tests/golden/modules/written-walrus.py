"""Backward pass of walrus.py, written by backgen 0.1.0. Do not edit; run `backgen walrus.py` again.

Source: sha256:f1dd62051c55efc1
Checked: 2 of 2 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def walrus_forward(x, y):
    """Run walrus; return out and the values that its backward pass needs."""
    s = x * y
    t = s - y
    z_exp = math.exp(s)
    z = s + z_exp * t  # (1)
    assert z < 1e9, f"too large: {s!r}, {t:.3f}"
    print("z", z, sep=" = ")
    out = s * t * z  # (2)
    return out, (x, y, s, t, z_exp, z)


def walrus_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    x, y, s, t, z_exp, z = cache
    # (2) out = s * t * z
    ds = t * z * dout
    dt = s * z * dout
    dz = s * t * dout
    # (1) z = s + z_exp * t
    ds += dz
    ds += t * z_exp * dz
    dt += z_exp * dz
    ds += dt
    dy = -dt
    dx = y * ds
    dy += x * ds
    return dx, dy


def walrus_value_and_grad(x, y):
    """Return out and its gradients (dx, dy)."""
    out, cache = walrus_forward(x, y)
    return out, walrus_backward(1.0, cache)
