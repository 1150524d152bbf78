"""Whether a function calls functions of the user's own, and what it is with these in
the place of their calls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ...text.source import attribute_of
from ..bundles.keys import makes_text
from ..desugar.jumps import Refuse
from ..source.bindings import Around
from ..source.neighbours import INSTALLED, Host
from ..source.pairs import Pairs
from ..source.scope import (
    Global,
    Member,
    Module,
    Own,
    Relative,
    Scope,
    file_scope,
    path_in,
)
from ..syntax.added import Names
from ..syntax.renaming import free_names, imported_names, own_names, parameter_names
from ..syntax.walking import walk
from .functions import NO_ARGUMENTS, Functions, is_function
from .inlining import Inliner

_HOLDING = (ast.List, ast.Tuple, ast.Dict, ast.Call, ast.Attribute)


def folder_of(filename: str) -> Path | None:
    """Where the modules beside a file are; none for standard input."""
    return None if filename == "<stdin>" else Path(filename).parent


def may_call(node: ast.FunctionDef | ast.Module, text: str, scope: Scope) -> bool:
    """Whether there may be functions of the user's own to call. Looks at names only, so
    that long functions without any cost nothing."""
    if "lambda" in text or text.count("def ") > 1:
        return True
    if isinstance(node, ast.FunctionDef) and text.count(f"{node.name}(") > 1:
        return True
    return any(
        _may_be_own(binding) and getattr(binding, "at", None) is not node
        for binding in scope.bindings.values()
    ) or _holds_functions(node, scope)


def _holds_functions(node: ast.FunctionDef | ast.Module, scope: Scope) -> bool:
    """Whether there is a list, tuple or dict with a function in it, or one outside
    that may be; or a key that has to be put together as functions are."""
    for inner in walk(node):
        match inner:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Dict(values=parts):
                paths = (path_in(part, scope.look) for part in parts)
                if any(path is not None and is_function(path) for path in paths):
                    return True
            case ast.Assign(value=value) | ast.Call(func=ast.IfExp() as value) if any(
                path is not None and is_function(path)
                for path in (path_in(part, scope.look) for part in _ways(value))
            ):
                return True
            case ast.Subscript(slice=index) if makes_text(index):
                return True
            case ast.Name(id=name):
                found = scope.bindings.get(name)
                if isinstance(found, Global) and isinstance(found.value, _HOLDING):
                    return True
    return False


def _ways(value: ast.expr) -> Iterator[ast.expr]:
    """What an expression is one of."""
    match value:
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_ways(body), *_ways(orelse))
        case _:
            yield attribute_of(value) or value


def _may_be_own(binding: object) -> bool:
    match binding:
        case Own() | Relative():
            return True
        case Module(path) | Member(path):
            return path.partition(".")[0] not in INSTALLED
        case _:
            return False


def script_scope(nodes: Iterable[ast.stmt], text: str) -> Scope:
    """What the functions of a script see; nothing where it cannot have any."""
    imports = [n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    scope = Scope()
    for node in imports:
        scope.bind_import(node)
    calls = "lambda" in text or any(map(_may_be_own, scope.bindings.values()))
    return file_scope(nodes) if calls else Scope()


def with_calls(
    host: Host,
    node: ast.FunctionDef | ast.Module,
    nodes: list[ast.stmt],
    scope: Scope,
    names: Names,
    builtin: Callable[[str], bool],
    refuse: Refuse,
    key: int,
    pairs: Pairs | None,
    around: Around,
    absent: Iterable[str] = (),
) -> list[ast.stmt]:
    """The statements of a function with those that it calls in the place of the calls.

    Args:
        nodes: its statements, without comprehensions and `match`.
        scope: that around it; gets the names that the functions need from elsewhere.
        key: what tells the function from others, `bindings.Written.key`.
        pairs: the functions that are called as such; None where none is.
        around: the objects that it is given.
        absent: its parameters that are None.
    """
    whole = _as_function(node)
    # those that take the place of comprehensions are among the statements only
    local = {*own_names(whole), *(n.id for n in _stored(nodes))}
    if isinstance(node, ast.Module):
        local -= {*imported_names(nodes)}
    functions = Functions(host, scope, names, local, refuse)
    functions.adopt(free_names(whole))
    inliner = Inliner(host, names, functions, local, builtin, refuse, key, pairs)
    new = inliner.run(nodes, parameter_names(whole.args), around, absent)
    scope.bindings.update(functions.aliases)
    return new


def _as_function(node: ast.FunctionDef | ast.Module) -> ast.FunctionDef:
    if isinstance(node, ast.FunctionDef):
        return node
    return ast.FunctionDef("script", NO_ARGUMENTS, node.body, [])


def _stored(nodes: list[ast.stmt]) -> Iterator[ast.Name]:
    for statement in nodes:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node
