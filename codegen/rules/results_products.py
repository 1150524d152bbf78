"""Types of the results of products of arrays."""

from __future__ import annotations

from ..ir.dims import (
    Dim,
    Shape,
    ShapeMismatch,
    broadcast,
    constant,
    nothing_known,
    unknown,
)
from ..ir.expr import Expr
from ..ir.types import Array, Type, Unknown, nowhere
from .pullback import Bound, Kinds, ShapeNeeded, Unsupported
from .results import (
    check_equal,
    kind_of,
    shape_of,
    static_axes,
    together,
)

_MATRIX = 2


def pair_kind(call: Bound, kinds: Kinds) -> str:
    """The kind of a product of `a` and `b`."""
    return together([kind_of(call[name], kinds) for name in ("a", "b")])


def pair_shapes(call: Bound, kinds: Kinds) -> tuple[Shape, Shape] | None:
    """The shapes of `a` and `b`, if both are known."""
    a, b = shape_of(call["a"], kinds), shape_of(call["b"], kinds)
    return None if isinstance(a, Unknown) or isinstance(b, Unknown) else (a, b)


def inner(call: Bound, kinds: Kinds) -> Type:
    """`np.inner`: a product with numbers, else over the last axes."""
    pair, kind = pair_shapes(call, kinds), pair_kind(call, kinds)
    if pair is None:
        return Array(nowhere(), kind)
    a, b = pair
    if not a or not b:
        return Array(a or b, kind)
    check_equal(a[-1], b[-1], a, b)
    return Array(a[:-1] + b[:-1], kind)


def outer(call: Bound, kinds: Kinds) -> Type:
    """`np.outer`, of anything flattened."""
    found = [_flat(call[name], kinds) for name in ("a", "b")]
    return Array((found[0], found[1]), pair_kind(call, kinds))


def each_with_each(call: Bound, kinds: Kinds) -> Type:
    """`np.add.outer`: the axes of both."""
    pair = pair_shapes(call, kinds)
    shape = nowhere() if pair is None else (*pair[0], *pair[1])
    return Array(shape, pair_kind(call, kinds))


def _flat(node: Expr, kinds: Kinds) -> Dim:
    shape = shape_of(node, kinds)
    if isinstance(shape, Unknown):
        return unknown(f"size {shape.name}")
    total = constant(1)
    for dim in shape:
        total = total * dim
    return total


def scalar_product(call: Bound, kinds: Kinds) -> Type:
    """`np.vdot`, of anything flattened."""
    return Array((), pair_kind(call, kinds))


