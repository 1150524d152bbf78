"""The price of a European call; its gradients are the Greeks."""

from math import erf, exp, log, sqrt


def call_price(S: float, K: float, T: float, r: float, sigma: float) -> float:
    """Price today.

    S: spot price, K: strike, T: years to expiry, r: interest rate, sigma: volatility.
    """
    spread = sigma * sqrt(T)  # standard deviation of the log price at expiry
    d1 = (log(S / K) + (r + sigma**2 / 2) * T) / spread
    d2 = d1 - spread
    N1 = (1 + erf(d1 / sqrt(2))) / 2  # normal distribution
    N2 = (1 + erf(d2 / sqrt(2))) / 2
    discount = exp(-r * T)
    price = S * N1 - K * discount * N2
    return price
