"""Types of the results of linear algebra."""

from __future__ import annotations

from collections.abc import Sequence

from ..ir import expr as ir
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
from ..ir.types import Array, Number, Tree, Type, Unknown, nowhere
from .pullback import Bound, Kinds, Result, ShapeNeeded, Unsupported
from .results import (
    check_equal,
    floating,
    kind_of,
    reduced,
    shape_of,
)
from .results_products import pair_shapes

_MATRIX = 2


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
    pair = pair_shapes(call, kinds)
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
    pair = pair_shapes(call, kinds)
    solution = Array(nowhere()) if pair is None else Array((pair[0][-1], *pair[1][1:]))
    rest = (Array((nothing_known(),)), Array((), "int"))
    values = (solution, *rest, singular_values(call, kinds))
    return Tree("tuple", dict(enumerate(values)))


def solved_triangular(call: Bound, kinds: Kinds) -> Type:
    """The solution of a triangular system, of one matrix."""
    for name in ("trans", "lower", "unit_diagonal"):
        if kinds.static(call[name]) not in (0, 1, "N", "T", False, True):
            raise Unsupported(f"`{name}` has to be a constant")
    pair = pair_shapes(call, kinds)
    if pair is None or len(pair[0]) != _MATRIX or len(pair[1]) not in (1, _MATRIX):
        raise ShapeNeeded("a vector is treated otherwise than a matrix")
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
            raise ShapeNeeded("`ord` is for a vector or for a matrix")
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


def of_singular_values(call: Bound, kinds: Kinds) -> Type:
    """`cond`: a number for each matrix, square or not.

    Raises:
        Unsupported: for other norms than the largest singular value.
    """
    if kinds.static(call["p"]) not in (None, 2):
        raise Unsupported(
            "`p` has to be left out: write `norm(x, p) * norm(inv(x), p)`"
        )
    shape = shape_of(call["x"], kinds)
    return Array(shape if isinstance(shape, Unknown) else shape[:-2])


def factor_and_triangle(call: Bound, kinds: Kinds) -> Type:
    """`cho_factor`: a matrix, and whether its lower triangle is the factor.

    Raises:
        Unsupported: where that is not certain.
    """
    if not isinstance(kinds.static(call["lower"]), bool):
        raise Unsupported("`lower` has to be True or False here")
    return Tree("tuple", {0: matrix()(call, kinds), 1: Number("bool")})


def solved_with_factor(call: Bound, kinds: Kinds) -> Type:
    """`cho_solve`: the shape of the right side.

    Raises:
        Unsupported: where the factor and which triangle it is do not stand in the call.
    """
    pair = call["xs"]
    if not isinstance(pair, ir.Sequence) or len(pair.items) != 2:
        raise Unsupported("write out the factor and its triangle: `(L, True)`")
    return Array(shape_of(call["b"], kinds))


def on_diagonal(call: Bound, kinds: Kinds) -> Type:
    """`block_diag`: as high and as wide as all matrices together.

    Raises:
        Unsupported: for what is no matrix.
    """
    items = call["xs"]
    assert isinstance(items, ir.Sequence)
    shapes = [shape_of(item, kinds) for item in items.items]
    known = [shape for shape in shapes if not isinstance(shape, Unknown)]
    if len(known) != len(shapes) or any(len(shape) != _MATRIX for shape in known):
        raise Unsupported("matrices are needed here")
    rows, columns = (sum((s[i] for s in known), constant(0)) for i in (0, 1))
    return Array((rows, columns))


def square_of_vector(call: Bound, kinds: Kinds) -> Type:
    """`toeplitz`: a square matrix with the length of the vector.

    Raises:
        Unsupported: for what is no vector.
    """
    shape = shape_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return Array((nothing_known(), nothing_known()))
    if len(shape) != 1:
        raise Unsupported("a vector is needed here")
    return Array(shape * 2)


def normal_density(call: Bound, kinds: Kinds) -> Type:
    """A number for each row of `x`, of a normal distribution of vectors; there are no
    axes of length 1."""
    x, cov = (shape_of(call[name], kinds) for name in ("x", "cov"))
    if isinstance(x, Unknown) or isinstance(cov, Unknown):
        raise ShapeNeeded("the shapes of `x` and `cov` have to be known here")
    if len(cov) != _MATRIX or not x:
        raise Unsupported("`x` has to be vectors here, and `cov` a matrix")
    _square(cov)
    check_equal(x[-1], cov[-1], x, cov)
    return Array(tuple(length for length in x[:-1] if length.value != 1))
