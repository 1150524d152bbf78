"""Words of the rules that order, reshape, repeat, join and select elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..ir import expr as ir
from ..ir.dims import Dim, Shape
from ..ir.expr import Attribute, Binary, Call, Compare, Const, Expr, Index, Ref
from ..ir.number import ONE, as_number
from ..ir.types import Array, Items, Unknown
from ..rules import joining, shaping
from ..rules.results import constant_of, shape_of, type_kind
from . import build
from .build import NOTHING, WHOLE, indexed, literal, numpy, on
from .products import transposed as matrix_transposed

if TYPE_CHECKING:
    from .pull import Pull, Word

_NEVER = Const("0")
_MATRIX = 2


def _helper(pull: Pull, name: str, g: Expr, *args: Expr) -> Expr:
    """A function of the written module that gives a gradient of the operand's shape."""
    x = pull.item or pull.bound["x"]
    return Call(Ref(f"helper.{name}"), (g, build.shape_of(x, pull.kinds), *args))


def _given(pull: Pull, value: Expr) -> Expr:
    """An argument if the call states it."""
    names = [name for name, arg in pull.bound.args.items() if arg is value]
    return value if pull.bound.given.intersection(names) else NOTHING


def _shape(pull: Pull) -> Shape | None:
    """The operand's shape, if it is known."""
    found = shape_of(pull.item or pull.bound["x"], pull.kinds)
    return None if isinstance(found, Unknown) else found


def _length(pull: Pull, node: Expr, dim: Dim, axis: int) -> Expr:
    """The length of an axis: a number where it is known."""
    if dim.value is not None:
        return Const(str(dim.value))
    return Index(build.shape_of(node, pull.kinds), literal(axis))


# -- order and shape


def _transposed(pull: Pull, g: Expr) -> Expr:
    order = shaping.order_of(pull.bound, pull.kinds)
    if order is None or order == tuple(range(len(order)))[::-1]:
        return _turned_round(g)
    inverse = sorted(range(len(order)), key=lambda i: order[i])
    if not _is_simple(g):
        return numpy("transpose", g, literal(tuple(inverse)))
    return Call(Attribute(g, "transpose"), tuple(map(literal, inverse)))


def _turned_round(g: Expr) -> Expr:
    """`g.T`; of a product, the product of the factors turned round."""
    if isinstance(g, Binary) and g.op == "@":
        return Binary("@", _turned_round(g.right), _turned_round(g.left))
    if not _is_simple(g):
        return numpy("transpose", g)
    return g.base if isinstance(g, Attribute) and g.name == "T" else Attribute(g, "T")


def _last_swapped(pull: Pull, g: Expr) -> Expr:
    shape = _shape(pull)
    return matrix_transposed(g, 0 if shape is None else len(shape))


def _unrolled(pull: Pull, g: Expr) -> Expr:
    ends = shaping.rolled(pull.bound, pull.kinds)
    assert ends is not None
    return numpy("moveaxis", g, literal(ends[1]), literal(ends[0]))


def _opposite(pull: Pull, shift: Expr) -> Expr:
    """The shift with its sign turned."""
    match shift:
        case ir.Sequence(kind, items):
            return ir.Sequence(kind, tuple(_opposite(pull, item) for item in items))
        case ir.Unary("-", inner):
            return inner
        case _ if isinstance(pull.kinds.of(shift), Array | Items):
            return numpy("negative", shift)
        case _:
            return ir.Unary("-", shift)


def _reshaped(pull: Pull, g: Expr) -> Expr:
    x = pull.item or pull.bound["x"]
    order = pull.bound.args.get("order", NOTHING)
    in_c = order is NOTHING or pull.kinds.static(order) == "C"
    return reshape_to(pull, g, x, NOTHING if in_c else order)


