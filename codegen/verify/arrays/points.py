"""Points at which both texts are run: values for the parameters of a shaping."""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..gradients.runs import seeded
from ..running.domains import Broken, Failure, Nested
from ..running.numeric import FloatDomain
from ..texts.scope import Unsupported
from .cells import Cell, cells_of, mapped
from .counting import due_trips
from .cutting import Cut
from .drawing import RANGES, TURNS, Draw, Values, is_count, kinds_of_integers
from .evaluator import Evaluator
from .expressions import MOST_STEPS
from .inputs import Leaf, leaves
from .reading import Program, Stage
from .shaping import Shaping
from .values import Side

_SHOWN = 60
# steps of a run after which it is given up as long as there may be shorter ones
_FEW_STEPS = 100_000
_MOST_ENDLESS = 3
# failures after which shapes that are guessed are taken to be wrong
_MOST_BROKEN = 3
_MOST_RUNS = 6


@dataclass(frozen=True)
class Point:
    """Values for all parameters; `turn` tells points of one shaping apart."""

    shaping: Shaping
    values: Values
    turn: int
    writes: bool = field(default=False, compare=False)

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return _count(list(self.values.values()))

    def __str__(self) -> str:
        where = self.shaping.label
        shown = ", ".join(
            f"{name}={_text(value)}" for name, value in self.values.items()
        )
        return f"{where}: {shown}" if where else shown


def _count(value: Any) -> int:
    match value:
        case dict():
            return _count(list(value.values()))
        case list() | tuple():
            return sum(map(_count, value))
    return int(np.size(value))


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    with np.printoptions(precision=4, threshold=20, linewidth=10_000):
        text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


@dataclass
class Search:
    """Points found: `points`, and the `reason` why the first one that failed did;
    the first so many, `telling`, each take a way of their own. `cuts` says how much the
    original depends on the lengths of the axes there, `loops` by line how long its
    loops were, `sides` which outcomes its tests had."""

    points: list[Point] = field(default_factory=list)
    telling: int = 0
    reason: str = ""
    cuts: Cut = Cut.NONE
    # how often a run did not come to its end, or failed whatever its values were, and
    # how long the longest one took
    endless: int = 0
    broken: int = 0
    steps: int = 0
    loops: dict[int, int] = field(default_factory=dict)
    sides: dict[Side, set[bool]] = field(default_factory=dict)


def find_points(
    program: Program, shaping: Shaping, most: int, tries: int, *, every: bool = True
) -> Search:
    """Up to `most` points at which the program is defined and finite, and more where
    these take ways in conditions that others do not, or, with `every`, have integers of
    other kinds."""
    search = Search()
    for steps in (_FEW_STEPS, MOST_STEPS):
        _Seeker(program, shaping, search, every=every).seek(most, tries, steps)
        if search.points or not search.endless:
            return search
    # what does not end may count down to 0 by one of the numbers
    reason = search.reason
    for name, spec in reversed([*shaping.specs.items()]):
        if spec == Leaf(()):
            seeker = _Seeker(program, shaping, search, every=every, counting=name)
            seeker.seek(most, tries, _FEW_STEPS)
            if search.points:
                return search
    search.reason = reason
    return search


