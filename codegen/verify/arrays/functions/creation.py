"""New arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..cells import Arithmetic, is_real
from ..extent import check_elements, check_shape
from ..values import Kind, as_kind, kind_of
from .floats import in_floats
from .table import Table

TABLE = Table()


def _of_numbers(name: str) -> None:
    """What NumPy makes of numbers alone."""

    @TABLE.of(f"numpy.{name}")
    def made(a: Arithmetic, *args: Any, **named: Any) -> Any:
        values = {key: in_floats(value) for key, value in named.items()}
        return a.real(getattr(np, name)(*map(in_floats, args), **values))


for _name in "bartlett blackman hamming hanning kaiser logspace geomspace".split():
    _of_numbers(_name)


def _filled(a: Arithmetic, shape: Any, value: Any, dtype: Any) -> Any:
    check_shape(shape)
    if dtype is None or dtype is Kind.FLOAT:
        result = a.full(shape, 0)
        result[...] = a.unwritten() if value is None else a.real(value)
        return result
    value = 0 if value is None else value
    return np.full(shape, value, dtype=bool if dtype is Kind.BOOL else int)


def _uniform(name: str, value: int | None) -> None:
    @TABLE.of(f"numpy.{name}")
    def uniform(a: Arithmetic, shape: Any, dtype: Any = None) -> Any:
        return _filled(a, shape, value, dtype)

    @TABLE.of(f"numpy.{name}_like")
    def uniform_like(
        a: Arithmetic, x: Any, dtype: Any = None, shape: Any = None
    ) -> Any:
        size = np.shape(x) if shape is None else shape
        return _filled(a, size, value, kind_of(x) if dtype is None else dtype)


_uniform("zeros", 0)
_uniform("ones", 1)
_uniform("empty", None)


@TABLE.of("numpy.full")
def full(a: Arithmetic, shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    return _filled(
        a, shape, fill_value, kind_of(fill_value) if dtype is None else dtype
    )


@TABLE.of("numpy.full_like")
def full_like(a: Arithmetic, x: Any, fill_value: Any, dtype: Any = None) -> Any:
    kind = kind_of(x) if dtype is None else dtype
    return _filled(a, np.shape(x), fill_value, kind)


@TABLE.of("numpy.array")
def array(a: Arithmetic, x: Any, dtype: Any = None, *, copy: Any = None) -> Any:
    found = a.array(x)
    return found if dtype is None else as_kind(a, found, dtype)


@TABLE.of("numpy.asarray", "numpy.asanyarray", "numpy.ascontiguousarray")
def as_array(a: Arithmetic, x: Any, dtype: Any = None) -> Any:
    """No copy of what is an array."""
    found = x if isinstance(x, np.ndarray) else a.array(x)
    if dtype is None or dtype is kind_of(found):
        return found
    return as_kind(a, found, dtype)


@TABLE.of("numpy.result_type", "numpy.promote_types")
def result_type(a: Arithmetic, *values: Any) -> Kind:
    """The kind that numbers of several have together."""
    kinds = [v if isinstance(v, Kind) else kind_of(v) for v in values]
    order = (Kind.BOOL, Kind.INT, Kind.FLOAT)
    return max(kinds, key=order.index)


@TABLE.of("numpy.astype")
def as_type(a: Arithmetic, x: Any, dtype: Any) -> Any:
    return as_kind(a, x, dtype)


@TABLE.of("numpy.eye", "numpy.identity")
def eye(
    a: Arithmetic, n: int, m: int | None = None, k: int = 0, dtype: Any = None
) -> Any:
    check_shape((n, n if m is None else m))
    return as_kind(a, np.eye(n, m, k, dtype=int), dtype or Kind.FLOAT)


@TABLE.of("numpy.tri")
def tri(
    a: Arithmetic, n: int, m: int | None = None, k: int = 0, dtype: Any = None
) -> Any:
    check_shape((n, n if m is None else m))
    return as_kind(a, np.tri(n, m, k, dtype=int), dtype or Kind.FLOAT)


@TABLE.of("numpy.arange")
def arange(a: Arithmetic, *args: Any, dtype: Any = None) -> Any:
    if not any(map(is_real, args)):
        check_elements(len(range(*args)))
        whole = np.arange(*args)
        return whole if dtype is None else as_kind(a, whole, dtype)
    start, stop, step = args if len(args) == 3 else (*(0, *args)[-2:], 1)
    start = a.real(start)
    count = a.domain.stepped("ceil", ((a.real(stop) - start) / a.real(step)).value)
    check_elements(count)
    return start + np.arange(max(count, 0)) * a.real(step)


@TABLE.of("numpy.linspace")
def linspace(
    a: Arithmetic, start: Any, stop: Any, num: int = 50, endpoint: bool = True
) -> Any:
    start, stop = a.real(start), a.real(stop)
    check_elements(num)
    parts = num - 1 if endpoint else num
    places = a.real(np.arange(num)).reshape(-1, *(1,) * np.ndim(start - stop))
    return start + places * ((stop - start) / a.literal(max(parts, 1)))


@TABLE.of("numpy.meshgrid")
def meshgrid(a: Arithmetic, *axes: Any, indexing: str = "xy") -> Any:
    make: Any = np.meshgrid
    return list(make(*axes, indexing=indexing))


@TABLE.of("numpy.indices")
def indices(a: Arithmetic, dimensions: Any) -> Any:
    return np.indices(dimensions)
