"""What stands in the text for parameters that decide what is written."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import TypeAlias

from ...errors import BackgenError
from ...ir.expr import Call, Compare, Const, Ref, Var
from ...ir.literals import canonical_literal
from ...ir.stmt import If, Raise
from ...ir.types import TEXT, Fixed, Items, Number, Type
from ...text.settled import Definitions, defaults
from ..source.live import inspect_function
from ..source.scope import Own, Scope
from ..syntax.renaming import Renaming, parameter_names, shifted

_Known: TypeAlias = tuple[ast.FunctionDef, Definitions] | None


def definitions_in(scope: Scope) -> Definitions:
    """The functions that the names of a scope stand for."""
    return _Live({}).definitions(scope)


@dataclass(frozen=True)
class _Live:
    """Functions that the caller holds, each read once.

    Attributes:
        read: what was read, by identity; None where there is no source. With the
            function, so that its identity stays its own.
    """

    read: dict[int, tuple[object, _Known]]

    def definitions(self, scope: Scope) -> Definitions:
        def find(name: str) -> tuple[ast.FunctionDef, Definitions] | None:
            match scope.look(name):
                case Own(at=ast.FunctionDef() as node):
                    return node, found
                case Own(function=FunctionType() as function):
                    return self.of(function)
                case _:
                    return None

        found = Definitions(find)
        return found

    def of(self, function: Callable[..., object]) -> _Known:
        """The definition of a function, and of those that it calls."""
        if id(function) not in self.read:
            known: _Known = None
            try:
                live = inspect_function(function)
                known = live.node, self.definitions(live.scope)
            except BackgenError:
                pass  # whoever needs it says what is wrong
            self.read[id(function)] = function, known
        return self.read[id(function)][1]


def settled_parameters(function: Callable[..., object]) -> frozenset[str]:
    """The parameters of a live function that decide what is written."""
    known = _Live({}).of(function)
    return frozenset() if known is None else known[1].settled(known[0])


def settled_values(
    node: ast.FunctionDef, given: Mapping[str, Type], scope: Scope
) -> Mapping[str, ast.expr]:
    """The parameters whose values are known: those of a call, or defaults."""
    found: dict[str, ast.expr] = {}
    for name in parameter_names(node.args):
        if isinstance(kind := given.get(name), Fixed):
            found[name] = _constant(kind.value, node)
    values = defaults(node)
    if values.keys() - given.keys():
        for name in sorted(definitions_in(scope).settled(node) - given.keys()):
            if name in values:
                found[name] = values[name]
    return found


def _constant(value: object, at: ast.FunctionDef) -> ast.expr:
    made = ast.parse(repr(value), mode="eval").body
    for inner in ast.walk(made):
        ast.copy_location(inner, at)
    return made


def settled_types(
    given: Mapping[str, Type], values: Mapping[str, ast.expr]
) -> dict[str, Type]:
    """The types of what is given, and of the values that are known."""
    known = {name: _type_of(ast.literal_eval(v)) for name, v in values.items()}
    return {**given, **known}


def _type_of(value: object) -> Type:
    match value:
        case bool():
            return Number("bool")
        case int():
            return Number("int")
        case tuple() as items:
            return Items("tuple", len(items), element="int")
        case _:
            return TEXT


def with_values(
    node: ast.FunctionDef, values: Mapping[str, ast.expr]
) -> ast.FunctionDef:
    """A function with values in the place of parameters."""
    if not values:
        return node
    new = shifted(node, 0)
    Renaming(values).body(new)
    return new


def refused_unless(name: str, value: ast.expr) -> If:
    """`if axis != -1: raise ValueError(...)`: what is written is for -1."""
    shown = ast.unparse(value)
    flag = isinstance(value, ast.Constant) and isinstance(value.value, bool)
    other = Compare(("is not" if flag else "!=",), (Var(name), Const(shown)))
    text = Const(canonical_literal(f"written for {name}={shown}", ""))
    return If(other, (Raise(Call(Ref("builtins.ValueError"), (text,)), ""),), ())
