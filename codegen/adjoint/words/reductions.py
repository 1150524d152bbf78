"""Words of the rules of reductions and statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ...ir import expr as ir
from ...ir.expr import Attribute, Binary, Compare, Const, Expr, Unary, Var
from ...ir.number import as_number
from ...ir.types import Array, Type, Unknown
from ...ir.walk import postorder
from ...rules.kinds import Kinds
from ...rules.pullback import NONE
from ...rules.results import shape_of as known_shape
from ..building.build import (
    NOTHING,
    WHOLE,
    axes_argument,
    carrier,
    helper,
    indexed,
    literal,
    numpy,
    of_array,
    on,
    shape_of,
    times,
    with_axes,
)
from ..building.precision import float_type_of
from ..building.pull import Pull, Word

_ONE = Const("1")
_TRUE = Const("True")
# A function or a method of an operand.
_Spelled = Callable[..., Expr]
_LATER, _EARLIER = ir.Slice(_ONE, None), ir.Slice(None, Unary("-", _ONE))
_BACKWARD = ir.Slice(None, None, Unary("-", _ONE))


def spread(pull: Pull, value: Expr) -> Expr:
    """A reduced value with its axes back, so that it broadcasts against the operand."""
    x, axis = pull.bound["x"], pull.kinds.static(pull.bound["axis"])
    kind = pull.kinds.of(x)
    if pull.kinds.of(value).rank == 0:  # it broadcasts as it is
        return value
    if keeps(pull) is None:
        like = _kept(pull, "sum")
        return numpy("reshape", value, shape_of(like, pull.kinds))
    if isinstance(kind, Array) and isinstance(kind.shape, Unknown):
        if axis not in (None, 0) and not keeps(pull):
            value = numpy("expand_dims", value, pull.bound["axis"])
        whole = numpy("broadcast_to", value, shape_of(x, pull.kinds))
        pull.kinds.note(whole, Array(kind.shape))
        return whole
    axes, rank = pull.axes(), pull.rank()
    if keeps(pull) or axes is None or rank is None or len(axes) == rank:
        return value
    return with_axes(value, axes, rank)


def keeps(pull: Pull) -> bool | None:
    """Whether reduced axes stay, with length 1; None: only running tells."""
    if "keepdims" not in pull.bound.args:
        return False
    keep = pull.kinds.static(pull.bound["keepdims"])
    return keep if isinstance(keep, bool) else None


def _kept(pull: Pull, name: str, spelled: _Spelled | None = None) -> Expr:
    """Another reduction of the operand over the same axes, which stay.

    Args:
        spelled: how, where that is no method of arrays.
    """
    x, axis = pull.bound["x"], pull.bound["axis"]
    stay = axis is not NOTHING or keeps(pull) is not False
    made = spelled or (on if isinstance(pull.kinds.of(x), Array) else numpy_of)
    return made(x, name, axis=axis, keepdims=_TRUE if stay else NOTHING)


def numpy_of(x: Expr, name: str, **keywords: Expr) -> Expr:
    """The function of that name, of what need not be an array."""
    return numpy(name, x, **keywords)


def _nanmean_kept(pull: Pull) -> Expr:
    return _kept(pull, "nanmean", numpy_of)


def count(pull: Pull) -> Expr:
    """The number of elements that were reduced to one."""
    axis = pull.kinds.static(pull.bound["axis"])
    axes, rank = pull.axes(), pull.rank()
    if rank == 0:
        return _ONE
    x = carrier(pull.bound["x"], pull.kinds)
    if axes is not None and not isinstance(x, ir.Var | ir.Item):
        lengths = [_length(pull, at) for at in axes]
        found = [length for length in lengths if length is not None]
        if len(found) == len(lengths):
            return _multiplied(found)
    if axis is None or (axes is not None and len(axes) == rank):
        return of_array(x, "size")
    if axes is None and isinstance(axis, tuple):
        # not every NumPy takes several axes at once
        return _multiplied([numpy("size", x, literal(at)) for at in axis])
    if axes is None:
        return numpy("size", x, pull.bound["axis"])
    shape = of_array(x, "shape")
    return _multiplied([ir.Index(shape, literal(at)) for at in axes])


def _multiplied(factors: Iterable[Expr]) -> Expr:
    total: Expr = _ONE
    for factor in factors:
        total = times(total, factor)
    return total


def _length(pull: Pull, axis: int) -> Expr | None:
    """The length of an axis of a longer expression: a number, or that of a variable in
    it."""
    kind = pull.kinds.of(pull.bound["x"])
    if not isinstance(kind, Array) or isinstance(kind.shape, Unknown):
        return None
    length = kind.shape[axis]
    if length.value is not None:
        return literal(length.value)
    for inner in postorder(pull.bound["x"]):
        match pull.kinds.of(inner):
            case Array(tuple() as shape) if isinstance(inner, ir.Var | ir.Item):
                if length in shape:
                    at = literal(shape.index(length))
                    return ir.Index(of_array(inner, "shape"), at)
    return None


def _freedom(pull: Pull, total: Expr | None = None) -> Expr:
    """The divisor of a variance of so many elements."""
    name = "correction" if "correction" in pull.bound.given else "ddof"
    correction = pull.bound[name]
    total = count(pull) if total is None else total
    return total if as_number(correction) == 0 else Binary("-", total, correction)


def _deviation(pull: Pull) -> Expr:
    """The standard deviation. That of one element is 0 whatever the element is: there
    anything else will do."""
    kind, axes = pull.kinds.of(pull.bound["x"]), pull.axes()
    if pull.rank() == 0:
        return _ONE
    if isinstance(kind, Array) and axes is not None:
        assert not isinstance(kind.shape, Unknown)
        lengths = [kind.shape[axis] for axis in axes]
        if all(length.value == 1 for length in lengths):
            return _ONE
        if all(length.is_known for length in lengths):
            return pull.out
    alone = Compare(("==",), (count(pull), _ONE))
    return Binary("+", pull.out, alone)


def _tally(pull: Pull, mask: Expr) -> Expr:
    """How many are true, as a number of the result's precision."""
    typed, x = _whole(pull.out, pull.kinds), _whole(pull.bound["x"], pull.kinds)
    single = pull.kinds.of(pull.out).rank == 0
    if single and isinstance(x, Var) and isinstance(pull.kinds.of(x), Array):
        typed = x  # Numba's single numbers have no `dtype`
    found = numpy(
        "sum",
        mask,
        axis=pull.bound["axis"],
        keepdims=NOTHING if keeps(pull) is False else pull.bound["keepdims"],
        dtype=of_array(typed, "dtype"),
    )
    pull.kinds.note(found, pull.kinds.of(pull.out))
    return found


