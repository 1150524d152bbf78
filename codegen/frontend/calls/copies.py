"""Objects of names that are bound more than once.

    s = State(x, v)                         s_x, s_v = x, v
    for t in range(n):              =>      for t in range(n):
        last = s                                last_x, last_v = s_x, s_v
        s = State(s.v, s.x * last.v)            s_x, s_v = s_v, s_x * last_v

Their attributes are variables that are bound each time: that is right as long as no
object of the class is changed where it is. What else stands for the object that such a
name had gets a copy of it before the name is bound again.
"""

from __future__ import annotations

import ast
from abc import ABC
from collections.abc import Iterator

from ..desugar.hoisting import Piece
from ..source.bindings import Item, Known, Object, Partial, Table, Value
from ..syntax.added import Added, at, name, stored
from .shown import Shown


class Copies(Shown, ABC):
    """Binds names to objects again."""

    def copied_to(self, target: ast.Name, known: Object) -> list[ast.stmt]:
        """`state = State(x, v)`, where the name is bound more than once.

        Raises:
            Refused: BG010 where objects of the class are changed.
        """
        source = known.of.source
        if source.name in self.altered:
            message = f"`{target.id}` is bound to several objects, which are changed"
            self.refuse("BG010", message, target, "make new ones instead")
        self.copied.add(source.name)
        slots = self._slots(target.id, known, target.id)
        out = self._copied(slots, known, target) if slots is not known else []
        self.bind(target.id, slots)
        return out

    def is_bound_again(self, known: Object) -> bool:
        """Whether the attributes of an object are those of a name that may be bound to
        another one."""
        return known in self.slots.values()

    def _slots(self, place: str, known: Object, label: str) -> Object:
        """The object whose attributes are the variables of a name, or attribute."""
        slots = self.slots.get(place)
        if slots is None or slots.of.source is not known.of.source:
            slots = self.new_object(known.of, label)
            self.slots[place] = slots
        return slots

    def _copied(self, slots: Object, known: Object, target: ast.Name) -> list[ast.stmt]:
        """All attributes at once: what one of them reads may be another one of them."""
        pairs = [*self._pairs(slots, known, target)]
        out = [new for _, _, piece in pairs for new in piece.before]
        out += self._left({slots, *(p.known for _, _, p in pairs)}, target)
        words = {one.variable(attribute) for one, attribute, _ in pairs}
        ready: list[tuple[Object, str, Piece]] = []
        for one, attribute, piece in pairs:
            value = piece.value
            own = one.variable(attribute)
            if isinstance(value, ast.Name) and value.id in words - {own}:
                word = self.fresh(f"{value.id}_old", value.id, ast.Pass())
                out.append(at(target, Added([stored(word, target)], value)))
                piece = Piece((), name(word, target), piece.known)
            ready.append((one, attribute, piece))
        for one, attribute, piece in ready:
            key = one.key(attribute)
            if piece.known is None or self.known.get(key) is not piece.known:
                place = at(target, ast.Attribute(target, attribute, ast.Store()))
                out += self.put(one, place, Piece((), piece.value, piece.known), Added)
            if isinstance(self.known.get(key), Value):
                del self.known[key]
        return out

    def _pairs(
        self, slots: Object, known: Object, target: ast.Name
    ) -> Iterator[tuple[Object, str, Piece]]:
        """The attributes of an object, and of those in it, with what they are."""
        for attribute in self.attributes(known):
            piece = self.attribute_of(known, attribute, target)
            if isinstance(piece.known, Object):
                key, label = slots.key(attribute), f"{slots.label}_{attribute}"
                inner = self._slots(key, piece.known, label)
                yield slots, attribute, Piece(piece.before, piece.value, inner)
                yield from self._pairs(inner, piece.known, target)
            else:
                yield slots, attribute, piece

    def _left(
        self, bound: set[Known | Object | None], node: ast.Name
    ) -> list[ast.stmt]:
        """What objects were that are bound again now, where something else stands for
        them too: from here on that is a copy."""
        own = {one.word for one in bound if isinstance(one, Object)}
        own |= {place for place, one in self.slots.items() if one in bound}
        copies: dict[Object, Object] = {}
        out: list[ast.stmt] = []

        def replaced(item: Item) -> Item:
            match item:
                case Object() if item in bound:
                    if item not in copies:
                        copies[item] = self._copy_of(item, node, out)
                    return copies[item]
                case Table(kind=kind, items=items):
                    new = {key: replaced(inner) for key, inner in items.items()}
                    same = all(new[key] is inner for key, inner in items.items())
                    return item if same else Table(kind, new)
                case Partial(args=args) if own & {*map(_word, args)}:
                    message = f"a method of `{node.id}` is kept, which is bound again"
                    self.refuse("BG010", message, node, "give the other one a name")
                case _:
                    return item

        for key, known in [*self.known.items()]:
            new = known if key in own else replaced(known)
            if new is not known and not isinstance(new, ast.expr):
                self.known[key] = new
                self.changed.add(key)
        return out

    def _copy_of(self, known: Object, node: ast.expr, out: list[ast.stmt]) -> Object:
        new = self.new_object(known.of, f"{known.label}_old")
        self.begun.append(new)
        for attribute in self.attributes(known):
            piece = self.attribute_of(known, attribute, node)
            held = piece.known
            if isinstance(held, Object) and self.is_bound_again(held):
                held = self._copy_of(held, node, out)
            place = at(node, ast.Attribute(node, attribute, ast.Store()))
            out += self.put(new, place, Piece((), piece.value, held), Added)
            if isinstance(self.known.get(new.key(attribute)), Value):
                del self.known[new.key(attribute)]
        self.begun.pop()
        return new


def _word(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
