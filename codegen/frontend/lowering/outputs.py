"""What a function gives back."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ...ir.expr import Expr, Mapping, Sequence, Var
from ...ir.joining import is_keyed
from ...ir.stmt import Assign, Return
from ...ir.types import Array, Items, Number, Tree
from ..syntax.added import Growing
from ..syntax.walking import walk
from .body import Body


def finish(body: Body, node: ast.stmt, value: ast.expr) -> None:
    """Return `value`; what is not a name yet becomes a stage with a name."""
    match value, body.outputs:
        case ast.Tuple(elts=items), [_, _, *_] as wishes if len(items) == len(wishes):
            pairs = zip(items, wishes, strict=True)
            parts = tuple(_output(body, node, item, wish) for item, wish in pairs)
            body.add(Return(Sequence("tuple", parts)))
        case _, [wish]:
            body.add(Return(_output(body, node, value, wish)))
        case _:
            body.add(Return(_output(body, node, value)))


def _output(body: Body, node: ast.stmt, value: ast.expr, wish: str = "out") -> Expr:
    low = body.lowering
    match value:
        case ast.Tuple(elts=items) | ast.List(elts=items) if items:
            name = "list" if isinstance(value, ast.List) else "tuple"
            _check_display(body, value)
            parts = [
                _output(body, node, item, f"{wish}_{i}")
                for i, item in enumerate(items, 1)
            ]
            return Sequence(name, tuple(parts))
        case ast.Dict(keys=keys, values=values) if keys:
            names = [_key(body, value, key) for key in keys]
            _check_display(body, value)
            return Mapping(
                tuple(names),
                tuple(
                    _output(body, node, n, _named_after(key))
                    for key, n in zip(keys, values, strict=True)
                ),
            )
        case ast.Name() if value.id in low.types:
            lowered, kind = low.lower(value)
            if isinstance(kind, Tree) and not body.handed_on:
                message = "a dict or list of arrays cannot be an output yet"
                low.refuse("BG015", message, value, "return its arrays one by one")
            if is_keyed(kind):
                message = "a dict whose keys are computed cannot be an output"
                low.refuse("BG015", message, value, "return its items one by one")
            if isinstance(kind, Items) and kind.length is None:
                message = "a list of unknown length cannot be an output"
                low.refuse("BG015", message, value)
            if not body.handed_on and value.id in _growing_tuples(body.nodes):
                message = "a tuple that a loop makes cannot be an output, nor be in one"
                hint = "return a list: `[...]`, or `list(...)`"
                low.refuse("BG015", message, value, hint)
            return lowered
        case _:
            lowered, kind = low.lower(value)
            if not isinstance(kind, Number | Array):
                message = "an output has to be a number or an array"
                low.refuse("BG015", message, value)
            name = body.names.fresh(wish, value)
            low.types[name] = kind
            stage = body.numbered(node, value)
            body.add(Assign((Var(name),), lowered, stage=stage))
            return Var(name)


def _growing_tuples(nodes: Iterable[ast.stmt]) -> set[str]:
    """The names of tuples that are made as lists are, item by item, and of lists that
    such tuples are put into."""
    parts = [part for node in nodes for part in walk(node)]
    found: set[str] = set()
    put: list[tuple[str, str]] = []
    for part in parts:
        match part:
            case ast.Assign(targets=[ast.Name(id=name)], value=Growing()):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)):
                put.append((name, other))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="append"),
                args=[ast.Name(id=other)],
            ):
                put.append((name, other))
    while more := {name for name, other in put if other in found} - found:
        found |= more
    return found


def _check_display(body: Body, node: ast.Tuple | ast.List | ast.Dict) -> None:
    """Refuse what would make the items of an output depend on their order: a name
    that is bound among them, or two equal keys."""
    body.forbid_walrus(node)
    if isinstance(node, ast.Dict):
        keys = [k.value for k in node.keys if isinstance(k, ast.Constant)]
        if len(set(keys)) < len(keys):
            body.lowering.refuse("BG011", "two keys are equal", node)


def _key(body: Body, node: ast.expr, key: ast.expr | None) -> Expr:
    if not isinstance(key, ast.Constant) or not isinstance(key.value, (str, int)):
        message = "only constant keys are supported in an output"
        body.lowering.refuse("BG011", message, key or node)
    return body.lowering.lower(key)[0]


def _named_after(key: ast.expr | None) -> str:
    """The name of an output that stands in a dict: `out_loss` for `"loss"`."""
    text = key.value if isinstance(key, ast.Constant) else None
    return f"out_{text}" if isinstance(text, str) and text.isidentifier() else "out"
