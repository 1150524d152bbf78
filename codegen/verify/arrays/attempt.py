"""Levels 1 and 3 at one point: as `whole`, for arrays.

The original runs on a tape of SymPy's partial derivatives; the tape, transposed, gives
the adjoint of every value. The written text runs as it stands, in NumPy's own way, so
that what two names share, an assignment to one of them changes for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..reports.report import Finding
from ..running.domains import Exhausted, Failure, Raised, Undefined
from ..running.machine import UnknownName
from ..texts.signature import Signature
from .blame import Blame
from .cells import cells_of, copied, has_nan, mapped
from .contents import contents, taken
from .evaluator import Evaluator
from .expressions import Frame
from .reading import Block, Line
from .taped import Record, Taped
from .trial import ArrayTrial, arrays_in
from .values import Routine
from .verdict import Around, Subject, Verdict


class Attempt:
    """One run of both texts."""

    def __init__(self, subject: Subject, trial: ArrayTrial) -> None:
        self._subject = subject
        self._trial = trial
        self._written = Evaluator(trial.domain, subject.module.names)
        self._taped = Taped(subject.program, subject.wanted, trial)
        self._blame = Blame(subject.program, trial, self._taped)
        self._arguments = copied(trial.inputs)
        # what the backward pass is given, and what that holds
        self._given: dict[str, tuple[Any, Any]] = {}
        taped = self._taped
        self._verdict = Verdict(trial, ties=taped.is_kinked, work=taped.work)

    def verdict(self) -> Verdict:
        """Run, compare, and say what was found. Raises `Undefined` where the original
        has a value, but no derivative."""
        output = self._taped.plain(self._taped.output)
        self._trial.require_value(output)
        changed = self._taped.lasting.changed
        if changed:
            self._form(0, f"the original changes {changed}", 0)
        forward = None if changed else self._run_forward()
        if forward is not None:
            self._run_backward(forward)
        self._verdict.off = self._blame.off
        self._verdict.decisions = (self._taped.decisions, self._written.decisions)
        return self._verdict

    # -- level 1

    def _run_forward(self) -> Frame | None:
        """Run the written forward pass; None if it cannot be run to its end."""
        written = self._subject.written
        names = self._subject.module.forward(written.base)
        frame = self._written.frame(names, self._arguments)
        binds = {record.stage.number: record for record in self._taped.records}
        at_head = True
        for line in written.forward:
            at_head = at_head and not line.number
            env = frame.env
            before = {name: env[name] for name in line.code.loads if name in env}
            try:
                self._written.run(line.code.statements, frame)
            except Failure as failure:
                self._told(failure, line.number, line.line, self._verdict.form)
                self._verdict.refused = at_head and isinstance(failure, Raised)
                return None
            after = {name: env[name] for name in line.code.stores}
            self._verdict.forward.append((before, after))
            record = binds.get(line.number)
            if line.number and record is not None:
                self._compare_stage(line, record, frame)
        try:
            output = self._written.run(written.output.statements, frame)
        except Failure as failure:
            self._told(failure, 0, written.return_line, self._verdict.form)
            return None
        due = self._taped.plain(self._taped.output)
        if not self._trial.same(output, due):
            message = f"the output differs from the original's{_shapes(output, due)}"
            self._form(0, message, written.return_line)
        elif has_nan(output) and not has_nan(due):
            message = "the output is not a number: it is made of unwritten memory"
            self._form(0, message, written.return_line)
        return frame

    def _compare_stage(self, line: Line, record: Record, frame: Frame) -> None:
        """Whatever the written stage binds, the original has to bind as well."""
        stored = [frame.env[name] for name in line.code.stores if name in frame.env]
        for name, value in record.binds.items():
            due = self._taped.plain(value)
            # a stage may be written in several lines, and a name bound by any of these
            found = [*stored, *(frame.env[n] for n in (name,) if n in frame.env)]
            parts = [*due.values()] if isinstance(due, dict) else [due]
            if all(any(self._trial.same(i, part) for i in found) for part in parts):
                continue
            message = f"the forward stage binds another value to `{name}`"
            same = frame.env.get(name)
            message += _shapes(same, due)
            point = str(self._trial.arrays)
            text = record.stage.text
            finding = Finding(line.number, message, line.line, line.text, text, point)
            self._verdict.form.append(finding)

    def _told(
        self, failure: Failure, stage: int, line: int, findings: list[Finding]
    ) -> None:
        """A failure of the written text as a finding; what only this arithmetic cannot
        do is raised again."""
        if isinstance(failure, (Exhausted, Undefined)):
            raise failure
        self._verdict.misfit = not isinstance(failure, UnknownName)
        point = str(self._trial.arrays)
        findings.append(Finding(stage, str(failure), line, point=point))

    def _form(self, stage: int, message: str, line: int) -> None:
        point = str(self._trial.arrays)
        self._verdict.form.append(Finding(stage, message, line, point=point))

    # -- level 3

    def _run_backward(self, forward: Frame) -> None:
        written = self._subject.written
        frame, weights = self._entry(forward)
        adjoints = self._taped.seeded(weights)
        if not self._run_lines(written.preamble, 0, frame):
            return
        records = {r.stage.number: i for i, r in enumerate(self._taped.records)}
        at = len(self._taped.records)
        for block in written.blocks:
            place = records.get(block.number, at)
            # stages on the way that have no block of their own
            at = self._pass(range(at, place + 1, -1), frame, adjoints, block.line, at)
            record = self._taped.records[place] if place < at else None
            seen = None
            if record is not None:
                seen = self._before(record, block, frame, adjoints)
            if not self._run_lines(block.lines, block.number, frame):
                return
            if record is not None and seen is not None:
                self._taped.sweep(adjoints, at, place)
                at = place
                self._blame.compare(
                    record, block.lines, frame.env, adjoints, block.line
                )
                self._close(seen, block, frame, adjoints)
            self._unchanged(block.number, block.line)
        self._pass(range(at, 0, -1), frame, adjoints, written.return_line, at)
        if not self._verdict.ties:
            self._compare_gradients(frame, adjoints, weights)

    def _pass(
        self,
        places: range,
        frame: Frame,
        adjoints: dict[int, Any],
        line: int,
        at: int,
    ) -> int:
        """Go back over stages without a block; the place where this ends."""
        for place in places:
            self._taped.sweep(adjoints, place, place - 1)
            record = self._taped.records[place - 1]
            self._blame.compare(record, (), frame.env, adjoints, line)
            at = place - 1
        return at

    def _entry(self, forward: Frame) -> tuple[Frame, Any]:
        """The frame that the backward pass starts with, and the upstream gradients."""
        written = self._subject.written
        weights = self._trial.weights(self._taped.plain(self._taped.output))
        if written.upstream is None:
            one = self._written.arithmetic.literal(1)
            weights = mapped(weights, lambda cell: one)
        upstream = copied(weights)
        given = {"its upstream gradient": upstream}
        frame = forward
        if written.cache is not None:
            code, name = written.cache
            given["the cache"] = cache = self._written.run(code.statements, forward)
            names = self._subject.module.backward(written.base)
            frame = self._written.frame(names, {name: cache})
        if written.upstream is not None:
            frame.env[written.upstream] = upstream
        if not self._trial.arrays.writes:
            given["its arguments"] = self._arguments
        self._given = {what: (v, contents(v)) for what, v in given.items()}
        return frame, weights

    def _run_lines(self, lines: Sequence[Line], number: int, frame: Frame) -> bool:
        for line in lines:
            try:
                self._written.run(line.code.statements, frame)
            except Failure as failure:
                self._blame_for(failure, number, line.line)
                self._told(failure, number, line.line, self._verdict.gradient)
                return False
        return True

    def _blame_for(self, failure: Failure, stage: int, line: int) -> None:
        """Find the block that failed to bind a name."""
        if isinstance(failure, UnknownName):
            arounds = list(self._verdict.arounds.values())
            self._blame.missing(failure.name, stage, line, arounds)

    def _before(
        self, record: Record, block: Block, frame: Frame, adjoints: dict[int, Any]
    ) -> Around:
        names = {name for line in block.lines for name in line.code.loads}
        env = {n: copied(frame.env[n]) for n in names if n in frame.env}
        return Around(
            record,
            block,
            env,
            {
                n: self._taped.adjoint(value, adjoints)
                for n, value in record.binds.items()
            },
            {
                n: self._taped.adjoint(value, adjoints)
                for n, value in record.reads.items()
            },
        )

    def _close(
        self, seen: Around, block: Block, frame: Frame, adjoints: dict[int, Any]
    ) -> None:
        """Note what is there after a block."""
        codes = [line.code for line in block.lines]
        names = {name for code in codes for name in (*code.stores, *code.loads)}
        env = frame.env
        seen.after = {n: copied(env[n]) for n in names if n in env}
        reads = seen.record.reads
        seen.due = {
            n: self._taped.adjoint(value, adjoints) for n, value in reads.items()
        }
        self._verdict.arounds[seen.record.stage.number] = seen

    def _unchanged(self, stage: int, line: int) -> None:
        """What the backward pass is given is not its own to change."""
        for what, (value, held) in list(self._given.items()):
            if contents(value) != held:
                del self._given[what]
                self._gradient(f"the backward pass changes {what}", stage, line)

    def _compare_gradients(
        self, frame: Frame, adjoints: Mapping[int, Any], weights: Any
    ) -> None:
        written = self._subject.written
        found: list[Any] = []
        for code, name in zip(written.gradients, self._subject.wanted, strict=True):
            try:
                value = self._written.run(code.statements, frame)
            except Failure as failure:
                self._blame_for(failure, 0, written.return_line)
                self._gradient(f"the gradient of `{name}`: {failure}")
                continue
            found.append(value)
            due = self._taped.adjoint(self._taped.variables[name], adjoints)
            lists = isinstance(value, list), isinstance(due, list)
            self._verdict.misfit |= lists == (True, False)
            message = self._difference(name, value, due)
            if message:
                self._gradient(message)
        named = dict(zip(self._subject.wanted, found, strict=False))
        if message := taken(self._arguments, named):
            self._gradient(message)
        if not self._verdict.gradient:
            self._compare_both(found, weights)

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
            # a residue is a number also where NaN went into it, as from a branch that
            # is not taken
            if has_nan(found[path]) and not has_nan(array):
                return f"the gradient of `{name}{path}` is not a number"
        return ""

    def _gradient(self, message: str, stage: int = 0, line: int = 0) -> None:
        line = line or self._subject.written.return_line
        finding = Finding(stage, message, line, point=str(self._trial.arrays))
        self._verdict.gradient.append(finding)
        if stage:
            self._blame.found(finding)

    def _compare_both(self, gradients: list[Any], weights: Any) -> None:
        """The function that runs both passes, with an upstream gradient of 1."""
        name = self._subject.written.value_and_grad
        if name is None:
            return
        node = self._subject.module.nodes[name]
        inputs = copied(self._trial.inputs)
        args, named = Signature.of(node.args).arguments(list(inputs.values()))
        try:
            output, returned = self._written.call(Routine(node), args, named)
            (weight,) = cells_of(weights)
        except (Failure, TypeError, ValueError) as failure:
            self._form(0, f"`{name}` cannot be run: {failure}", 0)
            return
        if self._subject.written.single:
            returned = (returned,)
        scaled = mapped(list(returned), lambda cell: cell * weight)
        if not self._trial.same(output, self._taped.plain(self._taped.output)):
            self._form(0, f"`{name}` returns another value than the original", 0)
        elif not self._trial.same(scaled, gradients):
            message = f"`{name}` returns other gradients than the backward pass"
            self._form(0, message, 0)
        wanted = dict(zip(self._subject.wanted, returned, strict=True))
        if message := taken(inputs, wanted):
            self._form(0, message, node.body[-1].lineno)


def _shapes(found: Any, due: Any) -> str:
    """A remark on shapes, where these are what differs."""
    if found is None or np.shape(found) == np.shape(due):
        return ""
    return f": shape {np.shape(found)}, not {np.shape(due)}"
