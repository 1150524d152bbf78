"""What a function returns: gradients of which variables."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from .spelling import is_gradients, primal_of


def returned(node: ast.FunctionDef) -> Iterator[ast.expr]:
    """What the `return` statements of a function return, containers taken apart."""
    for part in ast.walk(node):
        if isinstance(part, ast.Return) and part.value is not None:
            yield from _parts(part.value)


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _parts(part)
        case _:
            yield node


def gradients_returned(node: ast.FunctionDef, known: Collection[str]) -> set[str]:
    """The variables, of those that are known, whose gradients a function returns: as
    variables that are called so, or as the elements of a dict."""
    found: set[str] = set()
    for part in returned(node):
        match part:
            case ast.Name(id=name):
                primal = primal_of(name, known)
                keys = _keys(node, name)
                if not is_gradients(name):
                    # what a forward pass keeps is under the names of variables
                    keys = [key for key in keys if key not in known]
                found |= {primal} if primal else _named(keys, known)
            case ast.Dict(keys=keys):
                texts = [k.value for k in keys if isinstance(k, ast.Constant)]
                found |= _named([t for t in texts if isinstance(t, str)], known)
            case ast.BinOp(left=ast.Name(id=name)):
                primal = primal_of(name, known)
                found |= {primal} if primal else set()
    return found


def _named(keys: Collection[str], known: Collection[str]) -> set[str]:
    every = (key if key in known else primal_of(key, known) for key in keys)
    return {name for name in every if name is not None}


def _keys(node: ast.FunctionDef, name: str) -> list[str]:
    """The texts under which a function keeps something in a dict of its own."""
    found: list[str] = []
    for part in ast.walk(node):
        match part:
            case ast.Assign(
                targets=[ast.Name(id=target)], value=ast.Dict(keys=keys)
            ) if target == name:
                found += [str(k.value) for k in keys if isinstance(k, ast.Constant)]
            case ast.Subscript(
                value=ast.Name(id=target),
                slice=ast.Constant(value=str(key)),
                ctx=ast.Store(),
            ) if target == name:
                found.append(key)
    return found
