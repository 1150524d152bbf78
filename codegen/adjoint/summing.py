"""Sums over the axes along which an operand was repeated.

    p = dt * k * q**3                      dp_raw = np.sum(q**3 * dp)
                                           ddt = k * dp_raw
                                           dk = dt * dp_raw

Numbers are multiplied with behind the sum, not with each element in front of it, and a
sum that several operands need is computed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..ir.expr import Call, Expr
from ..rules.kinds import Kinds
from .building.product import Product
from .visits import Visit, of_numbers


def outside_of_sum(
    product: Product, operand: Expr, node: Expr, kinds: Kinds
) -> tuple[Product, Product]:
    """What of a contribution may be multiplied with when it is summed, and the rest:
    constants, and numbers where the operand is known to have fewer axes.

    Behind a sum of what a mask has made 0, dividing by 0 would give nan again.
    """
    outside, rest = product.constant, product.with_constant(Product())
    have, wanted = kinds.of(node).rank, kinds.of(operand).rank
    masked = len(of_numbers(rest.conds)) < len(rest.conds)
    if masked or have is None or wanted is None or have <= wanted:
        return outside, rest

    def numbers(factors: tuple[Expr, ...], outside: bool) -> tuple[Expr, ...]:
        return tuple(f for f in factors if (kinds.of(f).rank == 0) == outside)

    return (
        replace(
            outside, above=numbers(rest.above, True), below=numbers(rest.below, True)
        ),
        replace(
            rest, above=numbers(rest.above, False), below=numbers(rest.below, False)
        ),
    )


def shared_sums(ways: Iterable[Visit]) -> Iterator[Expr]:
    """The sums that several operands' contributions go on from."""
    sums = Counter(w.upstream for w in ways if isinstance(w.upstream, Call))
    return (found for found, times in sums.items() if times > 1)
