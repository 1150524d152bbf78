"""What is bound, or collected in a list, and never read."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Container, Iterator

from .added import Added, Spare, at
from .walking import stores


def without_unread(nodes: list[ast.stmt], made: set[str]) -> list[ast.stmt]:
    """Statements without those that bind one to names or numbers for nobody, or put
    these into a list that nobody reads.

    Args:
        made: the variables that nobody misses.
    """
    while True:
        new = {*_new_lists(nodes)}
        appends = _all_grown(nodes)
        grown = Counter(w for w, item in appends if w in new and _is_plain(item))
        read = Counter(_read(nodes))
        spare = {word for word in made if read[word] == grown[word]}
        if spare.isdisjoint(stores(nodes)):
            return nodes
        nodes, made = _kept(nodes, spare), made - spare


def _read(nodes: list[ast.stmt]) -> Iterator[str]:
    """The variables that are read, more than once if they are; not what only grows."""
    for node in (part for statement in nodes for part in ast.walk(statement)):
        match node:
            case ast.Name(id=word, ctx=ast.Load()):
                yield word
            case ast.AugAssign(target=ast.Name(id=word)):
                yield word


def _grown(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """The list to which a statement appends, and what."""
    match node:
        case ast.Expr(
            ast.Call(
                func=ast.Attribute(value=ast.Name(id=word), attr="append"),
                args=[item],
                keywords=[],
            )
        ):
            return word, item
        case _:
            return None


def _all_grown(nodes: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in (part for statement in nodes for part in ast.walk(statement)):
        if isinstance(node, ast.Expr) and (found := _grown(node)) is not None:
            yield found


def _new_lists(nodes: list[ast.stmt]) -> Iterator[str]:
    """The variables that are bound to lists which nobody else has."""
    made: Counter[str] = Counter()
    for node in (part for statement in nodes for part in ast.walk(statement)):
        match node:
            case ast.Assign(targets=[ast.Name(id=word)], value=ast.List()):
                made[word] += 1
    bound = Counter(stores(nodes))
    yield from (word for word, count in made.items() if count == bound[word])


def _is_plain(value: ast.expr) -> bool:
    """Whether it does nothing to leave this out."""
    if isinstance(value, ast.Tuple | ast.List):
        return all(map(_is_plain, value.elts))
    return isinstance(value, ast.Name | ast.Constant)


def _kept(nodes: list[ast.stmt], spare: set[str]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=word)], value=value) if (
                word in spare and _is_plain(value)
            ):
                continue
            case ast.Expr() if (grown := _grown(node)) is not None:
                if grown[0] in spare:
                    continue
            case ast.If() | ast.For() | ast.While():
                node = copy.copy(node)
                node.body = _kept(node.body, spare) or [at(node, ast.Pass())]
                node.orelse = _kept(node.orelse, spare)
        found.append(node)
    return found


def without_spare(nodes: list[ast.stmt], asked: Container[str]) -> list[ast.stmt]:
    """Statements with the spare ones among them only where somebody asked for what they
    bind."""
    found: list[ast.stmt] = []
    for node in nodes:
        match node:
            case Spare(targets=[ast.Name(id=word)]) if word not in asked:
                continue
            case Spare(targets=targets, value=value):
                node = at(node, Added(targets, value))
            case ast.If() | ast.For() | ast.While():
                node.body = without_spare(node.body, asked) or [at(node, ast.Pass())]
                node.orelse = without_spare(node.orelse, asked)
        found.append(node)
    return found
