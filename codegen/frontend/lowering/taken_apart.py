"""Parts of a list that are taken apart at once: `a, b = hs[-2:]`, one item each."""

from __future__ import annotations

import ast

from ...ir.types import List, is_single
from ..syntax.added import at, integer
from .context import Context, integer_of


def taken_apart(low: Context, target: ast.expr, value: ast.expr) -> ast.expr:
    """`hs[-2], hs[-1]` for `hs[-2:]` of a list of arrays or lists, where there is a
    name for each; any other value as it is."""
    match target, value:
        case (
            ast.Tuple(elts=names) | ast.List(elts=names),
            ast.Subscript(
                value=ast.Name(id=word) as base,
                slice=ast.Slice(lower=lower, upper=upper, step=None),
            ),
        ) if not any(isinstance(one, ast.Starred) for one in names):
            pass
        case _:
            return value
    kind = low.types.get(word)
    if not isinstance(kind, List) or kind.keyed or is_single(kind.item):
        return value
    places = _places(lower, upper, len(names), value)
    if places is None:
        return value
    items: list[ast.expr] = [
        at(value, ast.Subscript(base, place, ast.Load())) for place in places
    ]
    return at(value, ast.Tuple(items, ast.Load()))


def _places(
    lower: ast.expr | None, upper: ast.expr | None, count: int, old: ast.expr
) -> list[ast.expr] | None:
    """The places between two bounds, if there are so many of them."""
    first = 0 if lower is None else integer_of(lower)
    last = 0 if upper is None else integer_of(upper)
    match lower, upper:
        case ast.expr(), ast.BinOp(left=left, op=ast.Add(), right=right) if integer_of(
            right
        ) == count and ast.dump(left) == ast.dump(lower):
            steps = [at(old, ast.Constant(k)) for k in range(1, count)]
            return [lower, *(at(old, ast.BinOp(lower, ast.Add(), k)) for k in steps)]
        case _ if first is None or last is None:
            return None
        case _, None if first >= 0:
            return None  # nobody knows where the list ends
        case _:
            numbers = range(first, last)
            crossing = first < 0 <= last and upper is not None
            if len(numbers) != count or crossing:
                return None
            return [integer(number, old) for number in numbers]
