"""What `setdefault` puts into a dict, as a condition.

                                     if k not in groups:
groups.setdefault(k, []).append(v)       groups[k] = []
                                     groups[k].append(v)
"""

from __future__ import annotations

import ast

from ..syntax.added import at
from ..syntax.renaming import shifted

WORDS = (".setdefault(",)


class Absent(ast.NodeTransformer):
    """Rewrites syntax; changes it itself."""

    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt] | ast.stmt:
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


def _is_plain(key: ast.expr) -> bool:
    """Whether a key is the same each time."""
    return not any(isinstance(n, ast.Call | ast.NamedExpr) for n in ast.walk(key))
