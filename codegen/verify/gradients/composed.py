"""Level 4: the whole gradient by SymPy, where the program is small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from ..programs.original import constants_in, flat
from ..reports.report import Finding, Status
from ..running.code import Code
from ..running.domains import Failure, is_sequence, is_text
from ..running.machine import Env, Machine, Value
from ..running.symbolic import SymbolicDomain, Term, TooLarge, to_code
from ..running.zero import is_zero
from ..stages.judging import agree_at
from .runs import Point, run_original, seeded, show
from .whole import Subject, entry_env

_MAX_SIZE = 400
_MAX_PATHS = 4
_ENOUGH_POINTS = 8


def check_composed(
    subject: Subject, points: Sequence[Point]
) -> tuple[Status, list[Finding]]:
    """Compare SymPy's derivative of the composed original with the composed gradient,
    on each path among the points."""
    verdicts: list[Status] = []
    seen: set[tuple[object, ...]] = set()
    for point in points:
        if len(seen) >= _MAX_PATHS:
            break
        comparison = _Composed(subject, point)
        try:
            pairs = comparison.pairs()
        except TooLarge:
            return Status.SKIPPED, []
        except Failure:
            continue
        if comparison.kinked or comparison.path in seen:
            continue
        seen.add(comparison.path)
        for name, written, due in pairs:
            if is_zero(written - due):
                verdicts.append(Status.PROVED)
                continue
            status = comparison.sampled(written, due)
            verdicts.append(status)
            if status is Status.WRONG:
                message = f"the whole gradient of `{name}` is wrong"
                line = subject.state.written.return_line
                at = show(point)
                return status, [Finding(0, message, line, str(written), str(due), at)]
    order = (Status.PROVED, Status.SAMPLED, Status.UNVERIFIED)
    return max(verdicts, key=order.index, default=Status.UNVERIFIED), []


class _Composed:
    """Both texts as expressions of the inputs, along the path of a point."""

    def __init__(self, subject: Subject, point: Point) -> None:
        self._subject = subject
        self._point = point
        self._domain = SymbolicDomain(_MAX_SIZE)
        self._symbols: dict[str, float] = {}
        self.path: tuple[object, ...] = ()
        self.kinked = False

    def pairs(self) -> list[tuple[str, sympy.Expr, sympy.Expr]]:
        """By element of each gradient: its name, as written, and as it should be."""
        state = self._subject.state
        inputs = {name: self._input(name, value) for name, value in self._point.items()}
        run = run_original(state.original, self._domain, inputs)
        weights = self._weights()
        machine = Machine(self._domain)
        total = sum(
            (
                self._domain.mul(w, machine.number(leaf)).expr
                for w, leaf in zip(weights, flat(run.output), strict=True)
                if not is_text(leaf)
            ),
            sympy.Integer(0),
        )
        found = self._written(inputs, weights)
        self.path = tuple(self._domain.trace)
        self.kinked = bool(self._domain.ties)
        pairs = []
        for value, version in zip(found, self._subject.wanted, strict=True):
            name = state.original.versions[version].name
            terms = flat(inputs[name])
            for term, written in zip(terms, flat(value), strict=True):
                due = sympy.diff(total, term.expr)
                pairs.append((term.expr.name, self._expr(written), due))
        return pairs

    def _expr(self, value: Value) -> sympy.Expr:
        term: Term = Machine(self._domain).number(value)
        return term.expr

    def _input(self, name: str, value: Any) -> Value:
        if is_sequence(value):
            return [self._input(f"{name}[{i}]", item) for i, item in enumerate(value)]
        if isinstance(value, (bool, str)):
            return value
        self._symbols[name] = value
        return Term(sympy.Symbol(name, real=True), float(value))

    def _weights(self) -> list[Term]:
        if self._subject.state.written.upstream is None:
            return [Term(sympy.Integer(1), 1.0)]
        count = self._subject.state.facts.outputs.count
        names = [f"upstream[{i}]" for i in range(count)]
        self._symbols.update(dict.fromkeys(names, 1.25))
        return [Term(sympy.Symbol(name, real=True), 1.25) for name in names]

    def _written(self, inputs: dict[str, Value], weights: list[Term]) -> list[Value]:
        state, module = self._subject.state, self._subject.module
        machine = Machine(
            self._domain,
            constants_in(self._domain, module.constants),
            module.routines,
        )
        env: Env = dict(inputs)
        self._run(machine, [line.code for line in state.written.forward], env)
        env = entry_env(state, machine, env, weights)
        self._run(machine, [line.code for line in state.written.preamble], env)
        for block in state.written.blocks:
            self._run(machine, [line.code for line in block.lines], env)
        return [machine.run(code, env) for code in state.written.gradients]

    def _run(self, machine: Machine[Term], codes: list[Code], env: Env) -> None:
        for code in codes:
            machine.run(code, env)

    def sampled(self, written: sympy.Expr, due: sympy.Expr) -> Status:
        """Compare two formulas with 60 digits near the point."""
        try:
            codes = to_code(written), to_code(due)
        except Failure:
            return Status.UNVERIFIED
        rng = seeded(str(len(codes[0].instructions)))
        steps = {s.name: value for s, value in self._domain.steps.values()}
        reached = 0
        for _ in range(3 * _ENOUGH_POINTS):
            # near the point the path is the same, mostly: this decides nothing
            near = {
                name: value * (1 + rng.uniform(-1e-3, 1e-3))
                for name, value in self._symbols.items()
            }
            try:
                same = agree_at(codes, {**near, **steps})
            except Failure:
                continue
            reached += 1
            if not same:
                return Status.WRONG
            if reached >= _ENOUGH_POINTS:
                return Status.SAMPLED
        return Status.UNVERIFIED
