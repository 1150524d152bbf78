"""Backward pass of batchnorm.py."""

import numpy as np


def batchnorm_forward(x, gamma, beta, eps=1e-5):
    """Run batchnorm; return out and the values that its backward pass needs."""
    N, D = x.shape  # (1)
    mu = 1.0 / N * np.sum(x, axis=0)  # (2)
    xmu = x - mu  # (3)
    sq = xmu**2  # (4)
    var = 1.0 / N * np.sum(sq, axis=0)  # (5)
    sqrtvar = np.sqrt(var + eps)  # (6)
    ivar = 1.0 / sqrtvar  # (7)
    xhat = xmu * ivar  # (8)
    gammax = gamma * xhat  # (9)
    out = gammax + beta  # (10)
    return out, (gamma, N, xmu, sqrtvar, ivar, xhat)


def batchnorm_backward(dout, cache):
    """Return the gradients (dx, dgamma, dbeta) from the upstream gradient dout (N, D)."""
    gamma, N, xmu, sqrtvar, ivar, xhat = cache
    # (10) out = gammax + beta
    dgammax = dout
    dbeta = dout.sum(axis=0)
    # (9) gammax = gamma * xhat
    dgamma = np.sum(xhat * dgammax, axis=0)
    dxhat = gamma * dgammax
    # (8) xhat = xmu * ivar
    dxmu = ivar * dxhat
    divar = np.sum(xmu * dxhat, axis=0)
    # (7) ivar = 1.0 / sqrtvar
    dsqrtvar = -(ivar**2) * divar
    # (6) sqrtvar = np.sqrt(var + eps)
    dvar = 0.5 / sqrtvar * dsqrtvar
    # (5) var = 1.0 / N * np.sum(sq, axis=0)
    dsq = np.broadcast_to(1.0 / N * dvar, xmu.shape)
    # (4) sq = xmu**2
    dxmu += 2 * xmu * dsq
    # (3) xmu = x - mu
    dx = dxmu
    dmu = -dxmu.sum(axis=0)
    # (2) mu = 1.0 / N * np.sum(x, axis=0)
    dx = dx + 1.0 / N * dmu
    return dx, dgamma, dbeta
