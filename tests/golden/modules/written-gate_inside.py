"""Backward pass of gate_inside.py, written by backgen 0.1.0. Do not edit; run `backgen gate_inside.py` again.

Source: sha256:6268a6614b6329b1
Checked: 1 of 1 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def neuron_forward(w, x, b):
    """Run neuron; return out and the values that its backward pass needs."""
    out_sigmoid = 1 / (1 + math.exp(-(w * x + b)))
    out = 2 * out_sigmoid - 1  # (1)
    return out, (w, x, out_sigmoid)


def neuron_backward(dout, cache):
    """Return the gradients (dw, dx, db) from the upstream gradient dout."""
    w, x, out_sigmoid = cache
    # (1) out = 2 * out_sigmoid - 1
    dout_raw = 2 * (1 - out_sigmoid) * out_sigmoid * dout
    dw = x * dout_raw
    dx = w * dout_raw
    db = dout_raw
    return dw, dx, db


def neuron_value_and_grad(w, x, b):
    """Return out and its gradients (dw, dx, db)."""
    out, cache = neuron_forward(w, x, b)
    return out, neuron_backward(1.0, cache)
