"""Backward pass of conv_loops.py, written by backgen 0.1.0. Do not edit; run `backgen conv_loops.py` again.

Source: sha256:b4cd98e10b857d3b
Checked: 3 of 4 stages proved equal to SymPy's derivatives at J=2, K=3, C=5, M=2, N=3, F=7, 1 exact modulo 2**61 - 1; the whole gradient exact modulo 2**61 - 1 on the paths tried.
"""

import numpy as np


def _float_type(x):
    """Return the type of the elements of x, or that of floats if they are integers."""
    return (np.zeros(0, np.asarray(x).dtype) + 0.0).dtype


def conv_forward(V, W):
    """Run conv; return Z and the values that its backward pass needs."""
    rows = V.shape[0] - W.shape[0] + 1  # (1)
    columns = V.shape[1] - W.shape[1] + 1  # (2)
    Z = np.zeros((rows, columns, W.shape[3]))  # (3)
    for j in range(rows):
        for k in range(columns):
            for f in range(W.shape[3]):
                for m in range(W.shape[0]):
                    for n in range(W.shape[1]):
                        for c in range(W.shape[2]):
                            Z[j, k, f] += V[j + m, k + n, c] * W[m, n, c, f]  # (4)
    return Z, (V, W, rows, columns)


def conv_backward(dZ, cache):
    """Return the gradients (dV, dW) from the upstream gradient dZ (J + 1 - M, K + 1 - N, F)."""
    V, W, rows, columns = cache
    dV = np.zeros_like(V, dtype=_float_type(V))
    dW = np.zeros_like(W, dtype=_float_type(W))
    for j in reversed(range(rows)):
        for k in reversed(range(columns)):
            for f in reversed(range(W.shape[3])):
                for m in reversed(range(W.shape[0])):
                    for n in reversed(range(W.shape[1])):
                        for c in reversed(range(W.shape[2])):
                            # (4) Z[j, k, f] += V[j + m, k + n, c] * W[m, n, c, f]
                            dZ_raw = dZ[j, k, f]
                            dV[j + m, k + n, c] += W[m, n, c, f] * dZ_raw
                            dW[m, n, c, f] += V[j + m, k + n, c] * dZ_raw
    return dV, dW
