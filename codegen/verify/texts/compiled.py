"""Modules that Numba compiles, as Python reads them."""

from __future__ import annotations

import ast

_LISTS = "numba.typed"
_LIST = "List"


def with_plain_lists(tree: ast.Module) -> ast.Module:
    """A module in which a new list of Numba's is a list: `[]` for `List()`. Changes the
    tree."""
    names = {f"{_LISTS}.{_LIST}"}
    for node in tree.body:
        match node:
            case ast.ImportFrom(module=module, names=found) if module == _LISTS:
                names |= {one.asname or one.name for one in found if one.name == _LIST}
            case _:
                continue
    bound = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    if names <= bound or "numba" in bound:
        return tree
    changed = _Plain(frozenset(names - bound)).visit(tree)
    assert isinstance(changed, ast.Module)
    return changed


class _Plain(ast.NodeTransformer):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if not node.args and not node.keywords and self._path(node.func) in self._names:
            return ast.copy_location(ast.List([], ast.Load()), node)
        return node

    def _path(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=base, attr=name):
                return f"{self._path(base)}.{name}"
            case _:
                return ""
