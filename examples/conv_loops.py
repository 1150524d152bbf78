"""Convolution as its formula says: sums over the kernel and the channels."""

import numpy as np


def conv(V: "J, K, C", W: "M, N, C, F"):
    rows = V.shape[0] - W.shape[0] + 1
    columns = V.shape[1] - W.shape[1] + 1
    Z = np.zeros((rows, columns, W.shape[3]))
    for j in range(rows):
        for k in range(columns):
            for f in range(W.shape[3]):
                for m in range(W.shape[0]):
                    for n in range(W.shape[1]):
                        for c in range(W.shape[2]):
                            Z[j, k, f] += V[j + m, k + n, c] * W[m, n, c, f]
    return Z
