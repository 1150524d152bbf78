"""A linear recurrent network that is to count the ones in a sequence of bits."""

import numpy as np


def rnn_count(X: "N, T", t: "N", wx: float, w_rec: float):
    S = np.zeros((X.shape[0], X.shape[1] + 1))
    for k in range(X.shape[1]):
        S[:, k + 1] = S[:, k] * w_rec + X[:, k] * wx
    return np.mean((t - S[:, -1]) ** 2)
