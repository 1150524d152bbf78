"""The mixture of examples/gallery/gaussian_mixture.py, with both passes by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import logsumexp


def value_and_grad(
    alphas: Any, means: Any, icf: Any, x: Any, gamma: float, m: int
) -> tuple[Any, tuple[Any, ...]]:
    """The value, and the gradients of alphas, means, icf, x and gamma."""
    N, D = x.shape
    K = len(alphas)
    below = np.tril_indices(D, -1)
    inner = np.empty((N, K))
    kept = []
    squares = logs_sum = 0.0
    for k in range(K):
        Q = np.diag(np.exp(icf[k, :D]))
        Q[below] = icf[k, D:]
        z = (x - means[k]) @ Q.T
        logs = np.sum(icf[k, :D])
        inner[:, k] = alphas[k] + logs - 0.5 * np.sum(z**2, axis=1)
        squares += np.sum(Q**2)
        logs_sum += logs
        kept.append((Q, z))
    total = logsumexp(inner, axis=1)
    alpha_total = logsumexp(alphas)
    value = np.sum(total) - N * alpha_total - 0.5 * gamma**2 * squares + m * logs_sum

    share = np.exp(inner - total[:, None])
    weights = np.sum(share, axis=0)
    dalphas = weights - N * np.exp(alphas - alpha_total)
    dmeans, dicf, dx = np.zeros_like(means), np.zeros_like(icf), np.zeros_like(x)
    for k, (Q, z) in enumerate(kept):
        dz = -share[:, k, None] * z
        dcentred = dz @ Q
        dx += dcentred
        dmeans[k] = -np.sum(dcentred, axis=0)
        dQ = dz.T @ (x - means[k]) - gamma**2 * Q
        dicf[k, D:] = dQ[below]
        dicf[k, :D] = weights[k] + m + np.diagonal(dQ) * np.diagonal(Q)
    return value, (dalphas, dmeans, dicf, dx, -gamma * squares)
