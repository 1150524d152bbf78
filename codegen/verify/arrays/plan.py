"""At which shapes, and at how many points, a function is looked at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice

from .climbing import Climber
from .counting import LONGEST_LOOP, due_trips
from .cutting import Cut
from .inputs import Input, leaves
from .points import Point, Search, find_points, longest, program_constants
from .reading import Program
from .seeking import Seeker, is_telling
from .shaping import (
    LENGTHS,
    Shaping,
    actual_shaping,
    bumped_shapings,
    dims_of,
    freed_shaping,
    guessed_shapings,
    has_names,
    is_known,
    is_large,
    is_small,
    lengthened_shapings,
    numbers_shaping,
    prime_shapings,
    reduced_shapings,
    sized_shapings,
    small_shapings,
    stretched_shaping,
)
from .values import Kind

_SMALL_POINTS = 2
# where ways through branches differ, if the program is a short one
_BRANCHING_POINTS = 12
_MOST_STEPS = 40_000
# steps of a program that is looked at once for each shaping
_LONG = 100_000
_MOST_SHAPINGS = 24
_MOST_GUESSED = 6
_MOST_RESERVES = 12
# what is short and what is long in shapes that are guessed, the other way round
_WIDE = (3, 2, 5, 7)
_MOST_WIDE = 64
_MOST_BUMPS = 8
# lengths of axes, or of all axes alike
_LONGER = ((3, False), (3, True), (4, False))
# axes of matrix products in shapes that are telling
_LEAST = (_MATRICES := 2, 1)
# runs in which loops are longer, and the lengths that are tried for each of them
_MOST_COUNTING = 2
_MORE = (0, 1, 2)
_TRIES = 6
_MORE_TRIES = 30

Step = tuple[Shaping, int]


class Plan:
    """The shapes for one program, each with a number of points.

    `reason` says why the first shapes at which the program cannot be run are none.
    Shapes at which slices are empty or cut off show nothing of them: they do not count,
    unless they are the true ones.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self.reason = ""
        self._climber = Climber(program)
        self._branches = _has_branches(program)
        self._branching = 0
        # whether it does not come to its end
        self._endless = False
        # by label, what was found; and where looking for it takes long
        self._found: dict[str, Search] = {}
        self._long: dict[str, Search] = {}
        # the labels of the shapes that were looked at, and how long loops were there
        self._seen: set[str] = set()
        self._loops: dict[int, int] = {}
        self._guesses: list[Shaping] = []
        self._reserves: list[Shaping] = []

    def steps(self) -> Iterator[Step]:
        """Small shapes for proofs first, then unequal primes."""
        inputs, called = self._program.inputs, self._program.called
        if called:
            runs = [s for s in called if self._cuts(s) is not None]
            yield from ((s, max(_SMALL_POINTS, self._branching)) for s in runs)
            yield from self._longer(freed_shaping(inputs, s) for s in runs)
        elif not is_known(inputs):
            guessed = self._guessed()
            varied = self._telling_first(_varied(guessed))
            self._guesses = varied
            self._reserves = [s for s in guessed if s not in varied]
            yield from ((shaping, 1) for shaping in varied)
            for known in varied[:1]:
                yield from self._repeating_guessed(known)
                stretched = partial(_stretched, inputs, known)
                yield from self._counting(stretched)
                yield from self._longer(
                    s for n in self._telling_lengths() for s in stretched(n)
                )
        elif has_names(inputs):
            yield from self._first(small_shapings(inputs), _SMALL_POINTS)
            yield from self._first(prime_shapings(inputs), 1)
            yield from self._repeating()
            sized = partial(sized_shapings, inputs)
            yield from self._counting(sized)
            yield from self._longer(
                s for n in self._telling_lengths() for s in sized(n)
            )
        else:
            actual = actual_shaping(inputs)
            if actual is not None and is_small(actual):
                yield from self._first([actual], _SMALL_POINTS, Cut.AWAY)
            yield from self._first(reduced_shapings(inputs, primes=False), 1)
            yield from self._first(reduced_shapings(inputs, primes=True), 1)
            if actual is not None and not is_small(actual):
                yield from self._first([actual], 1, Cut.AWAY)

    def search(self, shaping: Shaping, most: int, tries: int) -> Search:
        """Points of one shaping; those that are known, where a run takes long."""
        known = self._long.get(shaping.label)
        if known is not None:
            return known
        search = find_points(self._program, shaping, most, tries)
        self._climber.climb(search)
        return search

    def unknown(self) -> list[str]:
        """The parameters of which no shapes are known."""
        return [
            i.name
            for i in self._program.inputs
            if any(leaf.dims is None and not leaf.choices for _, leaf in leaves(i.spec))
        ]

    def reserves(self) -> Iterator[Step]:
        """Other shapes that were guessed, for where those of `steps` show nothing."""
        found = self._reserves[:_MOST_RESERVES]
        yield from ((shaping, 1) for shaping in found)
        inputs = self._program.inputs
        if not is_known(inputs) and not self._program.called:
            longer = (s for g in self._guesses for s in lengthened_shapings(inputs, g))
            wide = islice(guessed_shapings(inputs, _WIDE), _MOST_WIDE)
            others = (s for s in chain(longer, wide) if not is_large(s))
            yield from ((s, 1) for s in others if self._cuts(s) is not None)

    def _guessed(self) -> list[Shaping]:
        """The guessed shapes at which the original runs: longer ones where at the
        short ones slices are cut off, others where none of two axes do."""
        inputs = self._program.inputs
        if not self._program.names.has_arrays:
            numbers = numbers_shaping(inputs)
            if numbers is not None and self._cuts(numbers) is not None:
                return [numbers]
        for lengths in LENGTHS:
            shapings = guessed_shapings(inputs, lengths)
            cuts = [(s, self._cuts(s)) for s in shapings if not self._endless]
            for most in (Cut.NONE, Cut.WHOLE):
                if found := [s for s, cut in cuts if cut is not None and cut <= most]:
                    return found
            if all(cut is None for _, cut in cuts):
                break
        return [] if self._endless else list(self._sought())

    def _telling_first(self, shapings: list[Shaping]) -> list[Shaping]:
        """Guessed shapes, a most telling one first, if need be one that is sought."""
        ordered = sorted(shapings, key=_is_stretched)
        points = [point for shaping in ordered for point in self._points(shaping)]
        for least in _LEAST if points else ():
            for point in points:
                if is_telling(self._program, point.values, least):
                    first = point.shaping
                    return [first, *(s for s in ordered if s.label != first.label)]
            if least == _MATRICES:
                seeker = Seeker(self._program, empty=False, least=least)
                found = seeker.shaping(LENGTHS[0])
                if found is not None and self._cuts(found) is not None:
                    return [found, *ordered]
        return ordered

    def _points(self, shaping: Shaping) -> list[Point]:
        """The points that were found at some shapes."""
        return self._found[shaping.label].points

    def _sought(self) -> Iterator[Shaping]:
        """Shapes of any rank at which the original runs: short, and longer ones."""
        for lengths in LENGTHS[:2]:
            # shapes at which nothing is empty show more
            seekers = (Seeker(self._program, empty=empty) for empty in (False, True))
            found = (seeker.shaping(lengths) for seeker in seekers)
            shaping = next((one for one in found if one is not None), None)
            if shaping is None:
                return
            if self._cuts(shaping) is not None:
                yield shaping

    def _first(
        self, shapings: Iterable[Shaping], points: int, most: Cut = Cut.WHOLE
    ) -> Iterator[Step]:
        """The first shapes, not too large and not looked at before, at which the
        original runs and slices are not cut; or the first at which they are cut by
        `most`."""
        chosen = None
        if self._program.body:
            # what is cut in one trip of a loop may be whole in another
            most = Cut.AWAY
        for shaping in islice(shapings, 0 if self._endless else _MOST_SHAPINGS):
            known = shaping.label in self._seen
            cut = None if known or is_large(shaping) else self._cuts(shaping)
            if cut is Cut.NONE:
                chosen = shaping
                break
            if cut is not None and cut <= most:
                chosen = chosen or shaping
            if self._endless or (chosen and chosen.label in self._long):
                break
        if chosen is not None:
            self._seen.add(chosen.label)
            self._loops = longest(self._loops, self._found[chosen.label].loops)
            yield chosen, max(points, self._branching)

    def _repeating(self) -> Iterator[Step]:
        """Shapes, as small as may be, at which more loops run twice: the second trip of
        a loop is the first one that takes something over."""
        shaping, most = None, _repeated(self._loops)
        for _ in range(_MOST_BUMPS if most < len(self._loops) else 0):
            found = [
                (_repeated(longest(self._loops, self._found[other.label].loops)), other)
                for other in bumped_shapings(self._program.inputs, shaping)
                if not is_large(other) and self._cuts(other) is not None
            ]
            best, other = max(found, key=lambda pair: pair[0], default=(0, shaping))
            if best <= most and shaping is not None:
                break
            shaping, most = other, max(best, most)
        if shaping is not None and most > _repeated(self._loops):
            yield from self._first([shaping], 1)

    def _repeating_guessed(self, known: Shaping) -> Iterator[Step]:
        """As `_repeating`, beside shapes that are guessed; longer ones in any case, and
        all axes alike, if at these all differ."""
        inputs = self._program.inputs
        longer = False
        self._loops = longest(self._loops, self._found[known.label].loops)
        for length, alike in _LONGER:
            other = stretched_shaping(inputs, known, length, alike=alike)
            seen = other.label in self._found or is_large(other)
            if seen or self._cuts(other) is None:
                continue
            loops = longest(self._loops, self._found[other.label].loops)
            if alike or not longer or _repeated(loops) > _repeated(self._loops):
                longer = True
                self._loops = loops
                yield other, 1

    def _counting(self, shapings: Callable[[int], Iterable[Shaping]]) -> Iterator[Step]:
        """Shapes at which loops run as often as it takes them to show what they do;
        `shapings` gives those with axes of a length."""
        due = due_trips(self._program)
        lengths = sorted({trips + more for trips in due.values() for more in _MORE})
        left = _MOST_COUNTING
        for shaping in islice(
            (s for n in lengths for s in shapings(n)), _MOST_SHAPINGS
        ):
            short = [at for at, trips in due.items() if self._loops.get(at, 0) < trips]
            if not (short and left) or self._endless:
                return
            if is_large(shaping) or self._cuts(shaping) is None:
                continue
            loops = self._found[shaping.label].loops
            if any(loops.get(at, 0) >= due[at] for at in short):
                self._loops = longest(self._loops, loops)
                left -= 1
                yield shaping, 1

    def _telling_lengths(self) -> Iterator[int]:
        """Lengths at which what is compared with a number of the program, as the index
        of a loop, may be larger."""
        if self._climber.missed():
            constants = {int(c) for c in program_constants(self._program)}
            counted = [c for c in constants if 0 < c <= LONGEST_LOOP]
            # with a second trip or two in which nothing else holds
            yield from sorted({c + more for c in counted for more in (2, 5)})

    def _longer(self, shapings: Iterable[Shaping]) -> Iterator[Step]:
        """The first shapes at which tests have outcomes that they never had."""
        for shaping in islice(shapings, _MOST_SHAPINGS):
            missed = self._climber.missed()
            if not missed or self._endless:
                return
            if is_large(shaping) or self._cuts(shaping) is None:
                continue
            sides = self._found[shaping.label].sides
            if any(at in sides and way in sides[at] for at, way in missed):
                yield shaping, max(1, self._branching)

    def _cuts(self, shaping: Shaping) -> Cut | None:
        """How slices are cut at these shapes; None where the original does not run."""
        search = find_points(self._program, shaping, 1, _TRIES, every=False)
        if not (search.points or search.broken or search.endless):
            # with other values it has a value
            search = find_points(self._program, shaping, 1, _MORE_TRIES, every=False)
        self._found[shaping.label] = search
        self._endless |= bool(search.endless and not search.points)
        if search.steps > _LONG:
            self._long[shaping.label] = search
        if self._branches and search.points:
            most = _MOST_STEPS // max(search.steps, 1)
            self._branching = min(_BRANCHING_POINTS, most)
        reason = search.reason
        if search.points and search.cuts is Cut.AWAY:
            reason = "a slice is empty or cut off at small lengths"
        self.reason = self.reason or reason
        return search.cuts if search.points else None


