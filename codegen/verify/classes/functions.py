"""Classes as functions: what the levels look at is functions only.

A class `Layer` of the source is a function `Layer` whose parameters are those of the
method that gives the output and, by keyword, the attributes that it reads. An attribute
is the variable `Layer.W`, a name that no variable of the text can have:

    def forward(self, x):           def Layer(x, *, Layer.W):
        return x @ self.W               return x @ Layer.W

Of the written module, `forward` and `backward` become `Layer_forward` and
`Layer_backward`, where `self.cache` is what one returns and the other takes;
`loss_and_gradient` becomes `Layer_value_and_grad`. Nodes keep their lines, so that
stages and their numbers are found.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...text.decorators import method_key
from ..texts.scope import Unsupported

_ENTRIES = ("forward", "__call__", "loss")
_LEAVES = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
Change = Callable[[ast.AST], ast.AST]


@dataclass(frozen=True)
class Model:
    """A class, of the source or of the written module."""

    node: ast.ClassDef
    classes: Mapping[str, ast.ClassDef]

    @property
    def name(self) -> str:
        return self.node.name

    @cached_property
    def methods(self) -> dict[str, ast.FunctionDef]:
        methods = (n for n in self.node.body if isinstance(n, ast.FunctionDef))
        return {method_key(node): node for node in methods}

    @cached_property
    def entry(self) -> str:
        """The method that gives the output; "" if there is none."""
        found = [name for name in _ENTRIES if name in self.methods]
        if found and "loss" in found:
            calls = {p[0] for p in _paths(self.methods["loss"]) if p}
            if found[0] in calls:
                return "loss"
        return found[0] if found else ""

    @cached_property
    def parts(self) -> dict[str, Model]:
        """The objects in attributes, by their classes."""
        init = self.methods.get("__init__")
        found: dict[str, Model] = {}
        for target, value in bound_in(init.body if init else ()):
            match target, value:
                case ast.Attribute(attr=attribute), ast.Call(
                    func=ast.Name(id=name)
                ) if name in self.classes:
                    found[attribute] = Model(self.classes[name], self.classes)
                case ast.Attribute(attr=attribute), ast.Name(id=given) if (
                    given in self.given
                ):
                    found[attribute] = self.given[given]
        if init is None:
            return {
                name: self.given[name] for name in self.notes() if name in self.given
            }
        return found

    @cached_property
    def given(self) -> dict[str, Model]:
        """The objects that a constructor is given, by its parameters, as annotations
        name their classes."""
        init = self.methods.get("__init__")
        notes = self.notes()
        if init is not None:
            arguments = init.args
            every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
            notes = {a.arg: a.annotation for a in every if a.annotation is not None}
        found: dict[str, Model] = {}
        for name, note in notes.items():
            match note:
                case ast.Name(id=word) | ast.Constant(value=str(word)):
                    if word in self.classes and word != self.name:
                        found[name] = Model(self.classes[word], self.classes)
        return found

    def notes(self) -> dict[str, ast.expr]:
        """The annotations of attributes."""
        found: dict[str, ast.expr] = {}
        for node in self.node.body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=note):
                    found[name] = note
        return found


def bound_in(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What assignments bind, each with its value: `self.a, self.b = A(), B()` too."""
    for statement in body:
        match statement:
            case ast.Assign(
                targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)
            ) if len(targets) == len(values):
                yield from zip(targets, values, strict=True)
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ):
                yield target, value


def _paths(method: ast.FunctionDef) -> Iterator[tuple[str, ...]]:
    own = own_name(method)
    return (path_of(node, own) for node in ast.walk(method))


def own_name(method: ast.FunctionDef) -> str:
    """What a method calls its object; "" if nothing."""
    arguments = [*method.args.posonlyargs, *method.args.args]
    marks = {ast.unparse(mark) for mark in method.decorator_list}
    return "" if "staticmethod" in marks or not arguments else arguments[0].arg


