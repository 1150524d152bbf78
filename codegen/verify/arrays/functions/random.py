"""Random numbers, as constants.

Every draw of an evaluator is another one, and the draws of two evaluators are the same:
so a forward pass has the numbers of the original, and a backward pass that draws again
instead of keeping them is found out.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from ..cells import Arithmetic
from ..values import Path
from .table import Table

TABLE = Table()


def _draw(a: Arithmetic, shape: Any, low: float, high: float) -> Any:
    a.draws += 1
    rng = random.Random(a.draws)
    if shape is None:
        return a.literal(rng.uniform(low, high))
    result = np.empty(shape, dtype=object)
    for index in np.ndindex(*result.shape):
        result[index] = a.literal(rng.uniform(low, high))
    return result


@TABLE.of("numpy.random.randn")
def randn(a: Arithmetic, *shape: int) -> Any:
    return _draw(a, shape or None, -2.0, 2.0)


@TABLE.of("numpy.random.rand")
def rand(a: Arithmetic, *shape: int) -> Any:
    return _draw(a, shape or None, 0.0, 1.0)


@TABLE.of(*(f"numpy.random.{n}" for n in "random random_sample sample".split()))
def uniform_unit(a: Arithmetic, size: Any = None) -> Any:
    return _draw(a, size, 0.0, 1.0)


@TABLE.of("numpy.random.standard_normal")
def standard_normal(a: Arithmetic, size: Any = None) -> Any:
    return _draw(a, size, -2.0, 2.0)


@TABLE.of("numpy.random.normal")
def normal(a: Arithmetic, loc: Any = 0, scale: Any = 1, size: Any = None) -> Any:
    return loc + scale * _draw(a, size, -2.0, 2.0)


@TABLE.of("numpy.random.uniform")
def uniform(a: Arithmetic, low: Any = 0, high: Any = 1, size: Any = None) -> Any:
    return low + (high - low) * _draw(a, size, 0.0, 1.0)


@TABLE.of("numpy.random.randint", "numpy.random.integers")
def integers(a: Arithmetic, low: int, high: Any = None, size: Any = None) -> Any:
    start, stop = (0, low) if high is None else (low, high)
    a.draws += 1
    rng = random.Random(a.draws)
    result = np.empty(() if size is None else size, dtype=int)
    for index in np.ndindex(*result.shape):
        result[index] = rng.randrange(start, stop)
    return result[()]


@TABLE.of("numpy.random.default_rng", "numpy.random.RandomState")
def generator(a: Arithmetic, seed: Any = None) -> Path:
    return Path("numpy.random")


@TABLE.of("numpy.random.seed")
def seed(a: Arithmetic, value: Any = None) -> None:
    return None
