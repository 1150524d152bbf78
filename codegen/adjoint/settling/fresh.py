"""Parts of an adjoint that are still the zeros that it began as.

    du = np.zeros_like(u)        du = np.zeros_like(u)
    du[0] += dx                  du[0] = dx
    du[1] += dy                  du[1] = dy

Within a straight line of stages only: what a loop adds to may hold something from the
trip before.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...analysis.regions import Access, Symbols, disjoint_earlier
from ...analysis.values import value_of_adjoint
from ...ir.expr import Expr, Index, Var
from ...ir.types import Array, Items, List, Number, Type
from ...ir.walk import names_in
from ...rules.kinds import Kinds
from ..indices import LENGTH, plain_index


class Fresh:
    """Adjoints that a block has begun as zeros, by the parts that were put in since."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self._kinds = Kinds(types)
        self._parts: dict[Var, list[Expr]] = {}

    def begin(self, adjoint: Var) -> None:
        """An adjoint is zeros from here on.

        An item that is an array would share the memory of what is assigned to it.
        """
        match self._kinds.types.get(value_of_adjoint(adjoint.name)):
            case Array() | Items() | List(Number()):
                self._parts[adjoint] = []
            case _:
                self.end(adjoint)

    def end(self, adjoint: Var | None = None) -> None:
        """Nothing is known of an adjoint any more, or of any."""
        if adjoint is None:
            self._parts.clear()
        else:
            self._parts.pop(adjoint, None)

    def put(self, part: Index) -> bool:
        """Note that something comes to a part; whether it is zeros before that."""
        if not isinstance(part.base, Var):
            return False
        parts = self._parts.get(part.base)
        if parts is None:
            return False
        index = plain_index(part.index, self._kinds)
        is_zero = all(are_apart(index, other) for other in parts)
        parts.append(index)
        return is_zero


def are_apart(one: Expr, other: Expr) -> bool:
    """Whether two indices that are read at about the same time pick different parts."""
    names = frozenset({*names_in(one), *names_in(other)})
    lengths = frozenset(name for name in names if name.startswith(LENGTH))
    former, latter = Access(other, (), (0,)), Access(one, (), (1,))
    return disjoint_earlier(latter, former, Symbols(names, lengths))
