"""Backward pass of maxgate.py, written by backgen 0.1.0. Do not edit; run `backgen maxgate.py` again.

Source: sha256:004f3ba91342a751
Checked: 2 of 2 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""


def maxgate_forward(x, y, z):
    """Run maxgate.py; return out and the values that its backward pass needs."""
    m = max(x, y)  # (1)
    out = 2 * m * z  # (2)
    return out, (x, y, z, m)


def maxgate_backward(dout, cache):
    """Return the gradients (dx, dy, dz) from the upstream gradient dout."""
    x, y, z, m = cache
    # (2) out = 2 * m * z
    dm = 2 * z * dout
    dz = 2 * m * dout
    # (1) m = max(x, y)
    dx = 0.0 if x <= y else dm
    dy = dm if x <= y else 0.0
    return dx, dy, dz


def maxgate_value_and_grad(x, y, z):
    """Return out and its gradients (dx, dy, dz)."""
    out, cache = maxgate_forward(x, y, z)
    return out, maxgate_backward(1.0, cache)
