"""Backward pass of gaussian_mixture.py, written by backgen 0.1.0. Do not edit; run `backgen gaussian_mixture.py` again.

Source: sha256:d556e0ad52d82baa
Checked: 13 of 13 stages proved equal to SymPy's derivatives at K=2, D=3, N=2.
"""

import numpy as np
from scipy.special import logsumexp


def _log_share(x, total):
    """Return x - total, the logarithm of a share; -inf, not nan, where both are."""
    return x - np.where(total == -np.inf, np.zeros_like(total), total)


def log_likelihood_forward(alphas, means, icf, x, gamma, m):
    """Run log_likelihood; return out and the values that its backward pass needs."""
    N, D = x.shape  # (1)
    K = alphas.shape[0]  # (2)
    below = np.tril_indices(D, -1)  # (3)
    inner = np.zeros((N, K))  # (4)
    prior = 0.0  # (5)
    tape = []
    for k in range(K):
        logs = icf[k, :D]  # (6)
        Q = np.diag(np.exp(logs))  # (7)
        Q[below] = icf[k, D:]  # (8)
        z = (x - means[k]) @ Q.T  # (9)
        inner[:, k] = alphas[k] + np.sum(logs) - 0.5 * np.sum(z**2, axis=1)  # (10)
        prior += 0.5 * gamma**2 * np.sum(Q**2) - m * np.sum(logs)  # (11)
        tape.append((Q, z))
    data_logsumexp = logsumexp(inner, axis=1)
    data_logsumexp_1 = logsumexp(alphas)
    data = np.sum(data_logsumexp) - N * data_logsumexp_1  # (12)
    out = data - prior  # (13)
    return out, (
        alphas,
        means,
        icf,
        x,
        gamma,
        m,
        N,
        D,
        K,
        below,
        inner,
        data_logsumexp,
        data_logsumexp_1,
        tape,
    )


def log_likelihood_backward(dout, cache):
    """Return the gradients (dalphas, dmeans, dicf, dx, dgamma) from the upstream gradient dout."""
    (
        alphas,
        means,
        icf,
        x,
        gamma,
        m,
        N,
        D,
        K,
        below,
        inner,
        data_logsumexp,
        data_logsumexp_1,
        tape,
    ) = cache
    # (13) out = data - prior
    ddata = dout
    dprior = -dout
    # (12) data = np.sum(data_logsumexp) - N * data_logsumexp_1
    dinner = np.exp(_log_share(inner, data_logsumexp[:, None])) * ddata
    dalphas = np.exp(_log_share(alphas, data_logsumexp_1)) * (-N * ddata)
    dmeans = np.zeros_like(means)
    dicf = np.zeros_like(icf)
    dx = np.zeros_like(x)
    dgamma = 0.0
    for k, (Q, z) in zip(reversed(range(K)), reversed(tape)):
        logs = icf[k, :D]
        # (11) prior += 0.5 * gamma**2 * np.sum(Q**2) - m * np.sum(logs)
        dgamma += np.sum(Q**2) * gamma * dprior
        dQ = Q * (gamma**2 * dprior)
        dlogs = -m * dprior * np.ones_like(logs)
        # (10) inner[:, k] = alphas[k] + np.sum(logs) - 0.5 * np.sum(z**2, axis=1)
        dinner_raw = dinner[:, k]
        dinner_raw_1 = dinner_raw.sum()
        dalphas[k] += dinner_raw_1
        dlogs += dinner_raw_1
        dz = -z * dinner_raw[:, None]
        # (9) z = (x - means[k]) @ Q.T
        dz_raw = dz @ Q
        dx += dz_raw
        dmeans[k] -= dz_raw.sum(axis=0)
        dQ += dz.T @ (x - means[k])
        # (8) Q[below] = icf[k, D:]
        dicf[k, D:] += dQ[below]
        dQ[below] = 0.0
        # (7) Q = np.diag(np.exp(logs))
        dlogs += np.exp(logs) * np.diag(dQ)
        # (6) logs = icf[k, :D]
        dicf[k, :D] += dlogs
    return dalphas, dmeans, dicf, dx, dgamma


def log_likelihood_value_and_grad(alphas, means, icf, x, gamma, m):
    """Return out and its gradients (dalphas, dmeans, dicf, dx, dgamma)."""
    out, cache = log_likelihood_forward(alphas, means, icf, x, gamma, m)
    return out, log_likelihood_backward(1.0, cache)
