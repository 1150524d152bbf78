"""Words of the rules that order and reshape elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...ir import expr as ir
from ...ir.dims import Dim, Shape
from ...ir.expr import Attribute, Binary, Call, Compare, Const, Expr, Index, Ref
from ...ir.types import Array, Items, Number, Unknown
from ...ir.walk import postorder
from ...rules import shaping
from ...rules.kinds import Kinds
from ...rules.results import shape_of, type_kind
from ..building import build
from ..building.build import NOTHING, indexed, kept_sum, literal, numpy, on
from ..building.precision import float_type_of
from .matrices import transposed as matrix_transposed

if TYPE_CHECKING:
    from ..building.pull import Pull, Word

_NEVER = Const("0")
_MATRIX = 2


def helper(pull: Pull, name: str, g: Expr, *args: Expr) -> Expr:
    """A function of the written module that gives a gradient of the operand's shape."""
    x = pull.item or pull.bound["x"]
    return Call(Ref(f"helper.{name}"), (g, build.shape_of(x, pull.kinds), *args))


def given(pull: Pull, value: Expr) -> Expr:
    """An argument if the call states it."""
    names = [name for name, arg in pull.bound.args.items() if arg is value]
    return value if pull.bound.given.intersection(names) else NOTHING


def operand_shape(pull: Pull) -> Shape | None:
    """The operand's shape, if it is known."""
    found = shape_of(pull.item or pull.bound["x"], pull.kinds)
    return None if isinstance(found, Unknown) else found


def length(pull: Pull, node: Expr, dim: Dim, axis: int) -> Expr:
    """The length of an axis: a number where it is known."""
    if dim.value is not None:
        return Const(str(dim.value))
    return Index(build.shape_of(node, pull.kinds), literal(axis))


def _transposed(pull: Pull, g: Expr) -> Expr:
    order = shaping.order_of(pull.bound, pull.kinds)
    if rank_of(pull, g) == 0:
        return g
    if order is None or order == tuple(range(len(order)))[::-1]:
        return _turned_round(g, pull.kinds)
    inverse = sorted(range(len(order)), key=lambda i: order[i])
    *rows, one, other = range(len(order))
    if inverse == [*rows, other, one] and (whole := _turned(pull, g)):
        return whole
    if not is_simple(g):
        return numpy("transpose", g, literal(tuple(inverse)))
    return Call(Attribute(g, "transpose"), tuple(map(literal, inverse)))


def _turned_round(g: Expr, kinds: Kinds) -> Expr:
    """`g.T`; of a product, the product of the factors turned round."""
    if isinstance(g, Binary) and g.op == "@":
        factors = (g.right, g.left)
        if all(kinds.of(factor).rank == 2 for factor in factors):
            return Binary("@", *(_turned_round(factor, kinds) for factor in factors))
    match g:
        case Attribute(inner, "T") | Call(Ref("numpy.transpose"), (inner,), ()):
            return inner
        case _:
            return Attribute(g, "T") if is_simple(g) else numpy("transpose", g)


def _swapped(pull: Pull, g: Expr, one: Expr, other: Expr) -> Expr:
    """`np.swapaxes(g, one, other)`."""
    rank = rank_of(pull, g)
    axes = [pull.kinds.static(axis) for axis in (one, other)]
    if rank and {a % rank for a in axes if isinstance(a, int)} == {rank - 1, rank - 2}:
        whole = _turned(pull, g)
        if whole is not None:
            return whole
    return numpy("swapaxes", g, one, other)


def _turned(pull: Pull, g: Expr) -> Expr | None:
    """A product of matrices with the last two axes swapped: that of the factors turned
    round, where one of them is turned round as it stands."""
    if not isinstance(g, Binary) or g.op != "@":
        return None
    ranks = [rank_of(pull, factor) or 0 for factor in (g.right, g.left)]
    if min(ranks) < _MATRIX:
        return None
    factors = g.right, g.left
    turned = [*map(matrix_transposed, factors, ranks)]
    shorter = any(t in postorder(f) for t, f in zip(turned, factors, strict=True))
    return Binary("@", *turned) if shorter else None


