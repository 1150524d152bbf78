"""Targets of assignments: what a name, or a tuple of names, is bound to."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import NoReturn

from ...ir.expr import Expr, Sequence, Var
from ...ir.joining import as_rows, item_read
from ...ir.types import Array, Items, List, Number, Tree, Type, Unknown, nowhere
from ...ir.walk import strip
from ...rules.kinds import Kinds
from .body import Body, Bound
from .context import SAY_WHAT
from .expressions import Lowering


def bind(
    body: Body,
    target: ast.expr,
    value: Expr | None,
    kind: Type,
    bound: list[Bound] | None = None,
) -> Expr:
    """Bind names to a value of that type; `value` is None for a part of an array.
    What each name is bound to goes to `bound`.

    Raises:
        Refused: for a target that is not made of names.
    """
    low = body.lowering
    match target:
        case ast.Name(id=name):
            kind = as_rows(kind) or kind
            if isinstance(value, Sequence) and not isinstance(kind, Items | List):
                low.wanted.ask(name)
                low.refuse("BG015", "nested lists are not supported yet", target)
            low.types[name] = kind
            if bound is not None:
                bound.append((name, value, kind))
            return Var(name)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            shown = [
                bind(body, item, part, part_kind, bound)
                for item, (part, part_kind) in zip(
                    items, parts(body, target, value, kind), strict=True
                )
            ]
            return Sequence("tuple", tuple(shown))
        case _:
            refuse_target(low, target)


def refuse_target(low: Lowering, target: ast.expr) -> NoReturn:
    """Refuse what is neither a name nor an element."""
    match target:
        case ast.Starred():
            message = "`*` in an unpacking is not supported"
            low.refuse("BG010", message, target, "name every element")
        case ast.Attribute(attr="shape"):
            message = "setting the shape of an array is not supported"
            low.refuse("BG010", message, target, "write `y = x.reshape(...)`")
        case _:
            low.refuse("BG010", "this target is not supported", target)


def parts(
    body: Body, target: ast.Tuple | ast.List, value: Expr | None, kind: Type
) -> list[tuple[Expr | None, Type]]:
    """The items of a value, one for each item of the target, with their types.

    Raises:
        Refused: BG015 for what cannot be unpacked, BG014 for a wrong number of items.
    """
    low = body.lowering
    for item in target.elts:
        if isinstance(item, ast.Starred):
            refuse_target(low, item)
    count = len(target.elts)
    have: int | None = None
    if isinstance(value, Sequence):
        have = len(value.items)
    elif isinstance(kind, Items):
        have = kind.length
    elif isinstance(kind, List) and not kind.keyed:
        have = None
    elif isinstance(kind, Tree) and kind.kind != "dict" and not kind.open:
        have = len(kind.items)
    elif isinstance(kind, Array) and kind.shape != ():
        have = None if isinstance(kind.shape, Unknown) else kind.shape[0].value
    else:
        if isinstance(value, Var):
            low.wanted.ask(value.name)
        low.refuse("BG015", "only a list or tuple can be unpacked", target, SAY_WHAT)
    if have is not None and have != count:
        low.refuse("BG014", f"{have} items for {count} names", target)
    if isinstance(value, Sequence):
        return [(item, Kinds(low.types).of(strip(item))) for item in value.items]
    if isinstance(value, Var) and isinstance(kind, Items) and kind.values is None:
        low.types[value.name] = replace(kind, length=count)
    return [(None, part) for part in _types(kind, count)]


def _types(kind: Type, count: int) -> list[Type]:
    match kind:
        case Tree(items=items):
            return [items[i] for i in range(count)]
        case Array(shape=shape, kind=element):
            row = nowhere() if isinstance(shape, Unknown) else shape[1:]
            return [Array(row, element)] * count
        case Items(values=tuple() as values):
            return [Number("int", value=dim) for dim in values]
        case Items() | List():
            return [item_read(kind)] * count
        case _:
            return [Number()] * count
