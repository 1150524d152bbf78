"""The function that runs both passes, where it does plainly that and nothing else."""

from __future__ import annotations

import ast

from .scope import Scope
from .signature import Signature


def runs_both(
    node: ast.FunctionDef,
    forward: ast.FunctionDef,
    backward: ast.FunctionDef,
    scope: Scope,
) -> bool:
    """Whether the body of a function is

    `y, cache = f_forward(<its parameters>)`, `return y, f_backward(1.0, cache)`.
    """
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    match body:
        case [
            ast.Assign(
                targets=[ast.Tuple(elts=[ast.Name(id=value), ast.Name(id=cache)])],
                value=ast.Call() as first,
            ),
            ast.Return(value=ast.Tuple(elts=[ast.Name(id=returned), second])),
        ]:
            return (
                value == returned != cache
                and {forward.name, backward.name} <= scope.functions
                and _passes_on(first, forward, Signature.of(node.args))
                and _goes_back(second, backward.name, cache)
            )
    return False


def _passes_on(call: ast.Call, forward: ast.FunctionDef, own: Signature) -> bool:
    """Whether a call hands on all parameters to those of the same name."""
    if not (isinstance(call.func, ast.Name) and call.func.id == forward.name):
        return False
    values = [argument.id for argument in call.args if isinstance(argument, ast.Name)]
    named = {
        keyword.arg: keyword.value.id
        for keyword in call.keywords
        if keyword.arg is not None and isinstance(keyword.value, ast.Name)
    }
    if (len(values), len(named)) != (len(call.args), len(call.keywords)):
        return False
    bound = Signature.of(forward.args).bound(values, named)
    return bound == {name: name for name in own.names}


def _goes_back(node: ast.expr, backward: str, cache: str) -> bool:
    match node:
        case ast.Call(
            func=ast.Name(id=name),
            args=[ast.Constant(value=float(one)), ast.Name(id=last)],
            keywords=[],
        ):
            return (name, one, last) == (backward, 1.0, cache)
    return False