class _Seeker:
    """Tries one candidate after the other."""

    def __init__(
        self,
        program: Program,
        shaping: Shaping,
        search: Search,
        *,
        every: bool,
        counting: str = "",
    ) -> None:
        self._program = program
        self._counting = counting
        self._shaping = shaping
        self._search = search
        self._seen: dict[tuple[int, ...], set[object]] = {}
        # the lines that were run, and those that there are
        self._lines: set[int] = set()
        self._all_lines = _lines_of(program.body)
        # the integers of points, as far as they differ in kind
        self._kinds: set[tuple[int, ...]] = set()
        counted = any(is_count(leaf) for _, leaf in leaves(dict(shaping.specs)))
        # a loop without a trip would make shapes that are guessed look right
        self._every = every and counted and not shaping.guessed
        self._least_turns = 2 * TURNS if self._every else 0

    def seek(self, most: int, tries: int, steps: int) -> None:
        """Fill `search`; no candidate may take more than so many steps, nor all many
        times as many."""
        search = self._search
        rng = seeded(self._program.name, self._shaping.label)
        spent = 0
        search.endless, search.broken, search.reason = 0, 0, ""
        drawn = candidates(self._program, self._shaping, rng, tries, self._counting)
        for turn, values in enumerate(drawn):
            evaluator = self._program.evaluator(FloatDomain())
            evaluator.most_steps = steps
            try:
                self._try(evaluator, values, turn, most)
            except Unsupported as reason:
                search.reason = str(reason)
                return
            except Failure as failure:
                search.reason = search.reason or str(failure)
                endless = isinstance(failure, Nested) or evaluator.steps > steps
                search.endless += endless
                search.broken += isinstance(failure, Broken)
            wrong = self._shaping.guessed and search.broken == _MOST_BROKEN
            if wrong and not search.points:
                return
            spent += evaluator.steps
            hopeless = search.endless >= (_MOST_ENDLESS if steps < MOST_STEPS else 1)
            enough = search.points and spent > _MOST_RUNS * steps
            if enough or (hopeless and not search.points):
                return
            one_sided = any(len(ways) == 1 for ways in self._seen.values())
            whole = self._all_lines <= self._lines and not one_sided
            if len(search.points) >= most and whole and turn >= self._least_turns:
                return

    def _try(self, evaluator: Evaluator, values: Values, turn: int, most: int) -> None:
        output = run_floats(self._program, evaluator, values)
        search = self._search
        if not all(math.isfinite(cell.value) for cell in cells_of(output)):
            search.reason = search.reason or "the output is not finite"
            return
        ways: dict[tuple[int, ...], Collection[object]] = {
            **dict(evaluator.decisions.items()),
            **dict(evaluator.sides.items()),
        }
        seen = self._seen
        lines = evaluator.lines - self._lines
        self._lines |= lines
        kinds = tuple(kinds_of_integers([*values.values()]))
        new = bool(lines) or (self._every and kinds not in self._kinds)
        new |= any(not seen.get(at, set()).issuperset(w) for at, w in ways.items())
        self._kinds.add(kinds)
        for at, found in ways.items():
            seen.setdefault(at, set()).update(found)
        if new or len(search.points) < most:
            point = Point(self._shaping, values, turn, evaluator.writes)
            # what takes a way of its own comes first
            search.points.insert(search.telling if new else len(search.points), point)
            search.telling += new
            search.steps = max(search.steps, evaluator.steps)
            search.cuts = max(search.cuts, evaluator.cuts)
            search.loops = longest(search.loops, evaluator.loops)
            search.sides = joined_sides(search.sides, evaluator.sides)