def _whole(part: Expr, kinds: Kinds) -> Expr:
    """What a part of an array is a part of: it has the same precision."""
    while isinstance(part, ir.Index) and isinstance(kinds.of(part.base), Array):
        part = part.base
    return part


def _present(pull: Pull) -> Expr:
    """How many elements are not NaN."""
    return _tally(pull, Unary("~", numpy("isnan", pull.bound["x"])))


def _nan_as_one(pull: Pull) -> Expr:
    x = pull.bound["x"]
    return _typed(pull, numpy("where", numpy("isnan", x), _ONE, x), pull.kinds.of(x))


def _typed(pull: Pull, made: Expr, kind: Type) -> Expr:
    pull.kinds.note(made, kind)
    return made


# -- along an axis


def _summed_back(pull: Pull, value: Expr) -> Expr:
    """Sums from each element to the end of the axis."""
    axis, rank = pull.kinds.static(pull.bound["axis"]), pull.rank()
    if rank == 0:
        return indexed(value, [literal(0)])
    if axis is None or (rank == 1 and axis in (0, -1)):
        made = _reversed(numpy("cumsum", _reversed(value, 0, 1)), 0, 1)
        if rank == 1:
            return made
        row = on(made, "copy")  # Numba has no other shapes for what goes backwards
        return numpy("reshape", row, shape_of(pull.bound["x"], pull.kinds))
    if rank is None or type(axis) is not int:
        turned = numpy(
            "cumsum", numpy("flip", value, pull.bound["axis"]), pull.bound["axis"]
        )
        return numpy("flip", turned, pull.bound["axis"])
    sums = numpy("cumsum", _reversed(value, axis, rank), axis=pull.bound["axis"])
    return _reversed(sums, axis, rank)


def _others(pull: Pull, x: Expr) -> Expr:
    """For each element the product of all others that it is multiplied by."""
    return _along(pull, "_product_of_others", x)


