"""The places that the way down from the result of a stage comes to."""

from __future__ import annotations

from dataclasses import dataclass

from ..ir.expr import Call, Const, Expr, Ref
from ..ir.number import as_number
from .build import numpy
from .product import Product


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


def masked_below(operand: Expr, made: Expr) -> Visit:
    """The way on with a pullback; one that is masked masks all that comes of it."""
    match made:
        case Call(Ref("numpy.where"), (test, zero, value)) if as_number(zero) == 0:
            guard = numpy("where", test, zero, Const("1"))
        case Call(Ref("numpy.where"), (test, value, zero)) if as_number(zero) == 0:
            guard = numpy("where", test, Const("1"), zero)
        case _:
            return Visit(operand, Product(), made, (), ())
    return Visit(operand, Product(conds=(guard,)), value, (guard,), ())