def longest(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    """How long loops were at most, from what two runs took."""
    lines = one.keys() | other.keys()
    return {line: max(one.get(line, 0), other.get(line, 0)) for line in lines}


def joined_sides(
    one: Mapping[Side, set[bool]], other: Mapping[Side, set[bool]]
) -> dict[Side, set[bool]]:
    """The outcomes that tests had in one of two runs."""
    return {at: one.get(at, set()) | other.get(at, set()) for at in {*one, *other}}


def _lines_of(body: Sequence[ast.stmt]) -> set[int]:
    """The lines of all statements that a run without an error can reach."""
    passed = (ast.Raise, ast.FunctionDef, ast.Pass)
    found: set[int] = set()
    todo = list(body)
    while todo:
        node = todo.pop()
        if not isinstance(node, passed) and hasattr(node, "lineno"):
            found.add(node.lineno)
            parts = (node, *getattr(node, "cases", ()))
            arms = ("body", "orelse")
            todo += [s for p in parts for arm in arms for s in getattr(p, arm, ())]
    return found


def run_floats(program: Program, evaluator: Evaluator, values: Values) -> Any:
    """The output of the original at a point, in the evaluator's arithmetic.

    Raises `Failure` or `Unsupported`.
    """
    env = {n: as_cells(evaluator, value) for n, value in values.items()}
    return run_program(program, evaluator, env)


def run_program(
    program: Program,
    evaluator: Evaluator,
    env: dict[str, Any],
    after: Callable[[Mapping[str, Any]], None] = lambda env: None,
) -> Any:
    """The output of the original from its arguments; `after` is called with the
    variables after each stage."""
    frame = evaluator.frame(program.names, env)
    if program.body:
        return evaluator.given_back(evaluator.run(program.body, frame))
    versions: list[Any] = [env[i.name] for i in program.inputs]
    versions += [None] * (len(program.versions) - len(versions))
    for stage in program.stages:
        evaluator.run(stage.code.statements, frame)
        for name, version in stage.binds.items():
            versions[version] = frame.env[name]
        after(frame.env)
    return evaluator.given_back(structured(program.output, versions))


def structured(structure: Any, versions: Sequence[Any]) -> Any:
    """What is returned, given the values of the versions."""
    match structure:
        case dict():
            return {key: structured(item, versions) for key, item in structure.items()}
        case list() | tuple():
            return type(structure)(structured(item, versions) for item in structure)
    return versions[structure]


def as_cells(evaluator: Evaluator, value: Any) -> Any:
    """A value of a point in the evaluator's arithmetic; integers stay integers."""
    match value:
        case float():
            return evaluator.arithmetic.literal(value)
        case np.ndarray() if value.dtype.kind == "f":
            return evaluator.arithmetic.real(value.astype(object))
        case np.ndarray():
            return value.copy()
        case dict():
            return {key: as_cells(evaluator, item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(as_cells(evaluator, item) for item in value)
    return value


def candidates(
    program: Program,
    shaping: Shaping,
    rng: random.Random,
    tries: int,
    counting: str = "",
) -> Iterator[Values]:
    """Values worth trying: common ranges, near sample values, near constants.

    Args:
        counting: the parameter, a float, that is a small whole number.
    """
    samples = {i.name: i.sample for i in program.inputs if i.sample is not None}
    sampled = len(samples) == len(program.inputs) and not shaping.reduced
    near = shaping.near or (samples if sampled else {})
    trips = max(due_trips(program).values(), default=0)
    turn = 0
    for limits in RANGES:
        yield Draw([limits], rng, turn, trips, counting).all(shaping)
        turn += 1
        if near:
            yield {name: _near(sample, rng) for name, sample in near.items()}
        if program.body:
            # signs and sizes of their own show which values a branch depends on
            yield Draw(RANGES, rng, turn, trips, counting).all(shaping)
            turn += 1
    constants = program_constants(program)
    around = [(c - max(0.1, abs(c)), c + max(0.1, abs(c))) for c in constants]
    while turn < tries:
        ranges = around if around and turn % 2 else RANGES
        yield Draw(ranges, rng, turn, trips, counting).all(shaping)
        turn += 1


def program_constants(program: Program) -> list[float]:
    """The numbers in a program and those of its module, with both signs, in order."""
    own = _numbers(program.statements)
    return sorted({*own, *_numbers(program.names.constants)})


def stage_constants(stage: Stage) -> list[float]:
    """The numbers in the text of a stage, with both signs."""
    return _numbers(stage.code.statements)


def _numbers(statements: Sequence[ast.stmt]) -> list[float]:
    values = [
        node.value
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant)
    ]
    numbers = [float(v) for v in values if isinstance(v, (int, float))]
    return [sign * number for number in numbers for sign in (1, -1)]


def own_values(program: Program) -> Values | None:
    """The values that a script gives its inputs, where it gives all of them."""
    if not program.inputs or any(i.sample is None for i in program.inputs):
        return None
    return {
        i.name: _floats(mapped(i.sample, lambda cell: float(cell.value)))
        for i in program.inputs
    }


def _near(sample: Any, rng: random.Random) -> Any:
    """Values near those that a script gives; its integers as they are."""

    def moved(cell: Cell) -> float:
        scale = max(abs(cell.value), 0.1)
        return float(cell.value + rng.uniform(-0.1, 0.1) * scale)

    found = mapped(sample, moved)
    return _floats(found)


def _floats(value: Any) -> Any:
    match value:
        case np.ndarray() if value.dtype == object:
            return value.astype(float)
        case dict():
            return {key: _floats(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(map(_floats, value))
    return value
