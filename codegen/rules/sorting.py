"""Rules of operations that sort, and of those that find places: no gradient."""

from __future__ import annotations

from ..ir.dims import ONE, Dim, constant, nothing_known, quotient
from ..ir.expr import Sequence
from ..ir.types import Array, Tree, Type, Unknown, nowhere
from .choosing import positions
from .pullback import (
    Bound,
    Kinds,
    Pullback,
    fixed,
    pullback,
)
from .reading import some
from .results import (
    constant_of,
    kind_of,
    shape_of,
    stated,
)
from .shaping import flat


def _sorted(call: Bound, kinds: Kinds) -> Type:
    axis = constant_of(call, "axis", kinds)
    shape = shape_of(call["x"], kinds)
    kind = kind_of(call["x"], kinds)
    if axis is None:
        return Array(flat(call, kinds), kind)
    return Array(shape, kind)


def _positions(call: Bound, kinds: Kinds) -> Type:
    found = _sorted(call, kinds)
    assert isinstance(found, Array)
    return Array(found.shape, "int")


def _places(call: Bound, kinds: Kinds) -> Type:
    return positions(call["x"], kinds)


def _flat_places(call: Bound, kinds: Kinds) -> Type:
    return Array((nothing_known(),), "int")


def _rows_of_places(call: Bound, kinds: Kinds) -> Type:
    shape = shape_of(call["x"], kinds)
    rank = nothing_known() if isinstance(shape, Unknown) else constant(len(shape))
    return Array((nothing_known(), rank), "int")


def _searched(call: Bound, kinds: Kinds) -> Type:
    return Array(shape_of(call["v"], kinds), "int")


def _triangle(call: Bound, kinds: Kinds) -> Type:
    found = Array((_triangle_length(call, kinds) or nothing_known(),), "int")
    return Tree("tuple", {0: found, 1: found}, places=True)


def _triangle_length(call: Bound, kinds: Kinds) -> Dim | None:
    """The number of elements beside the diagonal of a square, with or without it."""
    side, offset = stated(kinds.static(call["n"])), kinds.static(call["k"])
    if side is None or "m" in call.given:
        return None
    outside = {"numpy.tril_indices": -1, "numpy.triu_indices": 1}[call.rule.paths[0]]
    if offset not in (0, outside):
        return None
    (n,) = side
    return quotient(n * n + constant(1 if offset == 0 else -1) * n, constant(2))


def _diagonal(call: Bound, kinds: Kinds) -> Type:
    found = Array(stated(kinds.static(call["n"])) or (nothing_known(),), "int")
    axes = kinds.static(call["ndim"])
    if not isinstance(axes, int):
        return Tree("tuple", {0: found}, open=True)
    return Tree("tuple", dict.fromkeys(range(axes), found), places=True)


def _triangle_of(call: Bound, kinds: Kinds) -> Type:
    found = Array((nothing_known(),), "int")
    return Tree("tuple", {0: found, 1: found}, places=True)


def _unravelled(call: Bound, kinds: Kinds) -> Type:
    found = Array(shape_of(call["indices"], kinds), "int")
    shape = stated(kinds.static(call["shape"]))
    if shape is None:
        return Tree("tuple", {0: found}, open=True)
    # not `places`: they may be given twice
    return Tree("tuple", dict.fromkeys(range(len(shape)), found))


def _ravelled(call: Bound, kinds: Kinds) -> Type:
    return Array(nowhere(), "int")


def _open_mesh(call: Bound, kinds: Kinds) -> Type:
    """Places along each axis, so that they broadcast against each other."""
    items = call["xs"]
    assert isinstance(items, Sequence)
    found: dict[str | int, Type] = {}
    for at, item in enumerate(items.items):
        shape = shape_of(item, kinds)
        known = not isinstance(shape, Unknown) and kind_of(item, kinds) == "int"
        length = shape[0] if known and not isinstance(shape, Unknown) else None
        sides = [ONE] * len(items.items)
        sides[at] = length or nothing_known()
        found[at] = Array(tuple(sides), "int")
    return Tree("tuple", found)


def _lexsorted(call: Bound, kinds: Kinds) -> Type:
    """Places, as many as there are elements in each of the keys."""
    keys = call["keys"]
    if isinstance(keys, Sequence) and keys.items:
        shape = shape_of(keys.items[0], kinds)
        if not isinstance(shape, Unknown) and len(shape) == 1:
            return Array(shape, "int")
    return Array(nowhere(), "int")


RULES: tuple[Pullback, ...] = (
    pullback(
        "sort(x, axis=-1, kind=None, *, stable=None)",
        _sorted,
        x="unsorted(g)",
    ),
    pullback("partition(x, kth, axis=-1)", _sorted, x="unpartitioned(g)"),
    pullback(
        "unique(x)",
        some,
        x="put_back(g, unique(x, return_index=True)[1])",
    ),
    # places: no gradient
    fixed("argsort(x, axis=-1, kind=None)", _positions, methods="argsort"),
    fixed("argpartition(x, kth, axis=-1)", _positions, methods="argpartition"),
    fixed("nonzero(x)", _places, methods="nonzero"),
    fixed("flatnonzero(x)", _flat_places),
    fixed("argwhere(x)", _rows_of_places),
    fixed("tril_indices(n, k=0, m=None)", _triangle),
    fixed("triu_indices(n, k=0, m=None)", _triangle),
    fixed("tril_indices_from(x, k=0)", _triangle_of),
    fixed("triu_indices_from(x, k=0)", _triangle_of),
    fixed("unravel_index(indices, shape)", _unravelled),
    fixed("ravel_multi_index(xs, dims)", _ravelled),
    fixed("ix_(*xs)", _open_mesh),
    fixed("diag_indices(n, ndim=2)", _diagonal),
    fixed("searchsorted(x, v, side='left')", _searched, methods="searchsorted"),
    fixed("lexsort(keys, axis=-1)", _lexsorted),
)
