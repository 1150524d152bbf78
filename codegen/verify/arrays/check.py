"""All levels for one function on arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ..gradients.asked import Asked
from ..reports.budget import OutOfTime, one_part
from ..reports.report import Finding, FunctionReport, StageReport, Status
from ..running.domains import Failure, NoValue, Undefined
from ..texts.scope import Unsupported
from .attempt import Attempt
from .composed import check_composed
from .differences import Differences, check_differences, compare_floats
from .plan import Plan
from .points import Point, Search
from .proofs import formulas, one_sided, proved
from .reading import Module, Program, Stage, Written
from .shaping import Shaping, elements, pattern_of
from .stages import TOO_LARGE, Proof
from .taped import StageUnsupported
from .trial import ArrayTrial, modular, with_digits
from .verdict import Decisions, Subject, Verdict
from .wanted import misfits, wanted_gradients

_SMALL_POINTS = 2
# elements of all inputs in a run that SymPy follows
_MOST_ELEMENTS = 400
_MOST_RUNS = 3
# points at one shaping that take ways of their own
_MOST_TELLING = 40
# points that are tried where all others are at kinks
_MORE_POINTS = 12
_KINKED = "every point tried is at a kink"
# operations of the original, in all runs but the first, of which each takes some 50 us
_MOST_WORK = 100_000


def check_function(
    program: Program,
    written: Written,
    module: Module,
    levels: Collection[int],
    wrt: Collection[str] | None,
    asked: Asked,
) -> FunctionReport:
    """Run the levels on one function and its written passes.

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
        return FunctionReport(
            written.base,
            form=Status.WRONG,
            modular=Status.UNVERIFIED,
            findings=tuple(findings),
        )
    return Check(Subject(program, written, module, wanted, asked), levels).report()


