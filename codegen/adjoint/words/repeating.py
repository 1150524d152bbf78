"""Words of the rules that repeat elements, or put others beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...ir import expr as ir
from ...ir.expr import Binary, Const, Expr
from ...ir.number import ONE
from ...ir.types import Array, Unknown
from ...rules import repeating
from ...rules.results import constant_of
from ..building import build
from ..building.build import NOTHING, WHOLE, indexed, literal, numpy, on
from ..building.precision import float_type_of
from .shaping import (
    given,
    helper,
    is_simple,
    length,
    operand_shape,
    reshape_to,
)

if TYPE_CHECKING:
    from ..building.pull import Pull, Word

_NEVER = Const("0")
_MATRIX = 2


def _untiled(pull: Pull, g: Expr) -> Expr:
    """The sum over the copies, each of which is an axis of its own at first."""
    shape, reps = operand_shape(pull), repeating.copies(pull.bound, pull.kinds)
    if shape is None or reps is None:
        return helper(pull, "_untile", g, pull.bound["reps"])
    x = pull.bound["x"]
    rank = max(len(shape), len(reps))
    counts = (1,) * (rank - len(reps)) + reps
    dims: list[Expr] = []
    copies: list[int] = []
    for i, count in enumerate(counts):
        own = i - (rank - len(shape))
        if count != 1:
            copies.append(len(dims))
            dims.append(Const(str(count)))
        if own >= 0:
            dims.append(length(pull, x, shape[own], own))
    if not copies:
        return g if len(shape) == rank else reshape_to(pull, g, x)
    return _summed(g, dims, copies)


def _summed(g: Expr, dims: list[Expr], axes: list[int]) -> Expr:
    """`g.reshape(dims).sum(axis=axes)`."""
    if len(dims) == len(axes):
        return on(g, "sum")
    apart = on(g, "reshape", *dims)
    if not is_simple(g):
        apart = on(g, "reshape", ir.Sequence("tuple", tuple(dims)))
    return on(apart, "sum", axis=build.axes_argument(axes))


def _unrepeated(pull: Pull, g: Expr) -> Expr:
    """The sum over the repetitions of each element."""
    x, repeats, axis = (pull.bound[name] for name in ("x", "repeats", "axis"))
    shape, count = operand_shape(pull), pull.kinds.static(repeats)
    if shape is None or type(count) is not int:
        if pull.kinds.static(axis) is None:
            return helper(pull, "_unrepeat", g, repeats)
        return helper(pull, "_unrepeat_along", g, repeats, axis)
    dims = [length(pull, x, dim, i) for i, dim in enumerate(shape)]
    at = pull.kinds.static(axis)
    assert at is None or isinstance(at, int)
    place = len(shape) if at is None else at % len(shape) + 1
    dims.insert(place, Const(str(count)))
    return _summed(g, dims, [place])


def _unpadded(pull: Pull, g: Expr) -> Expr:
    width, mode = pull.bound["pad_width"], pull.bound["mode"]
    if pull.kinds.static(mode) != "constant":
        return helper(pull, "_unpad_copies", g, width, mode)
    shape = operand_shape(pull)
    added = None
    if shape is not None:
        added = repeating.widths(pull.bound, pull.kinds, len(shape))
    numbers = [(a.value, b.value) for a, b in added or ()]
    known = [(a, b) for a, b in numbers if a is not None and b is not None]
    if added is None or len(known) < len(added):
        return helper(pull, "_unpad", g, width)
    return indexed(g, [_slice(a, -b if b else None) for a, b in known])


def _slice(start: int | None, stop: int | None) -> Expr:
    if not start and stop is None:
        return WHOLE
    return ir.Slice(
        literal(start) if start else None, None if stop is None else literal(stop)
    )


def _inserted_at(pull: Pull) -> Expr:
    """Where the inserted element stands in the result."""
    place = constant_of(pull.bound, "obj", pull.kinds)
    assert isinstance(place, int)
    return literal(place if place >= 0 else place - 1)


def _without_inserted(pull: Pull, g: Expr) -> Expr:
    axis = pull.bound["axis"]
    rest = numpy("delete", g, _inserted_at(pull), axis=axis)
    shape = operand_shape(pull)
    if axis is NOTHING and shape is not None and len(shape) != 1:
        return reshape_to(pull, rest, pull.bound["x"])
    return rest


def _weighted(pull: Pull, g: Expr, first: Expr, last: Expr) -> Expr:
    """The sum along the first axis, with weights in equal steps between two numbers."""
    name = pull.operand.name
    dtype = float_type_of(g, pull.kinds) or float_type_of(pull.bound[name], pull.kinds)
    weights = numpy(
        "linspace",
        first,
        last,
        pull.bound["num"],
        endpoint=given(pull, pull.bound["endpoint"]),
    )
    if dtype is not None:
        weights = on(weights, "astype", dtype)
    found = pull.kinds.of(g)
    if not isinstance(found, Array) or isinstance(found.shape, Unknown):
        some = build.helper("_weighted", weights, g)
        pull.kinds.note(some, pull.kinds.fresh(some))
        return some
    total = numpy("tensordot", weights, g, ONE)
    if len(found.shape) <= _MATRIX:
        total = Binary("@", weights, g)
    pull.kinds.note(total, Array(found.shape[1:]))
    return total


WORDS: Mapping[str, Word] = {
    "untiled": _untiled,
    "unrepeated": _unrepeated,
    "unpadded": _unpadded,
    "weighted": _weighted,
    "inserted_at": _inserted_at,
    "without_inserted": _without_inserted,
}
