"""Attributes of objects that are known, where they are bound.

    layer.W = W * 0.5        =>        layer_W = W * 0.5

What an attribute stands for that is no value, or that stays as it is, is known from
there on, and leaves no line behind.
"""

from __future__ import annotations

import ast
from abc import ABC

from ...text.decorators import setter_of
from ..desugar.hoisting import Piece
from ..source.bindings import Absent, Class, Object, Table, Value
from ..syntax.added import Added, Spare, at, stored
from .instances import Instances
from .scene import is_literal


class Attributes(Instances, ABC):
    """Binds attributes."""

    def stored_to(
        self, target: ast.Attribute, value: Piece, made: type[ast.Assign]
    ) -> list[ast.stmt]:
        """`layer.W = value`, where the object is known."""
        owner = self.piece(target.value).known
        if not isinstance(owner, Object):
            assert isinstance(owner, Class)
            message = f"an attribute of the class `{owner.source.name}` is bound here"
            self.refuse("BG010", message, target, "bind it in the body of the class")
        name_ = owner.of.source.name
        setter = owner.of.source.methods.get(setter_of(target.attr))
        if setter is not None:
            return self._set(owner, setter, target, value)
        if owner not in self.begun:
            self.altered.add(name_)
            if name_ in self.copied:
                message = f"an object of `{name_}` is changed, and another one copied"
                self.refuse("BG010", message, target, "make new ones instead")
        return self.put(owner, target, value, made)

    def is_set(self, target: ast.Attribute) -> bool:
        """Whether a method binds an attribute."""
        owner = self.piece(target.value).known
        if not isinstance(owner, Object):
            return False
        return setter_of(target.attr) in owner.of.source.methods

    def _set(
        self,
        owner: Object,
        setter: ast.FunctionDef,
        target: ast.Attribute,
        value: Piece,
    ) -> list[ast.stmt]:
        """`oven.celsius = 20.0`, where a method does that."""
        args = [ast.Name(owner.word, ast.Load()), value.value]
        if value.known is not None:
            args[1] = self.named(value.known)
        call = at(target, ast.Call(target, args, []))
        written = self.bound_method(owner, setter)
        return [*self.called(call, written, [*value.before], args, []).before]

    def put(
        self,
        owner: Object,
        target: ast.Attribute,
        value: Piece,
        made: type[ast.Assign],
    ) -> list[ast.stmt]:
        """Bind an attribute."""
        key = owner.key(target.attr)
        method = owner.of.source.methods.get(target.attr)
        fixed = owner.of.source.kind == "tuple" and owner not in self.begun
        if method is not None or (fixed and owner not in self.slots.values()):
            message = f"`{target.attr}` of `{owner.of.source.name}` cannot be bound"
            self.refuse("BG010", message, target)
        self.changed.add(key)
        before = [*value.before]
        if value.known is not None:
            self.known[key] = value.known
            self.defined.add(key)
            return before
        plain = value.value
        if isinstance(plain, ast.Tuple) and plain.elts:
            # kept apart, for who takes it apart again
            items = [self.steady_item(item, before) for item in plain.elts]
            self.known[key] = Table("tuple", dict(enumerate(items)))
            parts = [self.value_of(item, target) for item in items]
            whole = at(plain, ast.Tuple(parts, ast.Load()))
            return [*before, *self._spare(owner, target, whole)]
        if isinstance(plain, ast.Constant) and plain.value is None:
            if key in self.bound and self.inside and owner.given:
                message = f"`{target.attr}` is None on one of several ways"
                self.refuse("BG010", message, target)
            self.known[key] = Absent()
            return [*before, *self._spare(owner, target, plain)]
        self.bound.setdefault(key)
        variable = self._variable(owner, target)
        new = at(target, made([stored(variable.id, target)], plain))
        steady = isinstance(plain, ast.Name) and plain.id in self.steady
        if steady or is_literal(plain):
            self.known[key] = Value(plain)
        else:
            self.known.pop(key, None)
        return [*before, at(target, new)]

    def _spare(
        self, owner: Object, target: ast.Attribute, value: ast.expr
    ) -> list[ast.stmt]:
        """What an attribute is bound to that is known from here on: where that is not
        certain any more, it is a variable like others."""
        if owner.given:
            return []
        self.spared.add(owner.key(target.attr))
        variable = self._variable(owner, target)
        return [at(target, Spare([stored(variable.id, target)], value))]

    def _variable(self, owner: Object, target: ast.Attribute) -> ast.Name:
        """The variable that stands for an attribute that is bound."""
        word = owner.variable(target.attr)
        if owner.given:
            self._check_private(owner, target.attr, target)
            found = owner.of.source, target.attr
            self.scenery.owners.setdefault(word, found)
            outside = owner.place(target.attr)
            if not isinstance(outside, ast.Name) or outside.id != word:
                self.scenery.apart[word] = owner, target.attr
        return at(target, ast.Name(word, ast.Load()))

    def updated(self, target: ast.Attribute) -> ast.Name:
        """The variable that `layer.count += 1` changes."""
        owner = self.piece(target.value).known
        assert isinstance(owner, Object | Class)
        known = isinstance(owner, Object) and self.known.get(owner.key(target.attr))
        there = isinstance(owner, Object) and owner.key(target.attr) in self.bound
        if (
            not isinstance(owner, Object)
            or not (there or owner.given)
            or (known and not isinstance(known, Value))
        ):
            message = f"`{target.attr}` has no value here that could be changed"
            self.refuse("BG010", message, target)
        if owner.of.source.name in self.copied:
            message = f"an object of `{owner.of.source.name}` is changed, which is"
            self.refuse("BG010", f"{message} copied as well", target)
        self.altered.add(owner.of.source.name)
        key = owner.key(target.attr)
        self.changed.add(key)
        self.bound.setdefault(key)
        self.known.pop(key, None)
        owner.read.setdefault(target.attr)
        variable = self._variable(owner, target)
        return stored(variable.id, target)

    def renamed_target(self, target: ast.expr) -> ast.expr:
        """A target with variables in the place of attributes of objects."""
        match target:
            case ast.Attribute(value=base) if self.is_object(base):
                # not a plain name, so that nothing is known of the value
                value = Piece((), at(target, ast.List([], ast.Load())))
                (new,) = self.stored_to(target, value, Added)
                assert isinstance(new, Added)
                return new.targets[0]
            case ast.Tuple(elts=items) | ast.List(elts=items):
                parts = [self.renamed_target(item) for item in items]
                return at(target, ast.Tuple(parts, ast.Store()))
            case ast.Starred(value=inner):
                return at(target, ast.Starred(self.renamed_target(inner), ast.Store()))
            case _:
                return target
