"""Backward pass of comments.py, written by backgen 0.1.0. Do not edit; run `backgen comments.py` again.

Source: sha256:7b66d68fa2497a74
Checked: 2 of 2 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def comments_forward(rate, years, amount):
    """Run comments.py; return final and the values that its backward pass needs."""
    growth = (1 + rate) ** years  # (1) (1 + r)^n
    final = amount * growth  # (2) "quoted" \ backslash
    return final, (rate, years, amount, growth)


def comments_backward(dfinal, cache):
    """Return the gradients (drate, dyears, damount) from the upstream gradient dfinal."""
    rate, years, amount, growth = cache
    # (2) final = amount * growth
    damount = growth * dfinal
    dgrowth = amount * dfinal
    # (1) growth = (1 + rate) ** years
    drate = years * (1 + rate) ** (years - 1) * dgrowth if years != 0 else 0.0
    dyears = growth * math.log(1 + rate) * dgrowth if 1 + rate > 0 else 0.0
    return drate, dyears, damount


def comments_value_and_grad(rate, years, amount):
    """Return final and its gradients (drate, dyears, damount)."""
    final, cache = comments_forward(rate, years, amount)
    return final, comments_backward(1.0, cache)
