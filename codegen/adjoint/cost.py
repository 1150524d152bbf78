"""What it costs to compute an expression again, in additions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Const,
    Expr,
    Index,
    Item,
    Ref,
    Sequence,
    Slice,
    Unary,
    Var,
)
from ..ir.number import as_number
from ..ir.walk import children, postorder

CALL = 10
MATRIX_PRODUCT = 100

# Functions that cost as much as a matrix product, and modules of such functions.
_PRODUCTS = frozenset(
    f"numpy.{name}"
    for name in (
        "matmul dot inner outer vdot tensordot einsum kron convolve correlate "
        "vecdot matvec vecmat"
    ).split()
)
_ALGEBRA = ("numpy.linalg.", "scipy.linalg.", "numpy.fft.")


def own_cost(node: Expr) -> int:
    """The cost of one operation, its operands being there."""
    match node:
        case Call(Ref(path)) if path in _PRODUCTS or path.startswith(_ALGEBRA):
            return MATRIX_PRODUCT
        case Call(Attribute(_, "dot")):
            return MATRIX_PRODUCT
        case Call():
            return CALL
        case Binary("@", _, _):
            return MATRIX_PRODUCT
        case Binary("**", _, exponent) if as_number(exponent) is None:
            return CALL
        case Const() | Var() | Ref() | Index() | Unary() | Item() | Attribute():
            return 0
        case Slice() | Sequence():
            return 0
        case _:
            return 1


def cost(root: Expr, free: Mapping[Expr, object] | None = None) -> int:
    """The cost of an expression; nodes in `free` are there already."""
    return costs([root], free)[root]


def costs(
    roots: Iterable[Expr], free: Mapping[Expr, object] | None = None
) -> dict[Expr, int]:
    """The cost of every node below the roots, as a tree: a node read twice counts
    twice."""
    known = free or {}
    total: dict[Expr, int] = {}
    for root in roots:
        for node in postorder(root):
            if node in known:
                total[node] = 0
            elif node not in total:
                below = sum(total[child] for child in children(node))
                total[node] = own_cost(node) + below
    return total
