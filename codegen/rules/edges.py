"""The rule that governs a node, and which operands a gradient gets through to."""

from __future__ import annotations

from ..ir.expr import Binary, Call, Cond, Expr, Ref, Sequence, Unary
from ..ir.number import as_number
from ..ir.walk import children
from . import lookup
from .rule import Kind, Rule


def rule_of(node: Expr) -> tuple[Rule | None, tuple[Expr, ...]]:
    """The rule of the operation at the top of an expression, and the operands."""
    match node:
        case Binary(op, left, right):
            return lookup.find(op, 2), (left, right)
        case Unary("-", operand):
            return lookup.find("neg", 1), (operand,)
        case Call(
            Ref("builtins.sum" | "math.fsum" as path), (Sequence(_, items), *start)
        ):
            return lookup.find(path, len(items)), (*items, *start)
        case Call(Ref("builtins.max" | "builtins.min" as path), args, _):
            return lookup.find(path, 2), args
        case Call(Ref(path), args, _):
            return lookup.find(path, len(args)), args
        case _:
            return None, ()


def operands_of(node: Expr) -> tuple[Expr, ...]:
    """The operands in the order in which rules number them."""
    rule, operands = rule_of(node)
    return operands if rule is not None else children(node)


def passes_gradient(node: Expr, position: int) -> bool:
    """Whether the local gradient of that operand is something else than 0."""
    match node:
        case Cond():
            return position > 0
    rule, _ = rule_of(node)
    if rule is None or rule.kind is not Kind.LOCAL:
        return False
    # `max` takes any number of operands; its rule is for two
    return as_number(rule.gradient(min(position, len(rule.params) - 1))) != 0
