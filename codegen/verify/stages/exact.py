"""A block at the very points that its conditions single out.

A guard such as `if n != 0 else 0.0` has a side that no random point reaches. There the
block is compared, with many digits, with SymPy's derivative: for the numbers that are
not singled out of the stage with these put in, for one that is of the stage with the
others of them put in. Where that derivative has no value the block may give any value,
or none at all.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Set
from typing import Any

import sympy
from sympy import Expr

from ..programs.original import flat
from ..running.code import Number
from ..running.domains import Failure, Undefined
from ..running.machine import Machine, Value
from ..running.numeric import COMPARING, HighPrecision
from ..running.symbolic import SymbolicDomain, Term, to_code
from .judging import Judge, agree
from .local import Adjoint, Mistake, Problem, Role
from .replay import Replay, symbols
from .slots import Place, Values


class ExactPoints:
    """Tries the block of a problem at exact points; `weight` is the size of the
    upstream gradients there."""

    def __init__(self, problem: Problem, replay: Replay, judge: Judge) -> None:
        self._problem = problem
        self._replay = replay
        self._compared = judge.compared

    def mistake(
        self, values: Values, pinned: Set[Place], weight: float = 1.0
    ) -> Mistake | None:
        """What is wrong at a point, of which the pinned numbers are singled out."""
        due = self._due(values, pinned)
        domain = HighPrecision(COMPARING)
        numbers = self._numbers(domain, values, weight)
        expected: dict[int, list[Any]] = {}
        for adjoint in self._compared if due else ():
            exprs = due[adjoint.slot]
            expected[adjoint.slot] = [_value(domain, e, numbers) for e in exprs]
        slots = self._slots(domain, values, numbers)
        if slots is None:
            return None
        env = {
            name: self._input(domain, role, place, slots, numbers)
            for name, role, place in self._problem.inputs
        }
        try:
            self._replay.run_block(domain, env)
        except Failure as failure:
            # where several numbers are singled out the partial derivatives may all have
            # a value and yet be of no use, as those of atan2 at the origin
            if not due or len(pinned) > 1 or not self._all_known(expected):
                return None
            point = self._shown(values)
            return Mistake("broken", -1, point=point, detail=str(failure))
        for adjoint in self._compared if due else ():
            place = self._differs(domain, adjoint, env, expected[adjoint.slot])
            if place is not None:
                expr = due[adjoint.slot][place]
                point = self._shown(values)
                return Mistake("wrong", adjoint.slot, None, expr, point)
        return None

    def _all_known(self, expected: Mapping[int, list[Any]]) -> bool:
        """Whether the derivative has a value for all that vary."""
        return all(
            value is not None
            for adjoint in self._compared
            for value, varied in zip(
                expected[adjoint.slot], adjoint.varied, strict=True
            )
            if varied
        )

    def _due(self, values: Values, pinned: Set[Place]) -> dict[int, list[Expr]]:
        """By slot: what its adjoint should be; empty if nothing can be told."""
        try:
            due = self._expected(values, pinned)
            for place in pinned:
                others = self._expected(values, pinned - {place})
                slot, item = place
                if slot in due:
                    due[slot][item or 0] = others[slot][item or 0]
        except Failure:
            return {}
        return due

    def _expected(self, values: Values, pinned: Set[Place]) -> dict[int, list[Expr]]:
        """What the adjoints should be by the stage with the pinned numbers put in."""
        domain = SymbolicDomain()
        slots = {
            slot: _put_in(value, slot, pinned)
            for slot, value in self._replay.symbolic(values).items()
        }
        bound = self._replay.run_stage(domain, slots)
        if domain.ties or domain.steps:
            raise Undefined("at a kink")
        return {
            adjoint.slot: self._replay.expected(adjoint, bound)
            for adjoint in self._compared
        }

    def _numbers(
        self, domain: HighPrecision, values: Values, weight: float
    ) -> dict[str, Any]:
        """Numbers for all symbols."""
        rng = random.Random(len(values))
        numbers: dict[str, Any] = {}
        for place, slot in enumerate(self._problem.slots):
            if not slot.texts:
                names = flat(symbols("v", place, slot.length))
                pairs = zip(names, flat(values[place]), strict=True)
                found = {s.name: domain.literal(Number.of(v)) for s, v in pairs}
                numbers.update(found)
        for adjoint in self._problem.adjoints:
            slot = self._problem.slots[adjoint.slot]
            names = symbols("u" if slot.bound else "a", adjoint.slot, slot.length)
            for symbol, zero in zip(flat(names), adjoint.zeros, strict=False):
                if zero:
                    numbers[symbol.name] = domain.literal(Number(0, 0))
        return _Weights(numbers, domain, rng, weight)

    def _slots(
        self, domain: HighPrecision, values: Values, numbers: Mapping[str, Any]
    ) -> dict[int, Value] | None:
        """The values of the slots; None outside of the domain of the stage."""
        slots: dict[int, Value] = {}
        for place, slot in enumerate(self._problem.slots):
            if slot.texts:
                slots[place] = values[place]
            else:
                slots[place] = _named(numbers, "v", place, slot.length)
        try:
            return {**slots, **self._replay.run_stage(domain, slots)}
        except Failure:
            return None

    def _input(
        self,
        domain: HighPrecision,
        role: Role,
        place: int,
        slots: Mapping[int, Value],
        numbers: Mapping[str, Any],
    ) -> Value:
        match role:
            case Role.VERSION:
                return slots[place]
            case Role.UPSTREAM:
                return numbers[f"w{place}"]
            case Role.STALE:
                return numbers[f"s{place}"]
        slot = self._problem.slots[place]
        if role is Role.ZERO:
            zero = domain.literal(Number(0, 0))
            return zero if slot.length is None else [zero] * slot.length
        return _named(numbers, "u" if slot.bound else "a", place, slot.length)

    def _differs(
        self,
        domain: HighPrecision,
        adjoint: Adjoint,
        env: Mapping[str, Value],
        expected: list[Any],
    ) -> int | None:
        """The first element of an adjoint that is not as expected."""
        if adjoint.name not in env:
            return None
        machine = Machine(domain)
        found = [machine.number(value) for value in flat(env[adjoint.name])]
        pairs = zip(found, expected, adjoint.varied, strict=True)
        for i, (value, right, varied) in enumerate(pairs):
            if varied and right is not None and not agree(domain, value, right):
                return i
        return None

    def _shown(self, values: Values) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name.name, f"{value:.6g}")
            for place, slot in enumerate(self._problem.slots)
            if slot.read and not slot.texts
            for name, value in zip(
                flat(symbols("v", place, slot.length)), flat(values[place]), strict=True
            )
        )


class _Weights(dict[str, Any]):
    """Numbers by symbol; upstream gradients are made up when they are asked for."""

    def __init__(
        self,
        numbers: Mapping[str, Any],
        domain: HighPrecision,
        rng: random.Random,
        weight: float,
    ) -> None:
        super().__init__(numbers)
        self._domain = domain
        self._rng = rng
        self._weight = weight

    def __missing__(self, name: str) -> Any:
        number = Number.of(self._weight * self._rng.uniform(0.5, 1.5))
        self[name] = self._domain.literal(number)
        return self[name]


def _named(
    numbers: Mapping[str, Any], kind: str, place: int, length: int | None
) -> Any:
    if length is None:
        return numbers[f"{kind}{place}"]
    return [numbers[f"{kind}{place}_{i}"] for i in range(length)]


def _put_in(value: Value, slot: int, pinned: Set[Place]) -> Value:
    """The value of a slot with numbers in place of the symbols that are pinned."""
    if isinstance(value, list):
        return [
            _number(term) if (slot, i) in pinned else term
            for i, term in enumerate(value)
        ]
    return _number(value) if (slot, None) in pinned else value


def _number(term: Term) -> Term:
    exact = Number.of(term.shadow).exact
    return Term(sympy.Rational(exact), term.shadow)


def _value(domain: HighPrecision, expr: Expr, numbers: dict[str, Any]) -> Any:
    """The value of an expression; None where it has none."""
    try:
        # x**n / x has a value at zero where x**(n - 1) has one
        code = to_code(sympy.powsimp(expr))
        return Machine(domain).run(code, {name: numbers[name] for name in code.loads})
    except Failure:
        return None
