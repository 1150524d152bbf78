"""Words of the rules that sort, select and choose elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...ir import expr as ir
from ...ir.expr import Binary, Call, Compare, Const, Expr, Index, Ref
from ..building.build import NOTHING, numpy
from ..building.precision import float_type_of
from .shaping import (
    filled,
    helper,
    operand_shape,
    rank_of,
    reshape_to,
)

if TYPE_CHECKING:
    from ..building.pull import Pull, Word

_NEVER = Const("0")
_MATRIX = 2


def _unsorted(pull: Pull, g: Expr) -> Expr:
    """The gradient in the order of the array: an element's place among the sorted ones
    is the argsort of the argsort."""
    return _reordered(pull, g, pull.bound["x"])


def _unpartitioned(pull: Pull, g: Expr) -> Expr:
    """As after `sort`, the gradient being put in the order of the values first."""
    if pull.bound["axis"] is NOTHING or _is_vector(pull):
        return _reordered(pull, Index(g, numpy("argsort", pull.out)), pull.bound["x"])
    x, axis = pull.bound["x"], pull.bound["axis"]
    return Call(Ref("helper._unpartition"), (g, x, pull.out, axis))


def _reordered(pull: Pull, g: Expr, x: Expr) -> Expr:
    if pull.bound["axis"] is NOTHING:
        ranks = numpy("argsort", Call(Ref("numpy.argsort"), (x, NOTHING)))
        return reshape_to(pull, Index(g, ranks), x)
    if _is_vector(pull):
        return Index(g, numpy("argsort", numpy("argsort", x)))
    axis = _sort_axis(pull)
    ranks = numpy("argsort", numpy("argsort", x, axis=axis), axis=axis)
    return numpy("take_along_axis", g, ranks, axis=pull.bound["axis"])


def _sort_axis(pull: Pull) -> Expr:
    """The axis if it is not the last one, which is the default."""
    axis = pull.bound["axis"]
    return NOTHING if pull.kinds.static(axis) == -1 else axis


def _is_vector(pull: Pull) -> bool:
    shape = operand_shape(pull)
    return shape is not None and len(shape) == 1


def _diag_back(pull: Pull, g: Expr) -> Expr:
    shape, offset = operand_shape(pull), pull.bound["k"]
    on_main = pull.kinds.static(offset) == 0
    if shape is not None and (len(shape) == 1 or (on_main and shape[0] == shape[1])):
        return numpy("diag", g, k=NOTHING if on_main else offset)
    return helper(pull, "_diag_back", g, offset)


def _item_back(pull: Pull, g: Expr) -> Expr:
    """The gradient of `x.item()`, or of `x.item(3)`, which counts through rows."""
    places = pull.bound["places"]
    assert isinstance(places, ir.Sequence)
    if not places.items:
        return filled(pull, g, pull.bound["x"])
    return _put_back(pull, g, places.items[0])


def _put_back(pull: Pull, g: Expr, index: Expr) -> Expr:
    """Zeros with the gradient at places of the flattened array."""
    dtype = float_type_of(pull.bound["x"], pull.kinds)
    if rank_of(pull, g) == 0 and dtype is not None:
        g = numpy("asarray", g, dtype)  # a number may be of another type
    return helper(pull, "_add_at_flat", g, index)


def _inside(pull: Pull, g: Expr, low: Expr, high: Expr) -> Expr:
    """The gradient where an element is strictly between the bounds that there are."""
    x = pull.bound["x"]
    sides = [
        Compare((op,), (x, bound))
        for op, bound in ((">", low), ("<", high))
        if bound is not NOTHING
    ]
    if not sides:
        return g
    mask = sides[0] if len(sides) == 1 else Binary("&", sides[0], sides[1])
    return Binary("*", mask, g)


def _below(pull: Pull, g: Expr, low: Expr, high: Expr) -> Expr:
    """The gradient where the result is the lower bound. What ties with a bound counts
    as the bound, as in `minimum(maximum(x, low), high)`: one of them gets it all."""
    mask: Expr = Compare(("<=",), (pull.bound["x"], low))
    if high is not NOTHING:
        mask = Binary("&", mask, Compare(("<",), (low, high)))
    return Binary("*", mask, g)


def _above(pull: Pull, g: Expr, low: Expr, high: Expr) -> Expr:
    """The gradient where the result is the upper bound, as it also is where that is
    below the lower one."""
    mask: Expr = Compare((">=",), (pull.bound["x"], high))
    if low is not NOTHING:
        mask = Binary("|", mask, Compare((">=",), (low, high)))
    return Binary("*", mask, g)


WORDS: Mapping[str, Word] = {
    "unsorted": _unsorted,
    "unpartitioned": _unpartitioned,
    "diag_back": _diag_back,
    "item_back": _item_back,
    "inside": _inside,
    "below": _below,
    "above": _above,
    "put_back": _put_back,
}
