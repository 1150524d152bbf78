"""Types of what is made of lists that grow, and of their items."""

from __future__ import annotations

from ..ir.dims import ONE, Dim, Shape, nothing_known
from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Const,
    Expr,
    Index,
    Item,
    Paren,
    Ref,
    Slice,
    Unary,
    Var,
)
from ..ir.joining import (
    as_numbers,
    is_keyed,
    item_read,
    item_type,
    join_items,
    keys_of,
)
from ..ir.types import (
    Array,
    Items,
    List,
    Number,
    Opaque,
    Tree,
    Type,
    Unknown,
    is_single,
    nowhere,
)
from .pullback import Kinds
from .results import type_kind

# Functions that take such a list whole, and their keywords.
CALLS = {
    "builtins.len": (),
    "builtins.sum": (),
    "builtins.max": (),
    "builtins.min": (),
    "numpy.array": ("dtype",),
    "numpy.asarray": ("dtype",),
    "numpy.stack": ("axis",),
    "numpy.concatenate": ("axis",),
    "numpy.vstack": (),
    "numpy.hstack": (),
    "numpy.column_stack": (),
}


def result(node: Expr, kinds: Kinds) -> Type | None:
    """The type of an item of a list, of `[0.0] * n`, or of a call over a list; None
    for what is none of these."""
    made = new_list(node, kinds)
    if made is not None:
        return made
    match node:
        case Index(base, _):
            kind = kinds.of(base)
            return item_read(kind) if isinstance(kind, List) else None
        case Binary("*", left, right):
            return _repeated(kinds.of(left), kinds.of(right))
        case Call(Ref(path), (first, *_), keywords) if path in CALLS:
            kind = kinds.of(first)
            if isinstance(kind, List):
                return _applied(path, kind.item, dict(keywords), kinds)
    return None


# `[::-1]`
BACKWARDS = Slice(None, None, Unary("-", Const("1")))
# Functions that make a list of the items of one.
COPIES = frozenset(f"builtins.{n}" for n in ("list", "tuple", "reversed", "sorted"))


def new_list(node: Expr, kinds: Kinds) -> List | None:
    """The type of a list that is made of the items of others; None for what is none:
    `xs[1:]`, `list(xs)`, `xs.copy()`, `sorted(xs)`, `xs + ys`."""
    match node:
        case Index(base, Slice()) | Call(Attribute(base, "copy"), ()):
            return _of_items(kinds.of(base))
        case Call(Ref("builtins.list"), (base,), ()) if is_keyed(kinds.of(base)):
            kind = kinds.of(base)
            assert isinstance(kind, List)
            return keys_of(kind)
        case Call(Ref(path), (base,), _) if path in COPIES:
            return _of_items(kinds.of(base))
        case Binary("+", left, right):
            first, second = _of_items(kinds.of(left)), _of_items(kinds.of(right))
            if first is None or second is None:
                return None
            return List(join_items(first.item, second.item))
        case _:
            return None


def has_items_of_list(node: Expr, kinds: Kinds) -> bool:
    """Whether this is a list that is made of the items of others; the keys of a dict
    are no items with a gradient."""
    match node:
        case Call(_, (base,)) if is_keyed(kinds.of(base)):
            return False
        case _:
            return new_list(node, kinds) is not None


def is_place(value: Expr) -> bool:
    """Whether a list is that of a variable, or an item of such a list: it is not made
    on the way."""
    while isinstance(value, Index | Paren) and not (
        isinstance(value, Index) and isinstance(value.index, Slice)
    ):
        value = value.operands[0]
    return isinstance(value, Var | Item | Ref)


def _of_items(kind: Type) -> List | None:
    """The type of a new list with the items of a list or tuple of numbers."""
    if isinstance(kind, Items) and kind.values is not None and kind.kind == "tuple":
        return None  # a shape
    if isinstance(kind, List) and kind.keyed:
        return None
    match kind:
        case Items() | List():
            item = item_type(kind)
        case Tree() if (listed := as_numbers(kind)) is not None:
            item = listed.item
        case _:
            return None
    return List(item) if is_single(item) or isinstance(item, Opaque) else None


def levels(element: Expr, kinds: Kinds) -> int:
    """How many lists in lists the path to an element leads through."""
    count = 0
    while isinstance(element, Index):
        element = element.base
        count += isinstance(kinds.of(element), List | Items)
    return count


def _repeated(left: Type, right: Type) -> Type | None:
    if isinstance(left, Number):
        left, right = right, left
    match left, right:
        case List(), Number():
            return left
        case Items("list", 1), Number():
            return List(Number("int" if left.values else "float"))
        case Tree("list", items={0: item}), Number() if len(left.items) == 1:
            return List(item)
        case _:
            return None


def _applied(
    path: str, item: Type, keywords: dict[str, Expr], kinds: Kinds
) -> Type | None:
    match path.partition(".")[2]:
        case "len":
            return Number("int")
        case "sum" | "max" | "min":
            return Opaque() if isinstance(item, List | Items) else item
        case "array" | "asarray":
            kind = type_kind(keywords["dtype"], kinds) if "dtype" in keywords else None
            return _stacked(item, 0, kind)
        case "stack":
            return _stacked(item, _axis(keywords, kinds), None)
        case "concatenate":
            return _along(item, _axis(keywords, kinds))
        case "vstack":
            whole = isinstance(item, Array) and item.rank in (0, 1)
            return _stacked(_at_least_1d(item), 0, None) if whole else _along(item, 0)
        case "hstack":
            item = _at_least_1d(item)
            flat = isinstance(item, Array) and item.rank == 1
            return _along(item, 0 if flat else 1)
        case _:
            return _stacked(item, 1, None)


def _axis(keywords: dict[str, Expr], kinds: Kinds) -> int | None:
    axis = kinds.static(keywords["axis"]) if "axis" in keywords else 0
    return axis if isinstance(axis, int) else None


def _at_least_1d(item: Type) -> Type:
    match item:
        case Number(kind):
            return Array((ONE,), kind)
        case Array(shape=(), kind=kind):
            return Array((ONE,), kind)
        case _:
            return item


def _stacked(item: Type, axis: int | None, kind: str | None) -> Type:
    """The items along a new axis."""
    match item:
        case Number(element):
            return Array((nothing_known(),), kind or element)
        case List() | Items() if axis == 0:
            row = _stacked(item_read(item), 0, kind)
            if isinstance(row, Array) and isinstance(row.shape, tuple):
                return Array((nothing_known(), *row.shape), row.kind)
            return Opaque()
        case Array(shape=tuple(shape), kind=element) if axis is not None:
            at = axis if axis >= 0 else axis + len(shape) + 1
            lengths = (*shape[:at], nothing_known(), *shape[at:])
            return Array(lengths, kind or element)
        case Array(kind=element):
            return Array(nowhere(), kind or element)
        case _:
            return Opaque()


def _along(item: Type, axis: int | None) -> Type:
    """The items one behind the other, along an axis that they have."""
    if not isinstance(item, Array):
        return Opaque()
    if axis is None or isinstance(item.shape, Unknown):
        return Array(nowhere(), item.kind)
    return Array(_replaced(item.shape, axis, nothing_known()), item.kind)


def _replaced(shape: Shape, axis: int, dim: Dim) -> Shape:
    at = axis if axis >= 0 else axis + len(shape)
    return (*shape[:at], dim, *shape[at + 1 :])
