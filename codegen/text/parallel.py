"""Loops that Numba may run in parallel: `prange` is `range` wherever it does not."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

_PARALLEL = "prange"


def replace_parallel(tree: ast.Module) -> None:
    """Read `numba.prange(...)` as `range(...)`, in place.

    Where a file has a `range` of its own, or binds the name again, it stays.
    """
    bound = [*_bound(tree)]
    if "range" in bound:
        return
    modules, functions = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules |= {n.asname or n.name for n in names if n.name == "numba"}
            case ast.ImportFrom(module="numba", names=names):
                functions |= {n.asname or n.name for n in names if n.name == _PARALLEL}
    again = {name for name in modules | functions if bound.count(name) > 1}
    make_plain(tree, modules - again, functions - again)


def is_parallel(value: object) -> bool:
    """Whether a value is Numba's `prange`."""
    home = getattr(value, "__module__", None)
    name = getattr(value, "__name__", None)
    return name == _PARALLEL and str(home).startswith("numba.")


def make_plain(tree: ast.AST, modules: Set[str], functions: Set[str]) -> None:
    """Read calls of `prange` as `range(...)`, in place.

    Args:
        modules: what Numba is called.
        functions: what its `prange` is called.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) as func) if name in functions:
                pass
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="prange") as func
            ) if name in modules:
                pass
            case _:
                continue
        node.func = ast.copy_location(ast.Name("range", ast.Load()), func)


def _bound(tree: ast.Module) -> Iterator[str]:
    """All names that a file binds anywhere, as often as it does."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name
