"""Backward pass of heat.py, written by backgen 0.1.0. Do not edit; run `backgen heat.py` again.

Source: sha256:09f898a0a30fece7
Checked: 2 of 2 stages proved equal to SymPy's derivatives at N=3, M=5.
"""

import numpy as np

C = 0.2


def heat_forward(u, steps):
    """Run heat; return energy and the values that its backward pass needs."""
    for _ in range(steps):
        u[1:-1, 1:-1] += C * (
            u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
        )  # (1)
    energy = np.sum(u**2)  # (2)
    return energy, (u, steps)


def heat_backward(denergy, cache):
    """Return the gradient du from the upstream gradient denergy."""
    u, steps = cache
    # (2) energy = np.sum(u**2)
    du = 2 * u * denergy
    for _ in reversed(range(steps)):
        # (1) u[1:-1, 1:-1] += C * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1])
        du_raw = C * du[1:-1, 1:-1]
        du[:-2, 1:-1] += du_raw
        du[2:, 1:-1] += du_raw
        du[1:-1, :-2] += du_raw
        du[1:-1, 2:] += du_raw
        du[1:-1, 1:-1] -= 4 * du_raw
    return du


def heat_value_and_grad(u, steps):
    """Return energy and its gradient du."""
    energy, cache = heat_forward(u, steps)
    return energy, heat_backward(1.0, cache)
