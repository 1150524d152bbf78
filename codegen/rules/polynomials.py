"""Rules of polynomials, which are given by their coefficients, the highest first."""

from __future__ import annotations

from ..ir.dims import nothing_known, product
from ..ir.types import Array, Type, Unknown
from .pullback import Bound, Kinds, Pullback, pullback
from .results import floating, kind_of, same, shape_of, stated


def _powers(call: Bound, kinds: Kinds) -> Type:
    """A row of powers for each element."""
    shape = shape_of(call["x"], kinds)
    length = nothing_known() if isinstance(shape, Unknown) else product(shape)
    count = kinds.static(call["n"])
    columns = (length,) if count is None else stated(count) or (nothing_known(),)
    return Array((length, *columns), floating(kind_of(call["x"], kinds)))


RULES: tuple[Pullback, ...] = (
    pullback(
        "polyval(p, x)",
        same(kind="float"),
        p="entry(coefficients(g))",
        x="_polynomial_slope(p, x) * g",
    ),
    pullback(
        "vander(x, n=None, increasing=False)", _powers, x="_vander(g, x, increasing)"
    ),
)
