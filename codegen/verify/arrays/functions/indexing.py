"""Picking elements by index, order or mask; writing into arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...running.domains import Broken
from ..cells import Arithmetic, is_real
from ..values import plain
from .table import Table

TABLE = Table()

for _name in (
    "take take_along_axis choose compress extract nonzero flatnonzero "
    "argwhere searchsorted ix_ unravel_index ravel_multi_index diag_indices "
    "tril_indices triu_indices isin digitize unique".split()
):
    TABLE.hand_on(getattr(np, _name), f"numpy.{_name}")
TABLE.hand_on(lambda *shape: list(np.ndindex(*shape)), "numpy.ndindex")
TABLE.hand_on(
    lambda x, k=0: np.tril_indices(x.shape[0], k, x.shape[1]),
    "numpy.tril_indices_from",
)
TABLE.hand_on(
    lambda x, k=0: np.triu_indices(x.shape[0], k, x.shape[1]),
    "numpy.triu_indices_from",
)
TABLE.hand_on(np.add.at, "numpy.add.at")
TABLE.hand_on(np.subtract.at, "numpy.subtract.at")
TABLE.hand_on(np.add.reduceat, "numpy.add.reduceat")


def _writing(name: str, place: int) -> None:
    """A function that writes the argument at this place into the first one."""

    @TABLE.of(f"numpy.{name}")
    def change(a: Arithmetic, x: Any, *args: Any, **named: Any) -> None:
        value = a.real(args[place - 1]) if is_real(x) else args[place - 1]
        given = (*args[: place - 1], value, *args[place:])
        getattr(np, name)(x, *given, **named)


for _name, _at in (
    *(("fill_diagonal", 1), ("copyto", 1), ("put", 2), ("putmask", 2)),
    *(("place", 2), ("put_along_axis", 2)),
):
    _writing(_name, _at)


@TABLE.of("numpy.sort")
def sort(a: Arithmetic, x: Any, axis: int | None = -1, kind: Any = None) -> Any:
    """By the real numbers that the elements stand for."""
    return np.sort(x, axis=axis, kind="stable")


@TABLE.of("numpy.argsort")
def argsort(a: Arithmetic, x: Any, axis: int | None = -1, kind: Any = None) -> Any:
    return np.argsort(x, axis=axis, kind="stable")


@TABLE.of("numpy.lexsort")
def lexsort(a: Arithmetic, keys: Any, axis: int = -1) -> Any:
    """By the last of the keys, of equal ones by the one before."""
    columns = [np.asarray(key) for key in keys]
    if any(column.ndim != 1 for column in columns):
        raise Broken("`lexsort` is followed for vectors")
    order = list(range(len(columns[0])))
    for column in columns:
        order = sorted(order, key=[plain(cell) for cell in column].__getitem__)
    return np.array(order, dtype=int)


@TABLE.of("numpy.partition")
def partition(a: Arithmetic, x: Any, kth: Any, axis: int | None = -1) -> Any:
    if is_real(x):
        order = argpartition(a, x, kth, axis)
        return np.take_along_axis(np.asarray(x), order, axis=axis)
    return np.partition(x, kth, axis=axis)


@TABLE.of("numpy.argpartition")
def argpartition(a: Arithmetic, x: Any, kth: Any, axis: int | None = -1) -> Any:
    """In the order that NumPy has on floats: only the places decide it."""
    floats = np.frompyfunc(lambda cell: float(cell.domain.shadow(cell.value)), 1, 1)(x)
    return np.argpartition(floats.astype(float), kth, axis=axis)


def _place(name: str) -> None:
    @TABLE.of(f"numpy.{name}")
    def place(
        a: Arithmetic, x: Any, axis: int | None = None, *, keepdims: bool = False
    ) -> Any:
        return plain(getattr(np, name)(x, axis=axis, keepdims=keepdims))


_place("argmax")
_place("argmin")


@TABLE.of("numpy.bincount")
def bincount(a: Arithmetic, x: Any, weights: Any = None, minlength: int = 0) -> Any:
    counts = np.bincount(x, minlength=minlength)
    if weights is None:
        return counts
    sums = a.full(counts.shape, 0)
    np.add.at(sums, x, weights)
    return sums