def contracted_axes(
    axes: object, m: int, n: int
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The axes of two arrays of these ranks that `np.tensordot` sums over; None if
    they are not known."""
    match axes:
        case int() if not isinstance(axes, bool) and 0 <= axes <= min(m, n):
            return tuple(range(m - axes, m)), tuple(range(axes))
        case (_, _):
            chosen = [part if isinstance(part, tuple) else (part,) for part in axes]
            if not all(type(axis) is int for part in chosen for axis in part):
                return None
            for rank, part in zip((m, n), chosen, strict=True):
                static_axes(part, rank)
            return (
                tuple(axis % m for axis in chosen[0]),
                tuple(axis % n for axis in chosen[1]),
            )
        case _:
            return None


def tensordot(call: Bound, kinds: Kinds) -> Type:
    """`np.tensordot`: the axes of `a`, then those of `b` that are not summed over."""
    pair, kind = pair_shapes(call, kinds), pair_kind(call, kinds)
    if pair is None:
        return Array(nowhere(), kind)
    a, b = pair
    found = contracted_axes(kinds.static(call["axes"]), len(a), len(b))
    if found is None:
        raise Unsupported("`axes` has to be a constant")
    for i, j in zip(*found, strict=True):
        check_equal(a[i], b[j], a, b)
    rows = tuple(d for i, d in enumerate(a) if i not in found[0])
    return Array(
        (*rows, *(d for j, d in enumerate(b) if j not in found[1])),
        kind,
    )


def kron(call: Bound, kinds: Kinds) -> Type:
    """`np.kron`: the lengths multiplied, axis by axis."""
    pair, kind = pair_shapes(call, kinds), pair_kind(call, kinds)
    if pair is None:
        return Array(nowhere(), kind)
    rank = max(map(len, pair))
    a, b = ((constant(1),) * (rank - len(shape)) + shape for shape in pair)
    return Array(tuple(m * n for m, n in zip(a, b, strict=True)), kind)


def cross(call: Bound, kinds: Kinds) -> Type:
    """`np.cross`; `axis` stands for all three of `axisa`, `axisb` and `axisc`."""
    pair, kind = pair_shapes(call, kinds), pair_kind(call, kinds)
    axes = cross_axes(call, kinds)
    if axes is None:
        raise Unsupported("the axes have to be constants")
    last = axes == (-1, -1, -1)
    if pair is None:
        if not last:
            raise ShapeNeeded("with axes, there may be no broadcasting")
        return Array(nowhere(), kind)
    a, b = (_axis_last(shape, at) for shape, at in zip(pair, axes, strict=False))
    if not last and (len(a) != len(b) or a[:-1] != b[:-1]):
        raise Unsupported("with axes, there may be no broadcasting")
    lengths = [a[-1].value, b[-1].value]
    for length in lengths:
        if length not in (2, 3, None):
            raise ShapeMismatch("a cross product is of vectors of 2 or 3 components")
    if not last and lengths != [3, 3]:
        raise Unsupported("with axes, vectors of 3 components are needed")
    shape = broadcast(a[:-1], b[:-1])
    if None in lengths:
        return Array(nowhere(), kind)
    if lengths == [2, 2]:
        return Array(shape, kind)
    at = axes[2] % (len(shape) + 1)
    return Array((*shape[:at], constant(3), *shape[at:]), kind)


def cross_axes(call: Bound, kinds: Kinds) -> tuple[int, int, int] | None:
    """The axes of a cross product's operands and of its result."""
    axis = kinds.static(call["axis"])
    axes = [kinds.static(call[name]) for name in ("axisa", "axisb", "axisc")]
    found = axes if axis is None else [axis] * 3
    numbers = [at for at in found if type(at) is int]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == len(axes) else None


def _axis_last(shape: Shape, axis: int) -> Shape:
    (at,) = static_axes(axis, len(shape)) or (0,)
    return (*shape[:at], *shape[at + 1 :], shape[at])


def vecdot(call: Bound, kinds: Kinds) -> Type:
    """`np.vecdot`, over the last axes."""
    pair, kind = pair_shapes(call, kinds), pair_kind(call, kinds)
    if pair is None or not pair[0] or not pair[1]:
        return Array(nowhere(), kind)
    return Array(broadcast(*pair)[:-1], kind)


def matvec(call: Bound, kinds: Kinds) -> Type:
    """`np.matvec`, a stack of matrices by a stack of vectors."""
    pair, kind = pair_shapes(call, kinds), pair_kind(call, kinds)
    if pair is None or len(pair[0]) < _MATRIX or not pair[1]:
        return Array(nowhere(), kind)
    a, b = pair
    check_equal(a[-1], b[-1], a, b)
    return Array((*broadcast(a[:-2], b[:-1]), a[-2]), kind)


def vecmat(call: Bound, kinds: Kinds) -> Type:
    """`np.vecmat`, a stack of vectors by a stack of matrices."""
    pair, kind = pair_shapes(call, kinds), pair_kind(call, kinds)
    if pair is None or len(pair[1]) < _MATRIX or not pair[0]:
        return Array(nowhere(), kind)
    a, b = pair
    check_equal(a[-1], b[-2], a, b)
    return Array((*broadcast(a[:-1], b[:-2]), b[-1]), kind)


def traced(call: Bound, kinds: Kinds) -> Type:
    """The shape without two axes."""
    shape = shape_of(call["x"], kinds)
    kind = kind_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return Array(nowhere(), kind)
    pair = (kinds.static(call["axis1"]), kinds.static(call["axis2"]))
    axes = static_axes(pair, len(shape))
    if axes is None:
        return Array(nowhere(), kind)
    return Array(tuple(d for i, d in enumerate(shape) if i not in axes), kind)


def convolved(call: Bound, kinds: Kinds) -> Type:
    """The result of `np.convolve` and `np.correlate`, of two vectors."""
    pair, kind = pair_shapes(call, kinds), pair_kind(call, kinds)
    mode = kinds.static(call["mode"])
    if mode not in ("full", "same", "valid"):
        raise Unsupported('`mode` has to be "full", "same" or "valid"')
    if pair is None:
        return Array((nothing_known(),), kind)
    a, b = pair
    if len(a) != 1 or len(b) != 1:
        raise Unsupported("two vectors are needed")
    if mode == "full":
        return Array((a[0] + b[0] - constant(1),), kind)
    m, n = a[0].value, b[0].value
    if m is None or n is None:
        return Array((unknown(f"{mode} {a[0]} {b[0]}"),), kind)
    longer, shorter = max(m, n), min(m, n)
    length = longer if mode == "same" else longer - shorter + 1
    return Array((constant(length),), kind)


def chained(call: Bound, kinds: Kinds) -> Type:
    """`multi_dot`: the rows of the first and the columns of the last factor."""
    factors = getattr(call["xs"], "items", None)
    if factors is None or len(factors) < _MATRIX:
        raise Unsupported("the matrices have to stand in a list here")
    shapes = [shape_of(factor, kinds) for factor in factors]
    first, last = shapes[0], shapes[-1]
    kind = together([kind_of(factor, kinds) for factor in factors])
    if isinstance(first, Unknown) or isinstance(last, Unknown):
        return Array(nowhere(), kind)
    return Array((*first[:-1], *last[1:]), kind)
