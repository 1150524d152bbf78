"""Whether a text computes with arrays."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_PACKAGES = frozenset({"numpy", "scipy"})
# Attributes and methods that arrays have, and numbers and lists have not.
_OF_ARRAYS = frozenset(
    "T all any argmax argmin argsort astype clip cumsum dot dtype flatten max mean "
    "min ndim prod ravel reshape shape size squeeze std sum swapaxes tolist trace "
    "transpose var".split()
)


def computes_with_arrays(tree: ast.Module) -> bool:
    """Whether a text imports NumPy or SciPy, or its functions read of their parameters
    what only arrays have: `(x * w).sum()`, `x.shape`, `u[1:] - u[:-1]`."""
    if any(name.partition(".")[0] in _PACKAGES for name in _imported(tree)):
        return True
    own = {
        word
        for part in tree.body
        if isinstance(part, ast.ClassDef)
        for node in ast.walk(part)
        for word in _named(node)
    }
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return any(
        _shows_array(part, params, _OF_ARRAYS - own)
        for function in functions
        if (params := _unstated(function))
        for part in ast.walk(function)
    )


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield module


def _named(node: ast.AST) -> Iterator[str]:
    """What a part of a class names: methods, attributes and fields."""
    match node:
        case ast.FunctionDef(name=word) | ast.Attribute(attr=word) | ast.Name(id=word):
            yield word


def _unstated(function: ast.FunctionDef) -> frozenset[str]:
    """The parameters of which nothing is stated."""
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return frozenset(a.arg for a in every if a.annotation is None)


def _shows_array(node: ast.AST, params: frozenset[str], words: frozenset[str]) -> bool:
    match node:
        case ast.Attribute(value=base, attr=attr) if attr in words:
            # of a product of a parameter, too
            read = {n.id for n in ast.walk(base) if isinstance(n, ast.Name)}
            return isinstance(base, ast.Name | ast.BinOp) and not read.isdisjoint(
                params
            )
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _is_part(left, params) or _is_part(right, params)
        case _:
            return False


def _is_part(node: ast.expr, params: frozenset[str]) -> bool:
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Slice()):
            return name in params
        case _:
            return False
