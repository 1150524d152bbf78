"""Functions with a cache: equal arguments are given the same memory again."""

from __future__ import annotations

import ast


class Cached(ast.FunctionDef):
    """A function that keeps what it has given."""

    @staticmethod
    def of(node: ast.FunctionDef) -> Cached:
        """The same function with a cache, and without decorators."""
        fields = {**dict(ast.iter_fields(node)), "decorator_list": []}
        return ast.copy_location(Cached(**fields), node)