def _last_swapped(pull: Pull, g: Expr) -> Expr:
    shape = operand_shape(pull)
    return matrix_transposed(g, 0 if shape is None else len(shape))


def _unrolled(pull: Pull, g: Expr) -> Expr:
    ends = shaping.rolled(pull.bound, pull.kinds)
    assert ends is not None
    return numpy("moveaxis", g, literal(ends[1]), literal(ends[0]))


def _opposite(pull: Pull, shift: Expr) -> Expr:
    """The shift with its sign turned."""
    match shift:
        case ir.Sequence(kind, items):
            return ir.Sequence(kind, tuple(_opposite(pull, item) for item in items))
        case ir.Unary("-", inner):
            return inner
        case _ if isinstance(pull.kinds.of(shift), Array | Items):
            return numpy("negative", shift)
        case _:
            return ir.Unary("-", shift)


def _reshaped(pull: Pull, g: Expr) -> Expr:
    x = pull.item or pull.bound["x"]
    order = pull.bound.args.get("order", NOTHING)
    in_c = order is NOTHING or pull.kinds.static(order) == "C"
    summed = _without_ones(pull, g, shape_of(x, pull.kinds))
    if summed is not None:
        return summed
    return reshape_to(pull, g, x, NOTHING if in_c else order)


def _without_ones(pull: Pull, g: Expr, shape: Shape | Unknown) -> Expr | None:
    """`g.sum(axis=1)` for `g.sum(axis=1, keepdims=True)` where that is the shape."""
    if isinstance(g, ir.Unary):
        inner = _without_ones(pull, g.operand, shape)
        return None if inner is None else ir.Unary(g.op, inner)
    kind, kept = pull.kinds.of(g), kept_sum(g)
    if kept is None or not isinstance(kind, Array) or isinstance(kind.shape, Unknown):
        return None
    total, axes = kept
    rest = tuple(d for i, d in enumerate(kind.shape) if i not in axes)
    return total if rest == shape else None


def reshape_to(pull: Pull, g: Expr, x: Expr, order: Expr = NOTHING) -> Expr:
    """The gradient in the shape of `x`."""
    rank = rank_of(pull, g)
    if shape_of(x, pull.kinds) == () and rank is not None:
        return indexed(g, [_NEVER] * rank)
    if rank == 0:
        return filled(pull, g, x)
    shape = build.shape_of(x, pull.kinds)
    if isinstance(shape, ir.Sequence) and shape.items and is_simple(g):
        return on(g, "reshape", *shape.items, order=order)
    return on(g, "reshape", shape, order=order)


def rank_of(pull: Pull, g: Expr) -> int | None:
    found = pull.kinds.of(g)
    return found.rank if isinstance(found, Array | Number) else None


def is_simple(g: Expr) -> bool:
    """Whether a method may be called on this without parentheses."""
    return not isinstance(g, Binary | ir.Unary | Compare)


def _unsqueezed(pull: Pull, g: Expr) -> Expr:
    axis = pull.bound["axis"]
    if axis is NOTHING or rank_of(pull, g) == 0:
        return reshape_to(pull, g, pull.bound["x"])
    return numpy("expand_dims", g, axis)


def filled(pull: Pull, g: Expr, x: Expr) -> Expr:
    """An array of one element."""
    return build.materialised(g, x, pull.kinds)


def _converted(pull: Pull, g: Expr) -> Expr:
    """The gradient in the type of the array; none through integers."""
    smooth = type_kind(pull.bound["dtype"], pull.kinds) in ("float", "any")
    return _cast(pull, g) if smooth else _NEVER


def _cast(pull: Pull, g: Expr) -> Expr:
    dtype = float_type_of(pull.bound["x"], pull.kinds)
    return g if dtype is None else on(g, "astype", dtype)


WORDS: Mapping[str, Word] = {
    "given": given,
    "transposed": _transposed,
    "last_swapped": _last_swapped,
    "swapped": _swapped,
    "unrolled": _unrolled,
    "opposite": _opposite,
    "reshaped": _reshaped,
    "unsqueezed": _unsqueezed,
    "converted": _converted,
    "cast": _cast,
}
