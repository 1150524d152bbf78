"""Expressions: small frozen dataclasses, shared by the forward and the backward side.

Nodes are interned: building the same node twice gives the same object. So equality
and hashing are by identity, cost nothing however deep the expression is, and a
sub-expression that occurs twice is one object.

`Paren` and `Walrus` occur only in the *shown* form of a statement (what the user
wrote, see `stmt.Assign`); `walk.strip` removes parentheses.
"""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Iterator,
)
from contextlib import contextmanager
from dataclasses import dataclass
from threading import local
from typing import TYPE_CHECKING, Any

# Nodes that live as long as the process: those of rules, built at import.
_permanent: dict[tuple[Any, ...], Expr] = {}


class _Local(local):
    """The nodes of the module that this thread generates."""

    table: dict[tuple[Any, ...], Expr] | None = None


_local = _Local()


@contextmanager
def nodes() -> Iterator[None]:
    """Nodes that are built inside live until the end, and are this thread's own.

    Outside, nodes are kept for good: that is for rules. Nodes from two such blocks must
    not meet, because equality is identity.
    """
    before = _local.table
    _local.table = {}
    try:
        yield
    finally:
        _local.table = before


class _Interned(type):
    """Gives every node class a constructor that returns one object per value."""

    if not TYPE_CHECKING:

        def __call__(cls, *values):
            key = (cls, values)
            table = _local.table
            # its own table first: another thread may add to the permanent one
            node = None if table is None else table.get(key)
            if node is None:
                node = _permanent.get(key) or cls._new(key, table)
            return node

        def _new(cls, key, table):
            _, values = key
            names = cls.__match_args__
            if len(values) < len(names):
                defaults = [getattr(cls, name) for name in names[len(values) :]]
                return cls(*values, *defaults)
            # what a walrus binds is no operand: it is not read
            operands = _nested(values[1:] if cls is Walrus else values)
            height = 1
            for operand in operands:
                if operand.height >= height:
                    height = operand.height + 1
            node = object.__new__(cls)
            # past the frozen constructor, which sets fields one by one
            fields = node.__dict__
            for name, value in zip(names, values, strict=True):
                fields[name] = value
            fields["operands"] = operands
            fields["height"] = height
            # setdefault: another thread may have built the same node meanwhile
            return (_permanent if table is None else table).setdefault(key, node)


class Expr(metaclass=_Interned):
    """Base of all expression nodes; never built itself.

    `operands` are the nodes right below, in order of evaluation; `height` counts the
    levels of the tree.
    """

    if TYPE_CHECKING:
        __match_args__: tuple[str, ...] = ()

        @property
        def operands(self) -> tuple[Expr, ...]: ...

        @property
        def height(self) -> int: ...


@dataclass(frozen=True, eq=False)
class Const(Expr):
    """A literal, by its canonical spelling: `3`, `1.0`, `1e-9`, `True`, `"text"`."""

    text: str


@dataclass(frozen=True, eq=False)
class Var(Expr):
    """A variable of the program.

    Between naming and printing the name may be an internal one (`x@1`, the second
    value of x); `emit` sees only Python names.
    """

    name: str


@dataclass(frozen=True, eq=False)
class Ref(Expr):
    """Something from outside the function, by its full path: `math.exp`,
    `builtins.abs`. Printed as the written module's imports spell it."""

    path: str


@dataclass(frozen=True, eq=False)
class Unary(Expr):
    """`-x`, `+x`, `~x`, `not x`."""

    op: str
    operand: Expr


@dataclass(frozen=True, eq=False)
class Binary(Expr):
    """An arithmetic operator, `@`, or one on bits: `+ - * / // % ** @ & | ^ << >>`."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False)
class Compare(Expr):
    """A comparison, possibly chained: `a < b <= c` has two ops, three operands."""

    ops: tuple[str, ...]
    operands: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Logic(Expr):
    """`and` or `or` of two or more operands."""

    op: str
    operands: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Cond(Expr):
    """`then if test else other`."""

    test: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True, eq=False)
class Call(Expr):
    """A call; keyword arguments as (name, value) pairs in the order written."""

    func: Expr
    args: tuple[Expr, ...]
    keywords: tuple[tuple[str, Expr], ...] = ()


@dataclass(frozen=True, eq=False)
class Index(Expr):
    """`base[index]`."""

    base: Expr
    index: Expr


@dataclass(frozen=True, eq=False)
class Slice(Expr):
    """`lower:upper:step` inside of an index; None for a part that is left out."""

    lower: Expr | None = None
    upper: Expr | None = None
    step: Expr | None = None


@dataclass(frozen=True, eq=False)
class Attribute(Expr):
    """`base.name`, of a value: `x.T`, `x.shape`, or the method of a call."""

    base: Expr
    name: str


@dataclass(frozen=True, eq=False)
class Item(Expr):
    """An array in a parameter that is a dict, list or tuple: `params["W1"]`.

    It is a variable of its own as far as gradients go. `keys` lead to it from the
    parameter.
    """

    root: Var
    keys: tuple[Const, ...]


@dataclass(frozen=True, eq=False)
class Sequence(Expr):
    """A list or tuple display; `kind` is "list" or "tuple"."""

    kind: str
    items: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Mapping(Expr):
    """A dict display."""

    keys: tuple[Expr, ...]
    values: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Comprehension(Expr):
    """A comprehension in what is kept as it is; any other becomes a loop.

    `kind` is "list", "set", "dict" or "generator"; a dict has two items, key and value.
    """

    kind: str
    items: tuple[Expr, ...]
    loops: tuple[Each, ...]


@dataclass(frozen=True, eq=False)
class Each(Expr):
    """`for target in source if test` of a comprehension."""

    target: Expr
    source: Expr
    tests: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Starred(Expr):
    """`*items` among the arguments of a call in what is kept as it is."""

    value: Expr


@dataclass(frozen=True, eq=False)
class Format(Expr):
    """An f-string. Parts are `Const` strings and `Field`s; kept in `print` and
    `assert` only."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Field(Expr):
    """One `{value!r:spec}` of an f-string; conversion is "", "r", "s" or "a"."""

    value: Expr
    conversion: str
    spec: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Walrus(Expr):
    """`(target := value)`."""

    target: Var
    value: Expr


@dataclass(frozen=True, eq=False)
class Paren(Expr):
    """Parentheses that the user wrote and the grammar does not need."""

    inner: Expr


def _nested(values: Iterable[Any]) -> tuple[Expr, ...]:
    found: list[Expr] = []
    for value in values:
        if isinstance(type(value), _Interned):
            found.append(value)
        elif isinstance(value, tuple):
            found += _nested(value)
    return tuple(found)
