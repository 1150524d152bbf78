"""Words of the rules that join arrays: which part of the gradient is whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...ir import expr as ir
from ...ir.expr import Binary, Const, Expr, Index
from ...ir.number import ONE, as_number
from ...ir.types import Unknown
from ...rules import joining
from ...rules.results import shape_of
from ..building import build
from ..building.build import WHOLE, indexed, literal, on
from .shaping import (
    length,
    reshape_to,
)

if TYPE_CHECKING:
    from ..building.pull import Pull, Word

_NEVER = Const("0")
_MATRIX = 2


def _piece(pull: Pull, g: Expr) -> Expr:
    """The part of the gradient that belongs to an item of a list."""
    items = joining.items_of(pull.bound)
    at, *inner = pull.operand.place
    if pull.kinds.static(pull.bound.args.get("axis", _NEVER)) is None:
        found = _flat_piece(pull, g, items, at)
    else:
        found = _piece_of(pull, g, items, at)
    return indexed(found, [Const(str(i)) for i in inner])


def _appended(pull: Pull, g: Expr, at: Expr) -> Expr:
    both = (pull.bound["x"], pull.bound["values"])
    place = 0 if as_number(at) == 0 else 1
    if pull.kinds.static(pull.bound["axis"]) is None:
        return _flat_piece(pull, g, both, place)
    return _unranked_piece(pull, g, both, place)


def _diagonal_piece(pull: Pull, g: Expr) -> Expr:
    """The block of a block diagonal that one of the matrices is."""
    items = joining.items_of(pull.bound)
    at = pull.operand.place[0]
    last = at == len(items) - 1
    parts = []
    for axis in range(_MATRIX):
        sides = []
        for item in items:
            shape = shape_of(item, pull.kinds)
            assert not isinstance(shape, Unknown)
            sides.append(length(pull, item, shape[axis], axis))
        stop = None if last else _end(sides[: at + 1])
        parts.append(_between(_sum(sides[:at]), stop))
    return indexed(g, parts)


def _flat_piece(pull: Pull, g: Expr, items: Sequence[Expr], at: int) -> Expr:
    """One of several arrays that are flattened and put in a row."""
    sizes = [_size(pull, item) for item in items]
    start, stop = _sum(sizes[:at]), _end(sizes[: at + 1])
    last = at == len(items) - 1
    piece = indexed(g, [_between(start, None if last else stop)])
    shape = shape_of(items[at], pull.kinds)
    if not isinstance(shape, Unknown) and len(shape) == 1:
        return piece
    return reshape_to(pull, piece, items[at])


def _size(pull: Pull, item: Expr) -> Expr:
    shape = shape_of(item, pull.kinds)
    if not isinstance(shape, Unknown) and all(d.value is not None for d in shape):
        total = 1
        for dim in shape:
            total *= dim.value or 0
        return Const(str(total))
    return build.of_array(build.carrier(item, pull.kinds), "size")


def _between(start: Expr | None, stop: Expr | None) -> Expr:
    return WHOLE if start is None and stop is None else ir.Slice(start, stop)


def _sum(lengths: Sequence[Expr]) -> Expr | None:
    """The sum of some lengths; None for 0."""
    numbers = [int(n) for n in map(as_number, lengths) if n is not None]
    terms = [length for length in lengths if as_number(length) is None]
    total = sum(numbers)
    if total:
        terms.append(Const(str(total)))
    if not terms:
        return None
    whole = terms[0]
    for term in terms[1:]:
        whole = Binary("+", whole, term)
    return whole


def _end(lengths: Sequence[Expr]) -> Expr:
    """Where the last of some lengths ends."""
    return _sum(lengths) or _NEVER


def _piece_of(pull: Pull, g: Expr, items: Sequence[Expr], at: int) -> Expr:
    how = joining.joint(pull.bound, pull.kinds)
    if how is None:
        return _unranked_piece(pull, g, items, at)
    lengths = [
        _lifted_length(pull, item, lift, how.axis)
        for item, lift in zip(items, how.lifts, strict=True)
    ]
    start = _sum(lengths[:at])
    parts: list[Expr] = []
    for axis, own in enumerate(how.lifts[at]):
        if axis != how.axis:
            parts.append(_NEVER if own is None else WHOLE)
        elif own is None:
            parts.append(start or _NEVER)
        else:
            last = at == len(items) - 1
            parts.append(_between(start, None if last else _end(lengths[: at + 1])))
    return indexed(g, parts)


def _lifted_length(pull: Pull, item: Expr, lift: joining.Lift, axis: int) -> Expr:
    own, shape = lift[axis], shape_of(item, pull.kinds)
    assert not isinstance(shape, Unknown)
    return ONE if own is None else length(pull, item, shape[own], own)


def _unranked_piece(pull: Pull, g: Expr, items: Sequence[Expr], at: int) -> Expr:
    """As `_piece_of`, of arrays whose ranks are not known, along a known axis."""
    axis = pull.kinds.static(pull.bound["axis"])
    assert isinstance(axis, int)
    if pull.bound.rule.form.startswith("stack"):
        part: Expr = Const(str(at))
    else:
        lengths = [_length_along(pull, item, axis) for item in items]
        last = at == len(items) - 1
        start, stop = _sum(lengths[:at]), _end(lengths[: at + 1])
        part = _between(start, None if last else stop)
    if axis >= 0:
        return indexed(g, [*[WHOLE] * axis, part])
    parts = (Const("..."), part, *[WHOLE] * (-axis - 1))
    return Index(g, ir.Sequence("tuple", parts))


def _length_along(pull: Pull, item: Expr, axis: int) -> Expr:
    shape = shape_of(item, pull.kinds)
    if not isinstance(shape, Unknown):
        return length(pull, item, shape[axis], axis)
    return Index(build.shape_of(item, pull.kinds), literal(axis))


def _piece_of_block(pull: Pull, g: Expr) -> Expr:
    """The part of the gradient that belongs to an array of a block."""
    node, kinds = pull.bound["xs"], pull.kinds
    levels, rank = joining.depth(node), joining.block_rank(node, kinds)
    parts: list[Expr] = [WHOLE] * rank
    for place in pull.operand.place:
        assert isinstance(node, ir.Sequence)
        axis = rank - levels
        lengths = [_block_length(pull, n, levels - 1, rank, axis) for n in node.items]
        last = place == len(node.items) - 1
        stop = None if last else _end(lengths[: place + 1])
        parts[axis] = _between(_sum(lengths[:place]), stop)
        node, levels = node.items[place], levels - 1
    shape = shape_of(node, kinds)
    assert not isinstance(shape, Unknown)
    new = rank - len(shape)
    return indexed(g, [*map(_first, parts[:new]), *parts[new:]])


def _first(part: Expr) -> Expr:
    """The place of an axis of length 1 that an array got in a block."""
    return (part.lower or _NEVER) if isinstance(part, ir.Slice) else part


def _block_length(pull: Pull, node: Expr, levels: int, rank: int, axis: int) -> Expr:
    """The length of a block, or of a list in it, along an axis."""
    if isinstance(node, ir.Sequence):
        parts = [
            _block_length(pull, item, levels - 1, rank, axis) for item in node.items
        ]
        return (_sum(parts) or _NEVER) if rank - levels == axis else parts[0]
    shape = shape_of(node, pull.kinds)
    assert not isinstance(shape, Unknown)
    own = axis - (rank - len(shape))
    return ONE if own < 0 else length(pull, node, shape[own], own)


def _meshed(pull: Pull, g: Expr) -> Expr:
    """The sum over the axes along which the vector was repeated."""
    count = len(joining.items_of(pull.bound))
    at = pull.operand.place[0]
    if at < 2 <= count and pull.kinds.static(pull.bound["indexing"]) == "xy":
        at = 1 - at
    others = [i for i in range(count) if i != at]
    total = on(g, "sum", axis=build.axes_argument(others)) if others else g
    assert pull.item is not None
    shape = shape_of(pull.item, pull.kinds)
    return indexed(total, [_NEVER]) if shape == () else total


WORDS: Mapping[str, Word] = {
    "piece": _piece,
    "diagonal_piece": _diagonal_piece,
    "piece_of_block": _piece_of_block,
    "appended": _appended,
    "meshed": _meshed,
}
