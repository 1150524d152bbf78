"""Arrays that get another name: `u, v = v, u`.

As values these are assignments like any others. But where one of the names is written
to later, what the other one held is overwritten: all names that an array goes by in the
course of a function are one family.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..ir.expr import Expr, Sequence, Var
from ..ir.stmt import Assign
from ..ir.walk import strip


def handed_over(statement: Assign) -> Iterator[tuple[str, str]]:
    """The names that a statement binds to what another name holds, each with that."""
    for target in statement.targets:
        yield from _pairs(target, statement.value)


def _pairs(target: Expr, value: Expr) -> Iterator[tuple[str, str]]:
    match target, strip(value):
        case Var(bound), Var(source):
            yield bound, source
        case Sequence(_, targets), Sequence(_, values) if len(targets) == len(values):
            for part, inner in zip(targets, values, strict=True):
                yield from _pairs(part, inner)