def reshape_to(pull: Pull, g: Expr, x: Expr, order: Expr = NOTHING) -> Expr:
    """The gradient in the shape of `x`."""
    found = pull.kinds.of(g)
    if shape_of(x, pull.kinds) == () and isinstance(found, Array):
        if found.rank is not None:
            return indexed(g, [_NEVER] * found.rank)
    shape = build.shape_of(x, pull.kinds)
    if isinstance(shape, ir.Sequence) and shape.items and _is_simple(g):
        return on(g, "reshape", *shape.items, order=order)
    return on(g, "reshape", shape, order=order)


def _is_simple(g: Expr) -> bool:
    """Whether a method may be called on this without parentheses."""
    return not isinstance(g, Binary | ir.Unary | Compare)


def _unsqueezed(pull: Pull, g: Expr) -> Expr:
    axis = pull.bound["axis"]
    if axis is NOTHING:
        return reshape_to(pull, g, pull.bound["x"])
    return numpy("expand_dims", g, axis)


# -- repetitions


def _untiled(pull: Pull, g: Expr) -> Expr:
    """The sum over the copies, each of which is an axis of its own at first."""
    shape, reps = _shape(pull), shaping.copies(pull.bound, pull.kinds)
    if shape is None or reps is None:
        return _helper(pull, "_untile", g, pull.bound["reps"])
    x = pull.bound["x"]
    rank = max(len(shape), len(reps))
    counts = (1,) * (rank - len(reps)) + reps
    dims: list[Expr] = []
    copies: list[int] = []
    for i, count in enumerate(counts):
        own = i - (rank - len(shape))
        if count != 1:
            copies.append(len(dims))
            dims.append(Const(str(count)))
        if own >= 0:
            dims.append(_length(pull, x, shape[own], own))
    if not copies:
        return g if len(shape) == rank else reshape_to(pull, g, x)
    return _summed(g, dims, copies)


def _summed(g: Expr, dims: list[Expr], axes: list[int]) -> Expr:
    """`g.reshape(dims).sum(axis=axes)`."""
    if len(dims) == len(axes):
        return on(g, "sum")
    apart = on(g, "reshape", *dims)
    if not _is_simple(g):
        apart = on(g, "reshape", ir.Sequence("tuple", tuple(dims)))
    return on(apart, "sum", axis=build.axes_argument(axes))


def _unrepeated(pull: Pull, g: Expr) -> Expr:
    """The sum over the repetitions of each element."""
    x, repeats, axis = (pull.bound[name] for name in ("x", "repeats", "axis"))
    shape, count = _shape(pull), pull.kinds.static(repeats)
    if shape is None or type(count) is not int:
        return _helper(pull, "_unrepeat", g, repeats, axis)
    dims = [_length(pull, x, dim, i) for i, dim in enumerate(shape)]
    at = pull.kinds.static(axis)
    assert at is None or isinstance(at, int)
    place = len(shape) if at is None else at % len(shape) + 1
    dims.insert(place, Const(str(count)))
    return _summed(g, dims, [place])


def _unpadded(pull: Pull, g: Expr) -> Expr:
    width, mode = pull.bound["pad_width"], pull.bound["mode"]
    if pull.kinds.static(mode) != "constant":
        return _helper(pull, "_unpad_copies", g, width, mode)
    shape = _shape(pull)
    added = None
    if shape is not None:
        added = shaping.widths(pull.bound, pull.kinds, len(shape))
    if added is None:
        return _helper(pull, "_unpad", g, width)
    return indexed(g, [_slice(a, -b if b else None) for a, b in added])


def _slice(start: int | None, stop: int | None) -> Expr:
    if not start and stop is None:
        return WHOLE
    return ir.Slice(
        literal(start) if start else None, None if stop is None else literal(stop)
    )


def _inserted_at(pull: Pull) -> Expr:
    """Where the inserted element stands in the result."""
    place = constant_of(pull.bound, "obj", pull.kinds)
    assert isinstance(place, int)
    return literal(place if place >= 0 else place - 1)


def _without_inserted(pull: Pull, g: Expr) -> Expr:
    axis = pull.bound["axis"]
    rest = numpy("delete", g, _inserted_at(pull), axis=axis)
    shape = _shape(pull)
    if axis is NOTHING and shape is not None and len(shape) != 1:
        return reshape_to(pull, rest, pull.bound["x"])
    return rest


