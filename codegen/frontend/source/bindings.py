"""Functions and objects that are known before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import EllipsisType

from ...text.handwritten import HandWritten
from ..syntax.renaming import Definition
from .classes import ClassSource
from .scope import Called, Member, Module, Own, Scope


@dataclass(frozen=True)
class Written:
    """A function of the user's own.

    Attributes:
        name: what errors, and names made from it, call it.
        node: its definition; what it reads from outside goes by the names of the
            function that it is put into.
        key: tells functions apart; a copy of one is the same function.
        defaults: names of values that its defaults had when it was defined.
        gradient: the gradient that the user wrote for it.
        doubtful: a decorator that may change what it computes.
        cached: a decorator that hands out what it gave before, and not a new one.
        manages: whether it is made for `with`, by `@contextmanager`.
    """

    name: str
    node: Definition
    key: int
    defaults: Mapping[str, ast.expr] = field(default_factory=dict)
    gradient: Given | None = None
    doubtful: ast.expr | None = None
    cached: ast.expr | None = None
    manages: bool = False


@dataclass(frozen=True)
class Given:
    """A gradient that the user wrote.

    Attributes:
        means: how it is called, and what it returns.
        backward, forward: the functions, by the names of what calls them.
    """

    means: HandWritten
    backward: Written
    forward: Written | None


@dataclass(frozen=True)
class Outside:
    """A function that is not the user's, as it is written: `np.sin`."""

    func: ast.expr


@dataclass(frozen=True)
class Partial:
    """A function with its first arguments, `functools.partial(f, x, key=y)`."""

    known: Known
    args: tuple[ast.expr, ...]
    keywords: tuple[ast.keyword, ...]


@dataclass(frozen=True)
class Made:
    """A function that a call in the file, outside of functions, gives."""

    call: ast.Call


Key = str | int | float | bool | None


@dataclass(frozen=True)
class Table:
    """A list, tuple or dict that holds functions.

    Attributes:
        kind: "list", "tuple" or "dict".
        items: by position or key; those that are no functions as expressions.
    """

    kind: str
    items: Mapping[Key, Item]

    def at(self, key: Key | EllipsisType) -> Item | None:
        """What stands under a key, or at a position; None if nothing does."""
        if isinstance(key, EllipsisType):
            return None
        if self.kind != "dict" and isinstance(key, int) and key < 0:
            key += len(self.items)
        return self.items.get(key)


@dataclass(frozen=True)
class Chosen:
    """One of several functions, which only running tells.

    Attributes:
        ways: tests of what nothing changes, each with the function that it chooses:
            the first one that holds does.
        otherwise: the function where none holds; None where one has to.
        guard: the statement that raises an error where none does.
    """

    ways: tuple[tuple[ast.expr, Item], ...]
    otherwise: Item | None = None
    guard: ast.If | None = None


@dataclass(frozen=True)
class Absent:
    """`None`, where a function could be."""


@dataclass(frozen=True)
class Class:
    """A class of the user's own, and the scope that it stands in."""

    source: ClassSource
    home: Scope


@dataclass(frozen=True, eq=False)
class Object:
    """An object of such a class. It is no value of the program: its attributes are.

    Attributes:
        word: the name that stands for it.
        place: what stands for an attribute that is a value.
        variable: the name that it is bound to.
        given: whether it comes from outside, so that any attribute may be read.
        own: the attributes that it is known to have itself, where that is known.
        label: what names made for its methods start with.
        read: the attributes that are read of what comes from outside.
    """

    of: Class
    word: str
    place: Callable[[str], ast.expr]
    variable: Callable[[str], str]
    given: bool = False
    label: str = ""
    own: frozenset[str] | None = None
    read: dict[str, None] = field(default_factory=dict)

    def constant(self, attribute: str) -> ast.expr | None:
        """What its class binds an attribute to that it does not have itself; None for
        a method whose object is written again, which reads it."""
        there = self.of.source.bound if self.own is None else self.own
        if attribute in there:
            return None
        if self.given and not isinstance(self.place(attribute), ast.Subscript):
            return None
        return self.of.source.constant(attribute)

    def key(self, attribute: str) -> str:
        """What tells an attribute from all others, which no name can be."""
        return f"{self.word}.{attribute}"


@dataclass(frozen=True)
class Value:
    """What an attribute was last bound to, if it is a plain name or number."""

    node: ast.expr


# Behind the name of a parameter, the object as what its attributes are items of.
WHOLE = " whole"


@dataclass
class Around:
    """What a function sees of objects that come from outside.

    Attributes:
        known: what its names, and attributes of them, stand for.
        entry: the method that it is; "" for a function.
        owners: gets, by their variables, the classes of the objects whose attributes it
            binds, and these.
        carried: gets the variables that it reads before it binds them.
        apart: gets the variables of those that are read in another place than where
            they are bound.
        perhaps: the variables that may be None, for all that is known.
        unsure: gets the variables that hold what one of those was before it is bound.
    """

    known: dict[str, Known] = field(default_factory=dict)
    entry: str = ""
    owners: dict[str, tuple[ClassSource, str]] = field(default_factory=dict)
    carried: set[str] = field(default_factory=set)
    apart: dict[str, tuple[Object, str]] = field(default_factory=dict)
    perhaps: frozenset[str] = frozenset()
    unsure: set[str] = field(default_factory=set)

    def read(self) -> Iterator[tuple[Object, str]]:
        """The attributes that are read of them."""
        return ((one, attribute) for one in self.objects() for attribute in one.read)

    def objects(self) -> Iterator[Object]:
        """All of them."""
        for known in self.known.values():
            yield from _objects_in(known)


def _objects_in(known: Item) -> Iterator[Object]:
    match known:
        case Object():
            yield known
        case Table(items=items):
            for item in items.values():
                yield from _objects_in(item)


_Function = Written | Outside | Partial | Made | Chosen
Known = _Function | Table | Absent | Class | Object | Value
Item = Known | ast.expr


def definition_of(scope: Scope, name: str) -> ast.FunctionDef | None:
    """The definition of the function that a name stands for, if it is the user's own
    and its text is known."""
    match scope.look(name):
        case Own(at=ast.FunctionDef() as node):
            return node
        case Called(written=Written(node=ast.FunctionDef() as node)):
            return node
        case _:
            return None


def imports_arrays(scope: Scope) -> bool:
    """Whether the file of a scope imports NumPy or SciPy."""
    paths = (b.path for b in scope.bindings.values() if isinstance(b, Module | Member))
    return any(path.partition(".")[0] in ("numpy", "scipy") for path in paths)
