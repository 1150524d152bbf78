"""A live function as a text of its own, for the verifier, which reads texts only."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from types import ModuleType

from .live import LiveFunction


def standalone(live: LiveFunction) -> str:
    """The function's text below the imports and constants that it reads.

    They are made from the values that the names have now, not from what the generator
    made of them.
    """
    before = ast.Module(list(_bindings(live)), [])
    head = ast.unparse(ast.fix_missing_locations(before))
    return f"{head}\n\n\n{_definition(live)}\n"


def _bindings(live: LiveFunction) -> Iterator[ast.stmt]:
    functions = {
        id(function): name
        for name, function in vars(math).items()
        if callable(function)
    }
    for name, value in live.captured.items():
        if isinstance(value, ModuleType):
            yield ast.Import([ast.alias(value.__name__, name)])
        elif id(value) in functions:
            yield ast.ImportFrom("math", [ast.alias(functions[id(value)], name)], 0)
        elif isinstance(value, bool | int | float):
            yield ast.Assign([ast.Name(name, ast.Store())], _number(value))


def _number(value: bool | int | float) -> ast.expr:
    if isinstance(value, float) and not math.isfinite(value):
        return ast.Call(ast.Name("float"), [ast.Constant(repr(float(value)))], [])
    # by `float`, because a number of NumPy's shows its type
    return ast.Constant(float(value) if isinstance(value, float) else value)


def _definition(live: LiveFunction) -> str:
    node, lines = live.node, live.file.lines
    if isinstance(node.body[0], ast.Return) and node.name == "lambda_":
        return ast.unparse(node)
    return "\n".join(lines[node.lineno - 1 : node.end_lineno])
