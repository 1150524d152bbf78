"""Rules of operations that read some of an array's elements.

Most of them are `x[index]`, and have the gradient of that: `reads` gives the index. The
others get their gradient from a function that looks when it runs.
"""

from __future__ import annotations

from itertools import pairwise

from ..ir import expr as ir
from ..ir.dims import ONE, Shape, constant, nothing_known
from ..ir.expr import Attribute, Binary, Call, Const, Expr, Index, Ref
from ..ir.types import Array, Items, Number, Tree, Type, Unknown, nowhere
from .indexing import indexed
from .joining import positions
from .pullback import (
    NONE,
    Bound,
    Kinds,
    Pullback,
    Reads,
    Result,
    Unsupported,
    fixed,
    pullback,
)
from .results import (
    constant_of,
    kind_of,
    of_shapes,
    shape_of,
    static_axes,
)

_WHOLE = ir.Slice()
_REST = Const("...")
_MATRIX = 2


def _numpy(name: str, *args: Expr) -> Expr:
    return Call(Ref(f"numpy.{name}"), args)


def _number(value: int) -> Expr:
    number = Const(str(abs(value)))
    return ir.Unary("-", number) if value < 0 else number


def _length(x: Expr, axis: int, kinds: Kinds) -> Expr:
    """The length of an axis: a number where it is known."""
    shape = shape_of(x, kinds)
    known = None if isinstance(shape, Unknown) else shape[axis].value
    if known is not None:
        return Const(str(known))
    base = x if isinstance(x, ir.Var | ir.Item) else None
    whole = _numpy("shape", x) if base is None else Attribute(base, "shape")
    return Index(whole, _number(axis))


def at_axis(axis: int, part: Expr) -> Expr:
    """The index that is `part` along an axis and whole along the others."""
    if axis >= 0:
        parts = [*[_WHOLE] * axis, part]
    else:
        parts = [_REST, part, *[_WHOLE] * (-axis - 1)]
    return parts[0] if len(parts) == 1 else ir.Sequence("tuple", tuple(parts))


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


# -- elements by number


def _given(call: Bound, kinds: Kinds) -> Expr | None:
    return call["i"]


def _axis(call: Bound, kinds: Kinds) -> int | None:
    """The axis that is read along; None for that of a flattened array.

    Raises:
        Unsupported: where it is not known.
    """
    axis = constant_of(call, "axis", kinds)
    shape = shape_of(call["x"], kinds)
    if axis is None:
        return 0 if not isinstance(shape, Unknown) and len(shape) == 1 else None
    if type(axis) is not int:
        raise Unsupported("`axis` has to be an integer")
    return _from_front(axis, shape)


def _from_front(axis: int, shape: Shape | Unknown) -> int:
    """The axis counted from the front, where the rank is known."""
    if isinstance(shape, Unknown):
        return axis
    return (static_axes(axis, len(shape)) or (axis,))[0]


def _is_index(node: Expr, kinds: Kinds) -> bool:
    """Whether a value is known to be an integer, or an array or list of them."""
    if isinstance(node, ir.Paren):
        return _is_index(node.inner, kinds)
    if isinstance(node, ir.Sequence):
        return all(_is_index(item, kinds) for item in node.items)
    match kinds.of(node):
        case Number("int") | Array(kind="int"):
            return True
        case Items(values=tuple()):
            return True
        case _:
            return False


def _taken(call: Bound, kinds: Kinds) -> Expr | None:
    constant_of(call, "mode", kinds, ("raise",))
    axis, index = _axis(call, kinds), call["indices"]
    if not _is_index(index, kinds):
        raise Unsupported("`indices` has to be an integer, or an array of integers")
    if shape_of(call["x"], kinds) == ():
        raise Unsupported("a number has no elements")
    return None if axis is None else at_axis(axis, index)


def _taken_flat(call: Bound, kinds: Kinds) -> Type:
    return Array(shape_of(call["indices"], kinds), kind_of(call["x"], kinds))


def _taken_along(call: Bound, kinds: Kinds) -> Expr | None:
    """`np.arange(n)[:, None]` and its like for the other axes."""
    axis, x = constant_of(call, "axis", kinds), call["x"]
    shape = shape_of(x, kinds)
    if isinstance(shape, Unknown):
        return None
    if axis is None:
        return None if len(shape) != 1 else call["indices"]
    at = (static_axes(axis, len(shape)) or (0,))[0]
    parts: list[Expr] = []
    for i in range(len(shape)):
        whole = _numpy("arange", _length(x, i, kinds))
        after = len(shape) - 1 - i
        if i == at:
            parts.append(call["indices"])
        elif after:
            added = (_WHOLE, *[NONE] * after)
            parts.append(Index(whole, ir.Sequence("tuple", added)))
        else:
            parts.append(whole)
    return parts[0] if len(parts) == 1 else ir.Sequence("tuple", tuple(parts))


