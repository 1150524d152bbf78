"""Whether a program is on numbers or on arrays, and the texts that are compared."""

from __future__ import annotations

import ast
from dataclasses import dataclass

_PACKAGES = frozenset({"numpy", "scipy"})


@dataclass(frozen=True)
class Texts:
    """The source and the written module, with their syntax trees."""

    source: str
    filename: str
    tree: ast.Module
    module: str
    written: ast.Module


def uses_arrays(tree: ast.Module) -> bool:
    """Whether a text imports NumPy or SciPy, multiplies matrices, or states shapes."""
    for statement in tree.body:
        match statement:
            case ast.Import(names=names):
                found = {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=str(module)):
                found = {module.partition(".")[0]}
            case ast.FunctionDef(args=arguments):
                if _states_shapes(arguments):
                    return True
                continue
            case _:
                continue
        if found & _PACKAGES:
            return True
    return False


def _states_shapes(arguments: ast.arguments) -> bool:
    """Whether an annotation is a text that says more than a type."""
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    for argument in every:
        match argument.annotation:
            case ast.Constant(value=str(text)) if not _is_type(text):
                return True
            case ast.Subscript(slice=ast.Tuple(elts=[_, ast.Constant(value=str())])):
                return True
            case ast.Dict():
                return True
    return False


def _is_type(text: str) -> bool:
    """Whether an annotation in quotes is one of a number, a list or a text."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return False
    root = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(root, ast.Name) and root.id in _TYPES


_TYPES = frozenset(
    "float int bool str list tuple List Tuple Sequence complex object Any".split()
)
