"""The first line of a hand-written backward pass that is wrong.

A gradient that is used, or returned, is compared with the one that is due; `lines`
says which of the lines that wrote it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import inf
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of, shadow
from .calls import Wrong
from .contributions import Line, Sums, scaled
from .due import Due, Value
from .lines import UNTOLD, Lines, Mistake
from .places import Place, variable
from .spelling import local_of, primal_of
from .watch import Log, Read, Write


class Blame:
    """Compares what was logged with what is due."""

    def __init__(self, due: Due, log: Log) -> None:
        self._due = due
        self._trial = due.trial
        self._log = log
        self._names = dict.fromkeys(value.name for value in due.values)
        self._lines = Lines(due)
        self._sums = Sums(due)

    def uses(self, span: range) -> Iterator[tuple[Mistake, Write]]:
        """The gradients that are used in a span of the log and are not what is due of
        any value that their variable had, in order, each with the statement that wrote
        it last."""
        told: set[int] = set()
        for read in self._log.reads:
            if read.time not in span:
                continue
            primal = primal_of(read.place.key, self._names)
            values = self._meant(read.place, primal) if primal else []
            if not values or any(self._fits(read, value) for value in values):
                continue
            writes = self._writes(read.place, read.time)
            if writes and writes[-1].time not in told:
                told.add(writes[-1].time)
                yield self._best(values, writes, read.place), writes[-1]

    def _meant(self, place: Place, primal: str) -> list[Value]:
        """The values of which a gradient may be: in an object, those of the array that
        it stands beside, or parameters."""
        values = self._due.named(primal)
        if place.is_variable:
            return values
        if place.beside is None:
            return [value for value in values if value.step < 0]
        return [value for value in values if self._same(value.plain, place.beside)]

    def local(self) -> Mistake | None:
        """The first derivative of one variable by another, `dz_dw`, that is used and is
        another one."""
        for read in self._log.reads:
            pair = local_of(read.place.key, list(self._names))
            writes = self._writes(read.place, read.time)
            if pair is None or not writes or not isinstance(read.value, Cell):
                continue
            known = list(self._products(*pair, read.value))
            if known and not any(self._same(mine, due) for mine, due, _, _ in known):
                found, due, value, step = known[0]
                line = Line(writes[-1].line, found)
                steps = (step,)
                return self._lines.told(
                    value, read.place.text, line, UNTOLD, steps, due
                )
        return None

    def _products(
        self, upper: str, lower: str, factor: Cell
    ) -> Iterator[tuple[Any, Any, Value, int]]:
        """A derivative by the gradient that comes in, and what that has to be, for each
        statement that makes one variable of the other."""
        for value in self._due.named(lower):
            for step, part in self._due.contributions(value.taped).items():
                taped = self._due.steps[step].binds.get(upper) if step >= 0 else None
                if isinstance(taped, Cell):
                    yield factor * self._due.adjoint(taped), part, value, step

    def is_another(self, mistake: Mistake) -> bool:
        """Whether a gradient is the one that is due of another variable."""
        return any(
            self._same(mistake.found, k.value)
            for k in self._lines.others(mistake.value)
        )

    def is_partial(self, mistake: Mistake) -> bool:
        """Whether a gradient is zero, or some of what is due: more may come later."""
        found, value = mistake.found, mistake.value
        if np.shape(found) != np.shape(value.due):
            return False
        if self._sums.is_zero(found):
            return True
        trips = self._due.contributions(value.taped)
        every = (trips, self._sums.parts(value))
        return any(self._sums.matching(found, parts) for parts in every)

    def returned(
        self, parameter: str, place: Place | None, line: int, found: Any
    ) -> Mistake:
        """Why the gradient of a parameter that is returned is wrong."""
        (value, *_) = self._due.named(parameter)
        writes = self._writes(place) if place else []
        if writes and self._is_of_another(writes[-1], parameter):
            writes = []
        told = self._written(value, place, line, found, writes)
        # what is missing at the end may be put where it is returned
        return replace(told, lines=(*told.lines, line))

    def called(self, wrong: Wrong) -> Mistake:
        """Why a gradient is wrong that a call returns, leaves, or is given."""
        writes = self._writes(wrong.place) if wrong.place else []
        writes = [write for write in writes if write.time in wrong.span]
        return self._written(wrong.value, wrong.place, wrong.line, wrong.found, writes)

    def _written(
        self,
        value: Value,
        place: Place | None,
        line: int,
        found: Any,
        writes: list[Write],
    ) -> Mistake:
        if place and writes:
            ratio = self._ratio(found, writes[-1].after)
            if ratio is not None:
                return self._explained(value, scaled(writes, ratio), place)
        whole = Line(line, found)
        text = place.text if place else ""
        return self._lines.wrong_line(value, text, whole, [])

    def _is_of_another(self, write: Write, parameter: str) -> bool:
        """Whether it is the gradient of another variable, and right as such."""
        primal = primal_of(write.place.key, self._names)
        if primal is None or primal == parameter:
            return False
        every = self._due.named(primal)
        return any(self._same(write.after, value.due) for value in every)

    def _ratio(self, found: Any, after: Any) -> Any:
        """The number by which a gradient is multiplied where it is returned."""
        if self._same(found, after):
            return self._due.one()
        pairs = list(zip(cells_of(found), cells_of(after), strict=False))
        first = next(((a, b) for a, b in pairs if shadow(b)), None)
        if first is None or isinstance(found, (list, tuple, dict)):
            return None
        ratio = first[0] / first[1]
        return ratio if self._same(found, after * ratio) else None

    def lines(self, scope: int) -> dict[int, dict[int, None]]:
        """By step, the lines that compute what its statement contributes: those of a
        call of a function, and those that write to items and attributes."""
        found: dict[int, dict[int, None]] = {}
        for place, writes in self._by_place.items():
            if place.is_variable and place != variable(scope, place.key):
                continue
            primal = primal_of(place.key, self._names)
            values = self._due.named(primal) if primal else []
            for value in values:
                parts = self._sums.parts(value)
                for line in self._sums.deltas(writes)[0]:
                    for step in self._sums.matching(line.delta, parts):
                        found.setdefault(step, {})[line.line] = None
        return found

    def _fits(self, read: Read, value: Value) -> bool:
        due = value.due
        if not read.whole:
            try:
                due = due[read.index]
            except (IndexError, TypeError, KeyError, ValueError):
                return False
        if not cells_of(due):
            # of a constant any gradient is as good
            return True
        same, found = self._trial.same, read.value
        return same(found, due) or same(self._due.real(found), self._due.weights)

    def _writes(self, place: Place, time: float = inf) -> list[Write]:
        every = self._by_place.get(place, ())
        return [write for write in every if write.time < time]

    @cached_property
    def _by_place(self) -> Mapping[Place, Sequence[Write]]:
        found: dict[Place, list[Write]] = {}
        for write in self._log.writes:
            found.setdefault(write.place, []).append(write)
        return found

    def _best(
        self, values: Sequence[Value], writes: list[Write], place: Place
    ) -> Mistake:
        """The mistake, if it is the gradient of the value that it fits best."""
        lines, _ = self._sums.deltas(writes)
        shape = np.shape(writes[-1].after)
        # a name may stand for other variables where functions are called
        values = [v for v in values if np.shape(v.plain) == shape] or values
        scores = [
            (
                sum(
                    bool(self._sums.matching(d.delta, self._sums.parts(v)))
                    for d in lines
                ),
                i,
            )
            for i, v in enumerate(values)
        ]
        _, place_of_best = max(scores)
        return self._explained(values[place_of_best], writes, place)

    def _same(self, a: Any, b: Any) -> bool:
        return self._trial.same(a, b)

    def _explained(self, value: Value, writes: list[Write], place: Place) -> Mistake:
        told = self._lines.first_wrong(value, writes, place.text)
        return replace(told, lines=tuple(sorted({write.line for write in writes})))


def is_reshaped(mistake: Mistake) -> bool:
    """Whether a gradient has as many elements as it should, in another shape."""
    mine, due = mistake.found, mistake.due
    return np.size(mine) == np.size(due) and np.shape(mine) != np.shape(due)
