"""Decorators that leave alone what a function computes."""

from __future__ import annotations

import ast
from collections.abc import Callable

_CACHES = frozenset({"functools.cache", "functools.lru_cache"})
_COMPILING = frozenset({"numba.jit", "numba.njit"})
_HARMLESS = _CACHES | _COMPILING | {"backgen.rule"}

ERRSTATE = "numpy.errstate"


def silenced(call: ast.expr) -> tuple[str, ...] | None:
    """What `np.errstate(divide="ignore")` ignores; None where it does anything else."""
    if not isinstance(call, ast.Call) or call.args:
        return None
    found = [
        keyword.arg
        for keyword in call.keywords
        if keyword.arg is not None
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value == "ignore"
    ]
    return tuple(found) if len(found) == len(call.keywords) else None


def doubtful(
    node: ast.FunctionDef,
    path_of: Callable[[ast.expr], str | None],
    inside: bool = False,
) -> ast.expr | None:
    """The first decorator that may change what a function computes.

    Args:
        path_of: the full path of a dotted name, where it stands for something
            imported.
        inside: whether it is inside of another function, where a cache may hold what
            was right before a variable there has changed.
    """
    for mark in node.decorator_list:
        path = path_of(_named(mark))
        if path == ERRSTATE and silenced(mark) is not None:
            continue
        if path not in _HARMLESS or (inside and path in _CACHES):
            return mark
    return None


def is_compiled(
    node: ast.FunctionDef, path_of: Callable[[ast.expr], str | None]
) -> bool:
    """Whether the user has Numba compile a function."""
    return any(path_of(_named(mark)) in _COMPILING for mark in node.decorator_list)


def cache_of(
    node: ast.FunctionDef, path_of: Callable[[ast.expr], str | None]
) -> ast.expr | None:
    """The decorator that keeps what a function gives, for all who call it."""
    marks = (m for m in node.decorator_list if path_of(_named(m)) in _CACHES)
    return next(marks, None)


def method_key(node: ast.FunctionDef) -> str:
    """What a method is found under in its class: `celsius.setter` beside `celsius`."""
    match node.decorator_list:
        case [ast.Attribute(value=ast.Name(id=word), attr="setter")] if (
            word == node.name
        ):
            return setter_of(word)
        case _:
            return node.name


def setter_of(attribute: str) -> str:
    """What the method that binds an attribute is found under, if there is one."""
    return f"{attribute}.setter"


def is_manager(
    node: ast.FunctionDef, path_of: Callable[[ast.expr], str | None]
) -> bool:
    """Whether `@contextmanager` is the only decorator of a function."""
    paths = [path_of(mark) for mark in node.decorator_list]
    return paths == ["contextlib.contextmanager"]


def _named(mark: ast.expr) -> ast.expr:
    return mark.func if isinstance(mark, ast.Call) else mark
