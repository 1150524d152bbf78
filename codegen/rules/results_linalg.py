"""Types of the results of products of arrays and of linear algebra."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.dims import (
    ONE,
    Dim,
    Shape,
    ShapeMismatch,
    broadcast,
    constant,
    nothing_known,
    unknown,
)
from ..ir.expr import Expr
from ..ir.types import Array, Tree, Type, Unknown, nowhere
from .pullback import Bound, Kinds, Result, Unsupported
from .results import (
    check_equal,
    floating,
    kind_of,
    reduced,
    shape_of,
    static_axes,
    together,
)

_MATRIX = 2


# -- products


def pair_kind(call: Bound, kinds: Kinds) -> str:
    """The kind of a product of `a` and `b`."""
    return together([kind_of(call[name], kinds) for name in ("a", "b")])


def _pair(call: Bound, kinds: Kinds) -> tuple[Shape, Shape] | None:
    """The shapes of `a` and `b`, if both are known."""
    a, b = shape_of(call["a"], kinds), shape_of(call["b"], kinds)
    return None if isinstance(a, Unknown) or isinstance(b, Unknown) else (a, b)


def inner(call: Bound, kinds: Kinds) -> Type:
    """`np.inner`: a product with numbers, else over the last axes."""
    pair, kind = _pair(call, kinds), pair_kind(call, kinds)
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
    pair, kind = _pair(call, kinds), pair_kind(call, kinds)
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
    pair, kind = _pair(call, kinds), pair_kind(call, kinds)
    if pair is None:
        return Array(nowhere(), kind)
    rank = max(map(len, pair))
    a, b = ((constant(1),) * (rank - len(shape)) + shape for shape in pair)
    return Array(tuple(m * n for m, n in zip(a, b, strict=True)), kind)


def cross(call: Bound, kinds: Kinds) -> Type:
    """`np.cross`; `axis` stands for all three of `axisa`, `axisb` and `axisc`."""
    pair, kind = _pair(call, kinds), pair_kind(call, kinds)
    axes = cross_axes(call, kinds)
    if axes is None:
        raise Unsupported("the axes have to be constants")
    last = axes == (-1, -1, -1)
    if pair is None:
        if not last:
            raise Unsupported("with axes, the shapes of both arrays must be known")
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
    pair, kind = _pair(call, kinds), pair_kind(call, kinds)
    if pair is None or not pair[0] or not pair[1]:
        return Array(nowhere(), kind)
    return Array(broadcast(*pair)[:-1], kind)


def matvec(call: Bound, kinds: Kinds) -> Type:
    """`np.matvec`, a stack of matrices by a stack of vectors."""
    pair, kind = _pair(call, kinds), pair_kind(call, kinds)
    if pair is None or len(pair[0]) < _MATRIX or not pair[1]:
        return Array(nowhere(), kind)
    a, b = pair
    check_equal(a[-1], b[-1], a, b)
    return Array((*broadcast(a[:-2], b[:-1]), a[-2]), kind)


def vecmat(call: Bound, kinds: Kinds) -> Type:
    """`np.vecmat`, a stack of vectors by a stack of matrices."""
    pair, kind = _pair(call, kinds), pair_kind(call, kinds)
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
    pair, kind = _pair(call, kinds), pair_kind(call, kinds)
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


# -- matrices


def matrix(name: str = "a") -> Result:
    """A matrix of the shape of that operand, which has to be square."""

    def result(call: Bound, kinds: Kinds) -> Type:
        shape = shape_of(call[name], kinds)
        _square(shape)
        return Array(shape, floating(kind_of(call[name], kinds)))

    return result


def _square(shape: Shape | Unknown) -> None:
    if isinstance(shape, Unknown):
        return
    if len(shape) < _MATRIX:
        raise ShapeMismatch("a matrix is needed")
    check_equal(shape[-2], shape[-1], shape, shape)


def per_matrix(call: Bound, kinds: Kinds) -> Type:
    """A number for each matrix (det)."""
    shape = shape_of(call["a"], kinds)
    _square(shape)
    kept = shape if isinstance(shape, Unknown) else shape[:-2]
    return Array(_renewed(kept))


def _renewed(shape: Shape | Unknown) -> Shape | Unknown:
    return nowhere() if isinstance(shape, Unknown) else shape


def slogdet(call: Bound, kinds: Kinds) -> Type:
    """The sign and the logarithm."""
    one = per_matrix(call, kinds)
    return Tree("tuple", {0: one, 1: one})


def per_row(call: Bound, kinds: Kinds) -> Type:
    """A vector for each square matrix (eigenvalues)."""
    shape = shape_of(call["a"], kinds)
    _square(shape)
    return Array(nowhere() if isinstance(shape, Unknown) else shape[:-1])


def eigen(call: Bound, kinds: Kinds) -> Type:
    """Eigenvalues and eigenvectors."""
    return Tree("tuple", {0: per_row(call, kinds), 1: matrix()(call, kinds)})


def transposed(call: Bound, kinds: Kinds) -> Type:
    """The last two axes swapped (pinv)."""
    shape = shape_of(call["a"], kinds)
    if isinstance(shape, Unknown) or len(shape) < _MATRIX:
        return Array(nowhere())
    return Array((*shape[:-2], shape[-1], shape[-2]))


def smaller(m: Dim, n: Dim) -> Dim:
    """The lesser of two lengths."""
    if m == n:
        return m
    if m.value is not None and n.value is not None:
        return constant(min(m.value, n.value))
    return unknown(f"min({m}, {n})")


def qr(call: Bound, kinds: Kinds) -> Type:
    """`Q` and `R` of the reduced form."""
    if kinds.static(call["mode"]) != "reduced":
        raise Unsupported('`mode` has to be "reduced"')
    shape = shape_of(call["a"], kinds)
    if isinstance(shape, Unknown) or len(shape) < _MATRIX:
        return Tree("tuple", {0: Array(nowhere()), 1: Array(nowhere())})
    *batch, m, n = shape
    k = smaller(m, n)
    return Tree("tuple", {0: Array((*batch, m, k)), 1: Array((*batch, k, n))})


def svd(call: Bound, kinds: Kinds) -> Type:
    """`U`, `S` and `Vh`, or `S` alone."""
    shape = shape_of(call["a"], kinds)
    full, vectors = (kinds.static(call[n]) for n in ("full_matrices", "compute_uv"))
    if vectors is False:
        return singular_values(call, kinds)
    square = not isinstance(shape, Unknown) and shape[-2:-1] == shape[-1:]
    if vectors is not True or not (full is False or square):
        raise Unsupported("pass `full_matrices=False`, or `compute_uv=False`")
    if isinstance(shape, Unknown) or len(shape) < _MATRIX:
        return Tree("tuple", {i: Array(nowhere()) for i in range(3)})
    *batch, m, n = shape
    k = smaller(m, n)
    shapes: Sequence[Shape] = ((*batch, m, k), (*batch, k), (*batch, k, n))
    return Tree("tuple", {i: Array(found) for i, found in enumerate(shapes)})


def singular_values(call: Bound, kinds: Kinds) -> Type:
    """A vector for each matrix."""
    shape = shape_of(call["a"], kinds)
    if isinstance(shape, Unknown) or len(shape) < _MATRIX:
        return Array(nowhere())
    return Array((*shape[:-2], smaller(shape[-2], shape[-1])))


def solved(call: Bound, kinds: Kinds) -> Type:
    """The solution `x` of `a @ x = b`.

    NumPy 1 takes a `b` with one axis less than `a` for a stack of vectors, NumPy 2 for
    a matrix.
    """
    pair = _pair(call, kinds)
    if pair is None:
        return Array(nowhere())
    a, b = pair
    _square(a)
    if not b:
        raise ShapeMismatch("a vector or matrix is needed on the right")
    if len(b) == 1:
        check_equal(a[-1], b[0], a, b)
        return Array((*a[:-2], a[-1]))
    if len(b) == len(a) - 1:
        return Array(nowhere())
    check_equal(a[-1], b[-2], a, b)
    return Array((*broadcast(a[:-2], b[:-2]), a[-1], b[-1]))


def least_squares(call: Bound, kinds: Kinds) -> Type:
    """The solution, the sums of squared residuals, the rank, the singular values."""
    pair = _pair(call, kinds)
    solution = Array(nowhere()) if pair is None else Array((pair[0][-1], *pair[1][1:]))
    rest = (Array((nothing_known(),)), Array((), "int"))
    values = (solution, *rest, singular_values(call, kinds))
    return Tree("tuple", dict(enumerate(values)))


def solved_triangular(call: Bound, kinds: Kinds) -> Type:
    """The solution of a triangular system, of one matrix."""
    for name in ("trans", "lower", "unit_diagonal"):
        if kinds.static(call[name]) not in (0, 1, "N", "T", False, True):
            raise Unsupported(f"`{name}` has to be a constant")
    pair = _pair(call, kinds)
    if pair is None or len(pair[0]) != _MATRIX or len(pair[1]) not in (1, _MATRIX):
        raise Unsupported("the shapes of a matrix and a vector or matrix must be known")
    a, b = pair
    check_equal(a[-1], b[0], a, b)
    return Array(b)


def tensor_inverse(call: Bound, kinds: Kinds) -> Type:
    """The axes from `ind` on, then those before."""
    shape, at = shape_of(call["a"], kinds), kinds.static(call["ind"])
    if isinstance(shape, Unknown) or not isinstance(at, int):
        return Array(nowhere())
    return Array((*shape[at:], *shape[:at]))


def exponential(call: Bound, kinds: Kinds) -> Type:
    """The exponential of one matrix."""
    kind = matrix()(call, kinds)
    if isinstance(kind, Array) and kind.rank not in (None, _MATRIX):
        raise Unsupported("stacks of matrices are not supported")
    return kind


def norm(call: Bound, kinds: Kinds) -> Type:
    """A norm over all axes, over one, or of matrices over two."""
    order = kinds.static(call["ord"])
    _check_norm(call, kinds, int, float, str, None)
    shape = shape_of(call["x"], kinds)
    axis = kinds.static(call["axis"])
    if axis is not None and not isinstance(axis, int | tuple):
        raise Unsupported("`axis` has to be a constant")
    if axis is None and order is not None:
        if isinstance(shape, Unknown):
            raise Unsupported("with `ord`, the shape of the array must be known")
        if len(shape) not in (1, _MATRIX):
            raise Unsupported("with `ord`, a vector or matrix is needed")
    return reduced("float")(call, kinds)


def vector_norm(call: Bound, kinds: Kinds) -> Type:
    """A norm of the elements along any axes."""
    _check_norm(call, kinds, int, float)
    axis = kinds.static(call["axis"])
    if axis is not None and not isinstance(axis, int | tuple):
        raise Unsupported("`axis` has to be a constant")
    return reduced("float")(call, kinds)


def matrix_norm(call: Bound, kinds: Kinds) -> Type:
    """A norm of matrices in the last two axes."""
    _check_norm(call, kinds, int, float, str)
    shape, keep = shape_of(call["x"], kinds), kinds.static(call["keepdims"])
    if isinstance(shape, Unknown):
        return Array(nowhere())
    return Array((*shape[:-2], ONE, ONE) if keep else shape[:-2])


def _check_norm(call: Bound, kinds: Kinds, *allowed: type | None) -> None:
    """Check what has to be constant, and that there is a derivative.

    Args:
        allowed: the types of `ord`.
    """
    order = kinds.static(call["ord"])
    if not isinstance(kinds.static(call["keepdims"]), bool):
        raise Unsupported("`keepdims` has to be a constant")
    if not any(isinstance(order, kind) if kind else order is None for kind in allowed):
        raise Unsupported("`ord` has to be a constant")
    if order == 0:
        raise Unsupported("the number of elements that are not 0 has no derivative")
