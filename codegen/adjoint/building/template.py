"""Instances of rule templates, in lowest terms."""

from __future__ import annotations

from collections.abc import Mapping

from ...ir.expr import Binary, Compare, Cond, Expr, Unary, Var
from ...ir.number import ONE, as_number, is_integer, number
from ...ir.walk import with_children


def instance(template: Expr, operands: Mapping[str, Expr]) -> Expr:
    """A local gradient with its operands filled in.

    Constants that the operands bring fold: `y * x**(y - 1)` is `2 * x` at y = 2.
    """
    if isinstance(template, Var):
        return operands[template.name]
    if not template.operands:
        return template
    # templates are shallow, so recursion is as deep as the rule, not the program
    filled = [instance(child, operands) for child in template.operands]
    return fold(with_children(template, filled))


def fold(node: Expr) -> Expr:
    """One node in lowest terms, its operands being so already."""
    match node:
        case Binary("-" | "+" as op, left, right):
            a, b = as_number(left), as_number(right)
            if a is None or b is None:
                return node
            integer = is_integer(left) and is_integer(right)
            return number(a - b if op == "-" else a + b, integer) or node
        case Binary("**", base, exponent) if as_number(exponent) == 1:
            return base
        case Binary("**", _, exponent) if as_number(exponent) == 0:
            return ONE
        case Binary("*", left, right):
            return _times(node, left, right)
        case Unary("-", Unary("-", inner)):
            return inner
        case Cond(Compare((op,), (left, right)), then, other):
            holds = _compared(op, left, right)
            return node if holds is None else then if holds else other
        case _:
            return node


def _compared(op: str, left: Expr, right: Expr) -> bool | None:
    """A rule's comparison of two literals, as Python would decide it."""
    a, b = _as_python(left), _as_python(right)
    if a is None or b is None:
        return None
    return {
        "<": a < b,
        ">": a > b,
        "!=": a != b,
        "<=": a <= b,
        ">=": a >= b,
        "==": a == b,
    }[op]


def _as_python(node: Expr) -> int | float | None:
    value = as_number(node)
    if value is None:
        return None
    try:
        return value.numerator if is_integer(node) else float(value)
    except OverflowError:
        return None


def _times(node: Expr, left: Expr, right: Expr) -> Expr:
    for one, other in ((left, right), (right, left)):
        match as_number(one):
            case 1:
                return other
            case 0:
                return one
    return node
