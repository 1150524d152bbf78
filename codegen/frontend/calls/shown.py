"""Records as what they hold: with other fields, and as tuples and dicts.

s = s._replace(h=h)                    s = State(h, s.c)
d = asdict(body)               =>      d = {"x": body.x, "v": body.v}
"""

from __future__ import annotations

import ast
from abc import ABC
from collections.abc import Iterable

from ..desugar.hoisting import Piece
from ..source.bindings import Absent, Class, Item, Key, Object, Table, Value
from ..source.classes import is_parameter
from ..syntax.added import at
from .special import Special

# What goes into the objects in an object.
_DEEPLY = "dataclasses.asdict"
# What makes a dict or a tuple of an object, and which objects have it.
_PLAIN = {
    _DEEPLY: ("dataclass", "dict"),
    "dataclasses.astuple": ("dataclass", "tuple"),
}


class Shown(Special, ABC):
    """Takes records apart, and puts them together."""

    def plainly(self, node: ast.Call) -> Piece | None:
        """`asdict(p)`, `astuple(p)`, `s._asdict()`; None for any other call."""
        kind, made, path = "tuple", "dict", None
        match node:
            case ast.Call(
                func=ast.Attribute(value=base, attr="_asdict"), args=[], keywords=[]
            ):
                pass
            case ast.Call(func=func, args=[base], keywords=[]) if (
                path := self.functions.path_of(func)
            ) in _PLAIN:
                kind, made = _PLAIN[path]
            case _:
                return None
        piece = self.piece(base)
        owner = piece.known
        if not isinstance(owner, Object) or owner.of.source.kind != kind:
            return None
        parts = (self.known.get(owner.key(key)) for key in self.attributes(owner))
        if path != _DEEPLY and any(isinstance(part, Object) for part in parts):
            return None  # these stay objects, or are tuples
        shown = self._items(owner, made, node)
        if shown is None:
            return None
        return Piece((*piece.before, *shown.before), shown.value)

    def replaced(self, node: ast.Call) -> Piece | None:
        """`replace(p, k=2.0)` of a dataclass, `s._replace(x=1.0)` and
        `State._make(items)` of a named tuple."""
        match node:
            case ast.Call(
                func=ast.Attribute(value=base, attr="_make"), args=[items], keywords=[]
            ) if isinstance(of := self.looked_up(base), Class):
                listed = at(items, ast.Starred(items, ast.Load()))
                made = at(node, ast.Call(base, [listed], []))
                return self.piece(made) if of.source.kind == "tuple" else None
            case ast.Call(func=ast.Attribute(value=base, attr="_replace"), args=[]):
                kind = "tuple"
            case ast.Call(func=func, args=[base]) if (
                self.functions.path_of(func) == "dataclasses.replace"
            ):
                kind = "dataclass"
            case _:
                return None
        owner = self.piece(base)
        if not isinstance(owner.known, Object) or owner.known.of.source.kind != kind:
            return None
        source = owner.known.of.source
        given = [*node.keywords]
        new = {keyword.arg for keyword in given}
        for part in source.fields:
            assert isinstance(part.target, ast.Name)
            if part.target.id not in new and is_parameter(part):
                own = at(node, ast.Name(owner.known.word, ast.Load()))
                old = at(node, ast.Attribute(own, part.target.id, ast.Load()))
                given.append(at(node, ast.keyword(part.target.id, old)))
        made = at(node, ast.Call(self.named(owner.known.of), [], given))
        piece = self.piece(made)
        return Piece((*owner.before, *piece.before), piece.value, piece.known)

    def shown(self, known: Item, node: ast.expr) -> Piece | None:
        """What holds the attributes of an object, or of objects; None for functions,
        and for what holds any."""
        match known:
            case Object(given=True) if known.of.source.kind == "class":
                return None  # it may have more attributes than are known
            case Object():
                kind = "tuple" if known.of.source.kind == "tuple" else "dict"
                return self._items(known, kind, node)
            case Table():
                return self._held(known, node, ())
            case Value(value):
                return Piece((), value)
            case Absent():
                return Piece((), at(node, ast.Constant(None)))
            case ast.expr():
                return Piece((), known)
            case _:
                return None

    def _items(self, known: Object, kind: str, node: ast.expr) -> Piece | None:
        """The attributes of an object in a tuple or dict."""
        pieces = {
            key: self.attribute_of(known, key, node) for key in self.attributes(known)
        }
        items: dict[Key, Item] = {key: p.known or p.value for key, p in pieces.items()}
        before = (new for piece in pieces.values() for new in piece.before)
        return self._held(Table(kind, items), node, before)

    def _held(
        self, table: Table, node: ast.expr, before: Iterable[ast.stmt]
    ) -> Piece | None:
        pieces = [self.shown(item, node) for item in table.items.values()]
        shown = [piece for piece in pieces if piece is not None]
        if len(shown) < len(pieces):
            return None
        values = [piece.value for piece in shown]
        whole: ast.expr
        match table.kind:
            case "dict":
                keys = [at(node, ast.Constant(key)) for key in table.items]
                whole = at(node, ast.Dict([*keys], values))
            case "list":
                whole = at(node, ast.List(values, ast.Load()))
            case _:
                whole = at(node, ast.Tuple(values, ast.Load()))
        inner = (new for piece in shown for new in piece.before)
        return Piece((*before, *inner), whole)
