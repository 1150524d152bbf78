"""Backward pass of digits_cnn.py, written by backgen 0.1.0. Do not edit; run `backgen digits_cnn.py` again.

Source: sha256:38674114b8d200b8
Checked: 3 of 5 stages proved equal to SymPy's derivatives at N=2, F=2, 2 exact modulo 2**61 - 1; the whole gradient exact modulo 2**61 - 1 on the paths tried.
"""

import numpy as np


def digits_cnn_forward(x, t, k, b, W, c):
    """Run digits_cnn; return loss and the values that its backward pass needs."""
    n, h, w = x.shape[0], x.shape[2] - 2, x.shape[3] - 2
    cols = np.zeros((n, x.shape[1], 3, 3, h, w))
    for i in range(3):
        for j in range(3):
            cols[:, :, i, j] = x[:, :, i : i + h, j : j + w]
    cols_1 = cols.transpose(0, 4, 5, 1, 2, 3).reshape(n * h * w, -1)
    out = cols_1 @ k.reshape(k.shape[0], -1).T + b
    z = out.reshape(n, h, w, -1).transpose(0, 3, 1, 2)
    a = np.maximum(0, z)
    max_pool_n, max_pool_c, max_pool_h, max_pool_w = a.shape
    p = a.reshape(max_pool_n, max_pool_c, max_pool_h // 2, 2, max_pool_w // 2, 2).max(
        axis=(3, 5)
    )
    scores = p.reshape(p.shape[0], -1) @ W + c  # (1)
    top = scores.max(axis=1, keepdims=True)  # (2) so that nothing overflows
    total = np.sum(np.exp(scores - top), axis=1, keepdims=True)  # (3)
    logp = scores - top - np.log(total)  # (4)
    loss = -np.mean(logp[np.arange(x.shape[0]), t])  # (5)
    return loss, (
        x,
        t,
        k,
        W,
        cols_1,
        out,
        z,
        a,
        max_pool_n,
        max_pool_c,
        max_pool_h,
        max_pool_w,
        p,
        scores,
        top,
        total,
        logp,
    )


def digits_cnn_backward(dloss, cache):
    """Return the gradients (dk, db, dW, dc) from the upstream gradient dloss."""
    (
        x,
        t,
        k,
        W,
        cols_1,
        out,
        z,
        a,
        max_pool_n,
        max_pool_c,
        max_pool_h,
        max_pool_w,
        p,
        scores,
        top,
        total,
        logp,
    ) = cache
    # (5) loss = -np.mean(logp[np.arange(x.shape[0]), t])
    dlogp = np.zeros_like(logp)
    dlogp[np.arange(x.shape[0]), t] += -dloss / t.size
    # (4) logp = scores - top - np.log(total)
    dscores = dlogp
    dtop = np.sum(-dlogp, axis=1, keepdims=True)
    dtotal = np.sum(-dlogp, axis=1, keepdims=True) / total
    # (3) total = np.sum(np.exp(scores - top), axis=1, keepdims=True)
    dtotal_raw = np.exp(scores - top) * dtotal
    dscores += dtotal_raw
    dtop += np.sum(-dtotal_raw, axis=1, keepdims=True)
    # (2) top = scores.max(axis=1, keepdims=True)
    dscores += (scores == top) * (
        dtop / np.sum(scores == top, axis=1, keepdims=True, dtype=top.dtype)
    )
    # (1) scores = p.reshape(p.shape[0], -1) @ W + c
    dp = np.reshape(dscores @ W.T, p.shape)
    dW = p.reshape(p.shape[0], -1).T @ dscores
    dc = dscores.sum(axis=0)
    da = np.reshape(
        (
            a.reshape(max_pool_n, max_pool_c, max_pool_h // 2, 2, max_pool_w // 2, 2)
            == p[:, :, :, None, :, None]
        )
        * (
            dp
            / np.sum(
                a.reshape(
                    max_pool_n, max_pool_c, max_pool_h // 2, 2, max_pool_w // 2, 2
                )
                == p[:, :, :, None, :, None],
                axis=(3, 5),
                dtype=p.dtype,
            )
        )[:, :, :, None, :, None],
        a.shape,
    )
    dz = (z > 0) * da
    dout = dz.transpose(0, 2, 3, 1).reshape(out.shape)
    dk = np.reshape(dout.T @ cols_1, k.shape)
    db = dout.sum(axis=0)
    return dk, db, dW, dc


def digits_cnn_value_and_grad(x, t, k, b, W, c):
    """Return loss and its gradients (dk, db, dW, dc)."""
    loss, cache = digits_cnn_forward(x, t, k, b, W, c)
    return loss, digits_cnn_backward(1.0, cache)
