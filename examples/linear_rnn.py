"""A recurrent network with two weights: its states are linear in its inputs."""

import numpy as np


def linear_rnn(X: "N, T", wx: float, wRec: float, t: "N"):
    N, T = X.shape
    S = np.zeros((N, T + 1))  # states, the first of them zero
    for k in range(1, T + 1):
        S[:, k] = wx * X[:, k - 1] + wRec * S[:, k - 1]
    loss = np.mean((S[:, -1] - t) ** 2)
    return loss
