"""Rules of operations that order, reshape and repeat an array's elements.

`given(v)` is an argument that the call states, and nothing else; `reshaped(g)` has the
operand's shape. What joins arrays or chooses between them stands in `joining.py`, what
reads some of an array's elements in `selecting.py`.
"""

from __future__ import annotations

from ..ir import expr as ir
from ..ir.dims import ONE, Dim, Shape, ShapeMismatch, constant, nothing_known, product
from ..ir.expr import Expr
from ..ir.types import Array, Number, Type, Unknown, nowhere
from .pullback import Bound, Kinds, Pullback, Result, Unsupported, fixed, pullback
from .results import (
    computed,
    constant_of,
    kind_of,
    listed,
    same,
    shape_of,
    stated,
    static_axes,
    type_kind,
)

_MATRIX = 2


# -- axes


def place(axis: object, rank: int) -> int | None:
    """An axis counted from the front; None if it is not known.

    Raises:
        ShapeMismatch: for an axis that the array does not have.
    """
    if type(axis) is not int:
        return None
    if rank == 0:
        raise Unsupported("a number has no axis")
    return (static_axes(axis, rank) or (None,))[0]


def order_of(call: Bound, kinds: Kinds) -> tuple[int, ...] | None:
    """The order that `transpose` puts the axes in; None: all turned round.

    Raises:
        ShapeMismatch: where it is no order of the array's axes.
    """
    axes = listed(call, "axes", kinds)
    if axes is None or axes == ():
        return None
    order = axes if isinstance(axes, tuple) else (axes,)
    rank = len(order)
    found = tuple(a % rank for a in order if type(a) is int and -rank <= a < rank)
    if sorted(found) != list(range(rank)):
        raise ShapeMismatch(f"{axes} is no order of {rank} axes")
    return found


def _transposed(call: Bound, kinds: Kinds) -> Shape | Unknown | None:
    shape, order = shape_of(call["x"], kinds), order_of(call, kinds)
    if isinstance(shape, Unknown):
        return None
    if order is None:
        return shape[::-1]
    if len(order) != len(shape):
        raise ShapeMismatch(f"{len(order)} axes for an array of rank {len(shape)}")
    return tuple(shape[a] for a in order)


def _last_swapped(call: Bound, kinds: Kinds) -> Shape | None:
    shape = shape_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return None
    if len(shape) < _MATRIX:
        raise ShapeMismatch("a transposed matrix needs at least two axes")
    return (*shape[:-2], shape[-1], shape[-2])


def _swapped(call: Bound, kinds: Kinds) -> Shape | None:
    shape = shape_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return None
    axes = (kinds.static(call[name]) for name in ("axis1", "axis2"))
    first, second = (place(axis, len(shape)) for axis in axes)
    if first is None or second is None:
        return tuple(nothing_known() for _ in shape)
    dims = list(shape)
    dims[first], dims[second] = dims[second], dims[first]
    return tuple(dims)


def _moved(call: Bound, kinds: Kinds) -> Shape | None:
    shape = shape_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return None
    ends = [kinds.static(call[name]) for name in ("source", "destination")]
    pairs = [end if isinstance(end, tuple) else (end,) for end in ends]
    source, destination = (
        [at for at in (place(a, len(shape)) for a in pair) if at is not None]
        for pair in pairs
    )
    if len(source) != len(pairs[0]) or len(destination) != len(source):
        return tuple(nothing_known() for _ in shape)
    order = [i for i in range(len(shape)) if i not in source]
    for to, at in sorted(zip(destination, source, strict=True)):
        order.insert(to, at)
    return tuple(shape[i] for i in order)


def rolled(call: Bound, kinds: Kinds) -> tuple[int, int] | None:
    """From which to which place `rollaxis` moves an axis; None: not known."""
    shape = shape_of(call["x"], kinds)
    start = kinds.static(call["start"])
    if isinstance(shape, Unknown) or type(start) is not int:
        return None
    axis = place(kinds.static(call["axis"]), len(shape))
    start += len(shape) if start < 0 else 0
    return None if axis is None else (axis, start - (axis < start))


def _rolled(call: Bound, kinds: Kinds) -> Shape | None:
    shape, ends = shape_of(call["x"], kinds), rolled(call, kinds)
    if isinstance(shape, Unknown) or ends is None:
        return None
    dims = list(shape)
    dims.insert(ends[1], dims.pop(ends[0]))
    return tuple(dims)


