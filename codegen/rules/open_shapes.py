"""Shapes of which nothing is stated, broadcast together."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.types import Unknown

_Parts = frozenset[object]


class OpenShapes:
    """What shapes that are not known are together: the same ones give the same."""

    def __init__(self) -> None:
        self._made_of: dict[Unknown, _Parts] = {}

    def together(self, shapes: Sequence[object]) -> Unknown:
        """The shape of what arrays of these shapes are broadcast to; one of them at
        least is not known."""
        every = _Parts().union(*map(self._parts, shapes))
        parts = frozenset(part for part in every if not self._is_within(part, every))
        for shape in shapes:
            if isinstance(shape, Unknown) and self._parts(shape) == parts:
                return shape  # it was broadcast with the others already
        # named after what it is made of: it may be a type in other functions too
        known = Unknown(f"broadcast {sorted(map(repr, parts))}")
        self._made_of[known] = parts
        return known

    def _is_within(self, part: object, parts: _Parts) -> bool:
        """Whether a shape changes nothing where it is broadcast with the others."""
        if not isinstance(part, Unknown) or part.within is None:
            return False
        return self._parts(part.within) <= parts - {part}

    def _parts(self, shape: object) -> _Parts:
        """The shapes that were broadcast to one that is not known."""
        if isinstance(shape, Unknown) and shape in self._made_of:
            return self._made_of[shape]
        return frozenset({shape})
