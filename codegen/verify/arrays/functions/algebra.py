"""Linear algebra by elimination, over any arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...running.symbolic import SymbolicDomain
from ..cells import Arithmetic, shadow
from .elementwise import absolute, where
from .table import Implementation, Table

TABLE = Table()
# fractions of larger ones take SymPy minutes to compare
_LARGEST_OF_SYMBOLS = 2


def _batched(of_matrix: Callable[[Arithmetic, Any], Any]) -> Implementation:
    """A function of a matrix, on the last two axes."""

    def of_all(a: Arithmetic, x: Any) -> Any:
        x = _real(a, x, 2)
        if x.ndim == 2:
            return of_matrix(a, x)
        batch = x.shape[:-2]
        found = [of_matrix(a, x[index]) for index in np.ndindex(*batch)]
        return np.array(found, dtype=object).reshape(batch + np.shape(found[0]))

    return of_all


def _real(a: Arithmetic, x: Any, least: int) -> Any:
    """An array with so many axes at least: fewer are an error of NumPy's as well."""
    found = a.real(x)
    if np.ndim(found) < least:
        raise ValueError(f"{np.ndim(found)}-dimensional array given")
    return found


def _square(x: Any) -> int:
    rows, columns = x.shape
    if rows != columns:
        raise ValueError(f"a square matrix was expected, not {x.shape}")
    return int(rows)


def _eliminated(a: Arithmetic, x: Any, right: Any) -> tuple[Any, Any, Any]:
    """x reduced to the unit matrix with `right` carried along; the determinant.

    The pivots are chosen by size, which has no influence on an exact result.
    """
    size = _square(x)
    if size > _LARGEST_OF_SYMBOLS and isinstance(a.domain, SymbolicDomain):
        raise NotImplementedError(f"elimination on {size} x {size} symbols")
    x, right = x.copy(), right.copy()
    determinant = a.literal(1)
    for column in range(size):
        sizes = [abs(shadow(cell)) for cell in x[column:, column]]
        pivot = column + max(range(len(sizes)), key=sizes.__getitem__)
        if pivot != column:
            x[[column, pivot]] = x[[pivot, column]]
            right[[column, pivot]] = right[[pivot, column]]
            determinant = -determinant
        head = x[column, column]
        determinant = determinant * head
        if column == size - 1 and right.shape[-1] == 0:
            break
        scale = a.literal(1) / head
        x[column], right[column] = x[column] * scale, right[column] * scale
        for row in range(size):
            if row != column:
                factor = x[row, column]
                x[row] = x[row] - factor * x[column]
                right[row] = right[row] - factor * right[column]
    return x, right, determinant


def _unit(a: Arithmetic, size: int) -> Any:
    return a.real(np.eye(size, dtype=int))


def _inverse(a: Arithmetic, x: Any) -> Any:
    return _eliminated(a, x, _unit(a, _square(x)))[1]


def _determinant(a: Arithmetic, x: Any) -> Any:
    return _eliminated(a, x, np.empty((x.shape[0], 0), dtype=object))[2]


inverse = TABLE.of("numpy.linalg.inv", "scipy.linalg.inv")(_batched(_inverse))
determinant = TABLE.of("numpy.linalg.det", "scipy.linalg.det")(_batched(_determinant))


@TABLE.of("numpy.linalg.slogdet")
def slogdet(a: Arithmetic, x: Any) -> Any:
    found = determinant(a, x)
    signs = np.frompyfunc(lambda c: a.literal(1 if shadow(c) > 0 else -1), 1, 1)(found)
    return signs, a.call("log", absolute(a, found))


@TABLE.of("numpy.linalg.solve", "scipy.linalg.solve")
def solve(a: Arithmetic, x: Any, right: Any) -> Any:
    x, right = _real(a, x, 2), _real(a, right, 1)
    vector = right.ndim == 1
    if vector:
        right = right[:, None]
    if x.shape[-1] != right.shape[-2]:
        raise ValueError(f"`solve` with shapes {x.shape} and {right.shape}")
    if x.ndim == right.ndim == 2:
        found = _eliminated(a, x, right)[1]
    else:
        found = inverse(a, x) @ right
    return found[..., 0] if vector else found


