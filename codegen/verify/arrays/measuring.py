"""How far a run was from taking other ways: the distance of each comparison.

The distance of a comparison from an outcome is how far its sides are apart where it has
the other one, and 0 where it has it. That of a test is put together from those of its
comparisons. Of what is run many times, the least counts.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..running.numeric import FloatDomain
from .evaluator import Evaluator
from .names import Names
from .values import Frame, Place, Side

# the place of a comparison or test, and an outcome of it
Way = tuple[Place | Side, bool]

# of sides that are equal where they should not be
_TOUCHING = 1e-9
# of a part of a test that was not looked at
_UNKNOWN = 1.0
_WORDS = {"any": False, "all": True}
_NAMES: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class _Gaps(FloatDomain):
    """Knows by place in the trace how far apart the sides of a comparison were."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: dict[int, float] = {}

    def compare(self, op: str, a: Any, b: Any) -> bool:
        outcome = super().compare(op, a, b)
        try:
            gap = abs(float(a) - float(b))
        except OverflowError:
            gap = math.inf
        self.gaps[len(self.trace) - 1] = math.inf if math.isnan(gap) else gap
        return outcome


class Measuring(Evaluator):
    """Runs in floats; `distances` has the least distance from each way."""

    def __init__(self, names: Names) -> None:
        self.distances: dict[Way, float] = {}
        self._gaps = _Gaps()
        # by comparison of the text and part of it: distances from false and true
        self._parts: dict[ast.expr, dict[int, list[tuple[float, float]]]] = {}
        super().__init__(self._gaps, names)

    @property
    def ways(self) -> set[Way]:
        """The ways that were taken."""
        made = {(at, bool(way)) for at, ways in self.decisions.items() for way in ways}
        taken = {(at, way) for at, ways in self.sides.items() for way in ways}
        return {*made, *taken}

    def compare(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        if _is_integer(left) and _is_integer(right) and type(op) in _NAMES:
            # of integers the domain knows nothing otherwise
            return self._gaps.compare(_NAMES[type(op)], left, right)
        return super().compare(op, left, right)

    def note(self, node: ast.expr, part: int, made: range) -> None:
        super().note(node, part, made)
        found = [self._distances_at(at) for at in made if at in self._gaps.gaps]
        if found:
            self._parts.setdefault(node, {})[part] = found
            place = (node.lineno, node.col_offset, part)
            for way in (False, True):
                self._found((place, way), min(pair[way] for pair in found))

    def holds(self, test: ast.expr, frame: Frame) -> bool:
        self._parts.clear()
        outcome = super().holds(test, frame)
        for way in (False, True):
            distance = 0.0 if way is outcome else self._distance(test, way)
            self._found(((test.lineno, test.col_offset), way), distance)
        return outcome

    def _found(self, way: Way, distance: float) -> None:
        known = self.distances.get(way, math.inf)
        self.distances[way] = min(known, distance)

    def _distances_at(self, at: int) -> tuple[float, float]:
        gap = self._gaps.gaps[at] or _TOUCHING
        return (gap, 0.0) if self._gaps.trace[at] else (0.0, gap)

    def _distance(self, node: ast.expr, way: bool) -> float:
        """How far an expression that was just evaluated is from an outcome."""
        match node:
            case ast.Compare(ops=ops):
                found = self._parts.get(node, {})
                parts = [
                    found[i][0][way] if i in found else _UNKNOWN
                    for i in range(len(ops))
                ]
                return _joined(parts, every=way)
            case ast.BoolOp(op=op, values=values):
                parts = [self._distance(value, way) for value in values]
                return _joined(parts, every=isinstance(op, ast.And) is way)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._distance(operand, not way)
            case ast.Call(func=ast.Attribute(value=owner, attr=word), args=args):
                return self._of_elements(word, (*args, owner), way)
            case ast.Call(func=ast.Name(id=word), args=args):
                return self._of_elements(word, args, way)
        return math.inf

    def _of_elements(self, word: str, nodes: Sequence[ast.expr], way: bool) -> float:
        """`np.any(x > 1)`, `(x > 1).all()`."""
        found = [self._parts[n][0] for n in nodes if 0 in self._parts.get(n, {})]
        if not found or word not in _WORDS:
            return math.inf
        distances = [pair[way] for pair in found[0]]
        return _joined(distances, every=_WORDS[word] is way)


def _joined(distances: Sequence[float], *, every: bool) -> float:
    """Of several things that all have to hold, or of which one has to."""
    return sum(distances) if every else min(distances, default=math.inf)


def _is_integer(value: Any) -> bool:
    return isinstance(value, (int, np.integer, np.bool_))
