"""Items of parts of arrays, as elements of the arrays."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...ir.types import Array, Tree
from ..bundles.stores import root_of
from ..source.scope import bound_names
from ..syntax.added import at
from ..uses.itemwise import slice_bounds
from .body import Body
from .context import integer_of


def part_items(
    body: Body, loop: ast.For, node: ast.expr
) -> tuple[Callable[[ast.expr], ast.expr], ast.expr] | None:
    """The items of `x[1:]`, `x[:-1]`, `X[1:, 0]` and `X.T` as elements of the array,
    `x[i + 1]`, and how many there are; None for anything else."""
    match node:
        case ast.Attribute(value=ast.Name() as base, attr="T"):
            rest: list[ast.expr] = [ast.Slice()]
            bounds, is_turned = ast.Slice(), True
        case ast.Subscript(value=ast.Name() as base, slice=ast.Slice() as bounds):
            rest, is_turned = [], False
        case ast.Subscript(
            value=ast.Name() as base,
            slice=ast.Tuple(elts=[ast.Slice() as bounds, *rest]),
        ):
            is_turned = False
        case _:
            return None
    whole = body.lowering.lower(base)[1]
    if not isinstance(whole, Array) or not is_stable(node, rebound(body, loop)):
        return None
    if (is_turned and whole.rank != 2) or _is_none_in(rest):
        return None
    first = 0 if bounds.lower is None else integer_of(bounds.lower)
    if first is None or first < 0 or bounds.step is not None:
        return None

    def item(number: ast.expr) -> ast.expr:
        if first:
            number = ast.BinOp(number, ast.Add(), ast.Constant(first))
        index: ast.expr = ast.Tuple([number, *rest], ast.Load()) if rest else number
        if is_turned:
            index = ast.Tuple([ast.Slice(), number], ast.Load())
        return at(node, ast.Subscript(base, index, ast.Load()))

    function = ast.Name("len", ast.Load())
    length = at(node, ast.Call(at(node, function), [node], []))
    left_out = slice_bounds(bounds)
    if left_out is None or is_turned:
        return item, length
    every = at(node, ast.Call(at(node, function), [base], []))
    if not sum(left_out):
        return item, every
    return item, at(node, ast.BinOp(every, ast.Sub(), ast.Constant(sum(left_out))))


def _is_none_in(items: list[ast.expr]) -> bool:
    """Whether an index has a new axis, or stands for any number of axes."""
    return any(
        isinstance(item, ast.Constant) and item.value in (None, ...) for item in items
    )


def rebound(body: Body, loop: ast.For) -> frozenset[str]:
    """The names that a trip of a loop binds, and the items of dicts and lists to which
    it gives another array, `p["z"]`, as they are spelled."""
    nodes = [n for part in (loop.target, *loop.body) for n in ast.walk(part)]
    names = {name for part in (loop.target, *loop.body) for name in bound_names(part)}
    changed = {id(n.target) for n in nodes if isinstance(n, ast.AugAssign)}
    items = {
        ast.unparse(node)
        for node in nodes
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        if id(node) not in changed
        if isinstance(body.lowering.types.get(root_of(node)), Tree)
    }
    return frozenset(names | items)


def is_stable(node: ast.expr, changed: frozenset[str]) -> bool:
    """Whether an expression is a variable, or a view of one, and stays the same while
    other names and items change."""
    match node:
        case ast.Name(id=name):
            return name not in changed
        case ast.Attribute(value=base, attr="T"):
            return is_stable(base, changed)
        case ast.Subscript(value=base, slice=index):
            read = {n.id for n in ast.walk(index) if isinstance(n, ast.Name)}
            read.add(ast.unparse(node))
            return is_stable(base, changed) and _is_view(index) and not read & changed
        case _:
            return False


def _is_view(index: ast.expr) -> bool:
    """Whether an index is made of slices and constants."""
    match index:
        case ast.Slice() | ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=items):
            return all(map(_is_view, items))
        case _:
            return False
