"""Names that certainly stand for one integer each, never for an array of them.

An index may be either; `X[order]` with an array takes several items at a time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

_WHOLE = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)


def counting_names(nodes: Iterable[ast.AST], given: Iterable[str]) -> frozenset[str]:
    """The names of which every binding is an integer.

    Args:
        nodes: those of a function's body.
        given: parameters that are integers.
    """
    bound: dict[str, list[ast.expr | None]] = {}
    for node in nodes:
        for target, value in _bindings(node):
            for part in ast.walk(target):
                if isinstance(part, ast.Name):
                    known = value if part is target else None
                    bound.setdefault(part.id, []).append(known)
    found = {*bound, *given}
    while True:
        left = {
            name
            for name in found
            if all(v is not None and is_count(v, found) for v in bound.get(name, ()))
        }
        if left == found:
            return frozenset(found)
        found = left


def is_count(node: ast.expr, names: Iterable[str]) -> bool:
    """Whether an expression is one integer, if these names are."""
    match node:
        case ast.Constant(value=value):
            return type(value) is int
        case ast.Name(id=name):
            return name in names
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _WHOLE):
            return is_count(left, names) and is_count(right, names)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return is_count(operand, names)
        case ast.Call(func=ast.Name(id="len" | "int")):
            return True
        case ast.Call(func=ast.Name(id="min" | "max"), args=[_, _, *_] as args):
            return all(is_count(arg, names) for arg in args)
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return not isinstance(node.slice, ast.Slice)
        case _:
            return False


_ONE = ast.Constant(1)


def _bindings(node: ast.AST) -> list[tuple[ast.expr, ast.expr | None]]:
    """What a node binds, each with a value that is as much an integer; None for what
    is none."""
    match node:
        case ast.For(target=target, iter=over) | ast.comprehension(target, over):
            match target, over:
                case ast.Name(), _ if _counts(over):
                    return [(target, _ONE)]
                case ast.Tuple(elts=[first, second]), ast.Call(
                    func=ast.Name(id="enumerate")
                ):
                    return [(first, _ONE), (second, None)]
            return [(target, None)]
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value):
            match value:
                case ast.Attribute(attr="shape"):
                    return [(target, _ONE) for target in targets]
                case ast.Tuple(elts=values) if len(values) == len(targets):
                    return [*zip(targets, values, strict=True)]
            return [(target, None) for target in targets]
        case ast.Assign(targets=targets, value=value):
            return [(target, value) for target in targets]
        case ast.AugAssign(target=target, op=op, value=value):
            return [(target, value if isinstance(op, _WHOLE) else None)]
        case ast.AnnAssign(target=target, value=value):
            return [(target, value)]
        case ast.NamedExpr(target=target, value=value):
            return [(target, value)]
        case _:
            return []


def _counts(over: ast.expr) -> bool:
    """Whether this is `range(...)`, or that from its end."""
    match over:
        case ast.Call(func=ast.Name(id="range")):
            return True
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            return _counts(inner)
        case _:
            return False
