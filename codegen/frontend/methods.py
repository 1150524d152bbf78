"""A method as a function whose parameters are the attributes that it reads.

    def forward(self, x):               def Affine(x, *, self.W, self.b):
        self.out = x @ self.W               self.out = x @ self.W
        return self.out + self.b            return self.out + self.b

`self.W` is the name of a variable there, which no name of the input can be. What the
method leaves in attributes stays: it is written under the same name. An attribute that
has several values is a variable of its own until the end:

    self.mean = 0.9 * self.mean         mean = self.mean
                                        mean = 0.9 * mean
                                        self.mean = mean
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from .added import Added, at
from .attributes import Attributes
from .classes import REPLACED, ClassSource, own_attributes, own_name
from .file import SourceFile
from .objects import Instance, Objects, headless, reads_before
from .walking import names_in

# What the written methods keep for themselves.
CACHE = "cache"


@dataclass(frozen=True)
class Method:
    """The method of a class that is differentiated, as a function.

    Attributes:
        own: what the method calls its object.
        node: the function.
        state: the parameters that stand for attributes that it binds again.
    """

    own: str
    node: ast.FunctionDef
    state: frozenset[str]


def method_of(
    file: SourceFile,
    source: ClassSource,
    attributes: Attributes,
    others: Mapping[str, ClassSource],
) -> Method:
    """The method that gives the output of a class, as a function.

    Args:
        others: the classes of the objects that attributes hold.
    Raises:
        Refused: BG010 where the object itself, or what methods leave in it, cannot be
            followed, BG019 for an attribute that the written class needs for itself.
    """
    method = source.methods[source.entry]
    own = own_name(method)
    if method.decorator_list or not own:
        at_ = method.decorator_list[0] if method.decorator_list else method
        message = f"`{source.name}.{method.name}` is no plain method"
        raise file.error("BG017", message, at_)
    taken = {n.id for part in source.methods.values() for n in names_in(part.body)}
    taken |= {n.arg for n in ast.walk(source.node) if isinstance(n, ast.arg)}
    names = Fresh(taken)
    instances = {"self": Instance(source, lambda name: f"{own}.{name}")}
    for attribute, inner in others.items():
        path = f"{own}.{attribute}"
        variable = f"{path}.{{}}".format
        instances[f"self.{attribute}"] = Instance(inner, variable)
    objects = Objects(file, instances, names.fresh)
    node: ast.FunctionDef = objects.rewrite(headless(method), {own: "self"})
    objects.check_state(node.body)
    node.name = source.name
    state = _State(file, source, objects, names)
    node.body = [*objects.functions.values(), *state.settled(node.body)]
    _add_parameters(file, node, objects, attributes, own)
    return Method(own, node, frozenset(state.carried))


class Fresh:
    """Names that nothing has."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*taken}

    def fresh(self, wish: str) -> str:
        number, name = 0, wish
        while name in self._taken:
            number += 1
            name = f"{wish}_{number}"
        self._taken.add(name)
        return name


def _add_parameters(
    file: SourceFile,
    node: ast.FunctionDef,
    objects: Objects,
    attributes: Attributes,
    own: str,
) -> None:
    """The attributes that the method reads, in the order of the class."""
    inside = {n for f in objects.functions.values() for n in _read(f.body)}
    bound = {n.id for n in names_in(node.body) if isinstance(n.ctx, ast.Store)}
    read = {*inside, *_read(node.body)} & objects.variables.keys()
    early = reads_before(node.body, dict.fromkeys(bound), lambda _: ())
    wanted = {name for name in read if name not in bound or name in early}
    ordered = [f"{own}.{name}" for name in attributes.order]
    ordered += [name for name in objects.variables if name not in ordered]
    for name in ordered:
        if name not in wanted:
            continue
        if name == f"{own}.{CACHE}":
            message = f"the written class needs the attribute `{name}` for itself"
            raise file.error("BG019", message, node, "rename it")
        argument = ast.arg(name, attributes.notes.get(name.removeprefix(f"{own}.")))
        node.args.kwonlyargs.append(at(node, argument))
        node.args.kw_defaults.append(None)


