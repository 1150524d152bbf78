"""Syntax that the user did not write, and names for it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)


class Added(ast.Assign):
    """An assignment that the user did not write: it is no stage."""


class Names:
    """Fresh names. The same node gets the same name whenever it asks for it."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *dir(builtins)}
        # with the node, so that its id stays its own
        self._granted: dict[tuple[int, str], tuple[ast.AST, str]] = {}

    def fresh(self, wish: str, node: ast.AST) -> str:
        """`wish`, or `wish_1` and so on."""
        key = id(node), wish
        if key not in self._granted:
            number, name = 0, wish
            while name in self._taken:
                number += 1
                name = f"{wish}_{number}"
            self._taken.add(name)
            self._granted[key] = node, name
        return self._granted[key][1]


def at(old: ast.AST, new: Node) -> Node:
    """New syntax that stands where old one does."""
    return ast.copy_location(new, old)


def name(text: str, old: ast.AST) -> ast.Name:
    """A name that is read."""
    return at(old, ast.Name(text, ast.Load()))


def stored(text: str, old: ast.AST) -> ast.Name:
    """A name that is bound."""
    return at(old, ast.Name(text, ast.Store()))


def set_to(text: str, value: object, old: ast.AST) -> Added:
    """`text = value`, a constant. The constant has no place: its text is its value."""
    return at(old, Added([stored(text, old)], ast.Constant(value)))


def negated(test: ast.expr) -> ast.expr:
    """`not test`."""
    return at(test, ast.UnaryOp(ast.Not(), test))
