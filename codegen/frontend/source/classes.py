"""Classes of the input: their methods, and what of them cannot be followed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ...text.decorators import method_key, setter_of
from ..syntax.added import at
from .file import SourceFile
from .inheriting import ancestors, classes_of, flattened, is_named_tuple
from .scope import Scope, path_in

# Methods that give the output, the most wanted last.
ENTRIES = ("loss", "__call__", "forward")
# Methods that the written ones replace, or that only check them.
REPLACED = frozenset({"backward", "gradient", "loss_and_gradient"})
CONSTRUCTORS = ("__init__", "__post_init__")
# Methods that show an object, and do no more.
_SHOWING = frozenset("__repr__ __str__ __format__ __hash__ __del__".split())
# Methods that change what attributes are, or how objects are made.
_HOOKS = frozenset("__new__ __getattr__ __getattribute__ __setattr__".split())


class OfFields(ast.FunctionDef):
    """The `__init__` of a dataclass, whose defaults are made anew for each object, or
    cannot be changed."""


@dataclass(frozen=True)
class ClassSource:
    """A class as it was written.

    Attributes:
        node: its definition.
        methods: by name.
        fields: those of a dataclass, or of a named tuple.
        constants: what its body binds besides.
        kind: "class", "dataclass" or "tuple", a named one.
        above: the classes that it inherits from.
    """

    node: ast.ClassDef
    methods: Mapping[str, ast.FunctionDef]
    fields: tuple[ast.AnnAssign, ...]
    constants: tuple[ast.Assign | ast.AnnAssign, ...]
    kind: str = "class"
    above: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.node.name

    @cached_property
    def bound(self) -> frozenset[str]:
        """The attributes that its methods, or its fields, give its objects."""
        found = {f.target.id for f in self.fields if isinstance(f.target, ast.Name)}
        for method in self.methods.values():
            own = own_name(method)
            for node in ast.walk(method):
                match node:
                    case ast.Attribute(
                        value=ast.Name(id=name), attr=attribute, ctx=ast.Store()
                    ) if name == own:
                        found.add(attribute)
        return frozenset(found)

    @cached_property
    def handed_on(self) -> frozenset[str]:
        """The attributes that one method leaves in its object and another one, or a
        later call of the same, reads."""
        stored: set[str] = set()
        read: set[str] = set()
        for name, method in self.methods.items():
            if name in CONSTRUCTORS or name in REPLACED:
                continue
            own, bound, used = own_name(method), set[str](), set[str]()
            for node in ast.walk(method):
                match node:
                    case ast.AugAssign(
                        target=ast.Attribute(value=ast.Name(id=one), attr=attribute)
                    ) if one == own:
                        used.add(attribute)
                    case ast.Attribute(
                        value=ast.Name(id=one), attr=attribute, ctx=ctx
                    ) if one == own:
                        (used if isinstance(ctx, ast.Load) else bound).add(attribute)
            stored |= bound
            changed = {n for n in used & bound if not _starts_with(method, own, n)}
            read |= (used - bound) | changed
        return frozenset(stored & read)

    def constant(self, name: str) -> ast.expr | None:
        """What its body binds a name to."""
        for part in self.constants:
            target = part.target if isinstance(part, ast.AnnAssign) else part.targets[0]
            if isinstance(target, ast.Name) and target.id == name:
                return part.value
        return None

    def is_a(self, name: str) -> bool:
        """Whether it is the class of that name, or inherits from it."""
        return name in (self.name, *self.above)

    @property
    def constructor(self) -> ast.FunctionDef | None:
        """The `__init__` that was written."""
        return self.methods.get("__init__")

    @cached_property
    def maker(self) -> ast.FunctionDef | None:
        """The `__init__` that was written, or that its fields stand for."""
        if self.constructor is not None or self.kind == "class":
            return self.constructor
        return _made_of_fields(self)

    @cached_property
    def entry(self) -> str:
        """The method that is differentiated; "" if there is none.

        Of a class with `forward` and `loss` it is `loss` where that calls `forward`.
        """
        found = [name for name in ENTRIES if name in self.methods]
        if not found:
            return ""
        last = found[-1]
        if "loss" in found and last in self.called("loss"):
            return "loss"
        return last

    @cached_property
    def special(self) -> tuple[str, ...]:
        """The methods that syntax may call: operators, `for`, `len`."""
        return tuple(
            name
            for name in self.methods
            if name.startswith("__")
            and name.endswith("__")
            and name not in _SHOWING.union(CONSTRUCTORS)
        )

    def called(self, name: str) -> dict[str, None]:
        """The methods that one calls, directly or not, in order."""
        found: dict[str, None] = {}
        todo = [name]
        while todo:
            method = self.methods[todo.pop()]
            special = self.special if _is_value(method) else ()
            read = [*own_attributes(method)]
            for attribute in (*read, *map(setter_of, read), *special):
                if attribute in self.methods and attribute not in found:
                    found[attribute] = None
                    todo.append(attribute)
        return found

    @cached_property
    def items(self) -> ast.FunctionDef | None:
        """The method that loops over an object call, where it says what they go over:
        `return iter(self.layers)` gives `self.layers`."""
        method = self.methods.get("__iter__")
        if method is None or method.decorator_list:
            return None
        returned = [n for n in ast.walk(method) if isinstance(n, ast.Return)]
        if not returned:
            return method  # a generator
        match method.body[-1], returned:
            case ast.Return(
                value=ast.Call(func=ast.Name(id="iter"), args=[over], keywords=[])
            ) as last, [_]:
                body = [*method.body[:-1], at(last, ast.Return(over))]
                return at(method, ast.FunctionDef("__iter__", method.args, body, []))
            case _:
                return None

    @cached_property
    def loss(self) -> bool:
        """Whether the output is a loss: `gradient` is written, and not `backward`."""
        return self.entry == "loss"


def _starts_with(method: ast.FunctionDef, own: str, attribute: str) -> bool:
    """Whether the first thing that a method does with an attribute is to bind it."""
    for statement in method.body:
        names = [
            n
            for n in ast.walk(statement)
            if isinstance(n, ast.Attribute)
            and n.attr == attribute
            and isinstance(n.value, ast.Name)
            and n.value.id == own
        ]
        if names:
            plain = isinstance(statement, ast.Assign)
            return plain and not any(isinstance(n.ctx, ast.Load) for n in names)
    return False


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


def _is_value(method: ast.FunctionDef) -> bool:
    """Whether a method uses its object other than for an attribute."""
    own, nodes = own_name(method), [*ast.walk(method)]
    bases = {id(n.value) for n in nodes if isinstance(n, ast.Attribute)}
    return any(
        isinstance(n, ast.Name) and n.id == own and id(n) not in bases for n in nodes
    )


def own_attributes(method: ast.FunctionDef) -> Iterator[str]:
    """The attributes of its object that a method reads or binds, with repetitions."""
    own = own_name(method)
    for node in ast.walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == own:
                yield attribute


def read_class(file: SourceFile, node: ast.ClassDef, scope: Scope) -> ClassSource:
    """Take a class apart, with what it inherits from other classes of the scope.

    Raises:
        Refused: BG010 for other base classes and for statements that are no
            definitions, BG017 for decorators other than `@dataclass`.
    """
    kind = "tuple" if is_named_tuple(node) else "class"
    above = tuple(ancestors(node, classes_of(scope.body)))
    node = flattened(file, node, classes_of(scope.body))
    for mark in node.decorator_list:
        _check_decorator(file, mark, scope)
        kind = "dataclass"
    methods: dict[str, ast.FunctionDef] = {}
    fields: list[ast.AnnAssign] = []
    constants: list[ast.Assign | ast.AnnAssign] = []
    for part in node.body:
        match part:
            case ast.FunctionDef() if _is_deleter(part):
                message = "a deleter is not supported"
                raise file.error("BG010", message, part, "write a method")
            case ast.FunctionDef():
                methods[method_key(part)] = part
            case ast.AnnAssign(target=ast.Name()) if (
                kind != "class" and "ClassVar" not in ast.unparse(part.annotation)
            ):
                fields.append(part)
            case ast.AnnAssign(target=ast.Name(), value=ast.expr()):
                constants.append(part)
            case ast.Assign(
                targets=[ast.Name(id=other)], value=ast.Name(id=method)
            ) if method in methods:
                methods[other] = methods[method]
            case ast.Assign(targets=[ast.Name()]):
                constants.append(part)
            case ast.AnnAssign(value=None) | ast.AsyncFunctionDef() | ast.Pass():
                pass
            case ast.Expr(value=ast.Constant()):
                pass
            case _:
                message = "this statement is not supported in a class"
                raise file.error("BG010", message, part)
    for name in _HOOKS & methods.keys():
        message = f"`{name}` of a class is not supported"
        hint = "write an `__init__`" if name == "__new__" else None
        raise file.error("BG010", message, methods[name], hint)
    parts = tuple(fields), tuple(constants)
    return ClassSource(node, methods, *parts, kind, above)


def check_written(file: SourceFile, found: ClassSource) -> None:
    """Refuse a class that cannot be written again.

    Raises:
        Refused: BG010 for constructors that a dataclass does not make itself, BG017
            for decorators of them, and for options.
    """
    if found.kind == "tuple":
        message = "a named tuple cannot keep what its backward pass needs"
        hint = "make it a class, or write a function of it"
        raise file.error("BG010", message, found.node, hint)
    if found.kind == "dataclass" and found.constructor is not None:
        message = "`__init__` of a dataclass is not supported"
        raise file.error("BG010", message, found.constructor)
    for mark in found.node.decorator_list:
        for option in mark.keywords if isinstance(mark, ast.Call) else ():
            if option.arg == "kw_only":
                message = f"`{option.arg}` of a dataclass is not supported"
                raise file.error("BG017", message, option.value)
    init = found.constructor
    if init is not None and init.decorator_list:
        mark = init.decorator_list[0]
        message = f"decorator `@{ast.unparse(mark)}` is not supported here"
        raise file.error("BG017", message, mark)


def _is_deleter(method: ast.FunctionDef) -> bool:
    return any(
        isinstance(mark, ast.Attribute) and mark.attr == "deleter"
        for mark in method.decorator_list
    )


def _check_decorator(file: SourceFile, mark: ast.expr, scope: Scope) -> None:
    """Only `@dataclass` is known, and only where it makes the `__init__`."""
    called, options = mark, list[ast.keyword]()
    if isinstance(mark, ast.Call):
        called, options = mark.func, mark.keywords
    if path_in(called, scope.look) != "dataclasses.dataclass":
        message = f"decorator `@{ast.unparse(mark)}` may change what the class does"
        raise file.error("BG017", message, mark, "remove the decorator")
    for option in options:
        if option.arg == "init":
            message = f"`{option.arg}` of a dataclass is not supported"
            raise file.error("BG017", message, option.value)


def _made_of_fields(source: ClassSource) -> ast.FunctionDef:
    """The `__init__` of a dataclass or named tuple."""
    by_keyword = any(
        option.arg == "kw_only" and ast.unparse(option.value) == "True"
        for mark in source.node.decorator_list
        if isinstance(mark, ast.Call)
        for option in mark.keywords
    )
    own, listed, defaults = ast.arg("self"), list[ast.arg](), list[ast.expr | None]()
    body: list[ast.stmt] = []
    for part in source.fields:
        assert isinstance(part.target, ast.Name)
        word, default = part.target.id, default_of(part)
        value: ast.expr = at(part, ast.Name(word, ast.Load()))
        if is_parameter(part):
            listed.append(at(part.target, ast.arg(word, part.annotation)))
            defaults.append(default)
        elif default is not None:
            value = default
        else:
            continue
        object_ = at(part, ast.Name(own.arg, ast.Load()))
        target = at(part, ast.Attribute(object_, word, ast.Store()))
        body.append(at(part, ast.Assign([target], value)))
    if "__post_init__" in source.methods:
        object_ = at(source.node, ast.Name(own.arg, ast.Load()))
        method = ast.Attribute(object_, "__post_init__", ast.Load())
        call = ast.Call(at(source.node, method), [], [])
        body.append(at(source.node, ast.Expr(at(source.node, call))))
    if by_keyword:
        arguments = ast.arguments([], [own], None, listed, defaults, None, [])
    else:
        given = [default for default in defaults if default is not None]
        arguments = ast.arguments([], [own, *listed], None, [], [], None, given)
    made = ast.FunctionDef if source.kind == "tuple" else OfFields
    new = made("__init__", arguments, body or [ast.Pass()], [])
    return at(source.node, new)


def default_of(part: ast.AnnAssign) -> ast.expr | None:
    """What a field is if nothing is given: also `field(default=1.0)`."""
    stated = _stated(part)
    if stated is None:
        return part.value
    if "default_factory" in stated:
        assert part.value is not None
        return _made_by(stated["default_factory"], part.value)
    return stated.get("default")


def is_made_anew(part: ast.AnnAssign) -> bool:
    """Whether each object gets a default of its own."""
    return "default_factory" in (_stated(part) or {})


def is_parameter(part: ast.AnnAssign) -> bool:
    """Whether the `__init__` of a dataclass takes a field; not `field(init=False)`."""
    stated = (_stated(part) or {}).get("init")
    return not (isinstance(stated, ast.Constant) and stated.value is False)


def _stated(part: ast.AnnAssign) -> dict[str | None, ast.expr] | None:
    """The arguments of `field(...)`; None for a plain value."""
    match part.value:
        case ast.Call(
            func=ast.Name(id="field") | ast.Attribute(attr="field"), keywords=keywords
        ):
            return {keyword.arg: keyword.value for keyword in keywords}
        case _:
            return None


def _made_by(factory: ast.expr, node: ast.AST) -> ast.expr:
    """What a `default_factory` makes."""
    match factory:
        case ast.Name(id="list"):
            return at(node, ast.List([], ast.Load()))
        case ast.Name(id="dict"):
            return at(node, ast.Dict([], []))
        case ast.Lambda(body=body):
            return body
        case _:
            return at(node, ast.Call(factory, [], []))
