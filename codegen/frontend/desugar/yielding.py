"""What a generator yields, as statements in its place.

def pairs(xs):                     for a, b in pairs(x): ...
    for i in range(len(xs)):
        yield xs[i], xs[i - 1]     for i in range(len(x)):
                               =>      a, b = x[i], x[i - 1]
                                       ...
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ..syntax.added import at, name, stored
from ..syntax.renaming import Definition
from ..syntax.walking import own_nodes

# What is done with a value that is yielded.
Put = Callable[[ast.expr], list[ast.stmt]]


class Resumed(ast.stmt):
    """The body of a loop that takes the items of a generator.

    Attributes:
        body: its statements.
        depth: how many functions were being written out around the loop.
    """

    _fields = ("body",)
    body: list[ast.stmt]
    depth: int


def resumed(body: list[ast.stmt], depth: int, place: ast.stmt) -> Resumed:
    """A body that belongs to the function around the loop."""
    made = Resumed()
    made.body, made.depth = body, depth
    return at(place, made)


def yields_in(node: ast.FunctionDef) -> list[ast.Yield | ast.YieldFrom]:
    """What a function yields; nothing if it is no generator."""
    inner = own_nodes(node)
    return [n for n in inner if isinstance(n, ast.Yield | ast.YieldFrom)]


def put_in(node: Definition, put: Put, fresh: Callable[[], str]) -> None:
    """Replace what a generator yields; its `return` ends it, whatever it gives.

    Args:
        fresh: gives a new name for an item.
    """
    assert isinstance(node, ast.FunctionDef)
    yielded = _Yielded(put, fresh)
    node.body = [new for old in node.body for new in yielded.listed(old)]


class _Yielded(ast.NodeTransformer):
    def __init__(self, put: Put, fresh: Callable[[], str]) -> None:
        self.put, self.fresh = put, fresh

    def listed(self, node: ast.stmt) -> Iterator[ast.stmt]:
        new = self.visit(node)
        yield from new if isinstance(new, list) else [new]

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        match node.value:
            case ast.Yield(value=value):
                return self.put(value or at(node, ast.Constant(None)))
            case ast.YieldFrom(value=items):
                word = self.fresh()
                body = self.put(name(word, node))
                return at(node, ast.For(stored(word, node), items, body, []))
            case _:
                return node

    def visit_Return(self, node: ast.Return) -> ast.Return:
        return at(node, ast.Return(None))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return node
