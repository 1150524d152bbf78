"""What a `for` loop goes over: items by number, or items that are all known.

`zip`, `enumerate` and `reversed` make one source of others.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from ...ir.dims import Dim, constant
from ...ir.expr import Attribute, Call, Expr, Index, Ref, Var
from ...ir.joining import is_keyed
from ...ir.stmt import Assign
from ...ir.types import (
    NONE,
    Array,
    Items,
    List,
    Number,
    Tree,
    Type,
    is_list,
    is_single,
    is_whole,
)
from ...rules.lists import is_place
from ..bundles.stores import root_of
from ..syntax.added import at
from ..uses.itemwise import slice_bounds
from .array_parts import is_stable, part_items, rebound
from .body import Body
from .context import SAY_WHAT, integer_of


@dataclass(frozen=True)
class Numbered:
    """Items by number.

    Attributes:
        item: the item of that number.
        length: how many there are, as an expression of the input.
        count: the same, where it is known.
        shown: the user's expression.
    """

    item: Callable[[ast.expr], ast.expr]
    length: ast.expr
    count: Dim | None
    shown: Expr


@dataclass(frozen=True)
class Static:
    """Items that are all known, each an expression of its own."""

    items: tuple[ast.expr, ...]


Source = Numbered | Static


def source_of(body: Body, loop: ast.For, node: ast.expr) -> Source:
    """What a loop over the value of `node` goes over.

    Raises:
        Refused: BG010 for what is no source, BG016 where the number of items is not
            known and has to be.
    """
    low = body.lowering
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return Static(tuple(_held(body, loop, item) for item in items))
        case ast.Call(func=ast.Attribute(value=base, attr=name), args=[], keywords=[]):
            if name in ("items", "keys", "values"):
                kind = low.lower(base)[1]
                if isinstance(kind, Tree) and kind.kind == "dict":
                    return Static(tuple(_dict_items(body, base, kind, name)))
                if is_keyed(kind):
                    return _under_keys(body, loop, base, name)
        case ast.Call(func=func, args=args, keywords=keywords):
            match low.path_of(func), args:
                case "builtins.sorted", [ast.Name(id=word) as dict_] if (
                    not keywords and is_keyed(low.types.get(word, NONE))
                ):
                    return _under_keys(body, loop, dict_, "keys", node)
                case "builtins.range", _:
                    return _range(body, loop, node)
                case "builtins.reversed", [inner] if not keywords:
                    return _reversed(body, loop, source_of(body, loop, inner))
                case "builtins.enumerate", [_, *_]:
                    return _enumerated(body, loop, node)
                case "builtins.zip", [_, *_]:
                    return _zipped(body, loop, node)
    return _items(body, loop, node)


# -- collections


def _items(body: Body, loop: ast.For, node: ast.expr) -> Source:
    low = body.lowering
    match node:
        case ast.Subscript(value=base, slice=ast.Slice() as bounds):
            listed = low.lower(base)[1]
            if isinstance(listed, Tree) and not listed.open:
                return _some(body, base, listed, bounds)
            left_out = slice_bounds(bounds)
            if (
                isinstance(listed, List)
                and left_out is not None
                and isinstance(base, ast.Name)
                and not is_single(listed.item)
                and not _is_written(loop, base)
            ):
                whole = _items(body, loop, base)
                assert isinstance(whole, Numbered)
                return _between(node, whole, *left_out, low.lower(bounds)[0])
    lowered, kind = low.lower(node)
    if isinstance(kind, Array) and (part := part_items(body, loop, node)) is not None:
        return Numbered(*part, _count(kind), lowered)
    if isinstance(kind, Tree):
        if kind.kind == "dict":
            return Static(tuple(_dict_items(body, node, kind, "keys")))
        return Static(tuple(_dict_items(body, node, kind, "values")))
    if is_keyed(kind):
        return _under_keys(body, loop, node, "keys")
    if not isinstance(kind, Array | Items | List) or kind.rank == 0:
        hint = SAY_WHAT if isinstance(kind, Number) else None
        low.refuse("BG010", "a loop over this is not supported", node, hint)
    if isinstance(kind, Items | List) and isinstance(node, ast.Name):
        _check_growth(body, loop, node)
    if not is_stable(node, rebound(body, loop)) or _is_made(lowered, kind):
        name = body.names.fresh("items", node)
        stage = None if isinstance(node, ast.Name) else body.numbered(loop, node)
        body.hold([(name, lowered, kind)])
        low.types[name] = kind
        body.add(Assign((Var(name),), lowered, stage=stage))
        lowered, node = Var(name), at(node, ast.Name(name, ast.Load()))

    def item(number: ast.expr) -> ast.expr:
        return at(node, ast.Subscript(node, number, ast.Load()))

    function = ast.Name("len", ast.Load())
    length = at(node, ast.Call(at(node, function), [node], []))
    return Numbered(item, length, _count(kind), lowered)


def _under_keys(
    body: Body, loop: ast.For, node: ast.expr, what: str, order: ast.Call | None = None
) -> Source:
    """The keys of a dict that the program fills, its values, or pairs of both.

    Args:
        order: the call that sorts the keys, if there is one.
    """
    low = body.lowering
    listed = at(node, ast.Call(at(node, ast.Name("list", ast.Load())), [node], []))
    lowered, kind = low.lower(listed)
    word = body.names.fresh("keys", node)
    body.hold([(word, lowered, kind)])
    low.types[word] = kind
    body.add(Assign((Var(word),), lowered, stage=body.numbered(loop, listed)))
    if order is not None:
        lowered = Call(Ref("builtins.sorted"), (Var(word),))
        word = body.names.fresh("keys", order)
        body.hold([(word, lowered, kind)])
        low.types[word] = kind
        body.add(Assign((Var(word),), lowered, stage=body.numbered(loop, order)))
    keys = _items(body, loop, at(node, ast.Name(word, ast.Load())))
    assert isinstance(keys, Numbered)

    def item(number: ast.expr) -> ast.expr:
        key = keys.item(number)
        value = at(node, ast.Subscript(node, key, ast.Load()))
        pair = at(node, ast.Tuple([key, value], ast.Load()))
        return {"keys": key, "values": value}.get(what, pair)

    shown = keys.shown
    if what != "keys":
        shown = Call(Attribute(low.lower(node)[0], what), ())
    return Numbered(item, keys.length, keys.count, shown)


def _is_made(lowered: Expr, kind: Type) -> bool:
    """Whether a list is made on the way: its items are those of no variable."""
    return isinstance(kind, List) and not is_place(lowered)


def _some(body: Body, node: ast.expr, kind: Tree, bounds: ast.Slice) -> Static:
    """`layers[:-1]`: some items of a list of arrays."""
    ends: list[int | None] = []
    for end in (bounds.lower, bounds.upper, bounds.step):
        ends.append(None if end is None else integer_of(end))
        if end is not None and ends[-1] is None:
            message = "only constant bounds are supported here"
            body.lowering.refuse("BG016", message, end)
    items = tuple(_dict_items(body, node, kind, "values"))
    return Static(items[slice(*ends)])


def _is_written(loop: ast.For, node: ast.Name) -> bool:
    """Whether a loop writes to an item of a list."""
    return any(
        isinstance(inner, ast.Subscript)
        and isinstance(inner.ctx, ast.Store)
        and node.id in {n.id for n in ast.walk(inner.value) if isinstance(n, ast.Name)}
        for inner in ast.walk(loop)
    )


def _between(
    node: ast.expr, whole: Numbered, first: int, last: int, bounds: Expr
) -> Numbered:
    """`Ws[1:-1]` of a list: all items but so many at the front and at the end."""

    def item(number: ast.expr) -> ast.expr:
        if not first:
            return whole.item(number)
        return whole.item(at(node, ast.BinOp(number, ast.Add(), ast.Constant(first))))

    left_out = ast.Constant(first + last)
    length = at(node, ast.BinOp(whole.length, ast.Sub(), left_out))
    return Numbered(
        item,
        length if first + last else whole.length,
        None,
        Index(whole.shown, bounds),
    )


def _count(kind: Type) -> Dim | None:
    match kind:
        case Array(shape=(first, *_)):
            return first
        case Items(length=int(length)):
            return constant(length)
        case _:
            return None


# Methods that change the length of a list.
_LENGTHS = frozenset({"append", "extend", "insert", "pop"})


def _check_growth(body: Body, loop: ast.For, node: ast.Name) -> None:
    """Refuse to change the length of a list that a loop goes over."""
    for inner in ast.walk(loop):
        match inner:
            case ast.Attribute(value=ast.Name(id=name), attr=method):
                changes = method in _LENGTHS
            case ast.AugAssign(target=ast.Name(id=name)):
                changes = True
            case ast.Subscript(
                value=ast.Name(id=name), slice=ast.Slice(), ctx=ast.Store()
            ):  # of an array the length stays
                changes = is_list(body.lowering.types.get(name))
            case _:
                continue
        if changes and name == node.id:
            message = f"`{name}` gets another length while the loop goes over it"
            body.lowering.refuse("BG010", message, inner)


def _held(body: Body, loop: ast.For, item: ast.expr) -> ast.expr:
    """An item of a display, which is evaluated once, before the loop."""
    match item:
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
            return item
        case ast.Tuple(elts=items) | ast.List(elts=items):
            parts = [_held(body, loop, part) for part in items]
            return at(item, ast.Tuple(parts, ast.Load()))
    lowered, kind = body.lowering.lower(item)
    of_tree = isinstance(body.lowering.types.get(root_of(item)), Tree)
    # what may be one element is read here, before a trip changes it
    is_view = of_tree or not isinstance(item, ast.Subscript) or bool(kind.rank)
    if is_view and is_stable(item, rebound(body, loop)):
        return item
    name = body.names.fresh("item", item)
    body.lowering.types[name] = kind
    body.hold([(name, lowered, kind)])
    body.add(Assign((Var(name),), lowered, stage=body.numbered(loop, item)))
    return at(item, ast.Name(name, ast.Load()))


def _dict_items(
    body: Body, node: ast.expr, kind: Tree, what: str
) -> Iterator[ast.expr]:
    """The keys, values, or pairs of both, of a dict or list of arrays."""
    if kind.open:
        message = "the number of items is not known here"
        hint = 'annotate them, `params: {"W": "D, H", "b": "H"}`'
        body.lowering.refuse("BG016", message, node, hint)
    lowered = body.lowering.lower(node)[0]
    if isinstance(lowered, Var) and body.lowering.unpacked.grows(lowered.name):
        message = f"`{lowered.name}` gets new items here: which it has is not known"
        body.lowering.refuse("BG016", message, node, "name the items one by one")
    for key in kind.items:
        constant = at(node, ast.Constant(key))
        value = ast.Subscript(node, constant, ast.Load())
        match what:
            case "keys":
                yield constant
            case "values":
                yield at(node, value)
            case _:
                pair = [constant, at(node, value)]
                yield at(node, ast.Tuple(pair, ast.Load()))


# -- sources made of others


def _range(body: Body, loop: ast.For, node: ast.Call) -> Source:
    """`range` inside of `zip` or `enumerate`."""
    low = body.lowering
    bounds = [ast.Constant(0), *node.args] if len(node.args) == 1 else node.args
    changed = rebound(body, loop)
    plain = all(isinstance(b, ast.Constant) or is_stable(b, changed) for b in bounds)
    if len(bounds) != 2 or not plain or node.keywords:
        message = "this `range` is not supported inside of another source"
        low.refuse("BG010", message, node, "loop over `range(...)` alone")
    kinds = [low.lower(bound)[1] for bound in bounds]
    for bound, kind in zip(node.args[-2:], kinds[-len(node.args) :], strict=True):
        if not is_whole(kind):
            low.refuse("BG015", "an integer is needed here", bound)
    start, stop = bounds
    first, end = (k.value if isinstance(k, Number) else None for k in kinds)
    from_zero = isinstance(start, ast.Constant) and start.value == 0
    length = at(node, ast.BinOp(stop, ast.Sub(), start))

    def item(number: ast.expr) -> ast.expr:
        return number if from_zero else at(node, ast.BinOp(start, ast.Add(), number))

    shown = Call(Ref("builtins.range"), tuple(low.lower(arg)[0] for arg in node.args))
    known = None if first is None or end is None else end - first
    return Numbered(item, stop if from_zero else length, known, shown)


def _reversed(body: Body, loop: ast.For, inner: Source) -> Source:
    if isinstance(inner, Static):
        return Static(inner.items[::-1])

    def item(number: ast.expr) -> ast.expr:
        last = at(loop.iter, ast.BinOp(inner.length, ast.Sub(), ast.Constant(1)))
        return inner.item(at(loop.iter, ast.BinOp(last, ast.Sub(), number)))

    shown = Call(Ref("builtins.reversed"), (inner.shown,))
    return Numbered(item, inner.length, inner.count, shown)


def _enumerated(body: Body, loop: ast.For, node: ast.Call) -> Source:
    """`enumerate(xs, start)`."""
    low = body.lowering
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    start = node.args[1] if len(node.args) == 2 else given.pop("start", ast.Constant(0))
    if given or len(node.args) > 2 or not isinstance(start, ast.Constant):
        hint = "write `enumerate(xs, 1)`"
        low.refuse(
            "BG014", "these options of `enumerate` are not supported", node, hint
        )
    inner = source_of(body, loop, node.args[0])
    if isinstance(inner, Static):
        pairs = enumerate(inner.items, int(str(start.value)))
        return Static(tuple(_pair(node, ast.Constant(n), item) for n, item in pairs))

    def item(number: ast.expr) -> ast.expr:
        counted = number
        if start.value != 0:
            counted = at(node, ast.BinOp(number, ast.Add(), start))
        return _pair(node, counted, inner.item(number))

    kept = () if start.value == 0 else (low.lower(start)[0],)
    shown = Call(Ref("builtins.enumerate"), (inner.shown, *kept))
    return Numbered(item, inner.length, inner.count, shown)


def _pair(old: ast.expr, *items: ast.expr) -> ast.expr:
    return at(old, ast.Tuple([*items], ast.Load()))


def _zipped(body: Body, loop: ast.For, node: ast.Call) -> Source:
    """`zip(a, b)`: as many items as the shortest has; `strict=True` says that all have
    as many."""
    low = body.lowering
    strict = False
    for keyword in node.keywords:
        if keyword.arg != "strict" or not isinstance(keyword.value, ast.Constant):
            low.refuse("BG014", "this option of `zip` is not supported", keyword.value)
        strict = bool(keyword.value.value)
    inner = [source_of(body, loop, arg) for arg in node.args]
    if any(isinstance(one, Static) for one in inner):
        return _zipped_items(body, node, inner, strict)
    numbered = [one for one in inner if isinstance(one, Numbered)]

    def item(number: ast.expr) -> ast.expr:
        return _pair(node, *(one.item(number) for one in numbered))

    distinct: dict[object, ast.expr] = {}
    for one in numbered:
        distinct.setdefault(one.count or ast.dump(one.length), one.length)
    length, *others = distinct.values()
    if others and not strict:
        minimum = at(node, ast.Name("min", ast.Load()))
        length = at(node, ast.Call(minimum, [length, *others], []))
    options = (("strict", low.lower(node.keywords[0].value)[0]),) if strict else ()
    shown = Call(Ref("builtins.zip"), tuple(one.shown for one in numbered), options)
    return Numbered(item, length, numbered[0].count if not others else None, shown)


def _zipped_items(
    body: Body, node: ast.Call, inner: list[Source], strict: bool
) -> Static:
    columns: list[list[ast.expr]] = []
    for one, arg in zip(inner, node.args, strict=True):
        match one:
            case Static(items):
                columns.append([*items])
            case Numbered(item=item, count=Dim(value=int(count))):
                numbers = (ast.Constant(number) for number in range(count))
                columns.append([item(number) for number in islice(numbers, 64)])
            case _:
                message = "the number of items is not known here"
                body.lowering.refuse("BG016", message, arg)
    if strict and len({len(column) for column in columns}) > 1:
        message = "these have different numbers of items"
        body.lowering.refuse("BG014", message, node)
    rows = zip(*columns, strict=False)
    return Static(tuple(_pair(node, *row) for row in rows))
