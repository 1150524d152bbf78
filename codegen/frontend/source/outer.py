"""What is bound outside of functions and is, or holds, functions.

twice = partial(scaled, k=2.0)
double = times(2.0)                 # def times(k): return lambda x: k * x
ACT = {"relu": relu, "tanh": np.tanh}
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from ..syntax.added import at
from ..syntax.renaming import Definition, parameter_names
from ..syntax.walking import walk
from .bindings import Class, Item, Key, Known, Made, Partial, Table, Written


@dataclass(frozen=True)
class Outer:
    """Reads such values.

    Attributes:
        known: the function that a name, attribute or lambda stands for.
        path_of: the full path of what a dotted name stands for.
        moved: an expression by names that mean the same where a function is called.
    """

    known: Callable[[ast.expr], Known | None]
    path_of: Callable[[ast.expr], str | None]
    moved: Callable[[ast.expr], ast.expr]

    def value(self, node: ast.expr) -> Known | None:
        """The function, or table of functions, that an expression gives."""
        match node:
            case ast.Call(func=func, args=[first, *rest], keywords=keywords) if (
                self.path_of(func) == "functools.partial"
            ):
                inner = self.value(first)
                if inner is None or any(k.arg is None for k in keywords):
                    return None
                named = [
                    at(k, ast.keyword(k.arg, self.moved(k.value))) for k in keywords
                ]
                return Partial(inner, tuple(map(self.moved, rest)), tuple(named))
            case ast.Call(func=func):
                inner = self.known(func)
                called = isinstance(inner, Written) and gives_function(inner.node)
                if called or isinstance(inner, Class):
                    made = self.moved(node)
                    assert isinstance(made, ast.Call)
                    return Made(made)
                return None
            case ast.List(elts=items) | ast.Tuple(elts=items):
                kind = type(node).__name__.lower()
                return self._table(kind, enumerate(items))
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                known = [
                    (key.value, value)
                    for key, value in pairs
                    if isinstance(key, ast.Constant)
                    and isinstance(key.value, str | int | float)
                ]
                return self._table("dict", known) if len(known) == len(keys) else None
            case _:
                return self.known(node)

    def _table(self, kind: str, pairs: Iterable[tuple[Key, ast.expr]]) -> Table | None:
        nodes = dict(pairs)
        if any(isinstance(node, ast.Starred) for node in nodes.values()):
            return None
        found = {key: self.value(node) for key, node in nodes.items()}
        if not any(found.values()):
            return None
        items: dict[Key, Item] = {
            key: known or self._item(nodes[key]) for key, known in found.items()
        }
        return Table(kind, items)

    def _item(self, node: ast.expr) -> Item:
        """An item that is no function: tuples and lists by their own items."""
        match node:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                kind = type(node).__name__.lower()
                return Table(kind, dict(enumerate(map(self._item, parts))))
            case _:
                return self.moved(node)


def gives_function(node: Definition) -> bool:
    """Whether a function returns one that it makes."""
    if isinstance(node, ast.Lambda):
        return isinstance(node.body, ast.Lambda)
    inner = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
    inner |= {
        target.id
        for n in node.body
        if isinstance(n, ast.Assign) and isinstance(n.value, ast.Lambda)
        for target in n.targets
        if isinstance(target, ast.Name)
    }
    return any(
        isinstance(n.value, ast.Lambda)
        or (isinstance(n.value, ast.Name) and n.value.id in inner)
        for n in node.body
        if isinstance(n, ast.Return)
    )


def takes_function(node: ast.FunctionDef, tables: Collection[str]) -> bool:
    """Whether what a function calls is known only where it is called itself: a
    parameter, an item of one, or one that a parameter chooses.

    Args:
        tables: what is bound to lists and dicts of functions outside.
    """
    given = {*parameter_names(node.args)}
    nodes = [*walk(node)]
    calls = [n.func for n in nodes if isinstance(n, ast.Call)]
    names = {func.id for func in calls if isinstance(func, ast.Name)}
    if not names and not tables:
        return False
    for inner in nodes:
        match inner:
            case (
                ast.For(target=target, iter=source)
                | ast.comprehension(target=target, iter=source)
            ) if given & _names(source):
                given |= _names(target)
            case ast.Subscript(
                value=ast.Name(id=table), slice=ast.Name(id=key), ctx=ast.Load()
            ) if table in tables and key in given:
                return True
    return not names.isdisjoint(given)


def tables_in(body: Iterable[ast.stmt]) -> Iterator[str]:
    """The names that a file binds to lists and dicts that hold functions of its own, or
    of modules, and other things."""
    body = [*body]
    own = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    for node in body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=(
                    ast.Dict(values=parts)
                    | ast.List(elts=parts)
                    | ast.Tuple(elts=parts)
                ),
            ):
                are_functions = [
                    isinstance(part, ast.Lambda | ast.Attribute)
                    or (isinstance(part, ast.Name) and part.id in own)
                    for part in parts
                ]
                if any(are_functions) and not all(are_functions):
                    yield name


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
