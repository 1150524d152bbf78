"""Statements that make a list longer."""

from __future__ import annotations

import ast
import math

from ...ir.expr import Index, Sequence, Var
from ...ir.joining import holding_at, item_read, row_type
from ...ir.stmt import Append, Assign, Pop, number
from ...ir.types import Array, Items, List, Number, Type, is_list
from ...rules.kinds import Kinds
from ...rules.lists import levels
from ..desugar.nests import is_plain
from ..syntax.added import Added, at, name as named, stored
from ..syntax.slices import constant_slice
from .body import Body
from .joining import Joining
from .targets import refuse_target
from .writes import root_of


def lower_append(body: Body, node: ast.stmt, call: ast.Call) -> bool:
    """`ys.append(v)`; False for any other call."""
    low = body.lowering
    match call.func:
        case ast.Attribute(value=ast.Subscript() as row, attr="append") if (
            len(call.args) == 1 and not call.keywords
        ):
            return _append_inside(body, node, row, call.args[0])
        case ast.Attribute(value=ast.Name(id=name), attr=method):
            if not is_list(low.types.get(name)) or method not in _TAKEN:
                return False
        case _:
            return False
    backwards = method == "sort" and [k.arg for k in call.keywords] == ["reverse"]
    if len(call.args) != _TAKEN[method] or (call.keywords and not backwards):
        count = ("no", "one", "two")[_TAKEN[method]]
        low.refuse("BG014", f"`{method}` takes {count} values here", call)
    match method, call.args:
        case "append", [value]:
            _append(body, node, name, value)
        case "insert", [ast.Constant(value=0), value]:
            _insert(body, node, name, value)
        case "insert", [place, _]:
            low.refuse("BG014", "only `insert(0, ...)` is supported", place)
        case "extend", [value]:
            _extend(body, node, name, value)
        case _:
            _reorder(body, node, call, name, method)
    return True


# The methods that change a list, and how many values they take.
_TAKEN = {"append": 1, "extend": 1, "insert": 2, "sort": 0, "reverse": 0}


def augment_list(body: Body, node: ast.AugAssign, target: ast.Name) -> bool:
    """`ys += [v]`, `ys += xs`; False where the target is no list."""
    if not is_list(body.lowering.types.get(target.id)):
        return False
    if not isinstance(node.op, ast.Add):
        message = "only items can be added to a list: `ys += [y]`"
        body.lowering.refuse("BG010", message, node, "use `append`")
    _extend(body, node, target.id, node.value)
    return True


def _extend(body: Body, node: ast.stmt, name: str, value: ast.expr) -> None:
    """`ys.extend(xs)`: one item after the other is appended."""
    if isinstance(value, ast.List | ast.Tuple):
        for item in value.elts:
            _append(body, node, name, item)
        return
    word = body.names.fresh("item", node)
    method = at(node, ast.Attribute(named(name, node), "append", ast.Load()))
    put = at(node, ast.Expr(at(node, ast.Call(method, [named(word, node)], []))))
    body.lower(body.names.loop(node, stored(word, node), value, [put]))


def _insert(body: Body, node: ast.stmt, name: str, value: ast.expr) -> None:
    low = body.lowering
    lowered, item = low.lower(value)
    if not isinstance(item, Number | Array):
        message = "only numbers and arrays can be put in front of the items of a list"
        low.refuse("BG015", message, value)
    body.put_in(name, lowered, item)
    _change_length(body, name, item)
    body.add(Append(Var(name), lowered, body.stage(node), at=0))


def _reorder(
    body: Body, node: ast.stmt, call: ast.Call, name: str, method: str
) -> None:
    """`ys.sort()` of a list that only one name has: another list from here on."""
    new = f": `sorted({name})`" if method == "sort" else f": `{name}[::-1]`"
    _check_alone(body, call, name, f"`{method}` changes", new)
    if method == "sort":
        sort = named("sorted", node)
        value: ast.expr = at(node, ast.Call(sort, [named(name, node)], call.keywords))
    else:
        back = at(node, ast.UnaryOp(ast.USub(), at(node, ast.Constant(1))))
        part = at(node, ast.Slice(None, None, back))
        value = at(node, ast.Subscript(named(name, node), part, ast.Load()))
    body.lower(at(node, ast.Assign([stored(name, node)], value)))


