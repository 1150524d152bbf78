"""Indices for operations that read some of the elements.

`np.take(x, i, axis=1)` is `x[:, i]`.
"""

from __future__ import annotations

from ..ir import expr as ir
from ..ir.dims import Shape, nothing_known
from ..ir.expr import Attribute, Call, Const, Expr, Index, Ref
from ..ir.types import Array, Items, Number, Type, Unknown, nowhere
from .indexing import indexed
from .pullback import (
    Bound,
    Kinds,
    Reads,
    Result,
)
from .results import (
    kind_of,
    shape_of,
    static_axes,
)

_WHOLE = ir.Slice()
_REST = Const("...")


def numpy(name: str, *args: Expr) -> Expr:
    return Call(Ref(f"numpy.{name}"), args)


def number(value: int) -> Expr:
    number = Const(str(abs(value)))
    return ir.Unary("-", number) if value < 0 else number


def length_of(x: Expr, axis: int, kinds: Kinds) -> Expr:
    """The length of an axis: a number where it is known."""
    shape = shape_of(x, kinds)
    known = None if isinstance(shape, Unknown) else shape[axis].value
    if known is not None:
        return Const(str(known))
    base = x if isinstance(x, ir.Var | ir.Item) else None
    whole = numpy("shape", x) if base is None else Attribute(base, "shape")
    return Index(whole, number(axis))


def at_axis(axis: int, part: Expr) -> Expr:
    """The index that is `part` along an axis and whole along the others."""
    if axis >= 0:
        parts = [*[_WHOLE] * axis, part]
    else:
        parts = [_REST, part, *[_WHOLE] * (-axis - 1)]
    return parts[0] if len(parts) == 1 else ir.Sequence("tuple", tuple(parts))


def picked(element: Index, kinds: Kinds) -> Index:
    """`x[..., i]` of a vector as `x[i]`: a number, and no view without axes, which
    would change with the vector; any other index as it is."""
    match element:
        case Index(base, ir.Sequence(_, parts)) if _REST in parts:
            kind = kinds.of(base)
            rest = tuple(part for part in parts if part is not _REST)
        case _:
            return element
    if not isinstance(kind, Array) or kind.rank != len(rest) or not rest:
        return element
    if not all(isinstance(kinds.of(part), Number) for part in rest):
        return element
    return Index(base, rest[0] if len(rest) == 1 else ir.Sequence("tuple", rest))


def from_front(axis: int, shape: Shape | Unknown) -> int:
    """The axis counted from the front, where the rank is known."""
    if isinstance(shape, Unknown):
        return axis
    return (static_axes(axis, len(shape)) or (axis,))[0]


def is_index(node: Expr, kinds: Kinds) -> bool:
    """Whether a value is known to be an integer, or an array or list of them."""
    if isinstance(node, ir.Paren):
        return is_index(node.inner, kinds)
    if isinstance(node, ir.Sequence):
        return all(is_index(item, kinds) for item in node.items)
    match kinds.of(node):
        case Number("int") | Array(kind="int"):
            return True
        case Items(values=tuple()):
            return True
        case _:
            return False


def read(index: Reads, otherwise: Result | None = None) -> Result:
    """The type of `x[index]`; of another result where there is no index."""

    def result(call: Bound, kinds: Kinds) -> Type:
        found, base = index(call, kinds), kinds.of(call["x"])
        if found is None and otherwise is not None:
            return otherwise(call, kinds)
        if found is None or not isinstance(base, Array):
            return Array(nowhere(), kind_of(call["x"], kinds))
        return indexed(Index(call["x"], found), base, found, kinds)

    return result


def some(call: Bound, kinds: Kinds) -> Type:
    """A vector of unknown length."""
    return Array((nothing_known(),), kind_of(call["x"], kinds))
