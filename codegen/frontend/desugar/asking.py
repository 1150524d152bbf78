"""What a dict is asked that the function fills, or is given, as conditions and loops.

d[k] = d.get(k, 0.0) + x    =>    d[k] = (d[k] if k in d else 0.0) + x
s = sum(d.values())         =>    s = sum([value for value in d.values()])
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from ..syntax.added import Names, at, name, stored
from ..syntax.renaming import shifted
from ..syntax.rewriting import rewritten
from ..syntax.walking import walk


def without_asking(
    nodes: Sequence[ast.stmt], builtin: Callable[[str], bool]
) -> list[ast.stmt]:
    """Statements without `get` of dicts that they make."""
    made = {*_made(nodes, builtin)}
    if not made:
        return [*nodes]

    def change(node: ast.AST) -> ast.AST:
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=word), attr="get"),
                args=[key, default],
                keywords=[],
            ) if word in made and _is_plain(key) and _is_plain(default):
                test = ast.Compare(shifted(key, 0), [ast.In()], [name(word, node)])
                item = at(node, ast.Subscript(name(word, node), key, ast.Load()))
                return at(node, ast.IfExp(at(node, test), item, default))
            case _:
                return node

    return [rewritten(node, change) for node in nodes]


WORDS = (".values()", ".keys()", "sorted(", "max(", "min(", "sum(")
_TAKERS = frozenset("sum max min list tuple sorted any all".split())


def with_items_taken(
    nodes: Sequence[ast.stmt], names: Names, builtin: Callable[[str], bool]
) -> list[ast.stmt]:
    """Statements in which loops take the items of dicts that are filled, or given."""
    filled = {*_filled(nodes)}
    asked = filled | ({*_asked(nodes)} - {*_stored(nodes)})
    if not asked:
        return [*nodes]

    def change(node: ast.AST) -> ast.AST:
        match node:
            case ast.Call(func=ast.Name(id=taker), args=[over, *rest], keywords=[]) if (
                taker in _TAKERS and builtin(taker)
            ):
                made = _taken(over, taker)
                return node if made is None else at(node, _called(node, made, rest))
            case _:
                return node

    def _taken(over: ast.expr, taker: str) -> ast.expr | None:
        match over:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=word), attr=what), args=[]
            ) if word in asked and what in ("keys", "values"):
                wish = what[:-1]
            case ast.Name(id=word) if word in filled and taker not in ("list", "any"):
                wish = "key"
            case _:
                return None
        item = names.fresh(wish, over)
        loop = ast.comprehension(stored(item, over), over, [], 0)
        return at(over, ast.ListComp(name(item, over), [loop]))

    return [rewritten(node, change) for node in nodes]


def _called(node: ast.Call, first: ast.expr, rest: list[ast.expr]) -> ast.Call:
    return ast.Call(node.func, [first, *rest], [])


def _filled(nodes: Sequence[ast.stmt]) -> Iterator[str]:
    """The names of dicts that are bound here, and written to under computed keys."""
    made: set[str] = set()
    stored_to: set[str] = set()
    for node in (inner for outer in nodes for inner in walk(outer)):
        match node:
            case ast.Assign(targets=[ast.Name(id=word)], value=value):
                match value:
                    case ast.Dict() | ast.DictComp():
                        made.add(word)
                    case ast.Call(func=ast.Name(id="dict" | "defaultdict" | "Counter")):
                        made.add(word)
                if isinstance(value, ast.DictComp):
                    stored_to.add(word)
            case ast.Subscript(value=ast.Name(id=word), slice=key, ctx=ast.Store()) if (
                not isinstance(key, ast.Constant)
            ):
                stored_to.add(word)
    yield from made & stored_to


def _asked(nodes: Sequence[ast.stmt]) -> Iterator[str]:
    """The names of what is asked for keys or values."""
    for node in (inner for outer in nodes for inner in walk(outer)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=word), attr="keys" | "values"),
                args=[],
            ):
                yield word


def _stored(nodes: Sequence[ast.stmt]) -> Iterator[str]:
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id


def _made(nodes: Sequence[ast.stmt], builtin: Callable[[str], bool]) -> list[str]:
    """The names that are bound to a dict."""
    found: list[str] = []
    for node in (inner for outer in nodes for inner in walk(outer)):
        match node:
            case ast.Assign(targets=[ast.Name(id=word)], value=ast.Dict()):
                found.append(word)
            case ast.Assign(
                targets=[ast.Name(id=word)], value=ast.Call(func=ast.Name(id="dict"))
            ) if builtin("dict"):
                found.append(word)
    return found


def _is_plain(node: ast.expr) -> bool:
    """Whether evaluating it twice, or not at all, changes nothing."""
    return not any(isinstance(part, ast.NamedExpr) for part in walk(node))