def _compressed(call: Bound, kinds: Kinds) -> Expr | None:
    axis = _axis(call, kinds)
    return None if axis is None else at_axis(axis, _numpy("flatnonzero", call["c"]))


def _extracted(call: Bound, kinds: Kinds) -> Expr | None:
    same = shape_of(call["c"], kinds) == shape_of(call["x"], kinds)
    return call["c"] if same and kind_of(call["c"], kinds) == "bool" else None


def _shorter(call: Bound, kinds: Kinds) -> Type:
    axis, shape = _axis(call, kinds), shape_of(call["x"], kinds)
    kind = kind_of(call["x"], kinds)
    if axis is None:
        return _some(call, kinds)
    if isinstance(shape, Unknown):
        return Array(nowhere(), kind)
    left = nothing_known()
    if type(kinds.static(call["obj"])) is int:
        left = shape[axis] - ONE
    at = axis % len(shape)
    return Array(tuple(left if i == at else d for i, d in enumerate(shape)), kind)


def _kept(call: Bound, kinds: Kinds) -> Expr | None:
    axis = _axis(call, kinds)
    if axis is None:
        return None
    every = _numpy("arange", _length(call["x"], axis, kinds))
    return at_axis(axis, _numpy("delete", every, call["obj"]))


def _some(call: Bound, kinds: Kinds) -> Type:
    """A vector of unknown length."""
    return Array((nothing_known(),), kind_of(call["x"], kinds))


# -- diagonals


def _on_diagonal(call: Bound, kinds: Kinds) -> Expr | None:
    """`x[np.arange(n), np.arange(n)]`, where a matrix and its sides are known."""
    found = _diagonal_axes(call, kinds)
    if found is None or (found[2], found[3]) != (0, 1) or len(found[0]) != _MATRIX:
        return None
    return _diagonal_index(call["x"], found[0], found[1], kinds)


def _off_diagonal(call: Bound, kinds: Kinds) -> Expr | None:
    """As above for `diag` of a matrix; that of a square is the `diag` of a vector."""
    shape, offset = shape_of(call["x"], kinds), kinds.static(call["k"])
    if isinstance(shape, Unknown) or len(shape) != _MATRIX or type(offset) is not int:
        return None
    if shape[0] == shape[1] and not offset:
        return None
    return _diagonal_index(call["x"], shape, offset, kinds)


def _diagonal_index(x: Expr, shape: Shape, offset: int, kinds: Kinds) -> Expr | None:
    m, n = shape
    if m.value is not None and n.value is not None:
        length = diagonal_length(m.value, n.value, offset)
        starts = (max(-offset, 0), max(offset, 0))
        rows, columns = (_range(start, start + length) for start in starts)
    elif m == n and not offset:
        rows = columns = _numpy("arange", _length(x, 0, kinds))
    else:
        return None
    return ir.Sequence("tuple", (rows, columns))


def _range(start: int, stop: int) -> Expr:
    bounds = (start, stop) if start else (stop,)
    return _numpy("arange", *map(_number, bounds))


def _diagonal_axes(call: Bound, kinds: Kinds) -> tuple[Shape, int, int, int] | None:
    """The shape, the offset and the two axes; None where they are not known."""
    shape = shape_of(call["x"], kinds)
    names = ("offset", "axis1", "axis2")
    offset, first, second = (kinds.static(call[name]) for name in names)
    if isinstance(shape, Unknown) or type(offset) is not int:
        return None
    one, other = (static_axes(a, len(shape)) for a in (first, second))
    if one is None or other is None:
        return None
    return shape, offset, one[0], other[0]


def diagonal_length(m: int, n: int, offset: int) -> int:
    """The number of elements of a diagonal of an m x n matrix."""
    return max(0, min(m + min(offset, 0), n - max(offset, 0)))


def _without(shape: Shape, *axes: int) -> Shape:
    return tuple(dim for i, dim in enumerate(shape) if i not in axes)


def _diagonal(call: Bound, kinds: Kinds) -> Type:
    found, kind = _diagonal_axes(call, kinds), kind_of(call["x"], kinds)
    if found is None:
        return Array(nowhere(), kind)
    shape, offset, first, second = found
    m, n = shape[first], shape[second]
    length = nothing_known()
    if m == n and not offset:
        length = n
    elif m.value is not None and n.value is not None:
        length = constant(diagonal_length(m.value, n.value, offset))
    return Array((*_without(shape, first, second), length), kind)


def _diag(call: Bound, kinds: Kinds) -> Type:
    """The diagonal of a matrix, or a matrix with that diagonal."""
    shape, kind = shape_of(call["x"], kinds), kind_of(call["x"], kinds)
    offset = kinds.static(call["k"])
    if isinstance(shape, Unknown):
        return Array(nowhere(), kind)
    if len(shape) == 1:
        side = nothing_known()
        if type(offset) is int:
            side = shape[0] + constant(abs(offset))
        return Array((side, side), kind)
    if len(shape) != _MATRIX:
        raise Unsupported("a vector or a matrix is needed")
    m, n = shape[0].value, shape[1].value
    length = nothing_known()
    if shape[0] == shape[1] and offset == 0:
        length = shape[0]
    elif m is not None and n is not None and type(offset) is int:
        length = constant(diagonal_length(m, n, offset))
    return Array((length,), kind)


