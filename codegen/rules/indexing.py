"""What `x[...]` reads: the parts of an index, and the type of the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..ir import expr as ir
from ..ir.dims import (
    ONE,
    Dim,
    Shape,
    ShapeMismatch,
    broadcast,
    constant,
    nothing_known,
    shape_text,
    unknown,
)
from ..ir.expr import Expr
from ..ir.types import Array, Items, Number, Tree, Type, Unknown, is_of_any_shape
from .bounds import never_negative
from .pullback import Kinds


class Part(Enum):
    """What one part of an index does to the axes.

    WHOLE is `:`, REVERSED is `::-1`.
    """

    INTEGER = "integer"
    SLICE = "slice"
    WHOLE = "whole"
    REVERSED = "reversed"
    NEW = "new axis"
    ELLIPSIS = "ellipsis"
    MASK = "mask"
    ARRAY = "array of integers"
    ARRAYS = "arrays of integers, one for each of several axes"
    OTHER = "other"


_ADVANCED = frozenset({Part.MASK, Part.ARRAY, Part.ARRAYS, Part.OTHER})


@dataclass(frozen=True)
class Selection:
    """An index taken apart: its parts, each with its expression."""

    parts: tuple[tuple[Part, Expr], ...]

    @property
    def is_basic(self) -> bool:
        """Whether it selects every element at most once, and gives a view."""
        return not any(part in _ADVANCED for part, _ in self.parts)

    @property
    def is_total(self) -> bool:
        """Whether it selects every element once: it only adds axes, or turns them."""
        total = {Part.WHOLE, Part.NEW, Part.ELLIPSIS, Part.REVERSED}
        return all(part in total for part, _ in self.parts)


def gives_copy(index: Expr, kinds: Kinds) -> bool:
    """Whether what an index selects is certainly a copy. An index of which nothing is
    said may be one integer, which gives a view."""
    parts = selection(index, kinds).parts
    if not {part for part, _ in parts}.isdisjoint({Part.MASK, Part.ARRAYS}):
        return True
    picks = [kinds.of(item) for part, item in parts if part is Part.ARRAY]
    return not all(map(is_of_any_shape, picks))


def selection(index: Expr, kinds: Kinds) -> Selection:
    """Take an index apart."""
    whole = index.inner if isinstance(index, ir.Paren) else index
    if _arrays(kinds.of(whole)) and not isinstance(whole, ir.Sequence):
        return Selection(((Part.ARRAYS, whole),))
    tuple_ = isinstance(whole, ir.Sequence) and whole.kind == "tuple"
    items = whole.items if isinstance(whole, ir.Sequence) and tuple_ else (whole,)
    return Selection(tuple((_part(item, kinds), item) for item in items))


def _part(item: Expr, kinds: Kinds) -> Part:
    match item:
        case ir.Slice(None, None, None):
            return Part.WHOLE
        case ir.Slice(None, None, step) if step and kinds.static(step) == -1:
            return Part.REVERSED
        case ir.Slice():
            return Part.SLICE
    value = kinds.static(item)
    if value is None:
        return Part.NEW
    if value is ...:
        return Part.ELLIPSIS
    if isinstance(item, ir.Sequence):
        flags = [kinds.of(one) == Number("bool") for one in item.items]
        return Part.MASK if flags and all(flags) else Part.ARRAY
    match kinds.of(item):
        case Number("bool") | Array(kind="bool"):
            return Part.MASK
        case Number("int") | Array(shape=(), kind="int"):
            return Part.INTEGER
        case Array(kind="int") | Items("list") | Tree("list"):
            return Part.ARRAY
        case _:
            return Part.OTHER


def _arrays(kind: Type) -> list[Array]:
    """The arrays of integers in a tuple of such; none for anything else."""
    if not isinstance(kind, Tree) or kind.kind != "tuple" or kind.open:
        return []
    arrays = [one for one in kind.items.values() if isinstance(one, Array)]
    whole = len(arrays) == len(kind.items) and all(a.kind == "int" for a in arrays)
    return arrays if whole else []


def indexed(node: Expr, base: Array, index: Expr, kinds: Kinds) -> Type:
    """The type of `base[index]`.

    Raises:
        ShapeMismatch: for too many parts.
    """
    parts = selection(index, kinds).parts
    # what nothing is said of may be one element, or several
    picks = any(part is Part.ARRAY for part, _ in parts)
    open_ = picks and not gives_copy(index, kinds)
    open_ = open_ or any(part is Part.OTHER for part, _ in parts)
    if open_ or isinstance(base.shape, Unknown):
        return Array(kinds.fresh(node).shape, base.kind)  # type: ignore[union-attr]
    used = sum(_axes(part, item, kinds) for part, item in parts)
    if used > len(base.shape):
        raise ShapeMismatch(
            f"{used} indices for an array of shape {shape_text(base.shape)}"
        )
    if any(part is Part.ARRAYS for part, _ in parts):
        picked = _common(_arrays(kinds.of(index)))
        return Array((*picked, *base.shape[used:]), base.kind)
    shape = list(base.shape)
    at = 0
    out: list[Dim] = []
    advanced: list[Shape] = []
    places: list[int] = []
    for position, (part, item) in enumerate(parts):
        match part:
            case Part.ELLIPSIS:
                count = len(shape) - used
                out += shape[at : at + count]
                at += count
            case Part.NEW:
                out.append(ONE)
            case Part.INTEGER:
                # whether there is such an element is seen when it is read, if ever
                at += 1
            case Part.WHOLE | Part.REVERSED:
                out.append(shape[at])
                at += 1
            case Part.SLICE:
                assert isinstance(item, ir.Slice)
                out.append(_sliced(shape[at], item, kinds))
                at += 1
            case Part.MASK:
                places.append(position)
                advanced.append((unknown(f"mask {id(item)}"),))
                if len(places) == 1:
                    first = len(out)
                at += _axes(part, item, kinds)
            case Part.ARRAY:
                places.append(position)
                advanced.append(_shape_of(item, kinds))
                if len(places) == 1:
                    first = len(out)
                at += 1
    out += shape[at:]
    if places:
        found: Shape = ()
        for other in advanced:
            found = broadcast(found, other)
        integers = [i for i, (p, _) in enumerate(parts) if p is Part.INTEGER]
        every = sorted([*places, *integers])
        together = every == list(range(every[0], every[-1] + 1))
        if together and integers and integers[0] < places[0]:
            together = True
        out[first if together else 0 : first if together else 0] = found
    return Array(tuple(out), base.kind)


def _axes(part: Part, item: Expr, kinds: Kinds) -> int:
    if part in (Part.NEW, Part.ELLIPSIS):
        return 0
    if part is Part.ARRAYS:
        return len(_arrays(kinds.of(item)))
    if part is Part.MASK:
        kind = kinds.of(item)
        if isinstance(kind, Items):
            return 1
        rank = kind.rank if isinstance(kind, Array) else 0
        return rank if rank is not None else 1
    return 1


def _shape_of(item: Expr, kinds: Kinds) -> Shape:
    match kinds.of(item):
        case Array(shape=tuple() as shape):
            return shape
        case Items(length=int() as length):
            return (constant(length),)
        case _:
            return (unknown(f"index {id(item)}"),)


def _common(arrays: Sequence[Array]) -> Shape:
    """The shape of arrays of indices, broadcast against each other."""
    found: Shape = ()
    for one in arrays:
        if isinstance(one.shape, Unknown):
            return (nothing_known(),)
        found = broadcast(found, one.shape)
    return found


def _sliced(dim: Dim, item: ir.Slice, kinds: Kinds) -> Dim:
    bounds = [
        None if bound is None else kinds.static(bound)
        for bound in (item.lower, item.upper, item.step)
    ]
    lower, upper, step = bounds
    length = dim.value
    plain = all(bound is None or type(bound) is int for bound in bounds)
    if length is not None and plain:
        chosen = slice(lower, upper, step)
        return constant(len(range(*chosen.indices(length))))
    if step in (None, 1) and plain:
        if upper is None and isinstance(lower, int):
            return dim - constant(lower) if lower >= 0 else constant(-lower)
        if lower in (None, 0) and isinstance(upper, int) and upper < 0:
            return dim + constant(upper)
        if isinstance(lower, int) and isinstance(upper, int) and lower >= 0 > upper:
            return dim + constant(upper) - constant(lower)
    if step in (None, 1):
        found = _between(dim, lower, upper, kinds)
        if found is not None:
            return found
    if all(bound is None or isinstance(bound, int | Dim) for bound in bounds):
        return unknown(f"{dim}[{lower}:{upper}:{step}]")
    return unknown(f"{dim}[{id(item)}]")  # bounds that only running tells


def _between(dim: Dim, lower: object, upper: object, kinds: Kinds) -> Dim | None:
    """The length of `x[lower:upper]` where both are lengths within the axis."""
    start = _length(lower, constant(0))
    end = _length(upper, dim)
    if start is None or end is None:
        return None
    inside = (start, end - start, dim - end)
    return end - start if all(never_negative(d, kinds) for d in inside) else None


def _length(bound: object, default: Dim) -> Dim | None:
    match bound:
        case None:
            return default
        case Dim():
            return bound
        case int() if bound >= 0:
            return constant(bound)
        case _:
            return None
