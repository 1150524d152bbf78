"""Decorators that leave alone what a function computes."""

from __future__ import annotations

import ast
from collections.abc import Callable

_HARMLESS = frozenset(
    "functools.cache functools.lru_cache numba.jit numba.njit backgen.rule".split()
)


def doubtful(
    node: ast.FunctionDef, path_of: Callable[[ast.expr], str | None]
) -> ast.expr | None:
    """The first decorator that may change what a function computes.

    Args:
        path_of: the full path of a dotted name, where it stands for something
            imported.
    """
    for mark in node.decorator_list:
        func = mark.func if isinstance(mark, ast.Call) else mark
        if path_of(func) not in _HARMLESS:
            return mark
    return None
