"""What `setdefault` puts into a dict, as a condition, and what `pop` takes out of one.

                                     if k not in groups:
groups.setdefault(k, []).append(v)       groups[k] = []
                                     groups[k].append(v)
v = d.pop("a")                       v = d["a"]
                                     del d["a"]
"""

from __future__ import annotations

import ast

from ..syntax.added import at
from ..syntax.renaming import shifted

WORDS = (".setdefault(", ".pop('", '.pop("', "del ")


class Absent(ast.NodeTransformer):
    """Rewrites syntax; changes it itself."""

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt] | ast.stmt:
        taken = _taken(node.value)
        if taken is None:
            return node
        node.value = taken
        return [node, _deleted(shifted(taken, 0), node)]

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        return [at(node, ast.Delete([target])) for target in node.targets]

    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt] | ast.stmt:
        taken = _taken(node.value)
        if taken is not None:
            return _deleted(taken, node)
        match node.value:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Call(
                        func=ast.Attribute(ast.Name() as table, "setdefault"),
                        args=[key, ast.List(elts=[]) as empty],
                        keywords=[],
                    ) as call,
                    attr="append",
                ) as method,
                args=[_],
                keywords=[],
            ) if _is_plain(key):
                pass
            case _:
                return node
        keys, tables = shifted(key, 0), shifted(table, 0)
        test = at(call, ast.Compare(keys, [ast.NotIn()], [tables]))
        place = at(call, ast.Subscript(shifted(table, 0), shifted(key, 0), ast.Store()))
        put = at(node, ast.Assign([place], empty))
        method.value = at(call, ast.Subscript(table, key, ast.Load()))
        return [at(node, ast.If(test, [put], [])), node]


def _taken(node: ast.expr) -> ast.Subscript | None:
    """The item that `d.pop("a")` takes out of a dict: that of a list has no text."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name() as table, attr="pop"),
            args=[ast.Constant(value=str()) as key],
            keywords=[],
        ):
            return at(node, ast.Subscript(table, key, ast.Load()))
        case _:
            return None


def _deleted(item: ast.Subscript, node: ast.stmt) -> ast.stmt:
    item.ctx = ast.Del()
    return at(node, ast.Delete([item]))


def _is_plain(key: ast.expr) -> bool:
    """Whether a key is the same each time."""
    return not any(isinstance(n, ast.Call | ast.NamedExpr) for n in ast.walk(key))
