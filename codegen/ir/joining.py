"""The type of a value that is one of two, by the way that was taken."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Protocol, TypeGuard

from .dims import Dim, Shape, nothing_known, unknown
from .types import (
    Array,
    Items,
    List,
    Number,
    Opaque,
    Tree,
    Type,
    Unknown,
    is_list,
    is_single,
    is_whole,
    nowhere,
)

# What joining makes holds for every way; any other unknown length is one length.
_JOINED = "join "
_COUNT = count()

_WIDER = {"bool": 0, "int": 1, "float": 2, "any": 3}


class Fresh(Protocol):
    """Makes what stands for lengths and shapes that differ.

    It is given those of the first type: what it has made itself may stay.
    """

    def length(self, dim: Dim) -> Dim: ...

    def shape(self, shape: Shape | Unknown) -> Unknown: ...


class _Joined:
    """A length or shape of its own at every place where two types meet."""

    def length(self, dim: Dim) -> Dim:
        return unknown(f"{_JOINED}{next(_COUNT)}")

    def shape(self, shape: Shape | Unknown) -> Unknown:
        return _somewhere()


_EVERY_TIME = _Joined()


def join_types(a: Type, b: Type, fresh: Fresh = _EVERY_TIME) -> Type:
    """The least type that holds for both.

    A number that meets an array takes its shape: `total = 0` in front of a loop that
    adds rows to it.
    """
    if a == b:
        return a
    match a, b:
        case Number(), Number():
            value = a.value if a.value == b.value else None
            return Number(wider(a.kind, b.kind), value=value)
        case Array(), Array():
            return Array(_shape(a, b, fresh), wider(a.kind, b.kind))
        case (Number(kind), Array() as array) | (Array() as array, Number(kind)):
            return replace(array, kind=wider(kind, array.kind))
        case Items(), Items() if a.kind == b.kind and a.length == b.length:
            return Items(a.kind, a.length, element=wider(a.element, b.element))
        case List(keyed=True), List(keyed=True):
            item = join_items(a.item, b.item, fresh)
            return replace(a, item=item, key=join_keys(a.key, b.key))
        case _ if is_list(a) and is_list(b):
            return List(join_items(item_type(a), item_type(b), fresh))
        case Tree(), Tree() if (a.kind, [*a.items]) == (b.kind, [*b.items]):
            pairs = ((key, a.items[key], b.items[key]) for key in a.items)
            items = {key: join_types(one, other, fresh) for key, one, other in pairs}
            return Tree(a.kind, items, a.open or b.open)
        case _:
            return Opaque()


def covers(wide: Type, other: Type) -> bool:
    """Whether a type holds for all values of another one."""
    match wide, other:
        case Number(), Number():
            known = wide.value is None or wide.value == other.value
            return known and wider(wide.kind, other.kind) == wide.kind
        case Array(), Array():
            return wider(wide.kind, other.kind) == wide.kind and _holds(wide, other)
        case Array(), Number(kind):
            return wider(wide.kind, kind) == wide.kind
        case Items(), Items():
            same = wide.kind == other.kind and wide.length == other.length
            return same and wide.values in (None, other.values)
        case List(item), List() | Items("list") if wide.keyed == is_keyed(other):
            inner = item_type(other)
            if isinstance(item, Opaque) or isinstance(inner, Opaque):
                return isinstance(inner, Opaque)  # nothing may be in an empty list
            return covers(item, inner)
        case Tree(), Tree():
            return wide.items.keys() == other.items.keys() and all(
                covers(wide.items[key], other.items[key]) for key in wide.items
            )
        case _:
            return wide == other or isinstance(wide, Opaque)


def wider(a: str, b: str) -> str:
    """The kind of elements that are of either kind."""
    return max(a, b, key=lambda kind: _WIDER[kind])


def _shape(a: Array, b: Array, fresh: Fresh) -> Shape | Unknown:
    if a.shape == b.shape:
        return a.shape
    if isinstance(a.shape, Unknown) or isinstance(b.shape, Unknown):
        return fresh.shape(a.shape)
    if len(a.shape) != len(b.shape):
        return fresh.shape(a.shape)
    pairs = zip(a.shape, b.shape, strict=True)
    return tuple(m if m == n else fresh.length(m) for m, n in pairs)


def _somewhere() -> Unknown:
    return Unknown(f"{_JOINED}{next(_COUNT)}")


def _is_joined(dim: Dim) -> bool:
    return any(name.startswith(unknown(_JOINED).terms[0][0][0]) for name in dim.names)


def any_shape(kind: Type) -> Type:
    """The type of an array of these elements whose shape only running tells."""
    match kind:
        case Number(element) | Array(kind=element):
            return Array(_somewhere(), element)
        case _:
            return kind


def is_joined(kind: Array) -> bool:
    """Whether an array has another shape on one way than on another one."""
    if isinstance(kind.shape, Unknown):
        return kind.shape.name.startswith(_JOINED)
    return any(map(_is_joined, kind.shape))


def join_items(a: Type, b: Type, fresh: Fresh = _EVERY_TIME) -> Type:
    """The type of the items of a list that holds both; `Opaque` adds nothing."""
    if isinstance(a, Opaque):
        return b
    return a if isinstance(b, Opaque) else join_types(a, b, fresh)


def item_type(kind: Items | List) -> Type:
    """The type of an item of a list; `Opaque` where it is empty."""
    match kind:
        case List(item):
            return item
        case Items(length=0):
            return Opaque()
        case Items(values=tuple()):
            return Number("int")
        case Items(element=element):
            return Number(element)


def as_rows(kind: Type) -> List | None:
    """The type of a display of lists or tuples of numbers, `[[a, b], [c, d]]`: a list
    whose items are lists; None for any other type.

    Rows of integers, `[(0, 1), (1, 2)]`, are places of elements.
    """
    if not isinstance(kind, Tree) or kind.kind != "list" or not kind.items:
        return None
    found = [row_type(item) for item in kind.items.values()]
    rows = [row for row in found if row is not None]
    if len(rows) < len(kind.items):
        return None
    flat = [row for row in kind.items.values() if isinstance(row, Items)]
    filled = [row for row in flat if row.length != 0]
    if len(flat) == len(rows) and filled and all(r.element == "int" for r in filled):
        lengths = {(row.kind, row.length) for row in flat}
        if len(lengths) == 1:
            return List(replace(flat[0], values=None))
        return List(Items("list", None, element="int"))
    item: Type = rows[0]
    for other in rows[1:]:
        item = join_items(item, other)
    return None if isinstance(item, Opaque) else List(item)


def row_type(kind: Type) -> List | Items | None:
    """The type that a list or tuple of numbers has as an item of a list; None for any
    other type."""
    match kind:
        case Items("tuple"):
            return replace(kind, values=None)
        case Items():
            return List(item_type(kind))
        case List(keyed=False):
            return kind
        case _:
            return as_rows(kind)


def has_rows(kind: Type | None) -> TypeGuard[List]:
    """Whether this is a list whose items are lists or tuples of numbers."""
    return isinstance(kind, List) and isinstance(kind.item, List | Items)


def holding_at(
    kind: Items | List, depth: int, item: Type, fresh: Fresh = _EVERY_TIME
) -> List:
    """The type of a list into which something is put, so many levels down."""
    if depth <= 1 or not isinstance(kind, List):
        return holding(kind, item, fresh)
    inner = kind.item
    assert isinstance(inner, Items | List)
    return replace(kind, item=holding_at(inner, depth - 1, item, fresh))


def is_keyed(kind: Type) -> bool:
    """Whether this is a dict that the program itself fills."""
    return isinstance(kind, List) and kind.keyed


def join_keys(a: Type | None, b: Type | None) -> Type | None:
    """The type of the keys of a dict that has both; `Opaque` if they differ."""
    if a is None or b is None:
        return a or b
    return a if a == b else Opaque()


def key_type(kind: Type) -> Type | None:
    """The type of a key that only running tells: an integer, or a tuple of integers;
    None for any other type."""
    match kind:
        case Items("tuple", int(length)) if item_type(kind) == Number("int"):
            return Items("tuple", length, element="int")
        case Tree("tuple", items) if items and all(map(is_whole, items.values())):
            return Items("tuple", len(items), element="int")
        case _:
            return Number("int") if is_whole(kind) else None


def keyed_by(kind: List, place: Type) -> List:
    """The type of a dict in which something stands under a key."""
    if not kind.keyed:
        return kind
    return replace(kind, key=join_keys(kind.key, key_type(place) or Opaque()))


def keys_of(kind: List) -> List:
    """The type of the list of the keys of a dict."""
    return List(kind.key or Number("int"))


def holding(kind: Items | List, item: Type, fresh: Fresh = _EVERY_TIME) -> List:
    """The type of a list, or dict, that something is put into."""
    whole = kind if isinstance(kind, List) else List(item_type(kind))
    return replace(whole, item=join_items(whole.item, item, fresh))


def item_read(kind: Items | List) -> Type:
    """The type of an item that is read. Where nothing is known to be in a list, that
    is found out in a later trip, or there is never anything: a number will do.

    Where items are not all of one shape, that of two items is not the same.
    """
    match item_type(kind):
        case Opaque(what=""):
            return Number()
        case Array(shape=Unknown()) as item if is_joined(item):
            return replace(item, shape=nowhere())
        case Array(shape=tuple(shape)) as item if is_joined(item):
            own = tuple(nothing_known() if _is_joined(dim) else dim for dim in shape)
            return replace(item, shape=own)
        case item:
            return item


def _holds(wide: Array, other: Array) -> bool:
    if isinstance(wide.shape, Unknown):
        return wide.shape == other.shape or wide.shape.name.startswith(_JOINED)
    if isinstance(other.shape, Unknown) or len(wide.shape) != len(other.shape):
        return False
    pairs = zip(wide.shape, other.shape, strict=True)
    return all(m == n or _is_joined(m) for m, n in pairs)


def as_whole(kind: Type) -> Type:
    """The type of one of several lists of numbers: that of a list, as nobody knows how
    many items it has."""
    match kind:
        case Items("list", None, element=element):
            return List(Number(element))
        case _:
            return kind


def as_numbers(kind: Type) -> List | None:
    """The type of a display of numbers, some of them NumPy's, as a list; None for any
    other type."""
    match kind:
        case Tree("list", items, open=False) if items:
            parts = [*items.values()]
            item: Type = parts[0]
            for part in parts:
                item = join_items(item, part)
            return List(item) if all(map(is_single, parts)) else None
        case _:
            return None


def is_listed(kind: Type) -> bool:
    """Whether this is a list, or a display of numbers of NumPy's."""
    return is_list(kind) or as_numbers(kind) is not None


def are_flat(*kinds: Type) -> bool:
    """Whether these are lists of numbers."""
    return all(is_list(kind) and is_single(item_type(kind)) for kind in kinds)
