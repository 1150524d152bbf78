"""The type of a variable where several ways through a program meet."""

from __future__ import annotations

from dataclasses import replace

from ..ir.dims import Dim, Shape, nothing_known
from ..ir.types import (
    Array,
    Items,
    List,
    Number,
    Opaque,
    Tree,
    Type,
    Unknown,
    nowhere,
)


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
        """The type of a value that is of type `a`, or of type `b`.

        At the head of a loop `a` is the type there so far. A number that may be an
        array too counts as that array: `s = 0` before `s = s + x`.
        """
        if a == b:
            return a
        match a, b:
            case Number(), Number():
                value = a.value if a.value == b.value else None
                return Number(together(a.kind, b.kind), value=value)
            case Array(), Array():
                shape = self._shapes(a.shape, b.shape)
                return Array(shape, together(a.kind, b.kind))
            case (Number(kind=kind), Array() as array) | (
                Array() as array,
                Number(kind=kind),
            ):
                return replace(array, kind=together(kind, array.kind))
            case Items(), Items() if (a.kind, a.length) == (b.kind, b.length):
                return Items(a.kind, a.length)
            case ((Items("list") | List()), (Items("list") | List())):
                return List(self.items(item_type(a), item_type(b)))
            case Tree(), Tree() if (a.kind, [*a.items]) == (b.kind, [*b.items]):
                both = {key: self.types(a.items[key], b.items[key]) for key in a.items}
                return Tree(a.kind, both, a.open or b.open)
            case _:
                return Opaque()

    def items(self, a: Type, b: Type) -> Type:
        """The type of the items of a list that holds both; `Opaque` adds nothing."""
        if isinstance(a, Opaque):
            return b
        return a if isinstance(b, Opaque) else self.types(a, b)

    def forgotten(self, kind: Type) -> Type:
        """A type as far as it holds for every trip through a loop, not for one."""
        match kind:
            case Number(value=Dim() as value) if not value.is_known:
                return Number(kind.kind)
            case Array(shape=Unknown() as shape):
                return replace(kind, shape=self._own(shape))
            case Array(shape=tuple() as shape):
                return replace(kind, shape=tuple(self._settled(dim) for dim in shape))
            case Items(values=tuple() as values):
                known = all(dim.is_known for dim in values)
                return kind if known else replace(kind, values=None)
            case List(item):
                return List(self.forgotten(item))
            case Tree(items=items):
                forgotten = {key: self.forgotten(item) for key, item in items.items()}
                return replace(kind, items=forgotten)
            case _:
                return kind

    def _shapes(self, a: Shape | Unknown, b: Shape | Unknown) -> Shape | Unknown:
        if a == b:
            return a
        if isinstance(a, Unknown) or isinstance(b, Unknown) or len(a) != len(b):
            return self._own(a)
        return tuple(
            m if m == n else self._length(m) for m, n in zip(a, b, strict=True)
        )

    def _own(self, shape: Shape | Unknown) -> Unknown:
        if isinstance(shape, Unknown) and shape in self._made:
            return shape
        made = nowhere()
        self._made.add(made)
        return made

    def _settled(self, dim: Dim) -> Dim:
        return dim if dim.is_known else self._length(dim)

    def _length(self, dim: Dim) -> Dim:
        if dim in self._made:
            return dim
        made = nothing_known()
        self._made.add(made)
        return made


def together(a: str, b: str) -> str:
    """The kind of elements that are of either kind."""
    return next(k for k in ("any", "float", "int", "bool") if k in (a, b))


def item_type(kind: Items | List) -> Type:
    """The type of an item of a list; `Opaque` where it is empty."""
    match kind:
        case List(item):
            return item
        case Items(length=0):
            return Opaque()
        case Items(values=tuple()):
            return Number("int")
        case _:
            return Number()
