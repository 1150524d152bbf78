"""Backward pass of several_outputs.py, written by backgen 0.1.0. Do not edit; run `backgen several_outputs.py` again.

Source: sha256:405a160d97246265
Checked: 4 of 4 local gradients and the whole gradients proved equal to SymPy's derivatives.
"""

import math


def polar_forward(r, phi):
    """Run polar; return (x, y) and the values that its backward pass needs."""
    x = r * math.cos(phi)  # (1)
    y = r * math.sin(phi)  # (2)
    return (x, y), (r, phi)


def polar_backward(dout, cache):
    """Return the gradients (dr, dphi) from the upstream gradient dout."""
    r, phi = cache
    dx, dy = dout
    # (2) y = r * math.sin(phi)
    dr = math.sin(phi) * dy
    dphi = r * math.cos(phi) * dy
    # (1) x = r * math.cos(phi)
    dr += math.cos(phi) * dx
    dphi += -r * math.sin(phi) * dx
    return dr, dphi


def stats_forward(a, b):
    """Run stats; return [mean, out_2] and the values that its backward pass needs."""
    mean = (a + b) / 2  # (1)
    out_2 = (a - mean) ** 2 + (b - mean) ** 2  # (2)
    return [mean, out_2], (a, b, mean)


def stats_backward(dout, cache):
    """Return the gradients (da, db) from the upstream gradient dout."""
    a, b, mean = cache
    dmean, dout_2 = dout
    # (2) out_2 = (a - mean) ** 2 + (b - mean) ** 2
    dout_2_raw = 2 * (a - mean) * dout_2
    da = dout_2_raw
    dmean -= dout_2_raw
    dout_2_raw_1 = 2 * (b - mean) * dout_2
    db = dout_2_raw_1
    dmean -= dout_2_raw_1
    # (1) mean = (a + b) / 2
    da += dmean / 2
    db += dmean / 2
    return da, db
