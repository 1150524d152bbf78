"""One operation of an expression: its operands and their local gradients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..ir.expr import Binary, Call, Cond, Const, Expr, Ref
from ..ir.number import ONE, as_number
from ..rules.edges import rule_of
from ..rules.match import find_gate
from ..rules.rule import Kind, Rule
from .product import chain
from .template import instance

# Factors of a product that is differentiated in one piece.
_LONGEST_PRODUCT = 6

_NOTHING = Const("0")


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
            taken, not_taken = Cond(test, ONE, _NOTHING), Cond(test, _NOTHING, ONE)
            return Operation("", ((then, taken), (other, not_taken)))
        case Binary("*", _, _):
            factors = product_factors(node)
            if len(factors) <= _LONGEST_PRODUCT:
                return Operation("", tuple(_product_edges(factors)))
        case Call(Ref("builtins.max" | "builtins.min"), args, _) if len(args) != 2:
            return Operation(_name(node), tuple(_extremum_edges(node.func, args)))
    rule, operands_ = rule_of(node)
    if rule is None or rule.kind is not Kind.LOCAL:
        return Operation("", ())
    return Operation(_name(node), tuple(_rule_edges(rule, operands_, out)))


def _extremum_edges(
    func: Expr, operands: tuple[Expr, ...]
) -> Iterable[tuple[Expr, Expr]]:
    """`max(a, b, c)` as `max(max(a, b), c)`, by the rule for two."""
    locals_: list[Expr] = [ONE]
    for i, operand in enumerate(operands[1:], 1):
        first = operands[0] if i == 1 else Call(func, operands[:i])
        pair = operation(Call(func, (first, operand)), first).edges
        (_, kept), (_, new) = pair
        locals_ = [Binary("*", before, kept) for before in locals_]
        locals_.append(new)
    return zip(operands, locals_, strict=True)


def _rule_edges(
    rule: Rule, operands: tuple[Expr, ...], out: Expr
) -> Iterable[tuple[Expr, Expr]]:
    if _constant_first(rule, operands):
        edges = _rule_edges(rule, operands[::-1], out)
        yield from reversed(list(edges))
        return
    for position, operand in enumerate(operands):
        if rule.variadic:
            values = {rule.params[0]: operand}
        else:
            values = dict(zip(rule.params, operands, strict=True))
        yield operand, instance(rule.gradient(position), {**values, "out": out})


def _constant_first(rule: Rule, operands: tuple[Expr, ...]) -> bool:
    """Whether this is `max(0, x)`, which has the gradient of `max(x, 0)`."""
    if rule.paths not in (("builtins.max",), ("builtins.min",)):
        return False
    first, second = operands
    return as_number(first) is not None and as_number(second) is None


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
