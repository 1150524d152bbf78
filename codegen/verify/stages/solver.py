"""Level 2 for one stage: its backward block against SymPy's derivative."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from ..reports.budget import OutOfTime, one_part
from ..reports.report import Status
from .boundaries import boundary_points
from .exact import ExactPoints
from .judging import Judge
from .local import Mistake, Problem, Role, Solution
from .replay import Path, Replay
from .slots import Values, directed, exact, samples

_TRIES = 60
_MAX_PATHS = 16
_BASES = 2


def solve(problem: Problem, hints: Sequence[Values]) -> Solution:
    """Compare the block with SymPy's derivative on every path that samples reach.

    `hints` are values of the slots in runs of the whole program.
    """
    return _Solver(problem, hints).solution()


class Late(Solution):
    """That SymPy had no time to solve a problem."""

    def __str__(self) -> str:
        return self.reason


def solved(problem: Problem, hints: Sequence[Values]) -> Solution:
    """`solve` within a budget of time, and `Late` when that is over."""
    try:
        with one_part():
            return solve(problem, hints)
    except OutOfTime as reason:
        return Late(Status.UNVERIFIED, reason=str(reason))


class _Solver:
    def __init__(self, problem: Problem, hints: Sequence[Values]) -> None:
        self._problem = problem
        self._points = samples(problem, hints)
        self._replay = Replay(problem)
        self._decides = problem.stage.decides or problem.block.decides
        self._tried: list[Values] = []
        self._paths: dict[tuple[object, ...], Path] = {}

    def solution(self) -> Solution:
        for _, values in zip(range(_TRIES), self._points, strict=False):
            if not self._try(values):
                continue
            if not self._decides or len(self._paths) >= _MAX_PATHS:
                break
        if self._decides and self._tried:
            for values in directed(self._problem, self._tried[0]):
                self._try(values)
            for values in boundary_points(self._problem, list(self._tried)):
                self._try(values)
        if not self._paths:
            reason = self._replay.reason or "no sample point"
            return Solution(Status.UNVERIFIED, reason=reason)
        return self._summary(list(self._paths.values()))

    def _try(self, values: Values) -> bool:
        path = self._replay.attempt(values)
        if path is not None:
            self._tried.append(values)
            known = self._paths.setdefault(path.trace, path)
            known.others.append(values)
        return path is not None

    def _summary(self, paths: list[Path]) -> Solution:
        problem = self._problem
        judge = Judge(problem, self._replay, self._points)
        verdict = judge.verdict(paths)
        mistakes = [mistake for path in paths for mistake in path.mistakes]
        if self._decides and not mistakes:
            mistakes = self._at_exact_points(judge)
        reason = ""
        if mistakes:
            verdict = Status.WRONG
        elif self._replay.tests_gradients:
            # it cannot be linear in the upstream gradients, but for a special case
            verdict = Status.UNVERIFIED
            reason = "a condition of the block depends on a gradient"
        gradients: dict[int, Expr] = {}
        for path in paths:
            for slot, gradient in path.gradients.items():
                if not gradients.get(slot):
                    gradients[slot] = gradient
        return Solution(
            verdict,
            tuple(mistakes),
            tuple(gradients.items()),
            tuple(judge.after.items()),
            frozenset(self._replay.jumps),
            frozenset(self._replay.block_jumps),
            any(self._foreign(*entry) for entry in problem.inputs),
            reason,
        )

    def _at_exact_points(self, judge: Judge) -> list[Mistake]:
        others = [path.values for path in self._paths.values()]
        bases = [*self._tried[:_BASES], *others[1:_BASES]]
        check = ExactPoints(self._problem, self._replay, judge)
        for values, pinned in exact(self._problem, bases):
            mistake = check.mistake(values, pinned)
            if mistake is not None:
                return [mistake]
        # a condition may also be on the upstream gradients
        for weight in (0.0, -1.0):
            mistake = check.mistake(bases[0], set(), weight)
            if mistake is not None:
                return [mistake]
        return []

    def _foreign(self, name: str, role: Role, place: int) -> bool:
        """Whether the block reads a name that is none of the stage's own."""
        if name not in self._problem.block.loads or role is Role.UPSTREAM:
            return False
        if role is Role.STALE:
            return True
        slot = self._problem.slots[place]
        return not (slot.read or slot.bound or role is Role.ZERO)
