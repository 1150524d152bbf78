"""Level 5: central differences of the original, with 60 digits and in float64."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Protocol

import numpy as np

from ..gradients.asked import Asked
from ..gradients.quotients import Table, central, in_turns
from ..gradients.runs import seeded
from ..reports.budget import OutOfTime, one_part
from ..reports.report import Difference, Finding, Status
from ..running.code import Number
from ..running.domains import Broken, Domain, Failure
from ..running.numeric import FloatDomain, HighPrecision
from ..texts.scope import Unsupported
from .asked import asked_point
from .cells import Cell, cells_of, copied, mapped
from .evaluator import Evaluator
from .passes import run_passes
from .points import Point, as_cells, run_program
from .trial import arrays_in
from .verdict import Subject

_STEPS = (1e-20, 1e-24)
_AGREEING_DIGITS = 18
# errors of differences in float64 that are none, and that are too large to be that
_FLOAT_EQUAL = 1e-5
_FLOAT_WRONG = 1e-2
# of a point at which 60 digits are tried, too
_MOST_ELEMENTS = 400
# of all runs in float64, after which no more elements are looked at
_MOST_STEPS = 300_000
# of a script, for which small arrays stand in if nobody asks for its own values
_LARGE = 2_000


@dataclass
class Differences:
    """The outcome of level 5."""

    status: Status = Status.UNVERIFIED
    findings: list[Finding] = field(default_factory=list)
    differences: tuple[Difference, ...] = ()
    notes: list[str] = field(default_factory=list)


class _Run:
    """Both texts at a point in one arithmetic, with fixed upstream gradients.

    `inputs` are the arguments, and the values of the variables of the program whose
    gradients are wanted, too.
    """

    def __init__(self, subject: Subject, domain: Domain[Any], point: Point) -> None:
        self._subject = subject
        self._domain = domain
        self._program = Evaluator(domain, subject.program.names)
        names = point.values.items()
        self._arguments = {n: as_cells(self._program, value) for n, value in names}
        self.inputs = dict(self._arguments)
        self.path: tuple[object, ...] = ()
        # of all runs
        self.steps = 0
        inside = {
            name: partial(self._keep, name)
            for name in subject.wanted
            if name not in self._arguments
        }
        self._weights = self._drawn(self._output(self._arguments, inside)[1])

    def _keep(self, name: str, value: Any) -> Any:
        self.inputs[name] = copied(value)
        return value

    def output(self, inputs: Mapping[str, Any]) -> tuple[tuple[object, ...], Any]:
        """The path that the original takes, and its output; a variable that was moved
        has that value where it is bound."""
        arguments = {name: inputs[name] for name in self._arguments}
        moved = {
            name: _constantly(value)
            for name, value in inputs.items()
            if name not in arguments and value is not self.inputs[name]
        }
        return self._output(arguments, moved)

    def _output(
        self, arguments: Mapping[str, Any], binding: Mapping[str, Callable[[Any], Any]]
    ) -> tuple[tuple[object, ...], Any]:
        self._domain.trace.clear()
        self._domain.heights.clear()
        self._domain.start_run()
        evaluator = Evaluator(self._domain, self._subject.program.names)
        evaluator.binding.update(binding)
        env = {n: mapped(value, lambda cell: cell) for n, value in arguments.items()}
        output = run_program(self._subject.program, evaluator, env)
        self.steps += evaluator.steps
        return (*self._domain.trace, *self._domain.heights), output

    def total(self, inputs: Mapping[str, Any]) -> tuple[tuple[object, ...], Any]:
        """The path, and the sum of the outputs, weighted by the upstream gradients."""
        path, output = self.output(inputs)
        pairs = zip(cells_of(output), cells_of(self._weights), strict=True)
        start: Any = self._program.arithmetic.literal(0)
        return path, sum((cell * weight for cell, weight in pairs), start).value

    def _drawn(self, output: Any) -> Any:
        rng = seeded("weights")
        literal = self._program.arithmetic.literal
        if self._subject.written.upstream is None:
            return mapped(output, lambda cell: literal(1))
        return mapped(output, lambda cell: literal(round(rng.uniform(0.5, 1.5), 6)))

    def gradients(self) -> dict[str, Any]:
        """The written gradients by parameter."""
        evaluator = Evaluator(self._domain, self._subject.module.names)
        return run_passes(self._subject, evaluator, self._arguments, self._weights)


def _constantly(value: Any) -> Callable[[Any], Any]:
    return lambda bound: copied(value)


def check_differences(subject: Subject, points: Sequence[Point]) -> Differences:
    """Compare the written gradients with central differences of the original.

    With 60 digits along a random direction of each array; in float64 for each element.
    """
    outcome = Differences()
    own = _own(subject, points)
    reached = 0
    try:
        with one_part():
            for point in (*own, *points):
                if point.size <= _MOST_ELEMENTS:
                    reached += _with_digits(subject, point, outcome)
    except OutOfTime as reason:
        outcome.notes.append(f"60 digits: {reason}")
    if outcome.findings:
        outcome.status = Status.WRONG
    elif reached:
        outcome.status = Status.SAMPLED
    _in_floats(subject, own or points[:1], outcome)
    return outcome


def _own(subject: Subject, points: Sequence[Point]) -> list[Point]:
    """The point that is asked for, or that the file has, unless it is a large one."""
    own = asked_point(subject.asked, subject.program, points[0].shaping)
    large = own is not None and own.size > _LARGE and subject.asked == Asked()
    return [] if own is None or large else [own]


def _with_digits(subject: Subject, point: Point, outcome: Differences) -> int:
    """Compare at a point; the number of arrays that were reached."""
    try:
        return _compare_digits(subject, point, outcome)
    except (Failure, Unsupported) as reason:
        outcome.notes.append(f"60 digits: {reason} at {point}")
        return 0


def _compare_digits(subject: Subject, point: Point, outcome: Differences) -> int:
    domain = HighPrecision()
    run = _Run(subject, domain, point)
    found = run.gradients()
    path, _ = run.output(run.inputs)
    rng = seeded("directions")
    reached = 0
    for name in subject.wanted:
        gradients = dict(arrays_in(found[name]))
        for leaf, value in arrays_in(run.inputs[name]):
            # of 1e30 no digit is left that a small step could change
            direction = [
                domain.literal(Number.of(round(rng.uniform(-1.5, 1.5), 6)))
                * max(1, abs(cell.value))
                for cell in cells_of(value)
            ]
            pairs = zip(cells_of(gradients.get(leaf)), direction, strict=True)
            terms = (cell.value * d for cell, d in pairs)
            written = sum(terms, domain.literal(Number.of(0)))
            quotient = _quotient(run, domain, name, leaf, direction, path)
            if quotient is None:
                outcome.notes.append(f"`{name}{leaf}` is at a kink at {point}")
                continue
            if all(map(_is_undefined, quotient)):  # nothing to compare with
                outcome.notes.append(f"`{name}{leaf}` is not a number at {point}")
                continue
            reached += 1
            if not any(_agree(domain, written, q) for q in quotient):
                message = (
                    f"the gradient of `{name}{leaf}` is not the central difference"
                )
                texts = (f"{float(written):.15g}", f"{float(quotient[-1]):.15g}")
                line = subject.written.return_line
                outcome.findings.append(Finding(0, message, line, *texts, str(point)))
    return reached


def _is_undefined(value: Any) -> bool:
    return bool(value != value)


def _quotient(
    run: _Run,
    domain: HighPrecision,
    name: str,
    leaf: str,
    direction: Sequence[Any],
    path: tuple[object, ...],
) -> list[Any] | None:
    """Difference quotients along a direction by steps of two sizes, and what they tend
    to as the step goes to zero; None at a kink."""
    quotients = []
    for size in _STEPS:
        step = domain.literal(Number.of(size))
        ends = []
        for sign in (1, -1):
            moves = [sign * d * step for d in direction]
            at, total = run.total(_moved(run.inputs, name, leaf, moves))
            if at != path:
                return None
            ends.append(total)
        quotients.append((ends[0] - ends[1]) / (2 * step))
    # the error of a quotient is that of the square of its step: near a pole it shows
    wide, narrow = quotients
    shrunk = domain.literal(Number.of((_STEPS[1] / _STEPS[0]) ** 2))
    return [*quotients, narrow - (wide - narrow) * shrunk]


def _moved(
    inputs: Mapping[str, Any], name: str, leaf: str, moves: Sequence[Any]
) -> dict[str, Any]:
    """The inputs with the elements of one array moved."""
    steps: Iterator[Any] = iter(moves)
    return _changed(inputs, name, leaf, lambda c: Cell(c.domain, c.value + next(steps)))


def _changed(
    inputs: Mapping[str, Any], name: str, leaf: str, change: Callable[[Cell], Cell]
) -> dict[str, Any]:
    """The inputs with the elements of one array changed."""

    def visit(value: Any, path: str) -> Any:
        match value:
            case dict():
                return {k: visit(item, f"{path}[{k!r}]") for k, item in value.items()}
            case list() | tuple():
                items = enumerate(value)
                return type(value)(visit(item, f"{path}[{i}]") for i, item in items)
        if path != leaf:
            return value
        return mapped(value, change)

    return {**inputs, name: visit(inputs[name], "")}


def _agree(domain: HighPrecision, written: Any, quotient: Any) -> bool:
    tolerance = domain.context.mpf(10) ** -_AGREEING_DIGITS
    return bool(
        abs(quotient - written) <= (1 + abs(quotient) + abs(written)) * tolerance
    )


def compare_floats(subject: Subject, points: Sequence[Point]) -> Differences:
    """The differences in float64 alone, for what no exact arithmetic can follow."""
    outcome = Differences(Status.COMPARED)
    _in_floats(subject, [*_own(subject, points), *points], outcome)
    for row in outcome.differences:
        # relative where the gradient is large, absolute where it is small
        error = min(row.max_absolute, row.max_relative)
        if error > _FLOAT_WRONG:
            message = f"the gradient of `{row.parameter}` is not the central difference"
            line = subject.written.return_line
            outcome.findings.append(Finding(0, message, line, point=str(points[0])))
            outcome.status = Status.WRONG
        elif not (error <= _FLOAT_EQUAL and row.elements):
            outcome.status = max(outcome.status, Status.UNVERIFIED, key=_ORDER.index)
    return outcome


def _in_floats(subject: Subject, points: Sequence[Point], outcome: Differences) -> None:
    """The table of differences in float64, by array."""
    table = Table()
    for point in points:
        try:
            with one_part():
                _fill(table, subject, point)
        except OutOfTime as reason:
            outcome.notes.append(f"float64: {reason}")
        except Broken as failure:
            line = subject.written.return_line
            finding = Finding(0, str(failure), line, point=str(point))
            outcome.findings.append(finding)
            outcome.status = Status.WRONG
        except (Failure, Unsupported, ArithmeticError) as reason:
            outcome.notes.append(f"float64: {reason} at {point}")
            outcome.status = max(outcome.status, Status.UNVERIFIED, key=_ORDER.index)
    outcome.differences = table.rows()
    outcome.notes += table.notes()
    if any(not math.isfinite(row.max_absolute) for row in outcome.differences):
        outcome.status = max(outcome.status, Status.UNVERIFIED, key=_ORDER.index)


def _fill(table: Table, subject: Subject, point: Point) -> None:
    """Enter the differences at one point. Raises `Failure` and others."""
    run = _Run(subject, FloatDomain(), point)
    found = run.gradients()
    path, _ = run.output(run.inputs)
    parameters = []
    for name in subject.wanted:
        gradients = dict(arrays_in(found[name]))
        for leaf, value in arrays_in(run.inputs[name]):
            gradient: Any = gradients.get(leaf)
            if np.shape(gradient) != np.shape(value):
                raise Broken(_misshapen(f"{name}{leaf}", gradient, value))
            table.start(f"{name}{leaf}", np.size(value))
            pairs = zip(cells_of(value), cells_of(gradient), strict=True)
            parameters.append(
                [
                    (Replacing(run, name, leaf, i), at.value, written.value)
                    for i, (at, written) in enumerate(pairs)
                ]
            )
    chosen = enumerate(in_turns(parameters, seeded("elements")))
    for place, (replaced, at, written) in chosen:
        if run.steps > _MOST_STEPS and place >= len(parameters):
            break
        table.add(replaced.parameter, written, central(replaced, at, path))


class Runs(Protocol):
    """A program that is run at a point, and at others near it."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """The point."""

    def total(self, inputs: Mapping[str, Any]) -> tuple[tuple[object, ...], Any]:
        """The path that is taken from other inputs, and the sum of the outputs."""


@dataclass(frozen=True)
class Replacing:
    """The program with one element of its inputs replaced."""

    run: Runs
    name: str
    leaf: str
    element: int

    @property
    def parameter(self) -> str:
        """The array that the element is of, as the table has it."""
        return f"{self.name}{self.leaf}"

    def __call__(self, new: float) -> tuple[object, float]:
        places = count()

        def change(cell: Cell) -> Cell:
            here = next(places) == self.element
            return Cell(cell.domain, new) if here else cell

        path, total = self.run.total(
            _changed(self.run.inputs, self.name, self.leaf, change)
        )
        return path, float(total)


def _misshapen(name: str, gradient: Any, value: Any) -> str:
    shape = np.shape(gradient)
    return f"the gradient of `{name}` has shape {shape}, `{name}` has {np.shape(value)}"


_ORDER = (
    Status.SKIPPED,
    Status.SAMPLED,
    Status.COMPARED,
    Status.UNVERIFIED,
    Status.WRONG,
)
