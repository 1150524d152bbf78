"""At which shapes, and at how many points, a function is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from .inputs import leaves
from .points import find_points
from .reading import Program
from .shaping import (
    Shaping,
    actual_shaping,
    guessed_shapings,
    has_names,
    is_known,
    is_large,
    is_small,
    prime_shapings,
    reduced_shapings,
    small_shapings,
)

_SMALL_POINTS = 2
_MOST_SHAPINGS = 24
_MOST_GUESSED = 6
_TRIES = 6

Step = tuple[Shaping, int]


class Plan:
    """The shapes for one program, each with a number of points.

    `reason` says why the first shapes at which the program cannot be run are none.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self.reason = ""

    def steps(self) -> Iterator[Step]:
        """Small shapes for proofs first, then unequal primes."""
        inputs = self._program.inputs
        if not is_known(inputs):
            found = [s for s in guessed_shapings(inputs) if self._runs(s)]
            yield from ((shaping, 1) for shaping in _varied(found))
        elif has_names(inputs):
            yield from self._first(small_shapings(inputs), _SMALL_POINTS)
            yield from self._first(prime_shapings(inputs), 1)
        else:
            actual = actual_shaping(inputs)
            if actual is not None and is_small(actual):
                yield from self._first([actual], _SMALL_POINTS)
            yield from self._first(reduced_shapings(inputs, primes=False), 1)
            yield from self._first(reduced_shapings(inputs, primes=True), 1)

    def last_resort(self) -> Iterator[Step]:
        """The shapes that are given, where smaller ones tell nothing."""
        inputs = self._program.inputs
        if is_known(inputs) and not has_names(inputs):
            actual = actual_shaping(inputs)
            if actual is not None and not is_small(actual):
                yield from self._first([actual], 1)

    def unknown(self) -> list[str]:
        """The parameters of which no shapes are known."""
        return [
            i.name
            for i in self._program.inputs
            if any(leaf.dims is None and not leaf.choices for _, leaf in leaves(i.spec))
        ]

    def _first(self, shapings: Iterable[Shaping], points: int) -> Iterator[Step]:
        """The first shapes at which the original runs, if they are not too large."""
        for shaping in islice(shapings, _MOST_SHAPINGS):
            if not is_large(shaping) and self._runs(shaping):
                yield shaping, points
                return

    def _runs(self, shaping: Shaping) -> bool:
        search = find_points(self._program, shaping, 1, _TRIES)
        self.reason = self.reason or search.reason
        return bool(search.points)


def _varied(shapings: Sequence[Shaping]) -> list[Shaping]:
    """A few shapings that differ in their ranks, or in what they stretch."""
    by_kind: dict[tuple[object, ...], Shaping] = {}
    for shaping in shapings:
        every = [
            leaf.dims or () for s in shaping.specs.values() for _, leaf in leaves(s)
        ]
        kind = tuple((len(dims), "1" in dims) for dims in every)
        by_kind.setdefault(kind, shaping)
    return list(by_kind.values())[:_MOST_GUESSED]
