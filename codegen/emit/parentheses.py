"""When a whole expression gets parentheses so that its lines can break."""

from __future__ import annotations

from ..ir import expr as ir
from ..ir.expr import Expr
from .expressions import ATOM, COMPARE, COND, OR, is_wrapped, level, operands, unwrap
from .marks import PAIR_IF_HELPS, PAIR_IF_LONG, PAIR_LAST, Mark


def pair_around(value: Expr) -> Mark | None:
    """The mark for parentheses around the expression; None where it never gets any."""
    node = value
    while isinstance(node, ir.Unary):
        (operand,) = operands(node)
        if is_wrapped(operand):
            return None
        node = operand.node
    match node:
        case ir.Binary() | ir.Compare() | ir.Logic() | ir.Cond():
            return PAIR_LAST if breaks_at_brackets(value) else PAIR_IF_LONG
        case ir.Sequence() | ir.Mapping() | ir.Walrus() | ir.Comprehension():
            return None
        case _:
            return PAIR_IF_HELPS


def breaks_at_brackets(value: Expr) -> bool:
    """Whether to break the expression inside its brackets rather than around it.

    So it is where one single operator binds least, and it has brackets with something
    inside at its left or right end.
    """
    weakest, count = ATOM, 0
    stack = [value]
    while stack:
        node = stack.pop()
        found, times = _operators(node)
        if found < weakest:
            weakest, count = found, times
        elif found == weakest:
            count += times
        stack += [unwrap(o.node)[0] for o in operands(node) if not is_wrapped(o)]
    return count == 1 and (_has_brackets(value, -1) or _has_brackets(value, 0))


def _operators(node: Expr) -> tuple[int, int]:
    """The level of an operator, and how many lines may start with it."""
    match node:
        case ir.Binary():
            return level(node), 1
        case ir.Compare(ops):
            return COMPARE, len(ops)
        case ir.Logic(_, items):
            return OR, len(items) - 1
        case ir.Cond():
            return COND, 2
        case _:
            return ATOM, 0


def _has_brackets(node: Expr, end: int) -> bool:
    """Whether the first (0) or last (-1) thing in the expression is in brackets."""
    while True:
        match node:
            case ir.Sequence(_, items) | ir.Mapping(items):
                return bool(items)
            case ir.Call(_, args, keywords) if end:
                return bool(args or keywords)
            case ir.Index() | ir.Attribute() if end:
                return False  # an index is no good place to break, nor is `.T`
            case ir.Unary() if not end:
                return False
            case ir.Walrus() | ir.Comprehension():
                return True
        inside = operands(node)
        if not inside:
            return False
        node = unwrap(inside[end].node)[0]
        if is_wrapped(inside[end]):
            return not isinstance(node, ir.Index)
