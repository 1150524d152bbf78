"""What is given with stars: shapes, `x.reshape(*shape)`, and dicts, `{**d}`."""

from __future__ import annotations

import ast
from typing import NoReturn

from .context import Context

# Methods that take lengths, or axes, one by one or as a tuple.
_METHODS = frozenset({"reshape", "transpose"})
# Functions that take lengths one by one, and those that take them as a tuple.
_DRAWS = {"rand": "random_sample", "randn": "standard_normal"}


def starless(low: Context, node: ast.Call) -> ast.Call:
    """The call that gives the whole tuple, `x.reshape(shape)`, for one that unpacks it;
    any other call as it is. Its arguments are the same nodes."""
    match node:
        case ast.Call(
            func=ast.Attribute(attr=name) as func,
            args=[ast.Starred(value=whole)],
            keywords=[],
        ):
            if name in _METHODS and low.of_value(func):
                return ast.copy_location(ast.Call(func, [whole], []), node)
            path = low.path_of(func)
            if path == f"numpy.random.{name}" and name in _DRAWS:
                other = ast.Attribute(func.value, _DRAWS[name], func.ctx)
                ast.copy_location(other, func)
                return ast.copy_location(ast.Call(other, [whole], []), node)
    return node


def refuse_starred(low: Context, node: ast.expr) -> NoReturn:
    """`{**d}` of what is not known to have certain keys."""
    parts = node.values if isinstance(node, ast.Dict) else ()
    for part in parts:
        if isinstance(part, ast.Name):
            low.wanted.ask(part.id)
    low.refuse("BG011", "`**` in a dict is not supported", node)
