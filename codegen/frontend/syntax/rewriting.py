"""Copies of syntax with other nodes in the place of some."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from typing import Any

_LEAVES = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


def rewritten(root: Any, change: Callable[[ast.AST], ast.AST]) -> Any:
    """A copy of syntax in which `change` has put other nodes in the place of some,
    outermost first."""
    top = [root]
    todo: list[tuple[Any, Any]] = [(top, 0)]
    while todo:
        place, key = todo.pop()
        new = copy.copy(change(place[key]))
        place[key] = new
        below: list[tuple[Any, Any]] = []
        for name, value in ast.iter_fields(new):
            if isinstance(value, list):
                listed = [*value]
                setattr(new, name, listed)
                nodes = enumerate(listed)
                below += [(listed, i) for i, n in nodes if isinstance(n, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
                below.append((new.__dict__, name))
        todo += reversed(below)
    return top[0]
