"""Lists that take the place of others in a list of lists: `grid[i] = row`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...ir.expr import Index, Var
from ...ir.joining import row_type
from ...ir.stmt import SWAP, Write
from ...ir.types import Array, Items, List, Number, Type, is_list
from ...rules.kinds import Kinds
from .body import Body, is_scalar


def swap_items(
    body: Body, node: ast.stmt, targets: Sequence[ast.expr], value: ast.expr
) -> bool:
    """`xs[i], xs[k] = xs[k], xs[i]` of an array or list of numbers, or of a list of
    lists; False for any other assignment."""
    match targets, value:
        case [
            ast.Tuple(elts=[ast.Subscript() as one, ast.Subscript() as other])
        ], ast.Tuple(elts=[first, second]) if _same(one, second) and _same(
            other, first
        ):
            pass
        case _:
            return False
    if not all(map(_is_counted, (one.slice, other.slice))):
        return False
    low = body.lowering
    (place, kind), (partner, _) = low.lower(second), low.lower(first)
    if not isinstance(place, Index) or not isinstance(partner, Index):
        return False
    whole = low.lower(one.value)[1]
    plain = isinstance(whole, Array) and isinstance(place.base, Var)
    if place.base is not partner.base or not (plain or is_list(whole)):
        return False
    row = is_list(whole) and is_row(kind)
    if not row and not isinstance(kind, Number) and not is_scalar(kind):
        return False
    body.add(Write(place, partner, SWAP, body.stage(node), row=row))
    return True


def _is_counted(index: ast.expr) -> bool:
    """Whether an index is made of names and constants only, so that it is the same
    behind the first of the two writes."""
    parts = ast.Name | ast.Constant | ast.BinOp | ast.UnaryOp | ast.Tuple
    plain = parts | ast.operator | ast.unaryop | ast.expr_context
    return all(isinstance(node, plain) for node in ast.walk(index))


def check_row(
    body: Body, node: ast.stmt, target: ast.expr, element: Index, value: Type
) -> None:
    """Refuse to put a list where no list is, or a tuple is; in a dict where something
    may be."""
    low = body.lowering
    before = Kinds(low.types).of(element)
    row = row_type(before)
    whole = Kinds(low.types).of(element.base)
    if isinstance(whole, List) and whole.keyed:
        if getattr(target, _NEW, False) and is_list(value):
            return
        message = "a list cannot be put in the place of another one in a dict"
        hint = "put it there where nothing is: `if k not in d: d[k] = []`"
        low.refuse("BG015", message, node, hint)
    kinds = {getattr(kind, "kind", "list") for kind in (before, value)}
    if row is None or not is_row(before) or not is_row(value) or len(kinds) > 1:
        message = "a list or tuple cannot be put in the place of something else"
        low.refuse("BG015", message, node, "fill the list by `append`")


# On what is stored where a condition says that there is nothing.
_NEW = "_is_new"


def note_new_keys(node: ast.If) -> None:
    """`if k not in d: d[k] = []`: what is put there first takes no other's place."""
    match node:
        case ast.If(
            test=ast.Compare(left=key, ops=[ast.NotIn()], comparators=[table]),
            body=[ast.Assign(targets=[ast.Subscript() as target]), *_],
        ) if _same(target.value, table) and _same(target.slice, key):
            setattr(target, _NEW, True)


def is_row(kind: Type) -> bool:
    """Whether this is a list or tuple of numbers, or a list of such."""
    return isinstance(kind, Items) or (isinstance(kind, List) and not kind.keyed)


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.unparse(one) == ast.unparse(other)