def _turned(call: Bound, kinds: Kinds) -> Shape | None:
    shape, axes = shape_of(call["x"], kinds), kinds.static(call["axes"])
    turns = kinds.static(call["k"])
    if isinstance(shape, Unknown) or not isinstance(axes, tuple):
        return None
    first, second = (place(a, len(shape)) for a in axes)
    if first is None or second is None or type(turns) is not int:
        return None
    dims = list(shape)
    if turns % 2:
        dims[first], dims[second] = dims[second], dims[first]
    return tuple(dims)


# -- shapes


def _dims(node: Expr, kinds: Kinds) -> tuple[object, ...] | None:
    """The lengths that a shape argument states, as far as they are known."""
    if isinstance(node, ir.Paren):
        return _dims(node.inner, kinds)
    if isinstance(node, ir.Sequence) and node.items:
        if len(node.items) == 1 and not isinstance(kinds.of(node.items[0]), Number):
            return _dims(node.items[0], kinds)
        return tuple(kinds.static(item) for item in node.items)
    value = kinds.static(node)
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(kinds.of(node), Number) else None


def _reshaped(call: Bound, kinds: Kinds) -> Shape | None:
    shape, dims = shape_of(call["x"], kinds), _dims(call["shape"], kinds)
    if dims is None:
        return None
    known: list[Dim | None] = []
    for dim in dims:
        found = stated(dim)
        known.append(None if found is None else found[0])
    open_ = [i for i, dim in enumerate(dims) if dim == -1]
    if len(open_) == 1 and not isinstance(shape, Unknown):
        others = [dim for i, dim in enumerate(known) if i != open_[0]]
        known[open_[0]] = _quotient(shape, others)
    return tuple(nothing_known() if dim is None else dim for dim in known)


