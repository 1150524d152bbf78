"""Backward pass of neuron.py, written by backgen 0.1.0. Do not edit; run `backgen neuron.py` again.

Source: sha256:9eb46c7458960fe3
Checked: 2 of 2 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def neuron_forward(w, x):
    """Run neuron.py; return f and the values that its backward pass needs."""
    dot = w[0] * x[0] + w[1] * x[1] + w[2]  # (1)
    f = 1.0 / (1 + math.exp(-dot))  # (2) sigmoid function
    return f, (w, x, f)


def neuron_backward(df, cache):
    """Return the gradients (dw, dx) from the upstream gradient df."""
    w, x, f = cache
    # (2) f = 1.0 / (1 + math.exp(-dot))
    ddot = (1 - f) * f * df
    # (1) dot = w[0] * x[0] + w[1] * x[1] + w[2]
    dx = [w[0] * ddot, w[1] * ddot]
    dw = [x[0] * ddot, x[1] * ddot, ddot]
    return dw, dx


def neuron_value_and_grad(w, x):
    """Return f and its gradients (dw, dx)."""
    f, cache = neuron_forward(w, x)
    return f, neuron_backward(1.0, cache)
