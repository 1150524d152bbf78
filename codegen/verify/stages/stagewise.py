"""Level 2: walk back through the written text, one block after another.

At each block it is known which name holds the adjoint of which value, and what earlier
blocks must have contributed. If every block adds the derivative of its own stage times
the upstream gradient, and every adjoint is defined before it is used, then by induction
the whole gradient is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sympy
from sympy.printing.str import StrPrinter

from ..programs.flow import Computed, Upstream
from ..programs.original import Stage, flat
from ..programs.written import Block
from ..reports.report import Finding, StageReport, Status
from ..running.code import Number, joined
from ..running.domains import Failure
from ..running.machine import Machine, Value
from ..running.symbolic import SymbolicDomain, Term
from ..running.zero import is_zero
from .local import Known, Mistake, Old, Problem, Solution, seed_sums, symbol
from .missed import missed_sides
from .problems import Builder
from .solver import Late, solved
from .state import State, labels_of


@dataclass
class Outcome:
    """What level 2 finds.

    `doubtful` are the stages whose blocks read what other blocks left, with the
    finding that they are if the whole gradient turns out wrong there.
    """

    stages: list[StageReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    doubtful: dict[int, Finding | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Walk:
    """One walk through a function; `wanted` are the versions of the parameters of
    which it returns the gradients."""

    def __init__(self, state: State, wanted: Sequence[int]) -> None:
        self._state = state
        self._wanted = wanted
        self._solutions: dict[Problem, Solution] = {}
        self._outcome = Outcome()

    def run(self) -> Outcome:
        """Walk through all blocks."""
        self._start()
        stages = dict(self._state.original.by_number)
        blocks = self._state.written.blocks
        listed = {block.number for block in blocks}
        unlisted = sorted(n for n in stages if n not in listed)
        for block in blocks:
            while unlisted and unlisted[-1] > block.number:
                self._step(stages[unlisted.pop()], None)
            stage = stages.pop(block.number, None)
            if stage is None:
                message = "a second block for this stage, or one for no stage"
                self._find(block.number, message, block.line)
            else:
                self._step(stage, block)
        while unlisted:
            self._step(stages[unlisted.pop()], None)
        self._finish()
        self._outcome.stages.sort(key=lambda stage: stage.number)
        return self._outcome

    def _find(self, stage: int, message: str, line: int, written: str = "") -> None:
        self._outcome.findings.append(Finding(stage, message, line, written))

    # -- the upstream gradient

    def _start(self) -> None:
        state = self._state
        last = len(state.original.stages) + 1
        for name, source in state.flow.backward.items():
            version = state.denoted(name, last)
            if version is None:
                continue
            try:
                found = flat(_upstream(source))
            except Failure:
                continue
            line = state.written.return_line
            due = self._seeds(version)
            if not any(state.facts.varied_elements(version)):
                # it does not matter, and may stand for an earlier value of the name
                due = found
            if len(found) != len(due) or not all(map(_equal, found, due)):
                message = f"`{name}` is not the upstream gradient"
                self._find(0, message, line, str(found[0]))
            state.revive(name, version, tuple(item == 0 for item in due))

    def _seeds(self, version: int) -> list[sympy.Expr]:
        length = self._state.facts.length(version)
        seeds = self._state.seeds.get(version)
        if seeds is None:
            return [sympy.Integer(0)] * (1 if length is None else length)
        return seed_sums(seeds, self._state.written.upstream is None)

    # -- one block

    def _step(self, stage: Stage, block: Block | None) -> None:
        state = self._state
        lines = block.lines if block is not None else ()
        code = joined(line.code for line in lines)
        after: Mapping[int, Known] | None = None
        if lines or self._carries(stage):
            line = block.line if block is not None else 0
            after = self._judge(stage, line, Builder(state, stage, code))
        state.settle(stage, code.stores, after)

    def _carries(self, stage: Stage) -> bool:
        """Whether a gradient arrives at a stage and leaves it."""
        state = self._state
        arrives = any(
            state.old(v) not in (Old.NONE, Old.ZERO) for v in stage.binds.values()
        )
        return arrives and any(
            any(state.facts.varied_elements(v)) for v in stage.reads.values()
        )

    def _judge(
        self, stage: Stage, line: int, builder: Builder
    ) -> Mapping[int, Known] | None:
        """Judge a block; what is known of the adjoints after it, if it is right."""
        try:
            problem = builder.problem()
        except Failure as failure:
            self._outcome.doubtful[stage.number] = None
            unclear = Solution(Status.UNVERIFIED, reason=str(failure))
            self._report(stage, unclear, (), "")
            return None
        solution = self._solutions.get(problem)
        if solution is None:
            solution = self._solutions[problem] = solved(problem, builder.hints())
        if isinstance(solution, Late):
            # level 3 may tell what SymPy does not
            self._outcome.doubtful[stage.number] = None
            self._outcome.notes.append(f"level 2, stage {stage.number}: {solution}")
        labels = labels_of(self._state, builder.slots)
        versions = {slot: version for version, slot in builder.slots.items()}
        gradients = tuple(
            f"d{self._state.label(versions[slot])}: {printed(expr, labels)}"
            for slot, expr in solution.gradients
        )
        finding = None
        if solution.mistakes:
            finding = self._finding(stage, line, solution.mistakes[0], builder, labels)
        if solution.status is Status.WRONG and solution.doubtful:
            self._outcome.doubtful[stage.number] = finding
            solution = Solution(
                Status.UNVERIFIED, reason="reads values of other stages"
            )
        elif finding is not None:
            self._outcome.findings.append(finding)
            solution = Solution(Status.WRONG, reason=finding.message)
        missed = self._missed_in(stage, problem, solution)
        self._report(stage, solution, gradients, missed)
        if solution.status not in (Status.PROVED, Status.SAMPLED):
            return None
        return {versions[slot]: known for slot, known in solution.after}

    def _missed_in(self, stage: Stage, problem: Problem, solution: Solution) -> str:
        """The sides of conditions that were not tried, of the stage or of its block."""
        constant = {c.name for c in self._state.original.constants}
        missed = missed_sides(stage.code, solution.jumps, constant)
        if missed:
            return ", ".join(side for side, _ in missed)
        own = missed_sides(
            problem.block, solution.block_jumps, self._state.written_constants
        )
        never = ", ".join(
            f"block ({stage.number}): {side}" for side, rare in own if rare
        )
        if never:
            self._outcome.notes.append(never)
        return ", ".join(f"in its block {side}" for side, rare in own if not rare)

    def _report(
        self,
        stage: Stage,
        solution: Solution,
        gradients: tuple[str, ...],
        missed: str,
    ) -> None:
        status, message = solution.status, solution.reason
        if missed and status in (Status.PROVED, Status.SAMPLED):
            status, message = Status.UNVERIFIED, missed
        level = 2 if status in (Status.PROVED, Status.SAMPLED) else 1
        self._outcome.stages.append(
            StageReport(
                stage.number, stage.text, stage.line, gradients, level, status, message
            )
        )

    def _finding(
        self,
        stage: Stage,
        line: int,
        mistake: Mistake,
        builder: Builder,
        labels: Mapping[str, str],
    ) -> Finding:
        name = ""
        for version, slot in builder.slots.items():
            if slot == mistake.slot:
                name = self._state.names.expected(self._state.label(version))
        match mistake.kind:
            case "unknown":
                message = f"`{builder.original_name(mistake.detail)}` has no value here"
            case "missing":
                message = f"no contribution to `{name}`"
            case "overwritten":
                message = f"overwrites an earlier contribution to `{name}`"
            case "broken":
                message = f"the block cannot be run: {mistake.detail}"
            case _:
                message = f"`{name}` is wrong"
        point = ", ".join(f"{labels.get(s, s)}={value}" for s, value in mistake.point)
        written = printed(mistake.written, labels)
        expected = printed(mistake.expected, labels)
        line = self._line_of(stage, name) or line
        return Finding(stage.number, message, line, written, expected, point)

    def _line_of(self, stage: Stage, name: str) -> int:
        """The last line of a stage's block that binds a name; 0 if there is none."""
        lines = (
            line.line
            for block in self._state.written.blocks
            if block.number == stage.number
            for line in block.lines
            if name in line.code.stores
        )
        return max(lines, default=0)

    # -- the returned gradients

    def _finish(self) -> None:
        written = self._state.written
        for code, version in zip(written.gradients, self._wanted, strict=False):
            name = self._state.original.versions[version].name
            env = {n: self._adjoint_terms(n, v) for n, v in self._state.live.items()}
            try:
                found = flat(Machine(SymbolicDomain()).run(code, env))
            except Failure as failure:
                message = f"the gradient of `{name}`: {failure}"
                self._find(0, message, written.return_line)
                continue
            due = self._due(version)
            if len(found) != len(due) or not all(map(_equal, map(_expr, found), due)):
                message = f"the returned gradient of `{name}` is not its adjoint"
                self._find(0, message, written.return_line)

    def _due(self, version: int) -> list[sympy.Expr]:
        name = self._state.adjoint_of(version)
        if name is not None and self._state.live.get(name) == version:
            return [term.expr for term in flat(self._adjoint_terms(name, version))]
        return self._seeds(version)

    def _adjoint_terms(self, name: str, version: int) -> Value:
        length = self._state.facts.length(version)
        zeros = self._state.zeros[name]
        if length is None:
            return _term(symbol("a", version), zeros[0])
        return [_term(symbol("a", version, i), zeros[i]) for i in range(length)]


