"""Rules of functions that make arrays, and of facts about arrays.

Random numbers are constants; `rules/draws.py` has them.
"""

from __future__ import annotations

from ..ir.dims import Dim, constant, nothing_known
from ..ir.expr import Const
from ..ir.types import Array, Items, Type, Unknown, is_whole, nowhere
from .pullback import Bound, Kinds, Pullback, Result, Unsupported, fixed, pullback
from .results import (
    constant_of,
    created,
    integer,
    kind_of,
    of_shapes,
    same,
    shape_given,
    shape_of,
    stated,
    type_kind,
)

_WHOLE = ("int", "bool")


def _typed(call: Bound, kinds: Kinds, otherwise: str) -> str:
    """The kind of the elements: of `dtype=`, else as it is without that."""
    if "dtype" not in call.given or kinds.static(call["dtype"]) is None:
        return otherwise
    kind = type_kind(call["dtype"], kinds)
    if kind is None:
        raise Unsupported("this `dtype` is not supported")
    return kind


def _new(otherwise: str = "float") -> Result:
    """An array of the shape that the argument `shape` states."""

    def result(call: Bound, kinds: Kinds) -> Type:
        shape = shape_given(call["shape"], kinds)
        kind = _typed(call, kinds, otherwise)
        return Array(nowhere() if shape is None else shape, kind)

    return result


def _like(call: Bound, kinds: Kinds) -> Type:
    """An array like another one."""
    return Array(
        shape_of(call["x"], kinds), _typed(call, kinds, kind_of(call["x"], kinds))
    )


def _filled(array: Result) -> Result:
    """An array that is full of a value.

    Raises:
        Unsupported: where it holds integers and the value may be none.
    """

    def result(call: Bound, kinds: Kinds) -> Type:
        made, value = array(call, kinds), kind_of(call["value"], kinds)
        assert isinstance(made, Array)
        if made.kind in _WHOLE and value not in _WHOLE:
            raise Unsupported("an array of integers cuts the fraction off")
        return made

    return result


def _full(call: Bound, kinds: Kinds) -> Type:
    """An array of the stated shape, of the type of the value."""
    return _new(kind_of(call["value"], kinds))(call, kinds)


def _ranged(call: Bound, kinds: Kinds) -> Type:
    bounds = [call[n] for n in ("start", "stop", "step")]
    start, stop, step = map(kinds.static, bounds)
    given = [b for b in bounds if b != Const("None")]
    whole = all(is_whole(kinds.of(bound)) for bound in given)
    if stop is None:
        start, stop = 0, start
    kind = _typed(call, kinds, "int" if whole else "any")
    if isinstance(stop, Dim) and start == 0 and step == 1:
        return Array((stop,), kind)
    match start, stop, step:
        case int(), int(), int() if step:
            return Array((constant(len(range(start, stop, step))),), kind)
    return Array((nothing_known(),), kind)


def _eye(call: Bound, kinds: Kinds) -> Type:
    n, m = kinds.static(call["n"]), kinds.static(call["m"])
    shape = stated((n, n if m is None else m))
    kind = _typed(call, kinds, "float")
    return Array(shape or (nothing_known(), nothing_known()), kind)


def _identity(call: Bound, kinds: Kinds) -> Type:
    n = stated(kinds.static(call["n"])) or (nothing_known(),)
    return Array(n * 2, _typed(call, kinds, "float"))


def _grid(call: Bound, kinds: Kinds) -> Type:
    shape = stated(kinds.static(call["dimensions"]))
    if shape is None:
        return Array(nowhere(), "int")
    return Array((constant(len(shape)), *shape), "int")


def _spaced(call: Bound, kinds: Kinds) -> Type:
    ends = [call["start"], call["stop"]]
    constant_of(call, "endpoint", kinds, (True, False))
    between = of_shapes(ends, ends, kinds)
    if isinstance(between.shape, Unknown):
        return between
    count = stated(kinds.static(call["num"])) or (nothing_known(),)
    return Array((*count, *between.shape))


