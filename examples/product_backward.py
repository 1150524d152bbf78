"""Backward pass of product.py, written by backgen 0.1.0. Do not edit; run `backgen product.py` again.

Source: sha256:70ccabadf7c5eda6
Checked: 2 of 2 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""


def product_forward(x, y, z):
    """Run product.py; return f and the values that its backward pass needs."""
    q = x + y  # (1)
    f = q * z  # (2)
    return f, (z, q)


def product_backward(df, cache):
    """Return the gradients (dx, dy, dz) from the upstream gradient df."""
    z, q = cache
    # (2) f = q * z
    dq = z * df
    dz = q * df
    # (1) q = x + y
    dx = dq
    dy = dq
    return dx, dy, dz


def product_value_and_grad(x, y, z):
    """Return f and its gradients (dx, dy, dz)."""
    f, cache = product_forward(x, y, z)
    return f, product_backward(1.0, cache)
