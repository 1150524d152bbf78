"""What lines add to a gradient, and what the statements of a program contribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of
from .due import Due, Value, added
from .watch import Write

_MOST_TERMS = 10
_MOST_JOINED = 3


@dataclass
class Line:
    """What a line has added to a gradient."""

    line: int
    delta: Any
    steps: list[int] = field(default_factory=list)


class Sums:
    """Matches what lines add with what is contributed."""

    def __init__(self, due: Due) -> None:
        self._due = due
        self._trial = due.trial

    def parts(self, value: Value) -> dict[int, Any]:
        """What is contributed to the gradient of a value, by the step; the trips of a
        loop together."""
        parts = self._due.contributions(value.taped, value.span)
        by_node: dict[int, int] = {}
        joined: dict[int, Any] = {}
        for step, part in parts.items():
            first = by_node.setdefault(id(self._due.steps[step].node), step)
            joined[first] = part if first == step else added(joined[first], part)
        if not joined:
            return {-1: value.due} if not self._trial.is_zero(value.due) else {}
        weights = self._output_part(value, joined)
        return joined if weights is None else {**joined, -1: weights}

    def _output_part(self, value: Value, joined: dict[int, Any]) -> Any:
        """What comes from the output itself, where the value is one."""
        total = None
        for part in joined.values():
            total = part if total is None else added(total, part)
        if any(cell is None for cell in cells_of(value.due)):
            return None
        if isinstance(value.due, (list, tuple, dict)) or self._trial.same(
            total, value.due
        ):
            return None
        return value.due - total

    def deltas(self, writes: Sequence[Write]) -> tuple[list[Line], list[Line]]:
        """What each line has added, and what a line has dropped that was there."""
        lines: dict[int, Line] = {}
        dropped: list[Line] = []
        for write in writes:
            if not write.adds and not write.partial:
                dropped = [line for line in lines.values() if line.line != write.line]
                lines.clear()
                delta = write.after
            elif write.before is None:
                delta = write.after
            else:
                delta = subtracted(write.after, write.before)
            known = lines.get(write.line)
            if known is not None:
                delta = added(known.delta, delta)
            lines[write.line] = Line(write.line, delta)
        own = [line for line in lines.values() if not self.is_zero(line.delta)]
        return own or list(lines.values())[-1:], dropped

    def is_zero(self, value: Any) -> bool:
        """Whether all elements are zero."""
        cells = cells_of(value)
        if not cells:
            return bool(np.all(np.asarray(value) == 0))
        return self._trial.is_zero(value)

    def matching(self, delta: Any, parts: dict[int, Any]) -> list[int]:
        """The steps whose contributions together are what a line has added."""
        steps = list(parts)[:_MOST_TERMS]
        for size in range(1, min(_MOST_JOINED, len(steps)) + 1):
            for chosen in combinations(steps, size):
                total = parts[chosen[0]]
                for step in chosen[1:]:
                    total = added(total, parts[step])
                if self._trial.same(delta, total):
                    return list(chosen)
        total = None
        for part in parts.values():
            total = part if total is None else added(total, part)
        return steps if total is not None and self._trial.same(delta, total) else []


def scaled(writes: Sequence[Write], by: Cell) -> list[Write]:
    """The writes, as if what they write were multiplied."""

    def times(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(times, value))
        return None if value is None else value * by

    return [
        replace(write, before=times(write.before), after=times(write.after))
        for write in writes
    ]


def subtracted(a: Any, b: Any) -> Any:
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return type(a)(subtracted(x, y) for x, y in zip(a, b, strict=False))
    if isinstance(a, dict) and isinstance(b, dict):
        return {key: subtracted(a[key], b[key]) for key in a if key in b}
    return a - b
