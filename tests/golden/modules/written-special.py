"""Backward pass of special.py, written by backgen 0.1.0. Do not edit; run `backgen special.py` again.

Source: sha256:10f97884787c4e81
Checked: 3 of 3 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def _digamma(x):
    """Return the derivative of log(gamma(x))."""
    if x < 0.0:
        return _digamma(1.0 - x) - math.pi / math.tan(math.pi * (x % 1.0))
    shift = 0.0
    while x < 10.0:
        shift -= 1.0 / x
        x = x + 1.0
    y = 1.0 / (x * x)
    series = 1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132))))
    series -= y**5 * (691 / 32760 - y / 12)
    return shift + math.log(x) - 0.5 / x - y * series


def special_forward(x, y):
    """Run special; return out and the values that its backward pass needs."""
    chance = math.erf(x / math.sqrt(2)) + math.erfc(y)  # (1)
    ways_gamma = math.gamma(x)
    ways = ways_gamma * math.lgamma(y)  # (2)
    out = chance * ways + math.cbrt(x)  # (3)
    return out, (x, y, chance, ways_gamma, ways)


def special_backward(dout, cache):
    """Return the gradients (dx, dy) from the upstream gradient dout."""
    x, y, chance, ways_gamma, ways = cache
    # (3) out = chance * ways + math.cbrt(x)
    dchance = ways * dout
    dways = chance * dout
    dx = dout / (3 * math.cbrt(x) ** 2)
    # (2) ways = ways_gamma * math.lgamma(y)
    dx += math.lgamma(y) * ways_gamma * _digamma(x) * dways
    dy = ways_gamma * _digamma(y) * dways
    # (1) chance = math.erf(x / math.sqrt(2)) + math.erfc(y)
    dx += (
        2
        * math.exp(-((x / math.sqrt(2)) ** 2))
        / (math.sqrt(math.pi) * math.sqrt(2))
        * dchance
    )
    dy -= 2 * math.exp(-(y**2)) / math.sqrt(math.pi) * dchance
    return dx, dy


def special_value_and_grad(x, y):
    """Return out and its gradients (dx, dy)."""
    out, cache = special_forward(x, y)
    return out, special_backward(1.0, cache)
