"""Classes of the input: their methods, and what of them cannot be followed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .file import SourceFile
from .inheriting import flattened, methods_of
from .scope import Member, Module, Scope

# Methods that give the output, the most wanted last.
_ENTRIES = ("loss", "__call__", "forward")
# Methods that the written ones replace, or that only check them.
REPLACED = frozenset({"backward", "gradient", "loss_and_gradient"})
_CONSTRUCTORS = ("__init__", "__post_init__", "__new__")


@dataclass(frozen=True)
class ClassSource:
    """A class as it was written.

    Attributes:
        node: its definition.
        methods: by name.
        fields: those of a dataclass.
        constants: what its body binds besides.
    """

    node: ast.ClassDef
    methods: Mapping[str, ast.FunctionDef]
    fields: tuple[ast.AnnAssign, ...]
    constants: tuple[ast.Assign | ast.AnnAssign, ...]

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def constructor(self) -> ast.FunctionDef | None:
        """The `__init__` that was written."""
        return self.methods.get("__init__")

    @cached_property
    def entry(self) -> str:
        """The method that is differentiated; "" if there is none.

        Of a class with `forward` and `loss` it is `loss` where that calls `forward`.
        """
        found = [name for name in _ENTRIES if name in self.methods]
        if not found:
            return ""
        last = found[-1]
        if "loss" in found and last in self.called("loss"):
            return "loss"
        return last

    def called(self, name: str) -> dict[str, None]:
        """The methods that one calls, directly or not, in order."""
        found: dict[str, None] = {}
        todo = [name]
        while todo:
            for attribute in own_attributes(self.methods[todo.pop()]):
                if attribute in self.methods and attribute not in found:
                    found[attribute] = None
                    todo.append(attribute)
        return found

    @cached_property
    def loss(self) -> bool:
        """Whether the output is a loss: `gradient` is written, and not `backward`."""
        return self.entry == "loss"


def own_name(method: ast.FunctionDef) -> str:
    """What a method calls its object; "" for a static method."""
    if is_static(method):
        return ""
    arguments = [*method.args.posonlyargs, *method.args.args]
    return arguments[0].arg if arguments else ""


def is_static(method: ast.FunctionDef) -> bool:
    """Whether a method is marked with `@staticmethod`."""
    return any(
        isinstance(mark, ast.Name) and mark.id == "staticmethod"
        for mark in method.decorator_list
    )


def own_attributes(method: ast.FunctionDef) -> Iterator[str]:
    """The attributes of its object that a method reads or binds, with repetitions."""
    own = own_name(method)
    for node in ast.walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == own:
                yield attribute


def read_class(file: SourceFile, node: ast.ClassDef, scope: Scope) -> ClassSource:
    """Take a class apart, with what it inherits from classes of the file.

    Raises:
        Refused: BG010 for other base classes and for statements that are no
            definitions, BG017 for decorators other than `@dataclass`.
    """
    node = flattened(file, node)
    as_data = False
    for mark in node.decorator_list:
        _check_decorator(file, mark, scope)
        as_data = True
    methods: dict[str, ast.FunctionDef] = {}
    fields: list[ast.AnnAssign] = []
    constants: list[ast.Assign | ast.AnnAssign] = []
    for part in node.body:
        match part:
            case ast.FunctionDef():
                methods[part.name] = part
            case ast.AnnAssign(target=ast.Name()) if as_data:
                fields.append(part)
            case ast.AnnAssign(target=ast.Name(), value=ast.expr()):
                constants.append(part)
            case ast.Assign(targets=[ast.Name()]) if not as_data:
                constants.append(part)
            case ast.AnnAssign(value=None) | ast.AsyncFunctionDef() | ast.Pass():
                pass
            case ast.Expr(value=ast.Constant()):
                pass
            case _:
                message = "this statement is not supported in a class"
                raise file.error("BG010", message, part)
    found = ClassSource(node, methods, tuple(fields), tuple(constants))
    _check_constructors(file, found, as_data)
    return found


def _check_decorator(file: SourceFile, mark: ast.expr, scope: Scope) -> None:
    """Only `@dataclass` is known, and only where attributes can be set later."""
    called, options = mark, list[ast.keyword]()
    if isinstance(mark, ast.Call):
        called, options = mark.func, mark.keywords
    match called:
        case ast.Name(id=name):
            known = scope.look(name) == Member("dataclasses.dataclass")
        case ast.Attribute(value=ast.Name(id=name), attr="dataclass"):
            known = scope.look(name) == Module("dataclasses")
        case _:
            known = False
    if not known:
        message = f"decorator `@{ast.unparse(mark)}` may change what the class does"
        raise file.error("BG017", message, mark, "remove the decorator")
    for option in options:
        if option.arg in ("frozen", "slots", "init", "kw_only"):
            message = f"`{option.arg}` of a dataclass is not supported"
            raise file.error("BG017", message, option.value)


def _check_constructors(file: SourceFile, found: ClassSource, as_data: bool) -> None:
    for name in _CONSTRUCTORS[0 if as_data else 1 :]:
        if name in found.methods:
            what = "of a dataclass" if as_data else "of a class"
            message = f"`{name}` {what} is not supported"
            hint = None if as_data else "write an `__init__`"
            raise file.error("BG010", message, found.methods[name], hint)
    init = found.constructor
    if init is not None and init.decorator_list:
        mark = init.decorator_list[0]
        message = f"decorator `@{ast.unparse(mark)}` is not supported here"
        raise file.error("BG017", message, mark)


def has_entry(tree: ast.Module, node: ast.ClassDef) -> bool:
    """Whether a class of a file has a method to differentiate, and all entries that
    this one calls."""
    methods = methods_of(tree, node)
    entries = [methods[name] for name in _ENTRIES if name in methods]
    called = {a for method in entries for a in own_attributes(method) if a in _ENTRIES}
    return bool(entries) and called <= methods.keys()
