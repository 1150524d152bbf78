"""Smaller versions of a program's syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

Body = list[ast.stmt]


def smaller_trees(tree: ast.Module) -> Iterator[ast.Module]:
    """Trees that lack a statement, or a part of an expression, of this one."""
    for position, body in enumerate(_bodies(tree)):
        for k in range(len(body)):
            yield from _without(tree, position, k)
    for position, (node, field) in enumerate(_expressions(tree)):
        for part in _parts(getattr(node, field)):
            changed = copy.deepcopy(tree)
            there, _ = _expressions(changed)[position]
            setattr(there, field, copy.deepcopy(part))
            yield changed


def _without(tree: ast.Module, position: int, k: int) -> Iterator[ast.Module]:
    """Without a statement, or with one of its blocks in its place."""
    statement = _bodies(tree)[position][k]
    blocks: list[Body] = [getattr(statement, name, []) for name in ("body", "orelse")]
    for instead in ([], *(block for block in blocks if block)):
        changed = copy.deepcopy(tree)
        body = _bodies(changed)[position]
        body[k : k + 1] = copy.deepcopy(instead)
        if not body:
            body.append(ast.Pass())
        yield changed


def _bodies(tree: ast.Module) -> list[Body]:
    """The bodies of functions and of the statements in them, outer ones first."""
    found: list[Body] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.For | ast.While | ast.If):
            found += [node.body, *filter(None, [getattr(node, "orelse", None)])]
    return found


def _expressions(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    """Where expressions stand: a statement, and the name of its field."""
    kinds = (ast.Assign, ast.AugAssign, ast.Return)
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, kinds) and node.value is not None:
            found.append((node, "value"))
        elif isinstance(node, ast.If | ast.While):
            found.append((node, "test"))
    return found


def _parts(expression: ast.expr) -> list[ast.expr]:
    """What an expression directly consists of."""
    parts = [*ast.iter_child_nodes(expression)]
    if isinstance(expression, ast.Call):
        parts = [*expression.args]
    return [part for part in parts if isinstance(part, ast.expr)]
