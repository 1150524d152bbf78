"""Backward pass of attention.py, written by backgen 0.1.0. Do not edit; run `backgen attention.py` again.

Source: sha256:7a9d5b459f727808
Checked: 8 of 8 stages proved equal to SymPy's derivatives at T=2, D=3, K=2, V=2.
"""

import numpy as np


def attention_forward(x, Wq, Wk, Wv, mask):
    """Run attention; return out and the values that its backward pass needs."""
    q = x @ Wq  # (1)
    k = x @ Wk  # (2)
    v = x @ Wv  # (3)
    scores = q @ k.T / np.sqrt(Wk.shape[1])  # (4)
    seen = np.where(mask, scores, -1e9)  # (5)
    e_max = seen.max(axis=1, keepdims=True)
    e = np.exp(seen - e_max)  # (6)
    p_sum = e.sum(axis=1, keepdims=True)
    p = e / p_sum  # (7)
    out = p @ v  # (8)
    return out, (x, Wq, Wk, Wv, mask, q, k, v, seen, e_max, e, p_sum, p)


def attention_backward(dout, cache):
    """Return the gradients (dx, dWq, dWk, dWv) from the upstream gradient dout (T, V)."""
    x, Wq, Wk, Wv, mask, q, k, v, seen, e_max, e, p_sum, p = cache
    # (8) out = p @ v
    dp = dout @ v.T
    dv = p.T @ dout
    # (7) p = e / p_sum
    de = dp / p_sum
    de += np.sum(-e / p_sum**2 * dp, axis=1, keepdims=True)
    # (6) e = np.exp(seen - e_max)
    dseen = e * de
    dseen += (seen == e_max) * (
        np.sum(-e * de, axis=1, keepdims=True)
        / np.sum(seen == e_max, axis=1, keepdims=True, dtype=e_max.dtype)
    )
    # (5) seen = np.where(mask, scores, -1e9)
    dscores = np.where(mask, dseen, 0)
    # (4) scores = q @ k.T / np.sqrt(Wk.shape[1])
    dscores_raw = dscores / np.sqrt(Wk.shape[1])
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
