"""Attributes of objects, and items of tables, that are bound and never read."""

from __future__ import annotations

import ast
from collections.abc import Container

from .added import Added, Spare, at
from .walking import names_in


def without_unread(nodes: list[ast.stmt], made: set[str]) -> list[ast.stmt]:
    """Statements without those that bind one to names or numbers for nobody.

    Args:
        made: the variables that stand for them.
    """
    while True:
        read = {n.id for n in names_in(nodes) if isinstance(n.ctx, ast.Load)}
        kept = _kept(nodes, made - read)
        if kept == nodes:
            return nodes
        nodes = kept


def _is_plain(value: ast.expr) -> bool:
    """Whether it does nothing to leave this out."""
    if isinstance(value, ast.Tuple):
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
            case ast.If() | ast.For() | ast.While():
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
