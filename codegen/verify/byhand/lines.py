"""What is wrong with the lines that write a gradient.

What each of them has added is matched with what the statements of the program
contribute: the line that matches none is wrong, and what no line has added is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of
from .contributions import Line, Sums, subtracted
from .due import Due, Value, added
from .edits import NOT_ADDED
from .explain import LOST, MASK, OTHER, ZERO, Explainer, Known
from .watch import Write

# what is said where no cause is known
UNTOLD = "it is another value"


@dataclass(frozen=True)
class Mistake:
    """What is wrong: on which line, and with the gradient of which variable.

    `place` is how the gradient is written, "" where it has no name; `step` is the
    statement of the program that it belongs to, -1 if none does; `value` the variable
    in the program; `found` and `due` are what is there and what should be, `steps` the
    statements whose contribution is due. `sure` says that the cause is known: without
    it, another line may be to blame. `lines` are all that have written the gradient.
    """

    line: int
    place: str
    message: str
    value: Value
    step: int = -1
    steps: tuple[int, ...] = ()
    found: Any = None
    due: Any = None
    sure: bool = False
    lines: tuple[int, ...] = ()
    inside: range | None = None


class Lines:
    """Compares lines with contributions."""

    def __init__(self, due: Due) -> None:
        self._due = due
        self._trial = due.trial
        self._explainer = Explainer(due)
        self._sums = Sums(due)

    def first_wrong(self, value: Value, writes: list[Write], place: str) -> Mistake:
        parts = self._sums.parts(value)
        lines, dropped = self._sums.deltas(writes)
        left = dict(parts)
        wrong: list[Line] = []
        for line in lines:
            line.steps = self._sums.matching(line.delta, left)
            for step in line.steps:
                del left[step]
            if not line.steps:
                wrong.append(line)
        for line in wrong:
            again = self._sums.matching(line.delta, parts)
            if again:
                message = f"{self._stages(again)} is added twice"
                steps = tuple(again)
                return self.told(
                    value, place, line, message, steps, value.due, sure=True
                )
        wrong = self._touching(wrong, writes[-1].after, value) or wrong
        scaled = self._scaled(value, writes[-1].after, lines, left)
        if wrong and scaled and len(lines) > 1:
            # where a last line is missing, no line is what it should be
            whole = Line(lines[-1].line, writes[-1].after)
            steps = tuple(parts)
            sure = scaled != MASK
            return self.told(value, place, whole, scaled, steps, value.due, sure=sure)
        if wrong:
            told = self._by_trip(value, place, writes)
            return told or self.wrong_line(value, place, wrong[0], list(left))
        return self._missing(value, place, lines, dropped, left, writes)

    def _scaled(
        self, value: Value, after: Any, lines: Sequence[Line], left: dict[int, Any]
    ) -> str:
        """What is wrong with all together that lines have added which are not right one
        by one."""
        found, due = after, value.due
        whole = isinstance(due, (list, tuple, dict)) or None in cells_of(due)
        if not whole and np.shape(found) == np.shape(due):
            parts = self._sums.parts(value)
            for line in lines:
                found = subtracted(found, line.delta) if line.steps else found
            for step in parts.keys() - left.keys():
                due = subtracted(due, parts[step])
        return self._explainer.scaled(found, due)

    def _touching(self, wrong: list[Line], after: Any, value: Value) -> list[Line]:
        """The lines that add to an element which is wrong in the end."""
        final, due = cells_of(after), cells_of(value.due)
        if len(final) != len(due) or any(cell is None for cell in due):
            return []
        off = [
            not self._trial.close(a.value, b.value)
            for a, b in zip(final, due, strict=True)
        ]
        return [
            line
            for line in wrong
            if len(cells := cells_of(line.delta)) == len(off)
            and any(
                bad and not self._sums.is_zero(cell)
                for bad, cell in zip(off, cells, strict=True)
            )
        ]

    def _by_trip(
        self, value: Value, place: str, writes: Sequence[Write]
    ) -> Mistake | None:
        """What is missing, where each trip of a loop adds what it should."""
        left = self._due.contributions(value.taped)
        kept: list[int] = []
        lost: list[int] = []
        for write in writes:
            replaces = not write.adds and not write.partial
            delta = write.after
            if not replaces and write.before is not None:
                delta = subtracted(delta, write.before)
            if self._sums.is_zero(delta):
                continue
            step = next((s for s in left if self._same(delta, left[s])), None)
            if step is None:
                return None
            if replaces:
                lost, kept = [*lost, *kept], []
            kept.append(step)
            del left[step]
        if not kept:
            return None
        last, steps = writes[-1], tuple(lost or left)
        if not steps:
            return None
        text = self._due.stage_text(steps[0])
        count = f"{len(steps)} of {len(left) + len(kept) + len(lost)}"
        if lost:
            message = f"{NOT_ADDED}: what {count} runs of {text} contribute is lost"
        else:
            message = f"what {count} runs of {text} contribute is missing"
        line = Line(last.line, last.after)
        first = steps[:1]
        return self.told(value, place, line, message, first, value.due, sure=bool(lost))

    def _missing(
        self,
        value: Value,
        place: str,
        lines: Sequence[Line],
        dropped: Sequence[Line],
        left: dict[int, Any],
        writes: Sequence[Write],
    ) -> Mistake:
        """All lines are right, but something is missing."""
        steps = list(left)
        lost = [s for old in dropped for s in self._sums.matching(old.delta, left)]
        if lost:
            line = next(w for w in reversed(writes) if not w.adds and not w.partial)
            message = f"{NOT_ADDED}: {self._stages(lost)} {_be(lost)} lost"
            whole = Line(line.line, writes[-1].after)
            return self.told(
                value, place, whole, message, tuple(lost), value.due, sure=True
            )
        last = lines[-1] if lines else Line(writes[-1].line, writes[-1].after)
        what = self._stages(steps)
        message = f"{what} {_be(steps)} missing" if steps else "it is not the gradient"
        total = Line(last.line, writes[-1].after)
        return self.told(value, place, total, message, tuple(steps), value.due)

    def wrong_line(
        self,
        value: Value,
        place: str,
        line: Line,
        left: list[int],
    ) -> Mistake:
        """What a line computes is wrong: the contribution it may stand for."""
        parts = self._sums.parts(value)
        # a line that is to bind the whole is compared with the whole
        candidates: list[tuple[tuple[int, ...], Any]] = []
        open_steps = left or list(parts)
        total = None
        for step in open_steps:
            total = parts[step] if total is None else added(total, parts[step])
        if len(open_steps) > 1 and total is not None:
            candidates.append((tuple(open_steps), total))
        moving = [step for step in open_steps if not self._sums.is_zero(parts[step])]
        candidates += [((step,), parts[step]) for step in moving]
        if not left or not parts:
            candidates.insert(0, (tuple(parts), value.due))
        there = self._sums.matching(line.delta, parts)
        lacking = [step for step in parts if step not in there]
        if there and lacking:
            message = f"{self._stages(lacking)} {_be(lacking)} missing"
            return self.told(value, place, line, message, tuple(lacking), value.due)
        others = self.others(value)
        for steps, due in candidates:
            step = steps[0] if steps else -1
            near = self._near(value, step)
            others.sort(key=lambda other: other.text not in near)
            told = self._explainer.sentence(line.delta, due, value.name, step, others)
            if told and not told.startswith("its shape"):
                # one that is right for another variable may be a step behind
                sure = not told.endswith((ZERO, MASK, LOST)) and OTHER not in told
                return self.told(value, place, line, told, steps, due, sure=sure)
        for steps, due in candidates:
            lacking = self._lacking(line.delta, due, steps, parts)
            if lacking:
                message = f"{self._stages(lacking)} {_be(lacking)} missing"
                return self.told(value, place, line, message, tuple(lacking), due)
        steps, due = candidates[-1] if candidates else ((), value.due)
        step = steps[0] if steps else -1
        shape = ""
        if np.shape(line.delta) != np.shape(due):
            shape = self._explainer.sentence(line.delta, due, value.name, step)
        message = shape or UNTOLD
        sure = ": " in message
        return self.told(value, place, line, message, steps, due, sure=sure)

    def _near(self, value: Value, step: int) -> Collection[str]:
        """The variables whose gradients are likeliest confused with that of a value."""
        if value.step < 0 or step < 0:
            return self._due.wanted()
        return self._due.steps[step].env

    def _lacking(
        self, found: Any, due: Any, steps: Sequence[int], parts: dict[int, Any]
    ) -> list[int]:
        """The contributions that a line which binds several of them leaves out."""
        if np.shape(found) != np.shape(due) or len(steps) < 2:
            return []
        rest = subtracted(due, found)
        return self._sums.matching(rest, {step: parts[step] for step in steps})

    def others(self, value: Value) -> list[Known]:
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

    def told(
        self,
        value: Value,
        place: str,
        line: Line,
        message: str,
        steps: tuple[int, ...],
        due: Any,
        *,
        sure: bool = False,
    ) -> Mistake:
        step = steps[0] if steps else -1
        found = line.delta
        return Mistake(line.line, place, message, value, step, steps, found, due, sure)

    def _stages(self, steps: Iterable[int]) -> str:
        names = [self._due.stage_text(step) for step in steps]
        if len(names) == 1:
            return f"the contribution of {names[0]}"
        return f"the contributions of {' and '.join(names)}"

    def _same(self, a: Any, b: Any) -> bool:
        return self._trial.same(a, b)


def _be(things: Sequence[int]) -> str:
    return "is" if len(things) == 1 else "are"
