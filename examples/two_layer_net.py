"""A network with two layers: affine, sigmoid, affine, softmax with cross-entropy."""

import numpy as np


def loss(
    x: "N, D",
    t: "N, C int",  # labels, one-hot
    params: {"W1": "D, H", "b1": "H", "W2": "H, C", "b2": "C"},
):
    W1, b1 = params["W1"], params["b1"]
    W2, b2 = params["W2"], params["b2"]
    a1 = x @ W1 + b1
    z1 = 1 / (1 + np.exp(-a1))  # sigmoid
    a2 = z1 @ W2 + b2
    top = np.max(a2, axis=1, keepdims=True)  # for numerical safety
    y = np.exp(a2 - top) / np.sum(np.exp(a2 - top), axis=1, keepdims=True)  # softmax
    loss = -np.sum(t * np.log(y + 1e-7)) / x.shape[0]  # cross-entropy
    return loss
