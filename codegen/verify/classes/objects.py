"""A class of the source as one function that makes its object first.

That is for classes whose attributes hold lists or dicts of objects, and for those whose
methods leave something in the object: `classes` puts attributes in the place of what
reads them, here the text of the method stays as it is:

    def loss(self, x, t):           def Net(x, t, *, Net.params):
        y = self.predict(x)             self = {"class": "Net", "params": Net.params,
        return self.last(y, t)                  "layers": [{"class": "Relu"}, ...]}
                                        y = self.predict(x)
                                        return self.last(y, t)

An object is a dict of its attributes; see `arrays.objects`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...text.decorators import setter_of
from ..texts.scope import Unsupported
from .functions import (
    Model,
    bound_in,
    changed,
    own_name,
    path_of,
    variable,
    without_own,
)

_EMPTY = frozenset({"[]", "{}", "list()", "dict()", "OrderedDict()"})
_EMPTY |= {"collections.OrderedDict()"}
# The special methods that syntax calls, of objects that stand there.
_SPECIAL: Mapping[type[ast.AST], tuple[str, ...]] = {
    ast.Call: ("__call__", "__len__", "__abs__", "__float__"),
    ast.For: ("__iter__",),
    ast.comprehension: ("__iter__",),
    ast.With: ("__enter__", "__exit__"),
    ast.Subscript: ("__getitem__",),
}


@dataclass(eq=False)
class Part:
    """An object: the class, what its constructor is given, and what it holds.

    Attributes:
        given: by parameter of the constructor, the argument.
        held: by attribute, an object, or a list or dict with objects.
    """

    model: Model
    path: str
    given: Mapping[str, ast.expr]
    held: dict[str, Held] = field(default_factory=dict)

    @cached_property
    def set_to(self) -> dict[str, ast.expr]:
        """What the constructor, or the class itself, binds attributes to."""
        found: dict[str, ast.expr] = {}
        for node in self.model.node.body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name)):
                    found[name] = ast.Name(name, ast.Load())
                case ast.Assign(
                    targets=[ast.Name(id=name)], value=ast.Constant() as constant
                ):
                    found[name] = constant
        init = self.model.methods.get("__init__")
        own = own_name(init) if init else ""
        for target, value in bound_in(init.body if init else ()):
            path = path_of(target, own)
            if len(path) != 1:
                continue
            setter = self.model.methods.get(setter_of(path[0]))
            if setter is None:
                found[path[0]] = value
                continue
            inner = own_name(setter)
            for held, new in bound_in(setter.body):
                if len(path := path_of(held, inner)) == 1:
                    found[path[0]] = new
        return found


Held = Part | list["Held | ast.expr"] | dict[str, "Held | ast.expr"]


def parts_in(held: Held | ast.expr) -> Iterator[Part]:
    """All objects in what an attribute holds."""
    match held:
        case Part():
            yield held
            for inner in held.held.values():
                yield from parts_in(inner)
        case list() | dict():
            for item in held.values() if isinstance(held, dict) else held:
                yield from parts_in(item)


def whole_object(model: Model) -> Part:
    """The object of a class with all objects that its constructor puts into it."""
    return _Maker(model.classes).part(model, model.name, {})


@dataclass
class _Maker:
    classes: Mapping[str, ast.ClassDef]

    def part(self, model: Model, path: str, given: Mapping[str, ast.expr]) -> Part:
        new = Part(model, path, given)
        init = model.methods.get("__init__")
        own = own_name(init) if init else ""
        for statement in init.body if init else ():
            self._statement(new, statement, own)
        for name, inner in model.parts.items():
            if name not in new.held and path.count(".") <= len(self.classes):
                new.held[name] = self.part(inner, f"{path}.{name}", {})
        return new

    def _statement(self, part: Part, statement: ast.stmt, own: str) -> None:
        match statement:
            case ast.Assign(
                targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)
            ) if len(targets) == len(values):
                for target, value in zip(targets, values, strict=True):
                    one = ast.copy_location(ast.Assign([target], value), statement)
                    self._statement(part, one, own)
            case ast.Assign(targets=[ast.Attribute() as target], value=value):
                path = path_of(target, own)
                if len(path) != 1:
                    return
                place = f"{part.path}.{path[0]}"
                held = self._held(value, place)
                match value:
                    case ast.Attribute(attr=same) if path_of(value, own) == (same,):
                        held = part.held.get(same, held)
                    case ast.Name(id=name) if name in part.given:
                        given = self._held(part.given[name], place)
                        held = given if has_part(given) else held
                if not isinstance(held, ast.expr):
                    part.held[path[0]] = held
            case ast.Assign(
                targets=[
                    ast.Subscript(
                        value=ast.Attribute(attr=name), slice=ast.Constant(value=key)
                    )
                ],
                value=value,
            ) if isinstance(table := part.held.get(name), dict):
                place = f"{part.path}.{name}[{_shown(key)}]"
                table[str(key)] = self._held(value, place)
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr=name), attr="append"),
                    args=[value],
                )
            ) if isinstance(listed := part.held.get(name), list):
                place = f"{part.path}.{name}[{len(listed)}]"
                listed.append(self._held(value, place))
            case _:
                if any(self._is_class(n) for n in ast.walk(statement)):
                    message = "objects are made in a way that is not followed"
                    raise Unsupported(message, statement)

    def _is_class(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id in self.classes

    def _held(self, value: ast.expr, path: str) -> Held | ast.expr:
        """What an expression makes, if there is an object in it."""
        match value:
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if (
                name in self.classes
            ):
                model = Model(self.classes[name], self.classes)
                return self.part(model, path, _given(model, args, keywords))
            case ast.List(elts=items) | ast.Tuple(elts=items) if items:
                found = [self._held(n, f"{path}[{i}]") for i, n in enumerate(items)]
                return found if any(has_part(f) for f in found) else value
            case ast.Dict(keys=keys, values=values) if keys:
                names = [k.value for k in keys if isinstance(k, ast.Constant)]
                pairs = zip(names, values, strict=True)
                table = {
                    str(k): self._held(v, f"{path}[{_shown(k)}]") for k, v in pairs
                }
                return table if any(map(has_part, table.values())) else value
            case _:
                if ast.unparse(value) in _EMPTY:
                    return [] if isinstance(value, ast.List) else {}
                return value


def has_part(held: Held | ast.expr) -> bool:
    return next(parts_in(held), None) is not None


def _shown(key: object) -> str:
    return f'"{key}"' if isinstance(key, str) else str(key)


def _given(
    model: Model, args: list[ast.expr], keywords: list[ast.keyword]
) -> dict[str, ast.expr]:
    init = model.methods.get("__init__")
    if init is None:
        names = [*model.notes()]
    else:
        arguments = without_own(init).args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    found = dict(zip(names, args, strict=False))
    return {**found, **{str(k.arg): k.value for k in keywords}}


@dataclass
class WholeClass:
    """A class of the source as a function; see `classes.SourceClass`.

    Attributes:
        functions: the function, by its name.
        attributes: the variables that stand for attributes.
    """

    model: Model
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    attributes: dict[str, dict[str, None]] = field(default_factory=dict)

    def convert(self) -> ast.FunctionDef:
        """Convert the method that gives the output.

        Raises `Unsupported` for constructors that make objects in other ways.
        """
        model = self.model
        self._root = whole_object(model)
        self._parts = [*parts_in(self._root)]
        node = model.methods[model.entry]
        self._read = {*attributes_read(self._parts, node)}
        self._asked = {*_asked(self._parts)}
        self._named: list[Part] = []
        read = self.attributes[model.name] = {}
        made = self._display(self._root, read)
        own = variable(own_name(node), node, ast.Store())
        start = ast.copy_location(ast.Assign([own], made), node)
        new = without_own(node)
        new.name, new.decorator_list = model.name, []
        start = ast.fix_missing_locations(start)
        new.body = [start, *(_renamed(s, model.classes) for s in node.body)]
        for name in read:
            new.args.kwonlyargs.append(self._parameter(name))
            new.args.kw_defaults.append(self._default(name))
        self.functions[model.name] = new
        return new

    def has_object(self, path: str) -> bool:
        """Whether an object is what a path leads to."""
        return any(part.path == path for part in self._parts)

    def _owner(self, name: str) -> tuple[Part, str]:
        path, _, attribute = name.rpartition(".")
        return next(part for part in self._parts if part.path == path), attribute

    def _parameter(self, name: str) -> ast.arg:
        part, attribute = self._owner(name)
        note = part.model.notes().get(attribute)
        if part is not self._root and not isinstance(note, ast.Name):
            note = None  # the letters of its shapes are its own
        if isinstance(_literal(part, attribute), str):
            note = ast.Name("str", ast.Load())
        return ast.arg(name, note)

    def _default(self, name: str) -> ast.expr | None:
        found = _literal(*self._owner(name))
        return ast.Constant(found) if isinstance(found, bool) else None

    def _display(self, part: Part, read: dict[str, None]) -> ast.expr:
        """The object as a dict; one that is held in several places is made once."""
        if sum(one is part for one in self._parts) == 1:
            return self._new(part, read)
        word = f"object {part.path}"
        if part in self._named:
            return ast.Name(word, ast.Load())
        self._named.append(part)
        return ast.NamedExpr(ast.Name(word, ast.Store()), self._new(part, read))

    def _new(self, part: Part, read: dict[str, None]) -> ast.expr:
        values: dict[str, ast.expr] = {"class": ast.Constant(hidden(part.model.name))}
        for name, held in part.held.items():
            if held or name in self._read:
                values[name] = self._shown(held, f"{part.path}.{name}", read)
        for name, value in part.set_to.items():
            empty = isinstance(value, ast.Constant) and value.value is None
            empty = empty and name not in self._asked
            if name in values or empty or name not in self._read:
                continue
            values[name] = self._value(part, name, value, read)
        names = [ast.Constant(name) for name in values]
        return ast.Dict([*names], [*values.values()])

    def _shown(
        self, held: Held | ast.expr, path: str, read: dict[str, None]
    ) -> ast.expr:
        match held:
            case Part():
                return self._display(held, read)
            case list():
                if not has_part(held):
                    return self._variable(path, read)
                items = enumerate(held)
                shown = [self._shown(h, f"{path}[{i}]", read) for i, h in items]
                return ast.List(shown, ast.Load())
            case dict():
                if not has_part(held):
                    return self._variable(path, read)
                keys = [ast.Constant(key) for key in held]
                shown = [self._shown(h, path, read) for h in held.values()]
                return ast.Dict([*keys], shown)
            case _:
                raise Unsupported("a list holds other things than objects", held)

    def _value(
        self, part: Part, name: str, value: ast.expr, read: dict[str, None]
    ) -> ast.expr:
        """The variable of an attribute; that of the outermost object for an array that
        both hold."""
        match value:
            case ast.Name(id=param) if param in part.given:
                outer = outer_place(self._root, part.given[param])
                if outer is not None:
                    read.setdefault(outer[0])
                    return outer[1]
        return self._variable(f"{part.path}.{name}", read)

    def _variable(self, path: str, read: dict[str, None]) -> ast.expr:
        read.setdefault(path)
        return ast.Name(path, ast.Load())


def outer_place(root: Part, given: ast.expr) -> tuple[str, ast.expr] | None:
    """The attribute of the outermost object that an argument is."""
    init = root.model.methods.get("__init__")
    own = own_name(init) if init else ""
    base, index = given, None
    if isinstance(given, ast.Subscript) and isinstance(given.slice, ast.Constant):
        base, index = given.value, given.slice
    path = path_of(base, own)
    if not path and isinstance(given, ast.Name):
        same = [
            name
            for name, value in root.set_to.items()
            if isinstance(value, ast.Name) and value.id == given.id
        ]
        path = tuple(same[:1])
    if len(path) != 1:
        return None
    name = f"{root.path}.{path[0]}"
    whole: ast.expr = ast.Name(name, ast.Load())
    if index is not None:
        whole = ast.Subscript(whole, index, ast.Load())
    return name, whole


def hidden(name: str) -> str:
    """What a class is called beside the function that it becomes."""
    return f"class {name}"


def hidden_classes(known: Mapping[str, ast.ClassDef]) -> Iterator[ast.ClassDef]:
    """The classes under such names."""
    for node in known.values():
        new: ast.ClassDef = _renamed(node, known)
        new.name = hidden(node.name)
        yield new


def _renamed(root: Any, known: Mapping[str, ast.ClassDef]) -> Any:
    """A copy of syntax that calls classes by these names."""

    def change(node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Name) and node.id in known:
            return variable(hidden(node.id), node, node.ctx)
        return node

    return changed(root, change)


def _literal(part: Part, attribute: str) -> object:
    value = part.set_to.get(attribute)
    return value.value if isinstance(value, ast.Constant) else None


def attributes_read(parts: list[Part], start: ast.FunctionDef) -> Iterator[str]:
    """The attributes that are read in a function, or in methods that may be called."""
    seen: set[int] = set()
    todo = [start]
    while todo:
        method = todo.pop()
        if id(method) in seen:
            continue
        seen.add(id(method))
        for node in ast.walk(method):
            match node:
                case ast.Attribute(attr=name):
                    yield name
                    models = [part.model for part in parts]
                    for key in (name, setter_of(name)):
                        todo += [m.methods[key] for m in models if key in m.methods]
                case ast.Call(func=func):
                    if ast.unparse(func).rpartition(".")[2] == "replace":
                        yield from (n for part in parts for n in part.model.notes())
            models = [part.model for part in parts]
            for special in _SPECIAL.get(type(node), ()):
                todo += [m.methods[special] for m in models if special in m.methods]


def _asked(parts: Iterable[Part]) -> Iterator[str]:
    """The attributes of which methods ask whether they are None."""
    methods = (m for part in parts for m in part.model.methods.values())
    for node in (n for method in methods for n in ast.walk(method)):
        match node:
            case ast.Compare(
                left=ast.Attribute(attr=name),
                ops=[ast.Is() | ast.IsNot()],
                comparators=[ast.Constant(value=None)],
            ):
                yield name
