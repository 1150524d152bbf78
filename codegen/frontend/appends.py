"""Statements that make a list longer."""

from __future__ import annotations

import ast

from ..ir.expr import Sequence, Var
from ..ir.memory import memory_of
from ..ir.stmt import Append, Assign
from ..ir.types import Array, Items, List, Number, Type
from .body import Body
from .joining import Joining


def lower_append(body: Body, node: ast.stmt, call: ast.Call) -> bool:
    """`ys.append(v)`; False for any other call."""
    low = body.lowering
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr="append"):
            if not _is_list(low.types.get(name)):
                return False
        case _:
            return False
    if len(call.args) != 1 or call.keywords:
        low.refuse("BG014", "`append` takes one value", call)
    _append(body, node, name, call.args[0])
    return True


def augment_list(body: Body, node: ast.AugAssign, target: ast.Name) -> bool:
    """`ys += [v]`; False where the target is no list."""
    if not _is_list(body.lowering.types.get(target.id)):
        return False
    if not isinstance(node.op, ast.Add) or not isinstance(node.value, ast.List):
        message = "only items can be added to a list: `ys += [y]`"
        body.lowering.refuse("BG010", message, node, "use `append`")
    for item in node.value.elts:
        _append(body, node, target.id, item)
    return True


def start_list(body: Body, node: ast.stmt, target: ast.expr, value: ast.expr) -> bool:
    """`ys = [x]` with arrays among the items, as an empty list that they are appended
    to; False for any other assignment."""
    if not isinstance(target, ast.Name) or not isinstance(value, ast.List):
        return False
    kinds = [body.lowering.lower(item)[1] for item in value.elts]
    arrays = any(isinstance(kind, Array) for kind in kinds)
    read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
    if not arrays or target.id in read:
        return False
    body.lowering.types[target.id] = Items("list", 0)
    body.add(Assign((Var(target.id),), Sequence("list", ())))
    for item in value.elts:
        _append(body, node, target.id, item)
    return True


def _is_list(kind: Type | None) -> bool:
    return isinstance(kind, List) or (isinstance(kind, Items) and kind.kind == "list")


def _append(body: Body, node: ast.stmt, name: str, value: ast.expr) -> None:
    low = body.lowering
    kind = low.types[name]
    assert isinstance(kind, Items | List)
    if name in body.params and isinstance(kind, Items):
        message = f"`{name}` is the caller's list"
        low.refuse("BG010", message, node, "append to a list that starts as `[]`")
    lowered, item = low.lower(value)
    if not isinstance(item, Number | Array):
        message = "only numbers and arrays can be items of a list that grows"
        low.refuse("BG015", message, value, "use one list for each value")
    if item.rank != 0:
        body.share(memory_of(lowered))
    low.types[name] = Joining().types(kind, List(item))
    body.add(Append(Var(name), lowered, body.stage(node)))
