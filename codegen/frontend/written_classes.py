"""What is differentiated: functions, and classes as functions with what is written
around them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from ..errors import InputError
from ..ir.program import Function
from ..ir.types import Type
from .attributes import attributes_of
from .classes import ClassSource, own_name, read_class
from .expressions import Lowering
from .file import SourceFile
from .inheriting import classes_of
from .keeping import kept_class
from .methods import method_of
from .scope import Scope


class Reader(Protocol):
    """Reads the functions of one file."""

    @property
    def file(self) -> SourceFile: ...

    @property
    def scope(self) -> Scope: ...

    def lowering(
        self, types: Mapping[str, Type], local: Iterable[str], scope: Scope
    ) -> Lowering: ...

    def function(
        self,
        node: ast.FunctionDef,
        wrt: Sequence[str] | None,
        given: Mapping[str, Type] | None = None,
        fixed: frozenset[str] = frozenset(),
    ) -> Function: ...


@dataclass(frozen=True)
class Subject:
    """What is differentiated: a function, or the method of a class as one.

    Attributes:
        node: the function.
        source: the class, with what is needed to write it again.
        own: what the method calls its object.
        types: of attributes, as far as the class states them.
        fixed: parameters of which a gradient is wanted only if it is asked for.
    """

    node: ast.FunctionDef
    source: ClassSource | None = None
    own: str = ""
    types: Mapping[str, Type] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()

    @cached_property
    def params(self) -> tuple[str, ...]:
        arguments = self.node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        return tuple(argument.arg for argument in every)

    def parameter(self, name: str) -> str:
        """The parameter that a name stands for: `W` may be `self.W`."""
        attribute = f"{self.own}.{name}"
        return attribute if attribute in self.params else name


def class_subject(reader: Reader, source: ClassSource) -> Subject:
    """The method of a class that gives its output.

    Raises:
        Refused: BG010 if there is no such method, and for what cannot be followed.
    """
    if not source.entry:
        message = f"`{source.name}` has no method `forward`, `__call__` or `loss`"
        raise reader.file.error("BG010", message, source.node)
    outside = reader.lowering({}, (), reader.scope)
    others = inner_classes(reader, source)
    attributes = attributes_of(source, outside)
    for name, inner in others.items():
        attributes.take(name, attributes_of(inner, outside))
    method = method_of(reader.file, source, attributes, others)
    prefix = f"{method.own}."
    fixed = {f"{prefix}{name}" for name in attributes.fixed} | method.state
    subject = Subject(method.node, source, method.own)
    if source.loss:
        fixed |= {name for name in subject.params if not name.startswith(prefix)}
    types = {
        f"{prefix}{name}": kind
        for name, kind in attributes.types.items()
        if name not in attributes.notes
    }
    return replace(subject, types=types, fixed=frozenset(fixed))


def subject_function(
    reader: Reader,
    subject: Subject,
    wrt: Sequence[str] | None,
    given: Mapping[str, Type],
) -> Function:
    """Lower a subject; `given` are types by the name of a parameter, or of an
    attribute (`self.W`)."""
    chosen = None if wrt is None else [subject.parameter(name) for name in wrt]
    types = {**subject.types, **given}
    function = reader.function(subject.node, chosen, types, subject.fixed)
    if subject.source is None:
        return function
    for name in function.wrt:
        if name not in subject.params:
            message = f"`{name}` is neither a parameter nor an attribute"
            hint = "gradients of variables are for functions and scripts"
            at = reader.file.place(subject.node)
            raise reader.file.error("BG005", message, at, hint, InputError)

    def outside(local: frozenset[str]) -> Lowering:
        return reader.lowering({}, local, reader.scope)

    owner = kept_class(reader.file, outside, subject.source, subject.own)
    return replace(function, owner=owner)


def inner_classes(reader: Reader, source: ClassSource) -> dict[str, ClassSource]:
    """The classes of the objects that the constructor puts into attributes."""
    init = source.constructor
    if init is None:
        return {}
    own = own_name(init)
    known = classes_of(reader.file.tree)
    found: dict[str, ClassSource] = {}
    for node in init.body:
        match node:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id=name), attr=attribute)],
                value=ast.Call(func=ast.Name(id=called)),
            ) if name == own and called in known:
                inner = read_class(reader.file, known[called], reader.scope)
                found[attribute] = inner
    return found
