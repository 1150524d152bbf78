"""Backward pass of clash_adjoint.py, written by backgen 0.1.0. Do not edit; run `backgen clash_adjoint.py` again.

Source: sha256:7cde1969f12472a7
Checked: 3 of 3 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""


def clash_forward(x, y, el):
    """Run clash; return f and the values that its backward pass needs."""
    dx = 0.5  # (1) a step, not a gradient
    df = x + dx  # (2)
    cache = df * y  # (3)
    f = cache * el - x  # (4)
    return f, (y, el, df, cache)


def clash_backward(grad_f, cache_1):
    """Return the gradients (grad_x, dy, grad_el) from the upstream gradient grad_f."""
    y, el, df, cache = cache_1
    # (4) f = cache * el - x
    dcache = el * grad_f
    grad_el = cache * grad_f
    grad_x = -grad_f
    # (3) cache = df * y
    ddf = y * dcache
    dy = df * dcache
    # (2) df = x + dx
    grad_x += ddf
    return grad_x, dy, grad_el


def clash_value_and_grad(x, y, el):
    """Return f and its gradients (grad_x, dy, grad_el)."""
    f, cache_1 = clash_forward(x, y, el)
    return f, clash_backward(1.0, cache_1)
