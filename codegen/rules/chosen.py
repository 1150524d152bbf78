"""Values that a choice may have made 0: `max(v, 0) * dt`."""

from __future__ import annotations

from collections.abc import Container

from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Compare,
    Const,
    Expr,
    Index,
    Paren,
    Ref,
    Var,
)
from ..ir.number import as_number

_LARGER = frozenset({"builtins.max", "numpy.maximum", "numpy.fmax"})
_ZERO = Const("0")


def chosen(node: Expr, names: Container[str] = ()) -> Expr | None:
    """The condition that no choice has made a product 0; None if there is no choice in
    its factors.

    Args:
        names: variables that a choice may have made 0.
    """
    match node:
        case Paren(inner):
            return chosen(inner, names)
        case Var(name) if name in names:
            return Compare((">",), (node, _ZERO))
        case Call(Ref(path), (left, right)) if path in _LARGER:
            for operand, other in ((left, right), (right, left)):
                if as_number(other) == 0:
                    return Compare((">",), (operand, other))
            return None
        case Binary("*", left, right):
            tests = [chosen(factor, names) for factor in (left, right)]
            both = Compare((">",), (node, _ZERO))
            return both if all(tests) else tests[0] or tests[1]
        case Binary("/", left, _):
            return chosen(left, names)
        case Index(base):
            part = chosen(base, names) is not None
            return Compare((">",), (node, _ZERO)) if part else None
        case _ if _is_sum_of_chosen(node, names):
            return Compare((">",), (node, _ZERO))
        case _:
            return None


def _is_sum_of_chosen(node: Expr, names: Container[str]) -> bool:
    """Whether this is 0 only where choices have made all of its terms 0: these are
    maxima, and squares of what a choice may have made 0."""
    match node:
        case Paren(inner):
            return _is_sum_of_chosen(inner, names)
        case Binary("+", left, right):
            return all(_is_sum_of_chosen(term, names) for term in (left, right))
        case Binary("**", base, exponent):
            power = as_number(exponent)
            return (
                power is not None
                and power > 0
                and power % 2 == 0
                and (chosen(base, names) is not None)
            )
        case Binary("*" | "@", left, right) | Call(Ref("numpy.dot"), (left, right)):
            return left is right and chosen(left, names) is not None
        case Call(Ref("numpy.sum"), (terms, *_)):
            return _is_sum_of_chosen(terms, names)
        case Call(Attribute(terms, "sum")):
            return _is_sum_of_chosen(terms, names)
        case Call(Ref(path), (_, _)) if path in _LARGER:
            return chosen(node, names) is not None
        case _:
            return False
