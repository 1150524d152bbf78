"""The leaves of a stage: variables, and elements of lists."""

from __future__ import annotations

from collections.abc import Mapping

from ..ir.expr import Expr, Index, Item, Var
from ..ir.walk import postorder
from ..rules.edges import is_own, operands_of
from ..rules.kinds import Kinds


def is_leaf(node: Expr, kinds: Kinds | None) -> bool:
    """Whether a node is a variable, or an element of a list."""
    match node:
        case Var() | Item():
            return True
        case Index() if not is_own(node):
            return kinds is None or kinds.applied(node) is None
        case _:
            return False


def leaf_counts(
    root: Expr, active: frozenset[Expr], kinds: Kinds | None
) -> Mapping[Expr, int]:
    """How many varied leaves are read below each node."""
    count: dict[Expr, int] = {}
    for node in postorder(root):
        if node not in active:
            count[node] = 0
        elif is_leaf(node, kinds):
            count[node] = 1
        else:
            operands = operands_of(node, kinds)
            count[node] = sum(count.get(child, 0) for child in operands)
    return count
