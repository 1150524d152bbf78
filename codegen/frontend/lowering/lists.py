"""Expressions over lists that the program itself builds."""

from __future__ import annotations

import ast

from ...ir.expr import Binary, Call, Const, Expr, Index, Ref, Sequence, Var
from ...ir.joining import is_keyed, is_listed, item_read, key_type
from ...ir.types import TEXT, Items, List, Number, Opaque, Tree, Type, is_whole
from ...rules.lists import CALLS, COPIES, is_place
from ..syntax.added import is_at_place
from .arrays import is_array, listed_anew, typed
from .context import Context, Done
from .texts import text_part

NO_KEY = "only integers, tuples of them, or constants are supported as keys"


def repeated_list(
    low: Context, node: ast.BinOp, done: Done
) -> tuple[Expr, Type] | None:
    """`[0.0] * n`, `xs * 2`; None for any other operation."""
    display, count = node.left, node.right
    if isinstance(count, ast.List) or is_listed(done[id(count)][1]):
        display, count = count, display
    listed = isinstance(display, ast.List) or is_listed(done[id(display)][1])
    if not isinstance(node.op, ast.Mult) or not listed:
        return None
    if not isinstance(display, ast.List) or len(display.elts) != 1:
        return _behind_itself(low, node, display, count, done)
    item, number = done[id(display.elts[0])], done[id(count)][1]
    if not is_whole(number):
        low.refuse("BG015", "an integer is needed here", count)
    if not isinstance(item[1], Number) and item[0] != Const("None"):
        message = "every item of this list would be the same object"
        low.refuse("BG015", message, node, "append to a list that starts as `[]`")
    whole = Binary("*", done[id(node.left)][0], done[id(node.right)][0])
    return whole, List(item[1] if isinstance(item[1], Number) else Opaque())


def _behind_itself(
    low: Context, node: ast.expr, items: ast.expr, count: ast.expr, done: Done
) -> tuple[Expr, Type]:
    """`xs * 2`, which is `xs + xs`."""
    once = done[id(items)][0]
    twice = listed_anew(low, Binary("+", once, once), [items], done)
    match count:
        case ast.Constant(value=2) if twice is not None:
            return twice
    message = "of lists of several items only those of numbers can be repeated, twice"
    hint = "write `[x for _ in range(n) for x in xs]`"
    low.refuse("BG015", message, node, hint)


def lower_display(
    low: Context, node: ast.expr, items: list[ast.expr], done: Done
) -> tuple[Expr, Type]:
    """`[a, b]`, `(a, b)`; a set, in which something is looked for, as a tuple."""
    name = "list" if isinstance(node, ast.List) else "tuple"
    sequence = Sequence(name, tuple(done[id(n)][0] for n in items))
    kinds = [done[id(n)][1] for n in items]
    nested = all(isinstance(k, Number | Items | Tree) for k in kinds)
    if nested or is_array(*kinds):
        return typed(low, node, sequence, items, done)
    if kinds and all(kind == TEXT for kind in kinds):
        return sequence, List(TEXT)
    return sequence, Opaque()


def refuse_unnamed(low: Context, node: ast.expr, base: Expr) -> None:
    """Refuse an item of a list that is made on the way: its gradient has no place."""
    if not is_place(base):
        hint = "give the list a name before"
        low.refuse("BG011", "an item of a list that has no name", node, hint)


def item_of(
    low: Context, node: ast.Subscript, base: Expr, kind: List | Opaque, done: Done
) -> tuple[Expr, Type]:
    """`ys[i]` of a list that grows, or of a text."""
    if isinstance(kind, Opaque):
        return text_part(low, node, base, done)
    refuse_unnamed(low, node, base)
    index, place = done[id(node.slice)]
    if kind.keyed and is_at_place(node):
        message = "the items of such a dict are its keys, which have no number"
        low.refuse("BG015", message, node, "name them: `keys = list(...)`")
    known = is_whole(place) or (kind.keyed and place == TEXT)
    if not known and not (kind.keyed and key_type(place)):
        message = "only one item of such a list can be read at a time"
        if kind.keyed:
            message = NO_KEY
            if isinstance(base, Var):
                low.wanted.ask(base.name)
        low.refuse("BG016", message, node.slice)
    return Index(base, index), item_read(kind)


def _copied(
    low: Context, node: ast.Call, path: str, done: Done
) -> tuple[Expr, Type] | None:
    """`list(xs)`, `sorted(xs, reverse=True)`; of a dict these are its keys."""
    kind = done[id(node.args[0])][1]
    if is_keyed(kind) and path != "builtins.list":
        hint = "name its keys: `keys = list(...)`"
        low.refuse("BG015", "only a list of its keys is supported here", node, hint)
    for keyword in node.keywords:
        if keyword.arg != "reverse" or path != "builtins.sorted":
            message = f"`{keyword.arg or '**'}` is not supported for a list"
            low.refuse("BG014", message, keyword.value)
    keywords = tuple((str(k.arg), done[id(k.value)][0]) for k in node.keywords)
    call = Call(Ref(path), (done[id(node.args[0])][0],), keywords)
    return listed_anew(low, call, node.args, done)


def call_over_list(
    low: Context, node: ast.Call, path: str, done: Done
) -> tuple[Expr, Type] | None:
    """`np.array(ys)`, `sum(ys)`; None for any other call."""
    kinds = [done[id(arg)][1] for arg in node.args]
    if len(kinds) == 1 and path in COPIES:
        return _copied(low, node, path, done)
    if path not in CALLS or not kinds or not isinstance(kinds[0], List):
        return None
    name = ast.unparse(node.func)
    if kinds[0].keyed and path != "builtins.len":
        message = f"`{name}` of such a dict is not supported"
        low.refuse("BG015", message, node, "name its keys: `keys = list(...)`")
    if len(kinds) != 1:
        low.refuse("BG014", f"`{name}` of a list takes no further values", node)
    keywords: list[tuple[str, Expr]] = []
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg not in CALLS[path]:
            message = f"`{keyword.arg or '**'}` is not supported for a list"
            low.refuse("BG014", message, keyword.value)
        keywords.append((keyword.arg, done[id(keyword.value)][0]))
    call = Call(Ref(path), (done[id(node.args[0])][0],), tuple(keywords))
    parts = [*node.args, *(keyword.value for keyword in node.keywords)]
    lowered, kind = typed(low, node, call, parts, done)
    if isinstance(kind, Opaque):
        low.refuse("BG015", f"`{name}` is not supported for this list", node)
    return lowered, kind