def _quantile_shares(pull: Pull, q: Expr) -> Expr:
    """The share that each element has in a quantile."""
    return _along(pull, "_quantile_shares", pull.bound["x"], q)


def _shares(pull: Pull, extremum: Expr) -> Expr:
    """The share that each element has in an extremum."""
    return _along(pull, "_shares", pull.bound["x"], extremum)


def _products_back(pull: Pull, value: Expr, x: Expr) -> Expr:
    """The gradient of products from the beginning to each element."""
    return _along(pull, "_cumprod_gradient", value, x)


def _along(pull: Pull, name: str, *args: Expr) -> Expr:
    """A helper for all elements in a row, or for those along an axis."""
    axis = pull.bound["axis"]
    at, rank = pull.kinds.static(axis), pull.rank()
    if at is None or rank == 0 or (rank == 1 and at in (0, -1)):
        return helper(name, *args)
    return helper(f"{name}_along", *args, axis)


def _reversed(value: Expr, axis: int, rank: int) -> Expr:
    """`value[:, ::-1]`."""
    return indexed(value, [WHOLE] * (axis % rank) + [_BACKWARD])


def _summed_pairs(pull: Pull, value: Expr) -> Expr:
    """The gradient of `np.diff`: differences too, of the gradient with zeros put on."""
    n, axis = pull.bound["n"], pull.kinds.static(pull.bound["axis"])
    rank = pull.rank()
    assert rank is not None
    if type(axis) is not int:
        axis = -1
    widths = n if rank == 1 else _widths(n, axis % rank, rank)
    last = axis in (-1, rank - 1)
    made = numpy(
        "diff",
        numpy("pad", value, widths),
        **({} if as_number(n) == 1 else {"n": n}),
        **({} if last else {"axis": pull.bound["axis"]}),
    )
    times_ = pull.kinds.static(n)
    odd = type(times_) is int and times_ % 2 == 1
    return Unary("-", made) if odd else made


def _widths(n: Expr, axis: int, rank: int) -> Expr:
    none = literal((0, 0))
    both = ir.Sequence("tuple", (n, n))
    return ir.Sequence("tuple", tuple(both if i == axis else none for i in range(rank)))


def _one_axis(pull: Pull) -> Expr:
    """The axis; if it is not stated, that of the result in question."""
    axis = pull.bound["axis"]
    return literal(pull.bound.part or 0) if axis is NOTHING else axis


# -- weighted


def _averaged(pull: Pull, value: Expr) -> Expr:
    if pull.bound["weights"] is NOTHING:
        return spread(pull, Binary("/", value, count(pull)))
    return Binary("*", _weights(pull), spread(pull, Binary("/", value, _weight(pull))))


def _is_line(pull: Pull) -> bool:
    """Whether the weights are those of the places along one axis."""
    return pull.rank("weights") != pull.rank()


def _weights(pull: Pull) -> Expr:
    """The weights, so that they broadcast against the operand."""
    weights, rank, axes = pull.bound["weights"], pull.rank(), pull.axes()
    if not _is_line(pull) or rank is None or axes is None:
        return weights
    return with_axes(weights, [i for i in range(rank) if i not in axes], rank)


def _weight(pull: Pull) -> Expr:
    """The sum of the weights."""
    weights = pull.bound["weights"]
    if _is_line(pull):
        return on(weights, "sum")
    keepdims = _TRUE if keeps(pull) else NOTHING
    return on(weights, "sum", axis=pull.bound["axis"], keepdims=keepdims)


def _weighed(pull: Pull, value: Expr) -> Expr:
    """What belongs to each weight."""
    rank, axes = pull.rank(), pull.axes()
    if not _is_line(pull) or rank is None or axes is None:
        return value
    others = [i for i in range(rank) if i not in axes]
    return on(value, "sum", axis=axes_argument(others))


def _times_weights(pull: Pull, value: Expr) -> Expr:
    weights = pull.bound["b"]
    return value if weights is NOTHING else Binary("*", weights, value)


