import numpy as np


def pool_forward(x):
    out = np.zeros((x.shape[0] // 2, x.shape[1] // 2))  # (1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.max(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])  # (2)
    return out, (x, out)


def pool_backward(dout, cache):
    x, out = cache
    dx = np.zeros_like(x)
    for i in reversed(range(out.shape[0])):
        for j in reversed(range(out.shape[1])):
            # (2) out[i, j] = np.max(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])
            mask = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] == out[i, j]
            share = mask * (dout[i, j] / np.sum(mask))
            dx[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += share
    return dx
