"""Sweeps of Gauss and Seidel over Poisson's equation, each point from the newest."""

import numpy as np


def gauss_seidel(u: "N, M", b: "N, M", sweeps: int):
    for _ in range(sweeps):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                u[i, j] = 0.25 * (
                    u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] + b[i, j]
                )
    out = np.sum(u**2)
    return out
