"""Syntax that the user did not write, and names for it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)
_AT_PLACE = "is_at_place"


class Added(ast.Assign):
    """An assignment that the user did not write: it is no stage."""


class Spare(Added):
    """What a name is bound to that is known while functions are put into the place of
    their calls: it counts only if that is not certain somewhere."""


class AddedCall(ast.Expr):
    """A call that stands alone where the user has it in an expression: it is no
    stage."""


class Growing(ast.List):
    """A tuple of a comprehension, which starts as a list that nobody else has."""


class Names:
    """Fresh names. The same node gets the same name whenever it asks for it."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken, *dir(builtins)}
        self._indices = [name for name in "ijkn" if name not in self._taken]
        self._taken.update(self._indices)
        # with the node, so that its id stays its own
        self._granted: dict[tuple[int, str], tuple[ast.AST, str]] = {}
        self._loops: dict[int, tuple[ast.AST, ast.For]] = {}

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

    def loop(
        self, node: ast.stmt, target: ast.expr, items: ast.expr, body: list[ast.stmt]
    ) -> ast.For:
        """The loop that stands for a node. It is one, however often the node is looked
        at, so that its index has one name."""
        made = at(node, ast.For(target, items, body, []))
        return self._loops.setdefault(id(node), (node, made))[1]

    def own(self, wish: str, prefix: str, node: ast.AST) -> str:
        """`wish` if nothing has that name yet, else `{prefix}_{wish}`, or one with a
        number where there is no prefix."""
        if wish in self._indices:
            self._indices.remove(wish)
            self._taken.discard(wish)
        if prefix and wish in self._taken:
            wish = f"{prefix}_{wish}"
        return self.fresh(wish, node)

    def take(self, names: Iterable[str]) -> None:
        """These names stand for something from here on."""
        self._taken.update(names)

    def fresh_index(self, loop: ast.AST, around: Iterable[str]) -> str:
        """A name for the index of a loop that has none; loops that are not inside of
        each other may have the same one.

        Args:
            around: the indices of the loops around it.
        """
        key = id(loop), ""
        if key not in self._granted:
            free = [i for i in self._indices if i not in around]
            name = free[0] if free else self.fresh("i", loop)
            self._granted[key] = loop, name
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


def item_at(items: ast.expr, place: ast.expr, old: ast.AST) -> ast.Subscript:
    """An item by its place among those that a loop would go over. Of a dict these are
    its keys, and what stands under a key is none of them: see `is_at_place`."""
    made = at(old, ast.Subscript(items, place, ast.Load()))
    setattr(made, _AT_PLACE, True)  # copies have it, too
    return made


def is_at_place(node: ast.Subscript) -> bool:
    """Whether this is what `item_at` has made."""
    return getattr(node, _AT_PLACE, False) is True


def integer(value: int, old: ast.AST) -> ast.expr:
    """An integer as it stands in a text: a sign is an operator."""
    if value < 0:
        return at(old, ast.UnaryOp(ast.USub(), at(old, ast.Constant(-value))))
    return at(old, ast.Constant(value))


def truth(value: bool, old: ast.AST) -> ast.Constant:
    """`True` or `False`."""
    return at(old, ast.Constant(value))


def set_to(text: str, value: bool, old: ast.AST) -> Added:
    """`text = value`."""
    return at(old, Added([stored(text, old)], truth(value, old)))


def negated(test: ast.expr) -> ast.expr:
    """`not test`."""
    return at(test, ast.UnaryOp(ast.Not(), test))
