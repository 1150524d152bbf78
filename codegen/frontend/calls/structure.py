"""The objects that an object holds, as its constructor makes them.

    self.layers = [Affine(W1, b1), Relu()]      self.layers[0].W, self.layers[0].b
    self.layers["out"] = Affine(W2, b2)         self.layers["out"].W, ...

An array that the constructor puts into two places is one array: the first one stands
for both.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...errors import BackgenError
from ...ir.literals import identifier
from ..parameters.parameters import every_parameter
from ..source.bindings import (
    WHOLE,
    Around,
    Class,
    Item,
    Key,
    Known,
    Object,
    Outside,
    Table,
    Value,
    Written,
)
from ..syntax.renaming import parameter_names
from .inlining import Inliner


@dataclass
class Structure:
    """What an object from outside holds.

    Attributes:
        around: all objects in it, and the object itself, by what they are called.
        objects: those in it, by the paths of their attributes.
    """

    around: Around
    objects: dict[str, Object] = field(default_factory=dict)


def given_object(
    of: Class,
    word: str,
    base: ast.expr | None,
    alias: Mapping[str, ast.expr] | None = None,
    own: frozenset[str] | None = None,
) -> Object:
    """An object from outside.

    Args:
        base: what stands for the object where its attributes are items of it; None
            where they are variables with dots.
        alias: what stands for attributes that others are as well.
        own: the attributes that it has itself, where that is known.
    """
    aliases = alias or {}

    def variable(attribute: str) -> str:
        return f"{word}.{attribute}"

    def place(attribute: str) -> ast.expr:
        if attribute in aliases:
            return aliases[attribute]
        if base is None:
            return ast.Name(variable(attribute), ast.Load())
        return ast.Subscript(base, ast.Constant(attribute), ast.Load())

    _, _, inner = word.partition(".")
    label = identifier(inner) if base is None else identifier(word)
    return Object(of, word, place, variable, given=True, label=label, own=own)


def made_by(inliner: Inliner, of: Class, own: str, *, items: bool) -> Structure:
    """What the constructor of a class puts into its object.

    Args:
        inliner: for the constructor, without any statement read yet.
        items: whether attributes are items of the object, which is a parameter.
    """
    found = Structure(Around({}))
    base = ast.Name(own + WHOLE, ast.Load()) if items else None
    found.around.known[own] = given_object(of, own, base)
    init = of.source.maker
    if init is None:
        return found
    object_ = given_object(of, own, None)
    first = (*init.args.posonlyargs, *init.args.args)[0].arg
    inliner.bind(first, object_)
    inliner.begun.append(object_)
    body = [*_objects_given(inliner, init), *init.body]
    inliner.start(body, parameter_names(init.args))
    statements: list[ast.stmt] = []
    for statement in body:
        try:
            statements += inliner.statement(statement)
        except BackgenError:  # what it is nobody has to know, unless it is read
            continue
    _Reader(inliner, found, dict(_bound(statements))).attributes(object_, own, base)
    return found


def _objects_given(inliner: Inliner, init: ast.FunctionDef) -> Iterator[ast.stmt]:
    """What makes the objects that a constructor is given, as its annotations name
    them: `first = Linear(W=..., b=...)`, of what no name of the text can be called."""
    for argument in every_parameter(init.args):
        made = _made(inliner, argument, argument.arg, ())
        if made is not None:
            whole = ast.Assign([ast.Name(argument.arg, ast.Store())], made)
            yield ast.fix_missing_locations(ast.copy_location(whole, argument))


def _made(
    inliner: Inliner, argument: ast.arg, path: str, within: tuple[Class, ...]
) -> ast.expr | None:
    of = inliner.functions.noted(argument.annotation)
    if of is None or of in within:
        return None
    func = argument.annotation
    if isinstance(func, ast.Constant):
        func = ast.Name(str(func.value), ast.Load())
    init = of.source.maker
    given = every_parameter(init.args)[1:] if init is not None else []
    keywords = [
        ast.keyword(
            one.arg,
            _made(inliner, one, f"{path} {one.arg}", (*within, of))
            or ast.Name(f"{path} {one.arg}", ast.Load()),
        )
        for one in given
    ]
    assert func is not None
    return ast.Call(func, [], keywords)


def _bound(statements: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """What names are bound to, where they are bound at the top."""
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.Assign(
                targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)
            ) if len(targets) == len(values):
                for target, value in zip(targets, values, strict=True):
                    if isinstance(target, ast.Name):
                        yield target.id, value


@dataclass
class _Reader:
    """Gives what a constructor made the paths by which it is read later."""

    inliner: Inliner
    found: Structure
    bound: Mapping[str, ast.expr]
    first: dict[str, ast.expr] = field(default_factory=dict)
    seen: dict[str, Object] = field(default_factory=dict)

    def attributes(self, owner: Object, path: str, base: ast.expr | None) -> None:
        prefix = owner.key("")
        for key in [k for k in self.inliner.bound if k.startswith(prefix)]:
            attribute = key.removeprefix(prefix)
            if "." not in attribute:
                self._note(owner, attribute, path)
        for key, known in [*self.inliner.known.items()]:
            attribute = key.removeprefix(prefix)
            if key != attribute and attribute and "." not in attribute:
                inner = _item(base, attribute)
                held = self._held(known, f"{path}.{attribute}", inner)
                if held is not None:
                    self.found.around.known[f"{path}.{attribute}"] = held

    def _note(self, owner: Object, attribute: str, path: str) -> None:
        """Which name of the constructor an attribute was bound to first."""
        value = self._value(owner, attribute)
        if value is not None and path == self._root(path):
            place = ast.Name(f"{path}.{attribute}", ast.Load())
            self.first.setdefault(ast.dump(value), place)

    def _root(self, path: str) -> str:
        return path.partition(".")[0]

    def _value(self, owner: Object, attribute: str) -> ast.expr | None:
        """The name or item that an attribute was bound to."""
        known = self.inliner.known.get(owner.key(attribute))
        if isinstance(known, Value):
            value: ast.expr | None = known.node
        else:
            variable = owner.place(attribute)
            assert isinstance(variable, ast.Name)
            value = self.bound.get(variable.id)
        while isinstance(value, ast.Name) and value.id in self.bound:
            value = self.bound[value.id]
        return value if isinstance(value, ast.Name | ast.Subscript) else None

    def _alias(self, owner: Object, attribute: str) -> ast.expr | None:
        """The attribute of the outermost object that is the same array."""
        value = self._value(owner, attribute)
        match value:
            case None:
                return None
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant()):
                return value if "." in name else None
            case ast.Name(id=name) if "." in name:
                return value
            case _:
                return self.first.get(ast.dump(value))

    def _held(self, known: Item, path: str, base: ast.expr | None) -> Known | None:
        """The same under the paths of what it holds."""
        match known:
            case Object(word=word) if word in self.seen:
                return self.seen[word]  # one object has one gradient
            case Object(of=of):
                prefix = known.key("")
                names = [k for k in self.inliner.bound if k.startswith(prefix)]
                inner = [n.removeprefix(prefix) for n in names]
                aliases = {n: self._alias(known, n) for n in inner}
                same = {n: a for n, a in aliases.items() if a}
                new = given_object(of, path, base, same if base is None else None)
                self.found.objects[path] = self.seen[known.word] = new
                self.attributes(known, path, base)
                return new
            case Table(kind=kind, items=items):
                held: dict[Key, Item] = {}
                for key, item in items.items():
                    inner_path = f"{path}[{_shown(key)}]"
                    one = self._held(item, inner_path, _item(base, key))
                    place = ast.Name(path, ast.Load()) if base is None else base
                    index = ast.Constant(key)
                    value = ast.Subscript(place, index, ast.Load())
                    held[key] = one or ast.fix_missing_locations(value)
                return Table(kind, held)
            case Written() | Outside():
                return known
            case _:
                return None


def _item(base: ast.expr | None, key: Key) -> ast.expr | None:
    """What stands for something in an object whose attributes are items of it."""
    if base is None:
        return None
    return ast.Subscript(base, ast.Constant(key), ast.Load())


def _shown(key: Key) -> str:
    return f'"{key}"' if isinstance(key, str) else str(key)
