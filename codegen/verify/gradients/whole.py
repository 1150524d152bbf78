"""Levels 1 and 3: both texts at one point, in exact arithmetic or at 60 digits.

The original runs on a tape of SymPy's partial derivatives; the tape, transposed, gives
the adjoint of every value. The written text runs as it stands. Forward values are
compared stage by stage, gradients at the end, and adjoints after each block, so that a
wrong gradient can be traced to the block where it first goes wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..programs.original import constants_in, flat
from ..programs.written import Block, Line, Module
from ..reports.report import Finding, Status
from ..running.code import Number
from ..running.domains import Failure, Undefined, is_sequence
from ..running.machine import Env, Machine, Value
from ..running.modular import NoRoot
from ..running.tangents import Dual, TapeDomain
from ..stages.state import State
from .asked import Asked
from .runs import (
    Point,
    Trial,
    copied,
    digits_trial,
    modular_trial,
    run_original,
    show,
)


@dataclass
class Verdict:
    """What one trial finds: `form` of level 1, `gradient` of level 3.

    `values` are the values of the versions; `varied` the (version, element) with a
    tangent; `ties` says that the point is at a kink, where no gradient is compared;
    `off` the first block after which an adjoint is not what it should be; `jumps` which
    way conditional jumps went, by the number of their line.
    """

    kind: str
    form: list[Finding] = field(default_factory=list)
    gradient: list[Finding] = field(default_factory=list)
    off: Finding | None = None
    suspects: set[int] = field(default_factory=set)
    ties: bool = False
    values: list[Value] = field(default_factory=list)
    varied: set[tuple[int, int]] = field(default_factory=set)
    jumps: dict[int, set[tuple[int, bool]]] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        return Status.WRONG if self.gradient else self.strength

    @property
    def strength(self) -> Status:
        """How exact the run was."""
        return Status.MODULAR if self.kind == "modular" else Status.SAMPLED


@dataclass(frozen=True)
class Subject:
    """What is tried: the texts, and the gradients wanted."""

    state: State
    module: Module
    wanted: Sequence[int]
    asked: Asked = field(default_factory=Asked)


def check_point(subject: Subject, point: Point, turn: int) -> Verdict | None:
    """Try a point exactly; with 60 digits where that is not possible, or to confirm.

    None where the point turns out to be outside of the domain.
    """

    def attempt(trial: Trial) -> Verdict:
        return _Attempt(subject, trial).verdict()

    exact = modular_trial(point, turn, attempt, subject.state.original)
    if exact is not None and not exact.gradient and not exact.form:
        return exact
    try:
        return attempt(digits_trial(point, turn))
    except Undefined:
        return None


class _Attempt:
    def __init__(self, subject: Subject, trial: Trial) -> None:
        self._subject = subject
        self._state = subject.state
        self._trial = trial
        self._tape: TapeDomain[Any] = TapeDomain(trial.domain)
        self._verdict = Verdict(trial.kind)
        module = subject.module
        self._machine: Machine[Any] = Machine(
            trial.domain,
            constants_in(trial.domain, module.constants),
            module.routines,
        )
        self._marks: dict[int, int] = {}
        self._duals: list[Value] = []

    def verdict(self) -> Verdict:
        self._run_original()
        env = self._run_forward()
        if env is not None:
            self._run_backward(env)
        return self._verdict

    def _run_original(self) -> None:
        original = self._state.original
        names = [original.versions[version].name for version in self._subject.wanted]
        inputs = {
            name: self._variable(value) if name in names else self._constant(value)
            for name, value in self._trial.inputs.items()
        }
        start = 0
        owned: set[int] = set()

        def after(number: int) -> None:
            nonlocal start
            self._marks[number] = start
            start = len(self._tape.tape)

        def bind(value: Value) -> Value:
            """A value of its own also for what a stage only moves."""
            if is_sequence(value):
                return type(value)(map(bind, value))
            if not isinstance(value, Dual) or value.tangent is None:
                return value
            if value.tangent < start or value.tangent in owned:
                value = self._tape.copy(value)
            owned.add(value.tangent)
            return value

        start = len(self._tape.tape)
        run = run_original(original, self._tape, inputs, after=after, bind=bind)
        self._duals = run.values
        self._verdict.ties = bool(self._tape.ties)
        self._verdict.values = [_plain(value) for value in run.values]
        self._output = _plain(run.output)
        self._leaves = flat(run.output)
        self._moving = set(self._subject.wanted)
        tangents: dict[int, Any] = {}
        for version in self._subject.wanted:
            for dual in flat(self._duals[version]):
                tangents[dual.tangent] = self._trial.weight(f"tangent {dual.tangent}")
        self._tape.push(tangents)
        zero = self._zero()
        for version, value in enumerate(self._duals):
            for item, dual in enumerate(flat(value)):
                place = dual.tangent if isinstance(dual, Dual) else None
                tangent = None if place is None else tangents.get(place)
                if tangent is not None and not self._trial.close(tangent, zero):
                    self._verdict.varied.add((version, item))
                    self._moving.add(version)

    def _variable(self, value: Value) -> Value:
        if isinstance(value, list):
            return [self._variable(item) for item in value]
        return self._tape.variable(value)

    def _constant(self, value: Value) -> Value:
        if isinstance(value, list):
            return [self._constant(item) for item in value]
        return value if isinstance(value, (bool, str)) else Dual(value, None)

    def _zero(self) -> Any:
        return self._trial.domain.literal(Number(0, 0))

    # -- level 1

    def _run_forward(self) -> Env | None:
        """Run the written forward pass; None if it cannot be run to its end."""
        written, original = self._state.written, self._state.original
        env: Env = {n: copied(v) for n, v in self._trial.inputs.items()}
        for line in written.forward:
            if not self._run_line(line, env, line.number, self._verdict.form):
                return None
            stage = original.by_number.get(line.number)
            for version in stage.binds.values() if stage is not None else ():
                name = self._state.flow.names.get(version)
                if name is not None and name in env:
                    self._compare_stage(line, name, env[name], version)
        try:
            output = self._machine.run(written.output, env)
        except Failure as failure:
            self._form(0, f"the output: {failure}", written.return_line)
            return None
        if not self._trial.equal(output, self._output):
            self._form(0, "the output differs from the original's", written.return_line)
        return env

    def _compare_stage(self, line: Line, name: str, value: Value, version: int) -> None:
        if not self._trial.equal(value, self._verdict.values[version]):
            text = self._state.original.by_number[line.number].text
            message = f"the forward stage binds another value to `{name}`"
            finding = Finding(
                line.number, message, line.line, line.text, text, self._where()
            )
            self._verdict.form.append(finding)

    def _form(self, stage: int, message: str, line: int) -> None:
        self._verdict.form.append(Finding(stage, message, line, point=self._where()))

    def _where(self) -> str:
        return show(self._trial.point)

    def _run_line(
        self, line: Line, env: Env, stage: int, findings: list[Finding]
    ) -> bool:
        tested = bool(line.code.tests)
        jumps = self._verdict.jumps.setdefault(line.line, set()) if tested else None
        self._machine.jumps = jumps
        try:
            self._machine.run(line.code, env)
        except NoRoot:
            raise
        except Failure as failure:
            if self._trial.kind == "modular" and isinstance(failure, Undefined):
                raise
            findings.append(
                Finding(stage, str(failure), line.line, line.text, point=self._where())
            )
            return False
        return True

    # -- level 3

    def _run_backward(self, forward: Env) -> None:
        written = self._state.written
        weights = self._weights()
        env = entry_env(self._state, self._machine, forward, weights)
        adjoints: dict[int, Any] = {}
        for dual, weight in zip(self._leaves, weights, strict=True):
            self._seed(adjoints, dual, weight)
        position = len(self._tape.tape)
        runs = all(
            self._run_line(line, env, 0, self._verdict.gradient)
            for line in written.preamble
        )
        for block in written.blocks if runs else ():
            for line in block.lines:
                if not self._run_line(line, env, block.number, self._verdict.gradient):
                    return
            mark = self._marks.get(block.number, position)
            self._tape.sweep(adjoints, position, mark)
            position = min(position, mark)
            self._compare_block(block, env, adjoints)
        self._tape.sweep(adjoints, position, 0)
        # at a kink any side will do
        if runs and not self._tape.ties:
            self._compare_gradients(env, adjoints, weights)

    def _weights(self) -> list[Any]:
        if self._state.written.upstream is None:
            return [self._trial.domain.literal(Number(1, 1))]
        return [self._trial.weight(f"upstream {i}") for i in range(len(self._leaves))]

    def _seed(self, adjoints: dict[int, Any], dual: Any, weight: Any) -> None:
        if isinstance(dual, Dual) and dual.tangent is not None:
            known = adjoints.get(dual.tangent)
            add = self._trial.domain.add
            adjoints[dual.tangent] = weight if known is None else add(known, weight)

    def _true_adjoint(self, version: int, adjoints: dict[int, Any]) -> list[Any]:
        duals = flat(self._duals[version])
        zero = self._zero()
        return [
            adjoints.get(d.tangent, zero) if isinstance(d, Dual) else zero
            for d in duals
        ]

    def _compare_block(self, block: Block, env: Env, adjoints: dict[int, Any]) -> None:
        stage = self._state.original.by_number.get(block.number)
        for version in stage.reads.values() if stage is not None else ():
            name = self._state.adjoint_of(version)
            if name is None or self._state.denoted(name, block.number) != version:
                continue
            if version not in self._moving:
                continue
            due = self._true_adjoint(version, adjoints)
            found = flat(env[name]) if name in env else [self._zero()] * len(due)
            if self._trial.equal(list(map(self._number, found)), due):
                continue
            self._verdict.suspects.add(block.number)
            if self._verdict.off is None:
                message = f"`{name}` is wrong after this block"
                self._verdict.off = Finding(
                    block.number, message, block.line, point=self._where()
                )

    def _number(self, value: Value) -> Value:
        return self._machine.number(value)

    def _compare_gradients(
        self, env: Env, adjoints: dict[int, Any], weights: list[Any]
    ) -> None:
        written, original = self._state.written, self._state.original
        found: list[Value] = []
        for code, version in zip(written.gradients, self._subject.wanted, strict=True):
            name = original.versions[version].name
            try:
                value = self._machine.run(code, env)
            except Failure as failure:
                message = f"the gradient of `{name}`: {failure}"
                self._gradient(message)
                continue
            found.append(value)
            due = self._true_adjoint(version, adjoints)
            kind = isinstance(self._duals[version], list)
            if is_sequence(value) != kind or not self._trial.equal(
                list(map(self._number, flat(value))), due
            ):
                self._gradient(f"the gradient of `{name}` is wrong")
        if not self._verdict.gradient:
            self._compare_both(found, weights)

    def _gradient(self, message: str) -> None:
        line = self._state.written.return_line
        self._verdict.gradient.append(Finding(0, message, line, point=self._where()))

    def _compare_both(self, gradients: list[Value], weights: list[Any]) -> None:
        """The function that runs both passes, with an upstream gradient of 1."""
        name = self._state.written.value_and_grad
        if name is None:
            return
        inputs = [copied(value) for value in self._trial.inputs.values()]
        try:
            signature = self._subject.module.routines[name].signature
            value = self._machine.call(name, *signature.arguments(inputs))
            output, returned = value
            if self._state.written.single:
                returned = (returned,)
            scale = self._trial.domain.mul
            scaled = [scale(weights[0], self._number(v)) for v in flat(returned)]
        except (Failure, TypeError, ValueError) as failure:
            self._form(0, f"`{name}` cannot be run: {failure}", 0)
            return
        numbers = [self._number(v) for v in flat(gradients)]
        if not self._trial.equal(output, self._output):
            self._form(0, f"`{name}` returns another value than the original", 0)
        elif not self._trial.equal(scaled, numbers):
            message = f"`{name}` returns other gradients than the backward pass"
            self._form(0, message, 0)


def entry_env(
    state: State, machine: Machine[Any], forward: Env, weights: Sequence[Any]
) -> Env:
    """What the backward pass starts with, given the names after the forward pass."""
    written = state.written
    env: Env = {}
    if written.cache is None:
        env = forward
    else:
        code, name = written.cache
        env[name] = machine.run(code, forward)
    if written.upstream is not None:
        env[written.upstream] = state.facts.outputs.filled(weights)
    return env


def _plain(value: Value) -> Value:
    match value:
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case Dual():
            return value.value
    return tuple(map(_plain, value)) if type(value) is tuple else value
