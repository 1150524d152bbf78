"""Expressions: small frozen dataclasses, shared by the forward and the backward side.

Nodes are interned: building the same node twice gives the same object. So equality
and hashing are by identity, cost nothing however deep the expression is, and a
sub-expression that occurs twice is one object. All walks are iterative, because a sum
of 5,000 terms nests 5,000 deep.

`Paren` and `Walrus` occur only in the *shown* form of a statement (what the user
wrote, see `stmt.Assign`); `strip` removes parentheses.
"""

from __future__ import annotations

import operator
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping as Lookup,
    Sequence as Sequence_,
)
from contextlib import contextmanager
from dataclasses import dataclass
from threading import local
from typing import TYPE_CHECKING, Any

# Nodes that live as long as the process: those of rules, built at import.
_permanent: dict[tuple[Any, ...], Expr] = {}
_local = local()


@contextmanager
def nodes() -> Iterator[None]:
    """Nodes that are built inside live until the end, and are this thread's own.

    Outside, nodes are kept for good: that is for rules. Nodes from two such blocks must
    not meet, because equality is identity.
    """
    before = getattr(_local, "table", None)
    _local.table = {}
    try:
        yield
    finally:
        _local.table = before


# Up to this height walks recurse, which is faster than keeping a stack.
_SHALLOW = 40


class _Interned(type):
    """Gives every node class a constructor that returns one object per value."""

    if not TYPE_CHECKING:

        def __call__(cls, *values):
            names = cls.__match_args__
            if len(values) < len(names):
                defaults = [getattr(cls, name) for name in names[len(values) :]]
                values = (*values, *defaults)
            key = (cls, values)
            node = _permanent.get(key)
            table = getattr(_local, "table", None)
            if node is None and table is not None:
                node = table.get(key)
            if node is None:
                node = cls.__new__(cls)
                # past the frozen constructor, which sets fields one by one
                node.__dict__.update(zip(names, values, strict=True))
                # what a walrus binds is no operand: it is not read
                operands = tuple(_nested(values[1:] if cls is Walrus else values))
                node.__dict__["operands"] = operands
                node.__dict__["height"] = 1 + max(
                    [n.height for n in operands], default=0
                )
                # setdefault: another thread may have built the same node meanwhile
                node = (_permanent if table is None else table).setdefault(key, node)
            return node


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


def values_of(node: Expr) -> tuple[Any, ...]:
    """The constructor's arguments of a node."""
    return tuple([getattr(node, name) for name in type(node).__match_args__])


def children(node: Expr) -> tuple[Expr, ...]:
    """The operands of a node, in order of evaluation."""
    return node.operands


def _nested(values: Iterable[Any]) -> Iterator[Expr]:
    for value in values:
        if isinstance(value, Expr):
            yield value
        elif isinstance(value, tuple):
            yield from _nested(value)


def with_children(node: Expr, new: Sequence_[Expr]) -> Expr:
    """The same node over other operands (as many as `children` gives)."""
    if all(map(operator.is_, node.operands, new)):
        return node
    match node:
        case Binary(op, _, _):
            return Binary(op, new[0], new[1])
        case Unary(op, _):
            return Unary(op, new[0])
        case Walrus(target, _):
            return Walrus(target, new[0])
        case _:
            return type(node)(*_refill(values_of(node), iter(new)))


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
            if node.operands:
                stack.append((node, True))
                stack.extend([(child, False) for child in reversed(node.operands)])
            else:
                yield node


def transform(root: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Rebuild bottom-up; `change` gets each node with its operands already changed."""
    if root.height <= _SHALLOW:
        return _transform_shallow(root, change)
    done: dict[Expr, Expr] = {}
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if node in done:
            continue
        if ready:
            done[node] = change(with_children(node, [done[n] for n in node.operands]))
        elif node.operands:
            stack.append((node, True))
            stack.extend([(n, False) for n in reversed(node.operands)])
        else:
            done[node] = change(node)
    return done[root]


def _transform_shallow(node: Expr, change: Callable[[Expr], Expr]) -> Expr:
    if not node.operands:
        return change(node)
    new = [_transform_shallow(child, change) for child in node.operands]
    return change(with_children(node, new))


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
        if ready or not node.operands:
            done[node] = with_children(node, [done[child] for child in node.operands])
        else:
            stack.append((node, True))
            stack.extend([(child, False) for child in reversed(node.operands)])
    return done[root]


def strip(root: Expr) -> Expr:
    """The expression without the user's redundant parentheses."""
    return transform(root, lambda n: n.inner if isinstance(n, Paren) else n)


_ARITHMETIC = (Const, Unary, Binary, Compare, Logic, Cond, Call)


@dataclass(frozen=True)
class _Facts:
    """What is asked of one expression again and again."""

    names: tuple[str, ...]
    walruses: tuple[Walrus, ...]
    paths: tuple[str, ...]
    arithmetic: bool


def names_in(root: Expr) -> tuple[str, ...]:
    """Names of the variables read, each once, in order of first occurrence."""
    if isinstance(root, Var):
        return (root.name,)
    return _facts(root).names


def walruses_in(root: Expr) -> tuple[Walrus, ...]:
    """The bindings inside of an expression, in order of evaluation."""
    if not root.operands:
        return ()
    return _facts(root).walruses


def paths_in(root: Expr) -> tuple[str, ...]:
    """Paths of everything from outside that is read, each once."""
    return _facts(root).paths


def is_arithmetic(root: Expr) -> bool:
    """Whether there are only operators, calls and numbers: no lists, no elements of
    lists, no text, nothing bound on the way, no needless sign or parentheses."""
    return _facts(root).arithmetic


def _facts(root: Expr) -> _Facts:
    """Kept on the node that was asked about."""
    known: _Facts | None = root.__dict__.get("facts")
    if known is None:
        names, walruses, paths, arithmetic = [], [], [], True
        for node in postorder(root):
            if isinstance(node, Var):
                names.append(node.name)
            elif isinstance(node, Ref):
                paths.append(node.path)
            elif isinstance(node, Unary) and node.op == "+":
                arithmetic = False
            elif not isinstance(node, _ARITHMETIC):
                arithmetic = False
                if isinstance(node, Walrus):
                    walruses.append(node)
        known = _Facts(tuple(names), tuple(walruses), tuple(paths), arithmetic)
        object.__setattr__(root, "facts", known)
    return known
