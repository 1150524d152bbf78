"""The visits of backward blocks, beside those of their stages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from ..arrays.cells import Cell, cells_of, copied
from ..arrays.reading import Block, Stage
from ..arrays.taped import Record
from ..arrays.trial import ArrayTrial, adjoint_names
from ..arrays.values import Frame
from ..arrays.verdict import Around
from .blame import Blame
from .segments import Role, Segment
from .visits import Sweep, Visit


class Blocks:
    """Watches the backward pass: the last visit of a stage is the first of its block,
    or, of those that are `skipped` at times, the last one that is not passed.

    `arounds` has by stage what was there before and after the visits of its block that
    are looked at closely; `counts` how often each block ran.
    """

    def __init__(
        self,
        visits: Mapping[int, list[Visit]],
        sweep: Sweep,
        trial: ArrayTrial,
        blame: Blame,
        skipped: frozenset[int],
    ) -> None:
        self.visits = visits
        self.counts: dict[int, int] = {}
        self.arounds: dict[int, list[Around]] = {}
        self._sweep = sweep
        self._trial = trial
        self._blame = blame
        # by stage that is skipped, the visits that are left
        self._left = {n: list(visits.get(n, ())) for n in skipped}
        self._open: tuple[Visit, Around] | None = None
        # called with each block that has run, and with None for what is between them
        self.after: Callable[[Segment | None], None] = lambda segment: None

    def enter(self, segment: Segment, frame: Frame) -> None:
        self._open = None
        self.after(None)
        if segment.role is not Role.BLOCK:
            return
        number = segment.number
        count = self.counts[number] = self.counts.get(number, 0) + 1
        visit = self._visit(number, count)
        if visit is None or visit.reads is None or not self._sweep.to(visit.stop):
            return
        self._open = visit, self._around(visit, segment, frame)

    def _visit(self, number: int, count: int) -> Visit | None:
        """The visit of a stage that a visit of its block belongs to."""
        left = self._left.get(number)
        if left is None:
            visits = self.visits.get(number, [])
            return visits[-count] if count <= len(visits) else None
        while left and left[-1].stop > self._sweep.at:
            left.pop()
        return left.pop() if left else None

    def _around(self, visit: Visit, segment: Segment, frame: Frame) -> Around:
        stage = visit.stage
        assert visit.reads is not None
        record = Record(
            Stage(stage.number, stage.line, stage.text, stage.tree, {}, {}),
            visit.reads,
            visit.binds,
            visit.start,
        )
        block = Block(segment.number, segment.line, segment.lines)
        env = frame.env
        return Around(
            record,
            block,
            {name: copied(env[name]) for name in _used(segment) if name in env},
            {name: self._sweep.adjoint(v) for name, v in visit.binds.items()},
            {name: self._sweep.adjoint(v) for name, v in visit.reads.items()},
        )

    def leave(self, segment: Segment, frame: Frame) -> None:
        self.after(segment)
        if self._open is None or not self._sweep.to(self._open[0].start):
            return
        visit, around = self._open
        assert visit.reads is not None
        env = frame.env
        around.after = {n: copied(env[n]) for n in _used(segment) if n in env}
        around.due = {n: self._sweep.adjoint(v) for n, v in visit.reads.items()}
        self.arounds.setdefault(segment.number, []).append(around)
        others = {n: self._sweep.adjoint(v) for n, v in visit.others.items()}
        parts = _parts(visit.reads, segment.tree.stores)
        passed = visit.stage.anew | parts
        read = {n: v for n, v in around.due.items() if n not in passed}
        self._blame.compare(around, read, others, env)

    def due_counts(self) -> dict[int, int]:
        """How often each stage ran."""
        return {number: len(visits) for number, visits in self.visits.items()}

    def run_counts(self, numbers: Iterable[int]) -> dict[int, int]:
        """How often blocks ran, of those that run with their stages."""
        certain = (n for n in numbers if n not in self._left)
        return {number: self.counts.get(number, 0) for number in certain}

    def constant(self) -> frozenset[int]:
        """The stages that, in this run, bind nothing that depends on a parameter."""
        return frozenset(
            number for number, visits in self.visits.items() if not _moving(visits)
        )


def _moving(visits: list[Visit]) -> bool:
    """Whether what a stage binds depends on a parameter; if in doubt, it does."""
    return any(visit.reads is None or _has_tangent(visit.binds) for visit in visits)


def _parts(reads: Mapping[str, Any], stored: Collection[str]) -> frozenset[str]:
    """What is read by itself and is in something else that is read: `u` and `ys[0]` of
    `for u in ys`. The block adds up the adjoints of both in that of the whole."""
    places = {name: _places(value) for name, value in reads.items()}
    wholes = {
        name
        for name, value in reads.items()
        if not isinstance(value, Cell)
        and not set(adjoint_names(name)).isdisjoint(stored)
    }

    def is_in(name: str, whole: str) -> bool:
        own, every = places[name], places[whole]
        return own < every or (own == every and name not in wholes)

    return frozenset(
        name for name in reads if places[name] and any(is_in(name, w) for w in wholes)
    )


def _places(value: Any) -> set[int]:
    """The places on the tape of what a value is made of."""
    places = {cell.value.tangent for cell in cells_of(value)}
    return places - {None}


def _has_tangent(values: Mapping[str, Any]) -> bool:
    return any(cell.value.tangent is not None for cell in cells_of(dict(values)))


def _used(segment: Segment) -> dict[str, None]:
    """The names in a block."""
    return dict.fromkeys((*segment.tree.loads, *segment.tree.stores))
