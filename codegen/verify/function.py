"""All levels for one function."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from .gradients.asked import Asked
from .gradients.composed import check_composed
from .gradients.differences import check_differences
from .gradients.runs import Point, Samples, given, run_original, sample, show
from .gradients.whole import Subject, Verdict, check_point
from .programs.flow import AdjointNames, read_flow
from .programs.original import Original, flat
from .programs.outputs import Outputs
from .programs.written import Line, Module, Written
from .reports.budget import OutOfTime, one_part
from .reports.report import Finding, FunctionReport, StageReport, Status
from .running.numeric import FloatDomain
from .stages.missed import missed_sides
from .stages.stagewise import Outcome, Walk
from .stages.state import Facts, State
from .texts.scope import Unsupported
from .texts.signature import mismatch


def check_function(
    original: Original,
    written: Written,
    module: Module,
    text: str,
    levels: Collection[int],
    wrt: Collection[str] | None,
    asked: Asked,
) -> FunctionReport:
    """Run the levels on one function and its written passes.

    `wrt` are the parameters of which the gradients are wanted; None: those that are
    returned.
    """
    name = written.base
    for signature in written.signatures:
        message = mismatch(original.signature, signature)
        if message:
            return _wrong(name, [Finding(0, message)])
    names = tuple(p.name for p in original.parameters)
    if written.params != names:
        message = f"the parameters are {written.params}, not {names}"
        return _wrong(name, [Finding(0, message)])
    samples = sample(original, text)
    if not samples.points:
        reason = f"no sample point found: {samples.reason}"
        status = Status.UNVERIFIED
        return FunctionReport(name, form=status, modular=status, notes=(reason,))
    values = _float_values(original, samples)
    outputs = Outputs.of(original, values[0])
    flow = read_flow(original, written, outputs)
    try:
        wanted = _wanted(original, written, AdjointNames(written, flow), wrt)
    except Unsupported as reason:
        return _wrong(
            name, [*flow.findings, Finding(0, str(reason), written.return_line)]
        )
    facts = Facts(values, _no_twins(original), frozenset(), outputs)
    state = State(original, written, module, flow, facts)
    check = _Check(Subject(state, module, wanted, asked), samples, levels)
    check.findings.extend(flow.findings)
    check.findings.extend(_order(original, written, state.names))
    return check.report()


def _wrong(name: str, findings: Sequence[Finding]) -> FunctionReport:
    return FunctionReport(
        name, form=Status.WRONG, modular=Status.UNVERIFIED, findings=tuple(findings)
    )


def _wanted(
    original: Original,
    written: Written,
    names: AdjointNames,
    wrt: Collection[str] | None,
) -> list[int]:
    """The parameters of which the gradients are returned, in their order.

    Raises `Unsupported` where there are more or fewer gradients than that.
    """
    parameters = [p.name for p in original.parameters]
    if wrt is not None:
        wanted = [i for i, name in enumerate(parameters) if name in wrt]
    else:
        by_adjoint = {names.of(name): i for i, name in enumerate(parameters)}
        found = {by_adjoint.get(name) for name in written.gradient_names if name}
        wanted = sorted(i for i in found if i is not None)
        if len(wanted) != len(written.gradients):
            wanted = list(range(len(parameters)))
        _none_left(parameters, wanted, written, names)
    if len(wanted) != len(written.gradients):
        raise Unsupported(
            f"{len(written.gradients)} gradients are returned "
            f"for {len(wanted)} parameters"
        )
    return wanted


def _none_left(
    parameters: Sequence[str],
    wanted: Collection[int],
    written: Written,
    names: AdjointNames,
) -> None:
    """Raise `Unsupported` if a gradient is computed, but neither used nor returned."""
    lines = [line for block in written.blocks for line in block.lines]
    read = {name for line in lines for name in line.code.loads}
    bound = {name for line in lines for name in line.code.stores}
    for i, parameter in enumerate(parameters):
        name = names.of(parameter)
        if i not in wanted and name in bound - read:
            raise Unsupported(f"the gradient `{name}` is computed, but not returned")


def _order(original: Original, written: Written, names: AdjointNames) -> list[Finding]:
    by_adjoint = {names.of(p.name): i for i, p in enumerate(original.parameters)}
    places = [by_adjoint.get(name) for name in written.gradient_names if name]
    known = [place for place in places if place is not None]
    if known == sorted(known):
        return []
    message = "the gradients are not returned in the order of the parameters"
    return [Finding(0, message, written.return_line)]


def _float_values(original: Original, samples: Samples) -> list[list[Any]]:
    domain = FloatDomain()
    return [
        run_original(original, domain, given(domain, point)).values
        for point in samples.points
    ]


def _no_twins(original: Original) -> list[int]:
    return list(range(len(original.versions)))


class _Check:
    def __init__(
        self, subject: Subject, samples: Samples, levels: Collection[int]
    ) -> None:
        self._subject = subject
        self._samples = samples
        self._levels = levels
        self._verdicts: list[Verdict] = []
        self.findings: list[Finding] = []
        self._notes: list[str] = []

    def report(self) -> FunctionReport:
        state, levels = self._subject.state, self._levels
        self._try_points()
        state.facts = self._facts()
        local = Outcome()
        if 2 in levels:
            local = Walk(state, self._subject.wanted).run()
            self._notes += local.notes
        stages = self._with_doubts_settled(local)
        modular = self._whole(local) if 3 in levels else Status.SKIPPED
        symbolic, digits = Status.SKIPPED, Status.SKIPPED
        if 4 in levels and not self.findings:
            symbolic, found = self._composed()
            self._add(found)
        differences: tuple[Any, ...] = ()
        if 5 in levels and not self.findings:
            outcome = check_differences(self._subject, self._samples.points)
            digits, differences = outcome.status, outcome.differences
            self._add(outcome.findings)
            self._notes += outcome.notes
        form = self._form()
        return FunctionReport(
            state.written.base,
            tuple(_raised(stage, modular, symbolic) for stage in stages),
            form,
            modular,
            symbolic,
            digits,
            differences,
            tuple(self.findings),
            tuple(self._notes),
        )

    def _add(self, findings: Sequence[Finding]) -> None:
        known = {(f.stage, f.message) for f in self.findings}
        self.findings += [f for f in findings if (f.stage, f.message) not in known]

    def _composed(self) -> tuple[Status, list[Finding]]:
        try:
            with one_part():
                return check_composed(self._subject, self._samples.points)
        except OutOfTime as reason:
            self._notes.append(f"level 4: {reason}")
            return Status.UNVERIFIED, []

    def _try_point(self, point: Point, turn: int) -> Verdict | None:
        try:
            with one_part():
                return check_point(self._subject, point, turn)
        except OutOfTime as reason:
            self._notes.append(f"level 3: {reason} at {show(point)}")
            return None

    def _try_points(self) -> None:
        for turn, point in enumerate(self._samples.points):
            verdict = self._try_point(point, turn)
            if verdict is None:
                continue
            self._verdicts.append(verdict)
            self._add(_distinct(verdict.form))
            if verdict.form or verdict.gradient:
                break

    def _form(self) -> Status:
        if any(v.form for v in self._verdicts):
            return Status.WRONG
        return _weakest(v.strength for v in self._verdicts if not v.ties)

    def _weakest(self) -> Status:
        return _weakest(v.status for v in self._verdicts if not v.ties)

    def _facts(self) -> Facts:
        """Twins and varied versions, over all points tried."""
        facts = self._subject.state.facts
        varied = frozenset(v for verdict in self._verdicts for v in verdict.varied)
        moving = {version for version, _ in varied}
        first: dict[Any, int] = {}
        twins = []
        for version in range(len(facts.twins)):
            key: Any = version
            if version in moving:
                values = [flat(v.values[version]) for v in self._verdicts]
                key = tuple(tuple(map(_key, run)) for run in values)
            twins.append(first.setdefault(key, version))
        return replace(facts, twins=twins, varied=varied)

    def _with_doubts_settled(self, local: Outcome) -> list[StageReport]:
        """Stages that level 2 alone cannot decide, decided by the adjoints in whole
        runs."""
        self._add(local.findings)
        wrong = any(v.gradient for v in self._verdicts)
        suspects = {n for v in self._verdicts for n in v.suspects}
        blocks = {b.number: b.lines for b in self._subject.state.written.blocks}
        rewritten = self._subject.state.flow.rewritten
        stages = []
        for stage in local.stages:
            if stage.number in local.doubtful:
                finding = local.doubtful[stage.number]
                if wrong and stage.number in suspects:
                    message = "the block is wrong; it reads values of other stages"
                    self._add([finding or Finding(stage.number, message, stage.line)])
                    stage = replace(stage, status=Status.WRONG)
                elif not wrong and self._verdicts:
                    status = self._weakest()
                    stage = replace(stage, status=status, level=3, message="")
                    stage = self._if_tried(stage, blocks.get(stage.number, ()))
            stages.append(self._if_tried(stage, rewritten.get(stage.number, ())))
        return stages

    def _if_tried(self, stage: StageReport, lines: Sequence[Line]) -> StageReport:
        """A stage, unverified if a condition in its lines never went one way."""
        constants = self._subject.state.written_constants
        missed = [
            side
            for line in lines
            for side, rare in missed_sides(
                line.code,
                {way for v in self._verdicts for way in v.jumps.get(line.line, ())},
                constants,
            )
            if not rare
        ]
        if not missed or stage.status is Status.WRONG:
            return stage
        message = "in what is written for it " + ", ".join(missed)
        return replace(stage, status=Status.UNVERIFIED, message=message)

    def _whole(self, local: Outcome) -> Status:
        wrong = next((v for v in self._verdicts if v.gradient), None)
        if wrong is None:
            return self._weakest()
        named = any(f.stage for f in self.findings)
        if not named and wrong.off is not None:
            self._add([wrong.off])
        if not self.findings or not named:
            self._add(wrong.gradient)
        return Status.WRONG


def _weakest(found: Iterable[Status]) -> Status:
    order = (Status.MODULAR, Status.SAMPLED, Status.WRONG, Status.UNVERIFIED)
    return max(found, key=order.index, default=Status.UNVERIFIED)


def _raised(stage: StageReport, modular: Status, symbolic: Status) -> StageReport:
    """The level of a stage counts the levels above that the whole gradient passed."""
    if stage.level < 2 or stage.status is Status.WRONG:
        return stage
    level = stage.level
    if modular in (Status.MODULAR, Status.SAMPLED):
        level = 3
    if symbolic in (Status.PROVED, Status.SAMPLED) and level == 3:
        level = 4
    return replace(stage, level=level)


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    """The first finding only: later ones follow from it."""
    return list(findings[:1])


def _key(value: Any) -> Any:
    return getattr(value, "value", value)
