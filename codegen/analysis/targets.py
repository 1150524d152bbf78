"""The targets of an assignment, each with what it is bound to."""

from __future__ import annotations

from collections.abc import Iterator

from ..ir.expr import Const, Expr, Index, Sequence, Var
from ..ir.stmt import Assign
from ..ir.walk import strip


def names_bound(s: Assign) -> list[Expr]:
    """The targets that are names: not the item of the caller's that gets a value."""
    return [target for target in s.targets if not isinstance(target, Index)]


def parts_bound(target: Expr, value: Expr) -> Iterator[tuple[str, Expr]]:
    """The names of a target, each with the part of the value that it is bound to."""
    match target:
        case Var(name):
            yield name, value
        case Sequence(_, items):
            inner = strip(value)
            apart = isinstance(inner, Sequence) and len(inner.items) == len(items)
            for number, item in enumerate(items):
                if apart:
                    assert isinstance(inner, Sequence)
                    part = inner.items[number]
                else:
                    part = Index(inner, Const(str(number)))
                yield from parts_bound(item, part)
        case _:
            raise AssertionError(target)
