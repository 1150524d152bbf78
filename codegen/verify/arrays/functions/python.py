"""Builtins of Python, and the functions of `math` that take lists."""

from __future__ import annotations

import bisect
import itertools
import math
import operator
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import numpy as np

from ...running.domains import Broken, Domain
from ..cells import Arithmetic, held, is_real
from ..queues import Queue
from ..tables import Counts
from ..values import Kind, Path, as_kind, plain
from .table import Table

TABLE = Table()


@TABLE.of("backgen.stop_gradient")
def _stop_gradient(a: Arithmetic, x: Any) -> Any:
    return held(x)


TABLE.hand_on(Queue, "collections.deque")
TABLE.hand_on(Counts, "collections.Counter")
for _function in (any, all, sorted):
    TABLE.hand_on(_function, f"builtins.{_function.__name__}")


@TABLE.of("builtins.divmod")
def _divmod(a: Arithmetic, x: Any, y: Any) -> Any:
    return x // y, x % y


def _of_containers(function: Callable[..., Any]) -> None:
    """Enter a builtin that looks at no number: what it does not take here, it takes
    nowhere."""
    name = function.__name__

    @TABLE.of(f"builtins.{name}")
    def handed_on(a: Arithmetic, *args: Any, **named: Any) -> Any:
        try:
            return function(*args, **named)
        except TypeError as error:
            raise Broken(f"`{name}`: {error}") from None


for _builtin in (len, enumerate, reversed, slice, tuple, list, dict, zip, range):
    _of_containers(_builtin)


def _entered(function: Callable[..., Any], name: str) -> None:
    """Enter what goes over items, whatever they are."""

    @TABLE.of(name)
    def handed_on(a: Arithmetic, *args: Any, **named: Any) -> Any:
        return (plain_items(item) for item in function(*args, **named))


def plain_items(item: Any) -> Any:
    """An item, or a tuple of several, as `plain` has them."""
    return tuple(map(plain, item)) if isinstance(item, tuple) else plain(item)


for _iterator in (
    *(itertools.product, itertools.combinations, itertools.permutations),
    *(itertools.combinations_with_replacement, itertools.chain, itertools.islice),
    *(itertools.repeat, itertools.count, itertools.zip_longest, itertools.cycle),
):
    _entered(_iterator, f"itertools.{_iterator.__name__}")
_entered(itertools.chain.from_iterable, "itertools.chain.from_iterable")
_entered(np.ndindex, "numpy.ndindex")
_entered(np.ndenumerate, "numpy.ndenumerate")


@TABLE.of("itertools.pairwise")
def _pairwise(a: Arithmetic, items: Iterable[Any]) -> Any:
    every = [plain(item) for item in items]
    return itertools.pairwise(every)


for _name in ("bisect", "bisect_left", "bisect_right"):
    TABLE.hand_on(getattr(bisect, _name), f"bisect.{_name}")
for _name in "add mul sub truediv matmul neg pow floordiv mod".split():
    TABLE.hand_on(getattr(operator, _name), f"operator.{_name}")


TABLE.hand_on(dict.fromkeys, "builtins.dict.fromkeys")


_CLASSES = {f"builtins.{kind.__name__}": kind for kind in (dict, list, tuple, str)}
_NUMBERS = frozenset({"numbers.Number", "numbers.Real"})
_OF_PYTHON = frozenset({"builtins.float", "builtins.int"})


@TABLE.of("builtins.isinstance")
def _is_one(a: Arithmetic, x: Any, kind: Any) -> bool:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    names = [one.name for one in kinds if isinstance(one, Path)]
    if "builtins.float" in names and "builtins.int" in names:
        names = ["numbers.Real", *(n for n in names if n not in _OF_PYTHON)]
    return any(_is_of(x, name) for name in names)


def _is_of(x: Any, name: str) -> bool:
    if name in _CLASSES:
        return isinstance(x, _CLASSES[name])
    single = not isinstance(x, (dict, list, tuple, str, np.ndarray)) and x is not None
    if name == "numpy.ndarray":
        return isinstance(x, np.ndarray)
    if name in _NUMBERS:
        return single
    if single:
        raise Broken(f"what kind of number this is is not followed: `{name}`")
    return False


@TABLE.of("numpy.isscalar")
def _is_scalar(a: Arithmetic, x: Any) -> bool:
    return isinstance(x, str) or _is_of(x, "numbers.Number")


@TABLE.of("builtins.float", "numpy.float64", "numpy.float32")
def as_float(a: Arithmetic, x: Any = 0) -> Any:
    if x == "nan":
        return None  # nothing can be computed with it, in any arithmetic
    if np.ndim(x):
        raise TypeError("an array is no number")
    return a.real(x.item() if isinstance(x, np.ndarray) else x)


@TABLE.of("builtins.int", *(f"numpy.{n}" for n in "int64 int32 intp".split()))
def as_int(a: Arithmetic, x: Any = 0) -> Any:
    return as_kind(a, plain(x), Kind.INT)


def _stepped(a: Arithmetic, mode: str, x: Any) -> int:
    """The integer that a piecewise constant function gives for a single number."""
    cell = a.real(x.item() if isinstance(x, np.ndarray) else x)
    height: int = cell.domain.stepped(mode, cell.value)
    cell.domain.heights.append(height)
    return height


for _mode in ("floor", "ceil", "trunc"):
    TABLE.of(f"math.{_mode}")(lambda a, x, mode=_mode: _stepped(a, mode, x))
for _name in ("comb", "factorial", "gcd", "isqrt", "lcm", "perm"):
    TABLE.hand_on(getattr(math, _name), f"math.{_name}")


@TABLE.of("builtins.round")
def as_rounded(a: Arithmetic, x: Any, ndigits: int | None = None) -> Any:
    if ndigits is None and np.size(x) == 1:
        return _stepped(a, "round", x)
    digits = a.literal(ndigits or 0).value
    return a.apply(lambda value: a.domain.rounded(value, digits), x)


@TABLE.of("builtins.bool")
def as_bool(a: Arithmetic, x: Any = False) -> Any:
    return bool(x)


@TABLE.of("builtins.sum", "math.fsum")
def total(a: Arithmetic, items: Iterable[Any], start: Any = 0) -> Any:
    return reduce(lambda x, y: x + y, items, start)


@TABLE.of("math.prod")
def product(a: Arithmetic, items: Iterable[Any], start: Any = 1) -> Any:
    return reduce(lambda x, y: x * y, items, start)


def _extreme(name: str, pick: Callable[..., Any], plainly: Callable[..., Any]) -> None:
    @TABLE.of(f"builtins.{name}")
    def extreme(a: Arithmetic, *args: Any) -> Any:
        items = list(args[0]) if len(args) == 1 else list(args)
        if len(items) > 1 and any(np.size(item) != 1 for item in items):
            raise ValueError(f"`{name}` of arrays, which have no order")
        if len(items) == 1 or not any(map(is_real, items)):
            return plainly(items)
        return a.apply(lambda *values: pick(a.domain, *values), *items)


_extreme("max", Domain.largest, max)
_extreme("min", Domain.smallest, min)