def replace_items(
    body: Body, node: ast.stmt, target: ast.expr, value: ast.expr
) -> bool:
    """`ys[1:] = xs` of a list that only one name has: another list from here on; False
    for any other assignment."""
    low = body.lowering
    match target:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Slice() as part) if (
            is_list(low.types.get(name))
        ):
            pass
        case _:
            return False
    before, behind = _kept(body, target, name, part)
    _check_alone(body, target, name, "this changes items of")
    if not is_list(low.lower(value)[1]):
        low.refuse("BG015", "a list is needed here", value)
    items = value
    if not isinstance(value, ast.List | ast.Name):
        word = body.names.fresh("items", node)
        body.lower(at(node, Added([stored(word, node)], value)))
        items = named(word, node)
    if before is not None:
        items = at(node, ast.BinOp(before, ast.Add(), items))
    if behind is not None:
        items = at(node, ast.BinOp(items, ast.Add(), behind))
    if isinstance(items, ast.Name):
        items = at(node, ast.Call(named("list", node), [items], []))
    body.lower(at(node, ast.Assign([stored(name, node)], items)))
    return True


def _kept(
    body: Body, target: ast.expr, name: str, part: ast.Slice
) -> tuple[ast.expr | None, ast.expr | None]:
    """The items of a list before, and behind, the part of it that gets others.

    Raises:
        Refused: where the part may end before it begins: then nothing is replaced.
    """

    def rest(lower: ast.expr | None, upper: ast.expr | None) -> ast.expr:
        index = at(target, ast.Slice(lower, upper))
        return at(target, ast.Subscript(named(name, target), index, ast.Load()))

    lower, upper = part.lower, part.upper
    ordered = lower is None or upper is None
    bounds = constant_slice(part)
    if bounds is not None and bounds.start is not None and bounds.stop is not None:
        ordered = bounds.start <= bounds.stop and bounds.start * bounds.stop >= 0
    plain = all(end is None or is_plain(end) for end in (lower, upper))
    if part.step is not None or not ordered or not plain:
        message = "only one element of this list can be written to at a time"
        hint = "write a loop over the items, or put a new list together"
        body.lowering.refuse("BG016", message, target, hint)
    before = None if lower is None else rest(None, lower)
    return before, None if upper is None else rest(upper, None)


def _check_alone(
    body: Body, node: ast.expr, name: str, what: str, new: str = ""
) -> None:
    """Refuse to change a list that not only one name has into another one.

    Args:
        what: what the message begins with.
        new: how to make another list.
    """
    alone = name not in body.params and not body.other_names(name)
    if not alone or name not in body.owned:
        message = f"{what} a list that not only `{name}` may have"
        hint = f"make a new list under another name{new}"
        body.lowering.refuse("BG022", message, node, hint)


def start_list(body: Body, node: ast.stmt, target: ast.expr, value: ast.expr) -> bool:
    """`ys = [x]` with arrays among the items, or of integers and changed later, as an
    empty list that they are appended to; False for any other assignment."""
    if not isinstance(target, ast.Name) or not isinstance(value, ast.List):
        return False
    kinds = [body.lowering.lower(item)[1] for item in value.elts]
    apart = any(
        isinstance(kind, Array) or _is_row(kind, item)
        for kind, item in zip(kinds, value.elts, strict=True)
    )
    read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    integers = all(isinstance(k, Number) and k.kind == "int" for k in kinds)
    integers = integers and bool(kinds) and target.id in body.changed_lists
    if not (apart or integers) or target.id in read:
        return False
    body.lowering.types[target.id] = Items("list", 0)
    body.owned.add(target.id)
    body.add(Assign((Var(target.id),), Sequence("list", ())))
    for item in value.elts:
        _append(body, node, target.id, item)
    return True


