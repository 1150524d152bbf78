"""Finding composite gates in expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from ..ir.expr import Binary, Call, Expr, Ref, Unary, Var
from ..ir.number import as_number
from .gates import GATES
from .lookup import canonical
from .rule import Gate

Operands = Mapping[str, Expr]


def find_gate(node: Expr, *, named: bool) -> tuple[Gate, Operands] | None:
    """The gate that a whole expression is, with its operands.

    Args:
        named: whether the value of `node` has a name.
    """
    for gate, pattern in _by_head().get(_head(node), ()):
        if gate.named_only and not named:
            continue
        for operands in _match(pattern, node, {}):
            return gate, operands
    return None


def _head(node: Expr) -> str:
    """What an expression and a pattern for it have in common at the top."""
    match node:
        case Binary(op, _, _):
            return op
        case Call(Ref(path), _, _):
            return canonical(path)
        case _:
            return ""


@cache
def _by_head() -> Mapping[str, tuple[tuple[Gate, Expr], ...]]:
    table: dict[str, tuple[tuple[Gate, Expr], ...]] = {}
    for gate in GATES:
        for pattern in gate.patterns:
            head = _head(pattern)
            table[head] = (*table.get(head, ()), (gate, pattern))
    return table


def _match(pattern: Expr, node: Expr, bound: Operands) -> Iterator[Operands]:
    """All ways in which `node` fits the pattern; patterns are shallow, so recursion
    is as deep as the pattern, not as the expression."""
    value = as_number(pattern)
    match pattern:
        case Var(name):
            if bound.get(name, node) is node:
                yield {**bound, name: node}
        case _ if value is not None:
            if as_number(node) == value:
                yield bound
        case Unary("-", inner):
            opposite = negated(node)
            if opposite is not None:
                yield from _match(inner, opposite, bound)
        case Binary(op, left, right):
            if isinstance(node, Binary) and node.op == op:
                yield from _match_pair(left, right, node.left, node.right, bound)
                if op in "+*":
                    yield from _match_pair(left, right, node.right, node.left, bound)
        case Call(func, arguments):
            match node:
                case Call(Ref(path), given, ()) if _is(func, path):
                    if len(given) == len(arguments):
                        yield from _match_all(arguments, given, bound)
        case _:
            raise AssertionError(pattern)


def _is(func: Expr, path: str) -> bool:
    return isinstance(func, Ref) and func.path == canonical(path)


def _match_pair(
    left: Expr, right: Expr, first: Expr, second: Expr, bound: Operands
) -> Iterator[Operands]:
    for found in _match(left, first, bound):
        yield from _match(right, second, found)


def _match_all(
    patterns: tuple[Expr, ...], nodes: tuple[Expr, ...], bound: Operands
) -> Iterator[Operands]:
    if not patterns:
        yield bound
        return
    for found in _match(patterns[0], nodes[0], bound):
        yield from _match_all(patterns[1:], nodes[1:], found)


def negated(node: Expr) -> Expr | None:
    """The opposite of an expression that is written with a minus; None for others."""
    match node:
        case Unary("-", inner):
            return inner
        case Binary("*", left, right) if as_number(left) == -1:
            return right
        case Binary("*", left, right) if as_number(right) == -1:
            return left
        case Binary("*" | "/" as op, left, right):
            opposite = negated(left)
            return None if opposite is None else Binary(op, opposite, right)
        case _:
            return None
