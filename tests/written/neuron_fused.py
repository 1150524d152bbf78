"""Backward pass of neuron.py, written by backgen 0.1.0. Do not edit; run `backgen neuron.py` again.

Source: sha256:0000000000000000
Checked: nothing.
"""

import math


def neuron_value_and_grad(w, x):
    """Return f and its gradients (dw, dx)."""
    dot = w[0] * x[0] + w[1] * x[1] + w[2]  # (1)
    f = 1.0 / (1 + math.exp(-dot))  # (2) sigmoid function
    # (2) f = 1.0 / (1 + math.exp(-dot))
    ddot = (1 - f) * f
    # (1) dot = w[0] * x[0] + w[1] * x[1] + w[2]
    dx = [w[0] * ddot, w[1] * ddot]
    dw = [x[0] * ddot, x[1] * ddot, ddot]
    return f, (dw, dx)
