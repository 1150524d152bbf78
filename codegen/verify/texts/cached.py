"""Functions with decorators that say how they are called: with a cache, equal arguments
are given the same memory again; a manager runs around the block of a `with`."""

from __future__ import annotations

import ast
from typing import Any


class Cached(ast.FunctionDef):
    """A function that keeps what it has given."""

    @staticmethod
    def of(node: ast.FunctionDef) -> Cached:
        """The same function with a cache, and without decorators."""
        return ast.copy_location(Cached(**plain_fields(node)), node)


class Managing(ast.FunctionDef):
    """A generator whose body runs around the block of a `with`."""

    @staticmethod
    def of(node: ast.FunctionDef) -> Managing:
        """The same function without `@contextmanager`."""
        return ast.copy_location(Managing(**plain_fields(node)), node)


def plain_fields(node: ast.FunctionDef) -> dict[str, Any]:
    """What a function is without its decorators."""
    return {**dict(ast.iter_fields(node)), "decorator_list": []}
