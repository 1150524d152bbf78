"""One stage and its block, run side by side in expressions of SymPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Expr

from ..programs.original import flat
from ..running.domains import Failure, Undefined, is_sequence
from ..running.machine import Machine, UnknownName, Value
from ..running.symbolic import SymbolicDomain, Term
from .boundaries import constant_values
from .local import Adjoint, Mistake, Old, Problem, Role, seed_sums, symbol
from .slots import Values


@dataclass(frozen=True)
class End:
    """What a block makes of an adjoint (None: it has no name), and what it should."""

    written: list[Expr] | None
    expected: list[Expr]


@dataclass
class Path:
    """One way through a stage: what the block makes of the adjoints on it.

    `others` are more points on it.
    """

    values: Values
    others: list[Values] = field(default_factory=list)
    ends: dict[int, End] = field(default_factory=dict)
    shadows: list[dict[str, float]] = field(default_factory=list)
    steps: list[dict[str, int]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    gradients: dict[int, Expr] = field(default_factory=dict)
    trace: tuple[object, ...] = ()


def symbols(kind: str, slot: int, length: int | None) -> Any:
    """The symbol, or list of symbols, of a slot."""
    if length is None:
        return symbol(kind, slot)
    return [symbol(kind, slot, i) for i in range(length)]


def adjoint_before(problem: Problem, adjoint: Adjoint, kind: str) -> list[Expr]:
    """An adjoint as the block finds it."""
    length = problem.slots[adjoint.slot].length
    match adjoint.old:
        case Old.LIVE:
            names = flat(symbols(kind, adjoint.slot, length))
            zeros = adjoint.zeros or [False] * len(names)
            return [
                sympy.Integer(0) if zero else name
                for name, zero in zip(names, zeros, strict=True)
            ]
        case Old.SEED:
            return seed_sums(adjoint.seeds, adjoint.ones)
    return [sympy.Integer(0)] * (1 if length is None else length)


def upstreams(problem: Problem, slot: int) -> list[Expr]:
    """The adjoint of a bound slot before the block."""
    for adjoint in problem.adjoints:
        if adjoint.slot == slot:
            return adjoint_before(problem, adjoint, "u")
    return [sympy.Integer(0)] * (problem.slots[slot].length or 1)


class Replay:
    """Runs a problem at points.

    `jumps` and `block_jumps` collect which way the conditional jumps of the stage and
    of the block went; `reason` is the first reason why a point could not be used;
    `tests_gradients` says that a condition of the block depends on a gradient.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.jumps: set[tuple[int, bool]] = set()
        self.block_jumps: set[tuple[int, bool]] = set()
        self.reason = ""
        self.tests_gradients = False

    def attempt(self, values: Values) -> Path | None:
        """The path at a point; None if nothing can be judged there."""
        domain = SymbolicDomain()
        path = Path(values)
        try:
            bound = self.run_stage(domain, self.symbolic(values))
        except Failure as failure:
            self.reason = self.reason or str(failure)
            return None
        if domain.ties:
            self.reason = self.reason or "every sample point is at a kink"
            return None
        try:
            self._run_block(domain, values, bound, path)
        except UnknownName as unknown:
            path.mistakes.append(Mistake("unknown", -1, detail=unknown.name))
        except Undefined as failure:
            self.reason = self.reason or str(failure)
            return None
        except Failure as failure:
            path.mistakes.append(Mistake("broken", -1, detail=str(failure)))
        path.trace = tuple(domain.trace)
        self._remember(path, domain, values)
        return path

    def symbolic(self, values: Values) -> dict[int, Value]:
        """A symbol for each number that the stage may read."""
        return {slot: self._terms("v", slot, value) for slot, value in values.items()}

    def run_stage(self, domain: Any, slots: Mapping[int, Value]) -> dict[int, Value]:
        """Run the original's stage on values of a domain; those of the bound slots."""
        problem = self._problem
        env = {name: slots[slot] for name, slot in problem.reads}
        machine = Machine(domain, constant_values(domain, problem.stage_constants))
        machine.jumps = self.jumps
        machine.run(problem.stage, env)
        return {slot: env[name] for name, slot in problem.binds}

    def run_block(self, domain: Any, env: dict[str, Value]) -> None:
        """Run the written block on what it reads."""
        problem = self._problem
        machine = Machine(domain, constant_values(domain, problem.block_constants))
        machine.jumps = self.block_jumps
        machine.run(problem.block, env)

    def _remember(self, path: Path, domain: SymbolicDomain, values: Values) -> None:
        named: dict[str, float] = {}
        for place, slot in enumerate(self._problem.slots):
            if slot.texts:
                continue
            names = flat(symbols("v", place, slot.length))
            for name, value in zip(names, flat(values[place]), strict=True):
                named[name.name] = value
        path.shadows.append(named)
        path.steps.append({s.name: value for s, value in domain.steps.values()})

    def _terms(self, kind: str, slot: int, values: Any) -> Any:
        length = self._problem.slots[slot].length
        if isinstance(values, str):
            return values
        if length is None:
            return Term(symbol(kind, slot), float(values))
        return [Term(symbol(kind, slot, i), float(values[i])) for i in range(length)]

    def _run_block(
        self,
        domain: SymbolicDomain,
        values: Values,
        bound: Mapping[int, Value],
        path: Path,
    ) -> None:
        """What the block makes of every adjoint, and what it should."""
        problem = self._problem
        env = {
            name: self._input(role, place, values, bound)
            for name, role, place in problem.inputs
        }
        self.run_block(domain, env)
        self.tests_gradients |= domain.tests_gradients
        inner = self._inner(bound)
        for adjoint in problem.adjoints:
            # the adjoint of what the stage binds is spent after its block
            if adjoint.slot not in bound:
                self._end(adjoint, env, bound, inner, path)

    def _input(self, role: Role, place: int, values: Values, bound: Values) -> Value:
        match role:
            case Role.VERSION if place in bound:
                if isinstance(bound[place], str):
                    return bound[place]
                shadows = [_shadow(term) for term in flat(bound[place])]
                length = self._problem.slots[place].length
                return self._terms(
                    "b", place, shadows[0] if length is None else shadows
                )
            case Role.VERSION:
                return self._terms("v", place, values[place])
            case Role.UPSTREAM:
                return Term(symbol("w", place), 1.0)
            case Role.ZERO:
                zero = Term(sympy.Integer(0), 0.0)
                length = self._problem.slots[place].length
                return zero if length is None else [zero] * length
            case Role.STALE:
                return Term(symbol("s", place), 1.0)
        return self._adjoint(place)

    def _adjoint(self, place: int) -> Value:
        """An adjoint that is there before the block."""
        slot = self._problem.slots[place]
        kind = "u" if slot.bound else "a"
        exprs: list[Expr] = flat(symbols(kind, place, slot.length))
        for adjoint in self._problem.adjoints:
            if adjoint.slot == place:
                exprs = adjoint_before(self._problem, adjoint, kind)
        terms = [Term(expr, 1.0 if expr else 0.0) for expr in exprs]
        return terms[0] if slot.length is None else terms

    def _inner(self, bound: Mapping[int, Value]) -> dict[Expr, Expr]:
        """The values of the bound slots in terms of what the stage reads."""
        pairs: dict[Expr, Expr] = {}
        for slot, value in bound.items():
            if isinstance(value, str):
                continue
            names = flat(symbols("b", slot, self._problem.slots[slot].length))
            pairs.update(zip(names, map(expression, flat(value)), strict=True))
        return pairs

    def _end(
        self,
        adjoint: Adjoint,
        env: Mapping[str, Value],
        bound: Mapping[int, Value],
        inner: Mapping[Expr, Expr],
        path: Path,
    ) -> None:
        slot = self._problem.slots[adjoint.slot]
        expected = self.expected(adjoint, bound)
        if adjoint.name not in env:
            path.ends[adjoint.slot] = End(None, expected)
            return
        value = env[adjoint.name]
        if is_sequence(value) != (slot.length is not None):
            path.mistakes.append(Mistake("broken", adjoint.slot, detail="wrong kind"))
            return
        if len(flat(value)) != len(expected):
            detail = f"{len(flat(value))} values where there are {len(expected)}"
            path.mistakes.append(Mistake("broken", adjoint.slot, detail=detail))
            return
        written = [expression(item) for item in flat(value)]
        if slot.read:
            path.gradients[adjoint.slot] = self._gradient(adjoint, written, bound)
        replaced = [expr.xreplace(dict(inner)) for expr in written]
        path.ends[adjoint.slot] = End(replaced, expected)

    def expected(self, adjoint: Adjoint, bound: Mapping[int, Value]) -> list[Expr]:
        """What an adjoint should be after the block, by SymPy's derivatives."""
        problem, place = self._problem, adjoint.slot
        slot = problem.slots[place]
        totals = [sympy.Integer(0)] * (1 if slot.length is None else slot.length)
        if not slot.bound:
            totals = adjoint_before(problem, adjoint, "a")
        if not slot.read or slot.texts:
            return totals
        names = flat(symbols("v", place, slot.length))
        for target, value in bound.items():
            ups = upstreams(problem, target)
            for up, term in zip(ups, flat(value), strict=True):
                if up == 0:
                    continue
                for i, name in enumerate(names):
                    partial = sympy.diff(expression(term), name)
                    if partial != 0:
                        totals[i] += up * partial
        return totals

    def _gradient(
        self, adjoint: Adjoint, written: list[Expr], bound: Mapping[int, Value]
    ) -> Expr:
        """What the block adds, per unit of upstream gradient if that is one number."""
        problem = self._problem
        before = adjoint_before(problem, adjoint, "a")
        if problem.slots[adjoint.slot].bound:
            before = [sympy.Integer(0)] * len(written)
        change = [now - then for now, then in zip(written, before, strict=True)]
        ups = [up for slot in bound for up in upstreams(problem, slot) if up != 0]
        if len(ups) == 1 and ups[0].is_Symbol:
            change = [sympy.diff(c, ups[0]) for c in change]
        return change[0] if len(change) == 1 else sympy.Tuple(*change)


def expression(value: Any) -> Expr:
    """A value of the symbolic domain as an expression; booleans count as 0 and 1."""
    if isinstance(value, Term):
        return value.expr
    if isinstance(value, bool):
        return sympy.Integer(int(value))
    raise Failure("a number was expected")


def _shadow(value: Any) -> float:
    return value.shadow if isinstance(value, Term) else float(value)
