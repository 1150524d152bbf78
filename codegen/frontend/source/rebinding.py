"""Names of a file that may be bound again from places where no statement says so.

def change():               globals()["K"] = 3.0        import settings
    global K
    K = 3.0                                             settings.K = 3.0
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..syntax.renaming import bound_in, declared_outer
from ..syntax.walking import walk
from .file import SourceFile
from .scope import Other, Scope

# What can bind any name of a file, and what does so where its argument is a module.
_ANY = frozenset({"exec", "globals"})
_OF_MODULES = frozenset({"setattr", "delattr"})


def mark_rebound(scope: Scope, file: SourceFile) -> None:
    """Let no name of a file count as known that something may bind again."""
    for node in walk(file.tree) if "global" in file.text else ():
        if isinstance(node, ast.FunctionDef):
            bound = {*bound_in(node)}
            for outer in declared_outer(node):
                for name in bound.intersection(outer.names):
                    scope.bindings[name] = Other("rebound by `global`", outer)
    if any(word in file.text for word in _ANY | _OF_MODULES):
        word = next(_bind_anything(file.tree), "")
        if word:
            scope.hide(f"the file uses `{word}`, which may bind any name")


def mark_changed(scope: Scope, by: SourceFile) -> None:
    """Let no name of a module count as known that a file which imports it may bind
    again, as its attribute: `settings.rate = 3.0`."""
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in by.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in walk(by.tree) if imported else ():
        match node:
            case ast.Attribute(
                value=ast.Name(id=module), attr=name, ctx=ast.Store() | ast.Del()
            ) if module in imported and name in scope.bindings:
                scope.bindings[name] = Other("bound again in another file")


def _bind_anything(tree: ast.Module) -> Iterator[str]:
    """The functions used in a file that can bind its names; attributes of objects are
    none, and where functions set attributes it is taken for those of objects."""
    todo: list[tuple[ast.AST, bool]] = [(node, False) for node in tree.body]
    while todo:
        node, inside = todo.pop()
        match node:
            case ast.Name(id=word) if word in _ANY:
                yield word
            case ast.Name(id=word) if word in _OF_MODULES and not inside:
                yield word
            case ast.Compare(comparators=[ast.Call(func=ast.Name(id="globals"))]):
                continue  # whether there is such a name
        inside = inside or isinstance(node, ast.FunctionDef | ast.Lambda)
        todo += [(child, inside) for child in ast.iter_child_nodes(node)]
