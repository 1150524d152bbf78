"""The original on a tape of SymPy's partial derivatives, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..running.tangents import Dual, TapeDomain
from ..texts.scope import Unsupported
from .cells import Cell, cells_of, copied, mapped
from .evaluator import Evaluator
from .expressions import Frame
from .lasting import Lasting
from .points import structured
from .reading import Program, Stage
from .trial import ArrayTrial


@dataclass
class Record:
    """What a stage reads and binds in one run, as values of the tape, and where its
    part of the tape starts."""

    stage: Stage
    reads: Mapping[str, Any]
    binds: Mapping[str, Any] = field(default_factory=dict)
    start: int = 0


class StageUnsupported(Unsupported):
    """A stage of the original that cannot be followed."""

    def __init__(self, stage: int, reason: Unsupported) -> None:
        super().__init__(str(reason))
        self.stage = stage


def entering(
    tape: TapeDomain[Any], names: Iterable[str], entered: dict[str, Any]
) -> dict[str, Callable[[Any], Any]]:
    """For variables of a program: what gives their values places of their own on the
    tape where they are bound. `entered` takes these values."""

    def own(cell: Cell) -> Cell:
        dual = cell.value
        moves = dual.tangent is not None
        return Cell(tape, tape.copy(dual) if moves else tape.variable(dual.value))

    def enter(name: str, value: Any) -> Any:
        entered[name] = mapped(value, own)
        return copied(entered[name])

    return {name: partial(enter, name) for name in names}


class Taped:
    """A run of the original with `wanted` parameters, and variables of its own, as the
    variables of the tape.

    Attributes:
        records: the stages, in order.
        output: what it returns, as a value of the tape.
        variables: what is wanted, as values of the tape.
        decisions: which ways comparisons went, by place in the text.
    """

    def __init__(
        self, program: Program, wanted: Sequence[str], trial: ArrayTrial
    ) -> None:
        self._program = program
        self._wanted = wanted
        self._trial = trial
        self._tape: TapeDomain[Any] = TapeDomain(trial.domain)
        self._evaluator = Evaluator(self._tape, program.names)
        self.decisions = self._evaluator.decisions
        self.records: list[Record] = []
        env = {
            name: mapped(value, self._variable(name))
            for name, value in trial.inputs.items()
        }
        self.variables = {name: copied(env[name]) for name in wanted if name in env}
        inside = [name for name in wanted if name not in env]
        self._evaluator.binding.update(entering(self._tape, inside, self.variables))
        self.output = self._run(env)

    @property
    def is_kinked(self) -> bool:
        """Whether a function was at a kink."""
        return bool(self._tape.ties)

    @property
    def lasting(self) -> Lasting:
        """What of it outlives the call."""
        return self._evaluator.lasting

    @property
    def work(self) -> int:
        """How many operations it took."""
        return len(self._tape.tape)

    def plain(self, value: Any) -> Any:
        """A value of the tape in the domain of the written text."""
        domain = self._trial.domain
        return mapped(value, lambda cell: Cell(domain, cell.value.value))

    def seeded(self, weights: Any) -> dict[int, Any]:
        """The adjoints of the places of the output."""
        adjoints: dict[int, Any] = {}
        add = self._trial.domain.add
        for cell, weight in zip(cells_of(self.output), cells_of(weights), strict=True):
            place = cell.value.tangent
            if place is not None:
                known = adjoints.get(place)
                new = weight.value if known is None else add(known, weight.value)
                adjoints[place] = new
        return adjoints

    def sweep(self, adjoints: dict[int, Any], start: int, stop: int) -> None:
        """Pass adjoints from before stage `start` back to before stage `stop`."""
        self._tape.sweep(adjoints, self._end(start), self._end(stop))

    def _end(self, stage: int) -> int:
        """The place on the tape where a stage starts, and the one before it ends."""
        here = stage < len(self.records)
        return self.records[stage].start if here else len(self._tape.tape)

    def adjoint(self, value: Any, adjoints: Mapping[int, Any]) -> Any:
        """The adjoint of a value of the tape, in its structure; None for elements that
        are constant here, such as those that a `maximum` cut off."""
        domain, zero = self._trial.domain, self._trial.zero()

        def one(cell: Cell) -> Cell | None:
            if cell.value.tangent is None:
                return None
            found = adjoints.get(cell.value.tangent)
            return zero if found is None else Cell(domain, found)

        return mapped(value, one)

    def _run(self, env: dict[str, Any]) -> Any:
        program, evaluator = self._program, self._evaluator
        frame = evaluator.frame(program.names, env)
        versions: list[Any] = [env[i.name] for i in program.inputs]
        versions += [None] * (len(program.versions) - len(versions))
        for stage in program.stages:
            names = [name for name in stage.code.loads if name in stage.reads]
            reads = {name: copied(frame.env[name]) for name in names}
            start = len(self._tape.tape)
            try:
                evaluator.run(stage.code.statements, frame)
            except Unsupported as reason:
                raise StageUnsupported(stage.number, reason) from reason
            if not self._trial.arrays.writes:
                self._own(stage, frame, start)
            for name, version in stage.binds.items():
                versions[version] = frame.env[name]
            binds = {name: copied(frame.env[name]) for name in stage.binds}
            self.records.append(Record(stage, reads, binds, start))
        return evaluator.given_back(structured(program.output, versions))

    def _variable(self, name: str) -> Any:
        moving = name in self._wanted

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
