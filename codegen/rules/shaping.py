"""Rules of operations that order and reshape an array's elements.

`given(v)` is an argument that the call states, and nothing else; `reshaped(g)` has the
operand's shape.
"""

from __future__ import annotations

from ..ir import expr as ir
from ..ir.dims import (
    ONE,
    Dim,
    Shape,
    ShapeMismatch,
    nothing_known,
    product,
    quotient,
)
from ..ir.expr import Expr
from ..ir.types import Number, Unknown
from .pullback import (
    NONE,
    Bound,
    Kinds,
    Pullback,
    Result,
    Unsupported,
    pullback,
)
from .reading import at_axis
from .results import (
    computed,
    constant_of,
    listed,
    same,
    shape_of,
    stated,
    static_axes,
)

_MATRIX = 2

# Orders of elements that do not depend on how they lie in memory.
_ORDERS = ("C", "F")


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
    constant_of(call, "order", kinds, _ORDERS)
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
    divisors = [dim for dim in dims if dim is not None]
    if len(divisors) < len(dims):
        return None
    return quotient(product(shape), product(divisors))


def flat(call: Bound, kinds: Kinds) -> Shape:
    shape = shape_of(call["x"], kinds)
    return (nothing_known() if isinstance(shape, Unknown) else product(shape),)


def _raveled(call: Bound, kinds: Kinds) -> Shape:
    constant_of(call, "order", kinds, _ORDERS)
    return flat(call, kinds)


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


def _with_axis(call: Bound, kinds: Kinds) -> Expr | None:
    """The index that adds one axis: `x[:, None]`."""
    shape, axis = shape_of(call["x"], kinds), kinds.static(call["axis"])
    if type(axis) is not int:
        return None
    return at_axis(
        axis if isinstance(shape, Unknown) else axis % (len(shape) + 1), NONE
    )


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
        x="swapped(g, axis1, axis2)",
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
        computed(_raveled),
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
        reads=_with_axis,
        x="squeeze(g, axis=axis)",
    ),
    pullback("atleast_1d(x)", _at_least(1), moves=True, x="reshaped(g)"),
    pullback("atleast_2d(x)", _at_least(2), moves=True, x="reshaped(g)"),
    pullback("atleast_3d(x)", _at_least(3), moves=True, x="reshaped(g)"),
)
