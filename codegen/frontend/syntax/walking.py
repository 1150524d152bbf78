"""The nodes of a syntax tree, in the order of the text.

`ast.walk` looks at every field of every node, and half of what it finds is contexts and
operators. Long functions are walked more than once: for them that counts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

# Fields that hold no nodes, or only those that say how another one is meant.
_LEAVES = frozenset(
    "asname attr conversion ctx id is_async kind kwd_attrs level lineno module op ops "
    "rest simple tag type_comment type_ignores".split()
)


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each kind of node that hold others, last first."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = () if kind is ast.Constant else kind._fields
        found = tuple(name for name in reversed(fields) if name not in _LEAVES)
        self[kind] = found
        return found


_fields = _Fields()


def walk(root: ast.AST) -> Iterator[ast.AST]:
    """Every node below and with `root`, but for contexts and operators."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        for name in _fields[type(node)]:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                stack.append(value)
            elif isinstance(value, list):
                stack += [n for n in reversed(value) if isinstance(n, ast.AST)]


def names_in(nodes: Iterable[ast.AST]) -> Iterator[ast.Name]:
    """The names in statements."""
    for node in nodes:
        for inner in walk(node):
            if isinstance(inner, ast.Name):
                yield inner


def stores(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that statements bind, once for each time they do."""
    for node in names_in(nodes):
        if not isinstance(node.ctx, ast.Load):
            yield node.id


def names_apart(
    nodes: Iterable[ast.AST], bound: frozenset[str] = frozenset()
) -> Iterator[ast.Name]:
    """The names in statements, but for those that a loop around them binds itself.

    Args:
        bound: what loops around all of them bind.
    """
    for node in nodes:
        match node:
            case ast.Name(id=word):
                if word not in bound:
                    yield node
            case ast.For(target=target, iter=over, body=body, orelse=orelse):
                yield from names_apart([over, *orelse], bound)
                own = {name.id for name in names_in([target])}
                yield from names_apart(body, bound | own)
            case _:
                yield from names_apart(ast.iter_child_nodes(node), bound)


def lengthened_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names of lists that statements put items into, or take items off."""
    for node in (inner for outer in nodes for inner in walk(outer)):
        match node:
            case ast.Attribute(
                value=ast.Name(id=name), attr="append" | "pop" | "extend" | "insert"
            ):
                yield name


def own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of functions inside of it."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