# -- several parts


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
    if not isinstance(places, ir.Sequence) or not _is_index(places, kinds):
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
        size_ = Binary("//", _length(call["x"], axis, kinds), Const(str(count)))
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
    return _from_front(axis, shape)


def _part(call: Bound, kinds: Kinds) -> Expr | None:
    """The index of one part of a split."""
    assert call.part is not None
    start, stop = _bounds(call, kinds)[call.part]
    if start is None and stop is None:
        return at_axis(0, _WHOLE)
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
    front = _from_front(axis, shape_of(call["x"], kinds))
    return at_axis(front, Const(str(call.part)))


def _unstacked(call: Bound, kinds: Kinds) -> Type:
    axis, shape = constant_of(call, "axis", kinds), shape_of(call["x"], kinds)
    if isinstance(shape, Unknown) or type(axis) is not int:
        raise Unsupported("`axis` has to be an integer")
    at = (static_axes(axis, len(shape)) or (0,))[0]
    count = shape[at].value
    if count is None:
        raise Unsupported("the length of the axis must be known")
    one = Array(_without(shape, at), kind_of(call["x"], kinds))
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


# -- positions


def _places(call: Bound, kinds: Kinds) -> Type:
    return positions(call["x"], kinds)


def _flat_places(call: Bound, kinds: Kinds) -> Type:
    return Array((nothing_known(),), "int")


def _rows_of_places(call: Bound, kinds: Kinds) -> Type:
    shape = shape_of(call["x"], kinds)
    rank = nothing_known() if isinstance(shape, Unknown) else constant(len(shape))
    return Array((nothing_known(), rank), "int")


def _searched(call: Bound, kinds: Kinds) -> Type:
    return Array(shape_of(call["v"], kinds), "int")


def _lexsorted(call: Bound, kinds: Kinds) -> Type:
    return Array(nowhere(), "int")


def element(call: Bound, kinds: Kinds) -> Type:
    """A Python number from one element."""
    kind = kind_of(call["x"], kinds)
    return Number("float" if kind == "any" else kind)


def _numbered(call: Bound, kinds: Kinds) -> Expr | None:
    """The index of `x.item(1, 2)`."""
    places, shape = call["places"], shape_of(call["x"], kinds)
    assert isinstance(places, ir.Sequence)
    if len(places.items) > 1:
        return places
    vector = not isinstance(shape, Unknown) and len(shape) == 1
    return places.items[0] if places.items and vector else None


RULES: tuple[Pullback, ...] = (
    pullback("index(x, i)", read(_given), spell="[]", reads=_given, x="g"),
    # elements by number
    pullback(
        "take(x, indices, axis=None, *, mode='raise')",
        read(_taken, _taken_flat),
        methods="take",
        reads=_taken,
        x="_add_at_flat(g, shape(x), indices)",
    ),
    pullback(
        "take_along_axis(x, indices, axis=-1)",
        read(_taken_along, _taken_flat),
        reads=_taken_along,
        x="_add_along_axis(g, shape(x), indices, axis)",
    ),
    pullback(
        "item(x, *places)",
        element,
        spell=None,
        methods="item",
        reads=_numbered,
        x="item_back(g)",
    ),
    pullback(
        "unique(x)",
        _some,
        x="_add_at_flat(g, shape(x), unique(x, return_index=True)[1])",
    ),
    # elements by condition
    pullback(
        "compress(c, x, axis=None)",
        read(_compressed, _some),
        reads=_compressed,
        x="_add_at_flat(g, shape(x), flatnonzero(c))",
    ),
    pullback(
        "extract(c, x)",
        read(_extracted, _some),
        reads=_extracted,
        x="_add_at_flat(g, shape(x), flatnonzero(c))",
    ),
    pullback(
        "delete(x, obj, axis=None)",
        _shorter,
        reads=_kept,
        x="_add_at_flat(g, shape(x), delete(arange(size(x)), obj))",
    ),
    # diagonals
    pullback("diag(x, k=0)", _diag, reads=_off_diagonal, x="diag_back(g)"),
    pullback(
        "diagonal(x, offset=0, axis1=0, axis2=1)",
        _diagonal,
        methods="diagonal",
        reads=_on_diagonal,
        x="_onto_diagonal(g, shape(x), offset, axis1, axis2)",
    ),
    # several parts
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
    # positions: no gradient
    fixed("nonzero(x)", _places, methods="nonzero"),
    fixed("flatnonzero(x)", _flat_places),
    fixed("argwhere(x)", _rows_of_places),
    fixed("searchsorted(x, v, side='left')", _searched, methods="searchsorted"),
    fixed("lexsort(keys, axis=-1)", _lexsorted),
)
