"""The scalar examples with both passes by hand, as course notes write them out."""

from __future__ import annotations

from math import erf, exp, log, pi, sqrt

Gradients = tuple[float, ...]


def logistic(
    w0: float, x0: float, w1: float, x1: float, w2: float
) -> tuple[float, Gradients]:
    """The value of examples/logistic.py, and the gradients of its inputs in order."""
    f = 1.0 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)))
    ddot = (1 - f) * f
    return f, (x0 * ddot, w0 * ddot, x1 * ddot, w1 * ddot, ddot)


def call_price(
    S: float, K: float, T: float, r: float, sigma: float
) -> tuple[float, Gradients]:
    """The price of examples/black_scholes.py, and its derivatives, each through the
    stages of the price."""
    root = sqrt(T)
    spread = sigma * root
    drift = r + sigma**2 / 2
    d1 = (log(S / K) + drift * T) / spread
    d2 = d1 - spread
    N1 = (1 + erf(d1 / sqrt(2))) / 2
    N2 = (1 + erf(d2 / sqrt(2))) / 2
    discount = exp(-r * T)
    price = S * N1 - K * discount * N2

    dd2 = -K * discount * exp(-(d2**2) / 2) / sqrt(2 * pi)
    dd1 = S * exp(-(d1**2) / 2) / sqrt(2 * pi) + dd2
    ddiscount = -K * N2
    over = dd1 / spread
    dspread = -dd2 - d1 * over
    dS = N1 + over / S
    dK = -discount * N2 - over / K
    dT = drift * over + 0.5 * sigma / root * dspread - r * discount * ddiscount
    dr = T * over - T * discount * ddiscount
    dsigma = sigma * T * over + root * dspread
    return price, (dS, dK, dT, dr, dsigma)
