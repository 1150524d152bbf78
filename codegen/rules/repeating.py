"""Rules of operations that repeat an array's elements, or put others beside them."""

from __future__ import annotations

from ..ir.dims import ONE, Dim, Shape, constant, nothing_known, product
from ..ir.types import Unknown
from .pullback import (
    Bound,
    Kinds,
    Pullback,
    Unsupported,
    pullback,
)
from .results import (
    computed,
    constant_of,
    shape_of,
    stated,
)
from .shaping import place

# The modes of `pad` in which every element of the result is 0 or one of the array's.
_PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def _stated(call: Bound, kinds: Kinds) -> Shape | None:
    return stated(kinds.static(call["shape"]))


def copies(call: Bound, kinds: Kinds) -> tuple[int, ...] | None:
    """How often `tile` repeats each of the last axes; None: not known."""
    found = kinds.static(call["reps"])
    reps = found if isinstance(found, tuple) else (found,)
    numbers = tuple(n for n in reps if type(n) is int)
    return numbers if len(numbers) == len(reps) else None


def _tiled(call: Bound, kinds: Kinds) -> Shape | None:
    shape, reps = shape_of(call["x"], kinds), copies(call, kinds)
    if isinstance(shape, Unknown) or reps is None:
        return None
    rank = max(len(shape), len(reps))
    whole = (1,) * (rank - len(reps)) + reps
    dims = (ONE,) * (rank - len(shape)) + shape
    return tuple(constant(n) * dim for n, dim in zip(whole, dims, strict=True))


def _repeated(call: Bound, kinds: Kinds) -> Shape | None:
    shape, count = shape_of(call["x"], kinds), kinds.static(call["repeats"])
    axis = kinds.static(call["axis"])
    if axis is not None and type(axis) is not int:
        raise Unsupported("`axis` has to be a constant")
    if isinstance(shape, Unknown):
        return None
    if axis is None:
        shape, axis = (product(shape),), 0
    at = place(axis, len(shape))
    found = stated(count) if type(count) is int else None
    longer = shape[at or 0] * found[0] if found else nothing_known()
    return tuple(longer if i == at else dim for i, dim in enumerate(shape))


def widths(call: Bound, kinds: Kinds, rank: int) -> list[tuple[Dim, Dim]] | None:
    """How much `pad` adds before and after each axis; None: not known."""
    found = kinds.static(call["pad_width"])
    pairs = found if isinstance(found, tuple) else (found,)
    if len(pairs) == 2 and not any(isinstance(pair, tuple) for pair in pairs):
        pairs = (pairs,)  # before and after of all axes
    added = [_both(pair) for pair in pairs]
    known = [pair for pair in added if pair is not None]
    if len(known) < len(added):
        return None
    return known * rank if len(known) == 1 else known if len(known) == rank else None


def _both(found: object) -> tuple[Dim, Dim] | None:
    """What is added before and after one axis, of what is stated of it."""
    sides = found if isinstance(found, tuple) else (found,)
    lengths = stated(sides)
    match lengths:
        case (both,):
            return both, both
        case (before, after):
            return before, after
        case _:
            return None


def _padded(call: Bound, kinds: Kinds) -> Shape | None:
    constant_of(call, "mode", kinds, _PAD_MODES)
    shape = shape_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return None
    added = widths(call, kinds, len(shape))
    if added is None:
        return tuple(nothing_known() for _ in shape)
    pairs = zip(shape, added, strict=True)
    return tuple(before + dim + after for dim, (before, after) in pairs)


def _inserted(call: Bound, kinds: Kinds) -> Shape | None:
    """One element, or one slice of the array, put in at one place."""
    shape, axis = shape_of(call["x"], kinds), kinds.static(call["axis"])
    values = shape_of(call["values"], kinds)
    constant_of(call, "axis", kinds)
    if type(constant_of(call, "obj", kinds)) is not int:
        raise Unsupported("more than one place is not supported")
    if isinstance(shape, Unknown):
        return None
    rank = 1 if axis is None else len(shape)
    if isinstance(values, Unknown) or len(values) >= rank:
        raise Unsupported("the values have to be one element, or one slice")
    if axis is None:
        return (product(shape) + ONE,)
    at = place(axis, rank)
    return tuple(dim + ONE if i == at else dim for i, dim in enumerate(shape))


RULES: tuple[Pullback, ...] = (
    # repetitions
    pullback("broadcast_to(x, shape)", computed(_stated), exact=False, x="g"),
    pullback("tile(x, reps)", computed(_tiled), x="untiled(g)"),
    pullback(
        "repeat(x, repeats, axis=None)",
        computed(_repeated),
        methods="repeat",
        x="unrepeated(g)",
    ),
    pullback(
        "resize(x, shape)",
        computed(_stated),
        x="put_back(g, reshape(arange(size(g)), shape(g)) % size(x))",
    ),
    # borders
    pullback(
        "pad(x, pad_width, mode='constant', *, constant_values=0)",
        computed(_padded),
        x="unpadded(g)",
    ),
    pullback(
        "insert(x, obj, values, axis=None)",
        computed(_inserted),
        ranked=True,
        exact=False,
        x="without_inserted(g)",
        values="take(g, inserted_at(), axis=axis)",
    ),
)
