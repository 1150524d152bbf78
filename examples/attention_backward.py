"""Backward pass of attention.py, written by backgen 0.1.0. Do not edit; run `backgen attention.py` again.

Source: sha256:e13881f62fc81690
Checked: 7 of 7 stages proved equal to SymPy's derivatives at T=2, D=3, K=2, V=3.
"""

import numpy as np


def attention_forward(x, Wq, Wk, Wv, mask):
    """Run attention; return out and the values that its backward pass needs."""
    q = x @ Wq  # (1)
    k = x @ Wk  # (2)
    v = x @ Wv  # (3)
    scores = q @ k.T / Wk.shape[1] ** 0.5  # (4)
    seen = np.where(mask, scores, -1e9)  # (5)
    top = seen.max(axis=1, keepdims=True)  # (6)
    p = np.exp(seen - top) / np.exp(seen - top).sum(axis=1, keepdims=True)  # (7)
    out = p @ v  # (8)
    return out, (x, Wq, Wk, Wv, mask, q, k, v, p)


def attention_backward(dout, cache):
    """Return the gradients (dx, dWq, dWk, dWv) from the upstream gradient dout (T, V)."""
    x, Wq, Wk, Wv, mask, q, k, v, p = cache
    # (8) out = p @ v
    dp = dout @ v.T
    dv = p.T @ dout
    # (7) p = np.exp(seen - top) / np.exp(seen - top).sum(axis=1, keepdims=True)
    dseen = p * (dp - np.sum(p * dp, axis=1, keepdims=True))
    # (5) seen = np.where(mask, scores, -1e9)
    dscores = np.where(mask, dseen, 0)
    # (4) scores = q @ k.T / Wk.shape[1] ** 0.5
    dscores_raw = dscores / Wk.shape[1] ** 0.5
    dq = dscores_raw @ k
    dk = dscores_raw.T @ q
    # (3) v = x @ Wv
    dx = dv @ Wv.T
    dWv = x.T @ dv
    # (2) k = x @ Wk
    dx += dk @ Wk.T
    dWk = x.T @ dk
    # (1) q = x @ Wq
    dx += dq @ Wq.T
    dWq = x.T @ dq
    return dx, dWq, dWk, dWv
