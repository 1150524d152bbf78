"""Rules of `numpy.fft`: of what is real.

The transforms give complex numbers, which carry no gradients here (`rules/refused.py`).
"""

from __future__ import annotations

from .pullback import Pullback, fixed, pullback
from .results import created, same

RULES: tuple[Pullback, ...] = (
    pullback(
        "fftshift(x, axes=None)",
        same(),
        spell="numpy.fft.fftshift scipy.fft.fftshift",
        x="fft.ifftshift(g, axes=axes)",
    ),
    pullback(
        "ifftshift(x, axes=None)",
        same(),
        spell="numpy.fft.ifftshift scipy.fft.ifftshift",
        x="fft.fftshift(g, axes=axes)",
    ),
    fixed("fftfreq(shape, d=1.0)", created("float"), spell="numpy.fft.fftfreq"),
)
