"""Lists and dicts that objects and functions are put into, one after the other.

layers = []
layers.append(Affine(W, b))         layers = [Affine(W, b), Relu()]
layers.append(Relu())          =>
"""

from __future__ import annotations

import ast
from abc import ABC
from types import EllipsisType

from ..bundles.keys import makes_text
from ..desugar.hoisting import Piece, operands
from ..source.bindings import Item, Key, Object, Table
from ..syntax.added import integer
from .unrolling import Unrolling

_MAKERS = {"builtins.list": "list", "builtins.dict": "dict"}
_MAKERS["collections.OrderedDict"] = "dict"


class Filling(Unrolling, ABC):
    """Follows what is put into lists and dicts that start empty."""

    def begin(self, target: ast.expr, value: ast.expr) -> None:
        """A name or an attribute is bound; maybe to an empty list or dict."""
        key = self._key(target)
        if key is None:
            return
        self.empty.pop(key, None)
        kind = self._kind(value)
        if kind is not None and not self.inside:
            self.empty[key] = kind

    def _kind(self, value: ast.expr) -> str | None:
        match value:
            case ast.List(elts=[]) | ast.Dict(keys=[]):
                return "list" if isinstance(value, ast.List) else "dict"
            case ast.Name(id=word):
                return self.empty.pop(word, None)  # nothing else may be put there
            case ast.Call(func=func, args=[], keywords=[]):
                return _MAKERS.get(self.functions.path_of(func) or "")
            case _:
                return None

    def _key(self, node: ast.expr) -> str | None:
        """What tells the list or dict of an expression from others."""
        match node:
            case ast.Name(id=word):
                return word
            case ast.Attribute(value=base, attr=attribute) if self.is_object(base):
                owner = self.piece(base).known
                return owner.key(attribute) if isinstance(owner, Object) else None
            case _:
                return None

    def is_filled(self, base: ast.expr, item: ast.expr) -> bool:
        """Whether an object or function is put into such a list or dict here.

        A list or dict that numbers or arrays are put into is none.
        """
        key = self._key(base)
        if key is None or (key not in self.empty and not self._table(key)):
            return False
        objects = self.is_object(item) or self.function(item) is not None
        if not objects:
            self.empty.pop(key, None)
        return objects

    def range_over_items(self, node: ast.For) -> Table | None:
        """The trips of a loop over a range that is known, if it takes items out of
        tables by its position, or makes objects."""
        match node.iter:
            case ast.Call(func=ast.Name(id="range"), args=args, keywords=[]) if (
                self.builtin("range")
            ):
                ends = [self.constant(arg) for arg in args]
            case _:
                return None
        inside = [inner for statement in node.body for inner in ast.walk(statement)]
        if not any(self._needs_trips(inner) for inner in inside):
            return None
        whole = [end for end in ends if isinstance(end, int)]
        if len(whole) < len(ends) or not 1 <= len(whole) <= 3:
            return None
        numbers = (integer(n, node.iter) for n in range(*whole))
        return Table("tuple", dict(enumerate(numbers)))

    def _needs_trips(self, node: ast.AST) -> bool:
        match node:
            case ast.Subscript(value=base, slice=index):
                if not isinstance(self.constant(index), EllipsisType):
                    return False
                return isinstance(self.looked_up(base), Table) or makes_text(index)
            case ast.Call(func=ast.Attribute(value=base, attr="append"), args=[item]):
                key = self._key(base)
                there = key is not None and (key in self.empty or self._table(key))
                return bool(there) and self.is_object(item)
            case _:
                return False

    def _table(self, key: str) -> Table | None:
        found = self.known.get(key)
        return found if isinstance(found, Table) else None

    def filled(
        self, base: ast.expr, index: ast.expr | None, item: ast.expr, node: ast.stmt
    ) -> list[ast.stmt]:
        """Put an item into a list, or under a key into a dict."""
        key = self._key(base)
        assert key is not None
        old = self._table(key) or Table(self.empty[key], {})
        self.empty.pop(key, None)
        if sum(known is old for known in self.known.values()) > 1:
            message = "a list or dict that has two names is changed here"
            self.refuse("BG010", message, node, "use one name for it")
        place: Key | EllipsisType = len(old.items)
        if index is not None:
            place = self.constant(index)
        if isinstance(place, EllipsisType) or (index and old.kind == "list"):
            message = "where this is put is not known"
            self.refuse("BG012", message, index or node, "write the key as a text")
        self.wish = str(place) if isinstance(place, str) else ""
        piece: Piece = self.piece(item)
        found: Item = piece.known or piece.value
        self.known[key] = Table(old.kind, {**old.items, place: found})
        self.changed.add(key)
        self.defined.add(key)
        return [*piece.before]


def without_empty(nodes: list[ast.stmt], words: set[str]) -> list[ast.stmt]:
    """Statements without the empty lists and dicts that tables started with."""
    return [node for node in nodes if not _begins(node, words)]


def _begins(node: ast.stmt, words: set[str]) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=word)], value=value) if word in words:
            empty = isinstance(value, ast.List | ast.Dict) and not operands(value)
            return empty or isinstance(value, ast.Call)
        case _:
            return False
