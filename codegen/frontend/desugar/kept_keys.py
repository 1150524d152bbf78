"""Whether the dict that a variable holds has the same keys all the time.

It has them if every use of the name is one that keeps them: what is not known to keep
them, another name for the dict among it, may add some.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from ...text.settled import Find
from ..syntax.walking import own_nodes, walk

_ASKING = frozenset({"get", "items", "keys", "values", "copy"})
_READING = frozenset("dict enumerate len list reversed set sorted tuple zip".split())
_ORDERING = frozenset({"list", "sorted", "tuple"})
_DEEP = 4  # calls inside of calls, after which nothing is known


def keeps_keys(node: ast.FunctionDef, word: str, find: Find) -> bool:
    """Whether the dict that comes as a parameter has the same keys all the time.

    Args:
        find: the definitions of functions that are called.
    """
    # what is given back at the end gets no keys any more
    last = [part for part in own_nodes(node) if isinstance(part, ast.Return)]
    return _keeps(node, word, find, _DEEP, last)


def _keeps(
    node: ast.FunctionDef,
    word: str,
    find: Find,
    deep: int,
    last: Sequence[ast.Return] = (),
) -> bool:
    parts = [part for statement in node.body for part in walk(statement)]
    uses = _Uses(word, _own_keys(parts, word), _local(parts), find, deep)
    found = sum(isinstance(part, ast.Name) and part.id == word for part in parts)
    ends = sum(map(uses.given_back, last))
    return found == ends + sum(map(uses.keeping, parts))


def _local(parts: Sequence[ast.AST]) -> dict[str, ast.FunctionDef | None]:
    """The functions that are defined in a body; None for other names that it binds."""
    found: dict[str, ast.FunctionDef | None] = {}
    for part in parts:
        match part:
            case ast.FunctionDef(name=called):
                found[called] = None if called in found else part
            case ast.Name(id=called, ctx=ast.Store() | ast.Del()) | ast.arg(arg=called):
                found[called] = None
    return found


def _own_keys(parts: Sequence[ast.AST], word: str) -> set[str]:
    """The names that are keys of the dict wherever they stand."""
    bound = Counter(
        part.id
        for part in parts
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)
    )
    taken = Counter(key for part in parts if (key := _key_over(part, word)))
    given = {part.arg for part in parts if isinstance(part, ast.arg)}
    return {key for key in taken if bound[key] == taken[key]} - given


def _key_over(node: ast.AST, word: str) -> str:
    """What a loop over the dict calls its keys."""
    if not isinstance(node, ast.For | ast.comprehension):
        return ""
    over = node.iter
    while isinstance(over, ast.Call) and getattr(over.func, "id", "") in _ORDERING:
        over = over.args[0] if over.args else ast.Tuple([], ast.Load())
    match over, node.target:
        case ast.Name(id=found), ast.Name(id=key):
            pass
        case (
            ast.Call(func=ast.Attribute(value=ast.Name(id=found), attr="keys")),
            ast.Name(id=key),
        ):
            pass
        case (
            ast.Call(func=ast.Attribute(value=ast.Name(id=found), attr="items")),
            ast.Tuple(elts=[ast.Name(id=key), _]),
        ):
            pass
        case _:
            return ""
    return key if found == word else ""


@dataclass(frozen=True)
class _Uses:
    """The uses of a dict's name.

    Attributes:
        own: names that are keys of the dict.
        local: see `_local`.
    """

    word: str
    own: Set[str]
    local: dict[str, ast.FunctionDef | None]
    find: Find
    deep: int

    def is_it(self, node: ast.AST | None) -> bool:
        return isinstance(node, ast.Name) and node.id == self.word

    def keeping(self, node: ast.AST) -> int:
        """How many times the name stands below this so that the keys are kept."""
        match node:
            case ast.Subscript(value=value, ctx=ast.Load()):
                return self.is_it(value)
            case ast.Subscript(
                value=value, slice=ast.Name(id=index), ctx=ast.Store()
            ) if index in self.own:
                return self.is_it(value)
            case ast.Attribute(value=value, attr=method) if method in _ASKING:
                return self.is_it(value)
            case ast.For(iter=over) | ast.comprehension(iter=over):
                return self.is_it(over)
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[value]):
                return self.is_it(value)
            case ast.Dict(keys=keys, values=values):
                spread = zip(keys, values, strict=True)
                return sum(key is None and self.is_it(value) for key, value in spread)
            case ast.keyword(arg=None, value=value):
                return self.is_it(value)
            case ast.Call(func=ast.Name(id=called), args=args) if called in _READING:
                return 0 if called in self.local else sum(map(self.is_it, args))
            case ast.Call(func=ast.Name(id=called)) if self.deep:
                return self._given(node, called)
            case _:
                return 0

    def given_back(self, node: ast.Return) -> int:
        """How many times the name is an output."""
        match node.value:
            case ast.Tuple(elts=values):
                return sum(map(self.is_it, values))
            case value:
                return self.is_it(value)

    def _given(self, call: ast.Call, called: str) -> int:
        """How many times a call is given the dict, if the function keeps the keys."""
        places = [k for k, arg in enumerate(call.args) if self.is_it(arg)]
        words = [k.arg for k in call.keywords if k.arg and self.is_it(k.value)]
        if not places and not words:
            return 0
        node, find = self._definition(called)
        if node is None or any(isinstance(arg, ast.Starred) for arg in call.args):
            return 0
        listed = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        named = {*listed, *(a.arg for a in node.args.kwonlyargs)}
        if any(place >= len(listed) for place in places) or not named.issuperset(words):
            return 0
        given = [*(listed[place] for place in places), *words]
        kept = all(_keeps(node, word, find, self.deep - 1) for word in given)
        return len(given) if kept else 0

    def _definition(self, called: str) -> tuple[ast.FunctionDef | None, Find]:
        if called in self.local:
            return self.local[called], self.find
        known = self.find(called)
        return (known[0], known[1].find) if known else (None, self.find)
