"""Distributions that are given their parameters first: `norm(m, s).logpdf(x)`."""

from __future__ import annotations

import ast

from ...rules import lookup
from .context import Context

_DISTRIBUTIONS = "scipy.stats."


def thawed(low: Context, node: ast.Call) -> ast.Call:
    """The call of a method with all parameters, `norm.logpdf(x, m, s)`, that such a
    call stands for; any other call as it is. Its arguments are the same nodes."""
    match node.func:
        case ast.Attribute(
            value=ast.Call(func=family, args=parameters, keywords=named), attr=name
        ):
            method = ast.copy_location(
                ast.Attribute(family, name, ast.Load()), node.func
            )
            path = low.path_of(method) or ""
            if path.startswith(_DISTRIBUTIONS) and lookup.array_rule(path):
                args, keywords = [*node.args, *parameters], [*node.keywords, *named]
                return ast.copy_location(ast.Call(method, args, keywords), node)
    return node
