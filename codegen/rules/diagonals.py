"""Rules of diagonals and triangles of matrices."""

from __future__ import annotations

from ..ir import expr as ir
from ..ir.dims import Shape, constant, nothing_known
from ..ir.expr import Expr
from ..ir.types import Array, Type, Unknown, nowhere
from .pullback import (
    Bound,
    Kinds,
    Pullback,
    Unsupported,
    pullback,
)
from .reading import length_of, number, numpy
from .results import (
    kind_of,
    shape_of,
    static_axes,
)

_MATRIX = 2


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
        rows = columns = numpy("arange", length_of(x, 0, kinds))
    else:
        return None
    return ir.Sequence("tuple", (rows, columns))


def _range(start: int, stop: int) -> Expr:
    bounds = (start, stop) if start else (stop,)
    return numpy("arange", *map(number, bounds))


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


def _triangle(call: Bound, kinds: Kinds) -> Type:
    shape, kind = shape_of(call["x"], kinds), kind_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return Array(nowhere(), kind)
    return Array(shape * 2 if len(shape) == 1 else shape, kind)


RULES: tuple[Pullback, ...] = (
    pullback(
        "diagonal(x, *, offset=0, axis1=-2, axis2=-1)",
        _diagonal,
        spell="numpy.linalg.diagonal",
        x="_onto_diagonal(g, shape(x), offset, axis1, axis2)",
    ),
    pullback("diag(x, k=0)", _diag, reads=_off_diagonal, x="diag_back(g)"),
    pullback(
        "diagonal(x, offset=0, axis1=0, axis2=1)",
        _diagonal,
        methods="diagonal",
        reads=_on_diagonal,
        x="_onto_diagonal(g, shape(x), offset, axis1, axis2)",
    ),
    pullback("tril(x, k=0)", _triangle, exact=False, x="tril(g, k=given(k))"),
    pullback("triu(x, k=0)", _triangle, exact=False, x="triu(g, k=given(k))"),
)
