"""Arguments for the examples with loops, branches and writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

EXAMPLES = Path(__file__).parent.parent / "examples"


def random(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def definite(size: int) -> Any:
    factor = random(size, size)
    return factor @ factor.T + size * np.eye(size)


# file: function, arguments by position
FLOW_EXAMPLES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "linear_rnn": ("linear_rnn", (random(3, 5), 1.2, 0.8, random(3))),
    "rnn": (
        "rnn",
        (random(2, 5), random(3, 2), random(3, 3) / 2, random(3), random(3, seed=1)),
    ),
    "newton": ("newton", (2.0, 1.0)),
    "gate": ("gate", (0.7, -0.4)),
    "tanh_rnn": (
        "tanh_rnn",
        (random(5, 2), random(2, 3), random(3, 3) / 2, random(3), random(5, 3)),
    ),
    "conv_loops": ("conv", (random(4, 5, 2), random(2, 3, 2, 3))),
    "max_pool": ("max_pool", (random(4, 6),)),
    "rk4_lorenz": (
        "lorenz",
        (np.array([1.0, 2.0, 20.0]), 10.0, 28.0, 8 / 3, 0.01, 4),
    ),
    "lstm": (
        "lstm",
        (
            *(random(4, 2), random(12, 2), random(12, 3) / 2, random(12)),
            *(random(3), random(3, seed=1), random(3, seed=2)),
        ),
    ),
    "heat": ("heat", (random(5, 6), 4)),
    "gauss_seidel": ("gauss_seidel", (random(5, 4), random(5, 4, seed=1), 2)),
    "kalman": (
        "kalman",
        (
            random(5),
            np.array([[1.0, 0.1], [0.0, 1.0]]),
            np.array([[0.02, 0.01], [0.01, 0.3]]),
            *(0.4, random(2), np.eye(2)),
        ),
    ),
    "cholesky": ("cholesky", (definite(4),)),
    "sorting_pass": ("sorting_pass", (random(5),)),
}
