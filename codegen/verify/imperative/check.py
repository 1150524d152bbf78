"""All levels for one imperative function."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..arrays.check import Check
from ..arrays.proofs import formulas, one_sided, proved
from ..arrays.reading import Module, Program, Written
from ..arrays.stages import TOO_LARGE, Proof
from ..arrays.trial import ArrayTrial
from ..arrays.verdict import Around, Decisions, Subject, Verdict
from ..arrays.wanted import misfits, wanted_gradients
from ..gradients.asked import Asked
from ..reports.report import Finding, FunctionReport, StageReport, Status
from ..texts.numbering import Lines
from ..texts.scope import Unsupported
from .attempt import Attempt, Outcome, Task
from .branches import Branches
from .segments import (
    Layout,
    Segment,
    blocks_in,
    changed_by_call,
    layout_of,
    stages_in,
)

_TRIES = 120
_MOST_POINTS = 12
# visits of a block that are compared by SymPy
_MOST_VISITS = 3
# of the written forward pass, where its visits are followed with many digits
_FEW_STEPS = 5_000


def check_imperative(
    program: Program,
    written: Written,
    module: Module,
    text: str,
    levels: Collection[int],
    wrt: Collection[str] | None,
    asked: Asked,
) -> FunctionReport:
    """Run the levels on one function and its written passes; `text` is the module's.

    `wrt` are the parameters of which the gradients are wanted; None: those that are
    returned.
    """
    findings = misfits(program, written)
    wanted: tuple[str, ...] = ()
    if not findings:
        try:
            wanted = wanted_gradients(program, written, wrt)
        except Unsupported as reason:
            findings = [Finding(0, str(reason), written.return_line)]
    if findings:
        status = Status.WRONG
        return FunctionReport(written.base, form=status, findings=tuple(findings))
    task = _task(Subject(program, written, module, wanted, asked), text)
    return _Check(task.subject, levels, task=task).report()


def _task(subject: Subject, text: str) -> Task:
    nodes, base = subject.module.nodes, subject.written.base
    forward, backward = nodes.get(f"{base}_forward"), nodes.get(f"{base}_backward")
    if forward is None or backward is None:
        both = nodes.get(f"{base}_vjp") or nodes[f"{base}_value_and_grad"]
        forward, backward = both, None
    lines = Lines(text)
    layout: dict[int, tuple[Segment, ...]] = {}
    for node in (forward, backward):
        layout.update(layout_of(node, lines) if node is not None else {})
    return Task(subject, forward, backward, layout, _written_to(forward))


def _written_to(node: ast.FunctionDef) -> frozenset[str]:
    """The variables of which elements are assigned, or that are changed by a call."""
    found = set()
    for part in ast.walk(node):
        target: ast.expr | None = None
        match part:
            case ast.Subscript(ctx=ast.Store()):
                target = part
            case ast.AugAssign():
                target = part.target
            case ast.Expr():
                found.update(changed_by_call(part))
        while isinstance(target, (ast.Subscript, ast.Attribute)):
            target = target.value
        if isinstance(target, ast.Name):
            found.add(target.id)
    return frozenset(found)


@dataclass
class _Check(Check):
    """The levels, one after the other."""

    task: Task = field(kw_only=True)
    tries: int = _TRIES
    most_points: int = _MOST_POINTS

    def __post_init__(self) -> None:
        layout: Layout = self.task.layout
        self._stages_by_number = stages_in(layout)
        self._blocks = blocks_in(layout)
        self._branches = Branches(self.subject.program)

    def report(self) -> FunctionReport:
        report = super().report()
        runs = self._runs()
        if not runs:
            return report
        sides = [run.sides for run in runs]
        unreached = tuple(self._branches.unreached(sides))
        if self.misfit is not None:
            unreached += (f"it is not for all shapes tried: {self.misfit}",)
        # the least that is shown: other points may have taken more
        trips = next((run.trips for run in runs if run.trips), 0)
        paths = self._branches.paths(sides, trips, on_arrays=bool(report.shapes))
        notes = (*report.notes, *unreached)
        return replace(report, paths=paths, unreached=unreached, notes=notes)

    def _runs(self) -> list[Outcome]:
        """The runs that show something."""
        runs = (run for run in self.verdicts if isinstance(run, Outcome))
        return [run for run in runs if not run.ties]

    def _may_misfit(self, verdict: Verdict) -> bool:
        return True

    def _counts(self, verdict: Verdict, kinds: Sequence[object]) -> bool:
        """Gradients that are returned have to be right for any shapes."""
        if isinstance(verdict, Outcome) and verdict.returns_wrong:
            return True
        alone = not kinds and not verdict.misfit
        return alone or super()._counts(verdict, kinds)

    def _attempt(self, trial: ArrayTrial) -> Verdict:
        return Attempt(self.task, trial).outcome()

    def _confirmed(self, trial: ArrayTrial, exact: Verdict | None) -> Verdict:
        if not isinstance(exact, Outcome) or exact.steps <= _FEW_STEPS:
            return Attempt(self.task, trial, every=True).outcome()
        # what goes wrong first is known from the run on residues
        found = Attempt(self.task, trial, visited=False).outcome()
        return replace(found, off=exact.off, seen=exact)

    def _add_gradient(self, verdict: Verdict) -> None:
        first, off = verdict.gradient[0], verdict.off
        told = off is None or "changes" in first.message
        if told or not isinstance(verdict, Outcome):
            self.findings.append(first)
            return
        assert off is not None
        seen = verdict.seen or verdict
        found = [a for a in seen.visits.get(off.stage, ()) if a.is_wrong]
        texts = ("", "")
        if found:
            run = replace(seen, arounds={off.stage: found[0]})
            texts = formulas(self._staged(), run, off)
        written, expected = texts
        self.findings.append(replace(off, written=written, expected=expected))

    # -- level 2

    def _staged(self) -> Subject:
        """The subject with the stages as they are written in the forward pass."""
        subject = self.subject
        names = subject.module.forward(subject.written.base)
        written = replace(subject.written, forward=())
        return replace(
            subject, program=replace(subject.program, names=names), written=written
        )

    def _stages(self) -> list[StageReport]:
        wrong = {finding.stage for finding in self.findings}
        runs = self._runs()
        return [
            self._stage_report(stage, runs, wrong=number in wrong)
            for number, stage in self._stages_by_number.items()
        ]

    def _stage_report(
        self, stage: Segment, runs: list[Outcome], *, wrong: bool
    ) -> StageReport:
        number = stage.number
        block = self._blocks.get(number)
        line = stage.line if block is None else block.line
        status = self._weakest()
        report = StageReport(number, stage.text, line, (), 3, status)
        if wrong:
            return replace(report, level=0, status=Status.WRONG)
        reached = [run for run in runs if number in run.reached]
        if not reached:
            message = self._kinks() or "no run reaches it"
            return replace(report, level=0, status=Status.UNVERIFIED, message=message)
        if self.findings or 2 not in self.levels:
            return report
        if block is None:
            return self._without_block(report, reached)
        proof = self._proof_of(number, runs)
        report = replace(report, gradients=proof.gradients, message=proof.reason)
        if proof.status is Status.PROVED:
            report = replace(report, status=Status.PROVED)
        elif proof.status is Status.WRONG:
            report = replace(report, status=Status.UNVERIFIED)
        return self._if_both_ways(stage, report, proof)

    def _without_block(
        self, report: StageReport, reached: list[Outcome]
    ) -> StageReport:
        """A stage through which no gradient passes: its derivatives are zero, what it
        binds is not used, or it gives another name to what is there."""
        match self._stages_by_number[report.number].statements:
            case [*_, ast.Assign(value=ast.Name())]:
                return replace(report, status=Status.PROVED)
        if any(report.number in run.constant for run in reached):
            return replace(report, status=Status.PROVED)
        return report

    def _proof_of(self, number: int, runs: list[Outcome]) -> Proof:
        """Level 2 for a stage, in those visits of its block that show the most."""
        outcome = Proof(Status.UNVERIFIED, TOO_LARGE)
        for run, around in self._telling(number, runs):
            proof = proved(self._staged(), run, around)
            if proof.status is Status.PROVED:
                self.labels[run.trial.arrays.shaping.label] = None
            if proof.status is Status.WRONG or outcome.status is not Status.PROVED:
                outcome = proof
        return outcome

    def _telling(
        self, number: int, runs: list[Outcome]
    ) -> Iterator[tuple[Outcome, Around]]:
        """Visits of a block at one shaping in which the most adjoints are not zero:
        zeros show nothing."""
        exact = [run for run in runs if run.trial.kind == "modular"]
        visits = [
            (around.moving(run.trial), run, around)
            for run in exact
            for around in run.visits.get(number, ())
        ]
        most = max((moving for moving, _, _ in visits), default=0)
        telling = [(run, around) for moving, run, around in visits if moving == most]
        for run, around in telling[:_MOST_VISITS]:
            if run.trial.arrays.shaping == telling[0][0].trial.arrays.shaping:
                yield run, around

    def _if_both_ways(
        self, stage: Segment, report: StageReport, proof: Proof
    ) -> StageReport:
        """A stage, unverified if a comparison in it never went one way."""
        every: Decisions = {}
        found = [run.decisions[0] for run in self._runs()]
        for decisions in (proof.decisions[0], *found):
            for place, ways in decisions.items():
                every.setdefault(place, set()).update(ways)
        last = stage.statements[-1].end_lineno or stage.line
        lines = range(stage.line, last + 1)
        missed = [place for place in one_sided(every) if place[0] in lines]
        if not missed or report.status is Status.UNVERIFIED:
            return report
        way = "true" if every[missed[0]] == {True} else "false"
        message = f"a comparison in it was {way} at all points tried"
        return replace(report, status=Status.UNVERIFIED, message=message)
