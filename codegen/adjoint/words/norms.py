"""Words of the rules of norms (`rules/linalg.py`)."""

from __future__ import annotations

import math

from ...ir.expr import Binary, Compare, Cond, Const, Expr
from ...ir.number import as_number
from ...rules.chosen import chosen
from ..building.build import helper, literal, numpy, with_axes
from ..building.pull import Pull, Word
from ..building.template import fold

_MATRIX = 2
_UNIT = Const("1.0")

Axes = tuple[int, ...]


def _norm_back(pull: Pull, g: Expr) -> Expr:
    """`norm(x, ord, axis)`: of vectors along one axis, of matrices along two."""
    order, axis = (pull.kinds.static(pull.bound[n]) for n in ("ord", "axis"))
    rank = pull.rank()
    if axis is None and (order is None or rank == 1):
        return _of_vectors(pull, g, 2 if order is None else order, None)
    if axis is None:
        return _of_matrices(pull, g, order, (0, 1))
    axes = axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == _MATRIX:
        return _of_matrices(pull, g, order, axes)
    return _of_vectors(pull, g, 2 if order is None else order, axes)


def _vector_norm_back(pull: Pull, g: Expr) -> Expr:
    order, axis = (pull.kinds.static(pull.bound[n]) for n in ("ord", "axis"))
    axes = axis if isinstance(axis, tuple) or axis is None else (axis,)
    return _of_vectors(pull, g, order, axes)


def _matrix_norm_back(pull: Pull, g: Expr) -> Expr:
    return _of_matrices(pull, g, pull.kinds.static(pull.bound["ord"]), (-2, -1))


def _of_vectors(pull: Pull, g: Expr, order: object, axes: Axes | None) -> Expr:
    """The gradient of a norm of the elements along these axes; None: all of them."""
    x, out = pull.bound["x"], pull.out

    def kept(value: Expr) -> Expr:
        return _kept(pull, value, axes)

    match order:
        case 2:
            return Binary("*", x, kept(Binary("/", g, _divisor(pull))))
        case 1:
            return Binary("*", numpy("sign", x), kept(g))
        case float() if math.isinf(order):
            axis = literal(axes[0] if axes and len(axes) == 1 else axes)
            return helper("_norm_of_extremes", kept(g), x, kept(out), axis)
        case _:
            share = Binary("/", numpy("abs", x), kept(out))
            power = fold(Binary("-", pull.bound["ord"], Const("1")))
            signed = Binary("*", numpy("sign", x), _power(share, power))
            return Binary("*", signed, kept(g))


def _divisor(pull: Pull) -> Expr:
    """The norm, or 1 where a choice has made all elements 0: nothing changes it there,
    and 0 / 0 is no number."""
    if chosen(pull.bound["x"], pull.kinds.choices) is None:
        return pull.out
    test = Compare((">",), (pull.out, Const("0.0")))
    if pull.kinds.of(pull.out).rank == 0:
        return Cond(test, pull.out, _UNIT)
    return numpy("where", test, pull.out, _UNIT)


def _power(base: Expr, exponent: Expr) -> Expr:
    return base if as_number(exponent) == 1 else Binary("**", base, exponent)


def _of_matrices(pull: Pull, g: Expr, order: object, axes: Axes) -> Expr:
    """The gradient of a norm of the matrices in these two axes."""
    x = pull.bound["x"]
    if order in (None, "fro"):
        return Binary("*", x, _kept(pull, Binary("/", g, _divisor(pull)), axes))
    whole = _kept(pull, g, axes)
    rows, columns = axes
    match order:
        case 1 | -1:
            across = (literal(rows), literal(columns))
            return helper("_norm_of_sums", whole, x, *across, literal(order))
        case float() if math.isinf(order):
            across = (literal(columns), literal(rows))
            sign = 1 if order == math.inf else -1
            return helper("_norm_of_sums", whole, x, *across, literal(sign))
        case _:
            return helper("_norm_of_values", whole, x, literal(axes), literal(order))


def _kept(pull: Pull, value: Expr, axes: Axes | None) -> Expr:
    """A reduced value with its axes back, with length 1."""
    rank = pull.rank()
    if axes is None or pull.kinds.static(pull.bound["keepdims"]) is True:
        return value
    if rank is None:
        return numpy("expand_dims", value, literal(axes))
    if len(axes) == rank:
        return value
    return with_axes(value, [axis % rank for axis in axes], rank)


WORDS: dict[str, Word] = {
    "norm_back": _norm_back,
    "norm_divisor": _divisor,
    "vector_norm_back": _vector_norm_back,
    "matrix_norm_back": _matrix_norm_back,
}
