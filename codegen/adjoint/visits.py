"""The places that the way down from the result of a stage comes to."""

from __future__ import annotations

from dataclasses import dataclass

from ..ir.expr import Call, Compare, Cond, Const, Expr, Ref
from ..ir.number import as_number
from .building.build import numpy
from .building.product import Product
from .operation import Operation


@dataclass(frozen=True)
class Visit:
    """A node on the way down.

    Attributes:
        product: of the local gradients since `upstream`.
        guards: masks of the conditionals that the node stands in: what is computed
            for it must be computed under them.
        masked: the guards that `upstream` is masked with already.
    """

    node: Expr
    product: Product
    upstream: Expr | None
    guards: tuple[Expr, ...]
    masked: tuple[Expr, ...]


def singles_below(node: Expr, done: Operation, single: bool) -> set[Expr]:
    """The operands that are of one element: those of an elementwise operation whose
    result is, and what Python takes as a number.

    Args:
        single: whether the node is of one element.
    """
    match node:
        case Cond(Compare(operands=compared)):
            found = {*compared}
        case Call(Ref("builtins.max" | "builtins.min")):
            found = {node, *(operand for operand, _ in done.edges)}
        case Call(Ref(path)) if path.startswith("math."):
            found = {operand for operand, _ in done.edges}
        case _:
            found = set()
    if single and done.is_elementwise:
        found |= {operand for operand, _ in done.edges}
    return found


def of_numbers(guards: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Those of some guards that are of single numbers, and so hold for every shape."""
    return tuple(guard for guard in guards if isinstance(guard, Cond))


def masked_below(operand: Expr, made: Expr, guards: tuple[Expr, ...]) -> Visit:
    """The way on with a pullback, which may be computed under these guards only; one
    that is masked masks all that comes of it."""
    match made:
        case Call(Ref("numpy.where"), (test, zero, value)) if as_number(zero) == 0:
            guard = numpy("where", test, zero, Const("1"))
        case Call(Ref("numpy.where"), (test, value, zero)) if as_number(zero) == 0:
            guard = numpy("where", test, Const("1"), zero)
        case _:
            return Visit(operand, Product(conds=guards), made, guards, ())
    all_ = (*guards, guard)
    return Visit(operand, Product(conds=all_), value, all_, ())
