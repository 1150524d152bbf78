"""Rules of operations that join arrays, or choose between them.

`piece(g)` is the part of the upstream gradient that belongs to an item of the list,
where `spot` says that the item lies.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..ir import expr as ir
from ..ir.dims import ONE, Dim, Shape, ShapeMismatch, constant, nothing_known, product
from ..ir.expr import Expr
from ..ir.types import Array, Type, Unknown, nowhere
from .pullback import (
    Bound,
    Kinds,
    Pullback,
    Unsupported,
    pullback,
)
from .results import constant_of, kind_of, shape_of, together

# For each axis of what is joined the item's axis that becomes it; None: a new one.
Lift = tuple[int | None, ...]


@dataclass(frozen=True)
class Joint:
    """How arrays are joined: the axis, and what is made of each first."""

    axis: int
    lifts: tuple[Lift, ...]


def items_of(call: Bound, name: str = "xs") -> tuple[Expr, ...]:
    """The arrays that are joined.

    Raises:
        Unsupported: where they do not stand in the call.
    """
    value = call[name]
    if isinstance(value, ir.Paren):
        value = value.inner
    if not isinstance(value, ir.Sequence) or not value.items:
        raise Unsupported("a list or tuple, written out, is needed: `[x, y]`")
    return value.items


def ranks_of(call: Bound, kinds: Kinds) -> list[int] | None:
    """The ranks of the items, if they are all known."""
    known = known_ranks(call, kinds)
    return known if len(known) == len(items_of(call)) else None


def known_ranks(call: Bound, kinds: Kinds) -> list[int]:
    """The ranks of the items, as far as they are known."""
    shapes = [shape_of(item, kinds) for item in items_of(call)]
    return [len(shape) for shape in shapes if not isinstance(shape, Unknown)]


def _whole(rank: int) -> Lift:
    return tuple(range(rank))


def joint(call: Bound, kinds: Kinds) -> Joint | None:
    """How `concatenate` and its like join arrays; None where ranks are not known.

    Raises:
        Unsupported: where the axis is not known.
        ShapeMismatch: where one of the arrays does not have it.
    """
    if "axis" in call.args:
        constant_of(call, "axis", kinds)
    form = call.rule.form.partition("(")[0]
    ranks = ranks_of(call, kinds)
    if ranks is None:
        for rank in known_ranks(call, kinds) if form == "concatenate" else ():
            _along(call, kinds, [rank])
        return None
    match form:
        case "concatenate":
            return _along(call, kinds, ranks)
        case "stack":
            return _stacked(call, kinds, ranks)
        case "hstack":
            lifts = [_whole(r) if r else (None,) for r in ranks]
            return Joint(0 if len(lifts[0]) == 1 else 1, tuple(lifts))
        case "vstack":
            lifts = [(None,) * (2 - r) + _whole(r) for r in ranks]
            return Joint(0, tuple(lifts))
        case "dstack":
            return Joint(2, tuple(_deep(r) for r in ranks))
        case "column_stack":
            return Joint(1, tuple(_column(r) for r in ranks))
        case name:
            raise AssertionError(name)


def _along(call: Bound, kinds: Kinds, ranks: list[int]) -> Joint:
    axis = kinds.static(call["axis"])
    if type(axis) is not int or not -ranks[0] <= axis < ranks[0]:
        raise ShapeMismatch(f"axis {axis} of an array of rank {ranks[0]}")
    return Joint(axis % ranks[0], tuple(map(_whole, ranks)))


def _stacked(call: Bound, kinds: Kinds, ranks: list[int]) -> Joint:
    axis, rank = kinds.static(call["axis"]), ranks[0] + 1
    if type(axis) is not int or not -rank <= axis < rank:
        raise ShapeMismatch(f"axis {axis} of an array of rank {rank}")
    at = axis % rank
    lift = (*range(at), None, *range(at, rank - 1))
    return Joint(at, (lift,) * len(ranks))


def _deep(rank: int) -> Lift:
    match rank:
        case 0:
            return (None, None, None)
        case 1:
            return (None, 0, None)
        case 2:
            return (0, 1, None)
        case _:
            return _whole(rank)


def _column(rank: int) -> Lift:
    match rank:
        case 0:
            return (None, None)
        case 1:
            return (0, None)
        case _:
            return _whole(rank)


def _joined(call: Bound, kinds: Kinds) -> Type:
    items = items_of(call)
    element = together([kind_of(item, kinds) for item in items])
    if call.rule.form.startswith("concatenate") and kinds.static(call["axis"]) is None:
        return Array((_total(items, kinds),), element)
    how = joint(call, kinds)
    if how is None:
        return Array(nowhere(), element)
    shapes = [
        lifted(shape_of(item, kinds), lift)
        for item, lift in zip(items, how.lifts, strict=True)
    ]
    return Array(_put_together(shapes, how.axis), element)


def _total(items: tuple[Expr, ...], kinds: Kinds) -> Dim:
    total = constant(0)
    for item in items:
        shape = shape_of(item, kinds)
        if isinstance(shape, Unknown):
            return nothing_known()
        total = total + product(shape)
    return total


def lifted(shape: Shape | Unknown, lift: Lift) -> Shape:
    """The shape with the new axes."""
    assert not isinstance(shape, Unknown)
    return tuple(ONE if axis is None else shape[axis] for axis in lift)


def _put_together(shapes: list[Shape], axis: int) -> Shape:
    """The shape of arrays joined along an axis.

    Raises:
        ShapeMismatch: where other axes are known to differ.
    """
    total = list(shapes[0])
    for shape in shapes[1:]:
        if len(shape) != len(total):
            raise ShapeMismatch(f"ranks {len(total)} and {len(shape)} do not join")
        for at, dim in enumerate(shape):
            if at == axis:
                total[at] = total[at] + dim
            elif dim != total[at] and dim.is_known and total[at].is_known:
                raise ShapeMismatch(f"{total[at]} and {dim} do not join")
    return tuple(total)


def _appended(call: Bound, kinds: Kinds) -> Type:
    both = (call["x"], call["values"])
    element = together([kind_of(item, kinds) for item in both])
    axis = constant_of(call, "axis", kinds)
    if axis is None:
        return Array((_total(both, kinds),), element)
    first, second = (shape_of(item, kinds) for item in both)
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return Array(nowhere(), element)
    if type(axis) is not int or not -len(first) <= axis < len(first):
        raise ShapeMismatch(f"axis {axis} of an array of rank {len(first)}")
    return Array(_put_together([first, second], axis % len(first)), element)


# -- blocks


def depth(node: Expr) -> int:
    """How deep the lists of a block nest.

    Raises:
        Unsupported: where they do not all nest alike.
    """
    if not isinstance(node, ir.Sequence):
        return 0
    found = {depth(item) for item in node.items}
    if len(found) != 1:
        raise Unsupported("the lists have to nest alike, and hold something")
    return found.pop() + 1


def block_shape(node: Expr, levels: int, rank: int, kinds: Kinds) -> Shape:
    """The shape of a block, or of a list in it that nests so deep."""
    if not isinstance(node, ir.Sequence):
        shape = shape_of(node, kinds)
        assert not isinstance(shape, Unknown)
        return (ONE,) * (rank - len(shape)) + shape
    parts = [block_shape(item, levels - 1, rank, kinds) for item in node.items]
    return _put_together(parts, rank - levels)


def block_rank(node: Expr, kinds: Kinds) -> int:
    """The rank of a block.

    Raises:
        Unsupported: where the rank of an array in it is not known.
    """
    ranks = [depth(node)]
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ir.Sequence):
            stack += item.items
            continue
        shape = shape_of(item, kinds)
        if isinstance(shape, Unknown):
            raise Unsupported("the shapes of the arrays must be known")
        ranks.append(len(shape))
    return max(ranks)


def _block(call: Bound, kinds: Kinds) -> Type:
    xs = call["xs"]
    levels = depth(xs)
    if not levels:
        raise Unsupported("a list, written out, is needed: `[[x, y], [z, w]]`")
    element = together([kind_of(o.value, kinds) for o in call.operands()])
    return Array(block_shape(xs, levels, block_rank(xs, kinds), kinds), element)


RULES: tuple[Pullback, ...] = (
    pullback(
        "concatenate(xs, axis=0)",
        _joined,
        spell="numpy.concatenate numpy.concat",
        moves=True,
        xs="piece(g)",
    ),
    pullback("stack(xs, axis=0)", _joined, moves=True, xs="piece(g)"),
    pullback("hstack(xs)", _joined, ranked=True, moves=True, xs="piece(g)"),
    pullback(
        "vstack(xs)",
        _joined,
        spell="numpy.vstack numpy.row_stack",
        ranked=True,
        moves=True,
        xs="piece(g)",
    ),
    pullback("dstack(xs)", _joined, ranked=True, moves=True, xs="piece(g)"),
    pullback("column_stack(xs)", _joined, ranked=True, moves=True, xs="piece(g)"),
    pullback("block(xs)", _block, ranked=True, moves=True, xs="piece_of_block(g)"),
    pullback(
        "append(x, values, axis=None)",
        _appended,
        moves=True,
        x="appended(g, 0)",
        values="appended(g, 1)",
    ),
)
