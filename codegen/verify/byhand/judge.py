"""A hand-written backward pass at all its points, and the report on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ...errors import InputError, Position
from ...text.named_tuples import with_named_tuples
from ...text.source import parse
from ..arrays.asked import asked_point
from ..arrays.inputs import Input, Leaf, leaves
from ..arrays.objects import Blueprint
from ..arrays.plan import Plan
from ..arrays.points import Point, find_points
from ..arrays.shaping import Shaping, actual_shaping, has_names, is_known
from ..arrays.trial import modular, with_digits
from ..arrays.values import Routine
from ..gradients.asked import Asked
from ..imperative.branches import Branches
from ..reports.budget import OutOfTime, one_part
from ..reports.report import (
    FunctionReport,
    StageReport,
    Status,
    unverified,
)
from ..running.domains import Failure, Undefined
from ..texts.numbering import Lines
from ..texts.scope import Unsupported
from .attempt import Attempt, Outcome
from .explain import ZERO
from .findings import HandReport
from .lines import UNTOLD
from .mine import Both, parameters_of, tasks_in
from .sources import programs_of
from .table import differences_at
from .task import Task
from .wording import Wording

_TRIES = 30
_MOST_POINTS = 12
# points of a shape that are looked at with many digits in any case
_CLOSELY = 2
_MOST_WRONG = 4
# of a program that is run at so many points, and of one that takes long
_FEW_STEPS = 1_000
_MANY_STEPS = 5_000
# of a point that somebody gives, if exact arithmetic is to be tried there
_MOST_NUMBERS = 400


def judge(
    source: str,
    filename: str,
    text: str,
    name: str,
    functions: Sequence[str] | None,
    shapes: Mapping[str, Any],
    reference: str,
    wrt: Sequence[str] | None,
    asked: Asked,
) -> HandReport:
    """See `verify_backward`."""
    both = Both(source, _parsed(source, filename), text, _parsed(text, name))
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
    tasks = _alone(tasks)
    given = dict.fromkeys(i.name for task in tasks for i in task.forward.inputs)
    asked.require_known(given)
    if wrt is not None:
        tasks = _of(tasks, wrt, name)
    judges = [_Judge(task, reference, asked) for task in tasks]
    reports = tuple(each.report() for each in judges)
    gradients = [n for each in judges for run in each.right for n in run.parameters]
    return HandReport(reports, gradients=tuple(dict.fromkeys(gradients)))


def _of(tasks: Sequence[Task], wrt: Sequence[str], name: str) -> list[Task]:
    """The tasks for the gradients of some parameters only. Raises `InputError`."""
    found = []
    for task in tasks:
        own = parameters_of(task.forward)
        found.append(replace(task, wrt=tuple(p for p in wrt if p in own)))
    known = {p for task in tasks for p in parameters_of(task.forward)}
    unknown = [p for p in wrt if p not in known]
    if unknown:
        there = ", ".join(f"`{p}`" for p in sorted(known))
        message = f"there is no parameter `{unknown[0]}`"
        raise InputError("BG005", message, filename=name, hint=f"there is {there}")
    return [task for task in found if task.wrt]


def _alone(tasks: Sequence[Task]) -> list[Task]:
    """The tasks without those that are helpers of others: of one whose shapes nobody
    states, those are the right ones at which another that is judged calls it."""
    helpers: set[str] = set()
    for task in tasks:
        if is_known(task.forward.inputs):
            helpers |= _called_by(task)
    return [
        task
        for task in tasks
        if is_known(task.forward.inputs) or task.mine.called not in helpers
    ]


def _called_by(task: Task) -> set[str]:
    """The functions and classes that a backward pass and its program use, directly or
    by others."""
    mine = task.mine
    todo: list[ast.AST] = [*mine.script, *task.forward.body]
    if mine.function is not None:
        todo.append(mine.function)
    found: set[str] = set()
    while todo:
        loads = {part.id for part in ast.walk(todo.pop()) if isinstance(part, ast.Name)}
        for name in loads - found:
            match mine.names.meaning(name):
                case Routine(node=node) | Blueprint(node=node):
                    todo.append(node)
        found |= loads
    return found - {mine.called}


def _parsed(text: str, name: str) -> ast.Module:
    try:
        return with_named_tuples(parse(text, name))
    except SyntaxError as error:
        line, col = error.lineno or 1, error.offset or 1
        position = Position(name, line, col, line, col + 1)
        raise InputError("BG002", error.msg, position=position) from error


@dataclass
class _Judge:
    """Runs one backward pass at point after point."""

    task: Task
    reference: str
    asked: Asked
    right: list[Outcome] = field(default_factory=list)
    wrong: list[Outcome] = field(default_factory=list)
    labels: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    exact: bool = True
    points: int = 0
    # whether the program also runs on numbers, where its parameters may be arrays
    elementwise: bool = False
    reason: str = ""
    _steps: int = 0

    @cached_property
    def _wording(self) -> Wording:
        return Wording(self.task, self.reference)

    def report(self) -> FunctionReport:
        """All points, and what came out."""
        try:
            plan = Plan(self.task.forward)
            own: Point | None = None
            for shaping, most in plan.steps():
                if own is None:
                    own = self._at_own(shaping)
                search = plan.search(shaping, most, _TRIES)
                if search.steps < _FEW_STEPS:
                    # a mask that is wrong shows at some values only
                    more = _MOST_POINTS if not self.points else most
                    search = find_points(self.task.forward, shaping, more, _TRIES)
                most = _MOST_POINTS if not self.wrong else 1
                closely = _CLOSELY if search.steps < _MANY_STEPS else 0
                for turn, point in enumerate(search.points[:most]):
                    self._try(point, closely=turn < closely)
                    if len(self.wrong) >= (_MOST_WRONG if closely else 1):
                        break
                self._steps = max(self._steps, search.steps)
                if not closely and (self.wrong or self.right):
                    break
            if not is_known(self.task.forward.inputs):
                self._try_numbers()
        except Unsupported as reason:
            where = f" (line {reason.line})" if reason.line else ""
            return unverified(self.task.name, f"it cannot be followed: {reason}{where}")
        except Exception as error:
            # NumPy and SymPy run on what somebody wrote: whatever they raise, nothing
            # is shown, and nothing is wrong
            what = f"{type(error).__name__}: {error}"
            return unverified(self.task.name, f"the verifier cannot follow it: {what}")
        if not self.right and not self.wrong:
            why = (
                self.reason
                or next(iter(self.notes), "")
                or plan.reason
                or "no sample point was found"
            )
            unknown = plan.unknown()
            if unknown:
                names = ", ".join(unknown)
                why = f"{why}; the shapes of {names} are not known: give --shape"
            return unverified(self.task.name, why)
        return self._with_table(self._told(), own)

    def _at_own(self, shaping: Shaping) -> Point | None:
        """The point that is asked for, or that the source has; judged there, too, if
        it is small."""
        own = asked_point(self.asked, self.task.forward, shaping)
        if own is not None and own.size <= _MOST_NUMBERS:
            self._try(own)
        return own

    def _with_table(self, report: FunctionReport, own: Point | None) -> FunctionReport:
        """A report with the table of differences at the point of the user, else at the
        first one that was tried."""
        if own is None and self._steps >= _MANY_STEPS:
            return report
        first = (*self.wrong, *self.right)[0].trial.arrays
        rows, notes = differences_at(self.task, own or first)
        return replace(report, differences=rows, notes=(*report.notes, *notes))

    def _try_numbers(self) -> None:
        """A program of which no shapes are known, with a number for each parameter."""
        program = self.task.forward
        numbers = [_without_axes(given) for given in program.inputs]
        shaping = None if has_names(numbers) else actual_shaping(numbers)
        if shaping is not None:
            found = find_points(program, replace(shaping, guessed=True), 1, _TRIES)
            self.elementwise = bool(found.points)
            for point in found.points:
                self._try(point)

    def _try(self, point: Point, *, closely: bool = True) -> None:
        """Judge at a point, if there is time."""
        try:
            with one_part():
                self._judge_at(point, closely=closely)
        except OutOfTime as reason:
            self.notes[f"{reason} at {point}"] = None

    def _judge_at(self, point: Point, *, closely: bool) -> None:
        """Judge at a point; with many digits only if `closely`, or if residues differ:
        what is equal modulo a prime at some points is compared that way at others."""
        self.points += 1
        first = not self.right
        found = self._exactly(point)
        exact = found is not None and found.is_right
        if closely or not exact:
            try:
                found = Attempt(self.task, with_digits(point)).outcome(lines=first)
            except Undefined as reason:
                self.reason = self.reason or f"{reason} at {point}"
                return
        assert found is not None
        self.notes.update(dict.fromkeys(found.notes))
        if not found.is_right:
            self.wrong.append(found)
            return
        self.right.append(found)
        self.labels[point.shaping.label] = None
        self.exact = self.exact and exact

    def _exactly(self, point: Point) -> Outcome | None:
        try:
            return modular(
                point,
                self.task.forward,
                lambda t: Attempt(self.task, t).outcome(lines=not self.right),
            )
        except Failure:
            return None

    def _all_right(self) -> FunctionReport:
        status = Status.MODULAR if self.exact else Status.SAMPLED
        moving = {name for run in self.right for name in run.moving}
        if not moving:
            # zeros show nothing
            status = Status.UNVERIFIED
        for name in self.right[0].parameters:
            if name not in moving:
                self.notes[f"the gradient of `{name}` is zero at all points"] = None
        unreached = tuple(self._unreached())
        return FunctionReport(
            self.task.name,
            self._stages(self.right[0], status),
            form=status,
            modular=status,
            notes=(*self.notes, *unreached),
            shapes=" and ".join(label for label in self.labels if label),
            unreached=unreached,
        )

    def _unreached(self) -> Iterator[str]:
        """The sides of branches, in both texts, that no run has taken."""
        program, mine = self.task.forward, self.task.mine
        yield from Branches(program).unreached(run.due.sides for run in self.right)
        if self.task.same_file:
            return
        body = mine.script if mine.function is None else tuple(mine.function.body)
        backward = Branches(replace(program, body=body))
        for text in backward.unreached(run.sides for run in self.right):
            yield f"in the backward pass, {text}"

    def _stages(self, outcome: Outcome, status: Status) -> tuple[StageReport, ...]:
        """The stages of the program with the lines that pass gradients back."""
        due, source = outcome.due, Lines(self.task.source)
        reports: dict[int, StageReport] = {}
        for step, lines in outcome.lines.items():
            number = due.stage_number(step)
            if number:
                node = due.steps[step].node
                known = reports.get(number)
                texts = tuple(map(self._wording.line, sorted(lines)))
                if known is not None:
                    texts = tuple(dict.fromkeys((*known.gradients, *texts)))
                reports[number] = StageReport(
                    number, source.text(node), node.lineno, texts, 3, status
                )
        return tuple(reports[number] for number in sorted(reports))

    def _told(self) -> FunctionReport:
        notes = list(self.notes)
        shapes = " and ".join(label for label in self.labels if label)
        if not self.wrong:
            return self._all_right()
        outcome = max(self.wrong, key=_telling)
        finding = self._wording.finding(outcome, self.wrong, self.right)
        guessed = outcome.trial.arrays.shaping.guessed
        if self.right and guessed and self.elementwise and not _is_even(outcome):
            # it is written for arrays of one shape
            point = outcome.trial.arrays.shaping.label
            note = (
                "it is right where all parameters have one shape; "
                f"at {point}, line {finding.line}: {finding.message}"
            )
            return replace(self._all_right(), notes=(*notes, note))
        if self.right and guessed:
            # whether it is meant for these shapes cannot be told
            what = f"line {finding.line}: {finding}"
            note = f"it is right at {shapes}; {what}; give --shape"
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


def _without_axes(given: Input) -> Input:
    """A parameter, a number if its shape is not known."""
    unknown = isinstance(given.spec, Leaf) and given.spec.dims is None
    return replace(given, spec=replace(given.spec, dims=())) if unknown else given


def _is_even(outcome: Outcome) -> bool:
    """Whether all parameters have one shape."""
    specs = outcome.trial.arrays.shaping.specs.values()
    return len({leaf.dims for spec in specs for _, leaf in leaves(spec)}) <= 1


def _telling(outcome: Outcome) -> tuple[bool, bool, bool]:
    """How much a point tells of what is wrong: the cause, and the stage. What is wrong
    without broadcasting counts first."""
    mistake = outcome.mistake
    known = mistake is not None and mistake.step >= 0
    told = mistake is not None and not mistake.message.endswith((UNTOLD, ZERO))
    even = _is_even(outcome) or not outcome.trial.arrays.shaping.guessed
    return even, told, known
