"""The network of examples/gallery/char_rnn.py, both passes by hand."""

from __future__ import annotations

from typing import Any

import numpy as np


def value_and_grad(
    params: Any, tokens: Any, targets: Any
) -> tuple[float, dict[str, Any]]:
    """The loss, and its gradients in the structure of the parameters."""
    length, size = tokens.shape
    rows = np.arange(size)
    h = np.zeros((size, len(params["b_h"])))
    states, loss = [], 0.0
    for t in range(length):
        x, before = params["embed"][tokens[t]], h
        h = np.tanh(x @ params["w_x"] + h @ params["w_h"] + params["b_h"])
        y = h @ params["w_y"] + params["b_y"]
        powers = np.exp(y)
        total = powers.sum(axis=1, keepdims=True)
        loss -= np.mean(y[rows, targets[t]] - np.log(total[:, 0]))
        states.append((x, before, h, powers / total))
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    dh = np.zeros_like(h)
    for t in reversed(range(length)):
        x, before, h, dy = states[t]
        dy[rows, targets[t]] -= 1
        dy /= size * length
        dh += dy @ params["w_y"].T
        grads["w_y"] += h.T @ dy
        grads["b_y"] += dy.sum(axis=0)
        da = (1 - h**2) * dh
        grads["w_x"] += x.T @ da
        grads["w_h"] += before.T @ da
        grads["b_h"] += da.sum(axis=0)
        np.add.at(grads["embed"], tokens[t], da @ params["w_x"].T)
        dh = da @ params["w_h"].T
    return loss / length, grads
