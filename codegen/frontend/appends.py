"""Statements that make a list longer."""

from __future__ import annotations

import ast

from ..ir.expr import Index, Sequence, Var
from ..ir.joining import item_read, row_type
from ..ir.stmt import Append, Assign, Pop, number
from ..ir.types import Array, Items, List, Number, Type, is_list
from .body import Body
from .joining import Joining
from .targets import refuse_target


def lower_append(body: Body, node: ast.stmt, call: ast.Call) -> bool:
    """`ys.append(v)`; False for any other call."""
    low = body.lowering
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr="append"):
            if not is_list(low.types.get(name)):
                return False
        case _:
            return False
    if len(call.args) != 1 or call.keywords:
        low.refuse("BG014", "`append` takes one value", call)
    _append(body, node, name, call.args[0])
    return True


def augment_list(body: Body, node: ast.AugAssign, target: ast.Name) -> bool:
    """`ys += [v]`; False where the target is no list."""
    if not is_list(body.lowering.types.get(target.id)):
        return False
    if not isinstance(node.op, ast.Add) or not isinstance(node.value, ast.List):
        message = "only items can be added to a list: `ys += [y]`"
        body.lowering.refuse("BG010", message, node, "use `append`")
    for item in node.value.elts:
        _append(body, node, target.id, item)
    return True


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
        bound = body.names.fresh("popped", call)
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
        message = "only numbers, arrays and lists of numbers can be items of a list"
        low.refuse("BG015", message, value, "use one list for each value")
    body.put_in(name, lowered, item)
    _change_length(body, name, item)
    body.add(Append(Var(name), lowered, body.stage(node)))


def _change_length(body: Body, name: str, item: Type) -> None:
    """A list, by whatever name, has any number of items from here on."""
    types = body.lowering.types
    for word in (name, *body.other_names(name)):
        kind = types.get(word)
        if kind is not None and is_list(kind):
            types[word] = Joining().types(kind, List(item))
