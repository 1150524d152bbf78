"""What a class says of its attributes: their order, their types, and which of them are
settings and no weights."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ...errors import BackgenError
from ...ir.dims import named
from ...ir.types import Array, Number, Opaque, Tree, Type, Unknown
from ..lowering.expressions import Lowering
from ..source.bindings import imports_arrays
from ..source.classes import CONSTRUCTORS, ClassSource, default_of, own_name
from ..syntax.renaming import defaults_of
from .parameters import parameter_types

# Functions whose arguments are lengths.
_MAKERS = ("numpy.zeros", "numpy.ones", "numpy.empty", "numpy.eye", "numpy.full")


@dataclass
class Attributes:
    """The attributes of a class.

    Attributes:
        order: all that the class itself binds, in order.
        types: those that are known.
        notes: annotations.
        fixed: numbers that the class chooses itself: no gradient of them is wanted
            unless it is asked for.
        perhaps: those that may be None, as the constructor is called.
    """

    order: dict[str, None] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    notes: dict[str, ast.expr] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)

    def bind(self, name: str, value: ast.expr | None, kind: Type | None) -> None:
        """An attribute is bound to a value of that type; None: it is not known."""
        self.order[name] = None
        self.types.pop(name, None)
        self.fixed.discard(name)
        if isinstance(value, ast.Constant) and value.value is None:
            return  # it gets its value later
        if kind is not None:
            self.types[name] = kind
        if isinstance(kind, Number | Opaque):
            self.fixed.add(name)

    def take(self, name: str, other: Attributes) -> None:
        """The attributes of an object that an attribute holds. Shapes that its class
        states are not taken: their letters are its own."""
        for inner in other.order:
            path = f"{name}.{inner}"
            self.order[path] = None
            if inner in other.fixed:
                self.fixed.add(path)
            if inner in other.perhaps:
                self.perhaps.add(path)
            kind, note = other.types.get(inner), other.notes.get(inner)
            if isinstance(kind, Number | Opaque) and note is None:
                self.types[path] = kind
            if isinstance(kind, Tree) and kind.kind in ("list", "tuple"):
                self.types[path] = _of_any_shape(kind, path)
            if isinstance(note, ast.Name):
                self.notes[path] = note


def attributes_of(source: ClassSource, outside: Lowering) -> Attributes:
    """Read the fields, the constants and the constructor of a class."""
    found = Attributes()
    for constant in source.constants:
        name = (
            constant.targets[0] if isinstance(constant, ast.Assign) else constant.target
        )
        assert isinstance(name, ast.Name)
        found.bind(name.id, constant.value, _kind_of(constant.value, outside))
    for part in source.fields:
        assert isinstance(part.target, ast.Name)
        value = default_of(part)
        found.bind(part.target.id, value, _kind_of(value, outside))
        found.types.pop(part.target.id, None)
        found.notes[part.target.id] = part.annotation
    for method in (source.methods.get(word) for word in CONSTRUCTORS):
        if method is not None:
            _Constructor(method, outside, found).read()
    return found


def _of_any_shape(kind: Tree, path: str) -> Tree:
    """A list of as many items, without what is known of the shapes of arrays."""
    items: dict[str | int, Type] = {}
    for key, inner in kind.items.items():
        if isinstance(inner, Array):
            inner = Array(Unknown(f"self.{path}[{key}]"), inner.kind)
        items[key] = inner
    return Tree(kind.kind, items)


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _kind_of(value: ast.expr | None, low: Lowering) -> Type | None:
    if value is None:
        return None
    try:
        return low.lower(value)[1]
    except BackgenError:  # what it is nobody has to know; it only says less
        return None


class _Constructor:
    """Walks an `__init__`."""

    def __init__(
        self, node: ast.FunctionDef, outside: Lowering, found: Attributes
    ) -> None:
        self._node = node
        self._own = own_name(node)
        self._found = found
        self._given = _given(node, outside)
        self._low = replace(outside, types={**self._given}, local=frozenset())

    def read(self) -> None:
        for statement in self._node.body:
            match statement:
                case ast.Assign(
                    targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)
                ) if len(targets) == len(values):
                    for target, value in zip(targets, values, strict=True):
                        self._bind(target, value, None)
                case ast.Assign(targets=[target], value=value):
                    self._bind(target, value, None)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._bind(target, value, statement.annotation)
                case _:
                    for inner in ast.walk(statement):
                        self._doubtful(inner)

    def _bind(self, target: ast.expr, value: ast.expr, note: ast.expr | None) -> None:
        match target:
            case ast.Name(id=name):
                kind = _kind_of(value, self._low)
                self._low.types.pop(name, None)
                if kind is not None:
                    self._low.types[name] = kind
            case ast.Attribute(value=ast.Name(id=own), attr=name) if own == self._own:
                self._found.bind(name, value, self._type(value, f"{own}.{name}"))
                if self._is_perhaps_none(value):
                    self._found.perhaps.add(name)
                if note is not None:
                    self._found.notes[name] = note
                    self._found.fixed.discard(name)
                if self._is_given(value):
                    self._found.fixed.discard(name)
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=own), attr=name),
                slice=ast.Constant(value=str(key)),
            ) if own == self._own:
                self._add_item(name, key, value)
            case _:
                for inner in ast.walk(target):
                    self._doubtful(inner)

    def _is_perhaps_none(self, value: ast.expr) -> bool:
        """Whether a value is None, or is for some arguments: a parameter with that
        default, `np.zeros(n) if bias else None`."""
        match value:
            case ast.Constant(value=None):
                return True
            case ast.IfExp(body=body, orelse=orelse):
                arms = (body, orelse)
                return any(_is_none(arm) or self._is_perhaps_none(arm) for arm in arms)
            case ast.Name(id=name):
                defaults = dict(defaults_of(self._node.args))
                return name in defaults and _is_none(defaults[name])
            case _:
                return False

    def _is_given(self, value: ast.expr) -> bool:
        """Whether a value is a parameter that has no default, and is no integer."""
        if not isinstance(value, ast.Name) or value.id in self._low.local:
            return False
        arguments = self._node.args
        ordered = [*arguments.posonlyargs, *arguments.args]
        required = ordered[: len(ordered) - len(arguments.defaults)]
        kind = self._given.get(value.id)
        whole = isinstance(kind, Number) and kind.kind != "float"
        return value.id in {a.arg for a in required} and not whole

    def _type(self, value: ast.expr, path: str) -> Type | None:
        match value:
            case ast.Dict(keys=keys, values=values):
                items: dict[str | int, Type] = {}
                for key, item in zip(keys, values, strict=True):
                    kind = _kind_of(item, self._low)
                    match key:
                        case ast.Constant(value=str(text)) if kind is not None:
                            items[text] = kind
                        case _:
                            return None
                return Tree("dict", items)
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=[]):
                return Tree("dict", {})
            case ast.List() | ast.Tuple() if value.elts:
                return _kind_of(value, self._low) or self._listed(value, path)
            case _:
                return _kind_of(value, self._low)

    def _listed(self, value: ast.List | ast.Tuple, path: str) -> Type | None:
        """A list of arrays of which nothing is said, `[W, b]`, is still a list."""
        if not imports_arrays(self._low.scope) or any(
            isinstance(n, ast.Starred) for n in value.elts
        ):
            return None
        items: dict[str | int, Type] = {}
        for i, node in enumerate(value.elts):
            kind = _kind_of(node, self._low)
            items[i] = kind or Array(Unknown(f"{path}[{i}]"), "any")
        return Tree("list" if isinstance(value, ast.List) else "tuple", items)

    def _add_item(self, name: str, key: str, value: ast.expr) -> None:
        kind = _kind_of(value, self._low)
        match self._found.types.get(name):
            case Tree("dict", items=items) if kind is not None:
                self._found.types[name] = Tree("dict", {**items, key: kind})
            case _:
                self._found.types.pop(name, None)

    def _doubtful(self, node: ast.AST) -> None:
        """What is bound in another way: nothing is known of it."""
        match node:
            case ast.Attribute(value=ast.Name(id=own), attr=name) if own == self._own:
                self._found.bind(name, None, None)
            case ast.Name(id=name, ctx=ast.Store()):
                self._low.types.pop(name, None)


def _given(node: ast.FunctionDef, low: Lowering) -> dict[str, Type]:
    """The parameters whose types are known: annotated, with a default, or lengths."""
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    noted = {a.arg for a in every if a.annotation is not None}
    ordered = every[: len(every) - len(arguments.kwonlyargs)]
    noted |= {a.arg for a in ordered[len(ordered) - len(arguments.defaults) :]}
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    noted |= {a.arg for a, default in pairs if default}
    types = parameter_types(node, low.file, {}, True, low.scope)
    lengths = set(_lengths(node, low))
    found: dict[str, Type] = {}
    for name, kind in types.items():
        if name in lengths and not isinstance(kind, Tree):
            found[name] = Number("int", value=named(name))
        elif name in noted:
            found[name] = kind
    return found


def _lengths(node: ast.FunctionDef, low: Lowering) -> Iterator[str]:
    """Names that stand where an array is made, as its lengths."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            path = low.path_of(call.func) or ""
            if path in _MAKERS or path.startswith("numpy.random."):
                for argument in call.args[:1] if path in _MAKERS else call.args:
                    for inner in ast.walk(argument):
                        if isinstance(inner, ast.Name):
                            yield inner.id
