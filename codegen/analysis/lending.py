"""What a call of a function with passes of its own shares with its caller.

    acc = get_acc(pos, mass)       acc, acc_cache = get_acc_forward(pos, mass)
    pos += vel * dt

Where the cache holds `pos` itself, or a part of it, the caller must not change it, and
passes a copy; where `acc` may be memory of `pos`, it changes with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ..ir.blocks import walk_statements
from ..ir.expr import Expr, Index, Sequence, Var
from ..ir.memory import NOBODY, memory_of
from ..ir.program import Function
from ..ir.stmt import Append, Assign, Block, For, If, Pop, Stmt, While, Write
from ..ir.types import Array, Generator, Number, Type
from ..ir.walk import bound_by, names_in, walruses_in
from .versions import Webs


@dataclass(frozen=True)
class Result:
    """One of the results of a function.

    Attributes:
        of: the positions of the parameters whose memory it may be.
        alone: whether no other result may share its memory, nor anything unknown.
        kept: whether the cache may hold it.
    """

    of: frozenset[int]
    alone: bool
    kept: bool


@dataclass(frozen=True)
class Lent:
    """What is shared with the caller.

    Attributes:
        kept: the positions of the parameters whose memory the cache may hold.
        results: the results, in order.
    """

    kept: frozenset[int]
    results: tuple[Result, ...]


def anything(function: Function) -> Lent:
    """What has to be assumed of a function of which nothing is known."""
    every = frozenset(range(len(function.params)))
    results = (Result(every, alone=False, kept=True),) * len(function.results)
    return Lent(every, results)


def lending(
    params: Collection[str],
    forward: Block,
    output: Expr,
    recorded: Collection[str],
    types: Mapping[str, Type],
) -> Lent:
    """What a forward pass shares with its caller, all values under internal names.

    Args:
        recorded: the values in the cache; tapes are among them.
        types: of the values, where they are known.
    """
    classes = Webs()

    def unite(name: str, others: Collection[str]) -> None:
        if not isinstance(types.get(name), Number | Generator):
            classes.join(name, *others)

    held = set(recorded)
    for statement in walk_statements(forward):
        for name, others in _shared(statement, types):
            unite(name, others)
        if isinstance(statement, Append):  # what is on a tape is in the cache
            held.update(names_in(statement.value))
    in_cache = {classes.root(name) for name in held}
    given = {name: classes.root(name) for name in params}
    items = output.items if isinstance(output, Sequence) else (output,)
    found = [{classes.root(name) for name in memory_of(item)} for item in items]
    nobody = classes.root(NOBODY)
    results = [
        Result(
            frozenset(n for n, root in enumerate(given.values()) if root in mine),
            alone=nobody not in mine
            and all(mine.isdisjoint(found[k]) for k in range(len(found)) if k != own),
            kept=not mine.isdisjoint(in_cache),
        )
        for own, mine in enumerate(found)
    ]
    kept = (n for n, root in enumerate(given.values()) if root in in_cache)
    return Lent(frozenset(kept), tuple(results))


def _shared(
    statement: Stmt, types: Mapping[str, Type]
) -> Iterator[tuple[str, list[str]]]:
    """The values that a statement makes, each with those whose memory it may be."""
    match statement:
        case Assign(targets, value):
            for walrus in walruses_in(value):
                yield walrus.target.name, [*memory_of(walrus.value)]
            for target in targets:
                for name in bound_by(target):
                    yield name, [*memory_of(value)]
        case Write(target, value, result=Var(name)):
            root = _root(target)
            yield name, [root]
            if not isinstance(types.get(root), Array):
                yield name, [*memory_of(value)]
        case Append(target, value, result=Var(name)):
            yield name, [_root(target), *memory_of(value)]
        case Pop(Var(root), bound, result=Var(name)):
            yield name, [root]
            if bound is not None:
                yield bound.name, [root]
        case If(joins=joins) | For(joins=joins) | While(joins=joins):
            for join in joins:
                others = filter(None, (join.first, join.other, join.after))
                yield join.name, [*others]
        case _:
            return


def _root(target: Expr) -> str:
    while isinstance(target, Index):
        target = target.base
    return target.name if isinstance(target, Var) else NOBODY
