"""Which variables of the user's go by one name where there are loops and branches.

A name that the user binds several times stands for several variables
(`analysis.versions`). Two of them have one name, in both passes, if neither is bound
while the other one is still read, and their adjoints likewise:

    for i in range(n):          for i in range(n):
        s += x[i]                   s += x[i]
    for i in range(m):          for i in range(m):      not i_1
        s += y[i]                   s += y[i]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..analysis.liveness import Liveness, Names, names_bound
from ..analysis.recording import expressions, values_bound
from ..analysis.values import adjoint_name, bare, user_name, value_of_adjoint
from ..ir.blocks import walk_statements
from ..ir.expr import Binary, Expr, Index, Var
from ..ir.stmt import (
    Accumulate,
    Append,
    Assign,
    Block,
    For,
    If,
    Pop,
    Scatter,
    Stmt,
    While,
    Write,
)
from ..ir.types import Array, Number, Type
from ..ir.walk import bound_by, names_in, walruses_in
from .reverse import Adjoint


@dataclass
class _Meetings(Liveness):
    """Liveness that notes which names are live where another one is bound."""

    edges: dict[str, set[str]] = field(default_factory=dict)

    def together(self, names: Iterable[str]) -> None:
        """These names are bound at once."""
        found = {*names}
        for name in found:
            self.edges.setdefault(name, set()).update(found - {name})

    def block(self, block: Block, live: Names, broken: Names) -> Names:
        for statement in reversed(block):
            self._meet(statement, live)
            live = self.statement(statement, live, broken)
        return live

    def statement(self, statement: Stmt, live: Names, broken: Names) -> Names:
        found = super().statement(statement, live, broken)
        match statement:
            case For(index, _, _, shown):
                targets = [index] if shown is None else [index, shown[0]]
                bound = self.reads(targets)
                for name in bound:
                    self._note(name, self.head[id(statement)] | bound)
        return found

    def _meet(self, statement: Stmt, live: Names) -> None:
        match statement:
            case Assign((Var() as target,), Var() as source):
                # as long as none of both is changed they may be one
                live -= self.reads([source])
                bound = self.reads([target])
            case Assign(targets=targets):
                parts = [target for target in targets if isinstance(target, Index)]
                live |= self.reads(parts)
                bound = self.reads([*parts, *map(Var, names_bound(statement))])
            case Accumulate(target) | Scatter(target) | Write(target):
                bound = self.reads(map(Var, bound_by(target)))
            case Pop(target, Var() as made):
                live |= self.reads([target])
                bound = self.reads([made])
            case _:
                return
        for name in bound:
            self._note(name, live | bound)

    def _note(self, name: str, others: Names) -> None:
        for other in others - {name}:
            self.edges.setdefault(name, set()).add(other)
            self.edges.setdefault(other, set()).add(name)


def names_shared(
    adjoint: Adjoint,
    forward: Block,
    backward: Block,
    recorded: Collection[str],
    ends: Collection[str],
    shares: Mapping[str, str],
    values: Iterable[str],
) -> dict[str, str]:
    """`shares`, and for some variables an earlier one of the user's name, which they
    have too.

    Args:
        forward, backward: both passes as they are written.
        recorded: the values that the backward pass begins with.
        ends: those that are returned: the output, and the gradients.
        shares: for the values of a variable, the one that it is named after.
        values: all values, in order of definition.
    """
    types = adjoint.types
    fixed = _fixed(forward, shares, types)
    users: dict[str, list[str]] = {}
    for value in values:
        user = user_name(value)
        if value in shares or value in fixed or user == "_" or bare(user) != user:
            continue
        users.setdefault(user, []).append(value)
    several = {v: user for user, vs in users.items() if len(vs) > 1 for v in vs}
    if not several:
        return dict(shares)
    begins = {*recorded, adjoint.upstream.name} if adjoint.upstream else {*recorded}
    edges = _edges(forward, backward, begins, ends, shares, several)
    bound = {name for statement in forward for name in values_bound(statement)}
    held = {*recorded, *ends, *(value for value in several if value not in bound)}
    for value, old in _rebound(forward, held, shares, types):
        edges.setdefault(value, set()).add(old)
        edges.setdefault(old, set()).add(value)
    found = dict(shares)
    for variables in users.values():
        groups: list[list[str]] = []
        for value in variables:
            group = next((g for g in groups if _agree(g, value, edges, types)), None)
            if group is None:
                groups.append([value])
                continue
            group.append(value)
            found[value] = group[0]
    return found


def _edges(
    forward: Block,
    backward: Block,
    begins: Iterable[str],
    ends: Iterable[str],
    shares: Mapping[str, str],
    relevant: Mapping[str, str],
) -> dict[str, set[str]]:
    """Which variables, and which adjoints, are alive together."""

    def root(name: str) -> str:
        value = value_of_adjoint(name)
        own = shares.get(value, value)
        return own if value == name else adjoint_name(own)

    def names(value: Expr) -> Iterable[str]:
        return map(root, names_in(value))

    meetings = _Meetings(lambda name: value_of_adjoint(name) in relevant, names)
    kept = meetings.reads(map(Var, ends))
    begun = meetings.reads(map(Var, begins))
    begun |= meetings.block(backward, kept, frozenset())
    meetings.together(begun)
    meetings.block(forward, begun | kept, frozenset())
    return meetings.edges


def _agree(
    group: Iterable[str],
    value: str,
    edges: Mapping[str, set[str]],
    types: Mapping[str, Type],
) -> bool:
    """Whether a variable may go by the name of these."""
    kind = types.get(value)
    return all(
        isinstance(types.get(other), Number) == isinstance(kind, Number)
        and other not in edges.get(value, ())
        and adjoint_name(other) not in edges.get(adjoint_name(value), ())
        for other in group
    )


def _fixed(
    forward: Block, shares: Mapping[str, str], types: Mapping[str, Type]
) -> frozenset[str]:
    """Variables that keep a name of their own: lists and dicts, and what is bound
    within an expression."""
    found = {n for n, kind in types.items() if not isinstance(kind, Number | Array)}
    for statement in walk_statements(forward):
        tests = [statement.test] if isinstance(statement, If | While) else []
        values = tests or ([] if isinstance(statement, For) else expressions(statement))
        found |= {w.target.name for value in values for w in walruses_in(value)}
    return frozenset(shares.get(name, name) for name in found)


def _rebound(
    forward: Block,
    held: Iterable[str],
    shares: Mapping[str, str],
    types: Mapping[str, Type],
) -> Iterator[tuple[str, str]]:
    """The variables that `x_1 = x + e` makes of an array that is kept, or was given,
    with that array: `x += e` would change it."""
    kept, sums = {*held}, list[tuple[str, str]]()
    for statement in walk_statements(forward):
        match statement:
            case Append(_, value) | Assign(value=value, stage=None):
                kept.update(names_in(value))
            case Assign((Var(name),), Binary(_, Var(old)), op) if op:
                sums.append((shares.get(name, name), shares.get(old, old)))
    kept = {shares.get(name, name) for name in kept}
    for name, old in sums:
        if old in kept and not isinstance(types.get(name), Number):
            yield name, old
