"""The two-layer network of examples/gallery/digits_net.py, with both passes by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def loss_and_gradient(
    params: Mapping[str, Any], x: Any, t: Any
) -> tuple[Any, dict[str, Any]]:
    """The loss, and its gradients under the keys of `params`."""
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    z1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
    a2 = z1 @ W2 + b2
    a = a2 - np.max(a2, axis=1, keepdims=True)
    y = np.exp(a) / np.sum(np.exp(a), axis=1, keepdims=True)
    loss = -np.sum(t * np.log(y + 1e-7)) / len(x)
    dy = t / (y + 1e-7) * (-1 / len(x))
    da2 = y * (dy - np.sum(y * dy, axis=1, keepdims=True))
    da1 = (1 - z1) * z1 * (da2 @ W2.T)
    return loss, {
        "W1": x.T @ da1,
        "b1": da1.sum(axis=0),
        "W2": z1.T @ da2,
        "b2": da2.sum(axis=0),
    }
