"""Backward pass of fused_outputs.py, written by backgen 0.1.0. Do not edit; run `backgen fused_outputs.py --style fused` again.

Source: sha256:100182118ac7a923
Checked: 2 of 2 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""

import math


def polar_vjp(dout, r, phi):
    """Return (x, y) and the gradients (dr, dphi) from the upstream gradient dout."""
    x = r * math.cos(phi)  # (1)
    y = r * math.sin(phi)  # (2)
    dx, dy = dout
    # (2) y = r * math.sin(phi)
    dr = math.sin(phi) * dy
    dphi = r * math.cos(phi) * dy
    # (1) x = r * math.cos(phi)
    dr += math.cos(phi) * dx
    dphi += -r * math.sin(phi) * dx
    return (x, y), (dr, dphi)
