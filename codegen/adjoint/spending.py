"""Elements of an adjoint whose upstream gradient has been read, for the last time."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.expr import Expr, Index, Var
from ..ir.number import ZERO
from ..ir.stmt import Accumulate, Assign, Scatter, Stmt
from .building.build import expanded
from .lines import base_of, zeros_like
from .places import root_of


def spent(element: Expr, zero: Expr, lines: Sequence[Stmt]) -> list[Stmt]:
    """Lines that follow the last read of an upstream gradient, which nothing of may
    stay: it becomes 0, or the first gradient that these lines have for its place.

        x[i] = a * x[i] * x[i - 1]      dx_raw = dx[i]
                                        dx[i] = a * x[i - 1] * dx_raw
                                        dx[i - 1] += a * x_prev * dx_raw

    Args:
        element: the place; the lines do not read its array, but for one that is to
            take the place.
        zero: what it is when it is spent.
    """
    own = (line for line in lines if base_of(line) is root_of(element))
    match next(own, None):
        case Accumulate(value=value) as line if (
            puts_back(line, element) and zero is ZERO
        ):
            at = lines.index(line)
            return [*lines[:at], Assign((element,), value), *lines[at + 1 :]]
        case _:
            return [Assign((element,), zero), *lines]


def puts_back(line: Stmt, element: Expr) -> bool:
    """Whether a line gives a place its gradient: that of its value before a write."""
    return isinstance(line, Accumulate) and line.target is element


def anew(made: list[Stmt], adjoint: Var) -> list[Stmt]:
    """Lines that add to an adjoint of which nothing stays: the first binds it."""
    for position, line in enumerate(made):
        match line:
            case Accumulate(target, value) if target is adjoint:
                first = Assign((adjoint,), expanded(value, first=True))
                return [*made[:position], first, *made[position + 1 :]]
            case Accumulate(Index()) | Scatter() if base_of(line) is adjoint:
                break
    return [Assign((adjoint,), zeros_like(adjoint)), *made]
