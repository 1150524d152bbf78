"""Of which precision the floats are that the backward pass makes."""

from __future__ import annotations

from ...ir import expr as ir
from ...ir.expr import Attribute, Call, Expr, Ref
from ...ir.types import Array
from ...ir.walk import postorder
from ...rules.kinds import Kinds


def is_truth(node: Expr, kinds: Kinds) -> bool:
    """Whether the value is an array of truth values."""
    kind = kinds.of(node)
    return isinstance(kind, Array) and kind.kind == "bool"


def is_float_array(node: Expr, kinds: Kinds) -> bool:
    """Whether the value is an array of floats, and no single number."""
    kind = kinds.of(node)
    floats = isinstance(kind, Array) and kind.kind in ("float", "any")
    return floats and kind.rank != 0


def dtype_of(node: Expr, kinds: Kinds) -> Expr | None:
    """The element type of the floats in an expression; None where there are none."""
    for inner in postorder(node):
        if isinstance(inner, ir.Var | ir.Item):
            kind = kinds.of(inner)
            if isinstance(kind, Array) and kind.kind == "float":
                return Attribute(inner, "dtype")
            if isinstance(kind, Array) and kind.kind == "any":
                return _float_type(inner)  # integers carry floats
    return None


def float_type_of(node: Expr, kinds: Kinds) -> Expr | None:
    """The same; that of floats also where integers are passed."""
    dtype = dtype_of(node, kinds)
    if not isinstance(dtype, Attribute):
        return dtype
    return _float_type(dtype.base)


def _float_type(array: Expr) -> Expr:
    return Call(Ref("helper._float_type"), (array,))
