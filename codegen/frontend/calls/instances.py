"""Objects of the user's classes: their attributes are variables, their methods are
functions.

    layer = Affine(W, b)                layer_W = W
    y = layer.forward(x)        =>      layer_b = b
                                        y = x @ layer_W + layer_b

Which object a name, an attribute or an item stands for is known before anything runs,
as for functions; an object itself is never a value of the program.
"""

from __future__ import annotations

import ast
import copy
from abc import ABC, abstractmethod
from dataclasses import replace
from types import EllipsisType

from ..desugar.hoisting import Piece
from ..source.bindings import (
    Class,
    Item,
    Key,
    Known,
    Made,
    Object,
    Partial,
    Table,
    Value,
    Written,
)
from ..source.changing import attribute_change_of, is_made, rebinding_of
from ..syntax.added import at, name
from ..syntax.private import is_private
from ..syntax.renaming import shifted
from .bodies import Calls

_STATIC, _CLASS, _PROPERTY = "staticmethod", "classmethod", "property"


class Instances(Calls, ABC):
    """Follows objects."""

    @abstractmethod
    def of_known(self, known: Known, node: ast.expr) -> Piece:
        """What stands for something that is known."""

    @abstractmethod
    def constant(self, node: ast.expr | None) -> Key | EllipsisType:
        """A key or position that is known; `...` for any other."""

    @abstractmethod
    def item(self, node: ast.Subscript) -> Piece | None:
        """`table[key]`; None where this is no table."""

    @abstractmethod
    def value_of(self, item: Item, node: ast.expr) -> ast.expr:
        """An expression for an item; functions get names."""

    @abstractmethod
    def steady_item(self, value: ast.expr, before: list[ast.stmt]) -> Item:
        """An item by a name that nothing is bound to later."""

    # -- which object

    def is_object(self, node: ast.expr) -> bool:
        """Whether an expression gives an object or a class; evaluates nothing."""
        match node:
            case ast.Call(func=func):
                return isinstance(self.looked_up(func), Class)
            case _:
                return isinstance(self.looked_up(node), Object | Class)

    def looked_up(self, node: ast.expr) -> Known | None:
        """What an expression stands for, if reading it runs nothing."""
        match node:
            case ast.Attribute(value=base, attr=attribute):
                owner = self.looked_up(base)
                if isinstance(owner, Object):
                    return self._looked_at(owner, attribute)
                return self.function(node)
            case ast.Subscript(value=base, slice=index):
                table = self.looked_up(base)
                if isinstance(table, Table):
                    found = table.at(self.constant(index))
                    return None if isinstance(found, ast.expr) else found
                return None
            case ast.Name():
                found = self.function(node)
                if isinstance(found, Made):
                    maker = self.looked_up(found.call.func)
                    return maker if isinstance(maker, Class) else found
                return found
            case _:
                return None

    def _looked_at(self, owner: Object, attribute: str) -> Known | None:
        key = owner.key(attribute)
        if key in self.known or key in self.bound:
            return self.known.get(key)
        constant = owner.constant(attribute)
        return Value(constant) if isinstance(constant, ast.Constant) else None

    # -- what is made

    def constructed(
        self,
        node: ast.Call,
        of: Class,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Piece:
        """A new object: what its constructor does."""
        source = of.source
        wish, self.wish = self.wish or source.name.lower(), ""
        made = self.new_object(of, wish)
        word = made.word
        init = source.maker
        if init is None:
            if args or keywords:
                self.refuse("BG014", f"`{source.name}()` takes no arguments", node)
            return Piece(tuple(before), name(word, node), made)
        written = self.bound_method(made, init)
        own = name(word, node)
        self.begun.append(made)
        piece = self.called(node, written, before, [own, *args], keywords)
        self.begun.pop()
        return Piece(piece.before, name(word, node), made)

    def outside(self, call: ast.Call, node: ast.expr) -> Piece:
        """What a call outside of the function made: an object has to be as its
        constructor makes it.

        Raises:
            Refused: BG010 where its attributes may be others.
        """
        piece = self.piece(call)
        if not isinstance(piece.known, Object):
            return piece
        source = piece.known.of.source
        for attribute in self.attributes(piece.known):
            change = attribute_change_of(self.functions.scope.body, attribute)
            if change is not None:
                message = f"`{attribute}` of this object may be changed in place"
                hint = f"by line {change.lineno}; make the object in the function"
                self.refuse("BG010", message, node, hint)
        for attribute in sorted(source.handed_on):
            message = f"`{attribute}` of this object is handed from one call to another"
            self.refuse("BG010", message, node, "make the object in the function")
        return piece

    def attributes(self, known: Object) -> dict[str, None]:
        """The attributes that an object has here; its fields first."""
        fields = (part.target for part in known.of.source.fields)
        found = dict.fromkeys(t.id for t in fields if isinstance(t, ast.Name))
        prefix = known.key("")
        for key in (*self.bound, *self.known):
            if key.startswith(prefix):
                found.setdefault(key.removeprefix(prefix))
        return found

    def _shared(self, of: Class, attribute: str, value: ast.expr) -> Piece:
        """What the body of a class binds, which all objects share."""
        change = attribute_change_of(of.home.body, attribute)
        if is_made(value) and change is not None:
            message = f"`{of.source.name}.{attribute}` is one for all objects, and may"
            self.refuse("BG010", f"{message} be changed in place", value)
        self._refuse_rebound(of, attribute)
        return self.piece(self.functions.constant(of, value))

    def _refuse_rebound(self, of: Class, attribute: str) -> None:
        """What a class has is what its body says."""
        classes = {of.source.name, *of.source.above}
        body = [*of.home.body, *self.functions.scope.body]
        again = rebinding_of(body, classes, attribute)
        if again is not None:
            message = f"the attribute `{attribute}` of a class is bound again here"
            self.refuse("BG010", message, again, "bind it in the body of the class")

    def new_object(self, of: Class, wish: str) -> Object:
        """An object without attributes yet."""
        variables: dict[str, str] = {}

        def variable(attribute: str) -> str:
            if attribute not in variables:
                made = self.names.fresh(f"{wish}_{attribute}", ast.Pass())
                variables[attribute] = made
                self.local.add(made)
                self.made.add(made)
            return variables[attribute]

        def place(attribute: str) -> ast.expr:
            return ast.Name(variable(attribute), ast.Load())

        word = self.names.fresh(f"{wish}_object", ast.Pass())
        made = Object(of, word, place, variable, label=wish)
        self.bind(made.word, made)
        return made

    def bound_method(self, owner: Object, method: ast.FunctionDef) -> Written:
        """A method of one object: the same method of another one is another function,
        so that one may call the other."""
        written = self.functions.method(owner.of, method, owner.label)
        return replace(written, key=hash((written.key, id(owner))), doubtful=None)

    # -- what is read

    def attribute(self, node: ast.Attribute) -> Piece:
        """An attribute, or a method, of an object or class."""
        piece = self.piece(node.value)
        owner = piece.known
        if isinstance(owner, Object):
            found = self.attribute_of(owner, node.attr, node)
        else:
            assert isinstance(owner, Class)
            found = self._of_class(owner, node.attr, node)
        return Piece((*piece.before, *found.before), found.value, found.known)

    def attribute_of(self, owner: Object, attribute: str, node: ast.expr) -> Piece:
        key = owner.key(attribute)
        match self.known.get(key):
            case Value(value):
                return Piece((), shifted(value, 0))
            case None:
                pass
            case known:
                return self.of_known(known, node)
        source = owner.of.source
        if key in self.spared and key not in self.defined:
            variable = owner.variable(attribute)
            self.asked.add(variable)
            return Piece((), name(variable, node))
        if key in self.defined or key in self.optional:
            message = f"what `{attribute}` stands for is not certain here"
            self.refuse("BG010", message, node, "bind it on every way to this place")
        if key in self.bound:
            word = owner.variable(attribute)
            self._note_moving(word, attribute)
            return Piece((), name(word, node))
        if attribute in source.methods:
            return self.method_of(owner, source.methods[attribute], node)
        constant = owner.constant(attribute)
        if constant is not None:
            return self._shared(owner.of, attribute, constant)
        if owner.given:
            self._check_private(owner, attribute, node)
            owner.read.setdefault(attribute)
            place = owner.place(attribute)
            if isinstance(place, ast.Name):
                self._note_moving(place.id, attribute)
            return Piece((), _placed(place, node))
        return self._of_class(owner.of, attribute, node)

    def _note_moving(self, word: str, attribute: str) -> None:
        """Take note of a variable of an attribute that may be bound again: what it is
        now has to get another name where something is to keep it."""
        if self.functions.rebinds(attribute):
            self.moving.add(word)
            self.steady.discard(word)

    def _check_private(self, owner: Object, attribute: str, node: ast.expr) -> None:
        """Refuse a private attribute of an object of another class: its name is another
        one in what is written."""
        inner = "." in owner.word or isinstance(owner.place(attribute), ast.Subscript)
        if inner and is_private(attribute):
            message = (
                f"`{attribute}` is a private attribute of `{owner.of.source.name}`"
            )
            self.refuse("BG010", message, node, "give it one underscore only")

    def _of_class(self, of: Class, attribute: str, node: ast.expr) -> Piece:
        source = of.source
        if attribute in source.methods:
            return self.method_of(of, source.methods[attribute], node)
        constant = source.constant(attribute)
        if constant is not None:
            return self._shared(of, attribute, constant)
        message = f"the attribute `{attribute}` has no value here"
        self.refuse("BG010", message, node, f"bind it in `{source.name}.__init__`")

    def method_of(
        self, owner: Object | Class, method: ast.FunctionDef, node: ast.expr
    ) -> Piece:
        """A method with its first argument; what a property gives."""
        of = owner if isinstance(owner, Class) else owner.of
        self._refuse_rebound(of, method.name)
        marks = [ast.unparse(mark) for mark in method.decorator_list]
        written = self.functions.method(of, method, "")
        known: Known
        match marks, owner:
            case ([], Class()) | (["staticmethod"], _):
                known = replace(written, doubtful=None)
            case ["classmethod"], _:
                known = Partial(replace(written, doubtful=None), (self.named(of),), ())
            case (([] | ["property"]), Object(word=word)):
                own = at(node, ast.Name(word, ast.Load()))
                known = Partial(self.bound_method(owner, method), (own,), ())
            case _:
                mark = method.decorator_list[0]
                message = f"decorator `@{marks[0]}` may change what the method computes"
                self.refuse("BG017", message, mark)
        if marks == [_PROPERTY] and isinstance(owner, Object):
            call = at(node, ast.Call(node, [], []))
            return self.called(call, known, [], [], [])
        return Piece((), node, known)

    def named(self, known: Known) -> ast.expr:
        """A name for what is known."""
        word = self.names.fresh("known", ast.Pass())
        self.bind(word, known)
        return ast.Name(word, ast.Load())

    def table_of(self, known: Known | None) -> Table | None:
        """A table; the fields of a named tuple as one."""
        if isinstance(known, Table):
            return known
        if not isinstance(known, Object) or known.of.source.kind != "tuple":
            return None
        source = known.of.source
        parts = [f.target.id for f in source.fields if isinstance(f.target, ast.Name)]
        items: dict[Key, Item] = {}
        for place, field in enumerate(parts):
            own = at(source.node, ast.Name(known.word, ast.Load()))
            piece = self.attribute_of(known, field, own)
            items[place] = piece.known or piece.value
        return Table("tuple", items)


def _placed(value: ast.expr, node: ast.expr) -> ast.expr:
    return ast.fix_missing_locations(at(node, copy.deepcopy(value)))
