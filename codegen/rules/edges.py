"""The rule that governs a node, and which operands a gradient gets through to."""

from __future__ import annotations

import ast

from ..ir.expr import (
    Binary,
    Call,
    Cond,
    Expr,
    Index,
    Item,
    Ref,
    Sequence,
    Unary,
)
from ..ir.number import as_number
from ..ir.types import Array, Number, Type, is_list
from ..ir.walk import children
from . import lookup
from .kinds import Kinds
from .pullback import Pullback
from .rule import Kind, Rule


def rule_of(
    node: Expr, kinds: Kinds | None = None
) -> tuple[Rule | Pullback | None, tuple[Expr, ...]]:
    """The rule of the operation at the top of an expression, and the operands.

    Args:
        kinds: types, where arrays are about.
    """
    if kinds is not None:
        bound = kinds.applied(node)
        if bound is not None:
            return bound.rule, tuple(operand.value for operand in bound.operands())
    path, operands = _operation(node)
    if path is None:
        return None, ()
    arrays = kinds is not None and any(
        isinstance(kinds.of(operand), Array) for operand in operands
    )
    return lookup.find(path, _count(path, operands), arrays=arrays), operands


def _operation(node: Expr) -> tuple[str | None, tuple[Expr, ...]]:
    match node:
        case Binary(op, left, right):
            return op, (left, right)
        case Unary("-", operand):
            return "neg", (operand,)
        case Call(
            Ref("builtins.sum" | "math.fsum" as path), (Sequence(_, items), *start)
        ):
            return path, (*items, *start)
        case Call(Ref(path), args, _):
            return path, args
        case _:
            return None, ()


def _count(path: str, operands: tuple[Expr, ...]) -> int:
    # `max` takes any number of operands; its rule is for two
    return 2 if path in ("builtins.max", "builtins.min") else len(operands)


def operands_of(node: Expr, kinds: Kinds | None = None) -> tuple[Expr, ...]:
    """The operands in the order in which rules number them."""
    if isinstance(node, Item):
        return ()
    if is_own(node):
        return node.args if isinstance(node, Call) else node.operands[:1]
    item = repeated_item(node)
    if item is not None:
        return (item,)
    if _is_sorted(node):
        return node.operands[1:2]
    if kinds is not None and is_joined_list(node, kinds):
        return tuple(x for part in node.operands for x in _items_or_list(part))
    rule, operands = rule_of(node, kinds)
    return operands if rule is not None else children(node)


def repeated_item(node: Expr) -> Expr | None:
    """The item of `[x] * n`; None for anything else."""
    match node:
        case Binary("*", Sequence("list", (item,)), _):
            return item
        case Binary("*", _, Sequence("list", (item,))):
            return item
        case _:
            return None


def is_joined_list(node: Expr, kinds: Kinds) -> bool:
    """Whether this is one list behind another one, `xs + ys`."""
    return isinstance(node, Binary) and node.op == "+" and is_list(kinds.of(node))


def _is_sorted(node: Expr) -> bool:
    return isinstance(node, Call) and node.func == Ref("builtins.sorted")


def _items_or_list(part: Expr) -> tuple[Expr, ...]:
    return part.items if isinstance(part, Sequence) else (part,)


def is_own(node: Expr) -> bool:
    """Whether this is a call of a function with passes of its own, or one of its
    results."""
    match node:
        case Index(Call(Ref(path))) | Call(Ref(path)):
            return path.startswith("own.")
        case _:
            return False


def passes_gradient(node: Expr, position: int, kinds: Kinds | None = None) -> bool:
    """Whether the local gradient of that operand is something else than 0."""
    if isinstance(node, Cond):
        return position > 0
    if is_own(node) or repeated_item(node) is not None or _is_sorted(node):
        return True
    if kinds is not None and is_joined_list(node, kinds):
        return True
    rule, _ = rule_of(node, kinds)
    if rule is None or rule.kind is not Kind.LOCAL:
        return False
    if isinstance(rule, Pullback):
        bound = kinds.applied(node) if kinds is not None else None
        assert bound is not None
        text = bound.text(bound.operands()[position].name)
        return not (isinstance(text, ast.Constant) and text.value == 0)
    position = min(position, len(rule.params) - 1)
    if not rule.is_differentiable(position):
        return False
    return as_number(rule.gradient(position)) != 0


def undifferentiable(node: Expr, kinds: Kinds | None = None) -> tuple[Expr, ...]:
    """The operands that the value of a node may depend on smoothly, but for which there
    is no derivative rule; they have to be constants."""
    if kinds is not None:
        bound = kinds.applied(node)
        if bound is not None:
            return tuple(x for x in bound.constants() if not _is_whole(kinds.of(x)))
    if repeated_item(node) is not None or _is_sorted(node):
        return ()
    if kinds is not None and is_joined_list(node, kinds):
        return ()
    rule, operands = rule_of(node, kinds)
    if rule is None or isinstance(rule, Pullback) or rule.kind is Kind.CONSTANT:
        return ()
    if rule.kind is Kind.DISCRETE:
        return operands
    last = len(rule.params) - 1
    return tuple(
        operand
        for position, operand in enumerate(operands)
        if not rule.is_differentiable(min(position, last))
    )


def _is_whole(kind: Type) -> bool:
    """Whether these are integers or truth values."""
    return isinstance(kind, Array | Number) and kind.kind in ("int", "bool")
