"""One point: the program and the hand-written backward pass, side by side."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from ..arrays.cells import has_nan
from ..arrays.failing import ERRORS
from ..arrays.trial import ArrayTrial
from ..arrays.values import Side
from ..running.domains import Failure, Undefined
from ..texts.scope import Unsupported
from .blame import Blame, is_reshaped
from .calls import Calls
from .due import Due
from .lines import UNTOLD, Mistake
from .playing import Fault, Player
from .returned import Gradient, Matched, matched
from .spelling import primal_of
from .task import Task
from .watch import Change, Repair

# gradients that are put right to see whether they were wrong
_MOST_REPAIRS = 8
_AS_WRITTEN = Change()


@dataclass
class Outcome:
    """What was found at a point: `mistake` or `fault`, or neither; `row` is said of the
    gradients as a whole."""

    trial: ArrayTrial
    due: Due
    mistake: Mistake | None = None
    fault: Fault | None = None
    row: Fault | None = None
    notes: list[str] = field(default_factory=list)
    parameters: tuple[str, ...] = ()
    # the parameters whose gradients are not zero
    moving: frozenset[str] = frozenset()
    # the outcomes of the tests in the backward pass
    sides: Mapping[Side, set[bool]] = field(default_factory=dict)
    # the statements of the backward pass that were run, and the variables they saw
    ran: Mapping[ast.stmt, Mapping[str, Any]] = field(default_factory=dict)
    # those that were run before it began
    before: frozenset[ast.stmt] = frozenset()
    # what those that bind a variable have bound, run by run
    bound: Mapping[ast.stmt, Sequence[Any]] = field(default_factory=dict)
    # how many expressions that took
    steps: int = 0
    # by step of the program, the lines that pass gradients back through it
    lines: dict[int, dict[int, None]] = field(default_factory=dict)

    def right_without(self, wrong: Collection[str]) -> frozenset[str]:
        """The parameters of which the gradients are right, given the others."""
        return frozenset(name for name in self.parameters if name not in wrong)

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return self.mistake is None and self.fault is None and self.row is None


class Attempt:
    """One run of both. Raises `Undefined` where there is no derivative; at kinks
    unless `kinks`."""

    def __init__(
        self,
        task: Task,
        trial: ArrayTrial,
        change: Change = _AS_WRITTEN,
        due: Due | None = None,
        *,
        kinks: bool = False,
    ) -> None:
        self._task = task
        self._trial = trial
        self._player = Player(task, trial, change, due, kinks=kinks)
        self._due = self._player.due
        self._watched = self._player.watched
        self._outcome = Outcome(trial, self._due)

    @property
    def weights(self) -> Any:
        """The upstream gradients, once it has run."""
        return self._due.weights

    def outcome(self, *, lines: bool = False) -> Outcome:
        """Run, compare, and say what is wrong first; with `lines`, if nothing is, also
        which lines pass gradients back through which statements."""
        try:
            returned = self._player.played()
        except Undefined:
            raise
        except Failure as failure:
            self._failed(failure)
            return self._outcome
        finally:
            self._outcome.ran = self._watched.ran
            self._outcome.before = self._watched.before
            self._outcome.bound = self._watched.bound
            self._outcome.steps = self._watched.steps
        self._outcome.notes += self._player.notes
        self._outcome.fault = self._player.fault
        if self._outcome.fault is None:
            self._compare(returned)
        if lines and self._outcome.is_right:
            blame = Blame(self._due, self._watched.log)
            self._outcome.lines = blame.lines(self._watched.scope)
        return self._outcome

    def _failed(self, failure: Failure) -> None:
        used = self._used(Blame(self._due, self._watched.log), frozenset())
        if used is not None:
            self._outcome.mistake = used
            return
        place = self._target_at(self._watched.line)
        message = f"it fails: {failure}"
        self._outcome.fault = Fault(self._watched.line, message, place, mendable=True)

    def _target_at(self, line: int) -> str:
        """The variable whose gradient a line was to bind."""
        for node in ast.walk(ast.parse(self._task.text)):
            if isinstance(node, (ast.Assign, ast.AugAssign)) and node.lineno == line:
                target = (
                    node.targets[0] if isinstance(node, ast.Assign) else node.target
                )
                name = getattr(target, "attr", getattr(target, "id", ""))
                return primal_of(name, self._due.names) or ""
        return ""

    def _compare(self, returned: list[Gradient]) -> None:
        due = self._due.wanted()
        output = self._due.output
        found = matched(returned, self._player.direct(due), output, self._trial)
        self._outcome.notes += found.notes
        found = replace(found, gradients=self._wanted(found.gradients))
        self._outcome.parameters = tuple(found.gradients)
        self._outcome.sides = self._watched.sides
        self._outcome.moving = frozenset(
            name for name in found.gradients if not self._trial.is_zero(due[name])
        )
        blame = Blame(self._due, self._watched.log)
        wrong = [
            (name, replace(g, value=_like(g.value, due[name])))
            for name, g in found.gradients.items()
            if not self._trial.same(_like(g.value, due[name]), due[name])
            or _is_lost(g.value, due[name])
        ]
        if found.swapped and (not wrong or not any(g.parameter for _, g in wrong)):
            line = max(g.line for g in found.gradients.values())
            self._outcome.row = Fault(line, found.swapped)
        elif wrong:
            self._blame(blame, wrong)
        elif not found.gradients:
            raise Unsupported("no gradient of a parameter is returned")
        self._note_missing(found)

    def _wanted(self, found: Mapping[str, Gradient]) -> Mapping[str, Gradient]:
        """The gradients that are judged. Raises `Unsupported` where one is not there
        that was asked for by name."""
        for name in self._task.wrt or ():
            if name not in found:
                raise Unsupported(f"no gradient of `{name}` is returned")
        return {name: g for name, g in found.items() if self._task.is_wanted(name)}

    def _note_missing(self, found: Matched) -> None:
        due = self._due.wanted()
        missing = [
            n
            for n in found.missing
            if self._task.is_wanted(n) and not self._trial.is_zero(due[n])
        ]
        if missing and found.gradients:
            names = ", ".join(f"`{name}`" for name in missing)
            self._outcome.notes.append(f"no gradient of {names} is returned")

    def _blame(self, blame: Blame, wrong: list[tuple[str, Gradient]]) -> None:
        """Say which line is wrong; at least that the gradient is, whatever it is."""
        try:
            self._outcome.mistake = self._with_upstream(self._first(blame, wrong))
        except (*ERRORS, Failure):
            name, gradient = wrong[0]
            message = f"the gradient of `{name}` is wrong"
            self._outcome.fault = Fault(gradient.line, message, name, mendable=True)

    def _with_upstream(self, mistake: Mistake) -> Mistake:
        """A mistake whose cause is not known, but that what comes in is never used."""
        unused = self._player.unused()
        if mistake.message != UNTOLD or not unused:
            return mistake
        return replace(mistake, message=f"the upstream gradient `{unused}` is not used")

    def _used(
        self, blame: Blame, right: frozenset[str], span: range | None = None
    ) -> Mistake | None:
        """The first gradient that is used and wrong. One that is only called as if it
        were another's is not: put right, it makes wrong what was right."""
        unclear = None
        span = span or range(self._watched.began, self._watched.log.time + 1)
        for mistake, write in islice(blame.uses(span), _MOST_REPAIRS):
            if not write.place.is_variable and blame.is_partial(mistake):
                continue
            if write.partial or not write.place.is_variable:
                return mistake
            due = self._due.full(mistake.value)
            repair = Repair(write.time, write.place.key, due)
            try:
                change = Change(repair)
                again = Attempt(self._task, self._trial, change, self._due)
                then = again.right()
            except (Failure, Unsupported):
                if is_reshaped(mistake):
                    # it is used in the shape that it has
                    continue
                return mistake
            if right < then:
                return mistake
            if right == then and not blame.is_another(mistake):
                # what is carried from trip to trip may be right so far
                partial = blame.is_partial(mistake)
                told = replace(mistake, message=UNTOLD, sure=False)
                unclear = unclear or (None if partial else told)
        return unclear

    def gradients(self) -> Mapping[str, Any]:
        """Run, and only find the gradients by parameter. Raises `Failure`."""
        returned = self._player.played()
        due = self._due.wanted()
        row = matched(returned, self._player.direct(due), self._due.output, self._trial)
        wanted = self._wanted(row.gradients).items()
        found = {name: _like(g.value, due[name]) for name, g in wanted}
        return {} if row.swapped else found

    def right(self) -> frozenset[str]:
        """Run, and only find the parameters of which the gradients are right."""
        due = self._due.wanted()
        found = self.gradients().items()
        return frozenset(n for n, g in found if self._trial.same(g, due[n]))

    def _first(self, blame: Blame, wrong: list[tuple[str, Gradient]]) -> Mistake:
        local = blame.local()
        if local is not None:
            return local
        right = self._outcome.right_without({name for name, _ in wrong})
        for call in Calls(self._due, self._watched, self._player.roots).wrong():
            found = self._used(blame, right, call.span) or blame.called(call)
            return replace(found, inside=call.inside)
        used = self._used(blame, right)
        if used is not None:
            return used
        every = [blame.returned(name, g.place, g.line, g.value) for name, g in wrong]
        return min(every, key=lambda mistake: mistake.line)


def _like(value: Any, due: Any) -> Any:
    """A tuple as a list where one is due, and the other way round."""
    either = isinstance(value, (list, tuple)) and isinstance(due, (list, tuple))
    return type(due)(value) if either else value


def _is_lost(value: Any, due: Any) -> bool:
    """Whether a gradient is not a number where one is due: residues do not show it."""
    return has_nan(value) and not has_nan(due)
