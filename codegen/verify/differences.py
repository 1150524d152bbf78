"""Level 5: central differences, with 60 digits and in float64."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .code import Number
from .domains import Domain, Failure, is_text
from .machine import Env, Machine, Value
from .numeric import FloatDomain, HighPrecision
from .original import constants_in, flat
from .report import Difference, Finding, Status
from .runs import Point, copied, given, run_original, show
from .whole import Subject, entry_env

_STEPS = (Number.of(1e-20), Number.of(1e-24))
_AGREEING_DIGITS = 18
_FLOAT_STEP = 1e-6


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
    reached = 0
    for point in points:
        try:
            reached += _with_digits(subject, point, outcome)
        except Failure as failure:
            outcome.notes.append(f"60 digits: {failure} at {show(point)}")
    if outcome.findings:
        outcome.status = Status.WRONG
    elif reached:
        outcome.status = Status.SAMPLED
    _in_floats(subject, _user_points(subject) or list(points), outcome)
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


def _total(subject: Subject, domain: Domain[Any], inputs: Env) -> Any:
    run = run_original(subject.state.original, domain, inputs)
    machine = Machine(domain)
    total = domain.literal(Number.of(0))
    for leaf in flat(run.output):
        if not is_text(leaf):
            total = domain.add(total, machine.number(leaf))
    return total


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
    original = subject.state.original
    domain = HighPrecision()
    inputs = given(domain, point)
    found = gradient(subject, domain, inputs)
    path = _path(subject, domain, inputs)
    reached = 0
    for value, version in zip(found, subject.wanted, strict=True):
        name = original.versions[version].name
        elements, at = _elements(inputs, name), flat(inputs[name])
        for (element, replaced), written, place in zip(
            elements, flat(value), at, strict=True
        ):
            quotients = _quotients(subject, domain, replaced, place, path)
            if quotients is None:
                outcome.notes.append(f"`{element}` is at a kink at {show(point)}")
                continue
            reached += 1
            if not any(_agree(domain, written, quotient) for quotient in quotients):
                message = f"the gradient of `{element}` is not the central difference"
                texts = (f"{float(written):.15g}", f"{float(quotients[-1]):.15g}")
                line = subject.state.written.return_line
                outcome.findings.append(Finding(0, message, line, *texts, show(point)))
    return reached


def _quotients(
    subject: Subject,
    domain: HighPrecision,
    replaced: Callable[[Any], Env],
    place: Any,
    path: tuple[object, ...],
) -> list[Any] | None:
    """Difference quotients by steps of different size; None at a kink."""
    quotients = []
    for number in _STEPS:
        step = domain.literal(number)
        above, below = replaced(place + step), replaced(place - step)
        paths = {_path(subject, domain, above), _path(subject, domain, below)}
        if paths != {path}:
            return None
        rise = _total(subject, domain, above) - _total(subject, domain, below)
        quotients.append(rise / (2 * step))
    return quotients


def _agree(domain: HighPrecision, written: Any, quotient: Any) -> bool:
    scale = 1 + abs(quotient) + abs(written)
    tolerance = domain.context.mpf(10) ** -_AGREEING_DIGITS
    return bool(abs(quotient - written) <= scale * tolerance)


def _path(subject: Subject, domain: Domain[Any], inputs: Env) -> tuple[object, ...]:
    domain.trace.clear()
    domain.heights.clear()
    run_original(subject.state.original, domain, inputs)
    return (*domain.trace, *domain.heights)


def _in_floats(subject: Subject, points: Sequence[Point], outcome: Differences) -> None:
    """The table of differences in float64."""
    errors: dict[str, list[tuple[float, float]]] = {}
    domain = FloatDomain()
    original = subject.state.original
    for point in points:
        inputs = given(domain, point)
        try:
            found = gradient(subject, domain, inputs)
            for value, version in zip(found, subject.wanted, strict=True):
                name = original.versions[version].name
                pairs = zip(
                    _elements(inputs, name),
                    flat(value),
                    flat(inputs[name]),
                    strict=True,
                )
                for (_, replaced), written, at in pairs:
                    step = _FLOAT_STEP * max(1.0, abs(at))
                    above = _total(subject, domain, replaced(at + step))
                    below = _total(subject, domain, replaced(at - step))
                    error = _errors(float(written), float(above - below) / (2 * step))
                    errors.setdefault(name, []).append(error)
        except Failure as failure:
            outcome.notes.append(f"float64: {failure} at {show(point)}")
            outcome.status = max(outcome.status, Status.UNVERIFIED, key=_ORDER.index)
    outcome.differences = tuple(_row(name, pairs) for name, pairs in errors.items())
    if any(not math.isfinite(row.max_absolute) for row in outcome.differences):
        outcome.notes.append("float64: a gradient or difference is not finite")
        outcome.status = max(outcome.status, Status.UNVERIFIED, key=_ORDER.index)


_ORDER = (Status.SAMPLED, Status.UNVERIFIED, Status.WRONG)


def _errors(written: float, quotient: float) -> tuple[float, float]:
    absolute = abs(written - quotient)
    scale = max(abs(written), abs(quotient))
    return absolute, absolute / scale if scale else absolute


def _row(name: str, pairs: Sequence[tuple[float, float]]) -> Difference:
    absolute, relative = zip(*pairs, strict=True)
    count = len(pairs)
    return Difference(
        name,
        math.fsum(absolute) / count if all(map(math.isfinite, absolute)) else math.nan,
        _largest(absolute),
        math.fsum(relative) / count if all(map(math.isfinite, relative)) else math.nan,
        _largest(relative),
    )


def _largest(values: Sequence[float]) -> float:
    # max() would drop a NaN
    return max(values) if all(map(math.isfinite, values)) else math.nan
