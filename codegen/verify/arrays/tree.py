"""Statements as the evaluator takes them: what they read, bind and change."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Tree:
    """Statements in order. One that only returns stands for the value of an
    expression."""

    statements: tuple[ast.stmt, ...]

    @cached_property
    def _uses(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        loads: dict[str, None] = {}
        stores: dict[str, None] = {}
        for statement in self.statements:
            for name, stored in _uses(statement):
                if stored:
                    stores[name] = None
                elif name not in stores:
                    loads[name] = None
        return tuple(loads), tuple(stores)

    @property
    def loads(self) -> tuple[str, ...]:
        """Names read before they are bound, in order of their first reading."""
        return self._uses[0]

    @property
    def stores(self) -> tuple[str, ...]:
        """Names bound, or with an element assigned, in order."""
        return self._uses[1]

    def single(self) -> Tree:
        """The same: see `Code.single`."""
        return self


def _uses(root: ast.AST) -> list[tuple[str, bool]]:
    """Names read and bound (True), in the order of evaluation."""
    found: list[tuple[str, bool]] = []
    todo: list[ast.AST | tuple[str, bool]] = [root]
    while todo:
        node = todo.pop()
        match node:
            case tuple():
                found.append(node)
            case ast.Name(id=name, ctx=context):
                found.append((name, not isinstance(context, ast.Load)))
            case ast.Assign(targets=targets, value=value):
                todo += [*reversed(targets), value]
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                todo += [(name, True), value, (name, False)]
            case ast.AugAssign(target=target, value=value):
                todo += [target, value]
            case ast.AnnAssign(target=target, value=value):
                todo += [target] if value is None else [target, value]
            case ast.NamedExpr(target=target, value=value):
                todo += [target, value]
            case ast.Subscript(value=value, slice=index, ctx=ast.Store()):
                root_name = _root(value)
                todo += [(root_name, True)] if root_name else []
                todo += [index, value]
            case ast.ListComp() | ast.GeneratorExp() | ast.DictComp() | ast.SetComp():
                own = {n for g in node.generators for n, s in _uses(g.target) if s}
                inner = [
                    use
                    for child in ast.iter_child_nodes(node)
                    for use in _uses(child)
                    if use[0] not in own
                ]
                todo += reversed(inner)
            case _:
                todo += reversed(list(ast.iter_child_nodes(node)))
    return found


def _root(node: ast.expr) -> str | None:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
