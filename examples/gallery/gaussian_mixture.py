"""The log-likelihood of a mixture of Gaussians, with a Wishart prior on its precisions.

Component k has the weight softmax(alphas)[k], the mean means[k] and the precision
Q.T @ Q, where Q is lower triangular. icf[k] holds Q: first the logarithms of its
diagonal, then what is below, row by row.
"""

import numpy as np
from scipy.special import gammaln, logsumexp, multigammaln


def log_likelihood(
    alphas: "K",
    means: "K, D",
    icf: "K, D * (D + 1) // 2",
    x: "N, D",
    gamma: float,
    m: int,
):
    N, D = x.shape
    K = alphas.shape[0]
    below = np.tril_indices(D, -1)
    inner = np.zeros((N, K))
    prior = 0.0
    for k in range(K):
        logs = icf[k, :D]
        Q = np.diag(np.exp(logs))
        Q[below] = icf[k, D:]
        z = (x - means[k]) @ Q.T
        inner[:, k] = alphas[k] + np.sum(logs) - 0.5 * np.sum(z**2, axis=1)
        prior += 0.5 * gamma**2 * np.sum(Q**2) - m * np.sum(logs)
    data = np.sum(logsumexp(inner, axis=1)) - N * logsumexp(alphas)
    return data - prior
