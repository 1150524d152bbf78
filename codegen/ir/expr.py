"""Expressions: small frozen dataclasses, shared by the forward and the backward side.

Nodes are interned: building the same node twice gives the same object. So equality
and hashing are by identity, cost nothing however deep the expression is, and a
sub-expression that occurs twice is one object. All walks are iterative, because a sum
of 5,000 terms nests 5,000 deep.

`Paren` and `Walrus` occur only in the *shown* form of a statement (what the user
wrote, see `stmt.Assign`); `strip` removes parentheses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping as Lookup
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakValueDictionary

_table: WeakValueDictionary[tuple[Any, ...], Expr] = WeakValueDictionary()


class _Interned(type):
    """Gives every node class a constructor that returns one object per value."""

    if not TYPE_CHECKING:

        def __call__(cls, *values):
            key = (cls, *values)
            node = _table.get(key)
            if node is None:
                # setdefault: another thread may have built the same node meanwhile
                node = _table.setdefault(key, super().__call__(*values))
            return node


class Expr(metaclass=_Interned):
    """Base of all expression nodes; never built itself."""

    __slots__: ClassVar[tuple[str, ...]] = ()


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
    """`-x`, `+x`, `not x`."""

    op: str
    operand: Expr


@dataclass(frozen=True, eq=False)
class Binary(Expr):
    """An arithmetic operator: `+ - * / // % **`."""

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


@cache
def _field_names(cls: type[Expr]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))  # type: ignore[arg-type]


def values_of(node: Expr) -> tuple[Any, ...]:
    """The constructor's arguments of a node."""
    return tuple([getattr(node, name) for name in _field_names(type(node))])


def children(node: Expr) -> tuple[Expr, ...]:
    """The operands of a node, in order of evaluation."""
    match node:
        case Binary(_, left, right):
            return (left, right)
        case Const() | Var() | Ref():
            return ()
        case Cond(test, then, other):
            return (test, then, other)
        case _:
            return tuple(_nested(values_of(node)))


def _nested(values: Iterable[Any]) -> Iterator[Expr]:
    for value in values:
        if isinstance(value, Expr):
            yield value
        elif isinstance(value, tuple):
            yield from _nested(value)


def with_children(node: Expr, new: Iterable[Expr]) -> Expr:
    """The same node over other operands (as many as `children` gives)."""
    source = iter(new)
    return type(node)(*_refill(values_of(node), source))


def _refill(values: Iterable[Any], source: Iterator[Expr]) -> tuple[Any, ...]:
    out: list[Any] = []
    for value in values:
        if isinstance(value, Expr):
            out.append(next(source))
        elif isinstance(value, tuple):
            out.append(_refill(value, source))
        else:
            out.append(value)
    return tuple(out)


def postorder(root: Expr) -> Iterator[Expr]:
    """Every distinct node below and with `root`, operands before their users."""
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(children(node)))


def transform(root: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Rebuild bottom-up; `change` gets each node with its operands already changed."""
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        operands = children(node)
        if operands:
            new = [done[child] for child in operands]
            same = all(a is b for a, b in zip(operands, new, strict=True))
            done[node] = change(node if same else with_children(node, new))
        else:
            done[node] = change(node)
    return done[root]


def substitute(root: Expr, replacement: Lookup[Expr, Expr]) -> Expr:
    """Replace whole sub-expressions, outermost first; replacements are not searched."""
    done: dict[Expr, Expr] = {}
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if node in done:
            continue
        if node in replacement:
            done[node] = replacement[node]
            continue
        operands = children(node)
        if ready or not operands:
            new = [done[child] for child in operands]
            same = all(a is b for a, b in zip(operands, new, strict=True))
            done[node] = node if same else with_children(node, new)
        else:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(operands))
    return done[root]


def strip(root: Expr) -> Expr:
    """The expression without the user's redundant parentheses."""
    return transform(root, lambda n: n.inner if isinstance(n, Paren) else n)


def names_in(root: Expr) -> Iterator[str]:
    """Names of the variables read, each once, in order of first occurrence."""
    for node in postorder(root):
        if isinstance(node, Var):
            yield node.name
