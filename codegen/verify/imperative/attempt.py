"""Levels 1 and 3 at one point, and what each visit of a block is given and leaves."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of, copied, has_nan, mapped
from ..arrays.contents import contents, taken
from ..arrays.evaluator import Evaluator
from ..arrays.objects import compared
from ..arrays.points import run_program
from ..arrays.taped import entering
from ..arrays.trial import ArrayTrial, arrays_in
from ..arrays.values import Routine, Side
from ..arrays.verdict import Around, Subject, Verdict
from ..reports.report import Finding
from ..running.domains import Exhausted, Failure, Raised, Undefined
from ..running.machine import UnknownName
from ..running.tangents import Dual, TapeDomain
from ..texts.signature import Signature
from .blame import Blame
from .blocks import Blocks
from .departures import first_departure
from .segments import Layout, Segment, blocks_in, skipped_in, stages_in
from .visits import (
    Counter,
    ForwardIsOver,
    Recorder,
    Sweep,
    TooLong,
    plain,
    variables,
)
from .watched import Watched

# of the written forward pass: steps above which its stages are not looked at
_MOST_STEPS = 600_000
# and above which the backward pass is run once only
_MOST_STEPS_AGAIN = 60_000


@dataclass(frozen=True)
class Task:
    """A function to be checked: the passes as they stand, and how they are cut."""

    subject: Subject
    forward: ast.FunctionDef
    backward: ast.FunctionDef | None
    layout: Layout
    # the variables of the forward pass into which something is written
    written_to: frozenset[str]


@dataclass
class Outcome(Verdict):
    """As `Verdict`; `visits` has by stage what was seen around its block, `sides` the
    outcomes of the tests of the original, `trips` how long its longest loop ran, and
    `steps` how long the written forward pass took; `reached` are the stages that were
    run, `constant` those of which what they bind depends on no parameter. `seen` is the
    run in which the visits were seen, if it is another; `returns_wrong` says that the
    backward pass comes to its end, with other gradients than those that are due."""

    visits: dict[int, list[Around]] = field(default_factory=dict)
    sides: dict[Side, set[bool]] = field(default_factory=dict)
    reached: frozenset[int] = frozenset()
    constant: frozenset[int] = frozenset()
    trips: int = 0
    steps: int = 0
    seen: Outcome | None = None
    returns_wrong: bool = False

    @property
    def ways(self) -> set[tuple[object, object]]:
        taken = {(at, way) for at, found in self.sides.items() for way in found}
        return super().ways | taken


class Attempt:
    """One run of both texts.

    With `every`, all visits are looked at, to find the first one that goes wrong;
    unless `visited`, none is.
    """

    def __init__(
        self,
        task: Task,
        trial: ArrayTrial,
        *,
        every: bool = False,
        visited: bool = True,
    ) -> None:
        self._task = task
        self._subject = task.subject
        self._trial = trial
        self._every = every
        self._visited = visited
        self._outcome = Outcome(trial)
        self._counter = Counter()
        self._blame = Blame(trial, str(trial.arrays))

    def outcome(self) -> Outcome:
        """Run, compare, and say what was found. Raises `Undefined` where the original
        has a value, but no derivative."""
        self._run_original()
        if self._outcome.form:
            return self._outcome
        if self._task.backward is None:
            self._run_both_in_one()
        else:
            self._run_passes(self._task.backward)
        self._outcome.off = self._blame.off
        return self._outcome

    # -- the original

    @property
    def _inside(self) -> list[str]:
        """The variables of the program whose gradients are wanted."""
        return [n for n in self._subject.wanted if n not in self._trial.inputs]

    def _run_original(self) -> None:
        """The original on a tape, and the gradients that are due."""
        trial, program = self._trial, self._subject.program
        self._tape: TapeDomain[Any] = TapeDomain(trial.domain)
        evaluator = Evaluator(self._tape, program.names)
        arguments = variables(self._tape, trial, self._subject.wanted)
        entered = {name: copied(value) for name, value in arguments.items()}
        evaluator.binding.update(entering(self._tape, self._inside, entered))
        output = run_program(program, evaluator, arguments)
        self._outcome.work = len(self._tape.tape)
        self._output = plain(trial, output)
        trial.require_value(self._output)
        if changed := evaluator.lasting.changed:
            message, point = f"the original changes {changed}", str(trial.arrays)
            self._outcome.form.append(Finding(0, message, point=point))
        self._left = {name: plain(trial, value) for name, value in arguments.items()}
        self._weights = self._trial.weights(self._output)
        if self._subject.written.upstream is None:
            one = Cell(trial.domain, evaluator.arithmetic.literal(1).value.value)
            self._weights = mapped(self._weights, lambda cell: one)
        sweep = Sweep(self._tape, trial, output, self._weights)
        sweep.to(0)
        self._due = {n: sweep.adjoint(entered[n]) for n in self._subject.wanted}
        self._outcome.ties = bool(self._tape.ties)
        self._outcome.sides = evaluator.sides
        self._outcome.trips = evaluator.trips

    # -- level 1

    def _run_passes(self, backward: ast.FunctionDef) -> None:
        forward = self._task.forward
        self._arguments = copied(self._trial.inputs)
        evaluator = self._watched(self._counter)
        names = self._subject.module.forward(self._subject.written.base)
        frame = evaluator.frame(names, self._arguments)
        try:
            output, cache = evaluator.run(forward.body, frame)
        except Failure as failure:
            self._told(failure, evaluator, self._outcome.form)
            at_head = evaluator.at is None
            self._outcome.refused = at_head and isinstance(failure, Raised)
            return
        self._compare_forward(output, self._arguments)
        self._note_constants()
        self._outcome.steps = evaluator.steps
        blocks = self._blocks()
        self._run_backward(backward, cache, blocks or self._counter)

    def _watched(self, watch: Any, domain: Any = None) -> Watched:
        module = self._subject.module
        domain = domain or self._trial.domain
        return Watched(domain, module.names, self._task.layout, watch)

    def _compare_forward(self, output: Any, arguments: Mapping[str, Any]) -> None:
        if not self._trial.same(output, self._output):
            self._form("the output differs from the original's")
        elif has_nan(output) and not has_nan(self._output):
            self._form("the output is not a number: it is made of unwritten memory")
        for name, value in self._left.items():
            own = arguments[name]
            if not self._trial.same(compared(own, value), compared(value, own)):
                self._form(f"`{name}` is left with other elements than by the original")

    def _told(
        self, failure: Failure, evaluator: Watched, findings: list[Finding]
    ) -> None:
        """A failure of the written text as a finding; what only this arithmetic cannot
        do is raised again."""
        if isinstance(failure, (Exhausted, Undefined)):
            raise failure
        self._outcome.misfit = not isinstance(failure, UnknownName)
        at = evaluator.at
        number = 0 if at is None else at.number
        point = str(self._trial.arrays)
        findings.append(Finding(number, str(failure), evaluator.line, point=point))

    def _form(self, message: str) -> None:
        point = str(self._trial.arrays)
        stage = first_departure(
            self._subject, self._task.forward, self._task.layout, self._trial
        )
        number, line = (0, self._task.forward.body[-1].lineno)
        if stage is not None:
            number, line = stage.number, stage.line
        self._outcome.form.append(Finding(number, message, line, point=point))

    # -- visits

    def _blocks(self) -> Blocks | None:
        """The forward pass once more, on a tape, so that its visits can be compared
        with those of the blocks; None where that takes too long."""
        if not self._visited or self._outcome.steps > _MOST_STEPS:
            return None
        for shared in (False, True):
            try:
                found = self._recorded(shared=shared)
            except (TooLong, Failure):
                return None
            if found is not None:
                return found
        return None

    def _recorded(self, *, shared: bool) -> Blocks | None:
        tape: TapeDomain[Any] = TapeDomain(self._trial.domain)
        chosen = self._counter.chosen(self._every)
        written_to = self._task.written_to
        recorder = Recorder(tape, written_to, chosen, shared=shared, every=self._every)
        evaluator = self._watched(recorder, tape)
        arguments = variables(tape, self._trial, self._subject.wanted)
        evaluator.binding.update(entering(tape, self._inside, {}))
        upstream = self._subject.written.upstream
        if self._task.backward is None and upstream is not None:
            # the backward pass may begin with it before its first block
            arguments[upstream] = mapped(
                self._weights, lambda cell: Cell(tape, Dual(cell.value, None))
            )
        names = self._subject.module.forward(self._subject.written.base)
        frame = evaluator.frame(names, arguments)
        try:
            output, _ = evaluator.run(self._task.forward.body, frame)
        except ForwardIsOver:
            value = _value(self._task.forward)
            if value is None:
                return None
            output = evaluator.result(value, frame)
        self._outcome.decisions = (evaluator.decisions, {})
        if not self._trial.same(plain(self._trial, output), self._output):
            return None
        sweep = Sweep(tape, self._trial, output, self._weights)
        skipped = skipped_in(self._task.layout)
        return Blocks(recorder.visits, sweep, self._trial, self._blame, skipped)

    def _note_constants(self) -> None:
        stages = stages_in(self._task.layout)
        reached = (n for n in stages if self._counter.visits(n))
        self._outcome.reached = frozenset(reached)

    # -- level 3

    def _run_backward(self, backward: ast.FunctionDef, cache: Any, watch: Any) -> None:
        written = self._subject.written
        names = self._subject.module.backward(written.base)
        upstream = copied(self._weights)
        given = {"its upstream gradient": upstream, "the cache": cache}
        given["its arguments"] = self._arguments
        kept = {what: contents(value) for what, value in given.items()}

        def changed(segment: Segment | None) -> None:
            """Note what is changed, once, as the doing of a block."""
            for what, before in list(kept.items()):
                if contents(given[what]) != before:
                    del kept[what]
                    self._gradient(f"the backward pass changes {what}", segment)

        if isinstance(watch, Blocks) and self._every:
            watch.after = changed
        assert written.upstream is not None
        assert written.cache is not None
        entry = {written.upstream: upstream, written.cache[1]: cache}
        evaluator = self._watched(watch)
        self._outcome.decisions = (self._outcome.decisions[0], evaluator.decisions)
        try:
            found = evaluator.run(backward.body, evaluator.frame(names, entry))
        except Failure as failure:
            self._told(failure, evaluator, self._outcome.gradient)
            return
        if isinstance(watch, Blocks):
            self._saw(watch)
        changed(None)
        returned = (found,) if written.single else tuple(found)
        if self._outcome.ties:
            return
        self._compare_gradients(dict(zip(self._subject.wanted, returned, strict=True)))
        if not self._outcome.gradient and self._outcome.steps <= _MOST_STEPS_AGAIN:
            self._run_again(backward, entry, returned)
            self._compare_both(returned)

    def _run_again(
        self, backward: ast.FunctionDef, entry: dict[str, Any], returned: Any
    ) -> None:
        """The cache may be used more than once."""
        first = copied(list(returned))
        evaluator = self._watched(Counter())
        names = self._subject.module.backward(self._subject.written.base)
        found = evaluator.run(backward.body, evaluator.frame(names, entry))
        again = [found] if self._subject.written.single else list(found)
        if not self._trial.same(again, first):
            self._gradient("the backward pass gives other gradients the second time")

    def _compare_gradients(self, found: Mapping[str, Any]) -> None:
        for name, due in self._due.items():
            lists = isinstance(found[name], list), isinstance(due, list)
            self._outcome.misfit |= lists == (True, False)
            message = self._difference(name, found[name], due)
            if message:
                self._outcome.returns_wrong = True
                self._gradient(message)
        if message := taken(self._arguments, found):
            self._gradient(message)

    def _difference(self, name: str, value: Any, due: Any) -> str:
        """What is wrong with a gradient, if anything."""
        found = dict(arrays_in(value))
        for path, array in arrays_in(due):
            if path not in found:
                return f"there is no gradient of `{name}{path}`"
            shape, expected = np.shape(found[path]), np.shape(array)
            if shape != expected:
                what = f"`{name}{path}` has {expected}"
                return f"the gradient of `{name}{path}` has shape {shape}, {what}"
            if not self._trial.same(found[path], array):
                return f"the gradient of `{name}{path}` is wrong"
            if has_nan(found[path]) and not has_nan(array):
                return f"the gradient of `{name}{path}` is not a number"
        return ""

    def _gradient(self, message: str, block: Segment | None = None) -> None:
        number, line = 0, self._subject.written.return_line
        if block is not None:
            number, line = block.number, block.line
        point = str(self._trial.arrays)
        finding = Finding(number, message, line, point=point)
        self._outcome.gradient.append(finding)
        if block is not None:
            self._blame.found(finding)

    # -- both passes in one

    def _compare_both(self, gradients: tuple[Any, ...]) -> None:
        """The function that runs both passes, with an upstream gradient of 1."""
        name = self._subject.written.value_and_grad
        if name is None:
            return
        node = self._subject.module.nodes[name]
        inputs = copied(self._trial.inputs)
        args, named = Signature.of(node.args).arguments(list(inputs.values()))
        evaluator = self._watched(Counter())
        try:
            output, returned = evaluator.call(Routine(node), args, named)
            (weight,) = cells_of(self._weights)
        except (Failure, TypeError, ValueError) as failure:
            self._form(f"`{name}` cannot be run: {failure}")
            return
        items = [returned] if self._subject.written.single else list(returned)
        scaled = mapped(items, lambda cell: cell * weight)
        if not self._trial.same(output, self._output):
            self._form(f"`{name}` returns another value than the original")
        elif not self._trial.same(scaled, list(gradients)):
            self._form(f"`{name}` returns other gradients than the backward pass")
        wanted = dict(zip(self._subject.wanted, items, strict=True))
        if message := taken(inputs, wanted):
            self._form(message)

    def _run_both_in_one(self) -> None:
        """A function that returns the value with the gradients."""
        written = self._subject.written
        self._arguments = arguments = copied(self._trial.inputs)
        evaluator = self._watched(self._counter)
        names = self._subject.module.forward(written.base)
        given = {}
        if written.upstream is not None:
            given[written.upstream] = copied(self._weights)
        try:
            output, found = evaluator.run(
                self._task.forward.body, evaluator.frame(names, arguments | given)
            )
        except Failure as failure:
            self._told(failure, evaluator, self._outcome.gradient)
            return
        self._compare_forward(output, arguments)
        self._note_constants()
        returned = (found,) if written.single else tuple(found)
        if not self._outcome.ties:
            gradients = dict(zip(self._subject.wanted, returned, strict=True))
            self._compare_gradients(gradients)
        self._watch_both(given)

    def _watch_both(self, given: dict[str, Any]) -> None:
        """Run it once more, and look at the visits of its blocks."""
        blocks = self._blocks()
        if blocks is None:
            return
        evaluator = self._watched(blocks)
        names = self._subject.module.forward(self._subject.written.base)
        frame = evaluator.frame(names, copied(self._trial.inputs) | copied(given))
        try:
            evaluator.run(self._task.forward.body, frame)
        except Failure:
            return
        self._saw(blocks)

    def _saw(self, blocks: Blocks) -> None:
        self._outcome.visits = blocks.arounds
        self._outcome.constant = blocks.constant()
        runs = blocks.run_counts({**blocks_in(self._task.layout), **blocks.counts})
        self._blame.counted(runs, blocks.due_counts())


def _value(node: ast.FunctionDef) -> ast.expr | None:
    """The output, in a function that returns it with the gradients."""
    match node.body[-1]:
        case ast.Return(value=ast.Tuple(elts=[output, _])):
            return output
    return None
