"""Backward pass of lists.py, written by backgen 0.1.0. Do not edit; run `backgen lists.py` again.

Source: sha256:8f4742c10e771843
Checked: 3 of 3 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""


def lists_forward(w, x, target):
    """Run lists.py; return loss and the values that its backward pass needs."""
    score = w[0] * x[0] + w[1] * x[1] + w[-1] * x[-1]  # (1)
    error = score - target  # (2)
    loss = error**2 / 2  # (3)
    return loss, (w, x, error)


def lists_backward(dloss, cache):
    """Return the gradients (dw, dx, dtarget) from the upstream gradient dloss."""
    w, x, error = cache
    # (3) loss = error**2 / 2
    derror = error * dloss
    # (2) error = score - target
    dscore = derror
    dtarget = -derror
    # (1) score = w[0] * x[0] + w[1] * x[1] + w[-1] * x[-1]
    dw = [x[0] * dscore, x[1] * dscore, x[2] * dscore]
    dx = [w[0] * dscore, w[1] * dscore, w[2] * dscore]
    return dw, dx, dtarget


def lists_value_and_grad(w, x, target):
    """Return loss and its gradients (dw, dx, dtarget)."""
    loss, cache = lists_forward(w, x, target)
    return loss, lists_backward(1.0, cache)
