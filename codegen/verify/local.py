"""Level 2 for one stage: its backward block against SymPy's derivative.

A `Problem` is a stage and its block with all names replaced by canonical ones, so that
stages of the same shape are the same problem and are solved once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any

import sympy

from .code import Code, Number
from .domains import Failure, Undefined, is_sequence
from .machine import Machine, UnknownName, Value
from .numeric import DIGITS, HighPrecision
from .original import flat
from .report import Status
from .symbolic import SymbolicDomain, Term, to_code
from .zero import is_zero

Expr = sympy.Expr

_RANGES = ((0.2, 0.8), (1.2, 3.0), (-2.0, 2.0), (5.0, 20.0), (-0.9, 0.9))
_TRIES = 60
_TRIES_FOR_POINTS = 400
_ENOUGH_POINTS = 8
_MAX_PATHS = 16


class Old(Enum):
    """What is known of an adjoint before the block."""

    NONE = auto()  # no contribution yet: zero
    LIVE = auto()  # earlier contributions, in its name
    SEED = auto()  # upstream gradients of outputs, not in its name yet


@dataclass(frozen=True)
class Slot:
    """A version that takes part; `twin` is the slot of an equal value, or its own."""

    length: int | None
    read: bool
    bound: bool
    twin: int


@dataclass(frozen=True)
class Adjoint:
    """The adjoint of a slot: what it is before the block, and its name after it.

    `seeds` are the outputs whose upstream gradient it has (-1: an upstream of 1);
    `needed` says whether its absence is an error.
    """

    slot: int
    old: Old
    name: str
    seeds: tuple[int, ...] = ()
    needed: bool = True


class Role(Enum):
    """What a name stands for that a block reads."""

    VERSION = auto()  # value of a slot
    ADJOINT = auto()  # adjoint of a slot
    UPSTREAM = auto()  # upstream gradient of an output
    STALE = auto()  # something that another block left


@dataclass(frozen=True)
class Problem:
    """See the module's docstring."""

    stage: Code
    reads: tuple[tuple[str, int], ...]
    binds: tuple[tuple[str, int], ...]
    slots: tuple[Slot, ...]
    block: Code
    inputs: tuple[tuple[str, Role, int], ...]
    adjoints: tuple[Adjoint, ...]
    # constants of the two modules that the codes read
    stage_constants: tuple[tuple[str, Code], ...] = ()
    block_constants: tuple[tuple[str, Code], ...] = ()

    @cached_property
    def _hash(self) -> int:
        fields = (self.stage, self.reads, self.binds, self.slots, self.block)
        return hash((*fields, self.inputs, self.adjoints))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Mistake:
    """An adjoint that the block gets wrong; symbols are canonical."""

    kind: str  # "overwritten", "missing", "wrong", "unknown", "broken"
    slot: int
    written: Expr | None = None
    expected: Expr | None = None
    point: tuple[tuple[str, str], ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Solution:
    """The outcome of a problem.

    `gradients` are the local gradients by slot; `doubtful` says that the block reads
    values of other stages, so that only the whole gradient can tell.
    """

    status: Status
    mistakes: tuple[Mistake, ...] = ()
    gradients: tuple[tuple[int, Expr], ...] = ()
    jumps: frozenset[tuple[int, bool]] = frozenset()
    doubtful: bool = False
    reason: str = ""


@dataclass
class _Path:
    """One way through a stage: what the block makes of the adjoints on it."""

    outcomes: list[tuple[Adjoint, Expr, Expr]] = field(default_factory=list)
    shadows: list[dict[str, float]] = field(default_factory=list)
    steps: list[dict[str, int]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    gradients: dict[int, Expr] = field(default_factory=dict)
    trace: tuple[object, ...] = ()


def symbol(kind: str, slot: int, item: int | None = None) -> sympy.Symbol:
    """A canonical symbol: v value, b bound value, u upstream, a earlier adjoint."""
    name = f"{kind}{slot}" if item is None else f"{kind}{slot}_{item}"
    return sympy.Symbol(name, real=True)


def _symbols(kind: str, slot: int, length: int | None) -> Any:
    if length is None:
        return symbol(kind, slot)
    return [symbol(kind, slot, i) for i in range(length)]


def solve(problem: Problem, hints: Sequence[Mapping[int, Any]]) -> Solution:
    """Compare the block with SymPy's derivative on every path that samples reach.

    `hints` are values of the slots in runs of the whole program.
    """
    return _Solver(problem, hints).solution()


class _Solver:
    def __init__(self, problem: Problem, hints: Sequence[Mapping[int, Any]]) -> None:
        self._problem = problem
        self._hints = hints
        self._jumps: set[tuple[int, bool]] = set()
        self._reason = ""
        self._decides = problem.stage.decides or problem.block.decides

    def solution(self) -> Solution:
        paths: dict[tuple[object, ...], _Path] = {}
        for _, values in zip(range(_TRIES), self._samples(), strict=False):
            path = self._attempt(values)
            if path is not None and len(paths) < _MAX_PATHS:
                paths.setdefault(path.trace, path)
            if path is not None and not self._decides:
                break
        if not paths:
            return Solution(Status.UNVERIFIED, reason=self._reason or "no sample point")
        verdicts = [self._judge(path) for path in paths.values()]
        return self._summary(list(paths.values()), verdicts)

    def _summary(self, paths: list[_Path], verdicts: list[Status]) -> Solution:
        mistakes = [mistake for path in paths for mistake in path.mistakes]
        doubtful = any(role is Role.STALE for _, role, _ in self._problem.inputs) or any(
            not (slot.read or slot.bound) for slot in self._problem.slots
        )
        worst = max(verdicts, key=_ORDER.index)
        gradients: dict[int, Expr] = {}
        for path in paths:
            for slot, gradient in path.gradients.items():
                if not gradients.get(slot):
                    gradients[slot] = gradient
        return Solution(
            worst,
            tuple(mistakes),
            tuple(gradients.items()),
            frozenset(self._jumps),
            doubtful,
        )

    # -- sample points of the stage

    def _samples(self) -> Iterator[Mapping[int, Any]]:
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

    def _attempt(self, values: Mapping[int, Any]) -> _Path | None:
        domain = SymbolicDomain()
        path = _Path()
        try:
            bound = self._run_stage(domain, values)
        except Failure as failure:
            self._reason = self._reason or str(failure)
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

    def _remember(
        self, path: _Path, domain: SymbolicDomain, values: Mapping[int, Any]
    ) -> None:
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

    def _run_stage(
        self, domain: SymbolicDomain, values: Mapping[int, Any]
    ) -> dict[int, Value]:
        """Run the original's stage; the values of the bound slots."""
        problem = self._problem
        env = {name: self._terms("v", slot, values[slot]) for name, slot in problem.reads}
        machine = Machine(domain, _constants(domain, problem.stage_constants))
        machine.jumps = set()
        machine.run(problem.stage, env)
        self._jumps |= machine.jumps
        return {slot: env[name] for name, slot in problem.binds}

    def _run_block(
        self,
        domain: SymbolicDomain,
        values: Mapping[int, Any],
        bound: Mapping[int, Value],
        path: _Path,
    ) -> None:
        """Run the written block; what it makes of every adjoint, and what it should."""
        problem = self._problem
        env = {
            name: self._input(role, place, values, bound)
            for name, role, place in problem.inputs
        }
        machine = Machine(domain, _constants(domain, problem.block_constants))
        machine.run(problem.block, env)
        inner = self._inner(bound)
        for adjoint in problem.adjoints:
            # the adjoint of what the stage binds is spent after its block
            if adjoint.slot not in bound:
                self._outcome(adjoint, env, bound, inner, path)

    def _input(
        self, role: Role, place: int, values: Mapping[int, Any], bound: Mapping[int, Any]
    ) -> Value:
        match role:
            case Role.VERSION if place in bound:
                shadows = [term.shadow for term in flat(bound[place])]
                length = self._problem.slots[place].length
                return self._terms("b", place, shadows[0] if length is None else shadows)
            case Role.VERSION:
                return self._terms("v", place, values[place])
            case Role.UPSTREAM:
                return Term(symbol("w", place), 1.0)
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

    def _outcome(
        self,
        adjoint: Adjoint,
        env: Mapping[str, Value],
        bound: Mapping[int, Value],
        inner: Mapping[Expr, Expr],
        path: _Path,
    ) -> None:
        slot = self._problem.slots[adjoint.slot]
        expected = self._expected(adjoint, bound)
        if adjoint.name in env:
            after = flat(env[adjoint.name])
        elif any(expected) and adjoint.needed:
            kind = "missing"
            path.mistakes.append(Mistake(kind, adjoint.slot, expected=expected[0]))
            return
        else:
            return
        if len(after) != len(expected):
            detail = f"{len(after)} values where there are {len(expected)}"
            path.mistakes.append(Mistake("broken", adjoint.slot, detail=detail))
            return
        if is_sequence(env[adjoint.name]) != (slot.length is not None):
            path.mistakes.append(Mistake("broken", adjoint.slot, detail="wrong kind"))
            return
        written = [self._expr(value) for value in after]
        path.gradients[adjoint.slot] = self._gradient(adjoint, written, bound)
        for actual, due in zip(written, expected, strict=True):
            path.outcomes.append((adjoint, actual.xreplace(dict(inner)), due))

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
                one = sympy.Integer(1)
                seeds = (one if s < 0 else symbol("w", s) for s in adjoint.seeds)
                return [sum(seeds, sympy.Integer(0))]
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
                    totals[i] += up * sympy.diff(term.expr, name)
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

    def _judge(self, path: _Path) -> Status:
        verdict = Status.PROVED
        for adjoint, written, expected in path.outcomes:
            if is_zero(written - expected) or is_zero(self._merged(written - expected)):
                continue
            status, point = self._numeric(path, written, expected)
            if status is Status.WRONG:
                kind = _kind(adjoint, written, expected)
                path.mistakes.append(
                    Mistake(kind, adjoint.slot, written, expected, point)
                )
            verdict = max(verdict, status, key=_ORDER.index)
        return Status.WRONG if path.mistakes else verdict

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


def _constants(
    domain: SymbolicDomain, constants: Sequence[tuple[str, Code]]
) -> dict[str, Value]:
    env: dict[str, Value] = {}
    for _, code in constants:
        Machine(domain).run(code, env)
    return env


def _tolerance(domain: HighPrecision) -> Any:
    return domain.context.mpf(10) ** (-DIGITS // 2)


def _kind(adjoint: Adjoint, written: Expr, expected: Expr) -> str:
    if adjoint.old is Old.LIVE:
        earlier = {s for s in expected.free_symbols if s.name.startswith("a")}
        if earlier and not earlier & written.free_symbols:
            return "overwritten"
    return "wrong"


_ORDER = (Status.PROVED, Status.SAMPLED, Status.UNVERIFIED, Status.WRONG)