def _weighted(pull: Pull, g: Expr, first: Expr, last: Expr) -> Expr:
    """The sum along the first axis, with weights in equal steps between two numbers."""
    name = pull.operand.name
    dtype = build.dtype_of(g, pull.kinds) or build.dtype_of(
        pull.bound[name], pull.kinds
    )
    weights = numpy(
        "linspace",
        first,
        last,
        pull.bound["num"],
        endpoint=_given(pull, pull.bound["endpoint"]),
        dtype=NOTHING if dtype is None else dtype,
    )
    found = pull.kinds.of(g)
    total = numpy("tensordot", weights, g, ONE)
    if isinstance(found, Array) and not isinstance(found.shape, Unknown):
        if len(found.shape) <= _MATRIX:
            total = Binary("@", weights, g)
        pull.kinds.note(total, Array(found.shape[1:]))
    return total


# -- sorting


def _unsorted(pull: Pull, g: Expr) -> Expr:
    """The gradient in the order of the array: an element's place among the sorted ones
    is the argsort of the argsort."""
    return _reordered(pull, g, pull.bound["x"])


def _unpartitioned(pull: Pull, g: Expr) -> Expr:
    """As after `sort`, the gradient being put in the order of the values first."""
    if pull.bound["axis"] is NOTHING or _is_vector(pull):
        return _reordered(pull, Index(g, numpy("argsort", pull.out)), pull.bound["x"])
    x, axis = pull.bound["x"], pull.bound["axis"]
    return Call(Ref("helper._unpartition"), (g, x, pull.out, axis))


def _reordered(pull: Pull, g: Expr, x: Expr) -> Expr:
    if pull.bound["axis"] is NOTHING:
        ranks = numpy("argsort", Call(Ref("numpy.argsort"), (x, NOTHING)))
        return reshape_to(pull, Index(g, ranks), x)
    if _is_vector(pull):
        return Index(g, numpy("argsort", numpy("argsort", x)))
    axis = _sort_axis(pull)
    ranks = numpy("argsort", numpy("argsort", x, axis=axis), axis=axis)
    return numpy("take_along_axis", g, ranks, axis=pull.bound["axis"])


def _sort_axis(pull: Pull) -> Expr:
    """The axis if it is not the last one, which is the default."""
    axis = pull.bound["axis"]
    return NOTHING if pull.kinds.static(axis) == -1 else axis


def _is_vector(pull: Pull) -> bool:
    shape = _shape(pull)
    return shape is not None and len(shape) == 1


# -- joined arrays


def _piece(pull: Pull, g: Expr) -> Expr:
    """The part of the gradient that belongs to an item of a list."""
    items = joining.items_of(pull.bound)
    at, *inner = pull.operand.place
    if pull.kinds.static(pull.bound.args.get("axis", _NEVER)) is None:
        found = _flat_piece(pull, g, items, at)
    else:
        found = _piece_of(pull, g, items, at)
    return indexed(found, [Const(str(i)) for i in inner])


def _appended(pull: Pull, g: Expr, at: Expr) -> Expr:
    both = (pull.bound["x"], pull.bound["values"])
    place = 0 if as_number(at) == 0 else 1
    if pull.kinds.static(pull.bound["axis"]) is None:
        return _flat_piece(pull, g, both, place)
    return _unranked_piece(pull, g, both, place)


def _flat_piece(pull: Pull, g: Expr, items: Sequence[Expr], at: int) -> Expr:
    """One of several arrays that are flattened and put in a row."""
    sizes = [_size(pull, item) for item in items]
    start, stop = _sum(sizes[:at]), _sum(sizes[: at + 1])
    last = at == len(items) - 1
    piece = indexed(g, [_between(start, None if last else stop)])
    shape = shape_of(items[at], pull.kinds)
    if not isinstance(shape, Unknown) and len(shape) == 1:
        return piece
    return reshape_to(pull, piece, items[at])


