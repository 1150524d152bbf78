"""Loops over dicts whose keys are known before anything runs.

    new = {k: p[k] - lr * g[k] for k in p}    ... for k in ("W", "b")

The keys stand in an annotation, or came with a call. Where a loop puts something under
them into another dict, that has known keys too.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from ...ir.types import Tree, Type
from ...text.settled import Find
from ..syntax.added import at, name
from ..syntax.renaming import shifted
from ..syntax.walking import walk
from .kept_keys import keeps_keys
from .key_loops import Key

_TAKING = frozenset({"zip", "enumerate", "reversed", "list", "tuple"})

Keys = Mapping[str, Sequence[Key]]


def known_keys(node: ast.FunctionDef, types: Mapping[str, Type], find: Find) -> Keys:
    """The dicts of a function whose keys are known and stay, where a loop of it puts
    something under the keys of one.

    Args:
        types: of parameters, as far as they are known.
        find: the definitions of functions that are called.
    """
    keys = {
        param: [*kind.items]
        for param, kind in types.items()
        if isinstance(kind, Tree) and kind.kind == "dict" and not kind.open
    }
    if not keys:
        return {}
    parts = [part for statement in node.body for part in walk(statement)]
    if not any(_puts(part, keys) for part in parts):
        return {}
    return {word: keys[word] for word in keys if keeps_keys(node, word, find)}


def with_known_keys(node: ast.FunctionDef, keys: Keys) -> ast.FunctionDef:
    """A function whose loops say which keys they go over."""
    if not keys:
        return node
    new = shifted(node, 0)
    _Naming(keys).visit(new)
    return new


def _puts(node: ast.AST, keys: Keys, reads: bool = False) -> bool:
    """Whether this puts something under the keys that a loop takes, into another dict
    than those that have them, or sorts them.

    Args:
        reads: whether it is enough that something is read there.
    """
    match node:
        case ast.DictComp():
            return True
        case ast.For(target=target, body=body):
            own = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
            return any(
                isinstance(part, ast.Subscript)
                and (reads or isinstance(part.ctx, ast.Store))
                and isinstance(part.slice, ast.Name)
                and part.slice.id in own
                and not (isinstance(part.value, ast.Name) and part.value.id in keys)
                for inner in body
                for part in walk(inner)
            )
        case ast.Call(func=ast.Name(id="sorted")):
            return True
        case _:
            return False


class _Naming(ast.NodeTransformer):
    """Puts keys into the place of the dicts that loops go over."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        if _puts(node, self.keys, reads=True) or _is_sorted(node.iter):
            node.iter = self.named(node.iter)
        return node

    def visit_DictComp(self, node: ast.DictComp) -> ast.DictComp:
        self.generic_visit(node)
        for part in node.generators:
            part.iter = self.named(part.iter)
        return node

    def named(self, over: ast.expr) -> ast.expr:
        match over:
            case ast.Name(id=word) if word in self.keys:
                return _display(over, self.keys[word])
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=word), attr=method), args=[]
            ) if word in self.keys:
                return self._method(over, word, method)
            case ast.Call(func=ast.Name(id="sorted"), args=[inner], keywords=[]):
                given = self.named(inner)
                if given is inner or not isinstance(given, ast.Tuple):
                    return over
                kinds = {type(getattr(key, "value", None)) for key in given.elts}
                if len(kinds) > 1:
                    return over
                return _display(over, sorted(ast.literal_eval(given)))
            case ast.Call(func=ast.Name(id=called), args=args) if called in _TAKING:
                over.args = [self.named(arg) for arg in args]
        return over

    def _method(self, over: ast.expr, word: str, method: str) -> ast.expr:
        """`p.items()` as that of a display; `p.keys()`, `p.values()` as tuples."""
        keys = [at(over, ast.Constant(key)) for key in self.keys[word]]
        values = [
            at(over, ast.Subscript(name(word, over), key, ast.Load())) for key in keys
        ]
        match method:
            case "keys":
                return at(over, ast.Tuple([*keys], ast.Load()))
            case "values":
                return at(over, ast.Tuple([*values], ast.Load()))
            case "items":
                made = at(over, ast.Dict([*keys], [*values]))
                attribute = at(over, ast.Attribute(made, "items", ast.Load()))
                return at(over, ast.Call(attribute, [], []))
            case _:
                return over


def _is_sorted(over: ast.expr) -> bool:
    return isinstance(over, ast.Call) and any(
        isinstance(part, ast.Call) and getattr(part.func, "id", "") == "sorted"
        for part in ast.walk(over)
    )


def _display(old: ast.expr, keys: Sequence[Key]) -> ast.Tuple:
    return at(old, ast.Tuple([at(old, ast.Constant(key)) for key in keys], ast.Load()))
