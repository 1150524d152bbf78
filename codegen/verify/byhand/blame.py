"""The first line of a hand-written backward pass that is wrong.

A gradient that is used, or returned, is compared with the one that is due. What the
lines that wrote it have added is matched with what the statements of the program
contribute: the line that matches none is wrong, and what no line has added is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of, shadow
from .due import Due, Value
from .explain import Explainer, Known
from .spelling import primal_of
from .watch import Log, Read, Write

_MOST_TERMS = 10


@dataclass(frozen=True)
class Mistake:
    """What is wrong: on which line, and with the gradient of which variable.

    `step` is the statement of the program that it belongs to, -1 if none does; `value`
    the variable in the program; `found` and `due` what is there and what should be,
    `steps` the statements whose contribution is due.
    """

    line: int
    place: str
    message: str
    value: Value
    step: int = -1
    steps: tuple[int, ...] = ()
    found: Any = None
    due: Any = None


@dataclass
class _Line:
    """What a line has added to a gradient."""

    line: int
    delta: Any
    steps: list[int] = field(default_factory=list)


class Blame:
    """Compares what was logged with what is due."""

    def __init__(self, due: Due, log: Log) -> None:
        self._due = due
        self._trial = due.trial
        self._log = log
        self._names = dict.fromkeys(value.name for value in due.values)
        self._explainer = Explainer(due)

    def first_use(self) -> Mistake | None:
        """The first gradient that is used and is not what is due of any value that its
        variable had."""
        for read in self._log.reads:
            primal = primal_of(read.key, self._names)
            values = self._due.named(primal) if primal else []
            if not values or any(self._fits(read, value) for value in values):
                continue
            writes = self._writes(read.place, read.scope, read.time)
            if writes:
                return self._best(values, writes, read.place, read.whole)
        return None

    def returned(
        self, parameter: str, place: str, line: int, found: Any, scope: int
    ) -> Mistake:
        """Why the gradient of a parameter that is returned is wrong."""
        (value, *_) = self._due.named(parameter)
        end = self._log.time + 1
        writes = self._writes(place, scope, end) if place else []
        if writes and self._trial.same(writes[-1].after, found):
            return self._explained(value, writes, place)
        whole = _Line(line, found)
        return self._wrong_line(value, place or f"d{parameter}", whole, [], [])

    def _fits(self, read: Read, value: Value) -> bool:
        due = value.due
        if not read.whole:
            try:
                due = due[read.index]
            except (IndexError, TypeError, KeyError, ValueError):
                return False
        return self._trial.same(read.value, due)

    def _writes(self, place: str, scope: int, time: int) -> list[Write]:
        return [
            write
            for write in self._log.writes
            if write.place == place and write.scope == scope and write.time < time
        ]

    def _best(
        self, values: Sequence[Value], writes: list[Write], place: str, whole: bool
    ) -> Mistake:
        """The mistake, if it is the gradient of the value that it fits best."""
        lines, _ = self._deltas(writes)
        scores = [
            (sum(bool(self._matching(d.delta, self._parts(v))) for d in lines), i)
            for i, v in enumerate(values)
        ]
        _, place_of_best = max(scores)
        return self._explained(values[place_of_best], writes, place)

    # -- lines and contributions

    def _parts(self, value: Value) -> dict[int, Any]:
        """What is contributed to the gradient of a value, by the step; the trips of a
        loop together."""
        parts = self._due.contributions(value.taped)
        by_node: dict[int, int] = {}
        joined: dict[int, Any] = {}
        for step, part in parts.items():
            first = by_node.setdefault(id(self._due.steps[step].node), step)
            joined[first] = part if first == step else _added(joined[first], part)
        if not joined:
            return {-1: value.due} if not self._trial.is_zero(value.due) else {}
        weights = self._output_part(value, joined)
        return joined if weights is None else {**joined, -1: weights}

    def _output_part(self, value: Value, joined: dict[int, Any]) -> Any:
        """What comes from the output itself, where the value is one."""
        total = None
        for part in joined.values():
            total = part if total is None else _added(total, part)
        if any(cell is None for cell in cells_of(value.due)):
            return None
        if isinstance(value.due, (list, tuple, dict)) or self._same(total, value.due):
            return None
        return value.due - total

    def _same(self, a: Any, b: Any) -> bool:
        return self._trial.same(a, b)

    def _deltas(self, writes: Sequence[Write]) -> tuple[list[_Line], list[_Line]]:
        """What each line has added, and what a line has dropped that was there."""
        lines: dict[int, _Line] = {}
        dropped: list[_Line] = []
        for write in writes:
            if not write.adds and not write.partial:
                dropped = [line for line in lines.values() if line.line != write.line]
                lines.clear()
                delta = write.after
            elif write.before is None:
                delta = write.after
            else:
                delta = _subtracted(write.after, write.before)
            known = lines.get(write.line)
            if known is not None:
                delta = _added(known.delta, delta)
            lines[write.line] = _Line(write.line, delta)
        own = [line for line in lines.values() if not self._is_zero(line.delta)]
        return own or list(lines.values())[-1:], dropped

    def _is_zero(self, value: Any) -> bool:
        cells = cells_of(value)
        if not cells:
            return bool(np.all(np.asarray(value) == 0))
        return self._trial.is_zero(value)

    def _matching(self, delta: Any, parts: dict[int, Any]) -> list[int]:
        """The steps whose contributions together are what a line has added."""
        steps = list(parts)[:_MOST_TERMS]
        for size in range(1, min(3, len(steps)) + 1):
            for chosen in combinations(steps, size):
                total = parts[chosen[0]]
                for step in chosen[1:]:
                    total = _added(total, parts[step])
                if self._same(delta, total):
                    return list(chosen)
        total = None
        for part in parts.values():
            total = part if total is None else _added(total, part)
        return steps if total is not None and self._same(delta, total) else []

    def _explained(self, value: Value, writes: list[Write], place: str) -> Mistake:
        parts = self._parts(value)
        lines, dropped = self._deltas(writes)
        left = dict(parts)
        wrong: list[_Line] = []
        for line in lines:
            line.steps = self._matching(line.delta, left)
            for step in line.steps:
                del left[step]
            if not line.steps:
                wrong.append(line)
        for line in wrong:
            again = self._matching(line.delta, parts)
            if again:
                message = f"{self._stages(again)} is added twice"
                return self._told(value, place, line, message, tuple(again), value.due)
        if wrong:
            return self._wrong_line(value, place, wrong[0], list(left), dropped)
        return self._missing(value, place, lines, dropped, left, writes)

    def _missing(
        self,
        value: Value,
        place: str,
        lines: Sequence[_Line],
        dropped: Sequence[_Line],
        left: dict[int, Any],
        writes: Sequence[Write],
    ) -> Mistake:
        """All lines are right, but something is missing."""
        steps = list(left)
        for old in dropped:
            lost = self._matching(old.delta, left)
            if lost:
                line = next(w for w in reversed(writes) if not w.adds and not w.partial)
                message = f"`=` stands where `+=` is due: {self._stages(lost)} is lost"
                whole = _Line(line.line, line.after)
                return self._made(value, place, whole, message, lost, left)
        last = lines[-1] if lines else _Line(writes[-1].line, writes[-1].after)
        what = self._stages(steps)
        verb = "is" if len(steps) == 1 else "are"
        message = f"{what} {verb} missing" if steps else "it is not the gradient"
        total = _Line(last.line, writes[-1].after)
        return self._told(value, place, total, message, tuple(steps), value.due)

    def _wrong_line(
        self,
        value: Value,
        place: str,
        line: _Line,
        left: list[int],
        dropped: Sequence[_Line],
    ) -> Mistake:
        """What a line computes is wrong: the contribution it may stand for."""
        parts = self._parts(value)
        # a line that is to bind the whole is compared with the whole
        candidates: list[tuple[tuple[int, ...], Any]] = []
        open_steps = left or list(parts)
        total = None
        for step in open_steps:
            total = parts[step] if total is None else _added(total, parts[step])
        if len(open_steps) > 1 and total is not None:
            candidates.append((tuple(open_steps), total))
        candidates += [((step,), parts[step]) for step in open_steps]
        if not left or not parts:
            candidates.insert(0, (tuple(parts), value.due))
        others = self._others(value)
        for steps, due in candidates:
            step = steps[0] if steps else -1
            told = self._explainer.sentence(line.delta, due, value.name, step, others)
            if told and not told.startswith("its shape"):
                return self._told(value, place, line, told, steps, due)
        for steps, due in candidates:
            lacking = self._lacking(line.delta, due, steps, parts)
            if lacking:
                verb = "is" if len(lacking) == 1 else "are"
                message = f"{self._stages(lacking)} {verb} missing"
                return self._told(value, place, line, message, tuple(lacking), due)
        steps, due = candidates[-1] if candidates else ((), value.due)
        step = steps[0] if steps else -1
        shape = ""
        if np.shape(line.delta) != np.shape(due):
            shape = self._explainer.sentence(line.delta, due, value.name, step)
        message = shape or "it is another value"
        return self._told(value, place, line, message, steps, due)

    def _lacking(
        self, found: Any, due: Any, steps: Sequence[int], parts: dict[int, Any]
    ) -> list[int]:
        """The contributions that a line which binds several of them leaves out."""
        if np.shape(found) != np.shape(due) or len(steps) < 2:
            return []
        rest = _subtracted(due, found)
        return self._matching(rest, {step: parts[step] for step in steps})

    def _others(self, value: Value) -> list[Known]:
        """The gradients of other variables."""
        found = []
        for other in self._due.values:
            if other.name == value.name or isinstance(other.due, (dict, list, tuple)):
                continue
            cells = cells_of(other.due)
            plain = cells and all(isinstance(cell, Cell) for cell in cells)
            if plain and not self._trial.is_zero(other.due):
                found.append(Known(other.name, other.due))
        return found

    def _told(
        self,
        value: Value,
        place: str,
        line: _Line,
        message: str,
        steps: tuple[int, ...],
        due: Any,
    ) -> Mistake:
        step = steps[0] if steps else -1
        return Mistake(line.line, place, message, value, step, steps, line.delta, due)

    def _stages(self, steps: Iterable[int]) -> str:
        names = [self._due.stage_text(step) for step in steps]
        if len(names) == 1:
            return f"the contribution of {names[0]}"
        return f"the contributions of {' and '.join(names)}"


def difference(found: Any, due: Any) -> str:
    """The two numbers that differ first, and at which place."""
    if np.shape(found) != np.shape(due):
        return ""
    mine = cells_of(found) or [found]
    theirs = cells_of(due)
    for i, (a, b) in enumerate(zip(mine, theirs, strict=False)):
        if b is None:
            continue
        x = shadow(a) if isinstance(a, Cell) else float(np.asarray(found).flat[i])
        y = shadow(b)
        if not abs(x - y) <= 1e-12 * (1 + abs(x) + abs(y)):
            where = ""
            if isinstance(found, np.ndarray) and found.ndim:
                place = [int(n) for n in np.unravel_index(i, found.shape)]
                where = f" at {place}"
            return f"{x:.6g}{where} where {y:.6g} is due"
    return ""


def _added(a: Any, b: Any) -> Any:
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return type(a)(_added(x, y) for x, y in zip(a, b, strict=False))
    if isinstance(a, dict) and isinstance(b, dict):
        return {key: _added(a[key], b[key]) for key in a if key in b}
    return a + b


def _subtracted(a: Any, b: Any) -> Any:
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return type(a)(_subtracted(x, y) for x, y in zip(a, b, strict=False))
    if isinstance(a, dict) and isinstance(b, dict):
        return {key: _subtracted(a[key], b[key]) for key in a if key in b}
    return a - b
