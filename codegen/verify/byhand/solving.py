"""What a variable without a known gradient should have been.

Nobody knows what `acc` or `daz` stands for, but the gradients that come out in the end
are linear in it: if one value of it makes all of them right, though there are more
equations than unknowns, it is wrong where it is bound, and that value is due.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of, mapped
from ..arrays.trial import ArrayTrial
from .attempt import Outcome
from .mending import gradients_with
from .spelling import primal_of
from .task import Task
from .watch import Change, bound_name

_MOST_UNKNOWNS = 24
# expressions that the search may cost
_MOST_STEPS = 60_000


@dataclass(frozen=True)
class Solved:
    """A statement that binds a variable, what it has bound, and what is due; of several
    runs, the first at which these differ."""

    statement: ast.stmt
    name: str
    found: Any
    due: Any


class Solver:
    """Solves for what statements bind, at one point on residues."""

    def __init__(self, task: Task, base: Outcome) -> None:
        self._task = task
        self._base = base
        self._trial = base.trial
        self._due = _numbers(base.due.wanted())
        self._before = self._gradients(Change())

    def solutions(self) -> list[Solved]:
        """The statements that can be put right, in the order of their first run."""
        if self._before is None:
            return []
        nodes = [node for node in self._base.bound if self._is_open(node)]
        left = _MOST_STEPS // max(self._base.steps, 1)
        found = []
        # what stands last is nearest to what is wrong
        for node in reversed(nodes):
            left -= self._size(node)
            solved = self._solved(node) if left > 0 else None
            found += [] if solved is None else [solved]
        return found[::-1]

    def _size(self, node: ast.stmt) -> int:
        """How many numbers a statement binds, in all its runs."""
        return sum(len(cells_of(value)) for value in self._base.bound[node])

    def _is_open(self, node: ast.stmt) -> bool:
        """Whether a statement binds numbers of which it is not known what is due."""
        name = bound_name(node)
        assert name is not None
        held = self._base.bound[node]
        if not all(isinstance(value, (Cell, np.ndarray)) for value in held):
            return False
        if not 0 < self._size(node) <= _MOST_UNKNOWNS:
            return False
        primal = primal_of(name, self._base.due.names)
        if name in self._base.due.names:
            primal = name
        return primal is None or not all(
            any(self._trial.same(value, known.due) for known in values)
            for value in held
            if (values := self._base.due.named(primal))
        )

    def _solved(self, node: ast.stmt) -> Solved | None:
        held = self._base.bound[node]
        before = self._before
        assert before is not None
        units = [
            (turn, place)
            for turn, value in enumerate(held)
            for place in range(len(cells_of(value)))
        ]
        columns = []
        for turn, place in units:
            unit = self._unit(held[turn], place)
            after = self._gradients(Change(added={(node, turn): unit}))
            if after is None:
                return None
            columns.append(self._minus(after, before))
        missing = self._minus(self._due, before)
        rows = [[*row, last] for *row, last in zip(*columns, missing, strict=True)]
        values = solve(rows, self._trial)
        if values is None:
            return None
        return self._checked(node, held, values)

    def _checked(
        self, node: ast.stmt, held: Sequence[Any], values: Sequence[Cell]
    ) -> Solved | None:
        """What was found, if all gradients are right with it."""
        rest = iter(values)
        more = [mapped(value, lambda cell: next(rest)) for value in held]
        added = {(node, turn): value for turn, value in enumerate(more)}
        after = self._gradients(Change(added=added))
        if after is None or any(map(self._differs, self._minus(self._due, after))):
            return None
        for value, delta in zip(held, more, strict=True):
            # zero everywhere suits too much
            if not self._trial.is_zero(delta) and not self._trial.is_zero(
                value + delta
            ):
                return Solved(node, bound_name(node) or "", value, value + delta)
        return None

    def _differs(self, cell: Cell) -> bool:
        return not self._trial.is_zero(cell)

    def _unit(self, like: Any, place: int) -> Any:
        count = iter(range(_MOST_UNKNOWNS))
        one, zero = self._base.due.one(), self._trial.zero()
        return mapped(like, lambda cell: one if next(count) == place else zero)

    def _gradients(self, change: Change) -> Mapping[str, list[Any]] | None:
        found = gradients_with(self._task, self._base, change)
        if found is None or any(
            len(cells) != len(self._due[name])
            for name, cells in _numbers(found).items()
        ):
            return None
        return _numbers(found)

    def _minus(
        self, a: Mapping[str, list[Any]], b: Mapping[str, list[Cell]]
    ) -> list[Cell]:
        zero = self._trial.zero()
        assert self._before is not None
        return [
            zero if x is None else x - y
            for name in self._before
            for x, y in zip(a[name], b[name], strict=True)
        ]


def _numbers(found: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: list(cells_of(value)) for name, value in found.items()}


def solve(rows: list[list[Cell]], trial: ArrayTrial) -> list[Cell] | None:
    """The unknowns of a linear system, its right hand side last in each row; None if
    there is no solution, or there would be one whatever that side is."""
    zero = trial.zero()
    count = len(rows[0]) - 1
    pivots: list[tuple[int, list[Cell]]] = []
    left = rows
    for column in range(count):
        place = next(
            (i for i, row in enumerate(left) if not trial.is_zero(row[column])), None
        )
        if place is None:
            continue
        pivot = left[place]
        left = [
            _without(row, pivot, column, trial)
            for i, row in enumerate(left)
            if i != place
        ]
        pivots.append((column, pivot))
    consistent = all(trial.is_zero(row[-1]) for row in left)
    touched = sum(any(not trial.is_zero(cell) for cell in row[:-1]) for row in rows)
    if not consistent or touched <= len(pivots):
        return None
    values = [zero] * count
    for column, pivot in reversed(pivots):
        total = pivot[-1]
        for other in range(column + 1, count):
            total = total - pivot[other] * values[other]
        values[column] = total / pivot[column]
    return values


def _without(
    row: list[Cell], pivot: list[Cell], column: int, trial: ArrayTrial
) -> list[Cell]:
    if trial.is_zero(row[column]):
        return row
    factor = row[column] / pivot[column]
    return [a - factor * b for a, b in zip(row, pivot, strict=True)]