def _quotient(shape: Shape, dims: list[Dim | None]) -> Dim | None:
    """The number of elements divided by these lengths, where that is known."""
    rest, divisor = list(shape), 1
    for dim in dims:
        if dim is not None and dim in rest:
            rest.remove(dim)
        elif dim is not None and dim.value is not None:
            divisor *= dim.value
        else:
            return None
    total = product(rest)
    if divisor == 1:
        return total
    if total.value is None or not divisor:
        return None
    return constant(total.value // divisor)


def _flat(call: Bound, kinds: Kinds) -> Shape:
    shape = shape_of(call["x"], kinds)
    return (nothing_known() if isinstance(shape, Unknown) else product(shape),)


def _squeezed(call: Bound, kinds: Kinds) -> Shape | None:
    shape, axis = shape_of(call["x"], kinds), kinds.static(call["axis"])
    if isinstance(shape, Unknown):
        return None
    if axis is None:
        whole = all(dim.value is not None for dim in shape)
        return tuple(dim for dim in shape if dim != ONE) if whole else None
    axes = static_axes(axis, len(shape))
    if axes is None:
        return None
    return tuple(dim for i, dim in enumerate(shape) if i not in axes)


def _expanded(call: Bound, kinds: Kinds) -> Shape | None:
    shape, axis = shape_of(call["x"], kinds), kinds.static(call["axis"])
    if isinstance(shape, Unknown):
        return None
    count = len(axis) if isinstance(axis, tuple) else 1
    axes = static_axes(axis, len(shape) + count)
    if axes is None:
        return None
    dims = list(shape)
    for at in axes:
        dims.insert(at, ONE)
    return tuple(dims)


def _at_least(rank: int) -> Result:
    """The shape with axes of length 1, as `atleast_1d` and its like add them."""

    def shape(call: Bound, kinds: Kinds) -> Shape | None:
        found = shape_of(call["x"], kinds)
        return None if isinstance(found, Unknown) else lifted(found, rank)

    return computed(shape)


def lifted(shape: Shape, rank: int) -> Shape:
    """The shape that `atleast_1d`, `atleast_2d` and `atleast_3d` give."""
    match rank, len(shape):
        case 3, 1:
            return (ONE, shape[0], ONE)
        case 3, 2:
            return (*shape, ONE)
        case _:
            return (ONE,) * (rank - len(shape)) + shape


# -- repetitions


def copies(call: Bound, kinds: Kinds) -> tuple[int, ...] | None:
    """How often `tile` repeats each of the last axes; None: not known."""
    found = kinds.static(call["reps"])
    reps = found if isinstance(found, tuple) else (found,)
    numbers = tuple(n for n in reps if type(n) is int)
    return numbers if len(numbers) == len(reps) else None


def _tiled(call: Bound, kinds: Kinds) -> Shape | None:
    shape, reps = shape_of(call["x"], kinds), copies(call, kinds)
    if isinstance(shape, Unknown) or reps is None:
        return None
    rank = max(len(shape), len(reps))
    whole = (1,) * (rank - len(reps)) + reps
    dims = (ONE,) * (rank - len(shape)) + shape
    return tuple(constant(n) * dim for n, dim in zip(whole, dims, strict=True))


def _repeated(call: Bound, kinds: Kinds) -> Shape | None:
    shape, count = shape_of(call["x"], kinds), kinds.static(call["repeats"])
    axis = kinds.static(call["axis"])
    if axis is not None and type(axis) is not int:
        raise Unsupported("`axis` has to be a constant")
    if isinstance(shape, Unknown):
        return None
    if axis is None:
        shape, axis = (product(shape),), 0
    at = place(axis, len(shape))
    found = stated(count) if type(count) is int else None
    longer = shape[at or 0] * found[0] if found else nothing_known()
    return tuple(longer if i == at else dim for i, dim in enumerate(shape))


def _stated(call: Bound, kinds: Kinds) -> Shape | None:
    return stated(kinds.static(call["shape"]))


def widths(call: Bound, kinds: Kinds, rank: int) -> list[tuple[int, int]] | None:
    """How much `pad` adds before and after each axis; None: not known."""
    match kinds.static(call["pad_width"]):
        case int() as both:
            return [(both, both)] * rank
        case (int() as before, int() as after):
            return [(before, after)] * rank
        case (int() as both,) | ((int() as both,),):
            return [(both, both)] * rank
        case ((int() as before, int() as after),):
            return [(before, after)] * rank
        case tuple() as pairs if len(pairs) == rank:
            found = [p for p in pairs if isinstance(p, tuple) and len(p) == 2]
            return found if len(found) == rank else None
        case _:
            return None


# The modes of `pad` in which every element of the result is 0 or one of the array's.
_PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def _triangle(call: Bound, kinds: Kinds) -> Type:
    shape, kind = shape_of(call["x"], kinds), kind_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return Array(nowhere(), kind)
    return Array(shape * 2 if len(shape) == 1 else shape, kind)


def _padded(call: Bound, kinds: Kinds) -> Shape | None:
    constant_of(call, "mode", kinds, _PAD_MODES)
    shape = shape_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return None
    added = widths(call, kinds, len(shape))
    if added is None:
        return tuple(nothing_known() for _ in shape)
    pairs = zip(shape, added, strict=True)
    return tuple(dim + constant(before + after) for dim, (before, after) in pairs)


def _inserted(call: Bound, kinds: Kinds) -> Shape | None:
    """One element, or one slice of the array, put in at one place."""
    shape, axis = shape_of(call["x"], kinds), kinds.static(call["axis"])
    values = shape_of(call["values"], kinds)
    constant_of(call, "axis", kinds)
    if type(constant_of(call, "obj", kinds)) is not int:
        raise Unsupported("more than one place is not supported")
    if isinstance(shape, Unknown):
        return None
    rank = 1 if axis is None else len(shape)
    if isinstance(values, Unknown) or len(values) >= rank:
        raise Unsupported("the values have to be one element, or one slice")
    if axis is None:
        return (product(shape) + ONE,)
    at = place(axis, rank)
    return tuple(dim + ONE if i == at else dim for i, dim in enumerate(shape))


# -- sorting


def _sorted(call: Bound, kinds: Kinds) -> Type:
    axis = constant_of(call, "axis", kinds)
    shape = shape_of(call["x"], kinds)
    kind = kind_of(call["x"], kinds)
    if axis is None:
        return Array(_flat(call, kinds), kind)
    return Array(shape, kind)


def _positions(call: Bound, kinds: Kinds) -> Type:
    found = _sorted(call, kinds)
    assert isinstance(found, Array)
    return Array(found.shape, "int")


# -- types


def _converted(call: Bound, kinds: Kinds) -> Type:
    kind = type_kind(call["dtype"], kinds)
    if kind is None:
        raise Unsupported("this type is not supported")
    return Array(shape_of(call["x"], kinds), kind)


RULES: tuple[Pullback, ...] = (
    # order of the axes
    pullback(
        "transpose(x, axes=None)",
        computed(_transposed),
        spell="numpy.transpose numpy.permute_dims",
        methods=".T",
        moves=True,
        x="transposed(g)",
    ),
    pullback(
        "transpose(x, *axes)",
        computed(_transposed),
        spell=None,
        methods="transpose",
        moves=True,
        x="transposed(g)",
    ),
    pullback(
        "matrix_transpose(x)",
        computed(_last_swapped),
        spell="numpy.matrix_transpose numpy.linalg.matrix_transpose",
        methods=".mT",
        moves=True,
        x="last_swapped(g)",
    ),
    pullback(
        "swapaxes(x, axis1, axis2)",
        computed(_swapped),
        methods="swapaxes",
        moves=True,
        x="swapaxes(g, axis1, axis2)",
    ),
    pullback(
        "moveaxis(x, source, destination)",
        computed(_moved),
        moves=True,
        x="moveaxis(g, destination, source)",
    ),
    pullback(
        "rollaxis(x, axis, start=0)",
        computed(_rolled),
        ranked=True,
        moves=True,
        x="unrolled(g)",
    ),
    # order of the elements
    pullback("flip(x, axis=None)", same(), moves=True, x="flip(g, axis=axis)"),
    pullback("fliplr(x)", same(), moves=True, x="fliplr(g)"),
    pullback("flipud(x)", same(), moves=True, x="flipud(g)"),
    pullback(
        "rot90(x, k=1, axes=(0, 1))",
        computed(_turned),
        moves=True,
        x="rot90(g, opposite(k), axes=given(axes))",
    ),
    pullback(
        "roll(x, shift, axis=None)",
        same(),
        moves=True,
        x="roll(g, opposite(shift), axis=axis)",
    ),
    pullback(
        "sort(x, axis=-1, kind=None, *, stable=None)",
        _sorted,
        x="unsorted(g)",
    ),
    pullback("partition(x, kth, axis=-1)", _sorted, x="unpartitioned(g)"),
    # shapes
    pullback(
        "reshape(x, shape, order='C')",
        computed(_reshaped),
        moves=True,
        x="reshaped(g)",
    ),
    pullback(
        "reshape(x, *shape, order='C')",
        computed(_reshaped),
        spell=None,
        methods="reshape",
        moves=True,
        x="reshaped(g)",
    ),
    pullback(
        "ravel(x, order='C')",
        computed(_flat),
        methods="ravel flatten .flat",
        moves=True,
        x="reshaped(g)",
    ),
    pullback(
        "squeeze(x, axis=None)",
        computed(_squeezed),
        methods="squeeze",
        moves=True,
        x="unsqueezed(g)",
    ),
    pullback(
        "expand_dims(x, axis)",
        computed(_expanded),
        moves=True,
        x="squeeze(g, axis=axis)",
    ),
    pullback("atleast_1d(x)", _at_least(1), moves=True, x="reshaped(g)"),
    pullback("atleast_2d(x)", _at_least(2), moves=True, x="reshaped(g)"),
    pullback("atleast_3d(x)", _at_least(3), moves=True, x="reshaped(g)"),
    # repetitions
    pullback("broadcast_to(x, shape)", computed(_stated), exact=False, x="g"),
    pullback("tile(x, reps)", computed(_tiled), x="untiled(g)"),
    pullback(
        "repeat(x, repeats, axis=None)",
        computed(_repeated),
        methods="repeat",
        x="unrepeated(g)",
    ),
    pullback(
        "resize(x, shape)",
        computed(_stated),
        x="_add_at_flat(g, shape(x), reshape(arange(size(g)), shape(g)) % size(x))",
    ),
    # borders
    pullback(
        "pad(x, pad_width, mode='constant', *, constant_values=0)",
        computed(_padded),
        x="unpadded(g)",
    ),
    pullback(
        "insert(x, obj, values, axis=None)",
        computed(_inserted),
        ranked=True,
        exact=False,
        x="without_inserted(g)",
        values="take(g, inserted_at(), axis=axis)",
    ),
    # triangles
    pullback("tril(x, k=0)", _triangle, exact=False, x="tril(g, k=given(k))"),
    pullback("triu(x, k=0)", _triangle, exact=False, x="triu(g, k=given(k))"),
    # types
    pullback("copy(x)", same(), methods="copy", x="g"),
    pullback("astype(x, dtype)", _converted, methods="astype", x="converted(g)"),
    pullback("real(x)", same(), methods=".real", x="g"),
    pullback(
        "conj(x)",
        same(),
        spell="numpy.conj numpy.conjugate numpy.real_if_close",
        methods="conj conjugate",
        x="g",
    ),
    fixed("imag(x)", same(), methods=".imag"),
    # no gradient
    fixed("argsort(x, axis=-1, kind=None)", _positions, methods="argsort"),
    fixed("argpartition(x, kth, axis=-1)", _positions, methods="argpartition"),
)