def _read(body: Iterable[ast.stmt]) -> Iterator[str]:
    return (n.id for n in names_in(body) if isinstance(n.ctx, ast.Load))


class _State:
    """What a method binds its attributes to."""

    def __init__(
        self, file: SourceFile, source: ClassSource, objects: Objects, names: Fresh
    ) -> None:
        self._file = file
        self._source = source
        self._objects = objects
        self._names = names
        self.carried: set[str] = set()

    def settled(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The body with at most one value for each attribute that it binds, and
        without what only a `backward` that is replaced would read."""
        bound: dict[str, list[ast.Name]] = {}
        for node in names_in(body):
            if not isinstance(node.ctx, ast.Load) and node.id in self._variables:
                bound.setdefault(node.id, []).append(node)
        early = reads_before(body, bound, self._read_by)
        certain = {n.id for s in body for n in _targets(s)}
        for name, nodes in bound.items():
            before = name in early or name not in certain
            if before or len(nodes) > 1:
                body = self._with_variable(name, nodes[0], body, before)
        unused = bound.keys() - {*_read([*body, *self._objects.functions.values()])}
        return [*self._without_spare(body, unused)]

    @property
    def _variables(self) -> Mapping[str, str]:
        return self._objects.variables

    def _read_by(self, name: str) -> set[str]:
        """The attributes that a function inside reads, or one that it calls."""
        found: set[str] = set()
        todo, seen = [name], {name}
        while todo:
            function = self._objects.functions.get(todo.pop())
            if function is not None:
                read = {*_read(function.body)}
                found |= read & self._variables.keys()
                todo += read - seen
                seen |= read
        return found

    def _with_variable(
        self, name: str, node: ast.Name, body: list[ast.stmt], before: bool
    ) -> list[ast.stmt]:
        """An attribute with several values; `before`: its old value counts too."""
        returns = [n for s in body for n in ast.walk(s) if isinstance(n, ast.Return)]
        if len(returns) != 1 or returns[0] is not body[-1]:
            message = f"`{name}` is bound to several values in a method with several"
            hint = "bind it once, in front of one `return` at the end"
            raise self._file.error("BG010", f"{message} ends", node, hint)
        variable = self._names.fresh(self._variables[name].replace(".", "_"))
        for part in (*body, *self._objects.functions.values()):
            for inner in names_in([part]):
                if inner.id == name:
                    inner.id = variable
        if before:
            self.carried.add(name)
        last = body[-1]
        start = [_bound_to(variable, name, body[0])] if before else []
        return [*start, *body[:-1], _bound_to(name, variable, last), last]

    def _without_spare(
        self, body: Iterable[ast.stmt], unused: Container[str]
    ) -> Iterator[ast.stmt]:
        """`self.x = x` that the method itself does not read is no stage, and is left
        out where only a `backward` that is replaced would read it."""
        for statement in body:
            match statement:
                case ast.Assign(
                    targets=[ast.Name(id=name) as target], value=ast.Name() as value
                ) if name in unused:
                    if not self._is_replaced(self._variables[name]):
                        yield at(statement, Added([target], value))
                case _:
                    yield statement

    def _is_replaced(self, attribute: str) -> bool:
        """Whether all that reads an attribute are methods that are replaced."""
        readers = {
            name
            for name, method in self._source.methods.items()
            if attribute in {*own_attributes(method)}
        } - {"__init__", self._source.entry}
        return bool(readers) and readers <= REPLACED


def _bound_to(target: str, value: str, old: ast.AST) -> Added:
    stored = at(old, ast.Name(target, ast.Store()))
    return at(old, Added([stored], at(old, ast.Name(value, ast.Load()))))


def _targets(statement: ast.stmt) -> Iterator[ast.Name]:
    """The names that a statement binds in any case."""
    match statement:
        case ast.Assign(targets=targets):
            stored = [*targets]
        case ast.AnnAssign(target=target, value=ast.expr()):
            stored = [target]
        case _:
            return
    yield from (n for n in names_in(stored) if not isinstance(n.ctx, ast.Load))
