"""Types of the results of operations along one axis, and of statistics."""

from __future__ import annotations

from math import comb

from ..ir import expr as ir
from ..ir.dims import Shape, ShapeMismatch, constant, nothing_known, product, shape_text
from ..ir.expr import Expr
from ..ir.types import Array, Number, Tree, Type, Unknown, nowhere
from .pullback import NONE, Bound, Kinds, ShapeNeeded, Unsupported
from .reading import at_axis, number
from .results import kind_of, like, reduced, same, shape_of


def _shorter(shape: Shape, axis: int, by: int) -> Shape:
    if not -len(shape) <= axis < len(shape):
        raise ShapeMismatch(f"axis {axis} of an array of rank {len(shape)}")
    axis %= len(shape)
    length = shape[axis] - constant(by)
    if length.value is not None and length.value < 0:
        length = constant(0)
    return (*shape[:axis], length, *shape[axis + 1 :])


# Differences of differences that are written as a sum of parts.
_MOST_DIFFERENCES = 3


def differences(call: Bound, kinds: Kinds) -> Type:
    """`np.diff`: shorter by `n` along the axis.

    Raises:
        ShapeNeeded: where it is no sum of parts.
    """
    shape, kind = shape_of(call["x"], kinds), kind_of(call["x"], kinds)
    n, axis = kinds.static(call["n"]), kinds.static(call["axis"])
    if isinstance(shape, Unknown) and not subtracted(call, kinds):
        raise ShapeNeeded("the rank of the array is not known")
    if isinstance(shape, Unknown) or type(n) is not int or type(axis) is not int:
        return Array(nowhere(), kind)
    return Array(_shorter(shape, axis, n), kind)


def subtracted(call: Bound, kinds: Kinds) -> tuple[tuple[int, Expr], ...]:
    """The parts that `np.diff` takes together: `x[1:] - x[:-1]`, in several steps with
    binomial coefficients."""
    n, axis = kinds.static(call["n"]), kinds.static(call["axis"])
    if type(n) is not int or type(axis) is not int or not 0 < n <= _MOST_DIFFERENCES:
        return ()
    shape = shape_of(call["x"], kinds)
    axis = axis if isinstance(shape, Unknown) else axis % len(shape)
    return _steps(n, axis)


def beside(call: Bound, kinds: Kinds) -> tuple[tuple[int, Expr], ...]:
    """The parts that `np.ediff1d` takes together, of what has one axis."""
    shape = shape_of(call["x"], kinds)
    return () if isinstance(shape, Unknown) or len(shape) != 1 else _steps(1, 0)


def _steps(n: int, axis: int) -> tuple[tuple[int, Expr], ...]:
    found: list[tuple[int, Expr]] = []
    for left in range(n + 1):
        first = number(n - left) if left < n else None
        last = number(-left) if left else None
        factor = (-1) ** left * comb(n, left)
        found.append((factor, at_axis(axis, ir.Slice(first, last))))
    return tuple(found)


def neighbours(call: Bound, kinds: Kinds) -> Type:
    """`np.ediff1d`: flat, and shorter by 1."""
    shape, kind = shape_of(call["x"], kinds), kind_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return Array((nothing_known(),), kind)
    return Array(_shorter((product(shape),), 0, 1), kind)


def slopes(call: Bound, kinds: Kinds) -> Type:
    """`np.gradient`: along one axis, or for each axis an array.

    Raises:
        Unsupported: for a tuple of axes, or where the spacing is an array.
    """
    _one_number(call, kinds, "spacing")
    shape, axis = shape_of(call["x"], kinds), kinds.static(call["axis"])
    if axis is None and not isinstance(shape, Unknown) and len(shape) > 1:
        return Tree("tuple", dict.fromkeys(range(len(shape)), Array(shape)))
    if axis is not None and type(axis) is not int:
        raise Unsupported("`axis` has to be one number, or left out")
    return Array(shape)


def _one_number(call: Bound, kinds: Kinds, name: str) -> None:
    kind = kinds.of(call[name])
    if not isinstance(kind, Number) and not (
        isinstance(kind, Array) and kind.shape == ()
    ):
        raise Unsupported(f"`{name}` has to be one number here")


def quantile(call: Bound, kinds: Kinds) -> Type:
    """`np.quantile` of one `q`.

    Raises:
        Unsupported: for an array of them.
    """
    _one_number(call, kinds, "q")
    return reduced("float")(call, kinds)


def weighted(call: Bound, kinds: Kinds) -> Type:
    """`logsumexp`, with weights that have no more elements than there are.

    Raises:
        Unsupported: for others.
    """
    if call["b"] is not NONE and like("x", "b")(call, kinds) != same("x", "float")(
        call, kinds
    ):
        raise Unsupported("`b` has to be of the shape of the array, or broadcast to it")
    return reduced("float")(call, kinds)


def covariance(call: Bound, kinds: Kinds) -> Type:
    """`np.cov` of a matrix of variables.

    Raises:
        Unsupported: for other ranks.
    """
    shape = shape_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return Array(nowhere())
    by_rows = kinds.static(call["rowvar"])
    if len(shape) != 2 or not isinstance(by_rows, bool):
        raise Unsupported(f"the covariance of an array {shape_text(shape)}")
    count = shape[0] if by_rows else shape[1]
    # of one variable it is a number
    if count.value is None:
        return Array(nowhere())
    return Array(() if count.value == 1 else (count, count))


def integrated(call: Bound, kinds: Kinds) -> Type:
    """`np.trapezoid`: without the axis.

    Raises:
        ShapeMismatch: for coordinates that are neither one line nor of the shape of
            the values.
    """
    y, x = shape_of(call["y"], kinds), shape_of(call["x"], kinds)
    if call["x"] is NONE or isinstance(x, Unknown) or isinstance(y, Unknown):
        return reduced("float", "y")(call, kinds)
    if len(x) != 1 and x != y:
        raise ShapeMismatch(f"coordinates {shape_text(x)} of values {shape_text(y)}")
    return reduced("float", "y")(call, kinds)


def truth(call: Bound, kinds: Kinds) -> Type:
    """A Python truth value."""
    return Number("bool")


def bits(call: Bound, kinds: Kinds) -> Type:
    """Truth values of truth values, else integers."""
    found = {kind_of(call["x"], kinds), kind_of(call["y"], kinds)}
    return like("x", "y", kind="bool" if found == {"bool"} else "int")(call, kinds)
