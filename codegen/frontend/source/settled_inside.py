"""Functions with a cache, inside of functions: what a cache holds is right as long as
nothing changes of what they read.

    @functools.cache
    def best(i, room):                      w[0] = 2.0, behind a first call, would be
        ... w[i] + best(i + 1, room) ...    in what is computed anew, not in the cache
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Callable

from ..syntax.renaming import free_names, parameter_names
from ..syntax.walking import walk

_READING = frozenset("copy dot get items keys max mean min sum values".split())


def is_settled(
    node: ast.FunctionDef,
    inner: ast.FunctionDef,
    path_of: Callable[[ast.expr], str | None],
) -> bool:
    """Whether a function certainly changes nothing that one inside of it reads or
    returns.

    Args:
        path_of: the full path of a dotted name of something imported.
    """
    parts = [part for statement in node.body for part in walk(statement)]
    bound = Counter(parameter_names(node.args))
    bound.update(
        part.id
        for part in parts
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)
    )
    defined = {part.name for part in parts if isinstance(part, ast.FunctionDef)}
    if any(bound[word] > 1 for word in free_names(inner)):
        return False
    sums = _sums(parts, bound)
    return not any(_may_change(part, defined, sums, path_of) for part in parts)


def _sums(parts: list[ast.AST], bound: Counter[str]) -> set[str]:
    """The variables that are bound to nothing but numbers, but for `total += ...`."""
    found: Counter[str] = Counter()
    for part in parts:
        match part:
            case ast.Assign(targets=[ast.Name(id=word)], value=ast.Constant()):
                found[word] += 1
            case ast.AugAssign(target=ast.Name(id=word)):
                found[word] += 1
    return {word for word, count in found.items() if count == bound[word]}


def _may_change(
    part: ast.AST,
    defined: set[str],
    sums: set[str],
    path_of: Callable[[ast.expr], str | None],
) -> bool:
    """Whether this may change an array or list in place."""
    match part:
        case ast.Subscript(ctx=context) | ast.Attribute(ctx=context):
            return not isinstance(context, ast.Load)
        case ast.AugAssign(target=target):
            return not (isinstance(target, ast.Name) and target.id in sums)
        case ast.Call(keywords=keywords) if any(k.arg == "out" for k in keywords):
            return True
        case ast.Call(func=ast.Name(id=called) as func):
            known = called in defined or hasattr(builtins, called)
            return not known and path_of(func) is None
        case ast.Call(func=ast.Attribute(attr=method) as func):
            path = path_of(func)
            if path is None:
                return method not in _READING
            return path.endswith((".at", "fill_diagonal", "put", "place", "copyto"))
        case ast.Call():
            return True
        case _:
            return False
