"""Random residues of which all roots exist that a program takes.

Modulo a prime every other number has no square root. Where a program takes a few roots,
other random inputs will do; where it takes many, all of them exist for no inputs that
are drawn at once. So inputs are drawn again one after the other: those on which the
roots that exist already do not depend, until the next one exists, too.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

# runs without progress after which a search is given up
_PATIENCE = 300

# by the name of an input, which draw it is that counts: 0 where nothing is said
Draws = Mapping[str, int]


@dataclass(frozen=True)
class Stop:
    """Where a run ended for want of a root: after so many `steps` of the program, and
    `roots` that exist; `base` has none."""

    steps: int
    roots: int
    base: int


# a run with inputs that are drawn again; None where all roots exist
Run = Callable[[Draws], Stop | None]


def rooted(
    inputs: Sequence[Sequence[str]], run: Run, starts: Iterable[Draws], most: int
) -> Draws | None:
    """Draws with which a run comes to its end; None where `most` runs find none.

    `inputs` are names of numbers, those of an array together; `starts` are draws that
    may do.
    """
    names = [name for group in inputs for name in group]
    drawn = Counter(dict.fromkeys(names, 0))
    tried = []
    for draws in ({}, *starts):
        tried.append((draws, run(draws)))
        drawn |= Counter(draws)
    draws, stop = max(tried, key=lambda pair: _progress(pair[1]))
    while stop is not None and most > 0:
        search = _Search(draws, stop, deque(_candidates(inputs)), drawn)
        most -= search.search(run, most)
        draws, stop = search.draws, search.stop
        if stop is not None and most > 0:
            # from another start
            drawn.update(names)
            draws = {name: drawn[name] for name in names}
            stop = run(draws)
    return draws if stop is None else None


def _progress(stop: Stop | None) -> tuple[float, float]:
    """How far a run came."""
    return (math.inf, math.inf) if stop is None else (stop.steps, stop.roots)


@dataclass
class _Search:
    """Candidates are groups of inputs: an array, or one of its numbers.

    Attributes:
        draws: those with which a run came as far as `stop` says.
        late: candidates on which no step before that depends, as far as is known.
        drawn: how often an input was drawn, whatever came of it.
        idle: those of `late` on which the root that is missing does not depend.
    """

    draws: Draws
    stop: Stop | None
    late: deque[tuple[str, ...]]
    drawn: Counter[str]
    idle: list[tuple[str, ...]] = field(default_factory=list)

    def search(self, run: Run, most: int) -> int:
        """Draw again until all roots exist, nothing is left to try, or nothing gets
        better; how many runs that took."""
        runs = better = 0
        while self.stop is not None and self.late and runs < most:
            if runs - better > _PATIENCE:
                return most
            before = self.stop
            group = self.late.popleft()
            self.drawn.update(group)
            draws = {**self.draws, **{name: self.drawn[name] for name in group}}
            self._learn(before, group, draws, run(draws))
            runs += 1
            better = better if self.stop == before else runs
        return runs

    def _learn(
        self, before: Stop, group: tuple[str, ...], draws: Draws, stop: Stop | None
    ) -> None:
        if stop is None or _progress(stop) > _progress(before):
            self.draws, self.stop = draws, stop
            self.late.extendleft([*self.idle, group])
            self.idle.clear()
        elif stop == before:
            self.idle.append(group)
        elif _progress(stop) == _progress(before):
            self.late.appendleft(group)
        elif stop.steps == before.steps:
            self.late.append(group)


def _candidates(inputs: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Arrays before their numbers."""
    yield from map(tuple, inputs)
    for names in inputs:
        if len(names) > 1:
            yield from ((name,) for name in names)
