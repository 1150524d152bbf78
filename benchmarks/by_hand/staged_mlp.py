"""The network of examples/gallery/staged_mlp.py, with both passes by hand.

Step by step, as the exercise that it is wants it: with all gradients in between.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def value_and_grad(
    X: Any,
    Y: Any,
    C: Any,
    W1: Any,
    b1: Any,
    gamma: Any,
    beta: Any,
    W2: Any,
    b2: Any,
) -> tuple[Any, dict[str, Any]]:
    """The loss, and the gradients of parameters and values in between, by name."""
    n = len(X)
    rows = np.arange(n)
    emb = C[X]
    embcat = emb.reshape(n, -1)
    hprebn = embcat @ W1 + b1
    mean = hprebn.sum(axis=0) / n
    diff = hprebn - mean
    diff2 = diff**2
    var = diff2.sum(axis=0) / (n - 1)
    inv = (var + 1e-5) ** -0.5
    raw = diff * inv
    hpreact = gamma * raw + beta
    h = np.tanh(hpreact)
    logits = h @ W2 + b2
    top = logits.max(axis=1, keepdims=True)
    norm = logits - top
    counts = np.exp(norm)
    total = counts.sum(axis=1, keepdims=True)
    total_inv = total**-1
    probs = counts * total_inv
    logprobs = np.log(probs)
    loss = -logprobs[rows, Y].mean()

    dlogprobs = np.zeros_like(logprobs)
    dlogprobs[rows, Y] = -1 / n
    dprobs = dlogprobs / probs
    dtotal_inv = np.sum(counts * dprobs, axis=1, keepdims=True)
    dtotal = -(total_inv**2) * dtotal_inv
    dcounts = total_inv * dprobs + dtotal
    dnorm = counts * dcounts
    dtop = -dnorm.sum(axis=1, keepdims=True)
    mask = logits == top
    dlogits = dnorm + mask * (dtop / mask.sum(axis=1, keepdims=True))
    dh = dlogits @ W2.T
    dhpreact = (1 - h**2) * dh
    draw = gamma * dhpreact
    dinv = np.sum(diff * draw, axis=0)
    dvar = -0.5 * (var + 1e-5) ** -1.5 * dinv
    ddiff2 = np.broadcast_to(dvar / (n - 1), diff2.shape)
    ddiff = inv * draw + 2 * diff * ddiff2
    dmean = -ddiff.sum(axis=0)
    dhprebn = ddiff + dmean / n
    dembcat = dhprebn @ W1.T
    demb = dembcat.reshape(emb.shape)
    dC = np.zeros_like(C)
    np.add.at(dC, X, demb)
    return loss, {
        "C": dC,
        "W1": embcat.T @ dhprebn,
        "b1": dhprebn.sum(axis=0),
        "gamma": np.sum(raw * dhpreact, axis=0),
        "beta": dhpreact.sum(axis=0),
        "W2": h.T @ dlogits,
        "b2": dlogits.sum(axis=0),
        "emb": demb,
        "embcat": dembcat,
        "hprebn": dhprebn,
        "mean": dmean,
        "diff": ddiff,
        "diff2": ddiff2,
        "var": dvar,
        "inv": dinv,
        "raw": draw,
        "hpreact": dhpreact,
        "h": dh,
        "logits": dlogits,
        "top": dtop,
        "norm": dnorm,
        "counts": dcounts,
        "total": dtotal,
        "total_inv": dtotal_inv,
        "probs": dprobs,
        "logprobs": dlogprobs,
    }
