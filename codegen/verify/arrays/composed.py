"""Level 4: the whole gradient by SymPy, where program and arrays are small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import sympy
from sympy import Expr

from ..reports.report import Status
from ..running.domains import Failure
from ..running.symbolic import SymbolicDomain, Term, TooLarge, derivative, released
from ..running.zero import is_zero
from ..texts.scope import Unsupported
from .cells import Cell, cells_of, copied, mapped
from .evaluator import Evaluator
from .names import Names
from .passes import run_passes
from .points import Point, as_cells, run_program
from .roles import Symbols
from .stages import MOST_EFFORT_EACH, effort_of
from .trial import arrays_in
from .verdict import Subject

_MOST_SYMBOLS = 40
_MOST_STAGES = 40
_MOST_NODES = 2_500  # in a value, and in the values of one line
# of a program with loops: expressions that are evaluated
_MOST_STEPS = 5_000
_MOST_POINTS = 2


def check_composed(subject: Subject, points: Sequence[Point]) -> Status:
    """Compare SymPy's derivative of the composed original with the composed gradient.

    `Status.UNVERIFIED` where SymPy cannot decide it: that it is wrong is level 3's to
    find.
    """
    if len(subject.program.stages) > _MOST_STAGES:
        return Status.SKIPPED
    verdicts = []
    for point in points[:_MOST_POINTS]:
        try:
            verdicts.append(_Composed(subject, point).is_right())
        except TooLarge:
            return Status.SKIPPED
        except (Failure, Unsupported):
            continue
    if not verdicts:
        return Status.SKIPPED
    return Status.PROVED if all(verdicts) else Status.UNVERIFIED


class _Composed:
    """Both texts as expressions of the inputs, along the path of a point."""

    def __init__(self, subject: Subject, point: Point) -> None:
        self._subject = subject
        self._domain = SymbolicDomain(_MOST_NODES)
        program = self._evaluator(subject.program.names)
        symbols = Symbols(self._domain)
        self._inputs = {
            name: symbols.like(as_cells(program, value), name)
            for name, value in point.values.items()
        }
        # what is added to variables of the program, where it is differentiated: zero
        self._added: dict[str, Any] = {}
        for name in subject.wanted:
            if name not in self._inputs:
                program.binding[name] = partial(self._add, name)
        if len(cells_of(self._inputs)) > _MOST_SYMBOLS:
            raise TooLarge
        output = run_program(
            subject.program, program, copied(self._inputs), self._check_size
        )
        self._weights = mapped(output, lambda cell: self._weight(cell))
        pairs = zip(cells_of(output), cells_of(self._weights), strict=True)
        products = [out.value.expr * weight.value.expr for out, weight in pairs]
        self._total = sympy.Add(*products)

    def is_right(self) -> bool:
        """Whether all elements of all gradients are proved equal."""
        if self._domain.ties:
            raise Failure("at a kink")
        evaluator = self._evaluator(self._subject.module.names)
        found = run_passes(
            self._subject, evaluator, self._inputs, self._weights, self._check_size
        )
        symbols = {**self._inputs, **self._added}
        zeros = {cell.value.expr: sympy.Integer(0) for cell in cells_of(self._added)}
        return all(
            self._are_same(
                cell, derivative(self._total, symbol.value.expr).xreplace(zeros)
            )
            for name in self._subject.wanted
            for path, array in arrays_in(symbols[name])
            for symbol, cell in zip(
                cells_of(array),
                cells_of(dict(arrays_in(found[name]))[path]),
                strict=True,
            )
        )

    def _evaluator(self, names: Names) -> Evaluator:
        evaluator = Evaluator(self._domain, names)
        evaluator.most_steps = _MOST_STEPS
        return evaluator

    def _are_same(self, written: Cell, due: Expr) -> bool:
        difference = released(written.value.expr) - due
        if effort_of(self._domain, difference) > MOST_EFFORT_EACH:
            raise TooLarge
        return is_zero(difference)

    def _add(self, name: str, value: Any) -> Any:
        def symbol(cell: Cell) -> Cell:
            return Cell(self._domain, Term(sympy.Dummy("added", real=True), 0.0))

        self._added[name] = added = mapped(value, symbol)
        return value + added

    def _weight(self, cell: Cell) -> Cell:
        if self._subject.written.upstream is None:
            return Cell(self._domain, Term(sympy.Integer(1), 1.0))
        symbol = sympy.Dummy("upstream", real=True)
        return Cell(self._domain, Term(symbol, 1.25))

    def _check_size(self, env: Mapping[str, Any]) -> None:
        """Raise `TooLarge` for variables that have grown too large."""
        for value in env.values():
            sizes = (self._domain.size(c.value.expr) for c in cells_of(value))
            if sum(sizes) > _MOST_NODES:
                raise TooLarge
