"""Liveness: which variables are read later, at every statement of a function.

Works on the user's names, before values are numbered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from ..ir.expr import Expr, Index, Sequence, Var
from ..ir.stmt import (
    Accumulate,
    Append,
    Assign,
    Begin,
    Block,
    Break,
    For,
    If,
    Kill,
    Pop,
    Raise,
    Scatter,
    Stmt,
    While,
    Write,
)
from ..ir.walk import bound_by, names_in
from .recording import expressions, values_bound

Names = frozenset[str]
_NONE: Names = frozenset()


@dataclass
class Liveness:
    """What is live behind each statement, and at the head of each loop.

    Attributes:
        relevant: which names to keep account of; all if None.
        names: the names that an expression reads.
        behind: names live behind a statement, by its identity.
        head: names live at the head of a loop: where a trip ends and another begins.
    """

    relevant: Callable[[str], bool] | None = None
    names: Callable[[Expr], Iterable[str]] = names_in
    behind: dict[int, Names] = field(default_factory=dict)
    head: dict[int, Names] = field(default_factory=dict)

    @classmethod
    def of(cls, block: Block) -> Liveness:
        found = cls()
        found.block(block, _NONE, _NONE)
        return found

    def block(self, block: Block, live: Names, broken: Names) -> Names:
        """What is live in front of a block; `live` is behind it, `broken` behind the
        loop that it is in."""
        for statement in reversed(block):
            self.behind[id(statement)] = live
            live = self.statement(statement, live, broken)
        return live

    def statement(self, statement: Stmt, live: Names, broken: Names) -> Names:
        match statement:
            case If(test, then, other):
                arms = self.block(then, live, broken) | self.block(other, live, broken)
                return arms | self.reads([test])
            case For(index, trips, body, shown):
                target, items = (index, trips) if shown is None else shown
                bound = self.reads([index, target])
                inside = self._head(statement, body, live, bound)
                return inside | self.reads([trips, items])
            case While(test, body):
                return self._head(
                    statement, body, live | self.reads([test]), _NONE, live
                )
            case Break():
                return broken
            case Raise(error):
                return self.reads([error])
            case Assign():
                bound = self.reads(map(Var, names_bound(statement)))
                return (live - bound) | self.reads(expressions(statement))
            case Write(target) | Append(target) | Accumulate(target):
                return live | self.reads([*expressions(statement), target])
            case Pop(target, bound):
                made = _NONE if bound is None else self.reads([bound])
                return (live - made) | self.reads([target])
            case Kill(target):
                return live - {target.name}
            case Begin(target):
                return live | {target.name}
            case Scatter(target, call):
                return live | self.reads([target, call])
            case _:
                return live | self.reads(expressions(statement))

    def _head(
        self,
        loop: For | While,
        body: Block,
        live: Names,
        index: Names,
        behind: Names | None = None,
    ) -> Names:
        head = live
        after = live if behind is None else behind
        while True:
            again = head | (self.block(body, head, after) - index)
            if again == head:
                break
            head = again
        self.head[id(loop)] = head
        return head

    def reads(self, values: Iterable[Expr]) -> Names:
        """The relevant names that expressions read."""
        names = (name for value in values for name in self.names(value))
        return frozenset(filter(self.relevant, names) if self.relevant else names)


def names_bound(statement: Assign) -> tuple[str, ...]:
    """The variables that get a new value: not those that elements are written to."""
    whole = [t for t in statement.targets if not _is_part(t)]
    return tuple(values_bound(replace(statement, targets=tuple(whole))))


def _is_part(target: Expr) -> bool:
    """Whether a target, or all that is in it, is a part of an array or a list."""
    if isinstance(target, Sequence):
        return all(map(_is_part, target.items))
    return isinstance(target, Index)


def assigned(block: Block) -> dict[str, None]:
    """The variables that a block binds or writes to, in order."""
    found: dict[str, None] = {}
    for statement in block:
        match statement:
            case If(_, then, other):
                found |= assigned(then) | assigned(other)
            case For(index, _, body):
                found[index.name] = None
                found |= assigned(body)
            case While(_, body):
                found |= assigned(body)
            case Write(target) | Append(target):
                found |= dict.fromkeys(bound_by(target))
            case Assign():
                found |= dict.fromkeys(names_bound(statement))
            case _:
                found |= dict.fromkeys(values_bound(statement))
    return found
