"""`f(*args)`: the items of the tuple or list that a name is bound to, and their number.

args = (x, 0.5)        for _ in range(n):
                           x = step(x, *args)
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

from ..syntax.walking import walk

Displays = dict[str, ast.Tuple | ast.List]


def displays_in(nodes: Iterable[ast.stmt], steady: Iterable[str]) -> Displays:
    """The names that some statements bind to the display of a tuple or a list, where
    it stays as long as it is.

    Args:
        steady: the names that are bound once.
    """
    parts = [part for node in nodes for part in walk(node)]
    found: Displays = {}
    for part in parts:
        match part:
            case ast.Assign([ast.Name(id=word)], (ast.Tuple() | ast.List()) as value):
                found[word] = value
    reads = Counter(word for part in parts for word in _read_by(part))
    kept = Counter(word for part in parts for word in _kept_by(part))
    return {
        word: value
        for word, value in found.items()
        if word in {*steady}
        and (isinstance(value, ast.Tuple) or reads[word] == kept[word])
        and not any(isinstance(item, ast.Starred) for item in value.elts)
    }


def _read_by(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.Name(id=word, ctx=ast.Load()):
            yield word


def _kept_by(node: ast.AST) -> Iterable[str]:
    """The lists that an expression reads and leaves as long as they are."""
    match node:
        case ast.Starred(value=ast.Name(id=word)):
            yield word
        case ast.Subscript(value=ast.Name(id=word), slice=index, ctx=ctx):
            if isinstance(ctx, ast.Load) or not isinstance(index, ast.Slice):
                yield word
