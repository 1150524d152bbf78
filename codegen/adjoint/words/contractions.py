"""Pullbacks of products that sum over chosen axes: inner, tensordot, and dot."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.expr import Binary, Const, Expr
from ...ir.types import Array
from ...rules.kinds import Kinds
from ..building.build import NOTHING, indexed, literal, numpy, of_array, times
from .matrices import (
    at_run_time,
    known_rank,
    matmul_left,
    matmul_right,
    transposed,
)

_MATRIX = 2
_EVERY = Const("...")

Axes = tuple[int, ...]


def left(g: Expr, a: Expr, b: Expr, axes: tuple[Axes, Axes], kinds: Kinds) -> Expr:
    """The gradient of `a` in `np.tensordot(a, b, axes)`; both ranks are known."""
    m, n = _ranks(a, b, kinds)
    chosen, partners = axes
    free = [i for i in range(m) if i not in chosen]
    other = [j for j in range(n) if j not in partners]
    places = tuple(range(len(free), len(free) + len(other)))
    value = _summed(g, b, (places, tuple(other)), len(free) + len(other), n)
    order = [*free, *(chosen[k] for k in _sorted(partners))]
    return _ordered(value, order, a, kinds)


def right(g: Expr, a: Expr, b: Expr, axes: tuple[Axes, Axes], kinds: Kinds) -> Expr:
    """The gradient of `b` in `np.tensordot(a, b, axes)`; both ranks are known."""
    m, n = _ranks(a, b, kinds)
    partners, chosen = axes
    free = [j for j in range(n) if j not in chosen]
    other = [i for i in range(m) if i not in partners]
    places = tuple(range(len(other)))
    value = _summed(a, g, (tuple(other), places), m, len(free) + len(other))
    order = [*(chosen[k] for k in _sorted(partners)), *free]
    return _ordered(value, order, b, kinds)


def inner_left(g: Expr, a: Expr, b: Expr, kinds: Kinds) -> Expr:
    """The gradient of `a` in `np.inner(a, b)`."""
    m, n = known_rank(a, kinds), known_rank(b, kinds)
    match m, n:
        case (None, _) | (_, None):
            return at_run_time("_inner_left", g, a, b, kinds)
        case (0, _) | (_, 0):
            return times(b, g)
        case 1, 1:
            return Binary("*", b, g)
        case _, 1:
            return Binary("*", indexed(g, [_EVERY, NOTHING]), b)
        case _, 2:
            return Binary("@", g, b)
        case _:
            return left(g, a, b, ((m - 1,), (n - 1,)), kinds)


def inner_right(g: Expr, a: Expr, b: Expr, kinds: Kinds) -> Expr:
    """The gradient of `b` in `np.inner(a, b)`."""
    m, n = known_rank(a, kinds), known_rank(b, kinds)
    match m, n:
        case (None, _) | (_, None):
            return at_run_time("_inner_right", g, a, b, kinds)
        case (0, _) | (_, 0):
            return times(a, g)
        case 1, 1:
            return Binary("*", a, g)
        case 1, _:
            return Binary("*", indexed(g, [_EVERY, NOTHING]), a)
        case 2, 1:
            return Binary("@", g, a)
        case 2, 2:
            return Binary("@", transposed(g, _MATRIX), a)
        case _:
            return right(g, a, b, ((m - 1,), (n - 1,)), kinds)


def dot_left(g: Expr, a: Expr, b: Expr, kinds: Kinds) -> Expr:
    """The gradient of `a` in `np.dot(a, b)`."""
    m, n = known_rank(a, kinds), known_rank(b, kinds)
    if m is None or n is None:
        return at_run_time("_dot_left", g, a, b, kinds, both=True)
    if m == 0 or n == 0:
        return times(b, g)
    if max(m, n) <= _MATRIX:
        return matmul_left(g, a, b, kinds)
    return left(g, a, b, ((m - 1,), (max(n - _MATRIX, 0),)), kinds)


def dot_right(g: Expr, a: Expr, b: Expr, kinds: Kinds) -> Expr:
    """The gradient of `b` in `np.dot(a, b)`."""
    m, n = known_rank(a, kinds), known_rank(b, kinds)
    if m is None or n is None:
        return at_run_time("_dot_right", g, a, b, kinds, both=True)
    if m == 0 or n == 0:
        return times(a, g)
    if max(m, n) <= _MATRIX:
        return matmul_right(g, a, b, kinds)
    return right(g, a, b, ((m - 1,), (max(n - _MATRIX, 0),)), kinds)


def _ranks(a: Expr, b: Expr, kinds: Kinds) -> tuple[int, int]:
    m, n = known_rank(a, kinds), known_rank(b, kinds)
    assert m is not None
    assert n is not None
    return m, n


def _sorted(axes: Sequence[int]) -> list[int]:
    return sorted(range(len(axes)), key=axes.__getitem__)


def _summed(x: Expr, y: Expr, axes: tuple[Axes, Axes], m: int, n: int) -> Expr:
    """`np.tensordot(x, y, axes)` of arrays of rank `m` and `n`."""
    if m == n == _MATRIX and len(axes[0]) == 1:
        first = x if axes[0] == (1,) else transposed(x, _MATRIX)
        return Binary("@", first, y if axes[1] == (0,) else transposed(y, _MATRIX))
    if 0 in (m, n):
        return times(x, y)
    count = len(axes[0])
    if count == 0 and n == 1:
        return Binary("*", indexed(x, [_EVERY, NOTHING]), y)
    if axes == (tuple(range(m - count, m)), tuple(range(count))):
        return numpy("tensordot", x, y, literal(count))
    return numpy("tensordot", x, y, literal(axes))


def _ordered(value: Expr, order: Sequence[int], like: Expr, kinds: Kinds) -> Expr:
    """A value whose axes are those of `like`, in that order, with the axes in order."""
    places = tuple(_sorted(order))
    if places == tuple(range(len(order))):
        return _typed(value, like, kinds)
    if places == tuple(range(len(order)))[::-1]:
        return _typed(_turned(value), like, kinds)
    return _typed(numpy("transpose", value, literal(places)), like, kinds)


def _turned(value: Expr) -> Expr:
    """A value with its axes in reverse order."""
    match value:
        case Binary("@", first, second):
            return Binary("@", transposed(second, _MATRIX), transposed(first, _MATRIX))
        case Binary():
            return numpy("transpose", value)
        case _:
            return of_array(value, "T")


def _typed(value: Expr, like: Expr, kinds: Kinds) -> Expr:
    """A value that has the shape of an operand."""
    kind = kinds.of(like)
    kinds.note(value, Array(kind.shape) if isinstance(kind, Array) else Array(()))
    return value
