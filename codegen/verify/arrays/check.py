"""All levels for one function on arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from ..domains import Failure, Undefined
from ..report import Finding, FunctionReport, StageReport, Status
from ..scope import Unsupported
from ..signature import mismatch
from .attempt import Attempt, StageUnsupported, Subject, Verdict
from .differences import Differences, check_differences, in_floats
from .inputs import leaves
from .points import Point, find_points
from .reading import Module, Program, Stage, Written
from .shaping import (
    Shaping,
    elements,
    guessed_shapings,
    has_names,
    is_known,
    is_large,
    prime_shapings,
    reduced_shapings,
    small_shapings,
)
from .stages import Decisions, Proof, formulas, one_sided, prove
from .trial import modular, with_digits
from .values import Kind

_SMALL_POINTS = 2
_PRIME_POINTS = 1
_TRIES = 12
_MOST_POINTS = 6
_MOST_SHAPINGS = 24
_MOST_GUESSED = 6
# elements of all inputs in a run that SymPy follows
_MOST_ELEMENTS = 400
_MOST_RUNS = 3


def check_function(
    program: Program,
    written: Written,
    module: Module,
    levels: Collection[int],
    wrt: Collection[str] | None,
) -> FunctionReport:
    """Run the levels on one function and its written passes.

    `wrt` are the parameters of which the gradients are wanted; None: those that are
    returned.
    """
    findings = _misfits(program, written)
    wanted: tuple[str, ...] = ()
    if not findings:
        try:
            wanted = _wanted(program, written, wrt)
        except Unsupported as reason:
            findings = [Finding(0, str(reason), written.return_line)]
    if findings:
        return FunctionReport(
            written.base,
            form=Status.WRONG,
            modular=Status.UNVERIFIED,
            findings=tuple(findings),
        )
    return _Check(Subject(program, written, module, wanted), levels).report()


def _misfits(program: Program, written: Written) -> list[Finding]:
    for signature in written.signatures:
        message = mismatch(program.signature, signature)
        if message:
            return [Finding(0, message)]
    if written.params != program.signature.names:
        message = f"the parameters are {written.params}, not {program.signature.names}"
        return [Finding(0, message)]
    return []


def _wanted(
    program: Program, written: Written, wrt: Collection[str] | None
) -> tuple[str, ...]:
    """The parameters of which the gradients are returned, in their order.

    Raises `Unsupported` where there are more or fewer gradients than that.
    """
    names = [i.name for i in program.inputs]
    if wrt is not None:
        wanted = [name for name in names if name in wrt]
    else:
        returned = [name for name in written.gradient_names if name]
        wanted = [name for name in names if _is_returned(name, returned)]
        if len(wanted) != len(written.gradients):
            wanted = [i.name for i in program.inputs if _carries(i.spec)]
        left = _left_out(program, written, wanted)
        if left:
            raise Unsupported(f"the gradient `{left}` is computed, but not returned")
    if len(wanted) != len(written.gradients):
        raise Unsupported(
            f"{len(written.gradients)} gradients are returned "
            f"for {len(wanted)} parameters"
        )
    return tuple(wanted)


def _is_returned(parameter: str, returned: Sequence[str]) -> bool:
    stem = f"grad_{parameter}"
    return any(
        name in (f"d{parameter}", stem) or name.rstrip("0123456789") == f"{stem}_"
        for name in returned
    )


def _carries(spec: object) -> bool:
    every = [leaf for _, leaf in leaves(spec)]
    return any(leaf.kind is Kind.FLOAT and not leaf.choices for leaf in every)


def _left_out(program: Program, written: Written, wanted: Sequence[str]) -> str:
    """The name of a gradient that is computed, but neither used nor returned."""
    lines = [line for block in written.blocks for line in block.lines]
    read = {name for line in lines for name in line.code.loads}
    bound = {name for line in lines for name in line.code.stores}
    known = {version.name for version in program.versions}
    for i in program.inputs:
        name = f"d{i.name}"
        if i.name not in wanted and name in bound - read and name not in known:
            return name
    return ""


@dataclass
class _Check:
    """The levels, one after the other."""

    subject: Subject
    levels: Collection[int]
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    # by stage: why nothing exact can be told of it
    unsupported: dict[int, str] = field(default_factory=dict)
    reason: str = ""
    # of the shapes at which stages were proved
    labels: dict[str, None] = field(default_factory=dict)

    def report(self) -> FunctionReport:
        """Run all, and put together what was found."""
        shapings = list(self._shapings())
        if not shapings:
            return self._without_shapes()
        for shaping, most in shapings:
            search = find_points(self.subject.program, shaping, most, _TRIES)
            self.points += search.points
            for point in search.points[:_MOST_POINTS]:
                self._try(point)
        if not self.points:
            return self._without_shapes()
        stages = self._stages()
        whole = self._whole()
        outcome = self._differences()
        return FunctionReport(
            self.subject.written.base,
            tuple(stages),
            self._form(),
            whole,
            Status.SKIPPED,
            outcome.status,
            outcome.differences,
            tuple(self.findings),
            tuple(dict.fromkeys(self.notes)),
            shapes=" and ".join(self.labels) or shapings[0][0].label,
        )

    # -- shapes and points

    def _shapings(self) -> Iterator[tuple[Shaping, int]]:
        """The shapes to run at, with the number of points for each."""
        inputs = self.subject.program.inputs
        if not is_known(inputs):
            tried = guessed_shapings(inputs)
            found = [s for s in tried if self._runs(s)]
            yield from ((s, 1) for s in _varied(found))
            return
        if any(i.sample is not None for i in inputs):
            reduced = self._first(reduced_shapings(inputs))
            if reduced is not None:
                yield reduced, 1
        small = self._first(small_shapings(inputs))
        if small is not None and not is_large(small):
            yield small, _SMALL_POINTS
        if has_names(inputs):
            primes = self._first(prime_shapings(inputs))
            if primes is not None and not is_large(primes):
                yield primes, _PRIME_POINTS

    def _first(self, shapings: Iterable[Shaping]) -> Shaping | None:
        """The first shapes at which the original runs."""
        every = islice(shapings, _MOST_SHAPINGS)
        return next((shaping for shaping in every if self._runs(shaping)), None)

    def _runs(self, shaping: Shaping) -> bool:
        search = find_points(self.subject.program, shaping, 1, 6)
        self.reason = self.reason or search.reason
        return bool(search.points)

    def _without_shapes(self) -> FunctionReport:
        self.notes.append(f"no sample point found: {self.reason}")
        inputs = self.subject.program.inputs
        unknown = [
            i.name for i in inputs for _, leaf in leaves(i.spec) if leaf.dims is None
        ]
        if unknown:
            names = ", ".join(dict.fromkeys(unknown))
            self.notes.append(f"the shapes of {names} are not known; give --shape")
        status = Status.UNVERIFIED
        return FunctionReport(
            self.subject.written.base,
            form=status,
            modular=status,
            notes=tuple(self.notes),
        )

    # -- levels 1 and 3

    def _try(self, point: Point) -> None:
        if self.findings:
            return
        try:
            verdict = self._verdict(point)
        except StageUnsupported as reason:
            self.unsupported[reason.stage] = str(reason)
            return
        except Unsupported as reason:
            self.unsupported[0] = f"what is written: {reason}"
            return
        except Failure as failure:
            self.notes.append(f"{failure} at {point}")
            return
        if verdict is None:
            return
        wrong = verdict.form or verdict.gradient
        if wrong and point.shaping.reduced:
            # what is written may be for the shapes of the samples only
            return
        self.verdicts.append(verdict)
        if verdict.form:
            self.findings.append(verdict.form[0])
        elif verdict.gradient:
            self._add_gradient(verdict)

    def _verdict(self, point: Point) -> Verdict | None:
        exact = modular(point, lambda trial: Attempt(self.subject, trial).verdict())
        if exact is not None and not exact.form and not exact.gradient:
            return exact
        try:
            return Attempt(self.subject, with_digits(point)).verdict()
        except Undefined:
            return None

    def _add_gradient(self, verdict: Verdict) -> None:
        """What is wrong, and the stage where it first went wrong."""
        first, off = verdict.gradient[0], verdict.off
        if off is not None:
            written, expected = formulas(self.subject, verdict, off)
            message = off.message
            if "shape" in first.message:
                message = f"{message}; {first.message}"
            off = replace(off, message=message, written=written, expected=expected)
            self.findings.append(off)
        else:
            self.findings.append(first)

    def _form(self) -> Status:
        if any(verdict.form for verdict in self.verdicts):
            return Status.WRONG
        return self._weakest()

    def _weakest(self) -> Status:
        order = (Status.MODULAR, Status.SAMPLED, Status.WRONG, Status.UNVERIFIED)
        if self.unsupported:
            return Status.UNVERIFIED
        found = [verdict.status for verdict in self.verdicts if not verdict.ties]
        return max(found, key=order.index, default=Status.UNVERIFIED)

    def _whole(self) -> Status:
        if 3 not in self.levels:
            return Status.SKIPPED
        if any(verdict.gradient for verdict in self.verdicts):
            return Status.WRONG
        return self._weakest()

    # -- level 2

    def _stages(self) -> list[StageReport]:
        wrong = {finding.stage for finding in self.findings}
        reports = []
        for stage in self.subject.program.stages:
            report = self._stage(stage, stage.number in wrong)
            if report is not None:
                reports.append(report)
        return reports

    def _runs_of(self, number: int) -> list[Verdict]:
        """The exact runs in which the most adjoints around a stage are not zero:
        zeros show nothing."""
        exact = [
            v
            for v in self.verdicts
            if v.trial.kind == "modular" and not v.ties and number in v.arounds
        ]
        moving = [v.arounds[number].moving(v.trial) for v in exact]
        return [v for v, m in zip(exact, moving, strict=True) if m == max(moving)]

    def _stage(self, stage: Stage, wrong: bool) -> StageReport | None:
        number = stage.number
        line = next(
            (b.line for b in self.subject.written.blocks if b.number == number), 0
        )
        report = StageReport(number, stage.text, line, (), 3, self._weakest())
        if wrong:
            return replace(report, level=0, status=Status.WRONG)
        if number in self.unsupported:
            reason = self.unsupported[number]
            return replace(report, level=0, status=Status.UNVERIFIED, message=reason)
        if not line:
            return None
        runs = [] if self.findings else self._runs_of(number)
        if not runs or 2 not in self.levels:
            return replace(report, message=self.unsupported.get(0, ""))
        proof = self._proof(number, runs)
        status = Status.PROVED if proof.proved else report.status
        message = "" if proof.proved else proof.reason
        report = replace(
            report, gradients=proof.gradients, status=status, message=message
        )
        return self._if_tried(stage, report, proof)

    def _proof(self, number: int, runs: Sequence[Verdict]) -> Proof:
        proof = Proof(False, "too large for SymPy")
        for run in runs[:_MOST_RUNS]:
            if elements(run.trial.arrays.shaping) <= _MOST_ELEMENTS:
                proof = prove(self.subject, run, number)
                if proof.proved:
                    self.labels[run.trial.arrays.shaping.label] = None
                    break
        return proof

    def _if_tried(self, stage: Stage, report: StageReport, proof: Proof) -> StageReport:
        """A stage, unverified if a comparison in it never went one way."""
        every: Decisions = {}
        for decisions in (proof.decisions[0], *(v.decisions[0] for v in self.verdicts)):
            for place, ways in decisions.items():
                every.setdefault(place, set()).update(ways)
        (statement,) = stage.code.statements
        end = getattr(statement, "end_lineno", None) or stage.line
        lines = range(stage.line, end + 1)
        missed = [place for place in one_sided(every) if place[0] in lines]
        if not missed:
            return report
        way = "true" if every[missed[0]] == {True} else "false"
        message = f"a comparison in it was {way} at all points tried"
        return replace(report, status=Status.UNVERIFIED, message=message)

    # -- level 5

    def _differences(self) -> Differences:
        if self.findings:
            return Differences(Status.SKIPPED)
        points = [p for p in self.points if not p.shaping.reduced] or self.points
        if 5 in self.levels:
            outcome = check_differences(self.subject, points[:2])
            self.findings += outcome.findings
            self.notes += outcome.notes
            return outcome
        outcome = Differences(Status.SKIPPED)
        if self.unsupported:
            in_floats(self.subject, points[:1], outcome)
        return outcome


def _varied(shapings: Sequence[Shaping]) -> list[Shaping]:
    """A few shapings that differ in their ranks, or in what they stretch."""
    by_kind: dict[tuple[object, ...], Shaping] = {}
    for shaping in shapings:
        every = [leaf.dims or () for s in shaping.specs.values() for _, leaf in leaves(s)]
        kind = tuple((len(dims), "1" in dims) for dims in every)
        by_kind.setdefault(kind, shaping)
    return list(by_kind.values())[:_MOST_GUESSED]
