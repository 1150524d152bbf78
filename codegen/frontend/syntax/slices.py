"""Slices whose bounds stand in the text."""

from __future__ import annotations

import ast


def constant_slice(index: ast.expr) -> slice | None:
    """`1:` or `:-1`; None for any other index."""
    if not isinstance(index, ast.Slice):
        return None
    bounds: list[int | None] = []
    for part in (index.lower, index.upper, index.step):
        match part:
            case None:
                bounds.append(None)
            case ast.Constant(value=int(value)):
                bounds.append(value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                bounds.append(-value)
            case _:
                return None
    return None if bounds[2] == 0 else slice(*bounds)