def _size(pull: Pull, item: Expr) -> Expr:
    shape = shape_of(item, pull.kinds)
    if not isinstance(shape, Unknown) and all(d.value is not None for d in shape):
        total = 1
        for dim in shape:
            total *= dim.value or 0
        return Const(str(total))
    return build.of_array(build.carrier(item, pull.kinds), "size")


def _between(start: Expr | None, stop: Expr | None) -> Expr:
    return WHOLE if start is None and stop is None else ir.Slice(start, stop)


def _sum(lengths: Sequence[Expr]) -> Expr | None:
    """The sum of some lengths; None for 0."""
    numbers = [int(n) for n in map(as_number, lengths) if n is not None]
    terms = [length for length in lengths if as_number(length) is None]
    total = sum(numbers)
    if total:
        terms.append(Const(str(total)))
    if not terms:
        return None
    whole = terms[0]
    for term in terms[1:]:
        whole = Binary("+", whole, term)
    return whole


def _piece_of(pull: Pull, g: Expr, items: Sequence[Expr], at: int) -> Expr:
    how = joining.joint(pull.bound, pull.kinds)
    if how is None:
        return _unranked_piece(pull, g, items, at)
    lengths = [
        _lifted_length(pull, item, lift, how.axis)
        for item, lift in zip(items, how.lifts, strict=True)
    ]
    start = _sum(lengths[:at])
    parts: list[Expr] = []
    for axis, own in enumerate(how.lifts[at]):
        if axis != how.axis:
            parts.append(_NEVER if own is None else WHOLE)
        elif own is None:
            parts.append(start or _NEVER)
        else:
            last = at == len(items) - 1
            parts.append(_between(start, None if last else _sum(lengths[: at + 1])))
    return indexed(g, parts)


def _lifted_length(pull: Pull, item: Expr, lift: joining.Lift, axis: int) -> Expr:
    own, shape = lift[axis], shape_of(item, pull.kinds)
    assert not isinstance(shape, Unknown)
    return ONE if own is None else _length(pull, item, shape[own], own)


def _unranked_piece(pull: Pull, g: Expr, items: Sequence[Expr], at: int) -> Expr:
    """As `_piece_of`, of arrays whose ranks are not known, along a known axis."""
    axis = pull.kinds.static(pull.bound["axis"])
    assert isinstance(axis, int)
    if pull.bound.rule.form.startswith("stack"):
        part: Expr = Const(str(at))
    else:
        lengths = [_length_along(pull, item, axis) for item in items]
        last = at == len(items) - 1
        start, stop = _sum(lengths[:at]), _sum(lengths[: at + 1])
        part = _between(start, None if last else stop)
    if axis >= 0:
        return indexed(g, [*[WHOLE] * axis, part])
    return indexed(g, [Const("..."), part, *[WHOLE] * (-axis - 1)])


def _length_along(pull: Pull, item: Expr, axis: int) -> Expr:
    shape = shape_of(item, pull.kinds)
    if not isinstance(shape, Unknown):
        return _length(pull, item, shape[axis], axis)
    return Index(build.shape_of(item, pull.kinds), literal(axis))


def _piece_of_block(pull: Pull, g: Expr) -> Expr:
    """The part of the gradient that belongs to an array of a block."""
    node, kinds = pull.bound["xs"], pull.kinds
    levels, rank = joining.depth(node), joining.block_rank(node, kinds)
    parts: list[Expr] = [WHOLE] * rank
    for place in pull.operand.place:
        assert isinstance(node, ir.Sequence)
        axis = rank - levels
        lengths = [_block_length(pull, n, levels - 1, rank, axis) for n in node.items]
        last = place == len(node.items) - 1
        stop = None if last else _sum(lengths[: place + 1])
        parts[axis] = _between(_sum(lengths[:place]), stop)
        node, levels = node.items[place], levels - 1
    shape = shape_of(node, kinds)
    assert not isinstance(shape, Unknown)
    new = rank - len(shape)
    return indexed(g, [*map(_first, parts[:new]), *parts[new:]])


