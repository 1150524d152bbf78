"""Level 5: central differences, with 60 digits and in float64."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..programs.original import constants_in, flat
from ..reports.budget import OutOfTime, one_part
from ..reports.report import Difference, Finding, Status
from ..running.code import Number
from ..running.domains import Domain, Failure, is_text
from ..running.machine import Env, Machine, Value
from ..running.numeric import FloatDomain, HighPrecision
from .asked import asked_point
from .quotients import Table, central, in_turns
from .runs import Point, copied, given, run_original, seeded, show, size_of
from .whole import Subject, entry_env

_STEPS = (Number.of(1e-20), Number.of(1e-24))
_AGREEING_DIGITS = 18
# instructions of an original that is looked at with 60 digits at one point only
_LONG = 20_000


@dataclass
class Differences:
    """The outcome of level 5."""

    status: Status = Status.UNVERIFIED
    findings: list[Finding] = field(default_factory=list)
    differences: tuple[Difference, ...] = ()
    notes: list[str] = field(default_factory=list)


def check_differences(subject: Subject, points: Sequence[Point]) -> Differences:
    """Compare the written gradient with central differences of the original."""
    outcome = Differences()
    asked = asked_point(subject.asked, subject.state.original)
    own = _user_points(subject) if asked is None else [asked]
    reached = 0
    try:
        with one_part():
            every = (*own, *points)
            is_long = size_of(subject.state.original) > _LONG
            for point in every[:1] if is_long else every:
                reached += _with_digits(subject, point, outcome)
    except OutOfTime as reason:
        outcome.notes.append(f"60 digits: {reason}")
    if outcome.findings:
        outcome.status = Status.WRONG
    elif reached:
        outcome.status = Status.SAMPLED
    _in_floats(subject, own or points, outcome)
    return outcome


def _user_points(subject: Subject) -> list[Point]:
    """The sample values of a script, or the defaults of a function."""
    point: dict[str, Any] = {}
    for parameter in subject.state.original.parameters:
        if parameter.sample is None:
            return []
        values = list(parameter.sample)
        point[parameter.name] = values if parameter.length is not None else values[0]
    return [point]


def gradient(subject: Subject, domain: Domain[Any], inputs: Env) -> list[Value]:
    """The written gradient, with all upstream gradients 1."""
    state, module = subject.state, subject.module
    constants = constants_in(domain, module.constants)
    machine = Machine(domain, constants, module.routines)
    env: Env = {name: copied(value) for name, value in inputs.items()}
    for line in state.written.forward:
        machine.run(line.code, env)
    ones = [domain.literal(Number.of(1.0))] * state.facts.outputs.count
    env = entry_env(state, machine, env, ones)
    for line in state.written.preamble:
        machine.run(line.code, env)
    for block in state.written.blocks:
        for line in block.lines:
            machine.run(line.code, env)
    return [machine.run(code, env) for code in state.written.gradients]


def _run(
    subject: Subject, domain: Domain[Any], inputs: Env
) -> tuple[tuple[object, ...], Any]:
    """The path that the original takes, and the sum of its outputs."""
    domain.trace.clear()
    domain.heights.clear()
    run = run_original(subject.state.original, domain, inputs)
    path = (*domain.trace, *domain.heights)
    machine = Machine(domain)
    total = domain.literal(Number.of(0))
    for leaf in flat(run.output):
        if not is_text(leaf):
            total = domain.add(total, machine.number(leaf))
    return path, total


def _elements(inputs: Env, name: str) -> list[tuple[str, Callable[[Any], Env]]]:
    """By element of a parameter: its name, and the inputs with it replaced."""
    value = inputs[name]
    if not isinstance(value, list):
        return [(name, lambda new: {**inputs, name: new})]

    def replacing(i: int) -> Callable[[Any], Env]:
        return lambda new: {**inputs, name: [*value[:i], new, *value[i + 1 :]]}

    return [(f"{name}[{i}]", replacing(i)) for i in range(len(value))]


def _with_digits(subject: Subject, point: Point, outcome: Differences) -> int:
    """Compare at one point; how many partial derivatives were reached."""
    try:
        return _compare_digits(subject, point, outcome)
    except Failure as failure:
        outcome.notes.append(f"60 digits: {failure} at {show(point)}")
        return 0


def _compare_digits(subject: Subject, point: Point, outcome: Differences) -> int:
    original = subject.state.original
    domain = HighPrecision()
    inputs = given(domain, point)
    found = gradient(subject, domain, inputs)
    path, _ = _run(subject, domain, inputs)
    reached = 0
    for value, version in zip(found, subject.wanted, strict=True):
        name = original.versions[version].name
        elements, at = _elements(inputs, name), flat(inputs[name])
        for (element, replaced), written, place in zip(
            elements, flat(value), at, strict=True
        ):
            quotient = None
            for quotient in _quotients(subject, domain, replaced, place, path):
                if quotient is None or _agree(domain, written, quotient):
                    break
            if quotient is None:
                outcome.notes.append(f"`{element}` is at a kink at {show(point)}")
                continue
            reached += 1
            if not _agree(domain, written, quotient):
                message = f"the gradient of `{element}` is not the central difference"
                texts = (f"{float(written):.15g}", f"{float(quotient):.15g}")
                line = subject.state.written.return_line
                outcome.findings.append(Finding(0, message, line, *texts, show(point)))
    return reached


def _quotients(
    subject: Subject,
    domain: HighPrecision,
    replaced: Callable[[Any], Env],
    place: Any,
    path: tuple[object, ...],
) -> Iterator[Any]:
    """Difference quotients by steps of different size; None at a kink."""
    for number in _STEPS:
        step = domain.literal(number)
        above, upper = _run(subject, domain, replaced(place + step))
        below, lower = _run(subject, domain, replaced(place - step))
        yield (upper - lower) / (2 * step) if {above, below} == {path} else None


def _agree(domain: HighPrecision, written: Any, quotient: Any) -> bool:
    scale = 1 + abs(quotient) + abs(written)
    tolerance = domain.context.mpf(10) ** -_AGREEING_DIGITS
    return bool(abs(quotient - written) <= scale * tolerance)


def _in_floats(subject: Subject, points: Sequence[Point], outcome: Differences) -> None:
    """The table of differences in float64."""
    table = Table()
    for point in points:
        try:
            with one_part():
                _fill(table, subject, point)
        except OutOfTime as reason:
            outcome.notes.append(f"float64: {reason}")
        except Failure as failure:
            outcome.notes.append(f"float64: {failure} at {show(point)}")
            outcome.status = max(outcome.status, Status.UNVERIFIED, key=_ORDER.index)
    outcome.differences = table.rows()
    outcome.notes += table.notes()
    if any(not math.isfinite(row.max_absolute) for row in outcome.differences):
        outcome.status = max(outcome.status, Status.UNVERIFIED, key=_ORDER.index)


_ORDER = (Status.SAMPLED, Status.UNVERIFIED, Status.WRONG)


def _fill(table: Table, subject: Subject, point: Point) -> None:
    """Enter the differences at one point. Raises `Failure`, `OutOfTime`."""
    domain = FloatDomain()
    original = subject.state.original
    inputs = given(domain, point)
    found = gradient(subject, domain, inputs)
    path, _ = _run(subject, domain, inputs)
    parameters = []
    for value, version in zip(found, subject.wanted, strict=True):
        name = original.versions[version].name
        elements = zip(
            _elements(inputs, name), flat(value), flat(inputs[name]), strict=True
        )
        every = [(name, *element, written, at) for element, written, at in elements]
        table.start(name, len(every))
        parameters.append(every)
    for name, _, replaced, written, at in in_turns(parameters, seeded("elements")):

        def run(
            new: float, replaced: Callable[[Any], Env] = replaced
        ) -> tuple[object, float]:
            path, total = _run(subject, domain, replaced(new))
            return path, float(total)

        table.add(name, float(written), central(run, float(at), path))
