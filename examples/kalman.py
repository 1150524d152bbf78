"""A Kalman filter: how likely measurements are, given the noise of a moving body."""

import math

import numpy as np


def kalman(z: "T", F: "2, 2", Q: "2, 2", r: float, x: "2", P: "2, 2"):
    """The negative log-likelihood of positions z, measured with variance r."""
    loss = 0.0
    for t in range(z.shape[0]):
        x = F @ x  # predict
        P = F @ P @ F.T + Q
        s = P[0, 0] + r  # the variance of what is measured
        e = z[t] - x[0]
        gain = P[:, 0] / s
        x = x + gain * e  # correct
        P = P - np.outer(gain, P[0])
        loss += 0.5 * (math.log(2 * math.pi * s) + e * e / s)
    return loss
