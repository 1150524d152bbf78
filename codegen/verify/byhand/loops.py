"""Whether a backward pass would be right if a loop ran the other way."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace

from .task import Task


def wrong_order(task: Task, is_right: Callable[[Task], bool]) -> int:
    """The line of a loop that runs in the wrong order; 0 if there is none."""
    if task.mine.function is None or task.mine.layer:
        return 0
    for line, function in _turned(task.mine.function):
        if is_right(replace(task, mine=replace(task.mine, function=function))):
            return line
    return 0


def _turned(function: ast.FunctionDef) -> Iterator[tuple[int, ast.FunctionDef]]:
    """A function with one of its loops the other way round, and the line of it."""
    loops = [node for node in ast.walk(function) if isinstance(node, ast.For)]
    for place, loop in enumerate(loops):
        other = deepcopy(function)
        turned = [node for node in ast.walk(other) if isinstance(node, ast.For)][place]
        match turned.iter:
            case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
                turned.iter = inner
            case inner:
                name = ast.Name("reversed", ast.Load())
                turned.iter = ast.copy_location(ast.Call(name, [inner], []), inner)
                ast.copy_location(name, inner)
        yield loop.lineno, other