def _term(symbol: sympy.Symbol, zero: bool) -> Term:
    return Term(sympy.Integer(0), 0.0) if zero else Term(symbol, 1.0)


def _equal(a: sympy.Expr, b: sympy.Expr) -> bool:
    return is_zero(a - b)


def _expr(value: Any) -> sympy.Expr:
    return value.expr if isinstance(value, Term) else sympy.nan


def _upstream(source: Any) -> Any:
    """A source as expressions of upstream gradients."""
    match source:
        case Upstream(places):
            return seed_sums((places,), False)[0]
        case Number(_, exact) if exact is not None:
            return sympy.Rational(exact)
        case list() | tuple():
            return [_upstream(item) for item in source]
        case Computed(name, code, sources):
            env: dict[str, Value] = {n: _upstream_terms(s) for n, s in sources}
            Machine(SymbolicDomain()).run(code, env)
            return [_expr(item) for item in flat(env[name])]
    raise Failure("not an upstream gradient")


def _upstream_terms(source: Any) -> Value:
    match source:
        case list() | tuple():
            return type(source)(map(_upstream_terms, source))
        case dict():
            return {key: _upstream_terms(item) for key, item in source.items()}
    found = _upstream(source)
    return (
        [Term(e, 1.0) for e in found] if isinstance(found, list) else Term(found, 1.0)
    )


class _Template(StrPrinter):
    """Prints an expression with marks around its symbols."""

    def _print_Symbol(self, expr: sympy.Symbol) -> str:
        return f"\0{expr.name}\0"


@cache
def _pieces(expr: sympy.Basic) -> tuple[str, ...]:
    return tuple(_Template().doprint(expr).split("\0"))


def printed(expr: sympy.Basic | None, labels: Mapping[str, str]) -> str:
    """An expression with the names of the text for its canonical symbols."""
    if expr is None:
        return ""
    pieces = _pieces(expr)
    return "".join(
        labels.get(piece, piece) if i % 2 else piece for i, piece in enumerate(pieces)
    )
