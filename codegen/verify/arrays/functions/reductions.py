"""Sums, products, extremes and statistics over axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...running.domains import Domain
from ..cells import Arithmetic, Cell, is_real, shadow
from ..values import Kind, as_kind, kind_of, plain
from .elementwise import absolute, maximum, minimum, where
from .table import Implementation, Table

TABLE = Table()
Axis = Any  # None, an integer, or a tuple of these


@TABLE.of("numpy.sum")
def total(
    a: Arithmetic, x: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False
) -> Any:
    if not is_real(x) and dtype is not Kind.FLOAT:
        return plain(np.sum(x, axis=axis, keepdims=keepdims))
    # of nothing, NumPy would make an integer
    return a.real(np.sum(a.real(x), axis=axis, keepdims=keepdims))


@TABLE.of("numpy.prod")
def product(a: Arithmetic, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    found = np.prod(np.asarray(x), axis=axis, keepdims=keepdims)
    return a.real(found) if is_real(x) else plain(found)


def _along_first(reduction: Implementation, name: str) -> None:
    """A reduction of a function of two numbers: along the first axis, if not stated."""

    @TABLE.of(f"numpy.{name}.reduce")
    def reduced(a: Arithmetic, x: Any, axis: Axis = 0, keepdims: bool = False) -> Any:
        return reduction(a, x, axis=axis, keepdims=keepdims)


_along_first(total, "add")
_along_first(product, "multiply")


def count(x: Any, axis: Axis) -> int:
    """How many elements go into one of the result."""
    shape = np.shape(x)
    if axis is None:
        return int(np.prod(shape, dtype=int))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return int(np.prod([shape[i] for i in axes], dtype=int))


@TABLE.of("numpy.mean")
def mean(
    a: Arithmetic, x: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False
) -> Any:
    x = a.real(x)
    return total(a, x, axis, keepdims=keepdims) / a.literal(count(x, axis))


@TABLE.of("numpy.var")
def variance(
    a: Arithmetic, x: Any, axis: Axis = None, ddof: Any = 0, keepdims: bool = False
) -> Any:
    x = a.real(x)
    centred = x - mean(a, x, axis, keepdims=True)
    squares = total(a, centred * centred, axis, keepdims=keepdims)
    return squares / a.real(count(x, axis) - ddof)


@TABLE.of("numpy.std")
def deviation(
    a: Arithmetic, x: Any, axis: Axis = None, ddof: Any = 0, keepdims: bool = False
) -> Any:
    return a.call("sqrt", variance(a, x, axis, ddof, keepdims))


@TABLE.of("numpy.average")
def average(
    a: Arithmetic,
    x: Any,
    axis: Axis = None,
    weights: Any = None,
    keepdims: bool = False,
) -> Any:
    if weights is None:
        return mean(a, x, axis, keepdims=keepdims)
    x, weights = a.real(x), a.real(weights)
    if weights.shape != x.shape:
        # one weight for each place along the one axis
        shape = [1] * x.ndim
        shape[axis] = -1
        weights = np.broadcast_to(weights.reshape(shape), x.shape)
    whole = total(a, weights, axis, keepdims=keepdims)
    return total(a, x * weights, axis, keepdims=keepdims) / whole


def along(
    a: Arithmetic, x: Any, axis: Axis, keepdims: bool, reduce: Callable[[Any], Any]
) -> Any:
    """A reduction of vectors, over several axes or all."""
    x = np.asarray(x)
    chosen = range(x.ndim) if axis is None else np.atleast_1d(axis).tolist()
    if any(not -max(x.ndim, 1) <= i < max(x.ndim, 1) for i in chosen):
        raise ValueError(f"axis {axis} is out of bounds for {x.ndim} dimensions")
    axes = sorted({int(i) % x.ndim for i in chosen}) if x.ndim else []
    rest = [i for i in range(x.ndim) if i not in axes]
    rows = x.transpose(*rest, *axes).reshape(*(x.shape[i] for i in rest), -1)
    result = np.empty(rows.shape[:-1], dtype=object)
    for index in np.ndindex(*result.shape):
        result[index] = reduce(rows[index])
    if keepdims:
        result = result.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
    return result[()]


def _extreme(pick: Callable[..., Any], plainly: Callable[..., Any]) -> Implementation:
    def extreme(
        a: Arithmetic, x: Any, axis: Axis = None, keepdims: bool = False
    ) -> Any:
        if not is_real(a.array(x)):
            return plain(plainly(x, axis=axis, keepdims=keepdims))

        def reduce(row: Any) -> Cell:
            return Cell(a.domain, pick(a.domain, [cell.value for cell in row]))

        return along(a, a.real(x), axis, keepdims, reduce)

    return extreme


largest = TABLE.of("numpy.max", "numpy.amax")(_extreme(Domain.largest, np.max))
smallest = TABLE.of("numpy.min", "numpy.amin")(_extreme(Domain.smallest, np.min))


@TABLE.of("numpy.ptp")
def span(a: Arithmetic, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return largest(a, x, axis, keepdims) - smallest(a, x, axis, keepdims)


def _is_nan(x: Any) -> Any:
    return np.frompyfunc(lambda cell: shadow(cell) != shadow(cell), 1, 1)(x)


def _of_ufunc(name: str, reduction: Implementation) -> None:
    """`reduce` goes over the first axis, where the function goes over all."""

    @TABLE.of(f"numpy.{name}")
    def reduced(a: Arithmetic, x: Any, axis: Axis = 0, keepdims: bool = False) -> Any:
        return reduction(a, x, axis=axis, keepdims=keepdims)


_of_ufunc("add.reduce", total)
_of_ufunc("multiply.reduce", product)
_of_ufunc("maximum.reduce", largest)
_of_ufunc("minimum.reduce", smallest)


def _missing(x: Any) -> Any:
    return np.frompyfunc(lambda cell: shadow(cell) != shadow(cell), 1, 1)(x)


def _without_missing(reduction: Implementation, filler: str) -> Implementation:
    """A reduction that leaves NaN out; `filler` changes nothing in it."""

    def reduced(
        a: Arithmetic, x: Any, axis: Axis = None, keepdims: bool = False
    ) -> Any:
        x = a.real(x)
        number = a.constant("inf") if "inf" in filler else a.literal(int(filler))
        filled = where(a, _missing(x), -number if filler == "-inf" else number, x)
        return reduction(a, filled, axis=axis, keepdims=keepdims)

    return reduced


_along_first(largest, "maximum")
_along_first(smallest, "minimum")
TABLE.of("numpy.nansum")(_without_missing(total, "0"))
TABLE.of("numpy.nanprod")(_without_missing(product, "1"))
TABLE.of("numpy.nanmax")(_without_missing(largest, "-inf"))
TABLE.of("numpy.nanmin")(_without_missing(smallest, "inf"))


@TABLE.of("numpy.nanmean")
def nanmean(a: Arithmetic, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    x = a.real(x)
    there = np.asarray(~_missing(x).astype(bool), dtype=int)
    sums = TABLE["numpy.nansum"](a, x, axis=axis, keepdims=keepdims)
    return sums / a.real(np.sum(there, axis=axis, keepdims=keepdims))


@TABLE.of("numpy.nanvar")
def nanvar(
    a: Arithmetic, x: Any, axis: Axis = None, ddof: Any = 0, keepdims: bool = False
) -> Any:
    x = a.real(x)
    missing = _missing(x).astype(bool)
    centred = x - nanmean(a, x, axis, keepdims=True)
    squares = where(a, missing, a.literal(0), centred * centred)
    there = np.asarray(~missing, dtype=int)
    counts = np.sum(there, axis=axis, keepdims=keepdims) - ddof
    return total(a, squares, axis, keepdims=keepdims) / a.real(counts)


@TABLE.of("numpy.nanstd")
def nanstd(
    a: Arithmetic, x: Any, axis: Axis = None, ddof: Any = 0, keepdims: bool = False
) -> Any:
    return a.call("sqrt", nanvar(a, x, axis, ddof, keepdims))


@TABLE.of("numpy.median")
def median(a: Arithmetic, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    def reduce(row: Any) -> Any:
        ordered, half = np.sort(row), (len(row) - 1) / 2
        low, high = ordered[int(half)], ordered[len(row) // 2]
        return (low + high) / a.literal(2)

    return along(a, a.real(x), axis, keepdims, reduce)


@TABLE.of("numpy.cumsum")
def cumulated(a: Arithmetic, x: Any, axis: Axis = None) -> Any:
    return np.cumsum(x, axis=axis)


@TABLE.of("numpy.add.accumulate", "numpy.cumulative_sum")
def accumulated(a: Arithmetic, x: Any, axis: int = 0) -> Any:
    return np.cumsum(x, axis=axis)


@TABLE.of("numpy.multiply.accumulate", "numpy.cumulative_prod")
def accumulated_product(a: Arithmetic, x: Any, axis: int = 0) -> Any:
    return np.cumprod(x, axis=axis)


def _running(step: Callable[[Arithmetic, Any, Any], Any]) -> Any:
    def running(a: Arithmetic, x: Any, axis: int = 0) -> Any:
        rows = [*np.moveaxis(np.asarray(x), axis, 0)]
        for i in range(1, len(rows)):
            rows[i] = step(a, rows[i - 1], rows[i])
        return np.moveaxis(np.array(rows), 0, axis) if rows else np.array(x)

    return running


TABLE.of("numpy.maximum.accumulate")(_running(maximum))
TABLE.of("numpy.minimum.accumulate")(_running(minimum))


@TABLE.of("numpy.cumprod")
def multiplied(a: Arithmetic, x: Any, axis: Axis = None) -> Any:
    return np.cumprod(x, axis=axis)


def _flags(name: str) -> None:
    @TABLE.of(f"numpy.{name}")
    def flags(a: Arithmetic, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        x = as_kind(a, a.array(x), Kind.BOOL) if kind_of(x) is not Kind.BOOL else x
        return plain(getattr(np, name)(x, axis=axis, keepdims=keepdims))


for _name in ("any", "all", "count_nonzero"):
    _flags(_name)


@TABLE.of("numpy.trapezoid", "numpy.trapz")
def trapezoid(a: Arithmetic, y: Any, x: Any = None, dx: Any = 1, axis: int = -1) -> Any:
    y = np.moveaxis(a.real(y), axis, -1)
    steps = dx
    if x is not None:
        x = a.real(x)
        steps = np.diff(x if x.ndim == 1 else np.moveaxis(x, axis, -1), axis=-1)
    areas = (y[..., 1:] + y[..., :-1]) * steps / a.literal(2)
    return total(a, areas, -1)


@TABLE.of("numpy.linalg.vector_norm")
def vector_norm(
    a: Arithmetic, x: Any, axis: Axis = None, keepdims: bool = False, ord: Any = 2
) -> Any:
    flat = a.real(x).reshape(-1) if axis is None and not keepdims else x
    return norm(a, flat, ord, axis, keepdims)


@TABLE.of("numpy.linalg.norm")
def norm(
    a: Arithmetic, x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False
) -> Any:
    """Norms of vectors, and of matrices but for those of singular values, as NumPy
    chooses among them."""
    x = a.real(x)
    axes = np.ndim(x) if axis is None else np.size(axis)
    if ord is None or (ord == "fro" and axes == 2):
        squares = total(a, x * x, axis, keepdims=keepdims)
        return a.call("sqrt", squares)
    if axes == 2:
        return _matrix_norm(a, x, ord, (0, 1) if axis is None else axis, keepdims)
    order = shadow(a.real(ord))
    sizes = absolute(a, x)
    if order == float("inf"):
        return largest(a, sizes, axis, keepdims)
    if order == float("-inf"):
        return smallest(a, sizes, axis, keepdims)
    if order == 0:
        return total(a, (sizes != a.literal(0)).astype(int), axis, Kind.FLOAT, keepdims)
    if order == 2:
        return a.call("sqrt", total(a, x * x, axis, keepdims=keepdims))
    exponent = a.real(ord)
    powers = total(a, sizes**exponent, axis, keepdims=keepdims)
    return powers ** (a.literal(1) / exponent)


def _matrix_norm(a: Arithmetic, x: Any, ord: Any, axis: Axis, keepdims: bool) -> Any:
    order = shadow(a.real(ord)) if not isinstance(ord, str) else 0.0
    rows, columns = (int(i) % x.ndim for i in axis)
    first, second = (columns, rows) if abs(order) == float("inf") else (rows, columns)
    if abs(order) not in (1.0, float("inf")):
        raise NotImplementedError(f"the norm of order {ord!r} of a matrix")
    pick = largest if order > 0 else smallest
    sums = total(a, absolute(a, x), first, keepdims=True)
    found = pick(a, sums, second, keepdims=True)
    return found if keepdims else np.squeeze(found, (rows, columns))[()]