def _stretched(
    inputs: Sequence[Input], known: Shaping, length: int
) -> Iterator[Shaping]:
    """Guessed shapes with axes of that length and more."""
    yield stretched_shaping(inputs, known, length)


def _repeated(loops: Mapping[int, int]) -> int:
    """How many loops have run twice."""
    return sum(trips > 1 for trips in loops.values())


def _has_branches(program: Program) -> bool:
    """Whether a program that is run as a whole decides something by its values, or
    takes an integer: then a few points show little."""
    kinds = (ast.If, ast.IfExp, ast.Match, ast.comprehension)
    nodes = (part for node in program.body for part in ast.walk(node))
    counts = (
        leaf.kind is Kind.INT and not leaf.dims
        for i in program.inputs
        for _, leaf in leaves(i.spec)
    )
    return bool(program.body) and (
        any(isinstance(node, kinds) for node in nodes) or any(counts)
    )


def _is_stretched(shaping: Shaping) -> bool:
    """Whether an axis of length 1 may be stretched."""
    return any("1" in dims for dims in dims_of(shaping))


def _varied(shapings: Sequence[Shaping]) -> list[Shaping]:
    """A few shapings that differ in their ranks, or in what they stretch."""
    by_kind: dict[tuple[object, ...], Shaping] = {}
    for shaping in shapings:
        kind = tuple((len(dims), "1" in dims) for dims in dims_of(shaping))
        by_kind.setdefault(kind, shaping)
    return list(by_kind.values())[:_MOST_GUESSED]
