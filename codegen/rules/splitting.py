"""Rules of operations that give several arrays.

The parts of a split are read like `x[start:stop]`. Each result of `meshgrid` and
`broadcast_arrays` is made of one of the operands.
"""

from __future__ import annotations

from itertools import pairwise

from ..ir import expr as ir
from ..ir.dims import ONE
from ..ir.expr import Binary, Const, Expr, Index
from ..ir.types import Array, Tree, Type, Unknown, nowhere
from .indexing import indexed
from .pullback import (
    Bound,
    Kinds,
    Pullback,
    Unsupported,
    pullback,
)
from .reading import at_axis, from_front, is_index, length_of
from .results import (
    constant_of,
    kind_of,
    of_shapes,
    shape_of,
    static_axes,
)


def _bounds(call: Bound, kinds: Kinds) -> list[tuple[Expr | None, Expr | None]]:
    """Where the parts of a split begin and end.

    Raises:
        Unsupported: where their number or places are not known.
    """
    axis = split_axis(call, kinds)
    places = call["indices_or_sections"]
    count = kinds.static(places)
    if type(count) is int:
        return _equal_parts(call, axis, count, kinds)
    if not isinstance(places, ir.Sequence) or not is_index(places, kinds):
        raise Unsupported("the number of parts, or a list of places, has to be known")
    cuts = [None, *places.items, None]
    return list(pairwise(cuts))


def _equal_parts(
    call: Bound, axis: int, count: int, kinds: Kinds
) -> list[tuple[Expr | None, Expr | None]]:
    if count < 1:
        raise Unsupported("there must be one part at least")
    shape = shape_of(call["x"], kinds)
    whole = None if isinstance(shape, Unknown) else shape[axis].value
    cuts: list[Expr | None] = [None]
    if whole is not None:
        if whole % count and not call.rule.form.startswith("array_split"):
            raise Unsupported(f"{whole} elements make no {count} equal parts")
        size, longer = divmod(whole, count)
        sizes = [size + (i < longer) for i in range(count)]
        cuts += [Const(str(sum(sizes[: i + 1]))) for i in range(count - 1)]
    elif call.rule.form.startswith("array_split"):
        raise Unsupported("the length of the axis has to be known")
    else:
        size_ = Binary("//", length_of(call["x"], axis, kinds), Const(str(count)))
        for i in range(1, count):
            cuts.append(size_ if i == 1 else Binary("*", Const(str(i)), size_))
    return list(zip(cuts, [*cuts[1:], None], strict=True))


def split_axis(call: Bound, kinds: Kinds) -> int:
    """The axis along which an array is split."""
    shape = shape_of(call["x"], kinds)
    match call.rule.form.partition("(")[0]:
        case "vsplit":
            return 0
        case "hsplit":
            return 0 if not isinstance(shape, Unknown) and len(shape) == 1 else 1
        case "dsplit":
            return 2
    axis = constant_of(call, "axis", kinds)
    if type(axis) is not int:
        raise Unsupported("`axis` has to be an integer")
    return from_front(axis, shape)


def _part(call: Bound, kinds: Kinds) -> Expr | None:
    """The index of one part of a split."""
    assert call.part is not None
    start, stop = _bounds(call, kinds)[call.part]
    if start is None and stop is None:
        return at_axis(0, ir.Slice())
    return at_axis(split_axis(call, kinds), ir.Slice(start, stop))


def _split(call: Bound, kinds: Kinds) -> Type:
    base, axis = kinds.of(call["x"]), split_axis(call, kinds)
    parts: dict[str | int, Type] = {}
    for i, (start, stop) in enumerate(_bounds(call, kinds)):
        found = at_axis(axis, ir.Slice(start, stop))
        parts[i] = Array(nowhere(), kind_of(call["x"], kinds))
        if isinstance(base, Array):
            parts[i] = indexed(Index(call["x"], found), base, found, kinds)
    return Tree("list", parts)


def _one_of_stack(call: Bound, kinds: Kinds) -> Expr | None:
    assert call.part is not None
    axis = constant_of(call, "axis", kinds)
    assert isinstance(axis, int)
    front = from_front(axis, shape_of(call["x"], kinds))
    return at_axis(front, Const(str(call.part)))


def _unstacked(call: Bound, kinds: Kinds) -> Type:
    axis, shape = constant_of(call, "axis", kinds), shape_of(call["x"], kinds)
    if isinstance(shape, Unknown) or type(axis) is not int:
        raise Unsupported("`axis` has to be an integer")
    at = (static_axes(axis, len(shape)) or (0,))[0]
    count = shape[at].value
    if count is None:
        raise Unsupported("the length of the axis must be known")
    one = Array((*shape[:at], *shape[at + 1 :]), kind_of(call["x"], kinds))
    return Tree("tuple", dict.fromkeys(range(count), one))


def _grids(call: Bound, kinds: Kinds) -> Type:
    order = constant_of(call, "indexing", kinds, ("xy", "ij"))
    value = call["xs"]
    assert isinstance(value, ir.Sequence)
    dims = []
    for item in value.items:
        shape = shape_of(item, kinds)
        if isinstance(shape, Unknown) or len(shape) > 1:
            raise Unsupported("the arrays have to be vectors or numbers")
        dims.append(shape[0] if shape else ONE)
    if order == "xy" and len(dims) > 1:
        dims[:2] = dims[1::-1]
    grids = [Array(tuple(dims), kind_of(item, kinds)) for item in value.items]
    return Tree("tuple", dict(enumerate(grids)))


def _together_shaped(call: Bound, kinds: Kinds) -> Type:
    value = call["xs"]
    assert isinstance(value, ir.Sequence)
    whole = of_shapes(value.items, value.items, kinds)
    each = [Array(whole.shape, kind_of(item, kinds)) for item in value.items]
    return Tree("tuple", dict(enumerate(each)))


RULES: tuple[Pullback, ...] = (
    *(
        pullback(form, _split, several=True, reads=_part, x="g")
        for form in (
            "split(x, indices_or_sections, axis=0)",
            "array_split(x, indices_or_sections, axis=0)",
            "vsplit(x, indices_or_sections)",
            "dsplit(x, indices_or_sections)",
        )
    ),
    pullback(
        "hsplit(x, indices_or_sections)",
        _split,
        several=True,
        ranked=True,
        reads=_part,
        x="g",
    ),
    pullback(
        "unstack(x, *, axis=0)",
        _unstacked,
        several=True,
        ranked=True,
        reads=_one_of_stack,
        x="g",
    ),
    # one result for each operand
    pullback(
        "meshgrid(*xs, indexing='xy')",
        _grids,
        several=True,
        ranked=True,
        paired=True,
        xs="meshed(g)",
    ),
    pullback(
        "broadcast_arrays(*xs)",
        _together_shaped,
        several=True,
        paired=True,
        exact=False,
        xs="g",
    ),
)