@dataclass
class Check:
    """The levels, one after the other."""

    subject: Subject
    levels: Collection[int]
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    # by stage: why nothing exact can be told of it
    unsupported: dict[int, str] = field(default_factory=dict)
    # what is wrong at smaller shapes than those that are given
    smaller: Finding | None = None
    # what is wrong at guessed shapes that the module may not be for
    misfit: Finding | None = None
    doubtful: list[Verdict] = field(default_factory=list)
    # of the shapes at which stages were proved
    labels: dict[str, None] = field(default_factory=dict)
    # candidates for points of one shaping, and points at which all is tried
    tries: int = 30
    most_points: int = 6

    def report(self) -> FunctionReport:
        """Run all, and put together what was found."""
        plan = Plan(self.subject.program)
        for shaping, most in plan.steps():
            self._look(plan, shaping, most)
        for shaping, most in plan.reserves():
            if self.findings or any(not v.ties for v in self.verdicts):
                break
            self._look(plan, shaping, most)
        self._settle_guesses()
        if not self.points:
            return self._without_points(plan)
        if self.smaller is not None:
            self._drop_smaller()
        stages = self._stages()
        whole = self._whole()
        outcome = self._differences()
        return FunctionReport(
            self.subject.written.base,
            tuple(stages),
            self._form(),
            whole,
            self._composed(),
            outcome.status,
            outcome.differences,
            tuple(self.findings),
            tuple(dict.fromkeys(self.notes)),
            shapes=" and ".join(filter(None, self.labels))
            or self._true_points()[0].shaping.label,
        )

    def _look(self, plan: Plan, shaping: Shaping, most: int) -> None:
        """Look at the function at some shapes."""
        search = plan.search(shaping, most, self.tries)
        self.points += search.points
        tried = max(self.most_points, min(search.telling, _MOST_TELLING))
        for place, point in enumerate(search.points[:tried]):
            if self._is_affordable(point, telling=place < search.telling):
                self._try(point)
        if self._is_kinked(shaping):
            self._try_beside(plan.search(shaping, most + _MORE_POINTS, self.tries))

    def _is_kinked(self, shaping: Shaping) -> bool:
        """Whether all runs at some shapes are at kinks, where nothing is compared."""
        runs = [v for v in self.verdicts if v.trial.arrays.shaping is shaping]
        return bool(runs) and all(verdict.ties for verdict in runs)

    def _try_beside(self, search: Search) -> None:
        """Try points until one is not at a kink."""
        known = {(point.shaping.label, point.turn) for point in self.points}
        for point in search.points:
            if (point.shaping.label, point.turn) not in known:
                self.points.append(point)
                self._try(point)
                if not self._is_kinked(point.shaping):
                    return

    def _is_affordable(self, point: Point, *, telling: bool) -> bool:
        """Whether there is time for one more run: there always is for the first one at
        true shapes, and for those at the first shapes that take ways of their own."""
        shapings = [verdict.trial.arrays.shaping for verdict in self.verdicts]
        reduced = all(shaping.reduced for shaping in shapings)
        if not shapings or (reduced and not point.shaping.reduced):
            return True
        spent = [verdict.work for verdict in self.verdicts]
        if telling and point.shaping is shapings[0]:
            return True
        return sum(spent) + max(spent) <= _MOST_WORK

    def _settle_guesses(self) -> None:
        """Whether what is wrong at guessed shapes counts."""
        shapings = [verdict.trial.arrays.shaping for verdict in self.verdicts]
        kinds = [pattern_of(shaping) for shaping in shapings]
        for verdict in self.doubtful:
            if self._counts(verdict, kinds):
                self.misfit = None
                self.points.append(verdict.trial.arrays)
                self._keep(verdict)
                return

    def _counts(self, verdict: Verdict, kinds: Sequence[object]) -> bool:
        """Whether what is wrong at guessed shapes is, where others of these kinds are
        right: what is right for some lengths is for shapes of that kind."""
        return pattern_of(verdict.trial.arrays.shaping) in kinds

    def _drop_smaller(self) -> None:
        """What is wrong at one of the smaller shapes is written for the true ones only:
        what is right at others says nothing."""
        runs = [v for v in self.verdicts if not v.trial.arrays.shaping.reduced]
        self.verdicts = runs
        if not runs:
            self.notes.append(f"the shapes are too large, and smaller: {self.smaller}")

    def _without_points(self, plan: Plan) -> FunctionReport:
        if self.misfit is None:
            self.notes.append(f"no sample point found: {plan.reason}")
        else:
            self.notes.append(f"it is for none of the shapes tried: {self.misfit}")
        unknown = plan.unknown()
        if unknown:
            names = ", ".join(unknown)
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
            with one_part():
                verdict = self._verdict(point)
        except OutOfTime as reason:
            self.notes.append(f"level 3: {reason} at {point}")
            return
        except StageUnsupported as reason:
            self.unsupported[reason.stage] = str(reason)
            return
        except Unsupported as reason:
            self.unsupported[0] = f"what is written: {reason}"
            return
        except NoValue as reason:
            # with rounding it has one, which says nothing
            self.notes.append(f"{reason} at {point}")
            self.points = [other for other in self.points if other is not point]
            return
        except Failure as failure:
            self.notes.append(f"{failure} at {point}")
            return
        if verdict is None:
            return
        wrong = [*verdict.form, *verdict.gradient]
        if wrong and point.shaping.reduced:
            # what is written may be for the shapes that are given only
            self.smaller = self.smaller or wrong[0]
            return
        if verdict.refused and point.shaping.guessed:
            self.points = [other for other in self.points if other is not point]
            return
        if wrong and point.shaping.guessed and self._may_misfit(verdict):
            self.misfit = self.misfit or wrong[0]
            self.doubtful.append(verdict)
            self.points = [other for other in self.points if other is not point]
            return
        self._keep(verdict)

    def _keep(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)
        if verdict.form:
            self.findings.append(verdict.form[0])
        elif verdict.gradient:
            self._add_gradient(verdict)

    def _may_misfit(self, verdict: Verdict) -> bool:
        """Whether what is wrong at guessed shapes may be written for others only."""
        return verdict.misfit

    def _verdict(self, point: Point) -> Verdict | None:
        try:
            exact = modular(point, self.subject.program, self._attempt)
        except Unsupported:
            # what has no exact arithmetic may have one with many digits
            exact = None
        if exact is not None and not exact.form and not exact.gradient:
            return exact
        try:
            return self._confirmed(with_digits(point), exact)
        except Undefined:
            return None

    def _attempt(self, trial: ArrayTrial) -> Verdict:
        return Attempt(self.subject, trial).verdict()

    def _confirmed(self, trial: ArrayTrial, exact: Verdict | None) -> Verdict:
        """What is found with many digits, where residues show a mistake or nothing."""
        return self._attempt(trial)

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
        return self._weakest_of(v.strength for v in self._telling_runs())

    def _weakest(self) -> Status:
        return self._weakest_of(v.status for v in self._telling_runs())

    def _telling_runs(self) -> list[Verdict]:
        """The runs that are not at kinks; of those that are right at 60 digits only the
        ones that take a way which no exact run takes."""
        runs = [verdict for verdict in self.verdicts if not verdict.ties]
        exact = [verdict for verdict in runs if verdict.strength is Status.MODULAR]
        ways = {way for verdict in exact for way in verdict.ways}
        return [
            v
            for v in runs
            if not exact or v.status is not Status.SAMPLED or not v.ways <= ways
        ]

    def _weakest_of(self, found: Iterable[Status]) -> Status:
        order = (Status.MODULAR, Status.SAMPLED, Status.WRONG, Status.UNVERIFIED)
        if self.unsupported:
            return Status.UNVERIFIED
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
            reached = "no exact run reaches it" if self.unsupported else self._kinks()
            return replace(report, message=self.unsupported.get(0, reached))
        proof = self._proof(number, runs)
        report = replace(report, gradients=proof.gradients, message=proof.reason)
        if proof.status is Status.PROVED:
            report = replace(report, status=Status.PROVED)
        elif proof.status is Status.WRONG:
            report = replace(report, status=Status.UNVERIFIED)
        return self._if_tried(stage, report, proof)

    def _kinks(self) -> str:
        """That every run was at a kink, if so."""
        kinked = self.verdicts and all(verdict.ties for verdict in self.verdicts)
        return _KINKED if kinked else ""

    def _proof(self, number: int, runs: Sequence[Verdict]) -> Proof:
        proof = Proof(Status.UNVERIFIED, TOO_LARGE)
        for run in runs[:_MOST_RUNS]:
            if elements(run.trial.arrays.shaping) <= _MOST_ELEMENTS:
                proof = proved(self.subject, run, run.arounds[number])
                if proof.status is Status.PROVED:
                    self.labels[run.trial.arrays.shaping.label] = None
                if proof.status is Status.PROVED or proof.reason == TOO_LARGE:
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
        if not missed or report.status is Status.UNVERIFIED:
            return report
        way = "true" if every[missed[0]] == {True} else "false"
        message = f"a comparison in it was {way} at all points tried"
        return replace(report, status=Status.UNVERIFIED, message=message)

    # -- levels 4 and 5

    def _composed(self) -> Status:
        if 4 not in self.levels or self.findings or self.unsupported:
            return Status.SKIPPED
        small = self.verdicts[0].trial.arrays.shaping if self.verdicts else None
        points = [v.trial.arrays for v in self.verdicts if not v.ties]
        same = [point for point in points if point.shaping is small]
        try:
            with one_part():
                return check_composed(self.subject, same)
        except OutOfTime as reason:
            self.notes.append(f"level 4: {reason}")
            return Status.UNVERIFIED

    def _true_points(self) -> list[Point]:
        """The points of true shapes, where there are any."""
        return [p for p in self.points if not p.shaping.reduced] or self.points

    def _without_exact(self, points: Sequence[Point]) -> Differences:
        """Differences alone: with 60 digits if what is unsupported has these."""
        if 5 in self.levels:
            outcome = check_differences(self.subject, points)
            if outcome.status in (Status.SAMPLED, Status.WRONG):
                return outcome
        return compare_floats(self.subject, points)

    def _differences(self) -> Differences:
        if self.findings:
            return Differences(Status.SKIPPED)
        points = self._true_points()
        if self.unsupported:
            outcome = self._without_exact(points[:_SMALL_POINTS])
        elif 5 in self.levels:
            outcome = check_differences(self.subject, points[:_SMALL_POINTS])
        else:
            return Differences(Status.SKIPPED)
        self.findings += outcome.findings
        self.notes += outcome.notes
        return outcome
