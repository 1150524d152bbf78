"""A class of the source and the one that was written for it, as functions."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Mapping

from ..reports.report import Finding
from ..texts.kinds import Texts
from ..texts.scope import Unsupported
from .functions import (
    Model,
    SourceClass,
    changed,
    is_spare,
    own_name,
    path_of,
    variable,
    without_own,
)
from .needs import needs_object
from .objects import WholeClass
from .records import is_of_fields

_WRITTEN = frozenset({"backward", "gradient", "loss_and_gradient"})


class ClassPair:
    """A class of the source, and what was written for it."""

    def __init__(self, source: Model, written: Model) -> None:
        self.source, self.written = source, written
        self.converted: SourceClass | WholeClass = SourceClass(source)
        self.written_functions: list[ast.FunctionDef] = []

    @property
    def own(self) -> str:
        """What the method calls its object."""
        return own_name(self.source.methods[self.source.entry])

    @property
    def is_plain(self) -> bool:
        """Whether the class was written again as it is, for objects of others."""
        old, new = self.source.methods, self.written.methods
        return all(
            name in old and _plain(old[name]) == _plain(new[name])
            for name in _WRITTEN & new.keys()
        )

    def variable_of(self, name: str) -> str:
        """The variable for an attribute: `Layer.W` for `self.W`."""
        prefix = f"{self.own}."
        inner = name.removeprefix(prefix)
        return name if inner == name else f"{self.source.name}.{inner}"

    def convert(self) -> None:
        """Convert both.

        Raises `Unsupported` for what is no class with one of the methods.
        """
        if not self.source.entry:
            raise Unsupported("it has no method to follow", self.source.node)
        if needs_object(self.source):
            self.converted = WholeClass(self.source)
        self.converted.convert()
        methods = self.written.methods
        if "backward" in methods and self.source.entry in methods:
            self.written_functions = [self._forward(), self._backward()]
        elif "loss_and_gradient" in methods:
            self.written_functions = [self._both()]
        else:
            raise Unsupported("no backward pass is written", self.written.node)

    @property
    def _attributes(self) -> Mapping[str, None]:
        return self.converted.attributes[self.source.name]

    @property
    def _gradients(self) -> dict[tuple[str, ...], str]:
        """Where the gradients of attributes are stored, and the variables for them."""
        found: dict[tuple[str, ...], str] = {}
        for name in self._attributes:
            _, *outer, last = name.split(".")
            found[(*outer, f"d{last}")] = f"d{name}"
            if last == "params":
                found[(*outer, "grads")] = f"d{name}"
        return found

    def _as_function(
        self, method: str, name: str, special: Mapping[tuple[str, ...], str]
    ) -> ast.FunctionDef:
        node = self.written.methods[method]
        own = own_name(node)

        def change(part: ast.AST) -> ast.AST:
            if not isinstance(part, ast.Attribute):
                return part
            path = path_of(part, own)
            if path in special:
                return variable(special[path], part, part.ctx)
            text = ".".join((self.source.name, *path))
            if text in self._attributes or (path and self._is_state(path)):
                return variable(text, part, part.ctx)
            return part

        new: ast.FunctionDef = changed(without_own(node), change)
        new.name = name
        return new

    def _is_state(self, path: tuple[str, ...]) -> bool:
        """Whether the method of the source binds this attribute."""
        if isinstance(self.converted, WholeClass):
            owner = ".".join((self.source.name, *path[:-1]))
            return self.converted.has_object(owner) and (
                len(path) > 1 or path[0] not in self.written.methods
            )
        text = ".".join((self.source.name, *path))
        nodes = ast.walk(self.source.methods[self.source.entry])
        stored = (n for n in nodes if isinstance(n, ast.Attribute))
        return any(
            ".".join((self.source.name, *path_of(n, self.own))) == text
            for n in stored
            if isinstance(n.ctx, ast.Store)
        )

    def _with_attributes(self, node: ast.FunctionDef) -> ast.FunctionDef:
        for attribute in self._attributes:
            node.args.kwonlyargs.append(ast.arg(attribute))
            node.args.kw_defaults.append(None)
        return node

    def _forward(self) -> ast.FunctionDef:
        """`forward`, which returns what goes to `self.cache` too."""
        name = self.source.name
        cached = f"{name}.cache"
        node = self._as_function(
            self.source.entry, f"{name}_forward", {("cache",): cached}
        )
        *body, end = node.body
        if not isinstance(end, ast.Return) or end.value is None:
            raise Unsupported("`forward` does not end with `return`", end)
        value: ast.expr = variable(cached, end)
        match body[-1:]:
            case [ast.Assign(targets=[ast.Name(id=target)], value=kept)]:
                if target == cached:
                    body, value = body[:-1], kept
        names = [n for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name)]
        read = {n.id for n in names if isinstance(n.ctx, ast.Load)}
        node.body = [s for s in body if not is_spare(s, {*read, cached})]
        pair = ast.copy_location(ast.Tuple([end.value, value], ast.Load()), end)
        node.body.append(ast.copy_location(ast.Return(pair), end))
        return self._with_attributes(node)

    def _backward(self) -> ast.FunctionDef:
        """`backward`, which takes the cache, and returns the gradients of attributes
        too."""
        special = {("cache",): "cache", **self._gradients}
        name = self.source.name
        node = self._as_function("backward", f"{name}_backward", special)
        node.args.args.append(ast.arg("cache"))
        *body, end = node.body
        returned: list[ast.expr] = []
        if isinstance(end, ast.Return) and end.value is not None:
            returned = _items(end.value)
        else:
            body.append(end)
        stored = {
            n.id
            for s in body
            for n in ast.walk(s)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        for attribute in self._attributes:
            if f"d{attribute}" in stored:
                returned.append(variable(f"d{attribute}", end))
        node.body = [*body, _return(returned, end)]
        return node

    def _both(self) -> ast.FunctionDef:
        """`loss_and_gradient` returns gradients of attributes in a dict."""
        name = self.source.name
        node = self._as_function("loss_and_gradient", f"{name}_value_and_grad", {})
        *body, end = node.body
        match end:
            case ast.Return(value=ast.Tuple(elts=[value, gradients])):
                first, *others = _items(gradients)
            case _:
                raise Unsupported("two values are returned from a loss", end)
        own = {a.arg for a in (*node.args.posonlyargs, *node.args.args)}
        params = [f"{name}.{n}" for n in self._inner_names(first)]
        match first:
            case ast.Dict(values=values):
                by_name = dict(zip(params, values, strict=True))
                # each by the name that tells whose gradient it is
                listed = []
                for attribute in (a for a in self._attributes if a in by_name):
                    target = variable(f"d{attribute}", end, ast.Store())
                    made = ast.Assign([target], by_name[attribute])
                    body.append(ast.copy_location(made, end))
                    listed.append(variable(f"d{attribute}", end))
            case ast.Name(id=text) if text[1:] not in own and params:
                listed = [first]
                for inner in (n for s in node.body for n in ast.walk(s)):
                    if isinstance(inner, ast.Name) and inner.id == text:
                        inner.id = f"d{params[0]}"
            case _:
                listed, others = [], [first, *others]
        pair = ast.Tuple([value, _tuple([*others, *listed], end)], ast.Load())
        last = ast.copy_location(ast.Return(ast.copy_location(pair, end)), end)
        node.body = [*body, last]
        return self._with_attributes(node)

    def _inner_names(self, node: ast.expr) -> list[str]:
        """The attributes whose gradients an expression holds."""
        match node:
            case ast.Dict(keys=keys):
                return [str(k.value) for k in keys if isinstance(k, ast.Constant)]
            case ast.Name(id=text) if f"{self.source.name}.{text[1:]}" in (
                self._attributes
            ):
                return [text[1:]]
            case _:
                return []

    # -- what else is in a class

    def findings(self) -> Iterator[Finding]:
        """Methods that are to be as they were, and are not."""
        method = self.source.entry
        generated = (
            {*_WRITTEN, method} if "backward" in self.written.methods else _WRITTEN
        )
        generated = frozenset() if self.is_plain else generated
        both = "loss_and_gradient" in self.written.methods
        for name, node in self.written.methods.items():
            old = self.source.methods.get(name)
            if name in generated and (name, both) == ("gradient", True):
                if not self._hands_on(node):
                    message = "`gradient` does not return what `loss_and_gradient` does"
                    yield Finding(0, message, node.lineno)
            elif name in generated:
                continue
            elif old is None and name == "__init__":
                if not is_of_fields(self.source.node, node):
                    message = f"`{self.source.name}.{name}` is not that of its fields"
                    yield Finding(0, message, node.lineno)
            elif old is None:
                message = f"the class `{self.source.name}` has no method `{name}`"
                yield Finding(0, message, node.lineno)
            elif _plain(old) != _plain(node):
                message = f"`{self.source.name}.{name}` is not that of the source"
                yield Finding(0, message, node.lineno)

    def _hands_on(self, node: ast.FunctionDef) -> bool:
        """Whether `gradient` is `return self.loss_and_gradient(x, t)[1]`."""
        own = own_name(node)
        arguments = without_own(node).args
        match node.body[-1]:
            case ast.Return(
                value=ast.Subscript(
                    value=ast.Call(func=func, args=args, keywords=keywords),
                    slice=ast.Constant(value=1),
                )
            ):
                given = [a.id for a in args if isinstance(a, ast.Name)]
                named = [k.arg for k in keywords]
                plain = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
                only = [a.arg for a in arguments.kwonlyargs]
                return (
                    path_of(func, own) == ("loss_and_gradient",)
                    and given == plain
                    and named == only
                    and all(
                        isinstance(k.value, ast.Name) and k.value.id == k.arg
                        for k in keywords
                    )
                )
        return False


def _items(node: ast.expr) -> list[ast.expr]:
    return [*node.elts] if isinstance(node, ast.Tuple) else [node]


def _tuple(values: list[ast.expr], old: ast.AST) -> ast.expr:
    if len(values) == 1:
        return values[0]
    return ast.copy_location(ast.Tuple(values, ast.Load()), old)


def _return(values: list[ast.expr], old: ast.AST) -> ast.Return:
    return ast.copy_location(ast.Return(_tuple(values, old)), old)


def changed_functions(texts: Texts) -> Iterator[Finding]:
    """Functions that methods call are to be as they were."""
    old = {n.name: n for n in texts.tree.body if isinstance(n, ast.FunctionDef)}
    for node in texts.written.body:
        match node:
            case ast.FunctionDef(name=name) if name in old:
                if _plain(old[name]) != _plain(node):
                    message = f"`{name}` is not that of the source"
                    yield Finding(0, message, node.lineno)


def _plain(node: ast.FunctionDef) -> list[str]:
    """What a function does, without annotations, docstrings and the like; its variables
    are numbered, whatever they are called."""
    arguments = without_own(node).args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    defaults = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
    lines = [a.arg for a in every] + [ast.dump(d) for d in defaults]
    known = {a.arg for a in (*node.args.posonlyargs, *node.args.args, *every)}
    return [*lines, *_dumps(_numbered(node.body, known))]


def _numbered(body: Iterable[ast.stmt], known: Container[str]) -> Iterator[ast.stmt]:
    """Statements whose variables, but for those that are known, go by numbers."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    stored = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    ordered = dict.fromkeys(n.id for n in names if n.id in stored)
    numbers = {
        name: f"variable {i}" for i, name in enumerate(ordered) if name not in known
    }

    def change(node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Name) and node.id in numbers:
            return ast.Name(numbers[node.id], node.ctx)
        return node

    for statement in body:
        yield changed(statement, change)


def _dumps(body: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case ast.AnnAssign(value=None):
                continue
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield ast.dump(ast.Assign([target], value))
            case ast.Return(value=None):
                yield ast.dump(ast.Return(ast.Constant(None)))
            case _:
                yield ast.dump(statement)
