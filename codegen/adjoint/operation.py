"""One operation of an expression: its operands and their local gradients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..ir.expr import Binary, Call, Cond, Expr, Ref
from ..rules.edges import rule_of
from ..rules.match import find_gate
from ..rules.rule import Kind, Rule, template
from .product import chain
from .template import instance

# Factors of a product that is differentiated in one piece.
_LONGEST_PRODUCT = 6

_IF_TAKEN = template("1 if test else 0")
_IF_NOT_TAKEN = template("0 if test else 1")


@dataclass(frozen=True)
class Operation:
    """What is done to the operands, each with its local gradient.

    `name` is that of the gate or function, for naming values; "" for operators.
    """

    name: str
    edges: tuple[tuple[Expr, Expr], ...]


def operation(node: Expr, out: Expr) -> Operation:
    """Take an expression apart at the top.

    Args:
        out: how the value of `node` is read: a name if it has one, else `node`.
    """
    found = find_gate(node, named=out is not node)
    if found is not None:
        gate, operands = found
        values = {**operands, "out": out}
        edges = [(operands[k], instance(t, values)) for k, t in gate.local.items()]
        return Operation(gate.name, tuple(edges))
    match node:
        case Cond(test, then, other):
            taken = instance(_IF_TAKEN, {"test": test})
            not_taken = instance(_IF_NOT_TAKEN, {"test": test})
            return Operation("", ((then, taken), (other, not_taken)))
        case Binary("*", _, _):
            factors = product_factors(node)
            if len(factors) <= _LONGEST_PRODUCT:
                return Operation("", tuple(_product_edges(factors)))
    rule, operands_ = rule_of(node)
    if rule is None or rule.kind is not Kind.LOCAL:
        return Operation("", ())
    return Operation(_name(node), tuple(_rule_edges(rule, operands_, out)))


def _rule_edges(
    rule: Rule, operands: tuple[Expr, ...], out: Expr
) -> Iterable[tuple[Expr, Expr]]:
    for position, operand in enumerate(operands):
        if rule.variadic:
            values = {rule.params[0]: operand}
        else:
            values = dict(zip(rule.params, operands, strict=True))
        yield operand, instance(rule.gradient(position), {**values, "out": out})


def product_factors(node: Expr) -> list[Expr]:
    """The factors of `a * b * c`, up to one more than are treated in one piece."""
    factors: list[Expr] = []
    while isinstance(node, Binary) and node.op == "*":
        factors.append(node.right)
        node = node.left
        if len(factors) >= _LONGEST_PRODUCT:
            break
    return [node, *reversed(factors)]


def _product_edges(factors: list[Expr]) -> Iterable[tuple[Expr, Expr]]:
    for i, factor in enumerate(factors):
        yield factor, chain("*", [*factors[:i], *factors[i + 1 :]])


def _name(node: Expr) -> str:
    match node:
        case Call(Ref(path), _, _):
            return path.rpartition(".")[2]
        case _:
            return ""
