"""Functions that make objects of the input's own classes, and call their methods.

mul = MulLayer()                    def mul_forward(x, y):
layer = Affine(W, b)                    return x * y
z = layer.forward(x)                layer_W = W
return mul.forward(z, z)            ...
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

from .added import Added, at
from .changing import attribute_change_of, change_of, is_made
from .classes import ClassSource, own_name, read_class
from .file import SourceFile
from .methods import Fresh
from .objects import Instance, Objects, headless
from .passing import Mismatch, passed
from .rewriting import rewritten
from .scope import Global, Scope
from .walking import names_in


def with_objects(
    file: SourceFile,
    scope: Scope,
    node: ast.FunctionDef,
    classes: Mapping[str, ast.ClassDef],
) -> ast.FunctionDef:
    """The function without objects; itself where it has none.

    Raises:
        Refused: BG010 for an object that is used as a value, for a constructor that
            does more than bind attributes, and where one call leaves something in an
            object that another one reads.
    """
    if not classes:
        return node
    made = {**_outside(scope, node, classes), **_inside(node, classes)}
    if not made:
        return node
    maker = _Maker(file, scope, node, classes, made)
    return maker.run()


def _inside(
    node: ast.FunctionDef, classes: Mapping[str, ast.ClassDef]
) -> dict[str, ast.Call]:
    """Names that are bound once, to a new object."""
    bound = [n.id for n in names_in(node.body) if isinstance(n.ctx, ast.Store)]
    found: dict[str, ast.Call] = {}
    for statement in node.body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id=called)) as call,
            ) if called in classes and called not in bound and bound.count(name) == 1:
                found[name] = call
    return found


def _outside(
    scope: Scope, node: ast.FunctionDef, classes: Mapping[str, ast.ClassDef]
) -> dict[str, ast.Call]:
    """Constants of the file that are objects, and that the function reads."""
    own = {n.id for n in names_in(node.body) if not isinstance(n.ctx, ast.Load)}
    own |= {n.arg for n in ast.walk(node.args) if isinstance(n, ast.arg)}
    found: dict[str, ast.Call] = {}
    for name in dict.fromkeys(n.id for n in names_in(node.body)):
        match scope.look(name):
            case Global(value=ast.Call(func=ast.Name(id=called)) as call):
                if called in classes and name not in own:
                    found[name] = call
    return found


@dataclass
class _Maker:
    file: SourceFile
    scope: Scope
    node: ast.FunctionDef
    classes: Mapping[str, ast.ClassDef]
    made: Mapping[str, ast.Call]
    bound: set[str] = field(default_factory=set)

    @cached_property
    def inside(self) -> dict[str, ast.Call]:
        return _inside(self.node, self.classes)

    def run(self) -> ast.FunctionDef:
        nodes = [self.node, *self.classes.values()]
        taken = {n.id for n in names_in(nodes)} | {*self.scope.bindings}
        taken |= {a.arg for n in nodes for a in ast.walk(n) if isinstance(a, ast.arg)}
        names = Fresh(taken)
        instances = {
            name: self._instance(name, call, names) for name, call in self.made.items()
        }
        objects = Objects(self.file, instances, names.fresh)
        seen = {name: name for name in self.made}
        body: list[ast.stmt] = []
        inside = self.inside
        for name in sorted(self.made.keys() - inside.keys()):
            body += self._constructed(name, instances[name], names)
        for statement in self.node.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)]) if name in inside:
                    body += self._constructed(name, instances[name], names)
                case _:
                    body.append(objects.rewrite(statement, seen))
        objects.check_state(body)
        self._check_bound(objects, body)
        new = rewritten(self.node, lambda part: part)
        assert isinstance(new, ast.FunctionDef)
        new.body = [*objects.functions.values(), *body]
        return new

    def _instance(self, name: str, call: ast.Call, names: Fresh) -> Instance:
        assert isinstance(call.func, ast.Name)
        node = self.classes[call.func.id]
        source = read_class(self.file, node, self.scope)
        known: dict[str, str] = {}

        def variable(attribute: str) -> str:
            if attribute not in known:
                known[attribute] = names.fresh(f"{name}_{attribute}")
            return known[attribute]

        return Instance(source, variable)

    def _check_bound(self, objects: Objects, body: list[ast.stmt]) -> None:
        """An attribute that is read has to have a value from the constructor."""
        for node in names_in([*body, *objects.functions.values()]):
            if node.id in objects.variables and node.id not in self.bound:
                attribute = objects.variables[node.id]
                message = f"the attribute `{attribute}` has no value here"
                self._refuse(message, node)

    def _constructed(
        self, name: str, instance: Instance, names: Fresh
    ) -> Iterator[ast.stmt]:
        """The attributes that the constructor binds, as variables."""
        call, source = self.made[name], instance.source
        values = dict(_constants(source))
        for attribute, value in values.items():
            self._check_shared(call, f"`{source.name}.{attribute}`", attribute, value)
        given, before = self._arguments(name, call, source, names)
        yield from before
        init = source.constructor
        if init is None:
            values |= {
                f.target.id: given[f.target.id]
                for f in source.fields
                if isinstance(f.target, ast.Name)
            }
        for statement in init.body if init else ():
            match statement:
                case ast.Assign(
                    targets=[ast.Attribute(value=ast.Name(id=own), attr=attribute)],
                    value=value,
                ) if init and own == own_name(init):
                    values[attribute] = _filled(value, given)
                case ast.Pass() | ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    message = "this constructor does more than bind attributes"
                    self._refuse(message, statement)
        if name not in self.inside:
            self._check_kept(name, values)
        for attribute, value in values.items():
            if isinstance(value, ast.Constant) and value.value is None:
                continue
            variable = instance.variable(attribute)
            self.bound.add(variable)
            target = at(call, ast.Name(variable, ast.Store()))
            yield at(call, Added([target], value))

    def _arguments(
        self, name: str, call: ast.Call, source: ClassSource, names: Fresh
    ) -> tuple[dict[str, ast.expr], list[ast.stmt]]:
        """What the parameters of the constructor stand for."""
        arguments = _signature(source)
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        try:
            fit = passed(arguments, len(call.args), call.keywords)
        except Mismatch as error:
            message = f"`{source.name}`: {error.message}"
            raise self.file.error("BG014", message, error.node or call) from error
        given: dict[str, ast.expr] = dict(fit.defaults)
        init = source.constructor
        for param, default in fit.defaults if init else ():
            assert init is not None
            change = change_of(self.file.tree.body, param, init.body)
            if is_made(default) and change is not None:
                self._refuse_shared(call, f"the default of `{param}`")
        before: list[ast.stmt] = []
        for param, place in fit.given:
            value = values[place]
            if not isinstance(value, ast.Name | ast.Constant):
                word = names.fresh(f"{name}_{param}")
                target = at(value, ast.Name(word, ast.Store()))
                before.append(at(value, Added([target], value)))
                value = at(value, ast.Name(word, ast.Load()))
            given[param] = value
        return given, before

    def _check_kept(self, name: str, attributes: Iterable[str]) -> None:
        """An object outside of the function has to be as its constructor makes it."""
        for attribute in attributes:
            change = attribute_change_of(self.file.tree.body, attribute)
            if change is not None:
                message = f"`{name}.{attribute}` may be changed in place"
                hint = f"by line {change.lineno}; make the object in the function"
                self._refuse(message, self.node, hint)

    def _check_shared(
        self, call: ast.Call, what: str, attribute: str, value: ast.expr
    ) -> None:
        """What all objects of a class share may only be read."""
        body = self.file.tree.body
        if is_made(value) and attribute_change_of(body, attribute) is not None:
            self._refuse_shared(call, what)

    def _refuse_shared(self, call: ast.Call, what: str) -> NoReturn:
        message = f"{what} is one for all objects, and may be changed in place"
        self._refuse(message, call)

    def _refuse(
        self, message: str, node: ast.stmt | ast.expr, hint: str | None = None
    ) -> NoReturn:
        raise self.file.error("BG010", message, node, hint)


def _signature(source: ClassSource) -> ast.arguments:
    """The parameters of a constructor, without the object."""
    if source.constructor is not None:
        return headless(source.constructor).args
    fields = [f for f in source.fields if isinstance(f.target, ast.Name)]
    listed = [ast.arg(f.target.id) for f in fields if isinstance(f.target, ast.Name)]
    defaults = [f.value for f in fields if f.value is not None]
    return ast.arguments([], listed, None, [], [], None, defaults)


def _constants(source: ClassSource) -> Iterator[tuple[str, ast.expr]]:
    """What the body of a class binds."""
    for node in source.constants:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if isinstance(target, ast.Name) and node.value is not None:
            yield target.id, node.value


def _filled(value: ast.expr, given: Mapping[str, ast.expr]) -> ast.expr:
    def change(node: ast.AST) -> ast.AST:
        return given.get(node.id, node) if isinstance(node, ast.Name) else node

    new = rewritten(value, change)
    assert isinstance(new, ast.expr)
    return new
