"""Lists, tuples and dicts that a file binds to names once and never changes: a function
that reads one makes it for itself.

    WEIGHTS = [0.5, 0.3, 0.2]           def f(x):
                                            WEIGHTS = [0.5, 0.3, 0.2]
    def f(x):                      =>       s = 0.0
        s = 0.0                             for w in WEIGHTS:
        for w in WEIGHTS:                       s += w * x
            s += w * x                      return s
        return s
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Container, Sequence

from ..source.changing import change_of
from ..source.inheriting import is_named_tuple
from ..source.scope import Global, Own, Scope, path_in
from ..syntax.added import Added, at, stored
from ..syntax.walking import names_in
from .slices import is_slices

# The display that a name of statements stands for, if it is one.
Displays = Callable[[str, Sequence[ast.stmt]], ast.expr | None]

_DISPLAYS = (ast.List, ast.Tuple, ast.Dict, ast.Set)
_PLAIN = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.unaryop, ast.operator, ast.Load)


def displays_of(scope: Scope, own: Container[str]) -> Displays | None:
    """Looks up displays that a scope binds to names; None where it binds none.

    What is looked up is changed neither in the file nor by the statements, in which the
    functions that are called have names of their own for it.

    Args:
        own: names of the function's own.
    """
    found = (b.value for b in scope.bindings.values() if isinstance(b, Global))

    def sliced(value: ast.expr) -> bool:
        return is_slices(value, lambda node: path_in(node, scope.look))

    if not any(
        isinstance(value, _DISPLAYS) or sliced(value) or _is_fixed(value, scope)
        for value in found
    ):
        return None

    def plain(value: ast.expr) -> bool:
        return all(
            isinstance(part, (*_DISPLAYS, *_PLAIN))
            or (
                isinstance(part, ast.Name)
                and part.id not in own
                and isinstance(scope.look(part.id), Global)
            )
            for part in ast.walk(value)
        )

    def display(name: str, nodes: Sequence[ast.stmt]) -> ast.expr | None:
        if name in own:
            return None
        match scope.look(name):
            case Global(value) if sliced(value):
                return value
            case Global(ast.List() | ast.Tuple() | ast.Dict() as value) if plain(value):
                changed = change_of([*scope.body, *nodes], name)
                return None if changed else value
            case Global(ast.Call() as value) if _is_fixed(value, scope):
                given = [*value.args, *(k.value for k in value.keywords)]
                changed = change_of([*scope.body, *nodes], name)
                return value if not changed and all(map(plain, given)) else None
            case Global(ast.Set(elts=items) as value) if plain(value):
                # in which order a loop takes its items nobody knows
                only = _is_only_searched(nodes, name)
                return at(value, ast.Tuple(items, ast.Load())) if only else None
            case _:
                return None

    return display


def _is_fixed(value: ast.expr, scope: Scope) -> bool:
    """Whether this makes an object of the file that cannot be changed: a named tuple,
    or a frozen dataclass."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
        return False
    match scope.look(value.func.id):
        case Own(at=ast.ClassDef() as node):
            frozen = any(
                option.arg == "frozen" and ast.unparse(option.value) == "True"
                for mark in node.decorator_list
                if isinstance(mark, ast.Call)
                for option in mark.keywords
            )
            return frozen or is_named_tuple(node)
        case _:
            return False


def _is_only_searched(nodes: Sequence[ast.stmt], name: str) -> bool:
    """Whether a name is read by `in` and `not in` only."""
    searched = {
        id(part)
        for node in nodes
        for inner in ast.walk(node)
        if isinstance(inner, ast.Compare)
        for test, part in zip(inner.ops, inner.comparators, strict=True)
        if isinstance(test, ast.In | ast.NotIn)
    }
    return all(id(n) in searched for n in names_in(nodes) if n.id == name)


def with_displays(nodes: list[ast.stmt], display: Displays) -> list[ast.stmt]:
    """The statements of a function below the displays that they read."""
    made: dict[str, ast.stmt] = {}
    for node in names_in(nodes):
        if node.id in made:
            continue
        if (value := display(node.id, nodes)) is not None:
            own = copy.deepcopy(value)
            for part in ast.walk(own):
                # where it is read: errors point there
                ast.copy_location(part, node)
            made[node.id] = at(nodes[0], Added([stored(node.id, node)], own))
    return [*made.values(), *nodes]
