"""Searching for points that take ways which no other point takes.

From the points that come closest to a way, one number after the other is moved as long
as that brings the run closer to it: by steps that grow, to where the distance would be
0 if it went on in a straight line, and to the constants of the program. Nothing of it
is random: the same program gives the same points.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from ..running.domains import Failure
from ..texts.scope import Unsupported
from .cells import cells_of
from .drawing import Values
from .measuring import Measuring, Way
from .points import Point, Search, program_constants, run_floats
from .reading import Program

# what the search for all ways may cost, and that for one of them
_MOST_STEPS = 400_000
_MOST_STEPS_EACH = 80_000
_MOST_RUNS_EACH = 600
_MOST_VARIABLES = 40
_MOST_CONSTANTS = 12
_STARTS = 3
# of steps, relative to the size of the number that is moved
_SCALES = (1.0, 0.1, 0.01, 1e-4)
_MOST_DOUBLINGS = 60
_HALVINGS = 6
# what an array of integers holds
_LARGEST_INTEGER = 2**62
# of the logarithm of a size
_MOST_GROWTH = 300.0


@dataclass(frozen=True)
class _Variable:
    """A number of a point: where it stands. `index` is that of an element; of None, all
    elements of an array are moved together, by what their mean is moved."""

    path: tuple[Any, ...]
    index: tuple[int, ...] | None
    whole: bool

    def value(self, values: Values) -> float:
        """What it is."""
        found: Any = values
        for key in self.path:
            found = found[key]
        return float(np.mean(found) if self.index is None else _at(found, self.index))

    def moved(self, values: Values, new: float) -> Values:
        """The point with another number there."""
        moved: Values = self._moved(values, self.path, new)
        return moved

    def _moved(self, value: Any, path: tuple[Any, ...], new: float) -> Any:
        if path:
            key, *rest = path
            inner = self._moved(value[key], tuple(rest), new)
            if isinstance(value, Mapping):
                return {**value, key: inner}
            return type(value)((*value[:key], inner, *value[key + 1 :]))
        number: float = round(new) if self.whole else new
        if self.index == ():
            return number
        array = value.copy()
        if self.index is None:
            array += type(array.flat[0])(number - np.mean(value))
        else:
            array[self.index] = number
        return array


@dataclass(frozen=True)
class _Size:
    """How large the floats of an array are, or those of a point: the logarithm of what
    is left of them if all are multiplied by one factor, from 0 on."""

    path: tuple[Any, ...]
    whole: bool = False

    def value(self, values: Values) -> float:
        """No factor yet."""
        return 0.0

    def moved(self, values: Values, new: float) -> Values:
        """The point with another size."""
        moved: Values = _scaled(values, self.path, math.exp(min(new, _MOST_GROWTH)))
        return moved


_Movable = _Variable | _Size


def _between(one: Any, other: Any) -> Any:
    """The point in the middle of two; of integers the one nearer to the second."""
    match one, other:
        case (bool() | str() | None, _) | (_, bool() | str() | None):
            return other
        case int(), int():
            return other - (other - one) // 2
        case float(), float():
            return other + (one - other) / 2
        case np.ndarray(), np.ndarray() if other.dtype.kind == "f":
            return other + (one - other) / 2
        case Mapping(), Mapping():
            return {key: _between(one[key], item) for key, item in other.items()}
        case list() | tuple(), list() | tuple():
            pairs = zip(one, other, strict=True)
            return type(other)(_between(a, b) for a, b in pairs)
    return other


def _scaled(value: Any, path: tuple[Any, ...], factor: float) -> Any:
    """What stands at a path, all floats in it multiplied by a factor."""
    match value:
        case np.ndarray() if value.dtype.kind == "f":
            return value * factor
        case float():
            return value * factor
        case Mapping():
            return {
                key: _scaled(item, path[1:], factor)
                if key in path[:1] or not path
                else item
                for key, item in value.items()
            }
        case list() | tuple():
            return type(value)(
                _scaled(item, path[1:], factor) if i in path[:1] or not path else item
                for i, item in enumerate(value)
            )
    return value


def _at(value: Any, index: tuple[int, ...]) -> Any:
    return value[index] if index else value


@dataclass(frozen=True)
class _Run:
    """A point, and how far from each way its run was."""

    values: Values
    distances: Mapping[Way, float]
    ways: frozenset[Way]
    writes: bool = False

    def distance(self, way: Way) -> float:
        """How far from a way; infinite where what decides is not reached."""
        return self.distances.get(way, math.inf)


class Climber:
    """The search for one program, at one shaping after the other."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._constants = program_constants(program)[-_MOST_CONSTANTS:]
        self._taken: set[Way] = set()
        self._tried: set[Way] = set()
        self._steps = 0
        self._runs = 0

    def missed(self) -> set[Way]:
        """The outcomes that no test in any run has had, where the other one was."""
        ways: set[Way] = {(at, not way) for at, way in self._taken if len(at) == 2}
        return ways - self._taken

    def climb(self, search: Search) -> None:
        """Add points to those that were found."""
        pool = [run for p in search.points if (run := self._run(p.values)) is not None]
        if not pool:
            return
        for run in pool:
            self._taken |= run.ways
        while self._steps < _MOST_STEPS:
            way = self._next(pool)
            if way is None:
                return
            self._tried.add(way)
            found = self._reached(way, pool)
            if found is not None:
                pool.append(found)
                self._taken |= found.ways
                self._add(search, found)

    def _add(self, search: Search, found: _Run) -> None:
        shaping = search.points[0].shaping
        turn = max(point.turn for point in search.points) + 1
        point = Point(shaping, found.values, turn, found.writes)
        search.points.insert(search.telling, point)
        search.telling += 1

    def _next(self, pool: list[_Run]) -> Way | None:
        """The next way to try: one whose test was reached, and that came closest."""
        near: dict[Way, float] = {}
        for run in pool:
            for way, distance in run.distances.items():
                if way not in self._taken and way not in self._tried:
                    near[way] = min(near.get(way, math.inf), distance)
        return min(near, key=lambda way: (near[way], way), default=None)

    def _reached(self, way: Way, pool: list[_Run]) -> _Run | None:
        """A run that takes a way, if one is found."""
        starts = sorted(pool, key=lambda run: run.distance(way))[:_STARTS]
        begun = self._steps
        self._runs = 0
        for run in starts:
            best = run
            for found in self._closer(run, way):
                if way in found.ways:
                    return self._nearest(way, best, found)
                if found.distance(way) < best.distance(way):
                    best = found
                spent = self._steps - begun
                if spent > _MOST_STEPS_EACH or self._runs > _MOST_RUNS_EACH:
                    return None
        return None

    def _nearest(self, way: Way, beside: _Run, found: _Run) -> _Run:
        """A run that takes a way, near to one that does not: far away what the way
        computes may be too small, or too large, to be told from nothing."""
        outside = beside.values
        for _ in range(_HALVINGS):
            between = _between(outside, found.values)
            run = self._run(between)
            if run is None or way not in run.ways:
                outside = between
            else:
                found = run
        return found

    def _closer(self, start: _Run, way: Way) -> Iterator[_Run]:
        """Runs around a run, and around those that come closer."""
        best = start
        variables = [*islice(_variables(start.values), _MOST_VARIABLES), _Size(())]
        for scale in _SCALES:
            improved = True
            while improved:
                improved = False
                for variable in variables:
                    for found in self._along(variable, best, way, scale):
                        yield found
                        if found.distance(way) < best.distance(way):
                            best, improved = found, True

    def _along(
        self, variable: _Movable, start: _Run, way: Way, scale: float
    ) -> Iterator[_Run]:
        """Runs with one number moved: as long as it gets better, by ever more."""
        at = variable.value(start.values)
        size = scale * max(abs(at), 1.0)
        step = max(1.0, round(size)) if variable.whole else size
        for sign in (1, -1):
            best, move = start, sign * step
            for _ in range(_MOST_DOUBLINGS):
                found = self._moved(variable, start, at + move)
                if found is None:
                    break
                yield found
                yield from self._straight_on(variable, start, found, move, way)
                if found.distance(way) >= best.distance(way):
                    break
                best, move = found, 2 * move
        if scale == _SCALES[0]:
            for constant in self._constants:
                found = self._moved(variable, start, constant)
                if found is not None:
                    yield found

    def _straight_on(
        self, variable: _Movable, start: _Run, found: _Run, move: float, way: Way
    ) -> Iterator[_Run]:
        """Where the distance is 0 if it changes in proportion, and a little further."""
        before, after = start.distance(way), found.distance(way)
        gain = before - after
        if not (math.isfinite(before) and math.isfinite(gain) and gain):
            return
        at = variable.value(start.values)
        for factor in (1.0, 1.01):
            run = self._moved(variable, start, at + factor * move * before / gain)
            if run is not None:
                yield run

    def _moved(self, variable: _Movable, start: _Run, new: float) -> _Run | None:
        whole = isinstance(variable, _Variable) and variable.whole
        if not math.isfinite(new) or (whole and abs(new) > _LARGEST_INTEGER):
            return None
        return self._run(variable.moved(start.values, new))

    def _run(self, values: Values) -> _Run | None:
        """A run at a point; None where the program has no finite value."""
        evaluator = Measuring(self._program.names)
        evaluator.most_steps = _MOST_STEPS_EACH
        self._runs += 1
        try:
            output = run_floats(self._program, evaluator, values)
            finite = all(math.isfinite(cell.value) for cell in cells_of(output))
        except (Failure, Unsupported):
            return None
        finally:
            self._steps += evaluator.steps
        if not finite:
            return None
        ways = frozenset(evaluator.ways)
        return _Run(values, evaluator.distances, ways, evaluator.writes)


def _variables(value: Any, path: tuple[Any, ...] = ()) -> Iterator[_Movable]:
    """The numbers that can be moved; those of arrays together first."""
    match value:
        case bool() | str() | None:
            return
        case int() | float():
            yield _Variable(path, (), isinstance(value, int))
        case np.ndarray() if value.size and value.dtype.kind in "if":
            whole = value.dtype.kind == "i"
            if value.size > 1 and not whole:
                yield _Variable(path, None, whole)
                yield _Size(path)
            for index in np.ndindex(*value.shape):
                yield _Variable(path, index, whole)
        case Mapping():
            for key, item in value.items():
                yield from _variables(item, (*path, key))
        case list() | tuple():
            for i, item in enumerate(value):
                yield from _variables(item, (*path, i))
