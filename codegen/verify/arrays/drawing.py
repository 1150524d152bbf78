"""Values for the parameters of a shaping: of many sizes, signs and kinds."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .inputs import Leaf, Spec
from .shaping import Shaping, shape_of
from .values import Kind

RANGES = (
    (-2.0, 2.0),
    (0.2, 0.8),
    (1.2, 3.0),
    (0.01, 0.2),
    (-0.9, -0.1),
    (3.0, 9.0),
)
_SCALAR_INTEGERS = (2, 1, 3, 0, 5)
_OTHER_INTEGERS = (4, 3, 5, 2)
# every so many turns, integers are some of these, or so many as loops have to count to
_SIGNED_INTEGERS = (-1, 2, -2, 1)
_SIGNED, _COUNTING, TURNS = 3, 5, 6
# every so many turns, square matrices are drawn with a heavy diagonal
_HEAVY = 5

# by parameter: floats, integers, flags, texts, and arrays of these; or containers
Values = Mapping[str, Any]


@dataclass
class Draw:
    """Draws the values of one point.

    Attributes:
        trips: how often a loop should run.
        counting: the parameter, a float, that is a small whole number.
        whole: how many integers and arrays of integers there were before.
        signed: whether integers may be negative.
    """

    limits: Sequence[tuple[float, float]]
    rng: random.Random
    turn: int
    trips: int
    counting: str = ""
    whole: int = 0
    signed: bool = True

    def all(self, shaping: Shaping) -> Values:
        """Values for all parameters."""
        self.signed = not shaping.guessed
        values = {name: self.value(spec) for name, spec in shaping.specs.items()}
        if self.counting:
            count = _SCALAR_INTEGERS[self.turn % len(_SCALAR_INTEGERS)]
            values[self.counting] = float(count)
        return values

    def value(self, spec: Spec) -> Any:
        match spec:
            case dict():
                return {key: self.value(item) for key, item in spec.items()}
            case list() | tuple():
                return type(spec)(self.value(item) for item in spec)
        return self._leaf(spec, self.rng.choice(self.limits))

    def _leaf(self, leaf: Leaf, limits: tuple[float, float]) -> Any:
        shape = shape_of(leaf)
        if leaf.choices:
            return leaf.choices[self.turn % len(leaf.choices)]
        if leaf.kind is not Kind.FLOAT:
            return self._integers(leaf, shape)
        numbers = [self.rng.uniform(*limits) for _ in range(math.prod(shape))]
        if not shape:
            return numbers[0]
        found = np.array(numbers).reshape(shape)
        is_heavy = self.turn % _HEAVY == _HEAVY - 1
        if is_heavy and len(shape) == 2 and shape[0] == shape[1]:
            # what has roots, factors and inverses of all kinds
            found += 2 * limits[1] * len(found) * np.eye(len(found))
        return found

    def _integers(self, leaf: Leaf, shape: tuple[int, ...]) -> Any:
        """Integers or flags; of two parameters not the same ones every time, so that
        one cannot stand for the other."""
        turn = self.turn
        other = 0 if turn % 2 else self.whole
        self.whole += 1
        if is_count(leaf):
            if self.signed and turn % TURNS == _SIGNED:
                place = turn // TURNS + self.whole - 1
                return _SIGNED_INTEGERS[place % len(_SIGNED_INTEGERS)]
            if turn % TURNS == _COUNTING and self.trips > max(_SCALAR_INTEGERS):
                return self.trips
            if other:
                return _OTHER_INTEGERS[(turn // 2 + other) % len(_OTHER_INTEGERS)]
            return _SCALAR_INTEGERS[turn % len(_SCALAR_INTEGERS)]
        # labels and indices: 0 and 1 exist on every axis, and some repeat
        size = math.prod(shape)
        flags = [
            (i // (1 + other // 2) + turn + other + (i > 2)) % 2 for i in range(size)
        ]
        if turn % 2:
            flags = [1] * min(size, 2) + flags[2:]
        whole = np.array(flags, dtype=int).reshape(shape)
        return whole.astype(bool) if leaf.kind is Kind.BOOL else whole


def is_count(leaf: Leaf) -> bool:
    """Whether this is an integer, and any one will do."""
    return leaf.kind is Kind.INT and not leaf.dims and not leaf.choices


def kinds_of_integers(value: Any) -> Iterator[int]:
    """Of integers, whether they are negative, large, or neither."""
    match value:
        case bool():
            return
        case int():
            yield -1 if value < 0 else int(value > max(_SCALAR_INTEGERS))
        case dict():
            yield from kinds_of_integers([*value.values()])
        case list() | tuple():
            for item in value:
                yield from kinds_of_integers(item)
