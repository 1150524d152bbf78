"""Backward pass of keyword_only.py, written by backgen 0.1.0. Do not edit; run `backgen keyword_only.py` again.

Source: sha256:aa551a8600e501ac
Checked: 2 of 2 local gradients proved equal to SymPy's derivatives; the whole gradient exact modulo 2**61 - 1 on the paths tried.
"""

import math

RATE = 0.05
YEARS = 10


def growth_forward(amount, /, rate=RATE, *, years=YEARS, fee):
    """Run growth; return out and the values that its backward pass needs."""
    value = amount * (1 + rate) ** years  # (1)
    out = value - fee * math.sqrt(years)  # (2)
    return out, (amount, rate, years)


def growth_backward(dout, cache):
    """Return the gradients (damount, drate, dfee) from the upstream gradient dout."""
    amount, rate, years = cache
    # (2) out = value - fee * math.sqrt(years)
    dvalue = dout
    dfee = -math.sqrt(years) * dout
    # (1) value = amount * (1 + rate) ** years
    damount = (1 + rate) ** years * dvalue
    drate = amount * years * (1 + rate) ** (years - 1) * dvalue if years != 0 else 0.0
    return damount, drate, dfee


def growth_value_and_grad(amount, /, rate=RATE, *, years=YEARS, fee):
    """Return out and its gradients (damount, drate, dfee)."""
    out, cache = growth_forward(amount, rate, years=years, fee=fee)
    return out, growth_backward(1.0, cache)
