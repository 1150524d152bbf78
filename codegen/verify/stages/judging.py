"""The verdict on the paths of one stage: proved, sampled, unverified or wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sympy import Expr, Integer

from ..programs.original import flat
from ..reports.report import Status
from ..running.code import Code, Number
from ..running.domains import Failure, Undefined
from ..running.machine import Machine
from ..running.numeric import COMPARING, HighPrecision
from ..running.symbolic import to_code
from ..running.zero import is_zero
from .local import Adjoint, Known, Mistake, Old, Problem
from .replay import End, Path, Replay, adjoint_before, symbols
from .slots import Values, equality_literals

_TRIES_FOR_POINTS = 400
_ENOUGH_POINTS = 8


class Judge:
    """Compares what a block makes of the adjoints with what it should.

    `after` is what is known of the adjoints after the block, and `compared` are the
    adjoints of which that was worth a comparison, once `verdict` has been called.
    """

    def __init__(
        self, problem: Problem, replay: Replay, points: Iterator[Values]
    ) -> None:
        self._problem = problem
        self._replay = replay
        self._points = points
        self.after: dict[int, Known] = {}
        self.compared: list[Adjoint] = []

    def verdict(self, paths: Sequence[Path]) -> Status:
        """The verdict over all paths; mistakes are added to these."""
        verdict = Status.PROVED
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
                self.after[slot] = Known(Old.ZERO)
            elif not due and (adjoint.shared or not adjoint.assigned):
                # whatever stands in its name is not its adjoint, nor has it one yet
                self.after[slot] = Known(Old.NONE)
            else:
                self.after[slot] = _known(adjoint, ends)
                self.compared.append(adjoint)
                for path in paths:
                    status = self._compare(adjoint, path)
                    verdict = weaker(verdict, status)
        return verdict

    def _compare(self, adjoint: Adjoint, path: Path) -> Status:
        end = path.ends.get(adjoint.slot)
        if end is None:
            return Status.WRONG
        if end.written is None:
            return self._absent(adjoint, end, path)
        verdict = Status.PROVED
        pairs = zip(end.written, end.expected, adjoint.varied, strict=True)
        for written, expected, varied in pairs:
            if not varied or self._is_zero(path, written - expected):
                continue
            status, point = self._numeric(path, written, expected)
            if status is Status.WRONG:
                kind = _kind(adjoint, written, expected)
                path.mistakes.append(
                    Mistake(kind, adjoint.slot, written, expected, point)
                )
            verdict = weaker(verdict, status)
        return verdict

    def _absent(self, adjoint: Adjoint, end: End, path: Path) -> Status:
        before = adjoint_before(self._problem, adjoint, "a")
        elements = zip(before, end.expected, adjoint.varied, strict=True)
        for earlier, expected, varied in elements:
            if varied and not is_zero(expected - earlier):
                path.mistakes.append(
                    Mistake("missing", adjoint.slot, expected=expected)
                )
                return Status.WRONG
        return Status.PROVED

    def _is_zero(self, path: Path, difference: Expr) -> bool:
        """Whether two formulas are proved to be the same on a path."""
        if is_zero(difference) or is_zero(self._merged(difference)):
            return True
        fixed = self._fixed(path)
        return bool(fixed) and is_zero(difference.xreplace(fixed))

    def _fixed(self, path: Path) -> dict[Expr, Expr]:
        """The integers that a path is the path of, by symbol: those of `n == 2`."""
        literals = equality_literals(self._problem)
        fixed: dict[Expr, Expr] = {}
        for place, slot in enumerate(self._problem.slots):
            found = {flat(values[place])[0] for values in path.others}
            if slot.kind == "integer" and slot.length is None and len(found) == 1:
                for number in found & literals:
                    fixed[symbols("v", place, None)] = Integer(int(number))
        return fixed

    def _merged(self, expr: Expr) -> Expr:
        """Equal values get one symbol."""
        pairs: dict[Expr, Expr] = {}
        for place, slot in enumerate(self._problem.slots):
            if slot.twin != place:
                names = flat(symbols("v", place, slot.length))
                twins = flat(symbols("v", slot.twin, slot.length))
                pairs.update(zip(names, twins, strict=True))
        return expr.xreplace(pairs)

    def _numeric(
        self, path: Path, written: Expr, expected: Expr
    ) -> tuple[Status, tuple[tuple[str, str], ...]]:
        """Compare two formulas with many digits at points on the same path."""
        try:
            codes = to_code(written), to_code(expected)
        except Failure:
            return Status.UNVERIFIED, ()
        self._more_points(path)
        rng = random.Random(len(codes[0].instructions))
        reached = undefined = 0
        for shadows, steps in zip(path.shadows, path.steps, strict=True):
            numbers = {**shadows, **steps}
            for name in (*codes[0].loads, *codes[1].loads):
                numbers.setdefault(name, rng.uniform(0.5, 1.5))
            try:
                same = agree_at(codes, numbers)
            except Failure:
                undefined += is_undefined(codes[1], numbers)
                continue
            reached += 1
            if not same:
                used = sorted({*codes[0].loads, *codes[1].loads})
                return Status.WRONG, tuple((n, f"{numbers[n]:.6g}") for n in used)
        if undefined and not reached:
            # nothing is due where there is no derivative, as of `x**n` for `n` at x < 0
            return Status.PROVED, ()
        enough = reached >= _ENOUGH_POINTS
        return (Status.SAMPLED if enough else Status.UNVERIFIED), ()

    def _more_points(self, path: Path) -> None:
        for _, values in zip(range(_TRIES_FOR_POINTS), self._points, strict=False):
            if len(path.shadows) >= _ENOUGH_POINTS:
                return
            other = self._replay.attempt(values)
            if other is not None and other.trace == path.trace:
                path.shadows += other.shadows
                path.steps += other.steps


def _known(adjoint: Adjoint, ends: Sequence[End]) -> Known:
    """What is known of an adjoint that a block is right to leave like this."""
    if ends[0].written is None:
        return Known(adjoint.old, adjoint.zeros)
    columns = zip(*(end.written or () for end in ends), strict=True)
    return Known(Old.LIVE, tuple(not any(column) for column in columns))


def is_undefined(code: Code, numbers: Mapping[str, float]) -> bool:
    """Whether a formula has no value at a point."""
    domain = HighPrecision(COMPARING)
    env = {n: domain.literal(Number.of(v)) for n, v in numbers.items()}
    try:
        Machine(domain).run(code, env)
    except Undefined:
        return True
    except Failure:
        pass
    return False


def agree_at(codes: Sequence[Code], numbers: Mapping[str, float]) -> bool:
    """Whether two formulas have the same value at a point. Raises `Failure`."""
    domain = HighPrecision(COMPARING)
    env = {n: domain.literal(Number.of(v)) for n, v in numbers.items()}
    left, right = (Machine(domain).run(code, dict(env)) for code in codes)
    return agree(domain, left, right)


def agree(domain: HighPrecision, a: Any, b: Any) -> bool:
    """Whether two numbers are the same to half of the digits."""
    tolerance = domain.context.mpf(10) ** (-COMPARING // 2)
    return bool(abs(a - b) <= (1 + abs(a) + abs(b)) * tolerance)


def _kind(adjoint: Adjoint, written: Expr, expected: Expr) -> str:
    if adjoint.old is Old.LIVE:
        earlier = {s for s in expected.free_symbols if s.name.startswith("a")}
        if earlier and not earlier & written.free_symbols:
            return "overwritten"
    return "wrong"


def weaker(a: Status, b: Status) -> Status:
    """The weaker one of two verdicts."""
    return max(a, b, key=_ORDER.index)


_ORDER = (Status.PROVED, Status.SAMPLED, Status.UNVERIFIED, Status.WRONG)
