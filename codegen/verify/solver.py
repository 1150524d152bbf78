"""Level 2 for one stage: its backward block against SymPy's derivative."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Expr

from .boundaries import boundary_points, constant_values
from .code import Number
from .domains import Failure, Undefined, is_sequence
from .local import (
    Adjoint,
    Mistake,
    Old,
    Problem,
    Role,
    Slot,
    Solution,
    seed_sums,
    symbol,
)
from .machine import Machine, UnknownName, Value
from .numeric import DIGITS, HighPrecision
from .original import flat
from .report import Status
from .symbolic import SymbolicDomain, Term, to_code
from .zero import is_zero

Values = Mapping[int, Any]  # numbers by slot

_RANGES = ((0.2, 0.8), (1.2, 3.0), (-2.0, 2.0), (5.0, 20.0), (-0.9, 0.9))
_TRIES = 60
_TRIES_FOR_POINTS = 400
_ENOUGH_POINTS = 8
_MAX_PATHS = 16


@dataclass(frozen=True)
class _End:
    """What a block makes of an adjoint (None: it has no name), and what it should."""

    written: list[Expr] | None
    expected: list[Expr]


@dataclass
class _Path:
    """One way through a stage: what the block makes of the adjoints on it."""

    ends: dict[int, _End] = field(default_factory=dict)
    shadows: list[dict[str, float]] = field(default_factory=list)
    steps: list[dict[str, int]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    gradients: dict[int, Expr] = field(default_factory=dict)
    trace: tuple[object, ...] = ()


def _symbols(kind: str, slot: int, length: int | None) -> Any:
    if length is None:
        return symbol(kind, slot)
    return [symbol(kind, slot, i) for i in range(length)]


def solve(problem: Problem, hints: Sequence[Values]) -> Solution:
    """Compare the block with SymPy's derivative on every path that samples reach.

    `hints` are values of the slots in runs of the whole program.
    """
    return _Solver(problem, hints).solution()


class _Solver:
    def __init__(self, problem: Problem, hints: Sequence[Values]) -> None:
        self._problem = problem
        self._hints = hints
        self._jumps: set[tuple[int, bool]] = set()
        self._block_jumps: set[tuple[int, bool]] = set()
        self._reason = ""
        self._decides = problem.stage.decides or problem.block.decides

    def solution(self) -> Solution:
        paths: dict[tuple[object, ...], _Path] = {}
        tried: list[Values] = []
        for _, values in zip(range(_TRIES), self._samples(), strict=False):
            path = self._attempt(values)
            if path is None:
                continue
            tried.append(values)
            paths.setdefault(path.trace, path)
            if not self._decides or len(paths) >= _MAX_PATHS:
                break
        if self._decides:
            for values in boundary_points(self._problem, tried):
                path = self._attempt(values)
                if path is not None:
                    paths.setdefault(path.trace, path)
        if not paths:
            return Solution(Status.UNVERIFIED, reason=self._reason or "no sample point")
        return self._summary(list(paths.values()))

    def _summary(self, paths: list[_Path]) -> Solution:
        verdict, after = self._judge(paths)
        problem = self._problem
        doubtful = any(self._foreign(*entry) for entry in problem.inputs)
        gradients: dict[int, Expr] = {}
        for path in paths:
            for slot, gradient in path.gradients.items():
                if not gradients.get(slot):
                    gradients[slot] = gradient
        return Solution(
            verdict,
            tuple(mistake for path in paths for mistake in path.mistakes),
            tuple(gradients.items()),
            tuple(after.items()),
            frozenset(self._jumps),
            frozenset(self._block_jumps),
            doubtful,
        )

    def _foreign(self, name: str, role: Role, place: int) -> bool:
        """Whether the block reads a name that is none of the stage's own."""
        if name not in self._problem.block.loads or role is Role.UPSTREAM:
            return False
        if role is Role.STALE:
            return True
        slot = self._problem.slots[place]
        return not (slot.read or slot.bound or role is Role.ZERO)

    # -- sample points of the stage

    def _samples(self) -> Iterator[Values]:
        rng = random.Random(len(self._problem.stage.instructions))
        yield from self._hints[:2]
        constants = self._constants()
        turn = 0
        while True:
            turn += 1
            low, high = _RANGES[turn % len(_RANGES)]
            yield {
                i: self._drawn(slot, rng, constants, low, high)
                for i, slot in enumerate(self._problem.slots)
            }
            if turn % 4 == 0:
                yield from self._hints[2 + turn // 4 : 3 + turn // 4]

    def _drawn(
        self,
        slot: Slot,
        rng: random.Random,
        constants: Sequence[float],
        low: float,
        high: float,
    ) -> Any:
        def one() -> float:
            if constants and rng.random() < 0.4:
                near = rng.choice(constants)
                return near + rng.uniform(-1, 1) * max(0.5, abs(near) / 4)
            return rng.uniform(low, high)

        return one() if slot.length is None else [one() for _ in range(slot.length)]

    def _constants(self) -> list[float]:
        if not self._decides:
            return []
        numbers = (n for _, n in self._problem.stage.instructions if type(n) is Number)
        return sorted({float(n.value) for n in numbers if n.exact is not None})

    # -- one run

    def _attempt(self, values: Values) -> _Path | None:
        domain = SymbolicDomain()
        path = _Path()
        try:
            bound = self._run_stage(domain, values)
        except Failure as failure:
            self._reason = self._reason or str(failure)
            return None
        if domain.ties:
            self._reason = self._reason or "every sample point is at a kink"
            return None
        try:
            self._run_block(domain, values, bound, path)
        except UnknownName as unknown:
            path.mistakes.append(Mistake("unknown", -1, detail=unknown.name))
        except Undefined as failure:
            self._reason = self._reason or str(failure)
            return None
        except Failure as failure:
            path.mistakes.append(Mistake("broken", -1, detail=str(failure)))
        path.trace = tuple(domain.trace)
        self._remember(path, domain, values)
        return path

    def _remember(self, path: _Path, domain: SymbolicDomain, values: Values) -> None:
        named: dict[str, float] = {}
        for place, slot in enumerate(self._problem.slots):
            names = flat(_symbols("v", place, slot.length))
            for name, value in zip(names, flat(values[place]), strict=True):
                named[name.name] = value
        path.shadows.append(named)
        path.steps.append({s.name: value for s, value in domain.steps.values()})

    def _terms(self, kind: str, slot: int, values: Any) -> Any:
        length = self._problem.slots[slot].length
        if length is None:
            return Term(symbol(kind, slot), float(values))
        return [Term(symbol(kind, slot, i), float(values[i])) for i in range(length)]

    def _run_stage(self, domain: SymbolicDomain, values: Values) -> dict[int, Value]:
        """Run the original's stage; the values of the bound slots."""
        problem = self._problem
        env = {
            name: self._terms("v", slot, values[slot]) for name, slot in problem.reads
        }
        machine = Machine(domain, constant_values(domain, problem.stage_constants))
        machine.jumps = set()
        machine.run(problem.stage, env)
        self._jumps |= machine.jumps
        return {slot: env[name] for name, slot in problem.binds}

    def _run_block(
        self,
        domain: SymbolicDomain,
        values: Values,
        bound: Mapping[int, Value],
        path: _Path,
    ) -> None:
        """Run the written block; what it makes of every adjoint, and what it should."""
        problem = self._problem
        env = {
            name: self._input(role, place, values, bound)
            for name, role, place in problem.inputs
        }
        machine = Machine(domain, constant_values(domain, problem.block_constants))
        machine.jumps = self._block_jumps
        machine.run(problem.block, env)
        inner = self._inner(bound)
        for adjoint in problem.adjoints:
            # the adjoint of what the stage binds is spent after its block
            if adjoint.slot not in bound:
                self._end(adjoint, env, bound, inner, path)

    def _input(
        self,
        role: Role,
        place: int,
        values: Values,
        bound: Values,
    ) -> Value:
        match role:
            case Role.VERSION if place in bound:
                shadows = [term.shadow for term in flat(bound[place])]
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
        length = self._problem.slots[place].length
        kind = "u" if self._problem.slots[place].bound else "a"
        return self._terms(kind, place, [1.0] * (length or 1) if length else 1.0)

    def _inner(self, bound: Mapping[int, Value]) -> dict[Expr, Expr]:
        """The values of the bound slots in terms of what the stage reads."""
        pairs: dict[Expr, Expr] = {}
        for slot, value in bound.items():
            names = flat(_symbols("b", slot, self._problem.slots[slot].length))
            pairs.update(zip(names, (term.expr for term in flat(value)), strict=True))
        return pairs

    def _end(
        self,
        adjoint: Adjoint,
        env: Mapping[str, Value],
        bound: Mapping[int, Value],
        inner: Mapping[Expr, Expr],
        path: _Path,
    ) -> None:
        slot = self._problem.slots[adjoint.slot]
        expected = self._expected(adjoint, bound)
        if adjoint.name not in env:
            path.ends[adjoint.slot] = _End(None, expected)
            return
        value = env[adjoint.name]
        if is_sequence(value) != (slot.length is not None):
            path.mistakes.append(Mistake("broken", adjoint.slot, detail="wrong kind"))
            return
        if len(flat(value)) != len(expected):
            detail = f"{len(flat(value))} values where there are {len(expected)}"
            path.mistakes.append(Mistake("broken", adjoint.slot, detail=detail))
            return
        written = [self._expr(item) for item in flat(value)]
        if slot.read:
            path.gradients[adjoint.slot] = self._gradient(adjoint, written, bound)
        replaced = [expr.xreplace(dict(inner)) for expr in written]
        path.ends[adjoint.slot] = _End(replaced, expected)

    def _expr(self, value: Any) -> Expr:
        return value.expr if isinstance(value, Term) else sympy.Integer(int(value))

    def _upstreams(self, slot: int) -> list[Expr]:
        """The adjoint of a bound slot before the block."""
        length = self._problem.slots[slot].length
        for adjoint in self._problem.adjoints:
            if adjoint.slot == slot:
                return self._before(adjoint, "u")
        return [sympy.Integer(0)] * (length or 1)

    def _before(self, adjoint: Adjoint, kind: str) -> list[Expr]:
        length = self._problem.slots[adjoint.slot].length
        match adjoint.old:
            case Old.LIVE:
                return flat(_symbols(kind, adjoint.slot, length))
            case Old.SEED:
                return seed_sums(adjoint.seeds, adjoint.ones)
        return [sympy.Integer(0)] * (1 if length is None else length)

    def _expected(self, adjoint: Adjoint, bound: Mapping[int, Value]) -> list[Expr]:
        place = adjoint.slot
        slot = self._problem.slots[place]
        totals = [sympy.Integer(0)] * (1 if slot.length is None else slot.length)
        if not slot.bound:
            totals = self._before(adjoint, "a")
        if not slot.read:
            return totals
        names = flat(_symbols("v", place, slot.length))
        for target, value in bound.items():
            ups = self._upstreams(target)
            for up, term in zip(ups, flat(value), strict=True):
                if up == 0:
                    continue
                for i, name in enumerate(names):
                    partial = sympy.diff(term.expr, name)
                    if partial != 0:
                        totals[i] += up * partial
        return totals

    def _gradient(
        self, adjoint: Adjoint, written: list[Expr], bound: Mapping[int, Value]
    ) -> Expr:
        """What the block adds, per unit of upstream gradient if that is one number."""
        before = self._before(adjoint, "a")
        if self._problem.slots[adjoint.slot].bound:
            before = [sympy.Integer(0)] * len(written)
        change = [now - then for now, then in zip(written, before, strict=True)]
        ups = [up for slot in bound for up in self._upstreams(slot) if up != 0]
        if len(ups) == 1 and ups[0].is_Symbol:
            change = [sympy.diff(c, ups[0]) for c in change]
        return change[0] if len(change) == 1 else sympy.Tuple(*change)

    # -- judging

    def _judge(self, paths: list[_Path]) -> tuple[Status, dict[int, Old]]:
        """The verdict over all paths, and what is known of the adjoints then."""
        verdict = Status.PROVED
        after: dict[int, Old] = {}
        for adjoint in self._problem.adjoints:
            slot = adjoint.slot
            ends = [path.ends[slot] for path in paths if slot in path.ends]
            if not ends:
                continue
            # what the adjoint of a constant is does not matter
            due = any(
                expected != 0
                for end in ends
                for expected, varied in zip(end.expected, adjoint.varied, strict=True)
                if varied
            )
            there = any(any(end.written or ()) for end in ends)
            if not due and not there and ends[0].written is not None:
                after[slot] = Old.ZERO
            elif not due and (adjoint.shared or not adjoint.assigned):
                # whatever stands in its name is not its adjoint, nor has it one yet
                after[slot] = Old.NONE
            else:
                after[slot] = Old.LIVE if ends[0].written is not None else adjoint.old
                for path in paths:
                    status = self._compare(adjoint, path)
                    verdict = max(verdict, status, key=_ORDER.index)
        if any(path.mistakes for path in paths):
            verdict = Status.WRONG
        return verdict, after

    def _compare(self, adjoint: Adjoint, path: _Path) -> Status:
        end = path.ends.get(adjoint.slot)
        if end is None:
            return Status.WRONG
        if end.written is None:
            return self._absent(adjoint, end, path)
        verdict = Status.PROVED
        pairs = zip(end.written, end.expected, adjoint.varied, strict=True)
        for written, expected, varied in pairs:
            difference = written - expected
            if not varied or is_zero(difference) or is_zero(self._merged(difference)):
                continue
            status, point = self._numeric(path, written, expected)
            if status is Status.WRONG:
                kind = _kind(adjoint, written, expected)
                path.mistakes.append(
                    Mistake(kind, adjoint.slot, written, expected, point)
                )
            verdict = max(verdict, status, key=_ORDER.index)
        return verdict

    def _absent(self, adjoint: Adjoint, end: _End, path: _Path) -> Status:
        before = self._before(adjoint, "a")
        elements = zip(before, end.expected, adjoint.varied, strict=True)
        for earlier, expected, varied in elements:
            if varied and not is_zero(expected - earlier):
                kind = "missing"
                path.mistakes.append(Mistake(kind, adjoint.slot, expected=expected))
                return Status.WRONG
        return Status.PROVED

    def _merged(self, expr: Expr) -> Expr:
        """Equal values get one symbol."""
        pairs: dict[Expr, Expr] = {}
        for place, slot in enumerate(self._problem.slots):
            if slot.twin != place:
                names = flat(_symbols("v", place, slot.length))
                twins = flat(_symbols("v", slot.twin, slot.length))
                pairs.update(zip(names, twins, strict=True))
        return expr.xreplace(pairs)

    def _numeric(
        self, path: _Path, written: Expr, expected: Expr
    ) -> tuple[Status, tuple[tuple[str, str], ...]]:
        """Compare two formulas at 60 digits at points on the same path."""
        try:
            codes = to_code(written), to_code(expected)
        except Failure:
            return Status.UNVERIFIED, ()
        self._more_points(path)
        rng = random.Random(len(codes[0].instructions))
        reached = 0
        for shadows, steps in zip(path.shadows, path.steps, strict=True):
            domain = HighPrecision()
            numbers = {**shadows, **steps}
            for name in (*codes[0].loads, *codes[1].loads):
                numbers.setdefault(name, rng.uniform(0.5, 1.5))
            env = {n: domain.literal(Number.of(v)) for n, v in numbers.items()}
            machine = Machine(domain)
            try:
                left, right = (machine.run(code, dict(env)) for code in codes)
            except Failure:
                continue
            reached += 1
            if abs(left - right) > (abs(left) + abs(right)) * _tolerance(domain):
                used = sorted({*codes[0].loads, *codes[1].loads})
                return Status.WRONG, tuple((n, f"{numbers[n]:.6g}") for n in used)
        enough = reached >= _ENOUGH_POINTS
        return (Status.SAMPLED if enough else Status.UNVERIFIED), ()

    def _more_points(self, path: _Path) -> None:
        for _, values in zip(range(_TRIES_FOR_POINTS), self._samples(), strict=False):
            if len(path.shadows) >= _ENOUGH_POINTS:
                return
            other = self._attempt(values)
            if other is not None and other.trace == path.trace:
                path.shadows += other.shadows
                path.steps += other.steps


def _tolerance(domain: HighPrecision) -> Any:
    return domain.context.mpf(10) ** (-DIGITS // 2)


def _kind(adjoint: Adjoint, written: Expr, expected: Expr) -> str:
    if adjoint.old is Old.LIVE:
        earlier = {s for s in expected.free_symbols if s.name.startswith("a")}
        if earlier and not earlier & written.free_symbols:
            return "overwritten"
    return "wrong"


_ORDER = (Status.PROVED, Status.SAMPLED, Status.UNVERIFIED, Status.WRONG)
