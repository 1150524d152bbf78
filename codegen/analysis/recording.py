"""Recording: the values of the forward pass that the backward pass reads (TBR)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..ir.expr import Expr, Index, Sequence, Var
from ..ir.stmt import Accumulate, Assert, Assign, Block, Perform, Return, Scatter, Stmt
from ..ir.walk import names_in, walruses_in


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
    """The expressions that a statement evaluates; what it writes to is not among
    them."""
    match statement:
        case Accumulate(Index(_, index), value):
            return (index, value)
        case Assign(value=value) | Accumulate(value=value) | Return(value):
            return (value,)
        case Assert(test, message):
            return (test,) if message is None else (test, message)
        case Perform(call) | Scatter(_, call):
            return (call,)
        case _:
            return ()


def values_bound(statement: Stmt) -> Iterator[str]:
    """Names that a statement binds."""
    match statement:
        case Assign(targets=targets, value=value):
            for walrus in walruses_in(value):
                yield walrus.target.name
            for target in targets:
                yield from bound_by(target)
        case Accumulate(target=target) | Scatter(target=target):
            yield from bound_by(target)
        case _:
            return


def values_unpacked(statement: Stmt) -> Iterator[str]:
    """Names that a statement binds by taking a value apart: `a, b = w`."""
    match statement:
        case Assign(targets=targets, value=value) if not isinstance(value, Sequence):
            for target in targets:
                if isinstance(target, Sequence):
                    yield from bound_by(target)
        case _:
            return


def bound_by(target: Expr) -> Iterator[str]:
    """The variables of an assignment's target."""
    match target:
        case Var(name):
            yield name
        case Sequence(_, items):
            for item in items:
                yield from bound_by(item)
        case Index(base, _):
            yield from bound_by(base)
        case _:
            raise AssertionError(target)