def _as_array(call: Bound, kinds: Kinds) -> Type:
    kind = kind_of(call["x"], kinds)
    kind = _typed(call, kinds, "float" if kind == "any" else kind)
    return Array(shape_of(call["x"], kinds), kind)


def _converted(call: Bound, kinds: Kinds) -> Type:
    kind = type_kind(call["dtype"], kinds)
    if kind is None:
        raise Unsupported("this type is not supported")
    return Array(shape_of(call["x"], kinds), kind)


def _measured(call: Bound, kinds: Kinds) -> Type:
    shape = shape_of(call["x"], kinds)
    if isinstance(shape, Unknown):
        return Items("tuple", None, element="int")
    return Items("tuple", len(shape), values=shape, element="int")


# NumPy's types, as functions that convert a number or an array.
_FLOATS = "float16 float32 float64 longdouble single double half"
_INTEGERS = "int8 int16 int32 int64 uint8 uint16 uint32 uint64 intp int_"

RULES: tuple[Pullback, ...] = (
    # arrays of a given shape
    fixed("zeros(shape, dtype=None)", _new()),
    fixed("ones(shape, dtype=None)", _new()),
    fixed("empty(shape, dtype=None)", _new()),
    fixed("zeros_like(x, dtype=None)", _like),
    fixed("ones_like(x, dtype=None)", _like),
    fixed("empty_like(x, dtype=None)", _like),
    pullback("full(shape, value, dtype=None)", _filled(_full), exact=False, value="g"),
    pullback(
        "full_like(x, value, dtype=None)",
        _filled(_like),
        exact=False,
        x="0",
        value="g",
    ),
    fixed("eye(n, m=None, k=0, dtype=None)", _eye),
    fixed("tri(n, m=None, k=0, dtype=None)", _eye),
    fixed("identity(n, dtype=None)", _identity),
    pullback(
        "arange(start, stop=None, step=1, dtype=None)",
        _ranged,
        spell="numpy.arange builtins.range",
    ),
    fixed("indices(dimensions)", _grid),
    pullback(
        "linspace(start, stop, num=50, endpoint=True)",
        _spaced,
        exact=False,
        start="weighted(g, 1, 0)",
        stop="weighted(g, 0, 1)",
    ),
    pullback(
        "logspace(start, stop, num=50, endpoint=True, base=10.0)",
        _spaced,
        spell="numpy.logspace",
    ),
    pullback("geomspace(start, stop, num=50, endpoint=True)", _spaced),
    *(
        fixed(f"{name}(shape)", created("float"), spell=f"numpy.{name}")
        for name in ("bartlett", "blackman", "hamming", "hanning")
    ),
    pullback("kaiser(shape, beta)", created("float")),
    # an array of given values
    pullback(
        "array(x, dtype=None)",
        _as_array,
        spell="numpy.array numpy.asarray numpy.asanyarray numpy.ascontiguousarray",
        x="entry(g)",
    ),
    # copies, in another type perhaps; of real arrays
    pullback("copy(x)", same(), methods="copy", x="g"),
    pullback("astype(x, dtype)", _converted, methods="astype", x="converted(g)"),
    pullback(
        "number(x)",
        same(kind="float"),
        spell=" ".join(f"numpy.{name}" for name in _FLOATS.split()),
        x="cast(g)",
    ),
    fixed(
        "integer(x)",
        same(kind="int"),
        spell=" ".join(f"numpy.{name}" for name in _INTEGERS.split()),
    ),
    pullback("real(x)", same(), methods=".real", x="g"),
    pullback(
        "conj(x)",
        same(),
        spell="numpy.conj numpy.conjugate numpy.real_if_close",
        methods="conj conjugate",
        x="g",
    ),
    fixed("imag(x)", same(), methods=".imag"),
    # facts
    fixed("shape(x)", _measured),
    fixed("ndim(x)", integer),
    fixed("size(x, axis=None)", integer),
)
