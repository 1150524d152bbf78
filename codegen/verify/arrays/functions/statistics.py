"""Covariances, quantiles, and functions that are given by points."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..cells import Arithmetic, Cell, shadow
from .reductions import Axis, along, mean
from .table import Table

TABLE = Table()


@TABLE.of("numpy.cov")
def covariance(
    a: Arithmetic,
    m: Any,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
) -> Any:
    x = a.real(m)
    if x.ndim > 2:
        raise NotImplementedError("more than one matrix")
    if x.ndim == 2 and not rowvar:
        x = x.T
    rows = np.atleast_2d(x)
    centred = rows - mean(a, rows, 1, keepdims=True)
    less = (0 if bias else 1) if ddof is None else ddof
    found = centred @ centred.T / a.literal(rows.shape[1] - less)
    return found[0, 0] if x.ndim == 1 else found


@TABLE.of("numpy.corrcoef")
def correlation(a: Arithmetic, x: Any, rowvar: bool = True) -> Any:
    found = covariance(a, x, rowvar)
    scale = a.call("sqrt", np.diagonal(found))
    return found / np.multiply.outer(scale, scale)


@TABLE.of("numpy.polyval")
def polynomial(a: Arithmetic, p: Any, x: Any) -> Any:
    value = a.real(x) * a.literal(0)
    for coefficient in a.real(p):
        value = value * x + coefficient
    return value


@TABLE.of("numpy.vander")
def powers(
    a: Arithmetic, x: Any, n: int | None = None, increasing: bool = False
) -> Any:
    x = a.real(x)
    columns = [x ** a.literal(i) for i in range(len(x) if n is None else n)]
    return np.stack(columns if increasing else columns[::-1], axis=1)


@TABLE.of("numpy.quantile")
def quantile(
    a: Arithmetic, x: Any, q: Any, axis: Axis = None, keepdims: bool = False
) -> Any:
    q = a.real(q)
    if not isinstance(q, Cell):
        raise NotImplementedError("more than one quantile")

    def reduce(row: Any) -> Any:
        ordered = np.sort(row)
        place = q * a.literal(len(row) - 1)
        low = min(math.floor(shadow(place)), len(row) - 2) if len(row) > 1 else 0
        rest = place - a.literal(low)
        return ordered[low] + rest * (
            ordered[min(low + 1, len(row) - 1)] - ordered[low]
        )

    return along(a, a.real(x), axis, keepdims, reduce)


@TABLE.of("numpy.percentile")
def percentile(
    a: Arithmetic, x: Any, q: Any, axis: Axis = None, keepdims: bool = False
) -> Any:
    return quantile(a, x, a.real(q) / a.literal(100), axis, keepdims)


@TABLE.of("numpy.interp")
def interpolated(a: Arithmetic, x: Any, xp: Any, fp: Any) -> Any:
    nodes, values = a.real(xp), a.real(fp)

    def one(at: Cell) -> Any:
        if at < nodes[0]:
            return values[0]
        for left in range(len(nodes) - 1):
            if at < nodes[left + 1]:
                slope = (values[left + 1] - values[left]) / (
                    nodes[left + 1] - nodes[left]
                )
                return values[left] + slope * (at - nodes[left])
        return values[-1]

    at = a.real(x)
    return one(at) if isinstance(at, Cell) else np.frompyfunc(one, 1, 1)(at)
