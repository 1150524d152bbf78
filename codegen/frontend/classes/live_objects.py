"""The objects among the arguments of a call, as a function that it is written for sees
them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ...ir.types import Field, Fixed, Tree, Type, holds_objects
from ..calls.functions import Functions
from ..calls.structure import given_object
from ..reading.reader import Reader
from ..source.bindings import (
    WHOLE,
    Absent,
    Around,
    Item,
    Key,
    Known,
    Object,
    Outside,
    Table,
    Value,
)
from ..source.live_classes import attributes_of_value
from ..source.scope import Member, Own, home_of, is_own_class
from ..syntax.added import Names
from .objects import functions_for


def objects_given(
    reader: Reader,
    node: ast.FunctionDef,
    types: Mapping[str, Type],
    values: Mapping[str, object],
) -> Around | None:
    """The objects that a function is given; None if none.

    Args:
        values: the arguments of a call, by parameter.
    """
    given = {n: v for n, v in values.items() if holds_objects(types.get(n))}
    if not given:
        return None
    functions, _ = functions_for(reader, node)
    maker = _Maker(reader, functions)
    for name, value in given.items():
        base = ast.Name(name + WHOLE, ast.Load())
        known = maker.held(value, types[name], name, base)
        assert known is not None
        maker.around.known[name] = known
    # what functions that attributes hold need from where they are defined
    reader.scope.bindings.update(functions.aliases)
    return maker.around


class _Maker:
    def __init__(self, reader: Reader, functions: Functions) -> None:
        self._reader, self._functions = reader, functions
        self.around = Around()
        self._seen: dict[int, str] = {}

    def held(
        self, value: object, kind: Type, path: str, base: ast.expr
    ) -> Known | None:
        """What is known of a value before anything runs."""
        if is_own_class(type(value)):
            assert isinstance(kind, Tree)
            return self._object(value, kind, path, base)
        if isinstance(kind, Tree) and holds_objects(kind):
            return self._table(value, kind, path, base)
        if value is None:
            return Absent()
        if isinstance(kind, Fixed):
            return Value(_constant(kind.value))
        if callable(value):
            return self._function(value)
        return None

    def _object(self, value: object, kind: Tree, path: str, base: ast.expr) -> Object:
        if id(value) in self._seen:
            message = f"`{path}` and `{self._seen[id(value)]}` are the same object"
            first = ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=1)
            self._reader.refuse("BG010", message, first, "pass different objects")
        self._seen[id(value)] = path
        own = attributes_of_value(value)
        of = self._functions.live_class(type(value))
        new = given_object(of, path, base, own=frozenset(own))
        for attribute, inner in own.items():
            place = _item(base, attribute)
            known = self.held(
                inner, kind.items[Field(attribute)], f"{path}.{attribute}", place
            )
            if known is not None:
                self.around.known[f"{path}.{attribute}"] = known
        return new

    def _table(self, value: object, kind: Tree, path: str, base: ast.expr) -> Table:
        items: dict[Key, Item] = {}
        for key, inner in _pairs(value):
            place = _item(base, key)
            shown = f'"{key}"' if isinstance(key, str) else str(key)
            known = self.held(inner, kind.items[key], f"{path}[{shown}]", place)
            items[key] = known or place
        return Table(kind.kind, items)

    def _function(self, value: object) -> Known | None:
        """A function that an attribute holds, by a name for it."""
        home = home_of(value)
        scope = self._reader.scope
        word = Names(scope.bindings).fresh("held", ast.Pass())
        if home is not None:
            scope.bindings[word] = Member(f"{home[0]}.{home[1]}")
            self._functions.scope.bindings[word] = scope.bindings[word]
            return Outside(ast.fix_missing_locations(ast.Name(word, ast.Load())))
        if type(value).__name__ != "function":
            return None
        scope.bindings[word] = Own("a function", None, value)
        self._functions.scope.bindings[word] = scope.bindings[word]
        place = ast.fix_missing_locations(ast.Name(word, ast.Load()))
        return self._functions.named(word, place)


def _pairs(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)


def _item(base: ast.expr, key: Key) -> ast.expr:
    place = ast.Subscript(base, ast.Constant(key), ast.Load())
    return ast.fix_missing_locations(place)


def _constant(value: object) -> ast.expr:
    """A constant; negative integers have a sign of their own."""
    if isinstance(value, int) and not isinstance(value, bool) and value < 0:
        plain: ast.expr = ast.UnaryOp(ast.USub(), ast.Constant(-value))
    else:
        plain = ast.Constant(value)  # type: ignore[arg-type]
    return ast.fix_missing_locations(plain)
