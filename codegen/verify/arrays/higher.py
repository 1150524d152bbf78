"""Functions of Python that call what they are given."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any, Protocol

from .cells import Arithmetic
from .tables import Defaults
from .values import Path, plain


class _Caller(Protocol):
    """What calls values, and applies operators."""

    arithmetic: Arithmetic

    def call(self, function: Any, args: list[Any], named: dict[str, Any]) -> Any: ...

    def binary(self, op: ast.operator, left: Any, right: Any) -> Any: ...


def _mapped(caller: _Caller, function: Any, *columns: Iterable[Any]) -> list[Any]:
    return [caller.call(function, [*row], {}) for row in zip(*columns, strict=False)]


def _starred(caller: _Caller, function: Any, rows: Iterable[Any]) -> list[Any]:
    return [caller.call(function, [*row], {}) for row in rows]


def _filtered(caller: _Caller, test: Any, items: Iterable[Any]) -> list[Any]:
    if test is None:
        return [item for item in items if item]
    return [item for item in items if caller.call(test, [plain(item)], {})]


def _folded(caller: _Caller, combine: Any, items: Iterable[Any], *start: Any) -> Any:
    return reduce(lambda x, y: caller.call(combine, [x, plain(y)], {}), items, *start)


def _running(
    caller: _Caller, items: Iterable[Any], combine: Any = None, initial: Any = None
) -> list[Any]:
    every = [plain(item) for item in items]
    found, rest = (every[:1], every[1:]) if initial is None else ([initial], every)
    for item in rest:
        if combine is None:
            found.append(caller.binary(ast.Add(), found[-1], item))
        else:
            found.append(caller.call(combine, [found[-1], item], {}))
    return found


def _keyed(caller: _Caller, key: Any) -> Callable[[Any], Any]:
    return lambda item: caller.call(key, [plain(item)], {})


def _sorted(
    caller: _Caller, items: Iterable[Any], key: Any, reverse: bool = False
) -> list[Any]:
    return sorted(items, key=_keyed(caller, key), reverse=reverse)


def _largest(caller: _Caller, items: Iterable[Any], key: Any) -> Any:
    return max(items, key=_keyed(caller, key))


def _smallest(caller: _Caller, items: Iterable[Any], key: Any) -> Any:
    return min(items, key=_keyed(caller, key))


def _defaulting(caller: _Caller, factory: Any) -> Defaults:
    match factory:
        case Path(name="builtins.float"):
            return Defaults(lambda: caller.arithmetic.literal(0.0))
        case Path(name="builtins.int"):
            return Defaults(lambda: 0)
        case _:
            return Defaults(lambda: caller.call(factory, [], {}))


# What calls something only where it is given a key.
_KEYED: Mapping[str, Callable[..., Any]] = {
    "builtins.sorted": _sorted,
    "builtins.max": _largest,
    "builtins.min": _smallest,
}

_HIGHER: Mapping[str, Callable[..., Any]] = {
    "builtins.map": _mapped,
    "builtins.filter": _filtered,
    "collections.defaultdict": _defaulting,
    "functools.reduce": _folded,
    "itertools.accumulate": _running,
    "itertools.starmap": _starred,
}


def calling_function(name: str, named: Mapping[str, Any]) -> Callable[..., Any] | None:
    """The function of that path, if it calls one of its arguments.

    Args:
        named: its keyword arguments.
    """
    if named.get("key") is not None:
        return _KEYED.get(name)
    return _HIGHER.get(name)
