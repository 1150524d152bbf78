"""Rules of functions that make arrays, and of facts about arrays: no gradient."""

from __future__ import annotations

from ..ir.dims import Dim, constant, nothing_known
from ..ir.types import Array, Items, Type, Unknown
from .pullback import Bound, Kinds, Pullback, fixed, pullback
from .results import created, integer, kind_of, same, shape_of, stated


def _ranged(call: Bound, kinds: Kinds) -> Type:
    start, stop, step = (kinds.static(call[n]) for n in ("start", "stop", "step"))
    if stop is None:
        start, stop = 0, start
    kind = (
        "int" if all(isinstance(v, int | Dim) for v in (start, stop, step)) else "any"
    )
    if isinstance(stop, Dim) and start == 0 and step == 1:
        return Array((stop,), "int")
    match start, stop, step:
        case int(), int(), int() if step:
            return Array((constant(len(range(start, stop, step))),), "int")
    return Array((nothing_known(),), kind)


def _eye(call: Bound, kinds: Kinds) -> Type:
    n, m = kinds.static(call["n"]), kinds.static(call["m"])
    shape = stated((n, n if m is None else m))
    return Array(shape or (nothing_known(), nothing_known()))


def _drawn(call: Bound, kinds: Kinds) -> Type:
    shape = stated(kinds.static(call["shape"]))
    if kinds.static(call["shape"]) is None:
        shape = ()
    return Array(Unknown("drawn") if shape is None else shape)


def _as_array(call: Bound, kinds: Kinds) -> Type:
    kind = kind_of(call["x"], kinds)
    return Array(shape_of(call["x"], kinds), "float" if kind == "any" else kind)


def _measured(call: Bound, kinds: Kinds) -> Type:
    shape = shape_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return Items("tuple", None)
    return Items("tuple", len(shape), values=shape)


RULES: tuple[Pullback, ...] = (
    # arrays of a given shape
    fixed("zeros(shape, dtype=None)", created("float")),
    fixed("ones(shape, dtype=None)", created("float")),
    fixed("empty(shape, dtype=None)", created("float")),
    fixed("zeros_like(x, dtype=None)", same(kind="float")),
    fixed("ones_like(x, dtype=None)", same(kind="float")),
    fixed("empty_like(x, dtype=None)", same(kind="float")),
    pullback("full(shape, value)", created("float"), exact=False, value="g"),
    pullback("full_like(x, value)", same(kind="float"), exact=False, value="g"),
    fixed("eye(n, m=None, k=0)", _eye),
    fixed("identity(n, m=None)", _eye),
    fixed("arange(start, stop=None, step=1)", _ranged),
    # random numbers are constants
    fixed("random_randn(*shape)", _drawn, spell="numpy.random.randn numpy.random.rand"),
    fixed(
        "random_standard(shape=None)",
        _drawn,
        spell="numpy.random.random numpy.random.standard_normal numpy.random.sample",
    ),
    fixed(
        "random_normal(low=0.0, high=1.0, shape=None)",
        _drawn,
        spell="numpy.random.normal numpy.random.uniform",
    ),
    # an array of given values
    pullback(
        "array(x, dtype=None)",
        _as_array,
        spell="numpy.array numpy.asarray numpy.asanyarray numpy.ascontiguousarray",
        x="entry(g)",
    ),
    pullback("copy(x)", same(), methods="copy", x="g"),
    # facts
    fixed("shape(x)", _measured),
    fixed("ndim(x)", integer),
    fixed("size(x, axis=None)", integer),
)
