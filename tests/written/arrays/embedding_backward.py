"""Backward pass of embedding.py."""

import numpy as np


def embedding_forward(C, X, W):
    """Run embedding; return out and the values that its backward pass needs."""
    e = C[X]  # (1)
    out = np.tanh(e @ W)  # (2)
    return out, (C, X, W, e, out)


def embedding_backward(dout, cache):
    """Return the gradients (dC, dW) from the upstream gradient dout (N, H)."""
    C, X, W, e, out = cache
    # (2) out = np.tanh(e @ W)
    dout_raw = (1 - out**2) * dout
    de = dout_raw @ W.T
    dW = e.T @ dout_raw
    # (1) e = C[X]
    dC = np.zeros_like(C)
    np.add.at(dC, X, de)
    return dC, dW
