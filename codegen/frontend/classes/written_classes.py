"""What is differentiated: functions, and classes as functions with what is written
around them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ...errors import InputError
from ...ir.program import Function
from ...ir.types import Type
from ..lowering.expressions import Lowering
from ..parameters.attributes import attributes_of
from ..reading.reader import Reader
from ..source.bindings import Around, Class
from ..source.classes import (
    CONSTRUCTORS,
    ClassSource,
    check_written,
    own_name,
    read_class,
)
from ..source.entries import has_entry, takes_objects
from ..source.inheriting import classes_of
from ..syntax.walking import names_in
from .keeping import kept_class, needed, plain_class
from .methods import entry_of, with_attributes
from .objects import structure_of, tried


@dataclass(frozen=True)
class Subject:
    """What is differentiated: a function, or the method of a class as one.

    Attributes:
        node: the function.
        source: the class, with what is needed to write it again.
        own: what the method calls its object.
        types: of attributes, as far as the class states them.
        fixed: parameters of which a gradient is wanted only if it is asked for.
        around: the objects that it is given.
    """

    node: ast.FunctionDef
    source: ClassSource | None = None
    own: str = ""
    types: Mapping[str, Type] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    around: Around | None = None

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
    file = reader.file
    if not source.entry:
        message = f"`{source.name}` has no method `forward`, `__call__` or `loss`"
        raise file.error("BG010", message, source.node)
    check_written(file, source)
    outside = reader.lowering({}, (), reader.scope)
    node = entry_of(file, source)
    own = own_name(source.methods[source.entry])
    of = Class(source, reader.scope)
    structure = structure_of(reader, of, own, items=False)
    attributes = attributes_of(source, outside)
    for path, inner in structure.objects.items():
        name = path.removeprefix(f"{own}.")
        attributes.take(name, attributes_of(inner.of.source, outside))
    around = structure.around
    around.entry = source.entry
    around.perhaps = frozenset(f"{own}.{name}" for name in attributes.perhaps)
    plain = tried(reader, node, around)
    names = {n.id for n in names_in(plain) if isinstance(n.ctx, ast.Load)}
    read = [name for name in dict.fromkeys(_variables_of(around)) if name in names]
    node = with_attributes(file, node, read, attributes, own)
    prefix = f"{own}."
    fixed = {f"{prefix}{name}" for name in attributes.fixed} | around.carried
    subject = Subject(node, source, own, around=around)
    if source.loss:
        fixed |= {name for name in subject.params if not name.startswith(prefix)}
    types = {
        f"{prefix}{name}": kind
        for name, kind in attributes.types.items()
        if name not in attributes.notes
    }
    return replace(subject, types=types, fixed=frozenset(fixed))


def _variables_of(around: Around) -> Iterator[str]:
    """The variables of the attributes that are read."""
    for owner, attribute in around.read():
        place = owner.place(attribute)
        while isinstance(place, ast.Subscript):
            place = place.value
        assert isinstance(place, ast.Name)
        yield place.id


def subject_function(
    reader: Reader,
    subject: Subject,
    wrt: Sequence[str] | None,
    given: Mapping[str, Type],
) -> Function:
    """Lower a subject; `given` are types by the name of a parameter, or of an
    attribute (`self.W`)."""
    chosen = None if wrt is None else [subject.parameter(name) for name in wrt]
    types, around = {**subject.types, **given}, subject.around
    if around is not None:
        around = replace(around, perhaps=around.perhaps - given.keys())
    with reader.file.within_depth(subject.node):
        function = reader.function(subject.node, chosen, types, subject.fixed, around)
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

    beside = classes_beside(reader, subject.source)
    plain = tuple(
        plain_class(reader.file, outside, one, beside.asked, subject.source.loss)
        for one in beside.plain.values()
    )
    owner = kept_class(reader.file, outside, subject.source, subject.own, plain)
    return replace(function, owner=owner)


@dataclass
class Beside:
    """The other classes that a class needs in the written module: those of objects that
    its constructor makes, and of a loss all that are made.

    Attributes:
        subjects: those that are differentiated themselves.
        plain: those that are written again as they are.
        asked: what the methods that need them call attributes.
    """

    subjects: dict[str, ClassSource] = field(default_factory=dict)
    plain: dict[str, ClassSource] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @property
    def size(self) -> tuple[int, ...]:
        return len(self.subjects), len(self.plain), len(self.asked)


def classes_beside(reader: Reader, source: ClassSource) -> Beside:
    """Look for them until nothing is added."""
    tree, found = reader.file.tree, Beside()
    known = classes_of(tree.body)
    before: tuple[int, ...] = ()
    while found.size != before:
        before = found.size
        for one in (source, *found.plain.values()):
            there = needed(source) if one is source else (*CONSTRUCTORS, *found.asked)
            parts: list[ast.AST] = [one.methods[n] for n in there if n in one.methods]
            for node in (n for part in (*parts, *one.fields) for n in ast.walk(part)):
                if isinstance(node, ast.Attribute):
                    found.asked.add(node.attr)
                elif isinstance(node, ast.Name) and node.id in known:
                    inner = known[node.id]
                    whole = has_entry(tree, inner) and not takes_objects(tree, inner)
                    into = found.subjects if whole else found.plain
                    if node.id not in into and node.id != source.name:
                        into[node.id] = read_class(reader.file, inner, reader.scope)
    return found
