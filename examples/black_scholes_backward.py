"""Backward pass of black_scholes.py, written by backgen 0.1.0. Do not edit; run `backgen black_scholes.py` again.

Source: sha256:efd88896d8f43c27
Checked: 7 of 7 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

from math import erf, exp, log, pi, sqrt


def call_price_forward(S, K, T, r, sigma):
    """Run call_price; return price and the values that its backward pass needs."""
    spread_sqrt = sqrt(T)
    spread = sigma * spread_sqrt  # (1) standard deviation of the log price at expiry
    d1_inner = log(S / K) + (r + sigma**2 / 2) * T
    d1 = d1_inner / spread  # (2)
    d2 = d1 - spread  # (3)
    N1 = (1 + erf(d1 / sqrt(2))) / 2  # (4) normal distribution
    N2 = (1 + erf(d2 / sqrt(2))) / 2  # (5)
    discount = exp(-r * T)  # (6)
    price = S * N1 - K * discount * N2  # (7)
    return price, (
        S,
        K,
        T,
        r,
        sigma,
        spread_sqrt,
        spread,
        d1_inner,
        d1,
        d2,
        N1,
        N2,
        discount,
    )


def call_price_backward(dprice, cache):
    """Return the gradients (dS, dK, dT, dr, dsigma) from the upstream gradient dprice."""
    S, K, T, r, sigma, spread_sqrt, spread, d1_inner, d1, d2, N1, N2, discount = cache
    # (7) price = S * N1 - K * discount * N2
    dS = N1 * dprice
    dN1 = S * dprice
    dK = -discount * N2 * dprice
    ddiscount = -K * N2 * dprice
    dN2 = -K * discount * dprice
    # (6) discount = exp(-r * T)
    dr = -discount * T * ddiscount
    dT = -discount * r * ddiscount
    # (5) N2 = (1 + erf(d2 / sqrt(2))) / 2
    dd2 = exp(-((d2 / sqrt(2)) ** 2)) / (sqrt(pi) * sqrt(2)) * dN2
    # (4) N1 = (1 + erf(d1 / sqrt(2))) / 2
    dd1 = exp(-((d1 / sqrt(2)) ** 2)) / (sqrt(pi) * sqrt(2)) * dN1
    # (3) d2 = d1 - spread
    dd1 += dd2
    dspread = -dd2
    # (2) d1 = d1_inner / spread
    dd1_raw = dd1 / spread
    dd1_raw_1 = dd1_raw / (S / K)
    dS += dd1_raw_1 / K
    dK += -S / K**2 * dd1_raw_1
    dr += T * dd1_raw
    dsigma = T * sigma * dd1_raw
    dT += (r + sigma**2 / 2) * dd1_raw
    dspread += -d1_inner / spread**2 * dd1
    # (1) spread = sigma * spread_sqrt
    dsigma += spread_sqrt * dspread
    dT += 0.5 * sigma / spread_sqrt * dspread
    return dS, dK, dT, dr, dsigma


def call_price_value_and_grad(S, K, T, r, sigma):
    """Return price and its gradients (dS, dK, dT, dr, dsigma)."""
    price, cache = call_price_forward(S, K, T, r, sigma)
    return price, call_price_backward(1.0, cache)
