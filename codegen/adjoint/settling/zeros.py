"""The zeros that adjoints start with."""

from __future__ import annotations

from collections.abc import Mapping

from ...analysis.items import is_layers
from ...analysis.values import value_of_adjoint
from ...ir import expr as ir
from ...ir.expr import Binary, Call, Const, Expr, Index, Item, Ref, Var
from ...ir.number import ZERO
from ...ir.types import Array, Items, List, Tree, Type
from ..building.build import helper
from ..lines import zeros_as, zeros_like
from ..lists import zero_list, zeros_of_floats


def zeros(
    adjoint: Var,
    types: Mapping[str, Type],
    items: Mapping[str, Item | Var] | None = None,
    *,
    cut: bool = False,
) -> Expr:
    """The zero that an adjoint starts with: `0.0`, `[0.0] * len(w)`,
    `np.zeros_like(x)`.

    Args:
        cut: as for `zero_list`.
    """
    value = value_of_adjoint(adjoint.name)
    item = (items or {}).get(value)
    kind = types.get(value) if item is None else types.get(adjoint.name)
    if isinstance(kind, Tree) or is_layers(kind):
        return helper("_zeros", item or Var(value))
    if isinstance(kind, List):
        return zero_list(Var(value), kind, cut=cut)
    if isinstance(kind, Array):
        return zero_array(item or Var(value), kind)
    if not isinstance(types.get(value), Items):
        return ZERO
    length = length_of(adjoint, types)
    count = (
        Call(Ref("builtins.len"), (Var(value),))
        if length is None
        else Const(str(length))
    )
    return Binary("*", ir.Sequence("list", (ZERO,)), count)


def zero_array(primal: Expr, kind: Array) -> Expr:
    """Zeros like an array; of floats, whatever the array is of."""
    if kind.kind == "float" and kind.rank:
        return zeros_like(primal)
    if kind.rank:
        return zeros_of_floats(primal)
    return zeros_as(Binary("+", primal, ZERO), kind)


def length_of(adjoint: Expr, types: Mapping[str, Type]) -> int | None:
    assert isinstance(adjoint, Var)
    kind = types.get(value_of_adjoint(adjoint.name))
    return kind.length if isinstance(kind, Items) else None


def kind_at(adjoint: Expr, types: Mapping[str, Type]) -> Type | None:
    """The type of what an adjoint belongs to; of an item of a list that of the item."""
    if isinstance(adjoint, Index):
        above = kind_at(adjoint.base, types)
        return above.item if isinstance(above, List) else None
    return (
        types.get(value_of_adjoint(adjoint.name)) if isinstance(adjoint, Var) else None
    )
