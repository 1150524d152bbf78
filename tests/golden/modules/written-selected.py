"""Backward pass of selected.py, written by backgen 0.1.0. Do not edit; run `backgen selected.py -f right,left` again.

Source: sha256:0114342f94db6a4f
Checked: 2 of 2 local gradients and the whole gradients proved equal to SymPy's derivatives.
"""


def right_forward(x, y):
    """Run right; return out and the values that its backward pass needs."""
    out = x * y  # (1)
    return out, (x, y)


def right_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    x, y = cache
    # (1) out = x * y
    dx = y * dout
    dy = x * dout
    return dx, dy


def right_value_and_grad(x, y):
    """Return out and its gradients (dx, dy)."""
    out, cache = right_forward(x, y)
    return out, right_backward(1.0, cache)


def left_forward(x):
    """Run left; return out and the values that its backward pass needs."""
    out = x * x  # (1)
    return out, (x,)


def left_backward(dout, cache):
    """Return the gradient dx from the upstream gradient dout."""
    (x,) = cache
    # (1) out = x * x
    dx = 2 * x * dout
    return dx


def left_value_and_grad(x):
    """Return out and its gradient dx."""
    out, cache = left_forward(x)
    return out, left_backward(1.0, cache)
