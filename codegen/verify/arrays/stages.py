"""Level 2: each block against SymPy's derivatives of its stage, on small arrays."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Expr

from ..domains import Failure
from ..report import Finding
from ..runs import seeded
from ..scope import Unsupported
from ..symbolic import SymbolicDomain, Term
from ..zero import is_zero
from .cells import Cell, cells_of, mapped
from .evaluator import Evaluator
from .reading import Stage
from .roles import (
    Role,
    Roles,
    Symbols,
    alike,
    backward_frame,
    found_in,
)
from .trial import adjoint_names, arrays_in, leaf_at
from .verdict import Around, Decisions, Subject, Verdict

_MOST_SYMBOLS = 60
_MOST_NODES = 6_000  # in all that a stage binds
_MOST_DRAWS = 8
_RANGES = ((-2.0, 2.0), (-20.0, 20.0), (0.1, 1.0), (-1.0, 3.0))
_SHOWN = 160


class TooLarge(Exception):
    """The stage is too large for SymPy."""


@dataclass
class Proof:
    """What became of a stage: `proved` or the `reason` why not; `gradients` as text;
    `decisions` of the original and of the written text."""

    proved: bool = True
    reason: str = ""
    gradients: tuple[str, ...] = ()
    decisions: tuple[Decisions, Decisions] = field(default_factory=lambda: ({}, {}))


@dataclass(frozen=True)
class _Adjoint:
    """An adjoint after the block: of what, its value in the run, and SymPy's formula
    for each element; whether the stage contributes to it."""

    name: str
    path: str
    value: Any
    due: list[Expr]
    moved: bool


class Block:
    """One stage in one run, on symbols.

    `draw` gives shadows to the symbols, so that ways are taken that the run did not.
    """

    def __init__(
        self, subject: Subject, verdict: Verdict, around: Around, draw: Any = None
    ) -> None:
        self._subject = subject
        self._verdict = verdict
        self._trial = verdict.trial
        self._around = around
        self._domain = SymbolicDomain()
        self._symbols = Symbols(self._domain, draw)
        self._original = Evaluator(self._domain, subject.program.names)
        self._written = Evaluator(self._domain, subject.module.names)

    @property
    def decisions(self) -> tuple[Decisions, Decisions]:
        """Of the original stage and of the block."""
        return self._original.decisions, self._written.decisions

    def proof(self) -> Proof:
        """Compare. Raises `Failure`, `Unsupported` or `TooLarge`."""
        roles, adjoints = self._differentiated()
        env = self._run_block(roles)
        for adjoint in adjoints:
            if not self._is_right(adjoint, env):
                which = f"{adjoint.name}{adjoint.path}"
                return Proof(False, f"SymPy cannot decide it for `{which}`")
        moved = [adjoint for adjoint in adjoints if adjoint.moved]
        return Proof(True, gradients=tuple(map(_shown, moved)))

    def mistake(self) -> tuple[str, str]:
        """The first element that is wrong, as written and as it should be; empty where
        none is found. Raises as `proof`."""
        roles, adjoints = self._differentiated()
        env = self._run_block(roles)
        for adjoint in adjoints:
            names = adjoint_names(adjoint.name)
            fitting = [name for name in env if alike(name, names)]
            for name in fitting[:1]:
                written = cells_of(leaf_at(env[name], adjoint.path))
                for cell, due in zip(written, adjoint.due, strict=False):
                    if not is_zero(cell.value.expr - due):
                        return _cut(cell.value.expr), _cut(due)
        return "", ""

    def _run_block(self, roles: list[Role]) -> dict[str, Any]:
        env = Roles(
            self._subject, self._verdict, self._around, roles, self._symbols
        ).env()
        frame = backward_frame(self._subject, self._written, env)
        for line in self._around.block.lines:
            self._written.run(line.code.statements, frame)
        return frame.env

    def _differentiated(self) -> tuple[list[Role], list[_Adjoint]]:
        """The roles that names can have, and the adjoints that are due."""
        around = self._around
        reads = {n: self._plain(value) for n, value in around.record.reads.items()}
        given = {
            n: self._symbols.like(value, n) for n, value in around.record.reads.items()
        }
        self._check_size(given)
        frame = self._original.frame(self._subject.program.names, dict(given))
        self._original.run(around.record.stage.code.statements, frame)
        if self._domain.ties:
            raise Failure("at a kink")
        binds = {name: frame.env[name] for name in around.record.binds}
        self._check_nodes(binds)
        upstream = {n: self._gradients(value, n, "d") for n, value in binds.items()}
        earlier = {n: self._gradients(value, n, "e") for n, value in given.items()}
        bound = {n: self._plain(value) for n, value in around.record.binds.items()}
        roles = [
            *_roles(around.bound, upstream, adjoint_names, upstream=True),
            *_roles(reads, given, _own_name),
            *_roles(bound, binds, _own_name),
            *_roles(around.earlier, earlier, adjoint_names),
        ]
        pairs = list(zip(cells_of(binds), cells_of(upstream), strict=True))
        return roles, list(self._adjoints(given, earlier, pairs))

    def _plain(self, value: Any) -> Any:
        domain = self._trial.domain
        return mapped(value, lambda cell: Cell(domain, cell.value.value))

    def _gradients(self, value: Any, name: str, kind: str) -> Any:
        """Symbols for an adjoint: no literal, whatever the value is."""
        symbols = Symbols(self._domain, lambda _: 0.75)
        blank = mapped(value, lambda cell: Cell(self._domain, _BLANK))
        taken = kind + name in self._around.record.reads
        return symbols.like(blank, f"{kind}({name})" if taken else kind + name)

    def _adjoints(
        self,
        given: Mapping[str, Any],
        earlier: Mapping[str, Any],
        pairs: list[tuple[Cell, Cell]],
    ) -> Iterator[_Adjoint]:
        """The adjoints after the block of all that the stage reads, by SymPy."""
        by_symbol: dict[Expr, list[tuple[Expr, Expr]]] = {}
        for out, upstream in pairs:
            for symbol in out.value.expr.free_symbols:
                pair = (out.value.expr, upstream.value.expr)
                by_symbol.setdefault(symbol, []).append(pair)
        around = self._around
        for name, value in around.due.items():
            for path, array in arrays_in(value):
                if self._trial.is_zero(array):
                    continue
                symbols = cells_of(leaf_at(given[name], path))
                before = cells_of(leaf_at(earlier[name], path))
                late = leaf_at(around.earlier[name], path)
                first = self._trial.is_zero(late)
                due = [
                    sum(
                        (
                            upstream * sympy.diff(out, symbol.value.expr)
                            for out, upstream in by_symbol.get(symbol.value.expr, ())
                        ),
                        sympy.Integer(0) if first else old.value.expr,
                    )
                    for symbol, old in zip(symbols, before, strict=True)
                ]
                moved = not self._trial.same(array, late)
                yield _Adjoint(name, path, array, due, moved)

    def _is_right(self, adjoint: _Adjoint, env: Mapping[str, Any]) -> bool:
        """Whether the block leaves the adjoint somewhere, whatever the values are."""
        stored = {n for line in self._around.block.lines for n in line.code.stores}
        names = adjoint_names(adjoint.name)
        places = found_in(self._around.after, adjoint.value, self._trial)
        places.sort(key=lambda p: (-alike(p[0], names), p[0] not in stored))
        for name, path in places:
            written = cells_of(leaf_at(env.get(name), path))
            if len(written) == len(adjoint.due) and all(
                is_zero(cell.value.expr - due)
                for cell, due in zip(written, adjoint.due, strict=True)
            ):
                return True
        return False

    def _check_size(self, given: Mapping[str, Any]) -> None:
        if len(cells_of(dict(given))) > _MOST_SYMBOLS:
            raise TooLarge

    def _check_nodes(self, binds: Mapping[str, Any]) -> None:
        count = 0
        for cell in cells_of(dict(binds)):
            todo = [cell.value.expr]
            while todo:
                count += 1
                if count > _MOST_NODES:
                    raise TooLarge
                todo.extend(todo.pop().args)


def _roles(
    values: Mapping[str, Any],
    symbols: Mapping[str, Any],
    called: Callable[[str], tuple[str, ...]],
    *,
    upstream: bool = False,
) -> Iterator[Role]:
    for name, value in values.items():
        found = dict(arrays_in(symbols[name]))
        for path, array in arrays_in(value):
            if path in found:
                names = tuple(n + path for n in called(name))
                yield Role(names, array, found[path], upstream)


def _own_name(name: str) -> tuple[str, ...]:
    return (name,)


_BLANK = Term(sympy.Symbol("blank", real=True), 0.75)


def _shown(adjoint: _Adjoint) -> str:
    place = "" if len(adjoint.due) == 1 else ", first element"
    return f"d{adjoint.name}{adjoint.path}{place}: {_cut(adjoint.due[0])}"


def _cut(expr: Expr) -> str:
    text = str(expr)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def prove(subject: Subject, verdict: Verdict, number: int) -> Proof:
    """Level 2 for a stage, in the run of `verdict` and on ways that it did not take."""
    around = verdict.arounds[number]
    outcome = Proof()
    constants = _constants(around.record.stage)
    rng = seeded(subject.program.name, str(number))
    for turn in range(_MOST_DRAWS):
        stage = Block(
            subject, verdict, around, _draw(rng, turn, constants) if turn else None
        )
        try:
            found = stage.proof()
        except TooLarge:
            outcome.proved, outcome.reason = False, "too large for SymPy"
            return outcome
        except (Failure, Unsupported) as reason:
            if not turn:
                outcome.proved, outcome.reason = False, str(reason)
                return outcome
            continue
        for mine, new in zip(outcome.decisions, stage.decisions, strict=True):
            for place, ways in new.items():
                mine.setdefault(place, set()).update(ways)
        if not turn:
            outcome.gradients = found.gradients
        if not found.proved:
            outcome.proved, outcome.reason = False, found.reason
            return outcome
        if not any(one_sided(d) for d in outcome.decisions):
            break
    return outcome


def one_sided(decisions: Decisions) -> list[tuple[int, int]]:
    """Where comparisons only ever went one way."""
    return [place for place, ways in decisions.items() if ways in ({True}, {False})]


def _draw(rng: random.Random, turn: int, constants: Sequence[float]) -> Any:
    """Shadows for symbols: on both sides of the constants, and from several ranges."""
    if turn % 2 and constants:
        return lambda name: _near(rng, rng.choice(constants))
    limits = _RANGES[turn % len(_RANGES)]
    return lambda name: rng.uniform(*limits)


def _near(rng: random.Random, constant: float) -> float:
    return constant + rng.choice((-1, 1)) * rng.uniform(0.05, 1) * max(
        0.1, abs(constant)
    )


def _constants(stage: Stage) -> list[float]:
    """The numbers in the text of a stage."""
    return [
        sign * float(node.value)
        for statement in stage.code.statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
        for sign in (1, -1)
    ]


def formulas(subject: Subject, verdict: Verdict, finding: Finding) -> tuple[str, str]:
    """What is written and what SymPy says, for the stage that a finding names."""
    around = verdict.arounds.get(finding.stage)
    if around is None:
        return "", ""
    try:
        return Block(subject, verdict, around).mistake()
    except (Failure, Unsupported, TooLarge):
        return "", ""
