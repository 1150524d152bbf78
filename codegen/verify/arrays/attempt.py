"""Levels 1 and 3 at one point: as `whole`, for arrays.

The original runs on a tape of SymPy's partial derivatives; the tape, transposed, gives
the adjoint of every value. The written text runs as it stands, in NumPy's own way, so
that what two names share, an assignment to one of them changes for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import is_not
from typing import Any

import numpy as np

from ..domains import Failure, Undefined
from ..machine import UnknownName
from ..modular import NoRoot
from ..report import Finding, Status
from ..scope import Unsupported
from ..tangents import Dual, TapeDomain
from .cells import Cell, cells_of, copied, mapped
from .evaluator import Evaluator
from .expressions import Frame
from .points import structured
from .reading import Block, Line, Module, Program, Stage, Written
from .trial import ArrayTrial, adjoint_names, arrays_in, leaf_at
from .values import Routine


@dataclass(frozen=True)
class Subject:
    """What is tried: the texts, and the parameters of which gradients are wanted."""

    program: Program
    written: Written
    module: Module
    wanted: Sequence[str]


@dataclass
class Record:
    """What a stage reads and binds in one run, as values of the tape, and where its
    part of the tape starts."""

    stage: Stage
    reads: Mapping[str, Any]
    binds: Mapping[str, Any] = field(default_factory=dict)
    start: int = 0


@dataclass
class Around:
    """A block in one run: the names before and after it, and the true adjoints of what
    its stage binds (before) and reads (before and after)."""

    record: Record
    block: Block
    env: Mapping[str, Any]
    bound: Mapping[str, Any]
    earlier: Mapping[str, Any]
    after: Mapping[str, Any] = field(default_factory=dict)
    due: Mapping[str, Any] = field(default_factory=dict)

    def moving(self, trial: ArrayTrial) -> int:
        """How many of the arrays of adjoints are not zero."""
        arrays = [*arrays_in(dict(self.due)), *arrays_in(dict(self.bound))]
        return sum(not trial.is_zero(array) for _, array in arrays)


@dataclass
class Verdict:
    """As `whole.Verdict`; `arounds` are the blocks of the run by number, `forward` has
    the names before each forward line."""

    trial: ArrayTrial
    form: list[Finding] = field(default_factory=list)
    gradient: list[Finding] = field(default_factory=list)
    off: Finding | None = None
    ties: bool = False
    arounds: dict[int, Around] = field(default_factory=dict)
    forward: list[Mapping[str, Any]] = field(default_factory=list)
    decisions: list[dict[tuple[int, int], set[object]]] = field(default_factory=list)

    @property
    def status(self) -> Status:
        """What the whole gradient is found to be."""
        if self.gradient:
            return Status.WRONG
        modular = self.trial.kind == "modular"
        return Status.MODULAR if modular else Status.SAMPLED


class StageUnsupported(Unsupported):
    """A stage of the original that cannot be followed."""

    def __init__(self, stage: int, reason: Unsupported) -> None:
        super().__init__(str(reason))
        self.stage = stage


class Attempt:
    """One run of both texts."""

    def __init__(self, subject: Subject, trial: ArrayTrial) -> None:
        self._subject = subject
        self._trial = trial
        self._tape: TapeDomain[Any] = TapeDomain(trial.domain)
        self._written = Evaluator(trial.domain, subject.module.names)
        self._records: list[Record] = []
        self._output: Any = None
        self._variables: dict[str, Any] = {}
        self._arguments = copied(trial.inputs)
        # what the backward pass is given, and the cells in it
        self._given: dict[str, tuple[Any, list[Cell]]] = {}
        self._verdict = Verdict(trial)

    def verdict(self) -> Verdict:
        """Run, compare, and say what was found."""
        self._run_original()
        forward = self._run_forward()
        if forward is not None:
            self._run_backward(forward)
        self._verdict.decisions.append(self._written.decisions)
        return self._verdict

    # -- the original on its tape

    def _run_original(self) -> None:
        program = self._subject.program
        evaluator = Evaluator(self._tape, program.names)
        env = {
            name: mapped(value, self._variable(name))
            for name, value in self._trial.inputs.items()
        }
        self._variables = {name: copied(env[name]) for name in self._subject.wanted}
        frame = evaluator.frame(program.names, env)
        versions: list[Any] = [env[i.name] for i in program.inputs]
        versions += [None] * (len(program.versions) - len(versions))
        for stage in program.stages:
            names = [name for name in stage.code.loads if name in stage.reads]
            reads = {name: copied(frame.env[name]) for name in names}
            record = Record(stage, reads, start=len(self._tape.tape))
            try:
                evaluator.run(stage.code.statements, frame)
            except StageUnsupported:
                raise
            except Unsupported as reason:
                raise StageUnsupported(stage.number, reason) from reason
            if not self._trial.arrays.writes:
                self._own(stage, frame, record.start)
            for name, version in stage.binds.items():
                versions[version] = frame.env[name]
            binds = {name: copied(frame.env[name]) for name in stage.binds}
            self._records.append(Record(stage, reads, binds, record.start))
        self._output = structured(program.output, versions)
        self._verdict.ties = bool(self._tape.ties)
        self._verdict.decisions.append(evaluator.decisions)

    def _variable(self, name: str) -> Any:
        moving = name in self._subject.wanted

        def variable(cell: Cell) -> Cell:
            value = cell.value
            dual = self._tape.variable(value) if moving else Dual(value, None)
            return Cell(self._tape, dual)

        return variable

    def _own(self, stage: Stage, frame: Frame, start: int) -> None:
        """Places of their own on the tape also for what a stage only moves."""
        owned: set[int] = set()

        def own(cell: Cell) -> Cell:
            dual = cell.value
            if dual.tangent is None:
                return cell
            if dual.tangent < start or dual.tangent in owned:
                dual = self._tape.copy(dual)
            owned.add(dual.tangent)
            return Cell(self._tape, dual)

        for name in stage.binds:
            frame.env[name] = mapped(frame.env[name], own)

    def _plain(self, value: Any) -> Any:
        """A value of the tape in the domain of the written text."""
        domain = self._trial.domain
        return mapped(value, lambda cell: Cell(domain, cell.value.value))

    def _adjoint(self, value: Any, adjoints: Mapping[int, Any]) -> Any:
        """The adjoint of a value of the tape, in its structure; None for elements that
        are constant here, such as those that a `maximum` cut off."""
        domain, zero = self._trial.domain, self._trial.zero()

        def adjoint(cell: Cell) -> Cell | None:
            if cell.value.tangent is None:
                return None
            found = adjoints.get(cell.value.tangent)
            return zero if found is None else Cell(domain, found)

        return mapped(value, adjoint)

    # -- level 1

    def _run_forward(self) -> Frame | None:
        """Run the written forward pass; None if it cannot be run to its end."""
        written = self._subject.written
        names = self._subject.module.forward(written.base)
        frame = self._written.frame(names, self._arguments)
        binds = {record.stage.number: record for record in self._records}
        for line in written.forward:
            self._verdict.forward.append(dict(frame.env))
            try:
                self._written.run(line.code.statements, frame)
            except Failure as failure:
                self._told(failure, line.number, line.line, self._verdict.form)
                return None
            record = binds.get(line.number)
            if line.number and record is not None:
                self._compare_stage(line, record, frame)
        self._verdict.forward.append(dict(frame.env))
        try:
            output = self._written.run(written.output.statements, frame)
        except Failure as failure:
            self._told(failure, 0, written.return_line, self._verdict.form)
            return None
        due = self._plain(self._output)
        if not self._trial.same(output, due):
            message = f"the output differs from the original's{_shapes(output, due)}"
            self._form(0, message, written.return_line)
        return frame

    def _compare_stage(self, line: Line, record: Record, frame: Frame) -> None:
        """Whatever the written stage binds, the original has to bind as well."""
        found = [frame.env[name] for name in line.code.stores if name in frame.env]
        for name, value in record.binds.items():
            due = self._plain(value)
            if any(self._trial.same(item, due) for item in found):
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
        if isinstance(failure, NoRoot):
            raise failure
        if self._trial.kind == "modular" and isinstance(failure, Undefined):
            raise failure
        point = str(self._trial.arrays)
        findings.append(Finding(stage, str(failure), line, point=point))

    def _form(self, stage: int, message: str, line: int) -> None:
        point = str(self._trial.arrays)
        self._verdict.form.append(Finding(stage, message, line, point=point))

    # -- level 3

    def _run_backward(self, forward: Frame) -> None:
        written = self._subject.written
        frame, weights = self._entry(forward)
        adjoints: dict[int, Any] = {}
        self._seed(adjoints, weights)
        if not self._run_lines(written.preamble, 0, frame):
            return
        records = {r.stage.number: i for i, r in enumerate(self._records)}
        at = len(self._records)
        for block in written.blocks:
            place = records.get(block.number, at)
            # stages on the way that have no block of their own
            at = self._pass(range(at, place + 1, -1), frame, adjoints, block.line, at)
            record = self._records[place] if place < at else None
            seen = None
            if record is not None:
                seen = self._before(record, block, frame, adjoints)
            if not self._run_lines(block.lines, block.number, frame):
                return
            if record is not None and seen is not None:
                self._sweep(adjoints, place, at)
                at = place
                self._compare_block(record, block.lines, frame, adjoints, block.line)
                self._close(seen, block, frame, adjoints)
            self._unchanged(block.number, block.line)
        self._pass(range(at, 0, -1), frame, adjoints, written.return_line, at)
        if not self._tape.ties:
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
            self._sweep(adjoints, place - 1, place)
            self._compare_block(self._records[place - 1], (), frame, adjoints, line)
            at = place - 1
        return at

    def _sweep(self, adjoints: dict[int, Any], place: int, at: int) -> None:
        """Pass adjoints from before stage `at` to before stage `place`."""
        ends = [record.start for record in self._records] + [len(self._tape.tape)]
        self._tape.sweep(adjoints, ends[at], ends[place])

    def _entry(self, forward: Frame) -> tuple[Frame, Any]:
        """The frame that the backward pass starts with, and the upstream gradients."""
        written = self._subject.written
        weights = self._trial.weights(self._plain(self._output))
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
        self._given = {what: (v, cells_of(v)) for what, v in given.items()}
        return frame, weights

    def _seed(self, adjoints: dict[int, Any], weights: Any) -> None:
        for cell, weight in zip(cells_of(self._output), cells_of(weights), strict=True):
            place = cell.value.tangent
            if place is not None:
                known = adjoints.get(place)
                add = self._trial.domain.add
                new = weight.value if known is None else add(known, weight.value)
                adjoints[place] = new

    def _run_lines(self, lines: Sequence[Line], number: int, frame: Frame) -> bool:
        for line in lines:
            try:
                self._written.run(line.code.statements, frame)
            except Failure as failure:
                if isinstance(failure, UnknownName):
                    self._missing(failure.name, number, line.line)
                self._told(failure, number, line.line, self._verdict.gradient)
                return False
        return True

    def _before(
        self, record: Record, block: Block, frame: Frame, adjoints: dict[int, Any]
    ) -> Around:
        names = {name for line in block.lines for name in line.code.loads}
        env = {n: copied(v) for n, v in frame.env.items() if n in names}
        return Around(
            record,
            block,
            env,
            {n: self._adjoint(value, adjoints) for n, value in record.binds.items()},
            {n: self._adjoint(value, adjoints) for n, value in record.reads.items()},
        )

    def _close(
        self, seen: Around, block: Block, frame: Frame, adjoints: dict[int, Any]
    ) -> None:
        """Note what is there after a block."""
        codes = [line.code for line in block.lines]
        names = {name for code in codes for name in (*code.stores, *code.loads)}
        seen.after = {n: copied(v) for n, v in frame.env.items() if n in names}
        reads = seen.record.reads
        seen.due = {n: self._adjoint(value, adjoints) for n, value in reads.items()}
        self._verdict.arounds[seen.record.stage.number] = seen

    def _compare_block(
        self,
        record: Record,
        lines: Sequence[Line],
        frame: Frame,
        adjoints: dict[int, Any],
        at: int,
    ) -> None:
        """After its block, the adjoints of what a stage reads have to be there: in the
        name that is theirs by convention, or under any name if there is no such name.
        Else this may be where the gradient went wrong."""
        if self._verdict.off is not None:
            return
        stored = dict.fromkeys(name for line in lines for name in line.code.stores)
        names = [*stored, *(name for name in frame.env if name not in stored)]
        for name, value in record.reads.items():
            for path, array in arrays_in(self._adjoint(value, adjoints)):
                own = self._own_adjoint(name, path, frame)
                if own is not None:
                    there = [own]
                elif self._trial.is_zero(array):
                    continue
                else:
                    there = [v for n in names for _, v in arrays_in(frame.env.get(n))]
                if not any(self._trial.same(item, array) for item in there):
                    number = record.stage.number
                    self._verdict.off = self._off(number, at, f"{name}{path}")
                    return

    def _own_adjoint(self, name: str, path: str, frame: Frame) -> Any:
        """What stands in the name that is an adjoint's by convention; None where there
        is no such name, or it may be that of another value of the variable."""
        versions = self._subject.program.versions
        if sum(version.name == name for version in versions) > 1:
            return None
        for own in adjoint_names(name):
            if own in frame.env:
                value = frame.env[own]
                found = leaf_at(value, path)
                # a dict may still be filled; anything else has to be the adjoint
                return value if found is None and not path else found
        return None

    def _off(self, stage: int, line: int, name: str) -> Finding:
        message = f"the gradient of `{name}` is wrong after this block"
        return Finding(stage, message, line, point=str(self._trial.arrays))

    def _missing(self, name: str, stage: int, line: int) -> None:
        """An adjoint that is read, but that nothing has bound: the block to blame is
        that of the last stage that contributes to it."""
        if self._verdict.off is not None:
            return
        blamed = [
            (moved, seen, place)
            for seen in self._verdict.arounds.values()
            for place, moved in self._contributions(seen, name)
        ]
        reads = (r.reads for r in self._records if r.stage.number == stage)
        own = any(name in _names_of_adjoints(read) for read in reads)
        moved = [entry for entry in blamed if entry[0]]
        if moved or (blamed and not own):
            _, seen, place = (moved or blamed)[-1]
            stage, line = seen.record.stage.number, seen.block.line
            self._verdict.off = self._off(stage, line, place)
            return
        message = f"`{name}` has no value here"
        self._verdict.off = Finding(stage, message, line, point=str(self._trial.arrays))

    def _contributions(self, seen: Around, name: str) -> Iterator[tuple[str, bool]]:
        """What a stage reads of which `name` may be the adjoint, and whether it
        contributes to that in this run."""
        late = {n + p: v for n, x in seen.due.items() for p, v in arrays_in(x)}
        for read, value in seen.earlier.items():
            for path, array in arrays_in(value):
                key = path.strip("[]'") or read
                if name in (*adjoint_names(key), *adjoint_names(read)):
                    yield read + path, not self._trial.same(array, late[read + path])

    def _unchanged(self, stage: int, line: int) -> None:
        """What the backward pass is given is not its own to change."""
        for what, (value, cells) in list(self._given.items()):
            now = cells_of(value)
            if len(now) != len(cells) or any(map(is_not, now, cells)):
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
                if isinstance(failure, UnknownName):
                    self._missing(failure.name, 0, written.return_line)
                self._gradient(f"the gradient of `{name}`: {failure}")
                continue
            found.append(value)
            due = self._adjoint(self._variables[name], adjoints)
            message = self._difference(name, value, due)
            if message:
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
        return ""

    def _gradient(self, message: str, stage: int = 0, line: int = 0) -> None:
        line = line or self._subject.written.return_line
        point = str(self._trial.arrays)
        self._verdict.gradient.append(Finding(stage, message, line, point=point))

    def _compare_both(self, gradients: list[Any], weights: Any) -> None:
        """The function that runs both passes, with an upstream gradient of 1."""
        name = self._subject.written.value_and_grad
        if name is None:
            return
        routine = Routine(self._subject.module.nodes[name])
        inputs = copied(self._trial.inputs)
        try:
            output, returned = self._written.call(routine, [], inputs)
        except (Failure, TypeError, ValueError) as failure:
            self._form(0, f"`{name}` cannot be run: {failure}", 0)
            return
        if self._subject.written.single:
            returned = (returned,)
        (weight,) = cells_of(weights)
        scaled = mapped(list(returned), lambda cell: cell * weight)
        if not self._trial.same(output, self._plain(self._output)):
            self._form(0, f"`{name}` returns another value than the original", 0)
        elif not self._trial.same(scaled, gradients):
            message = f"`{name}` returns other gradients than the backward pass"
            self._form(0, message, 0)


def _names_of_adjoints(values: Mapping[str, Any]) -> set[str]:
    """What adjoints are called by convention, of values or of what is in dicts."""
    paths = (path for value in values.values() for path, _ in arrays_in(value))
    names = {*values, *(path.strip("[]'") for path in paths)}
    return {own for name in names for own in adjoint_names(name)}


def _shapes(found: Any, due: Any) -> str:
    """A remark on shapes, where these are what differs."""
    if found is None or np.shape(found) == np.shape(due):
        return ""
    return f": shape {np.shape(found)}, not {np.shape(due)}"