def path_of(node: ast.AST, own: str) -> tuple[str, ...]:
    """`("layer", "W")` for `self.layer.W`, `("layers[0]", "W")` for `self.layers[0].W`;
    () for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node, place = node.value, ""
        while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            key = node.slice.value
            shown = f'"{key}"' if isinstance(key, str) else str(key)
            node, place = node.value, f"[{shown}]{place}"
        if place and isinstance(node, ast.Attribute):
            parts.insert(0, node.attr + place)
            node = node.value
    return tuple(parts) if isinstance(node, ast.Name) and node.id == own else ()


def changed(root: Any, change: Change) -> Any:
    """A copy of syntax with other nodes in the place of some, outermost first."""
    top = [root]
    todo: list[tuple[Any, Any]] = [(top, 0)]
    while todo:
        place, key = todo.pop()
        place[key] = new = copy.copy(change(place[key]))
        for name, value in ast.iter_fields(new):
            if isinstance(value, list):
                listed = [*value]
                setattr(new, name, listed)
                nodes = enumerate(listed)
                todo += [(listed, i) for i, n in nodes if isinstance(n, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
                todo.append((new.__dict__, name))
    return top[0]


def variable(
    text: str, old: ast.AST, context: ast.expr_context | None = None
) -> ast.Name:
    """A variable where something else stood."""
    return ast.copy_location(ast.Name(text, context or ast.Load()), old)


@dataclass
class SourceClass:
    """A class of the source as functions: that of its name, and those of the methods
    that it calls.

    Attributes:
        functions: by name.
        attributes: those that each of them reads, as variables.
    """

    model: Model
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    attributes: dict[str, dict[str, None]] = field(default_factory=dict)

    def convert(self) -> ast.FunctionDef:
        """Convert the method that gives the output.

        Raises `Unsupported` for methods that call themselves, or that are missing.
        """
        name = self.model.name
        self._function(name, self.model, (), self.model.entry)
        whole = self.functions[name]
        whole.body = _without_spare(whole.body)
        return whole

    def _function(
        self, name: str, model: Model, path: tuple[str, ...], method: str
    ) -> None:
        if name in self.attributes:
            if name not in self.functions:
                raise Unsupported(f"`{name}` calls itself", self.model.node)
            return
        node = model.methods.get(method)
        if node is None:
            raise Unsupported(f"there is no method `{method}`", self.model.node)
        read = self.attributes[name] = {}
        own = own_name(node)

        def change(part: ast.AST) -> ast.AST:
            return self._changed(part, own, model, path, read)

        new: ast.FunctionDef = changed(without_own(node), change)
        new.name, new.decorator_list = name, []
        bound = {*_bound_first(new.body)}
        for attribute in [a for a in read if a in bound]:
            del read[attribute]
        for attribute in read:
            new.args.kwonlyargs.append(ast.arg(attribute, self._note(attribute)))
            new.args.kw_defaults.append(None)
        self.functions[name] = new

    def _note(self, attribute: str) -> ast.expr | None:
        """The annotation of an attribute; the letters of shapes are those of the class
        itself."""
        _, *way, name = attribute.split(".")
        owner, _, _ = _followed(self.model, tuple(way))
        note = owner.notes().get(name)
        return note if not way or isinstance(note, ast.Name) else None

    def _changed(
        self,
        node: ast.AST,
        own: str,
        model: Model,
        path: tuple[str, ...],
        read: dict[str, None],
    ) -> ast.AST:
        match node:
            case ast.Call(func=func, args=args, keywords=keywords):
                found = path_of(func, own) if not _is_own(func, own) else ()
                inner, at, rest = _followed(model, found)
                if (
                    not found
                    or len(rest) > 1
                    or (rest and rest[0] not in inner.methods)
                ):
                    return node
                if not rest and inner is model:
                    return node
                method = rest[0] if rest else "__call__"
                where = (*path, *at)
                name = ".".join((self.model.name, *where, method))
                self._function(name, inner, where, method)
                handed = self.attributes[name]
                read.update(handed)
                more = [ast.keyword(a, variable(a, node)) for a in handed]
                call = ast.Call(variable(name, func), args, [*keywords, *more])
                return ast.copy_location(call, node)
            case ast.Attribute(ctx=context):
                found = path_of(node, own)
                inner, at, rest = _followed(model, found)
                if len(rest) != 1 or rest[0] in inner.methods:
                    return node
                name = ".".join((self.model.name, *path, *at, rest[0]))
                read[name] = None
                return variable(name, node, context)
            case _:
                return node


def _is_own(node: ast.expr, own: str) -> bool:
    return isinstance(node, ast.Name) and node.id == own


def _followed(
    model: Model, path: tuple[str, ...]
) -> tuple[Model, tuple[str, ...], tuple[str, ...]]:
    """The object that a path leads to, the way to it, and what is left."""
    taken = 0
    for part in path:
        if part not in model.parts:
            break
        model, taken = model.parts[part], taken + 1
    return model, path[:taken], path[taken:]


def without_own(method: ast.FunctionDef) -> ast.FunctionDef:
    """A method without the parameter for its object."""
    new, new.args = (copy.copy(method), copy.copy(method.args))
    if own_name(method):
        which = "posonlyargs" if new.args.posonlyargs else "args"
        setattr(new.args, which, getattr(new.args, which)[1:])
    new.args.kwonlyargs = [*new.args.kwonlyargs]
    new.args.kw_defaults = [*new.args.kw_defaults]
    return new


def _bound_first(body: list[ast.stmt]) -> Iterator[str]:
    """Attributes that get a value before anything reads them."""
    seen: set[str] = set()
    for statement in body:
        names = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
        read = {n.id for n in names if isinstance(n.ctx, ast.Load)}
        if isinstance(statement, ast.Assign):
            stored = {n.id for n in names if isinstance(n.ctx, ast.Store)}
            yield from (n for n in stored - read - seen if "." in n)
        seen |= {n.id for n in names}


def _without_spare(body: list[ast.stmt]) -> list[ast.stmt]:
    """Without `self.x = x` where the method itself does not read it: it computes
    nothing, and is no stage."""
    read = {
        n.id
        for s in body
        for n in ast.walk(s)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    return [s for s in body if not is_spare(s, read)]


def is_spare(statement: ast.stmt, read: Iterable[str]) -> bool:
    """Whether an attribute that nothing reads is bound to a variable."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name()):
            return "." in name and name not in read
        case _:
            return False
