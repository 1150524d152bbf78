"""Backward pass of digits_cnn.py, written by backgen 0.1.0. Do not edit; run `backgen digits_cnn.py -f digits_cnn --wrt k,b,W,c` again.

Source: sha256:386741141b224797
Checked: 3 of 5 stages proved equal to SymPy's derivatives at N=2, F=2, 2 exact modulo 2**61 - 1; the whole gradient exact modulo 2**61 - 1 on the paths tried.
"""

import numpy as np


def digits_cnn_forward(x, t, k, b, W, c):
    """Run digits_cnn; return loss and the values that its backward pass needs."""
    z, convolve_cache = convolve_forward(x, k, b)
    a = np.maximum(0, z)
    n, max_pool_c, h, w = a.shape
    p = a.reshape(n, max_pool_c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
    scores = p.reshape(p.shape[0], -1) @ W + c  # (1)
    top = scores.max(axis=1, keepdims=True)  # (2) so that nothing overflows
    total = np.sum(np.exp(scores - top), axis=1, keepdims=True)  # (3)
    logp = scores - top - np.log(total)  # (4)
    loss = -np.mean(logp[np.arange(x.shape[0]), t])  # (5)
    return loss, (
        x,
        t,
        W,
        z,
        convolve_cache,
        a,
        n,
        max_pool_c,
        h,
        w,
        p,
        scores,
        top,
        total,
        logp,
    )


def digits_cnn_backward(dloss, cache):
    """Return the gradients (dk, db, dW, dc) from the upstream gradient dloss."""
    x, t, W, z, convolve_cache, a, n, max_pool_c, h, w, p, scores, top, total, logp = (
        cache
    )
    # (5) loss = -np.mean(logp[np.arange(x.shape[0]), t])
    dlogp = np.zeros_like(logp)
    dlogp[np.arange(x.shape[0]), t] = -dloss / t.size
    # (4) logp = scores - top - np.log(total)
    dscores = dlogp
    dtop = -dlogp.sum(axis=1, keepdims=True)
    dtotal = -dlogp.sum(axis=1, keepdims=True) / total
    # (3) total = np.sum(np.exp(scores - top), axis=1, keepdims=True)
    dtotal_raw = np.exp(scores - top) * dtotal
    dscores += dtotal_raw
    dtop -= dtotal_raw.sum(axis=1, keepdims=True)
    # (2) top = scores.max(axis=1, keepdims=True)
    top_mask = scores == top
    dscores += top_mask * (
        dtop / np.sum(top_mask, axis=1, keepdims=True, dtype=top.dtype)
    )
    # (1) scores = p.reshape(p.shape[0], -1) @ W + c
    dp = np.reshape(dscores @ W.T, p.shape)
    dW = p.reshape(p.shape[0], -1).T @ dscores
    dc = dscores.sum(axis=0)
    p_mask = a.reshape(n, max_pool_c, h // 2, 2, w // 2, 2) == p[:, :, :, None, :, None]
    da = np.reshape(
        p_mask
        * (dp / np.sum(p_mask, axis=(3, 5), dtype=p.dtype))[:, :, :, None, :, None],
        a.shape,
    )
    dz = (z > 0) * da
    dk, db = convolve_backward(dz, convolve_cache)
    return dk, db, dW, dc


def digits_cnn_value_and_grad(x, t, k, b, W, c):
    """Return loss and its gradients (dk, db, dW, dc)."""
    loss, cache = digits_cnn_forward(x, t, k, b, W, c)
    return loss, digits_cnn_backward(1.0, cache)


def convolve_forward(x, k, b):
    """Run convolve; return out_1 and the values that its backward pass needs."""
    n, h, w = x.shape[0], x.shape[2] - 2, x.shape[3] - 2  # (1)
    cols = np.zeros((n, x.shape[1], 3, 3, h, w))  # (2)
    for i in range(3):
        for j in range(3):
            cols[:, :, i, j] = x[:, :, i : i + h, j : j + w]  # (3)
    cols = cols.transpose(0, 4, 5, 1, 2, 3).reshape(n * h * w, -1)  # (4)
    out = cols @ k.reshape(k.shape[0], -1).T + b  # (5)
    out_1 = out.reshape(n, h, w, -1).transpose(0, 3, 1, 2)  # (6)
    return out_1, (k, cols, out)


def convolve_backward(dout_1, cache):
    """Return the gradients (dk, db) from the upstream gradient dout_1 (N, F, 6, 6)."""
    k, cols, out = cache
    # (6) out_1 = out.reshape(n, h, w, -1).transpose(0, 3, 1, 2)
    dout = dout_1.transpose(0, 2, 3, 1).reshape(out.shape)
    # (5) out = cols @ k.reshape(k.shape[0], -1).T + b
    dk = np.reshape(dout.T @ cols, k.shape)
    db = dout.sum(axis=0)
    return dk, db