def _first(part: Expr) -> Expr:
    """The place of an axis of length 1 that an array got in a block."""
    return (part.lower or _NEVER) if isinstance(part, ir.Slice) else part


def _block_length(pull: Pull, node: Expr, levels: int, rank: int, axis: int) -> Expr:
    """The length of a block, or of a list in it, along an axis."""
    if isinstance(node, ir.Sequence):
        parts = [
            _block_length(pull, item, levels - 1, rank, axis) for item in node.items
        ]
        return (_sum(parts) or _NEVER) if rank - levels == axis else parts[0]
    shape = shape_of(node, pull.kinds)
    assert not isinstance(shape, Unknown)
    own = axis - (rank - len(shape))
    return ONE if own < 0 else _length(pull, node, shape[own], own)


def _meshed(pull: Pull, g: Expr) -> Expr:
    """The sum over the axes along which the vector was repeated."""
    count = len(joining.items_of(pull.bound))
    at = pull.operand.place[0]
    if at < 2 <= count and pull.kinds.static(pull.bound["indexing"]) == "xy":
        at = 1 - at
    others = [i for i in range(count) if i != at]
    total = on(g, "sum", axis=build.axes_argument(others)) if others else g
    assert pull.item is not None
    shape = shape_of(pull.item, pull.kinds)
    return indexed(total, [_NEVER]) if shape == () else total


# -- selected elements


def _diag_back(pull: Pull, g: Expr) -> Expr:
    shape, offset = _shape(pull), pull.bound["k"]
    if shape is not None and len(shape) == 1:
        return numpy("diagonal", g, offset=_given(pull, offset))
    square = shape is not None and shape[0] == shape[1]
    if square and pull.kinds.static(offset) == 0:
        return numpy("diag", g)
    return _helper(pull, "_diag_back", g, offset)


def _item_back(pull: Pull, g: Expr) -> Expr:
    """The gradient of `x.item()`, or of `x.item(3)`, which counts through rows."""
    places = pull.bound["places"]
    assert isinstance(places, ir.Sequence)
    if not places.items:
        return _filled(pull, g)
    return _helper(pull, "_add_at_flat", g, places.items[0])


def _filled(pull: Pull, g: Expr) -> Expr:
    """An array of one element."""
    x = pull.bound["x"]
    if isinstance(x, ir.Var | ir.Item):
        return numpy("full_like", x, g)
    return numpy("full", build.shape_of(x, pull.kinds), g)


def _inside(pull: Pull, g: Expr, low: Expr, high: Expr) -> Expr:
    """The gradient where an element is strictly between the bounds that there are."""
    x = pull.bound["x"]
    sides = [
        Compare((op,), (x, bound))
        for op, bound in ((">", low), ("<", high))
        if bound is not NOTHING
    ]
    if not sides:
        return g
    mask = sides[0] if len(sides) == 1 else Binary("&", sides[0], sides[1])
    return Binary("*", mask, g)


def _converted(pull: Pull, g: Expr) -> Expr:
    """The gradient in the type of the array; none through integers."""
    if type_kind(pull.bound["dtype"], pull.kinds) not in ("float", "any"):
        return _NEVER
    dtype = build.dtype_of(pull.bound["x"], pull.kinds)
    return g if dtype is None else on(g, "astype", dtype)


WORDS: Mapping[str, Word] = {
    "given": _given,
    "transposed": _transposed,
    "last_swapped": _last_swapped,
    "unrolled": _unrolled,
    "opposite": _opposite,
    "reshaped": _reshaped,
    "unsqueezed": _unsqueezed,
    "untiled": _untiled,
    "unrepeated": _unrepeated,
    "unpadded": _unpadded,
    "weighted": _weighted,
    "inserted_at": _inserted_at,
    "without_inserted": _without_inserted,
    "unsorted": _unsorted,
    "unpartitioned": _unpartitioned,
    "piece": _piece,
    "piece_of_block": _piece_of_block,
    "appended": _appended,
    "meshed": _meshed,
    "diag_back": _diag_back,
    "item_back": _item_back,
    "inside": _inside,
    "converted": _converted,
}
