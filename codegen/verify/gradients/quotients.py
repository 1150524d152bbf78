"""Central differences in float64 with a step of its own for each element, and the table
of how far the written gradient is from them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, TypeVar

from ..reports.report import Difference
from ..running.domains import Failure

T = TypeVar("T")
_NONE: Any = object()

# the program at a new value of one element: the path it takes, and its total
Run = Callable[[float], tuple[object, float]]

# the first step is so many powers of two below the element
_FIRST = 8
_SMALLEST_SCALE = 2.0**-4
# how often the step is cut while the ends lie on other paths, and by how much
_CUTS = 5
_CUT = 16
# how often it is halved while that makes the quotient better, and when it is good
_HALVINGS = 5
_GOOD = 1e-11
_ENOUGH = 1e-7
# of one parameter, chosen at random where there are more
MOST_ELEMENTS = 128
# a difference that rounding in the quotient does not explain
_APART = 1e-4
_MARGIN = 1e3
# of a gradient, as the measure of a relative difference
_LEAST = 1e-8


@dataclass(frozen=True)
class Quotient:
    """A difference quotient, and how far it may be off."""

    value: float
    error: float


def central(run: Run, at: float, path: object) -> Quotient | None:
    """The derivative of a total with respect to an element with the value `at`.

    Steps shrink until both ends lie on the path of the point; None where they never
    do: at a kink, or at the border of where the program is defined. Then Neville's
    scheme goes on from quotients at halved steps as long as their error gets smaller;
    where it stays large, smaller steps yet are tried.
    """
    scale = max(abs(at), _SMALLEST_SCALE)
    step = 2.0 ** (math.frexp(scale)[1] - _FIRST)
    best = None
    for _ in range(_CUTS):
        first = _quotient(run, at, step, path)
        if first is not None:
            found = _refined(run, at, step, path, first)
            if best is None or found.error < best.error:
                best = found
            if best.error <= _ENOUGH * max(abs(best.value), _ENOUGH):
                break
        step /= _CUT
    return best


def _refined(run: Run, at: float, step: float, path: object, first: float) -> Quotient:
    best = Quotient(first, math.inf)
    row = [first]
    for _ in range(_HALVINGS):
        step /= 2
        value = _quotient(run, at, step, path)
        if value is None:
            break
        above, row = row, [value]
        for order, earlier in enumerate(above, start=1):
            row.append(row[-1] + (row[-1] - earlier) / (4.0**order - 1))
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - earlier))
            if error < best.error:
                best = Quotient(row[-1], error)
        if best.error <= _GOOD * max(abs(best.value), _GOOD):
            break
        # once rounding outweighs what smaller steps gain, they only lose
        if abs(row[-1] - above[-1]) >= 2 * best.error:
            break
    return best


def _quotient(run: Run, at: float, step: float, path: object) -> float | None:
    above, below = at + step, at - step
    totals = []
    for end in (above, below):
        try:
            way, total = run(end)
        except (Failure, ArithmeticError):
            return None
        if way != path or not math.isfinite(total):
            return None
        totals.append(total)
    return (totals[0] - totals[1]) / (above - below)


def in_turns(parameters: Sequence[Sequence[T]], rng: random.Random) -> Iterator[T]:
    """The elements to compare: some of each parameter, as far as time allows, in an
    order that is random, but the same every time."""
    drawn = [rng.sample(p, min(len(p), MOST_ELEMENTS)) for p in parameters]
    for row in zip_longest(*drawn, fillvalue=_NONE):
        yield from (item for item in row if item is not _NONE)


@dataclass
class _Column:
    total: int
    left_out: int = 0
    absolute: list[float] = field(default_factory=list)
    scales: list[float] = field(default_factory=list)
    # the largest difference that rounding does not explain
    apart: float = 0.0

    def relative(self) -> list[float]:
        """The differences relative to the gradients, none of which counts as less than
        what rounding leaves of a zero."""
        least = max(_LEAST, _LEAST * max(self.scales, default=0.0))
        pairs = zip(self.absolute, self.scales, strict=True)
        return [absolute / max(scale, least) for absolute, scale in pairs]


class Table:
    """The differences by parameter."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}

    def start(self, parameter: str, total: int) -> None:
        """Begin with a parameter of so many elements, at one more point."""
        self._columns.setdefault(parameter, _Column(0)).total += total

    def add(self, parameter: str, written: float, quotient: Quotient | None) -> None:
        """Enter an element; one without a quotient is left out, and counted."""
        column = self._columns[parameter]
        if quotient is None:
            column.left_out += 1
            return
        absolute = abs(written - quotient.value)
        scale = max(abs(written), abs(quotient.value))
        column.absolute.append(absolute)
        column.scales.append(scale)
        if absolute > _APART * (1 + scale) + _MARGIN * quotient.error:
            column.apart = max(column.apart, absolute)

    def rows(self) -> tuple[Difference, ...]:
        """The table."""
        return tuple(
            Difference(
                name,
                _mean(column.absolute),
                _largest(column.absolute),
                _mean(column.relative()),
                _largest(column.relative()),
                len(column.absolute),
                column.left_out,
                column.total,
            )
            for name, column in self._columns.items()
        )

    def notes(self) -> list[str]:
        """What there is to say about the numbers."""
        notes = [
            f"float64: the gradient of `{name}` is {column.apart:.1e} away from the "
            "difference quotient, more than rounding in that explains"
            for name, column in self._columns.items()
            if column.apart
        ]
        if any(not math.isfinite(row.max_absolute) for row in self.rows()):
            notes.append("float64: a gradient or difference is not finite")
        return notes


def _mean(values: Sequence[float]) -> float:
    if not all(map(math.isfinite, values)):
        return math.nan
    return math.fsum(values) / len(values) if values else 0.0


def _largest(values: Sequence[float]) -> float:
    # max() would drop a NaN
    finite = all(map(math.isfinite, values))
    return max(values, default=0.0) if finite else math.nan
