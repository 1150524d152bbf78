"""The factor L of a positive definite matrix A = L L', column by column."""

import math

import numpy as np


def cholesky(A: "N, N"):
    N = A.shape[0]
    L = np.zeros((N, N))
    for j in range(N):
        s = A[j, j]
        for k in range(j):
            s -= L[j, k] ** 2
        L[j, j] = math.sqrt(s)
        for i in range(j + 1, N):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            L[i, j] = s / L[j, j]
    return L
