"""Points close to where a stage changes from one formula to another.

A condition of the written text that is off by a little goes wrong between the true
boundary and its own only. Sample points never fall there by chance, so boundaries are
searched for by bisection between points on different paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..running.code import Code
from ..running.domains import Failure
from ..running.machine import Env, Machine
from ..running.numeric import FloatDomain
from .local import Problem, Slot

Values = Mapping[int, Any]

_MAX_PAIRS = 12
_STEPS = 60
# closer than a wrong constant is off, but not so close that rounding decides
_GAP = 1e-11


def boundary_points(problem: Problem, tried: Sequence[Values]) -> list[Values]:
    """Points on both sides of the boundaries between the paths of the points tried."""
    by_path: dict[tuple[object, ...], Values] = {}
    for values in tried:
        path = _path(problem, values)
        if path is not None:
            by_path.setdefault(path, values)
    ends = list(by_path.items())
    pairs = [(a, b) for i, a in enumerate(ends) for b in ends[i + 1 :]]
    points: list[Values] = []
    for (path, start), (_, end) in pairs[:_MAX_PAIRS]:
        points += _bisected(problem, path, start, end)
    return points


def _bisected(
    problem: Problem, path: tuple[object, ...], start: Values, end: Values
) -> list[Values]:
    """Two points close to each other, of which the first only is on `path`."""
    for _ in range(_STEPS):
        if _close(start, end):
            return [start, end]
        middle = {
            slot: _middle(start[slot], end[slot], problem.slots[slot]) for slot in start
        }
        found = _path(problem, middle)
        if found is None:
            return []
        if found == path:
            start = middle
        else:
            end = middle
    return []


def _middle(a: Any, b: Any, slot: Slot) -> Any:
    if isinstance(a, list):
        return [_middle(x, y, slot) for x, y in zip(a, b, strict=True)]
    if slot.texts or slot.kind != "real":
        # between these there is nothing
        return a
    return (a + b) / 2


def _close(start: Values, end: Values) -> bool:
    pairs = (_pairs(start[slot], end[slot]) for slot in start)
    return all(abs(a - b) <= _GAP * (1 + abs(a)) for pair in pairs for a, b in pair)


def _pairs(a: Any, b: Any) -> list[tuple[float, float]]:
    if isinstance(a, str):
        return [] if a == b else [(0.0, 1.0)]
    return list(zip(a, b, strict=True)) if isinstance(a, list) else [(a, b)]


def _path(problem: Problem, values: Values) -> tuple[object, ...] | None:
    """The path of the original's stage at a point; None outside of its domain."""
    domain = FloatDomain()
    env: Env = {name: values[slot] for name, slot in problem.reads}
    try:
        machine = Machine(domain, constant_values(domain, problem.stage_constants))
        machine.run(problem.stage, env)
    except Failure:
        return None
    return tuple(domain.trace)


def constant_values(domain: Any, constants: Sequence[tuple[str, Code]]) -> Env:
    """The constants of a problem in a domain."""
    env: Env = {}
    for _, code in constants:
        Machine(domain).run(code, env)
    return env
