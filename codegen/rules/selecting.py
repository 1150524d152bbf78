"""Rules of operations that read some of an array's elements.

Most of them are `x[index]`, and have the gradient of that: `reads` gives the index. The
others get their gradient from a function that looks when it runs.
"""

from __future__ import annotations

from ..ir import expr as ir
from ..ir.dims import ONE, nothing_known
from ..ir.expr import Expr, Index
from ..ir.types import Array, Number, Type, Unknown, nowhere
from .pullback import (
    NONE,
    Bound,
    Kinds,
    Pullback,
    Unsupported,
    pullback,
)
from .reading import at_axis, from_front, is_index, length_of, numpy, read, some
from .results import (
    constant_of,
    kind_of,
    shape_of,
    static_axes,
)


def _given(call: Bound, kinds: Kinds) -> Expr | None:
    return call["i"]


def _axis(call: Bound, kinds: Kinds) -> int | None:
    """The axis that is read along; None for that of a flattened array.

    Raises:
        Unsupported: where it is not known.
    """
    axis = constant_of(call, "axis", kinds)
    shape = shape_of(call["x"], kinds)
    if axis is None:
        return 0 if not isinstance(shape, Unknown) and len(shape) == 1 else None
    if type(axis) is not int:
        raise Unsupported("`axis` has to be an integer")
    return from_front(axis, shape)


def _taken(call: Bound, kinds: Kinds) -> Expr | None:
    constant_of(call, "mode", kinds, ("raise",))
    axis, index = _axis(call, kinds), call["indices"]
    if not is_index(index, kinds):
        raise Unsupported("`indices` has to be an integer, or an array of integers")
    if shape_of(call["x"], kinds) == ():
        raise Unsupported("a number has no elements")
    return None if axis is None else at_axis(axis, index)


def _taken_flat(call: Bound, kinds: Kinds) -> Type:
    return Array(shape_of(call["indices"], kinds), kind_of(call["x"], kinds))


def _taken_along(call: Bound, kinds: Kinds) -> Expr | None:
    """`np.arange(n)[:, None]` and its like for the other axes."""
    axis, x = constant_of(call, "axis", kinds), call["x"]
    shape = shape_of(x, kinds)
    if isinstance(shape, Unknown):
        return None
    if axis is None:
        return None if len(shape) != 1 else call["indices"]
    at = (static_axes(axis, len(shape)) or (0,))[0]
    parts: list[Expr] = []
    for i in range(len(shape)):
        whole = numpy("arange", length_of(x, i, kinds))
        after = len(shape) - 1 - i
        if i == at:
            parts.append(call["indices"])
        elif after:
            added = (ir.Slice(), *[NONE] * after)
            parts.append(Index(whole, ir.Sequence("tuple", added)))
        else:
            parts.append(whole)
    return parts[0] if len(parts) == 1 else ir.Sequence("tuple", tuple(parts))


def _compressed(call: Bound, kinds: Kinds) -> Expr | None:
    axis = _axis(call, kinds)
    return None if axis is None else at_axis(axis, numpy("flatnonzero", call["c"]))


def _extracted(call: Bound, kinds: Kinds) -> Expr | None:
    shape = shape_of(call["c"], kinds)
    same = shape != () and shape == shape_of(call["x"], kinds)
    return call["c"] if same and kind_of(call["c"], kinds) == "bool" else None


def _shorter(call: Bound, kinds: Kinds) -> Type:
    axis, shape = _axis(call, kinds), shape_of(call["x"], kinds)
    kind = kind_of(call["x"], kinds)
    if axis is None:
        return some(call, kinds)
    if isinstance(shape, Unknown):
        return Array(nowhere(), kind)
    left = nothing_known()
    if type(kinds.static(call["obj"])) is int:
        left = shape[axis] - ONE
    at = axis % len(shape)
    return Array(tuple(left if i == at else d for i, d in enumerate(shape)), kind)


def _kept(call: Bound, kinds: Kinds) -> Expr | None:
    axis = _axis(call, kinds)
    if axis is None:
        return None
    every = numpy("arange", length_of(call["x"], axis, kinds))
    return at_axis(axis, numpy("delete", every, call["obj"]))


def element(call: Bound, kinds: Kinds) -> Type:
    """A Python number from one element."""
    kind = kind_of(call["x"], kinds)
    return Number("float" if kind == "any" else kind)


def _numbered(call: Bound, kinds: Kinds) -> Expr | None:
    """The index of `x.item(1, 2)`."""
    places, shape = call["places"], shape_of(call["x"], kinds)
    assert isinstance(places, ir.Sequence)
    if len(places.items) > 1:
        return places
    vector = not isinstance(shape, Unknown) and len(shape) == 1
    return places.items[0] if places.items and vector else None


RULES: tuple[Pullback, ...] = (
    pullback("index(x, i)", read(_given), spell="[]", reads=_given, x="g"),
    # elements by number
    pullback(
        "take(x, indices, axis=None, *, mode='raise')",
        read(_taken, _taken_flat),
        methods="take",
        reads=_taken,
        x="put_back(g, indices)",
    ),
    pullback(
        "take_along_axis(x, indices, axis=-1)",
        read(_taken_along, _taken_flat),
        reads=_taken_along,
        x="_add_along_axis(g, shape(x), indices, axis)",
    ),
    pullback(
        "item(x, *places)",
        element,
        spell=None,
        methods="item",
        reads=_numbered,
        x="item_back(g)",
    ),
    # elements by condition
    pullback(
        "compress(c, x, axis=None)",
        read(_compressed, some),
        reads=_compressed,
        x="put_back(g, flatnonzero(c))",
    ),
    pullback(
        "compress(x, c, axis=None)",
        read(_compressed, some),
        spell=None,
        methods="compress",
        reads=_compressed,
        x="put_back(g, flatnonzero(c))",
    ),
    pullback(
        "extract(c, x)",
        read(_extracted, some),
        reads=_extracted,
        x="put_back(g, flatnonzero(c))",
    ),
    pullback(
        "delete(x, obj, axis=None)",
        _shorter,
        reads=_kept,
        x="put_back(g, delete(arange(size(x)), obj))",
    ),
)
