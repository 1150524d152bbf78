"""Level 2: each block against SymPy's derivatives of its stage, on small arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Expr

from ..gradients.runs import seeded
from ..reports.report import Status
from ..running.code import Number
from ..running.domains import Failure
from ..running.symbolic import (
    SymbolicDomain,
    Term,
    TooLarge,
    derivative,
    released,
    to_code,
)
from ..running.zero import is_zero
from ..stages.judging import agree_at, is_undefined
from .cells import Cell, cells_of, copied, mapped
from .evaluator import Evaluator
from .roles import Role, Roles, Symbols, alike, backward_frame, found_in
from .trial import adjoint_names, arrays_in, is_any, leaf_at
from .verdict import Around, Decisions, Subject, Verdict

_MOST_SYMBOLS = 60
# nodes of expressions: in one element of what a stage binds, and in all
_MOST_NODES_EACH = 400
_MOST_NODES = 4_000
# `effort_of` comparing one element, and all of them: nodes**2 * symbols, of which
# a million takes some 50 ms
MOST_EFFORT_EACH = 4_000_000
_MOST_EFFORT = 10_000_000
_SHOWN = 160
_ZERO = sympy.Integer(0)
TOO_LARGE = "too large for SymPy"


@dataclass
class Proof:
    """What became of a stage: proved, or the `reason` why not; wrong for numbers that
    no run has reached, or not; `gradients` as text; `decisions` of the original and of
    the written text."""

    status: Status = Status.PROVED
    reason: str = ""
    gradients: tuple[str, ...] = ()
    decisions: tuple[Decisions, Decisions] = field(default_factory=lambda: ({}, {}))


@dataclass(frozen=True)
class _Adjoint:
    """An adjoint after the block: of what, its value in the run, and SymPy's formula
    for each element, None for one that is constant; what the stage contributes to each
    one that is not; whether it contributes in the run, and `still` where it never
    does."""

    name: str
    path: str
    value: Any
    due: list[Expr | None]
    contributed: list[Expr]
    alone: list[Expr | None]
    moved: bool
    still: bool = False


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
        self._domain = SymbolicDomain(_MOST_NODES_EACH)
        self._symbols = Symbols(self._domain, draw)
        self._original = Evaluator(self._domain, subject.program.names)
        self._written = Evaluator(self._domain, subject.module.names)
        self._effort = 0

    @property
    def decisions(self) -> tuple[Decisions, Decisions]:
        """Of the original stage and of the block."""
        return self._original.decisions, self._written.decisions

    def proof(self) -> Proof:
        """Compare. Raises `Failure`, `Unsupported` or `TooLarge`."""
        roles, adjoints = self._differentiated()
        env = self._run_block(roles)
        for adjoint in adjoints:
            status = self._outcome(adjoint, env)
            if status is not Status.PROVED:
                reason = f"SymPy cannot decide it for `{adjoint.name}{adjoint.path}`"
                return Proof(status, reason)
        moved = [adjoint for adjoint in adjoints if adjoint.moved]
        return Proof(Status.PROVED, gradients=tuple(map(_shown, moved)))

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
                columns = zip(written, adjoint.due, adjoint.alone, strict=False)
                for cell, due, alone in columns:
                    found = cell.value.expr
                    right = [one for one in (due, alone) if one is not None]
                    if due is not None and not any(is_zero(found - r) for r in right):
                        return _cut(found), _cut(due)
        return "", ""

    def _run_block(self, roles: list[Role]) -> Mapping[str, Any]:
        env = Roles(
            self._subject, self._verdict, self._around, roles, self._symbols
        ).env()
        frame = backward_frame(self._subject, self._written, env)
        for line in self._around.block.lines:
            self._written.run(line.code.statements, frame)
            bound = [n for n in line.code.stores if n in frame.env]
            self._check_nodes({name: frame.env[name] for name in bound})
        return frame.env

    def _differentiated(self) -> tuple[list[Role], list[_Adjoint]]:
        """The roles that names can have, and the adjoints that are due."""
        around = self._around
        reads = {n: self._plain(value) for n, value in around.record.reads.items()}
        given = {
            n: self._symbols.like(value, n) for n, value in around.record.reads.items()
        }
        self._check_size(given)
        # the stage may write into what it reads
        frame = self._original.frame(self._subject.program.names, copied(given))
        self._original.run(around.record.stage.code.statements, frame)
        if self._domain.ties:
            raise Failure("at a kink")
        binds = {name: frame.env[name] for name in around.record.binds}
        self._check_nodes(binds)
        upstream = {n: self._upstream(value, n) for n, value in binds.items()}
        earlier = {n: self._gradients(value, n, "e") for n, value in given.items()}
        bound = {n: self._plain(value) for n, value in around.record.binds.items()}
        roles = [
            *_roles(around.bound, upstream, adjoint_names, upstream=True),
            *_roles(reads, given, _own_name),
            *_roles(bound, mapped(binds, _released), _own_name),
            *_roles(around.earlier, earlier, adjoint_names),
        ]
        return roles, list(self._adjoints(given, earlier, binds, upstream))

    def _plain(self, value: Any) -> Any:
        domain = self._trial.domain
        return mapped(value, lambda cell: Cell(domain, cell.value.value))

    def _upstream(self, value: Any, name: str) -> Any:
        """Symbols for the adjoint of what the stage binds; zero where nothing that
        comes later reads it, and no name is there for it."""
        names = adjoint_names(name)
        known = any(other in self._around.env for other in names)
        if known or not self._trial.is_zero(self._around.bound[name]):
            return self._gradients(value, name, "d")
        zero = self._domain.literal(Number(0, 0))
        return mapped(value, lambda cell: Cell(self._domain, zero))

    def _gradients(self, value: Any, name: str, kind: str) -> Any:
        """Symbols for an adjoint: no literal, whatever the value is."""
        symbols = self._symbols.drawn(lambda name: seeded(name).uniform(0.5, 1.5))
        blank = mapped(value, lambda cell: Cell(self._domain, _BLANK))
        if not name.isidentifier() and name.startswith("return "):
            # the value of an expression that is returned has no name
            name = "out"
        taken = kind + name in self._around.record.reads
        return symbols.like(blank, f"{kind}({name})" if taken else kind + name)

    def _adjoints(
        self,
        given: Mapping[str, Any],
        earlier: Mapping[str, Any],
        binds: Mapping[str, Any],
        upstream: Mapping[str, Any],
    ) -> Iterator[_Adjoint]:
        """The adjoints after the block of all that the stage reads, by SymPy."""
        by_symbol: dict[Expr, list[tuple[Expr, Expr]]] = {}
        for out, above in zip(cells_of(binds), cells_of(upstream), strict=True):
            for symbol in out.value.expr.free_symbols:
                pair = (out.value.expr, above.value.expr)
                by_symbol.setdefault(symbol, []).append(pair)
        around = self._around
        for name, value in around.due.items():
            for path, array in arrays_in(value):
                if self._trial.is_zero(array):
                    continue
                late = leaf_at(around.earlier[name], path)
                starts = self._starts(name, path, late, earlier[name])
                symbols = cells_of(leaf_at(given[name], path))
                added = [_transposed(symbol, by_symbol) for symbol in symbols]
                columns = zip(added, starts, cells_of(array), strict=True)
                due = [
                    None if is_any(cell) else start + more
                    for more, start, cell in columns
                ]
                own = [a for a, d in zip(added, due, strict=True) if d is not None]
                alone = self._alone(
                    self._without_passed(
                        added,
                        symbols,
                        *(
                            cells_of(leaf_at(values.get(name), path))
                            for values in (binds, upstream, around.bound)
                        ),
                    ),
                    cells_of(late),
                )
                moved = not self._trial.same(array, late)
                kept = all(
                    d is None or d == s for d, s in zip(due, starts, strict=True)
                )
                still = kept and not moved
                yield _Adjoint(name, path, array, due, own, alone, moved, still)

    def _starts(self, name: str, path: str, late: Any, earlier: Any) -> list[Expr]:
        """The adjoint of each element of what the stage reads as it is before the
        block, but for what it binds."""
        record, is_zero = self._around.record, self._trial.is_zero
        symbols = cells_of(leaf_at(earlier, path))
        if is_zero(late):
            return [_ZERO] * len(symbols)
        # an element that the stage leaves alone has its adjoint from what is bound, and
        # nothing else knows one that is overwritten
        kept = {cell.value.tangent for cell in cells_of(dict(record.binds))}
        own = cells_of(leaf_at(record.reads[name], path))
        gone = [name in record.binds and is_zero(cell) for cell in cells_of(late)]
        return [
            _ZERO if over or cell.value.tangent in kept else symbol.value.expr
            for symbol, cell, over in zip(symbols, own, gone, strict=True)
        ]

    def _without_passed(
        self,
        added: list[Expr],
        symbols: list[Cell],
        after: list[Cell],
        above: list[Cell],
        held: list[Cell],
    ) -> list[Expr]:
        """The contributions to the elements of an array that a stage writes to, without
        the adjoint that an element which it leaves alone has already, if that was zero
        in the run."""
        if not len(symbols) == len(after) == len(held):
            return added
        columns = zip(added, symbols, after, above, held, strict=True)
        return [
            more - up.value.expr
            if same.value.expr == symbol.value.expr and self._trial.is_zero(now)
            else more
            for more, symbol, same, up, now in columns
        ]

    def _alone(self, added: list[Expr], late: list[Cell]) -> list[Expr | None]:
        """The contributions to elements that held nothing in the run."""
        if len(late) != len(added):
            return [None] * len(added)
        empty = map(self._trial.is_zero, late)
        return [more if e else None for more, e in zip(added, empty, strict=True)]

    def _outcome(self, adjoint: _Adjoint, env: Mapping[str, Any]) -> Status:
        """Whether the block leaves the adjoint somewhere, whatever the values are.

        `Status.WRONG` where it has another value for the numbers drawn.
        """
        stored = {n for line in self._around.block.lines for n in line.code.stores}
        names = adjoint_names(adjoint.name)
        if adjoint.still and not any(alike(name, names) for name in stored):
            return Status.PROVED
        places = found_in(self._around.after, adjoint.value, self._trial)
        places.sort(key=lambda p: (-alike(p[0], names), p[0] not in stored))
        outcomes = [Status.UNVERIFIED]
        for name, path in places:
            written = cells_of(leaf_at(env.get(name), path))
            if len(written) == len(adjoint.due):
                columns = zip(written, adjoint.due, adjoint.alone, strict=True)
                found = [
                    self._compared(cell.value.expr, due, alone)
                    for cell, due, alone in columns
                    if due is not None
                ]
                if all(outcome is Status.PROVED for outcome in found):
                    return Status.PROVED
                outcomes.append(max(found, key=_ORDER.index))
        return outcomes[1] if len(outcomes) > 1 else outcomes[0]

    def _compared(self, written: Expr, due: Expr, alone: Expr | None) -> Status:
        """One element as written with SymPy's formula, or with that `alone` where there
        is nothing to add it to. Raises `TooLarge`."""
        if alone is not None and is_zero(written - alone):
            return Status.PROVED
        difference = written - due
        effort = effort_of(self._domain, difference)
        self._effort += effort
        if effort > MOST_EFFORT_EACH or self._effort > _MOST_EFFORT:
            raise TooLarge
        if is_zero(difference):
            return Status.PROVED
        numbers = self._symbols.shadows
        try:
            codes = to_code(written), to_code(due)
            names = {name for code in codes for name in code.loads}
            if not names <= numbers.keys():
                return Status.UNVERIFIED
            at = {name: numbers[name] for name in names}
            if is_undefined(codes[1], at) and not is_undefined(codes[0], at):
                return Status.PROVED  # nothing is due
            return Status.UNVERIFIED if agree_at(codes, at) else Status.WRONG
        except Failure:
            return Status.UNVERIFIED

    def _check_size(self, given: Mapping[str, Any]) -> None:
        if len(cells_of(dict(given))) > _MOST_SYMBOLS:
            raise TooLarge

    def _check_nodes(self, binds: Mapping[str, Any]) -> None:
        """Raise `TooLarge` for what would take long to differentiate."""
        sizes = (self._domain.size(c.value.expr) for c in cells_of(dict(binds)))
        if sum(sizes) > _MOST_NODES:
            raise TooLarge


def effort_of(domain: SymbolicDomain, expr: Expr) -> int:
    """What it may cost to decide whether an expression is zero."""
    return domain.size(expr) ** 2 * len(expr.free_symbols)


def _transposed(symbol: Cell, by_symbol: Mapping[Expr, Any]) -> Expr:
    """What the values that depend on a symbol contribute to its adjoint."""
    terms = [
        upstream * derivative(out, symbol.value.expr)
        for out, upstream in by_symbol.get(symbol.value.expr, ())
    ]
    return sympy.Add(*terms)


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


def _released(cell: Cell) -> Cell:
    term: Term = cell.value
    return Cell(cell.domain, Term(released(term.expr), term.shadow))


def _own_name(name: str) -> tuple[str, ...]:
    return (name,)


_ORDER = (Status.PROVED, Status.UNVERIFIED, Status.WRONG)
_BLANK = Term(sympy.Symbol("blank", real=True), 0.75)


def _shown(adjoint: _Adjoint) -> str:
    added = adjoint.contributed
    shown = next((expr for expr in added if expr != 0), added[0])
    first = shown is added[0] and adjoint.due[0] is not None
    place = ", first element" if first else ", an element"
    place = place if len(adjoint.due) > 1 else ""
    return f"d{adjoint.name}{adjoint.path}{place}: {_cut(shown)}"


def _cut(expr: Expr) -> str:
    text = str(expr)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
