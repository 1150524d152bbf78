"""Recording: the values of the forward pass that the backward pass reads (TBR)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..ir.blocks import blocks_of, walk_statements
from ..ir.expr import Binary, Expr, Index, Sequence
from ..ir.stmt import (
    Accumulate,
    Append,
    Assert,
    Assign,
    Block,
    For,
    If,
    Join,
    Perform,
    Pop,
    Raise,
    Return,
    Scatter,
    Stmt,
    While,
    Write,
    scattering,
)
from ..ir.walk import bound_by, names_in, walruses_in


def to_be_recorded(values: Iterable[str], backward: Block) -> tuple[str, ...]:
    """The values to keep, in the order given: parameters first, then as defined."""
    read = set(values_read(backward))
    return tuple(name for name in values if name in read)


def values_read(block: Block) -> Iterator[str]:
    """Names of all variables that a block reads, with repetitions."""
    for statement in block:
        for value in expressions(statement):
            yield from names_in(value)


def expressions(statement: Stmt) -> tuple[Expr, ...]:
    """The expressions that a statement evaluates, those of its blocks included.

    What it assigns to is not among them; an array or a list that it changes a part of
    is, because the rest stays.
    """
    if blocks_of(statement):
        return tuple(
            e for s in walk_statements((statement,)) for e in own_expressions(s)
        )
    return own_expressions(statement)


def own_expressions(statement: Stmt) -> tuple[Expr, ...]:
    """The expressions that a statement evaluates, without those of its blocks."""
    match statement:
        case Accumulate(Index(base, index), value):
            return (*_indices(base), index, value)
        case Assign(targets=targets, value=value):
            parts = (t for t in targets if isinstance(t, Index))
            return (value, *(e for t in parts for e in (t.base, t.index)))
        case Accumulate(value=value) | Return(value):
            return (value,)
        case Assert(test, message):
            return (test,) if message is None else (test, message)
        case Perform(call) | Scatter(_, call):
            return (call,)
        case Write(target, Binary(_, _, value), op) if op.endswith(".at"):
            return (scattering(op, target.base, target.index, value),)
        case Write(target, value):
            return (target.base, target.index, value)
        case Append(target, value):
            return (target, value)
        case Pop(target):
            return (target,)
        case If(test) | While(test):
            return (test,)
        case For(trips=trips, shown=shown):
            return (trips,) if shown is None else (trips, shown[1])
        case Raise(error):
            return (error,)
        case _:
            return ()


def _indices(target: Expr) -> Iterator[Expr]:
    """The indices in a target of several levels, `dlayers[i]["w"]`."""
    while isinstance(target, Index):
        yield target.index
        target = target.base


def values_bound(statement: Stmt) -> Iterator[str]:
    """Names that a statement binds, those of its blocks included; once values are
    numbered also the values that its joins and writes make."""
    if not blocks_of(statement):
        yield from _own_bound(statement)
        return
    for inner in walk_statements((statement,)):
        yield from _own_bound(inner)


def _own_bound(statement: Stmt) -> Iterator[str]:
    match statement:
        case Assign(targets=targets, value=value):
            for walrus in walruses_in(value):
                yield walrus.target.name
            for target in targets:
                yield from bound_by(target)
        case Accumulate(target=target) | Scatter(target=target):
            yield from bound_by(target)
        case Write(target=target, result=result) | Append(target=target, result=result):
            yield from bound_by(target if result is None else result)
        case Pop(target=target, bound=bound, result=result):
            yield from bound_by(target if result is None else result)
            yield from bound_by(bound) if bound is not None else ()
        case If(test, joins=joins) | While(test, joins=joins):
            for walrus in walruses_in(test):
                yield walrus.target.name
            yield from _joined(joins)
        case For(index=index, joins=joins):
            yield index.name
            yield from _joined(joins)
        case _:
            return


def _joined(joins: Iterable[Join]) -> Iterator[str]:
    for join in joins:
        yield from filter(None, (join.name, join.after))


def values_unpacked(statement: Stmt) -> Iterator[str]:
    """Names that a statement, or one in its blocks, binds by taking a value apart:
    `a, b = w`."""
    for inner in walk_statements((statement,)):
        match inner:
            case Assign(targets=targets, value=value) if not isinstance(
                value, Sequence
            ):
                for target in targets:
                    if isinstance(target, Sequence):
                        yield from bound_by(target)
            case _:
                continue


def loop_variables(block: Block) -> Iterator[str]:
    """Names that the headers of loops bind. Nothing has to read them."""
    for statement in walk_statements(block):
        match statement:
            case For(index=index, shown=None):
                yield index.name
            case For(index=index, shown=(target, _)):
                yield index.name
                yield from bound_by(target)
            case _:
                continue
