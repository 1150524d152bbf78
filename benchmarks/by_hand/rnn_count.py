"""The network of examples/gallery/rnn_count.py, both passes by hand."""

from __future__ import annotations

from typing import Any

import numpy as np


def value_and_grad(
    X: Any, t: Any, wx: float, w_rec: float
) -> tuple[float, tuple[float, float]]:
    """The loss, and its gradients (dwx, dw_rec)."""
    samples, length = X.shape
    S = np.zeros((samples, length + 1))
    for k in range(length):
        S[:, k + 1] = S[:, k] * w_rec + X[:, k] * wx
    off = S[:, -1] - t
    dstate = 2 / samples * off
    dwx = dw_rec = 0.0
    for k in reversed(range(length)):
        dwx += X[:, k] @ dstate
        dw_rec += S[:, k] @ dstate
        dstate = w_rec * dstate
    return float(np.mean(off**2)), (dwx, dw_rec)
