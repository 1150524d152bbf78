"""Walks over expressions. None recurses deeper than `SHALLOW`, because a sum of 5,000
terms nests 5,000 deep."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from . import expr as ir
from .expr import (
    Attribute,
    Binary,
    Call,
    Compare,
    Cond,
    Const,
    Expr,
    Index,
    Logic,
    Paren,
    Ref,
    Unary,
    Var,
    Walrus,
)

# Up to this height walks recurse, which is faster than keeping a stack.
SHALLOW = 40


def values_of(node: Expr) -> tuple[Any, ...]:
    """The constructor's arguments of a node."""
    return tuple([getattr(node, name) for name in type(node).__match_args__])


def children(node: Expr) -> tuple[Expr, ...]:
    """The operands of a node, in order of evaluation."""
    return node.operands


def with_children(node: Expr, new: Sequence[Expr]) -> Expr:
    """The same node over other operands (as many as `children` gives)."""
    if all(map(operator.is_, node.operands, new)):
        return node
    # the usual ones first, and without patterns: this is where much time goes
    if isinstance(node, Binary):
        return Binary(node.op, new[0], new[1])
    if isinstance(node, Call) and not node.keywords:
        return Call(new[0], tuple(new[1:]), ())
    if isinstance(node, Walrus):
        return Walrus(node.target, new[0])
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
    if root.height <= SHALLOW:
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


def renamed(root: Expr, variables: Mapping[str, Expr]) -> Expr:
    """Replace the variables that are read, each by what stands under its name."""
    if root.height <= SHALLOW:
        return _renamed_shallow(root, variables)
    return transform(root, lambda n: variables[n.name] if type(n) is Var else n)


def _renamed_shallow(node: Expr, variables: Mapping[str, Expr]) -> Expr:
    if isinstance(node, Var):
        return variables[node.name]
    if isinstance(node, Binary):
        left = _renamed_shallow(node.left, variables)
        return Binary(node.op, left, _renamed_shallow(node.right, variables))
    if not node.operands:
        return node
    new = [_renamed_shallow(child, variables) for child in node.operands]
    return with_children(node, new)


def substitute(root: Expr, replacement: Mapping[Expr, Expr]) -> Expr:
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


class _Facts(NamedTuple):
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
        known = _found(root)
        object.__setattr__(root, "facts", known)
    return known


def note_names(root: Expr, like: Expr, names: tuple[str, ...]) -> None:
    """Say that an expression is like another one that binds nothing, but for the names
    that it reads."""
    _, walruses, paths, arithmetic = _facts(like)
    assert not walruses
    object.__setattr__(root, "facts", _Facts(names, (), paths, arithmetic))


def _found(root: Expr) -> _Facts:
    names: dict[str, None] = {}
    paths: dict[str, None] = {}
    arithmetic, binds = True, False
    seen: set[Expr] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if type(node) is Var:
            names[node.name] = None
        elif type(node) is Ref:
            paths[node.path] = None
        elif node not in seen:
            seen.add(node)
            stack.extend(reversed(node.operands))
            if isinstance(node, Unary) and node.op == "+":
                arithmetic = False
            elif not isinstance(node, _ARITHMETIC):
                arithmetic = False
                binds = binds or isinstance(node, Walrus)
    walruses = [n for n in postorder(root) if isinstance(n, Walrus)] if binds else ()
    return _Facts(tuple(names), tuple(walruses), tuple(paths), arithmetic)


def bound_by(target: Expr) -> Iterator[str]:
    """The variables of an assignment's target."""
    match target:
        case Var(name):
            yield name
        case ir.Sequence(_, items):
            for item in items:
                yield from bound_by(item)
        case Index(base, _) | Attribute(base, _) | Call(Attribute(base, _)):
            yield from bound_by(base)
        case _:
            raise AssertionError(target)
