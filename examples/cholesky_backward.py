"""Backward pass of cholesky.py, written by backgen 0.1.0. Do not edit; run `backgen cholesky.py` again.

Source: sha256:6a1d12835ad036e3
Checked: 8 of 8 stages proved equal to SymPy's derivatives at N=3.
"""

import math

import numpy as np


def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype


def cholesky_forward(A):
    """Run cholesky; return L and the values that its backward pass needs."""
    N = A.shape[0]  # (1)
    L = np.zeros((N, N))  # (2)
    for j in range(N):
        s = A[j, j]  # (3)
        for k in range(j):
            s -= L[j, k] ** 2  # (4)
        L[j, j] = math.sqrt(s)  # (5)
        for i in range(j + 1, N):
            s = A[i, j]  # (6)
            for k in range(j):
                s -= L[i, k] * L[j, k]  # (7)
            L[i, j] = s / L[j, j]  # (8)
    return L, (A, N, L)


def cholesky_backward(dL, cache):
    """Return the gradient dA from the upstream gradient dL (N, N)."""
    A, N, L = cache
    dA = np.zeros_like(A, dtype=_float_type(A))
    dL = dL + 0.0
    for j in reversed(range(N)):
        for i in reversed(range(j + 1, N)):
            # (8) L[i, j] = s / L[j, j]
            dL_raw = dL[i, j]
            ds = dL_raw / L[j, j]
            dL[j, j] -= L[i, j] / L[j, j] * dL_raw
            for k in reversed(range(j)):
                # (7) s -= L[i, k] * L[j, k]
                dL[i, k] -= L[j, k] * ds
                dL[j, k] -= L[i, k] * ds
            # (6) s = A[i, j]
            dA[i, j] += ds
        # (5) L[j, j] = math.sqrt(s)
        ds = 0.5 / L[j, j] * dL[j, j]
        for k in reversed(range(j)):
            # (4) s -= L[j, k] ** 2
            dL[j, k] -= 2 * L[j, k] * ds
        # (3) s = A[j, j]
        dA[j, j] += ds
    return dA
