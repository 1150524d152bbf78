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
from .building.product import Product, is_mask

CALL = 10
COMPOSITE = 30
MATRIX_PRODUCT = 100

# An upstream gradient is named if this many operations are saved by it,
_WORTH_NAMING = 2
# or if the product has grown this long, so that lines stay readable.
_LONGEST = 8
_MOST_CONDS = 2

# Functions that cost as much as a matrix product, and modules of such functions.
_PRODUCTS = frozenset(
    f"numpy.{name}"
    for name in (
        "matmul dot inner outer vdot tensordot einsum kron convolve correlate "
        "vecdot matvec vecmat"
    ).split()
)
# Functions that go over all elements a few times.
_COMPOSITES = frozenset(
    "numpy.cross scipy.special.logsumexp scipy.special.softmax "
    "scipy.special.log_softmax".split()
)
_COSTLY = (
    "numpy.linalg.",
    "scipy.linalg.",
    "scipy.stats.",
    "scipy.signal.",
    "numpy.fft.",
)


def own_cost(node: Expr) -> int:
    """The cost of one operation, its operands being there."""
    match node:
        case Call(Ref(path)) if path in _PRODUCTS or path.startswith(_COSTLY):
            return MATRIX_PRODUCT
        case Call(Ref(path)) if path in _COMPOSITES:
            return COMPOSITE
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


def worth_naming(product: Product, edges: int, leaves: int) -> bool:
    """Whether to name the upstream gradient of an operation.

    Args:
        edges: its varied operands; with one, the product just goes on growing.
        leaves: the varied leaves below it.
    """
    factors = (*product.above, *product.below)
    if len(factors) > _LONGEST or len(product.conds) > _MOST_CONDS:
        return True
    if edges < 2:
        return False
    work = len(factors) + sum(cost(factor) for factor in factors)
    work += sum(cost(cond) for cond in product.conds if not is_mask(cond))
    work += product.number != 1
    return (leaves - 1) * work >= _WORTH_NAMING
