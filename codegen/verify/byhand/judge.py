"""A hand-written backward pass at all its points, and the report on it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...errors import InputError
from ...source import parse
from ..arrays.plan import Plan
from ..arrays.points import Point
from ..arrays.trial import modular, with_digits
from ..domains import Failure, Undefined
from ..numbering import Lines
from ..report import Finding, FunctionReport, Report, Status, unverified
from ..scope import Unsupported
from .attempt import Attempt, Fault, Outcome
from .blame import Mistake, difference
from .formula import by_reference, by_sympy
from .mine import Both, tasks_in
from .sources import programs_of
from .task import Task

_TRIES = 30
_MOST_POINTS = 4


@dataclass(frozen=True)
class HandFinding(Finding):
    """What is wrong in a hand-written backward pass.

    `stage_text` and `stage_line` are of the stage in the source, `gradient` is how the
    gradient is called that is wrong, `difference` has two numbers that differ.
    """

    stage_text: str = ""
    stage_line: int = 0
    gradient: str = ""
    difference: str = ""

    def __str__(self) -> str:
        parts = [f"line {self.line}: {self.message}"]
        if self.stage_text:
            number = f"stage ({self.stage})" if self.stage else "the statement"
            parts.append(f"{number}: {self.stage_text}")
        if self.written:
            parts.append(f"written: {self.written}")
        if self.expected:
            parts.append(f"due: {self.expected}")
        if self.difference:
            parts.append(self.difference)
        if self.point:
            parts.append(f"at {self.point}")
        return "; ".join(parts)


@dataclass(frozen=True)
class HandReport(Report):
    """The outcome of `verify_backward`."""

    def summary(self) -> str:
        """One sentence that says what was checked, and no more."""
        if self.findings:
            return f"wrong: {self.findings[0]}."
        if not self.verified:
            return "your backward pass could not be shown to be right."
        whole = {f.whole for f in self.functions}
        exact = whole <= {Status.MODULAR}
        how = "exact modulo 2**61 - 1" if exact else "equal at 60 digits"
        return f"your backward pass is right: its gradients are {how} at all points."


def judge(
    source: str,
    filename: str,
    text: str,
    name: str,
    functions: Sequence[str] | None,
    shapes: Mapping[str, Any],
    references: Mapping[str, str],
) -> HandReport:
    """See `verify_backward`."""
    both = Both(source, parse(source, filename), text, parse(text, name))
    try:
        programs = programs_of(both.tree, source, filename, shapes)
        tasks = tasks_in(both, programs, functions)
    except Unsupported as reason:
        stem = filename.rpartition("/")[2].removesuffix(".py")
        report = unverified(stem, f"the source cannot be followed: {reason}")
        return HandReport((report,))
    if not tasks:
        known = ", ".join(f"`{program}`" for program in programs) or "no program"
        message = f"there is no backward pass here of {known}"
        hint = "call it `backward` or `NAME_backward`, or bind `dx` in a script"
        raise InputError("BG003", message, filename=name, hint=hint)
    reports = [_Judge(task, references.get(task.name, "")).report() for task in tasks]
    return HandReport(tuple(reports))


@dataclass
class _Judge:
    """Runs one backward pass at point after point."""

    task: Task
    reference: str
    right: list[Outcome] = field(default_factory=list)
    wrong: list[Outcome] = field(default_factory=list)
    labels: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    exact: bool = True
    reason: str = ""

    def report(self) -> FunctionReport:
        """All points, and what came out."""
        try:
            plan = Plan(self.task.forward)
            for shaping, most in plan.steps():
                points = plan.search(shaping, most, _TRIES).points
                for point in points[:_MOST_POINTS]:
                    self._try(point)
                if self.wrong and not shaping.guessed:
                    break
        except Unsupported as reason:
            where = f" (line {reason.line})" if reason.line else ""
            return unverified(self.task.name, f"it cannot be followed: {reason}{where}")
        if not self.right and not self.wrong:
            why = self.reason or plan.reason or "no sample point was found"
            unknown = plan.unknown()
            if unknown:
                names = ", ".join(unknown)
                why = f"{why}; the shapes of {names} are not known: give --shape"
            return unverified(self.task.name, why)
        return self._told()

    def _try(self, point: Point) -> None:
        try:
            found = Attempt(self.task, with_digits(point)).outcome()
        except Undefined as reason:
            self.reason = self.reason or f"{reason} at {point}"
            return
        self.notes.update(dict.fromkeys(found.notes))
        if not found.is_right:
            self.wrong.append(found)
            return
        self.right.append(found)
        self.labels[point.shaping.label] = None
        self.exact = self.exact and self._is_exact(point)

    def _is_exact(self, point: Point) -> bool:
        try:
            found = modular(point, lambda trial: Attempt(self.task, trial).outcome())
        except Failure:
            return False
        return found is not None and found.is_right

    def _told(self) -> FunctionReport:
        notes = list(self.notes)
        shapes = " and ".join(label for label in self.labels if label)
        status = Status.MODULAR if self.exact else Status.SAMPLED
        if not self.wrong:
            form = Status.SAMPLED
            return FunctionReport(
                self.task.name,
                form=form,
                modular=status if self.exact else Status.SKIPPED,
                digits=Status.SAMPLED,
                notes=tuple(notes),
                shapes=shapes,
            )
        finding = self._finding(self.wrong[0])
        if self.right and self.wrong[0].trial.arrays.shaping.guessed:
            # whether it is meant for these shapes cannot be told
            note = f"it is right at {shapes}, but {finding}; give --shape"
            return FunctionReport(
                self.task.name,
                modular=Status.UNVERIFIED,
                notes=(*notes, note),
                shapes=shapes,
            )
        return FunctionReport(
            self.task.name,
            form=Status.SAMPLED,
            modular=Status.WRONG,
            findings=(finding,),
            notes=tuple(notes),
        )

    def _finding(self, outcome: Outcome) -> HandFinding:
        fault = outcome.fault or outcome.row
        if outcome.mistake is not None:
            return self._mistake(outcome, outcome.mistake)
        assert fault is not None
        return self._fault(outcome, fault)

    def _mistake(self, outcome: Outcome, mistake: Mistake) -> HandFinding:
        due = outcome.due
        number = due.stage_number(mistake.step)
        value = mistake.value
        expected = by_sympy(due, value, mistake.steps)
        expected = expected or by_reference(self.reference, value.name, number)
        stage = due.steps[mistake.step].node if mistake.step >= 0 else None
        source = Lines(self.task.source)
        return HandFinding(
            number,
            f"`{mistake.place}` is wrong: {mistake.message}",
            mistake.line,
            self._line(mistake.line),
            expected,
            str(outcome.trial.arrays),
            stage_text=source.text(stage) if stage is not None else "",
            stage_line=stage.lineno if stage is not None else 0,
            gradient=mistake.place,
            difference=difference(mistake.found, mistake.due),
        )

    def _fault(self, outcome: Outcome, fault: Fault) -> HandFinding:
        due = outcome.due
        values = due.named(fault.place) if fault.place else []
        expected, number, text, line = "", 0, "", 0
        if values and "forward" not in fault.message:
            steps = list(due.contributions(values[0].taped))
            if steps:
                number = due.stage_number(steps[0])
                node = due.steps[steps[0]].node
                text, line = Lines(self.task.source).text(node), node.lineno
            expected = by_sympy(due, values[0], steps)
            expected = expected or by_reference(self.reference, fault.place, number)
        return HandFinding(
            number,
            fault.message,
            fault.line,
            self._line(fault.line),
            expected,
            str(outcome.trial.arrays),
            stage_text=text,
            stage_line=line,
            gradient=fault.place,
        )

    def _line(self, line: int) -> str:
        """The statement that starts on a line of the text that is judged."""
        kinds = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)
        for node in ast.walk(ast.parse(self.task.text)):
            lines = range(
                getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) + 1
            )
            if isinstance(node, kinds) and line in lines:
                return Lines(self.task.text).text(node)
        return ""
