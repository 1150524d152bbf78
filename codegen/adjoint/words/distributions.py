"""Words of the rules of distributions (`rules/distributions.py`), and of special
functions that are sums."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from ...ir.dims import broadcast
from ...ir.expr import Binary, Call, Const, Expr, Ref
from ...ir.number import ONE, as_number
from ...ir.types import Array, Unknown
from ...rules.pullback import Unsupported
from ..building.build import NOTHING, helper, literal, numpy
from ..building.product import chain
from ..building.pull import Pull, Word, as_array

_PLACES = ("loc", "scale")


def _centred(pull: Pull, value: Expr) -> Expr:
    """`value - loc`."""
    loc = pull.bound["loc"]
    return value if as_number(loc) == 0 else Binary("-", value, loc)


def _per_scale(pull: Pull, value: Expr) -> Expr:
    """`value / scale`."""
    scale = pull.bound["scale"]
    if as_number(scale) == 1 or as_number(value) == 0:
        return value
    return Binary("/", value, scale)


def _standardized(pull: Pull, value: Expr) -> Expr:
    """`(value - loc) / scale`."""
    return _per_scale(pull, _centred(pull, value))


def _within(pull: Pull, mask: Expr) -> Expr:
    """1 in the support of a distribution, which the mask says, and 0 elsewhere."""
    return numpy("where", mask, ONE, Const("0"))


def _z(pull: Pull) -> Expr:
    """The standardized argument."""
    name = pull.bound.rule.params[0].name
    scaled = "scale" in pull.bound.args
    at = _centred(pull, pull.bound[name])
    return _per_scale(pull, at) if scaled else at


def _normal_slope(pull: Pull) -> Expr:
    """The gradient of the logarithm of a normal density by each row of `x`."""
    x, mean, cov = (pull.bound[name] for name in ("x", "mean", "cov"))
    made = helper("_normal_slope", x, mean, cov)
    types = [pull.kinds.of(value) for value in (x, mean) if value is not NOTHING]
    shapes = [kind.shape for kind in types if isinstance(kind, Array)]
    known = [shape for shape in shapes if not isinstance(shape, Unknown)]
    if len(known) == len(types):
        pull.kinds.note(made, Array(reduce(broadcast, known)))
    return made


def _normal_rows(pull: Pull, g: Expr, slope: Expr) -> Expr:
    made = helper("_normal_rows", g, slope)
    pull.kinds.note(made, pull.kinds.of(slope))
    return made


def _normal_covariance(pull: Pull, g: Expr, slope: Expr) -> Expr:
    cov = pull.bound["cov"]
    made = helper("_normal_covariance", g, slope, cov)
    pull.kinds.note(made, as_array(pull.kinds.of(cov)))
    return made


def _digammas(pull: Pull) -> Expr:
    """The sum of `digamma(a - i / 2)` for all i below d."""
    a, d = pull.bound["a"], pull.kinds.static(pull.bound["d"])
    if type(d) is not int or d < 1:
        raise Unsupported("`d` has to be a number that is written out")
    places = [a, *(Binary("-", a, literal(i / 2)) for i in range(1, d))]
    terms: list[Expr] = [
        Call(Ref("scipy.special.digamma"), (place,)) for place in places
    ]
    return chain("+", terms)


def _method(name: str) -> Word:
    """A method of the same distribution with the same parameters."""

    def call(pull: Pull, value: Expr) -> Expr:
        bound = pull.bound
        home = bound.rule.paths[0].rpartition(".")[0]
        shapes = [p.name for p in bound.rule.params[1:] if p.name not in _PLACES]
        placed = tuple((n, bound[n]) for n in _PLACES if n in bound.given)
        arguments = (value, *(bound[name] for name in shapes))
        return Call(Ref(f"{home}.{name}"), arguments, placed)

    return call


WORDS: Mapping[str, Word] = {
    "normal_slope": _normal_slope,
    "normal_rows": _normal_rows,
    "normal_covariance": _normal_covariance,
    "digammas": _digammas,
    "z": _z,
    "per_scale": _per_scale,
    "standardized": _standardized,
    "within": _within,
    "density": _method("pdf"),
    "log_density": _method("logpdf"),
}
