import numpy as np


def net(
    params: {"W1": "D, H", "b1": "H", "W2": "H, C", "b2": "C"},
    x: "N, D",
    y: "N int",
):
    h = x @ params["W1"] + params["b1"]
    s = 1 / (1 + np.exp(-h))
    scores = s @ params["W2"] + params["b2"]
    p = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    p = p / np.sum(p, axis=1, keepdims=True)
    n = x.shape[0]
    loss = -np.mean(np.log(p[np.arange(n), y]))
    return loss
