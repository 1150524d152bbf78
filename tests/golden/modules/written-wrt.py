"""Backward pass of wrt.py, written by backgen 0.1.0. Do not edit; run `backgen wrt.py --wrt w,b` again.

Source: sha256:8c4e936e3e4f7188
Checked: 2 of 2 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def neuron_forward(w, x, b):
    """Run neuron; return out and the values that its backward pass needs."""
    dot = w[0] * x[0] + w[1] * x[1] + b  # (1)
    out = 1 / (1 + math.exp(-dot))  # (2)
    return out, (w, x, out)


def neuron_backward(dout, cache):
    """Return the gradients (dw, db) from the upstream gradient dout."""
    w, x, out = cache
    # (2) out = 1 / (1 + math.exp(-dot))
    ddot = (1 - out) * out * dout
    # (1) dot = w[0] * x[0] + w[1] * x[1] + b
    dw = [0.0] * len(w)
    dw[0] = x[0] * ddot
    dw[1] = x[1] * ddot
    db = ddot
    return dw, db


def neuron_value_and_grad(w, x, b):
    """Return out and its gradients (dw, db)."""
    out, cache = neuron_forward(w, x, b)
    return out, neuron_backward(1.0, cache)