def _covaried(pull: Pull, value: Expr) -> Expr:
    """With x centred, `c = x @ x.T / (n - 1)`."""
    x = pull.bound["x"]
    rows = pull.kinds.static(pull.bound["rowvar"]) is True
    axis = _ONE if rows else literal(0)
    centred = Binary("-", x, on(x, "mean", axis=axis, keepdims=_TRUE))
    both = Binary("+", value, of_array(value, "T"))
    length = ir.Index(shape_of(x, pull.kinds), axis)
    pair = (both, centred) if rows else (centred, both)
    return Binary("/", Binary("@", *pair), Binary("-", length, _ONE))


def _correlated(pull: Pull, value: Expr) -> Expr:
    x = pull.bound["x"]
    if pull.kinds.static(pull.bound["rowvar"]) is True:
        return helper("_corrcoef", value, x)
    turned = helper("_corrcoef", value, of_array(carrier(x, pull.kinds), "T"))
    return Attribute(turned, "T")


def _coefficients(pull: Pull, g: Expr) -> Expr:
    """The gradient of all coefficients of a polynomial, also where they stand in a
    list."""
    made = helper("_coefficients", g, pull.bound["x"], pull.bound["p"])
    pull.kinds.note(made, Array(known_shape(pull.bound["p"], pull.kinds)))
    return made


def _over_values(pull: Pull, value: Expr) -> Expr:
    """What belongs to an integral, so that it broadcasts against the values."""
    rank, axis = pull.rank("y"), pull.kinds.static(pull.bound["axis"])
    if rank == 1:
        return value
    if rank is None or type(axis) is not int:
        return numpy("expand_dims", value, pull.bound["axis"])
    return with_axes(value, [axis % rank], rank)


def _trapezoid_weights(pull: Pull) -> Expr:
    """What each value counts in an integral."""
    y, x, dx, axis = (pull.bound[name] for name in ("y", "x", "dx", "axis"))
    if pull.rank("y") != 1:
        return helper("_trapezoid_weights_along", y, x, dx, axis)
    steps = numpy("diff", x)
    if x in (NOTHING, NONE):
        dtype = float_type_of(y, pull.kinds)
        steps = numpy("full", Binary("-", numpy("size", y), _ONE), dx, dtype or NOTHING)
    return helper("_trapezoid_weights", steps)


def _trapezoid_nodes(pull: Pull, g: Expr) -> Expr:
    """The gradient of the coordinates in an integral."""
    y, axis = pull.bound["y"], pull.bound["axis"]
    if pull.rank("y") != 1:
        return _at_nodes(pull, helper("_trapezoid_nodes_along", g, y, axis))
    pairs = Binary("+", *(indexed(y, [part]) for part in (_LATER, _EARLIER)))
    return helper("_summed_pairs", Binary("*", Binary("/", pairs, Const("2")), g))


def _at_nodes(pull: Pull, value: Expr) -> Expr:
    """What belongs to each coordinate, where they are those of one axis."""
    rank, axis = pull.rank("y"), pull.kinds.static(pull.bound["axis"])
    if rank is None or pull.rank() == rank or type(axis) is not int:
        return value
    others = [i for i in range(rank) if i != axis % rank]
    return on(value, "sum", axis=axes_argument(others))


def _divisor(pull: Pull) -> Expr:
    """What a quotient divides by, as the user wrote it."""
    assert isinstance(pull.call, Binary)
    return pull.call.right


WORDS: Mapping[str, Word] = {
    "divisor": _divisor,
    "spread": spread,
    "mean_kept": lambda pull: _kept(pull, "mean"),
    "kept_max": lambda pull: _kept(pull, "max"),
    "kept_min": lambda pull: _kept(pull, "min"),
    "nanmean_kept": _nanmean_kept,
    "nan_as_one": _nan_as_one,
    "count": count,
    "freedom": _freedom,
    "deviation": _deviation,
    "tally": _tally,
    "present": _present,
    "summed_back": _summed_back,
    "summed_pairs": _summed_pairs,
    "others": _others,
    "products_back": _products_back,
    "quantile_shares": _quantile_shares,
    "one_axis": _one_axis,
    "averaged": _averaged,
    "weight": _weight,
    "weighed": _weighed,
    "times_weights": _times_weights,
    "covaried": _covaried,
    "coefficients": _coefficients,
    "correlated": _correlated,
    "over_values": _over_values,
    "shares": _shares,
    "trapezoid_weights": _trapezoid_weights,
    "trapezoid_nodes": _trapezoid_nodes,
}
