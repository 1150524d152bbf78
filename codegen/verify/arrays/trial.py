"""One point in one exact arithmetic, for arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np

from ..gradients.runs import Trial
from ..running.code import Number
from ..running.domains import Domain, NoValue, Undefined
from ..running.modular import ModularDomain, NoRoot
from ..running.numeric import COMPARING, HighPrecision
from ..running.roots import Draws, Stop, rooted
from .cells import Cell, cells_of, has_nan, mapped
from .points import Point, run_program
from .reading import Program

T = TypeVar("T")
_MOST_SEEDS = 40
# of a search for inputs for which all roots exist: at the first shapes, and where they
# were found at others; and searches that find none
_MOST_RUNS = 1_000
_MOST_RUNS_ELSEWHERE = 200
_MOST_SEARCHES = 2


class ArrayTrial(Trial):
    """As `runs.Trial`, with arrays of cells as inputs."""

    def __init__(
        self,
        kind: str,
        domain: Domain[Any],
        point: Point,
        draws: Draws | None = None,
    ) -> None:
        self.arrays = point
        super().__init__(kind, domain, point.values, point.turn, draws)

    def _input(self, name: str, value: Any) -> Any:
        match value:
            case np.ndarray() if value.dtype.kind == "f":
                found = np.empty(value.shape, dtype=object)
                elements = {i: f"{name}{list(i)}" for i in np.ndindex(*value.shape)}
                for index, element in elements.items():
                    number = self.free(element, float(value[index]))
                    found[index] = Cell(self.domain, number)
                self.names.append(list(elements.values()))
                return found
            case np.ndarray():
                return value.copy()
            case dict():
                parts = value.items()
                return {key: self._input(f"{name}[{key!r}]", v) for key, v in parts}
            case list() | tuple():
                return type(value)(
                    self._input(f"{name}[{i}]", item) for i, item in enumerate(value)
                )
            case float():
                self.names.append([name])
                return Cell(self.domain, self.free(name, value))
        return value

    def zero(self) -> Cell:
        """Zero."""
        return Cell(self.domain, self.domain.literal(Number(0, 0)))

    def require_value(self, output: Any) -> None:
        """Raise `Undefined` where what the original returns is not a number; `NoValue`
        where that is so in exact arithmetic because it divides by zero."""
        if has_nan(output):
            if self.kind == "modular" and self.domain.is_undefined:
                raise NoValue("it divides by zero")
            raise Undefined("the derivative is not defined")

    def weights(self, like: Any) -> Any:
        """Random upstream gradients in the structure of an output."""
        count = 0

        def drawn(cell: Cell) -> Cell:
            nonlocal count
            count += 1
            return Cell(self.domain, self.weight(f"upstream {count}"))

        return mapped(like, drawn)

    def same(self, a: Any, b: Any) -> bool:
        """Whether two values are equal, structure and shapes included; an element that
        is None equals any."""
        if isinstance(a, dict) and isinstance(b, dict):
            return list(a) == list(b) and all(self.same(a[key], b[key]) for key in a)
        if isinstance(a, (list, tuple)) or isinstance(b, (list, tuple)):
            alike = type(a) is type(b) and len(a) == len(b)
            return alike and all(map(self.same, a, b))
        if np.shape(a) != np.shape(b):
            return False
        left, right = cells_of(a), cells_of(b)
        if not left and not right:
            return bool(np.all(a == b))
        return len(left) == len(right) and all(
            is_any(x) or is_any(y) or self.close(x.value, y.value)
            for x, y in zip(left, right, strict=True)
        )

    def is_zero(self, value: Any) -> bool:
        """Whether all elements are zero, or None."""
        zero = self.zero()
        cells = (cell for cell in cells_of(value) if not is_any(cell))
        return all(self.close(cell.value, zero.value) for cell in cells)


def is_any(cell: object) -> bool:
    """Whether an element may be anything."""
    return cell is None


def modular(
    point: Point, program: Program, attempt: Callable[[ArrayTrial], T]
) -> T | None:
    """`attempt` on residues for which all roots exist that the program takes; None if
    none are found. Raises `NoValue` where the program has no value there."""
    draws: Draws | None = None
    for seed in range(_MOST_SEEDS):
        try:
            return attempt(ArrayTrial("modular", ModularDomain(seed), point, draws))
        except NoRoot:
            draws = _draws(point, program, seed + 1)
            if draws is None:
                return None
        except NoValue:
            raise
        except Undefined:
            return None
    return None


def _draws(point: Point, program: Program, seed: int) -> Draws | None:
    """Which inputs to draw again so that all roots exist in a run of the program: it
    may be the same ones as for another point with these shapes."""
    known = program.draws.setdefault((point.shaping.label, seed), [])
    starts = [draws for draws in known if draws is not None]
    names = ArrayTrial("modular", ModularDomain(seed), point).names

    def run(draws: Draws) -> Stop | None:
        domain = ModularDomain(seed)
        trial = ArrayTrial("modular", domain, point, draws)
        evaluator = program.evaluator(domain)
        try:
            run_program(program, evaluator, trial.inputs)
        except NoRoot as missing:
            return Stop(evaluator.steps, domain.roots, missing.base)
        return None

    # one exact run shows more than others with other numbers
    elsewhere = any(draws for every in program.draws.values() for draws in every)
    most = _MOST_RUNS_ELSEWHERE if elsewhere else _MOST_RUNS
    if starts or len(known) == _MOST_SEARCHES:
        most = 0
    found = rooted(names, run, starts, most)
    if found is None or found not in starts:
        known.append(found)
    return found


def with_digits(point: Point) -> ArrayTrial:
    """The same point with many digits."""
    return ArrayTrial("digits", HighPrecision(COMPARING, shows_unwritten=True), point)


def arrays_in(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The arrays and numbers of reals in a value, with what stands after its name."""
    match value:
        case Cell():
            yield path, value
        case np.ndarray() if value.dtype == object:
            yield path, value
        case dict():
            for key, item in value.items():
                yield from arrays_in(item, f"{path}[{key!r}]")
        case list() | tuple():
            for i, item in enumerate(value):
                yield from arrays_in(item, f"{path}[{i}]")


def leaf_at(value: Any, path: str) -> Any:
    """What stands at a path in a value; None if nothing does."""
    return dict(arrays_in(value)).get(path)


def adjoint_names(name: str) -> tuple[str, ...]:
    """What the adjoint of a variable is called."""
    return (f"d{name}", f"grad_{name}")
