"""Which of many accesses of an array may touch what another one does.

Comparing each with each takes a time in proportion to their square, and nearly all of
them are apart for a reason that needs no thought: `a[3] = ...` and `a[7] = ...`, or one
statement is over before the other begins. So accesses are kept in order of time and by
the constants in their indices, and only those that are left are worth a look
(`analysis.regions`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..ir.dims import named
from ..ir.expr import Expr, Slice
from .axes import Names, is_number, items_of, literal
from .regions import Access, Symbols

# From a first element to before a last one.
Interval = tuple[int, int]


class Nearby:
    """The accesses of one array, found by when they happen and by where."""

    def __init__(self, accesses: Iterable[Access], symbols: Symbols) -> None:
        self._names = {name: named(name) for name in symbols.invariant}
        self._all = sorted(accesses, key=_when)
        intervals = [self._intervals(access) for access in self._all]
        count = Counter(axis for found in intervals for axis in found)
        self._axis = max(count, key=lambda axis: count[axis], default=0)
        self._free: list[Access] = []
        self._by_length: dict[int, _Starts] = {}
        for access, found in zip(self._all, intervals, strict=True):
            interval = found.get(self._axis)
            if interval is None:
                self._free.append(access)
            else:
                length = (interval[1] - interval[0]).bit_length()
                self._by_length.setdefault(length, _Starts()).add(interval, access)
        for starts in self._by_length.values():
            starts.sort()

    def later(self, access: Access) -> Iterator[Access]:
        """Those that may touch the same elements at the same time or later."""
        start = _when(access)
        for some in self._around(access):
            yield from some[bisect_left(some, start, key=_when) :]

    def earlier(self, access: Access) -> Iterator[Access]:
        """Those that may touch the same elements at the same time or earlier."""
        start = _when(access)
        for some in self._around(access):
            yield from some[: bisect_right(some, start, key=_when)]

    def _around(self, access: Access) -> Iterator[list[Access]]:
        """Those that may touch the same elements at any time; each list in order."""
        interval = self._intervals(access).get(self._axis)
        if interval is None:
            yield self._all
            return
        yield self._free
        for length, starts in self._by_length.items():
            yield sorted(starts.meeting(interval, 1 << length), key=_when)

    def _intervals(self, access: Access) -> dict[int, Interval]:
        """What an access takes of each axis, where that stands in the text."""
        loops = [loop.index for loop in access.loops if loop is not None]
        names = {**self._names, **{index: named(index) for index in loops}}
        return dict(_constant_parts(access.index, names))


@dataclass
class _Starts:
    """Intervals of about the same length, in order of their first elements."""

    found: list[tuple[Interval, Access]] = field(default_factory=list)

    def add(self, interval: Interval, access: Access) -> None:
        self.found.append((interval, access))

    def sort(self) -> None:
        self.found.sort(key=_start)

    def meeting(self, interval: Interval, longest: int) -> Iterator[Access]:
        """Those that have an element in common with an interval."""
        first, last = interval
        begin = bisect_left(self.found, first - longest, key=_start)
        for (_, end), access in self.found[
            begin : bisect_left(self.found, last, key=_start)
        ]:
            if end > first:
                yield access


def _when(access: Access) -> tuple[int, ...]:
    """Where in the body the statement stands that an access is in."""
    return access.order[:1]


def _start(found: tuple[Interval, Access]) -> int:
    return found[0][0]


def _constant_parts(index: Expr, names: Names) -> Iterator[tuple[int, Interval]]:
    """The axes of which the elements stand in the text, as far as the axes are clear.

    Numbers below 0 count from an end that is not known here.
    """
    for axis, item in enumerate(items_of(index)):
        lower = upper = None
        if is_number(item, names):
            lower = literal(item)
            upper = None if lower is None else lower + 1
        elif not isinstance(item, Slice):
            return
        elif item.step is None and item.upper is not None:
            lower = 0 if item.lower is None else literal(item.lower)
            upper = literal(item.upper)
        if lower is not None and upper is not None and 0 <= lower <= upper:
            yield axis, (lower, upper)
