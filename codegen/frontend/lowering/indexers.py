"""`np.c_[a, b]` and `np.r_[a, b]`, which stand for the functions that join arrays.

The functions take Python's numbers for doubles; in the brackets, beside arrays of
single precision, these would be single too.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ...ir.expr import Call, Expr, Ref, Sequence
from ...ir.types import Array, Number, Type
from .arrays import operand, typed
from .context import Context, Done

_COLUMNS = "numpy.column_stack"
_JOINING: Mapping[str, str] = {"numpy.c_": _COLUMNS, "numpy.r_": "numpy.hstack"}


def joined_parts(low: Context, node: ast.Subscript) -> list[ast.expr] | None:
    """What stands in the brackets of `np.c_[...]`; None for any other subscript."""
    if not isinstance(node.value, ast.Attribute | ast.Name):
        return None
    if low.path_of(node.value) not in _JOINING:
        return None
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for part in parts:
        text = isinstance(part, ast.Constant) and isinstance(part.value, str)
        if text or isinstance(part, ast.Slice | ast.Starred):
            hint = "write `np.arange(...)` for a range"
            low.refuse("BG011", "only arrays can stand in these brackets", part, hint)
    return parts


def joined(
    low: Context, node: ast.Subscript, parts: list[ast.expr], done: Done
) -> tuple[Expr, Type]:
    """The call that a subscript of `np.c_` or `np.r_` stands for."""
    function = _JOINING[low.path_of(node.value) or ""]
    for part in parts:
        operand(low, part, done)
        kind = done[id(part)][1]
        if function != _COLUMNS and not _is_line(kind):
            hint = "write `np.concatenate([...])`"
            low.refuse("BG015", "a number or a vector is needed here", part, hint)
    items = Sequence("tuple", tuple(done[id(part)][0] for part in parts))
    return typed(low, node, Call(Ref(function), (items,)), parts, done)


def _is_line(kind: Type) -> bool:
    """Whether its elements stand in one row, as far as that is known."""
    return isinstance(kind, Number) or (isinstance(kind, Array) and kind.rank in (0, 1))
