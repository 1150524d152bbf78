"""What can be computed on one side of a choice only."""

from __future__ import annotations

from ...ir.expr import Binary, Call, Compare, Expr, Index
from ...ir.number import as_number
from ...ir.types import Array, Number, Type
from ...ir.walk import postorder
from ...rules.kinds import Kinds

_LOOKING = (("in",), ("not in",))


def of_floats(test: Expr, kinds: Kinds) -> bool:
    """Whether a test compares nothing but what may be floats.

    What floats alone decide, as a maximum, has the elements of both sides.
    """
    compared = [node for node in postorder(test) if isinstance(node, Compare)]
    return bool(compared) and not any(
        node.ops in _LOOKING or all(_is_whole(kinds.of(p)) for p in node.operands)
        for node in compared
    )


def _is_whole(kind: Type | None) -> bool:
    """Whether something is an integer, a truth value or no number."""
    return not isinstance(kind, Number | Array) or kind.kind in ("int", "bool")


def is_finite(factor: Expr) -> bool:
    """Whether a factor is a number wherever its variables are: it calls nothing, and
    divides by nothing."""
    return all(map(_is_safe, postorder(factor)))


def _is_safe(node: Expr) -> bool:
    match node:
        case Call() | Binary("/" | "//" | "%"):
            return False
        case Binary("**", _, exponent):
            power = as_number(exponent)
            return power is not None and power >= 0
        case _:
            return True


def looks_up(value: Expr) -> bool:
    """Whether an expression reads elements, which may not be there."""
    return any(isinstance(node, Index) for node in postorder(value))
