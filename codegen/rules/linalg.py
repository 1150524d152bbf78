"""Rules of linear algebra."""

from __future__ import annotations

from .pullback import Pullback, pullback
from .results import dot, matmul

RULES: tuple[Pullback, ...] = (
    pullback(
        "matmul(a, b)",
        matmul,
        spell="numpy.matmul @",
        exact=False,
        a="matmul_left(g, a, b)",
        b="matmul_right(g, a, b)",
    ),
    pullback(
        "dot(a, b)",
        dot,
        methods="dot",
        exact=False,
        a="dot_left(g, a, b)",
        b="dot_right(g, a, b)",
    ),
)
