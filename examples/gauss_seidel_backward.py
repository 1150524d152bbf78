"""Backward pass of gauss_seidel.py, written by backgen 0.1.0. Do not edit; run `backgen gauss_seidel.py` again.

Source: sha256:08f5b5d92a18f765
Checked: 2 of 2 stages proved equal to SymPy's derivatives at N=3, M=5.
"""

import numpy as np


def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype


def gauss_seidel_forward(u, b, sweeps):
    """Run gauss_seidel; return out and the values that its backward pass needs."""
    for _ in range(sweeps):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                u[i, j] = 0.25 * (
                    u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] + b[i, j]
                )  # (1)
    out = np.sum(u**2)  # (2)
    return out, (u, b, sweeps)


def gauss_seidel_backward(dout, cache):
    """Return the gradients (du, db) from the upstream gradient dout."""
    u, b, sweeps = cache
    # (2) out = np.sum(u**2)
    du = 2 * u * dout
    db = np.zeros_like(b, dtype=_float_type(b))
    for _ in reversed(range(sweeps)):
        for i in reversed(range(1, u.shape[0] - 1)):
            for j in reversed(range(1, u.shape[1] - 1)):
                # (1) u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] + b[i, j])
                du_raw = 0.25 * du[i, j]
                du[i, j] = 0.0
                du[i - 1, j] += du_raw
                du[i + 1, j] += du_raw
                du[i, j - 1] += du_raw
                du[i, j + 1] += du_raw
                db[i, j] += du_raw
    return du, db


def gauss_seidel_value_and_grad(u, b, sweeps):
    """Return out and its gradients (du, db)."""
    out, cache = gauss_seidel_forward(u, b, sweeps)
    return out, gauss_seidel_backward(1.0, cache)
