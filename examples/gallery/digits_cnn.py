"""A small convolutional network that reads handwritten digits."""

import numpy as np


def convolve(x, k, b):
    """Apply filters of 3 by 3 pixels: one matrix product with all patches as rows."""
    n, h, w = x.shape[0], x.shape[2] - 2, x.shape[3] - 2
    cols = np.zeros((n, x.shape[1], 3, 3, h, w))
    for i in range(3):
        for j in range(3):
            cols[:, :, i, j] = x[:, :, i : i + h, j : j + w]
    cols = cols.transpose(0, 4, 5, 1, 2, 3).reshape(n * h * w, -1)
    out = cols @ k.reshape(k.shape[0], -1).T + b
    return out.reshape(n, h, w, -1).transpose(0, 3, 1, 2)


def max_pool(x):
    """Return the largest of every two by two values."""
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))


def predict(x, k, b, W, c):
    """Return a score for each image and digit."""
    z = convolve(x, k, b)
    a = np.maximum(0, z)
    p = max_pool(a)
    return p.reshape(p.shape[0], -1) @ W + c


def digits_cnn(
    x: "N, 1, 8, 8", t: "N int", k: "F, 1, 3, 3", b: "F", W: "9 * F, 10", c: "10"
):
    scores = predict(x, k, b, W, c)
    top = scores.max(axis=1, keepdims=True)  # so that nothing overflows
    total = np.sum(np.exp(scores - top), axis=1, keepdims=True)
    logp = scores - top - np.log(total)
    loss = -np.mean(logp[np.arange(x.shape[0]), t])
    return loss