def _cholesky(a: Arithmetic, x: Any) -> Any:
    size = _square(x)
    if size > _LARGEST_OF_SYMBOLS and isinstance(a.domain, SymbolicDomain):
        raise NotImplementedError(f"the factor of {size} x {size} symbols")
    lower = a.full(x.shape, 0)
    for column in range(size):
        done = lower[column, :column]
        rest = x[column, column] - sum(done * done)
        lower[column, column] = head = a.call("sqrt", rest)
        for row in range(column + 1, size):
            rest = x[row, column] - sum(lower[row, :column] * done)
            lower[row, column] = rest / head
    return lower


_cholesky_factor = _batched(_cholesky)


@TABLE.of("numpy.linalg.cholesky")
def cholesky(a: Arithmetic, x: Any, upper: bool = False) -> Any:
    """Of the triangle that is asked for alone."""
    x = _real(a, x, 2)
    factor = _cholesky_factor(a, np.swapaxes(x, -1, -2) if upper else x)
    return np.swapaxes(factor, -1, -2) if upper else factor


@TABLE.of("scipy.linalg.cholesky")
def scipy_cholesky(a: Arithmetic, x: Any, lower: bool = False) -> Any:
    return cholesky(a, x, upper=not lower)


def _triangle(a: Arithmetic, x: Any, lower: bool) -> Any:
    x = _real(a, x, 2)
    kept = np.tri(len(x), dtype=bool)
    return where(a, kept if lower else kept.T, x, a.literal(0))


@TABLE.of("scipy.linalg.solve_triangular")
def solve_triangular(
    a: Arithmetic,
    x: Any,
    b: Any,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
) -> Any:
    x = _triangle(a, x, lower)
    if unit_diagonal:
        x = where(a, np.eye(len(x), dtype=bool), a.literal(1), x)
    return solve(a, x.T if trans in (1, 2, "T", "C") else x, b)


@TABLE.of("scipy.linalg.cho_factor")
def cho_factor(a: Arithmetic, x: Any, lower: bool = False) -> Any:
    """The other triangle holds anything; here the matrix, as up to SciPy 1.17, so that
    a program that reads it has another gradient than the written one."""
    x = a.real(x)
    kept = np.tri(len(x), dtype=bool)
    factor = scipy_cholesky(a, x, lower)
    return where(a, kept if lower else kept.T, factor, x), lower


@TABLE.of("scipy.linalg.cho_solve")
def cho_solve(a: Arithmetic, factor: Any, b: Any) -> Any:
    triangle, lower = factor
    left = _triangle(a, triangle, lower)
    left = left if lower else left.T
    return solve(a, left.T, solve(a, left, b))


@TABLE.of("scipy.linalg.block_diag")
def block_diag(a: Arithmetic, *xs: Any) -> Any:
    blocks = [np.atleast_2d(a.real(x)) for x in xs]
    height, width = np.sum([block.shape for block in blocks], axis=0)
    result = a.full((int(height), int(width)), 0)
    row = column = 0
    for block in blocks:
        rows, columns = block.shape
        result[row : row + rows, column : column + columns] = block
        row, column = row + rows, column + columns
    return result


def _by_offset(place: Callable[[Any, int], Any]) -> Implementation:
    """A square matrix whose elements are those of a vector at places that depend on
    how far below the diagonal they are."""

    def made(a: Arithmetic, x: Any) -> Any:
        x = np.ravel(a.real(x))
        steps = np.arange(len(x))
        return x[place(np.subtract.outer(steps, steps), len(x))]

    return made


TABLE.of("scipy.linalg.toeplitz")(_by_offset(lambda below, n: np.abs(below)))
TABLE.of("scipy.linalg.circulant")(_by_offset(lambda below, n: below % n))


def _pseudo_inverse(a: Arithmetic, x: Any) -> Any:
    """Of a matrix of full rank."""
    if x.shape[0] >= x.shape[1]:
        return _inverse(a, x.T @ x) @ x.T
    return x.T @ _inverse(a, x @ x.T)


TABLE.of("numpy.linalg.pinv")(_batched(_pseudo_inverse))


@TABLE.of("numpy.linalg.matrix_power")
def matrix_power(a: Arithmetic, x: Any, n: int) -> Any:
    x = a.real(x)
    if n < 0:
        x, n = inverse(a, x), -n
    result = np.broadcast_to(_unit(a, x.shape[-1]), x.shape)
    for _ in range(n):
        result = result @ x
    return result


TABLE.hand_on(lambda x, offset=0: np.trace(x, offset, -2, -1)[()], "numpy.linalg.trace")
TABLE.hand_on(
    lambda x, offset=0: np.diagonal(x, offset, -2, -1), "numpy.linalg.diagonal"
)
