"""Generators: all of their items are made at once, each as it is when it is made."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Any

import numpy as np


@lru_cache(maxsize=256)
def is_generator(node: ast.FunctionDef) -> bool:
    """Whether a function yields anything."""
    stack: list[ast.AST] = list(node.body)
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(inner, ast.FunctionDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(inner))
    return False


def snapshot(value: Any) -> Any:
    """A value that does not change with what it was made of."""
    match value:
        case np.ndarray():
            return value.copy()
        case list():
            return [snapshot(item) for item in value]
        case tuple():
            return tuple(snapshot(item) for item in value)
        case _:
            return value