def start_from_items(
    body: Body, node: ast.stmt, target: ast.expr, value: ast.expr
) -> bool:
    """`ys = list(x)`, `ys = x.tolist()` of an array, `ys = list(range(n))`, as an empty
    list that the items are appended to; False for any other assignment."""
    low = body.lowering
    match value:
        case ast.Call(func=func, args=[source], keywords=[]) if (
            low.path_of(func) == "builtins.list"
        ):
            most: float = math.inf
        case ast.Call(func=ast.Attribute(value=source, attr="tolist"), args=[]):
            most = 1
        case _:
            return False
    if not isinstance(target, ast.Name):
        return False
    match source:
        case ast.Call(func=func) if low.path_of(func) == "builtins.range":
            pass
        case ast.Name() | ast.Subscript() | ast.Attribute():
            kind = low.lower(source)[1]
            if not isinstance(kind, Array):
                return False
            # what has items has an axis, of whatever rank it is
            rank = 1 if kind.rank is None and most > 1 else kind.rank or 0
            if not 0 < rank <= most:
                return False
        case _:
            return False
    word = body.names.fresh("item", node)
    method = at(node, ast.Attribute(named(target.id, node), "append", ast.Load()))
    put = at(node, ast.Expr(at(node, ast.Call(method, [named(word, node)], []))))
    body.lower(at(node, Added([target], at(node, ast.List([], ast.Load())))))
    body.lower(body.names.loop(node, stored(word, node), source, [put]))
    return True


def _is_row(kind: Type, item: ast.expr) -> bool:
    """Whether an item is a list that is not written out."""
    written = isinstance(item, ast.List | ast.Tuple)
    return row_type(kind) is not None and not written


def lower_pop(
    body: Body, node: ast.stmt, call: ast.expr, target: ast.expr | None = None
) -> bool:
    """`y = ys.pop()`, with `target` y; False for anything else."""
    low = body.lowering
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="pop")):
            kind = low.types.get(name)
        case _:
            return False
    if not isinstance(kind, Items | List) or not is_list(kind):
        return False
    if not isinstance(target, ast.Name | None):
        refuse_target(low, target)
    at, item = _position(body, call), item_read(kind)
    bound = None if target is None else target.id
    if bound is None and not isinstance(item, Number):
        bound = body.names.fresh("popped", node)
    _change_length(body, name, item)
    list_ = Var(name)
    stage = body.stage(node)
    if bound is None:
        body.add(Pop(list_, None, at, stage))
        return True
    low.types[bound] = item
    body.hold([(bound, Index(list_, number(at)), item)])
    body.add(Pop(list_, Var(bound), at, stage))
    return True


def _position(body: Body, call: ast.Call) -> int:
    """Which item is taken."""
    match call.args:
        case []:
            at: object = -1
        case [ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(positive)))]:
            at = -positive
        case [ast.Constant(value=at)]:
            pass
        case _:
            at = None
    if not isinstance(at, int) or isinstance(at, bool) or call.keywords:
        message = "only a constant is supported as position of `pop`"
        body.lowering.refuse("BG014", message, call, "`pop()`, `pop(0)`")
    return at


def _append(body: Body, node: ast.stmt, name: str, value: ast.expr) -> None:
    low = body.lowering
    kind = low.types[name]
    assert isinstance(kind, Items | List)
    lowered, item = low.lower(value)
    item = row_type(item) or item
    if not isinstance(item, Number | Array | List | Items):
        low.wanted.ask(name)
        message = "only numbers, arrays and lists of numbers can be items of a list"
        low.refuse("BG015", message, value, "use one list for each value")
    body.put_in(name, lowered, item)
    _change_length(body, name, item)
    body.add(Append(Var(name), lowered, body.stage(node)))


def _append_inside(
    body: Body, node: ast.stmt, place: ast.Subscript, value: ast.expr
) -> bool:
    """`buckets[i].append(v)`; False where that is no list in a list."""
    low = body.lowering
    target, row = low.lower(place)
    root = root_of(target)
    if not isinstance(target, Index) or root is None or not is_list(row):
        return False
    whole = low.types.get(root.name)
    if not isinstance(whole, List):
        return False
    lowered, item = low.lower(value)
    if not isinstance(item, Number):
        message = "only numbers can be appended to a list that is in another one"
        low.refuse("BG015", message, value, "use one list for each value")
    depth = levels(target, Kinds(low.types)) + 1
    low.types[root.name] = holding_at(whole, depth, item, Joining())
    body.add(Append(target, lowered, body.stage(node)))
    return True


def _change_length(body: Body, name: str, item: Type) -> None:
    """A list, by whatever name, has any number of items from here on."""
    types = body.lowering.types
    for word in (name, *body.other_names(name)):
        kind = types.get(word)
        if kind is not None and is_list(kind):
            types[word] = Joining().types(kind, List(item))
