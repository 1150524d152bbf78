"""Objects of the classes that a text defines.

An object is a dict of its attributes; under "class", which no attribute can be called,
stands the name of its class.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import zip_longest
from typing import Any

from ...text.decorators import method_key, setter_of
from ..running.domains import Broken
from ..texts.scope import Unsupported
from .expressions import Expressions, Frame
from .lasting import Lasting
from .members import attribute
from .values import Bound, Path, Routine, plain

CLASS = "class"
# The special methods of operators, without underscores.
_BINARY: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitXor: "xor",
    ast.BitAnd: "and",
    ast.BitOr: "or",
}
_COMPARED: Mapping[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("lt", "gt"),
    ast.LtE: ("le", "ge"),
    ast.Gt: ("gt", "lt"),
    ast.GtE: ("ge", "le"),
    ast.Eq: ("eq", "eq"),
    ast.NotEq: ("ne", "ne"),
}
_MAKE = "collections.namedtuple._make"
_TUPLES = ("NamedTuple", "typing.NamedTuple")


@dataclass(frozen=True, eq=False)
class Blueprint:
    """A class that the text defines, with all that it inherits."""

    node: ast.ClassDef
    above: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def is_tuple(self) -> bool:
        """Whether it is a named tuple."""
        return any(ast.unparse(base) in _TUPLES for base in self.node.bases)

    @cached_property
    def methods(self) -> Mapping[str, ast.FunctionDef]:
        found: dict[str, ast.FunctionDef] = {}
        for node in self.node.body:
            match node:
                case ast.FunctionDef():
                    found[method_key(node)] = node
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)):
                    if other in found:
                        found[name] = found[other]
        return found

    @cached_property
    def fields(self) -> Mapping[str, ast.expr | None]:
        """The fields of a dataclass or named tuple, with their defaults."""
        if not (self.is_tuple or self.node.decorator_list):
            return {}
        return {
            n.target.id: n.value
            for n in self.node.body
            if isinstance(n, ast.AnnAssign)
            and isinstance(n.target, ast.Name)
            and "ClassVar" not in ast.unparse(n.annotation)
        }

    @cached_property
    def taken(self) -> tuple[str, ...]:
        """The fields that its constructor takes; not `field(init=False)`."""
        return tuple(n for n, value in self.fields.items() if _is_taken(value))

    @cached_property
    def constants(self) -> Mapping[str, ast.expr]:
        """What its body binds besides."""
        found: dict[str, ast.expr] = {}
        for node in self.node.body:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    found[name] = value
        return {n: value for n, value in found.items() if n not in self.fields}


def _stated(node: ast.expr | None) -> Mapping[str | None, ast.expr] | None:
    """The arguments of `field(...)`; None for a plain default."""
    match node:
        case ast.Call(func=func, keywords=keywords) if ast.unparse(func) in (
            "field",
            "dataclasses.field",
        ):
            return {keyword.arg: keyword.value for keyword in keywords}
        case _:
            return None


def _is_taken(node: ast.expr | None) -> bool:
    """Whether the constructor of a dataclass takes a field with this default."""
    match (_stated(node) or {}).get("init"):
        case ast.Constant(value=False):
            return False
        case _:
            return True


def _has_default(node: ast.expr) -> bool:
    """Whether what is written behind a field gives it a value."""
    stated = _stated(node)
    return stated is None or not stated.keys().isdisjoint(
        {"default", "default_factory"}
    )


def items_of(value: Any, blueprint: Blueprint | None) -> Any:
    """What a named tuple holds, in order; any other value itself."""
    if blueprint is None or not blueprint.is_tuple:
        return value
    return tuple(value[name] for name in blueprint.fields)


def compared(value: Any, other: Any) -> Any:
    """What counts of a value that a function may have changed, beside what another one
    has left there: not the tuples that methods keep in objects for a backward pass of
    their own, nor None, nor objects that only one of them has made."""
    match value:
        case dict() if CLASS in value:
            beside = other if isinstance(other, dict) else {}
            spare = (tuple, type(None))
            return {
                key: compared(item, beside.get(key))
                for key, item in value.items()
                if not isinstance(item, spare)
                and not (_is_empty(item) and beside.get(key) is None)
                and _has_objects(item) is _has_objects(beside.get(key))
            }
        case dict():
            beside = other if isinstance(other, dict) else {}
            return {k: compared(item, beside.get(k)) for k, item in value.items()}
        case list():
            listed = other if isinstance(other, list) else []
            pairs = zip_longest(value, listed[: len(value)])
            return [compared(item, two) for item, two in pairs]
    return value


def _is_empty(value: Any) -> bool:
    return isinstance(value, dict | list) and not value


def _has_objects(value: Any) -> bool:
    """Whether this is an object, or a list or dict with one in it."""
    match value:
        case dict():
            return CLASS in value or any(map(_has_objects, value.values()))
        case list() | tuple():
            return any(map(_has_objects, value))
    return False


class Objects(Expressions):
    """Interprets what is read from objects, and calls of classes and methods."""

    outside: Frame
    lasting: Lasting

    def blueprint(self, value: Any) -> Blueprint | None:
        """The class of an object; None for any other value."""
        if not isinstance(value, dict) or CLASS not in value:
            return None
        names, name = self.outside.names, value[CLASS]
        found = names.meaning(name)
        if not isinstance(found, Blueprint):
            found = names.meaning(f"class {name}")
        return found if isinstance(found, Blueprint) else None

    def member(self, owner: Any, name: str) -> Any:
        """An attribute of a value, or of a class."""
        if isinstance(owner, dict) and name in owner and CLASS in owner:
            return owner[name]
        blueprint = owner if isinstance(owner, Blueprint) else self.blueprint(owner)
        if blueprint is None:
            return attribute(self.arithmetic, owner, name)
        if name in blueprint.methods:
            return self._method(owner, blueprint, blueprint.methods[name])
        if name in blueprint.constants:
            node = blueprint.constants[name]
            run = partial(self.value, node, self.outside)
            what = f"`{blueprint.name}.{name}`"
            return self.lasting.of_text(what, node, run)
        if name == "_replace" and blueprint.is_tuple:
            return Bound(Path("dataclasses.replace"), (owner,), {})
        if name == "_asdict" and blueprint.is_tuple:
            return Bound(Path("dataclasses.asdict"), (owner,), {})
        if name == "_make" and blueprint.is_tuple:
            return Bound(Path(_MAKE), (blueprint,), {})
        raise Broken(f"`{blueprint.name}` has no attribute `{name}`")

    def _method(self, owner: Any, of: Blueprint, node: ast.FunctionDef) -> Any:
        routine = Routine(node)
        marks = [ast.unparse(mark) for mark in node.decorator_list]
        match marks:
            case ["staticmethod"]:
                return routine
            case ["classmethod"]:
                return Bound(routine, (of,), {})
            case ["property"] if isinstance(owner, dict):
                return self.routine(routine, [owner], {})
            case []:
                return Bound(routine, (owner,), {}) if owner is not of else routine
        raise Unsupported(f"decorator `@{marks[0]}` is not supported", node)

    def bind(self, owner: Any, name: str, value: Any) -> None:
        """Bind an attribute of an object, by a method if its class has one for it."""
        of = self.blueprint(owner)
        setter = of.methods.get(setter_of(name)) if of else None
        if setter is not None:
            self.routine(Routine(setter), [owner, value], {})
        else:
            owner[name] = value

    def call(self, function: Any, args: list[Any], named: dict[str, Any]) -> Any:
        match function:
            case Blueprint():
                return self._made(function, args, named)
            case dict() if (of := self.blueprint(function)) is not None:
                called = self._method(function, of, of.methods["__call__"])
                return self.call(called, args, named)
            case Path(name="dataclasses.replace"):
                return self._replaced(args[0], named)
            case Path(name=name) if name == _MAKE:
                return self._made(args[0], self.sequence(args[1]), {})
            case Path(name="dataclasses.asdict"):
                return {k: self.given_back(v) for k, v in args[0].items() if k != CLASS}
            case Path(name="dataclasses.astuple"):
                return tuple(self.given_back({**args[0]}).values())
            case Path(name="builtins.str") if isinstance(args[0], int | str):
                return str(args[0])
            case Path(name="builtins.iter") if len(args) == 1:
                return self.sequence(args[0])
            case Path(name="collections.OrderedDict"):
                return dict(*args, **named)
            case Path(
                name="builtins.len" | "builtins.abs" | "builtins.float" as name
            ) if self.blueprint(args[0]):
                word = name.partition(".")[2]
                if word == "len" and not self._has(args[0], word):
                    return len(self.sequence(args[0]))
                return self.special(word, args[0])
            case Path(name="builtins.isinstance") if self.blueprint(args[0]):
                found = self.blueprint(args[0])
                kinds = args[1] if isinstance(args[1], tuple) else (args[1],)
                names = {kind.name for kind in kinds if isinstance(kind, Blueprint)}
                assert found is not None
                return not names.isdisjoint((found.name, *found.above))
            case Path():
                given = [
                    self.sequence(arg) if self._has(arg, "iter") else self.indexed(arg)
                    for arg in args
                ]
                return super().call(function, given, named)
            case _:
                return super().call(function, args, named)

    def special(self, word: str, owner: Any, *args: Any) -> Any:
        """What a special method of an object gives."""
        return self.call(self.member(owner, f"__{word}__"), [*args], {})

    def _has(self, owner: Any, word: str) -> bool:
        of = self.blueprint(owner)
        return of is not None and f"__{word}__" in of.methods

    def binary(self, op: ast.operator, left: Any, right: Any) -> Any:
        word = _BINARY.get(type(op), "")
        if self._has(left, word):
            return self.special(word, left, right)
        if self._has(right, f"r{word}"):
            return self.special(f"r{word}", right, left)
        return super().binary(op, left, right)

    def compare(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        first, second = _COMPARED.get(type(op), ("", ""))
        if self._has(left, first):
            return self.special(first, left, right)
        if self._has(right, second):
            return self.special(second, right, left)
        return super().compare(op, left, right)

    def unary(self, op: ast.unaryop, value: Any) -> Any:
        word = "neg" if isinstance(op, ast.USub) else "pos"
        if self._has(value, word):
            return self.special(word, value)
        return super().unary(op, value)

    def read_item(self, owner: Any, index: Any) -> Any:
        if self._has(owner, "getitem"):
            return self.special("getitem", owner, index)
        return super().read_item(owner, index)

    def _made(self, of: Blueprint, args: list[Any], named: dict[str, Any]) -> Any:
        """A new object."""
        found: dict[str, Any] = {CLASS: of.name}
        init = of.methods.get("__init__")
        if init is not None:
            self.routine(Routine(init), [found, *args], named)
            return found
        given = dict(zip(of.taken, args, strict=False)) | named
        if not given.keys() <= {*of.taken} or len(args) > len(of.taken):
            raise Broken("a class is called with wrong arguments")
        for name, default in of.fields.items():
            if name in given:
                found[name] = given[name]
            elif default is not None and _has_default(default):
                found[name] = self._default_of(default)
            elif name in of.taken:
                raise Broken("a class is called with wrong arguments")
        if "__post_init__" in of.methods:
            self.routine(Routine(of.methods["__post_init__"]), [found], {})
        return found

    def _replaced(self, value: Any, named: dict[str, Any]) -> Any:
        """A new object with other values for some fields, as its class makes it."""
        of = self.blueprint(value)
        if of is None:
            raise Broken("what is replaced is no object")
        given = {name: value[name] for name in of.taken}
        return self._made(of, [], given | named)

    def _default_of(self, node: ast.expr) -> Any:
        """The default of a field: also `field(default_factory=list)`."""
        stated = _stated(node)
        if stated is None:
            return self.value(node, self.outside)
        if "default" in stated:
            return self.value(stated["default"], self.outside)
        made = self.value(stated["default_factory"], self.outside)
        return self.call(made, [], {})

    def _attribute(self, node: ast.Attribute, frame: Frame) -> Any:
        return plain(self.member(self.value(node.value, frame), node.attr))

    def given_back(self, value: Any) -> Any:
        """A value as one that is returned: named tuples in it are tuples, and other
        objects dicts of their attributes."""
        match value:
            case dict() if (of := self.blueprint(value)) is not None:
                if of.is_tuple:
                    return tuple(map(self.given_back, items_of(value, of)))
                items = value.items()
                return {k: self.given_back(v) for k, v in items if k != CLASS}
            case dict() if CLASS not in value and _has_objects(value):
                return {key: self.given_back(item) for key, item in value.items()}
            case list() | tuple() if _has_objects(value):
                return type(value)(map(self.given_back, value))
            case _:
                return value

    def indexed(self, owner: Any) -> Any:
        return items_of(owner, self.blueprint(owner))

    def gone_through(self, value: Any) -> Any:
        return self.sequence(value) if self.blueprint(value) else value

    def sequence(self, value: Any) -> list[Any]:
        """The items of a value that is taken apart, or gone through."""
        if self._has(value, "iter"):
            return self.sequence(self.special("iter", value))
        return list(items_of(value, self.blueprint(value)))
