"""Backward pass of unused.py, written by backgen 0.1.0. Do not edit; run `backgen unused.py` again.

Source: sha256:6879b2f4aadba4f0
Checked: 1 of 1 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

# ruff: noqa: F841, RUF100


def unused_forward(x, y, items, pair):
    """Run unused; return z and the values that its backward pass needs."""
    z = x * 2  # (1)
    ignored = x * y  # (2)
    return z, (items,)


def unused_backward(dz, cache):
    """Return the gradients (dx, dy, ditems, dpair) from the upstream gradient dz."""
    (items,) = cache
    # (1) z = x * 2
    dx = 2 * dz
    dy = 0.0
    ditems = [0.0] * len(items)
    dpair = [0.0] * 2
    return dx, dy, ditems, tuple(dpair)


def unused_value_and_grad(x, y, items, pair):
    """Return z and its gradients (dx, dy, ditems, dpair)."""
    z, cache = unused_forward(x, y, items, pair)
    return z, unused_backward(1.0, cache)
