"""The convolutional network of examples/gallery/digits_cnn.py, both passes by hand."""

from __future__ import annotations

from typing import Any

import numpy as np


def value_and_grad(
    x: Any, t: Any, k: Any, b: Any, W: Any, c: Any
) -> tuple[Any, tuple[Any, ...]]:
    """The loss, and its gradients (dk, db, dW, dc)."""
    n, filters, size = len(x), len(k), x.shape[2] - 2
    cols = np.zeros((n, x.shape[1], 3, 3, size, size))
    for i in range(3):
        for j in range(3):
            cols[:, :, i, j] = x[:, :, i : i + size, j : j + size]
    cols = cols.transpose(0, 4, 5, 1, 2, 3).reshape(n * size * size, -1)
    out = cols @ k.reshape(filters, -1).T + b
    z = out.reshape(n, size, size, filters).transpose(0, 3, 1, 2)
    a = np.maximum(0, z)
    windows = a.reshape(n, filters, size // 2, 2, size // 2, 2)
    p = windows.max(axis=(3, 5), keepdims=True)
    flat = p.reshape(n, -1)
    scores = flat @ W + c
    norm = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(norm)
    total = powers.sum(axis=1, keepdims=True)
    rows = np.arange(n)
    loss = -np.mean(norm[rows, t] - np.log(total[:, 0]))

    dscores = powers / total
    dscores[rows, t] -= 1
    dscores /= n
    dp = (dscores @ W.T).reshape(p.shape)
    mask = windows == p
    # equal values share the gradient, as ReLU makes many zeros equal
    dp /= mask.sum(axis=(3, 5), keepdims=True)
    da = (mask * dp).reshape(a.shape)
    dz = (z > 0) * da
    dout = dz.transpose(0, 2, 3, 1).reshape(out.shape)
    dk = (dout.T @ cols).reshape(k.shape)
    return loss, (dk, dout.sum(axis=0), flat.T @ dscores, dscores.sum(axis=0))
