"""What comes to an array with a minus is subtracted from it.

    dL[i, k] += -L[j, k] * ds        dL[i, k] -= L[j, k] * ds
    dx += A.T @ -dr                  dx -= A.T @ dr

Of an array the minus would make another array first, and of its elements, one by one, a
call each. A number's local gradient keeps its sign, as in formulas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...analysis.values import value_of_adjoint
from ...ir.blocks import map_statements
from ...ir.expr import Binary, Expr, Unary
from ...ir.stmt import Accumulate, Assign, Block, Stmt
from ...ir.types import Array, Type
from ..building.signs import without_sign
from ..places import root_of


def subtracted(backward: Block, types: Mapping[str, Type]) -> Block:
    """A settled backward pass without such signs."""

    def change(statement: Stmt) -> Stmt:
        match statement:
            case Accumulate(target, value) if _is_of_array(target, types):
                less = without_sign(value)
                if less is not None:
                    return Accumulate(target, Unary("-", less))
            case Assign((target,), Binary("+", before, value), stage=None) if (
                before is target
            ):
                less = without_sign(value)
                if less is not None:
                    return replace(statement, value=Binary("-", target, less))
        return statement

    return map_statements(backward, change)


def _is_of_array(target: Expr, types: Mapping[str, Type]) -> bool:
    """Whether this is the adjoint of an array, or of a part of one."""
    adjoint = root_of(target)
    kind = types.get(value_of_adjoint(adjoint.name))
    return isinstance(kind, Array) and (kind.shape != () or adjoint is not target)
