"""A long short-term memory over time; the last hidden state is compared with y."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm(x: "T, D", W: "4*H, D", U: "4*H, H", b: "4*H", h: "H", c: "H", y: "H"):
    H = h.shape[0]
    for t in range(x.shape[0]):
        z = W @ x[t] + U @ h + b
        i = sigmoid(z[:H])  # input gate
        f = sigmoid(z[H : 2 * H])  # forget gate
        o = sigmoid(z[2 * H : 3 * H])  # output gate
        g = np.tanh(z[3 * H :])
        c = f * c + i * g
        h = o * np.tanh(c)
    loss = np.sum((h - y) ** 2)
    return loss
