"""The type of a variable where several ways through a program meet."""

from __future__ import annotations

from dataclasses import replace

from ...ir.dims import Dim, Shape, nothing_known
from ...ir.joining import join_types
from ...ir.types import Array, Items, List, Number, Tree, Type, Unknown, nowhere


class Joining:
    """Joins types at one point of a program: behind an `if`, or at a loop's head.

    A length that differs becomes one that is known to equal no other. Joining again
    with what a further trip gives keeps the lengths that were made here, and no others
    that nothing is known of, so that lowering a loop's body again and again comes to
    an end.
    """

    def __init__(self) -> None:
        self._made: set[Dim | Unknown] = set()

    def types(self, a: Type, b: Type) -> Type:
        """The type of a value that is of type `a`, or of type `b`; at the head of a
        loop `a` is the type there so far."""
        return join_types(a, b, self)

    def forgotten(self, kind: Type) -> Type:
        """A type as far as it holds for every trip through a loop, not for one."""
        match kind:
            case Number(value=Dim() as value) if not value.is_lasting:
                return Number(kind.kind)
            case Array(shape=Unknown() as shape):
                return replace(kind, shape=self.shape(shape))
            case Array(shape=tuple() as shape):
                return replace(kind, shape=tuple(self._settled(dim) for dim in shape))
            case Items(values=tuple() as values):
                lasting = all(dim.is_lasting for dim in values)
                return kind if lasting else replace(kind, values=None)
            case List(item):
                return replace(kind, item=self.forgotten(item))
            case Tree(items=items):
                forgotten = {key: self.forgotten(item) for key, item in items.items()}
                return replace(kind, items=forgotten)
            case _:
                return kind

    def shape(self, shape: Shape | Unknown) -> Unknown:
        if isinstance(shape, Unknown) and shape in self._made:
            return shape
        made = nowhere()
        self._made.add(made)
        return made

    def _settled(self, dim: Dim) -> Dim:
        return dim if dim.is_lasting else self.length(dim)

    def length(self, dim: Dim) -> Dim:
        if dim in self._made:
            return dim
        made = nothing_known()
        self._made.add(made)
        return made
