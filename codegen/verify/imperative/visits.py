"""The written forward pass on a tape: what each visit of a stage reads and binds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of, copied, mapped
from ..arrays.trial import ArrayTrial
from ..arrays.values import Frame
from ..running.tangents import Dual, TapeDomain
from .segments import Role, Segment

# cells that are looked at in a run
_MOST_CELLS = 400_000
# visits of all stages, if each of them is to be looked at closely
_MOST_VISITS = 2_000
# visits of a stage of which more than their place on the tape is kept
_MOST_SEEN = 5


class TooLong(Exception):
    """There are too many visits, of too large arrays, to follow each of them."""


class ForwardIsOver(Exception):
    """The first backward block has been reached."""


@dataclass
class Visit:
    """One visit of a stage: its part of the tape, and, where it is looked at closely,
    what it reads and binds as values of the tape; `others` are the variables that it
    does not read, where these are wanted."""

    stage: Segment
    start: int
    stop: int = 0
    reads: Mapping[str, Any] | None = None
    binds: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)


class Counter:
    """Counts the visits of each stage and block."""

    def __init__(self) -> None:
        self.counts: dict[tuple[Role, int], int] = {}

    def enter(self, segment: Segment, frame: Frame) -> None:
        key = segment.role, segment.number
        self.counts[key] = self.counts.get(key, 0) + 1

    def leave(self, segment: Segment, frame: Frame) -> None:
        pass

    def visits(self, number: int) -> int:
        """How often a stage was visited."""
        return self.counts.get((Role.STAGE, number), 0)

    def chosen(self, every: bool) -> Callable[[int, int], bool]:
        """Which visits are looked at closely, by stage and number of the visit: the
        first and last ones, or all."""

        few = sum(self.counts.values()) <= _MOST_VISITS

        def is_chosen(number: int, visit: int) -> bool:
            last = self.visits(number) - 1
            telling = last < _MOST_SEEN or visit in (0, 1, last // 2, last)
            return telling or (every and few)

        return is_chosen


class Recorder:
    """Fills `visits` by stage, in order, while the forward pass runs on `tape`.

    What a stage only moves gets a place of its own on the tape, so that its adjoint is
    told from that of where it came from. With `shared` this is done without giving up
    that two names may share their memory. With `every`, all variables are kept.
    """

    def __init__(
        self,
        tape: TapeDomain[Any],
        written_to: frozenset[str],
        chosen: Callable[[int, int], bool],
        *,
        shared: bool,
        every: bool,
    ) -> None:
        self.visits: dict[int, list[Visit]] = {}
        self._tape = tape
        self._written_to = written_to
        self._chosen = chosen
        self._shared = shared
        self._every = every
        self._before: dict[str, Any] = {}
        self._objects: dict[str, Any] = {}
        self._owned: set[int] = set()
        self._looked_at = 0

    def enter(self, segment: Segment, frame: Frame) -> None:
        if segment.role is Role.BLOCK:
            raise ForwardIsOver
        env = frame.env
        earlier = self.visits.setdefault(segment.number, [])
        visit = Visit(segment, len(self._tape.tape))
        if self._chosen(segment.number, len(earlier)):
            names = self._with_shared((*segment.reads, *segment.binds), env)
            visit.reads = {name: self._kept(env[name]) for name in names}
            others = [name for name in env if self._every and name not in names]
            visit.others = {name: self._kept(env[name]) for name in others}
        earlier.append(visit)
        bound = [name for name in segment.binds if name in env]
        self._objects = {name: env[name] for name in bound}
        self._before = {name: self._kept(env[name]) for name in bound}

    def leave(self, segment: Segment, frame: Frame) -> None:
        env = frame.env
        visit = self.visits[segment.number][-1]
        self._owned.clear()
        for name in segment.binds:
            if name in env:
                env[name] = self._own(name, env[name], visit.start)
        if visit.reads is not None:
            names = self._with_shared(segment.binds, env)
            visit.binds = {name: self._kept(env[name]) for name in names}
        visit.stop = len(self._tape.tape)

    def _kept(self, value: Any) -> Any:
        self._looked_at += len(cells_of(value))
        if self._looked_at > _MOST_CELLS:
            raise TooLong
        return copied(value)

    def _with_shared(
        self, names: Iterable[str], env: Mapping[str, Any]
    ) -> dict[str, None]:
        """These of the names that have a value, and those of arrays that share memory
        with theirs where one of them is written to."""
        found = dict.fromkeys(name for name in names if name in env)
        if not self._written_to:
            return found
        arrays = [(n, env[n]) for n in found if isinstance(env[n], np.ndarray)]
        for other, value in env.items():
            if isinstance(value, np.ndarray) and any(
                np.may_share_memory(value, array)
                for name, array in arrays
                if not self._written_to.isdisjoint((name, other))
            ):
                found[other] = None
        return found

    def _own(self, name: str, value: Any, start: int) -> Any:
        """A value, its cells with places of their own if the visit has not made them.

        What has been there before the visit is left alone."""
        if value is self._objects.get(name):
            self._own_in_place(value, self._before[name], start)
            return value
        if self._shared or name in self._written_to:
            self._own_in_place(value, None, start)
            return value if not isinstance(value, Cell) else self._owning(value, start)
        return mapped(value, lambda cell: self._owning(cell, start))

    def _own_in_place(self, value: Any, before: Any, start: int) -> None:
        match value:
            case np.ndarray() if value.dtype == object:
                old = [] if before is None else list(before.flat)
                for i, cell in enumerate(value.flat):
                    if i >= len(old) or cell is not old[i]:
                        value.flat[i] = self._owning(cell, start)
            case list():
                known = len(before) if isinstance(before, list) else 0
                for i in range(known, len(value)):
                    value[i] = self._owned_item(value[i], start)
                for i in range(min(known, len(value))):
                    if isinstance(value[i], Cell) and value[i] is not before[i]:
                        value[i] = self._owning(value[i], start)

    def _owned_item(self, value: Any, start: int) -> Any:
        if isinstance(value, np.ndarray) and self._shared:
            self._own_in_place(value, None, start)
            return value
        return mapped(value, lambda cell: self._owning(cell, start))

    def _owning(self, cell: Cell, start: int) -> Cell:
        dual: Dual = cell.value
        if dual.tangent is None:
            return cell
        if dual.tangent < start or dual.tangent in self._owned:
            dual = self._tape.copy(dual)
        self._owned.add(dual.tangent)
        return Cell(self._tape, dual)


def variables(
    tape: TapeDomain[Any], trial: ArrayTrial, wanted: Iterable[str]
) -> dict[str, Any]:
    """The arguments as values of the tape; those that are wanted move."""
    moving = frozenset(wanted)

    def argument(name: str, value: Any) -> Any:
        def one(cell: Cell) -> Cell:
            base = cell.value
            dual = tape.variable(base) if name in moving else Dual(base, None)
            return Cell(tape, dual)

        return mapped(value, one)

    return {name: argument(name, value) for name, value in trial.inputs.items()}


def plain(trial: ArrayTrial, value: Any) -> Any:
    """A value of the tape in the arithmetic of the trial."""
    domain = trial.domain
    return mapped(value, lambda cell: Cell(domain, cell.value.value))


class Sweep:
    """The tape run backwards, step by step, from random weights of the output."""

    def __init__(
        self, tape: TapeDomain[Any], trial: ArrayTrial, output: Any, weights: Any
    ) -> None:
        self._tape = tape
        self._trial = trial
        self._adjoints: dict[int, Any] = {}
        self.at = len(tape.tape)
        add = trial.domain.add
        for cell, weight in zip(cells_of(output), cells_of(weights), strict=True):
            place = cell.value.tangent
            if place is not None:
                known = self._adjoints.get(place)
                new = weight.value if known is None else add(known, weight.value)
                self._adjoints[place] = new

    def to(self, place: int) -> bool:
        """Go back to a place; whether it has not been passed before."""
        if place > self.at:
            return False
        self._tape.sweep(self._adjoints, self.at, place)
        self.at = place
        return True

    def adjoint(self, value: Any) -> Any:
        """The adjoint of a value of the tape as far as it is known here, in the value's
        structure; None for elements that are constant."""
        domain, zero = self._trial.domain, self._trial.zero()

        def one(cell: Cell) -> Cell | None:
            if cell.value.tangent is None:
                return None
            found = self._adjoints.get(cell.value.tangent)
            return zero if found is None else Cell(domain, found)

        return mapped(value, one)
