"""Rules of statistics: without NaN, weighted, of order; of sampled functions."""

from __future__ import annotations

from ..ir.dims import nothing_known
from ..ir.types import Array, Type
from .pullback import Bound, Kinds, Pullback, fixed, pullback
from .results import along, reduced, same
from .results_reductions import covariance, integrated, quantile

# what is NaN has no share; an even split over equal extrema
_PRESENT = "where(isnan(x), 0, spread(g))"
_EXTREMA = "x == spread(out)"
_EXTREMUM = "where(isnan(x), 0, shared * spread(g / tally(shared)))"
_CENTRED = "(x - nanmean_kept())"


def _counts(call: Bound, kinds: Kinds) -> Type:
    """As many as the largest integer says: counts, or sums of weights."""
    weighted = kinds.static(call["weights"]) is not None
    return Array((nothing_known(),), "float" if weighted else "int")


RULES: tuple[Pullback, ...] = (
    # of what is not NaN
    pullback("nansum(x, axis=None, *, keepdims=False)", reduced(), x=_PRESENT),
    pullback(
        "nanmean(x, axis=None, *, keepdims=False)",
        reduced("float"),
        x="where(isnan(x), 0, spread(g / present()))",
    ),
    pullback(
        "nanvar(x, axis=None, *, ddof=0, keepdims=False)",
        reduced("float"),
        x=f"where(isnan(x), 0, 2 * {_CENTRED} * spread(g / freedom(present())))",
    ),
    pullback(
        "nanstd(x, axis=None, *, ddof=0, keepdims=False)",
        reduced("float"),
        # of one element the deviation is 0 whatever it is
        x=f"where(isnan(x), 0, {_CENTRED} * spread(g / (freedom(present())"
        " * (out + (present() == 1)))))",
    ),
    pullback(
        "nanmax(x, axis=None, *, keepdims=False)",
        reduced(),
        shared=_EXTREMA,
        x=_EXTREMUM,
    ),
    pullback(
        "nanmin(x, axis=None, *, keepdims=False)",
        reduced(),
        shared=_EXTREMA,
        x=_EXTREMUM,
    ),
    pullback(
        "nanprod(x, axis=None, *, keepdims=False)",
        reduced(),
        x="where(isnan(x), 0, others(nan_as_one()) * spread(g))",
    ),
    pullback(
        "nancumsum(x, axis=None)", along(), x="where(isnan(x), 0, summed_back(g))"
    ),
    pullback(
        "nancumprod(x, axis=None)",
        along(),
        x="where(isnan(x), 0, products_back(g, nan_as_one()))",
    ),
    # weighted
    pullback(
        "average(x, axis=None, weights=None, *, keepdims=False)",
        reduced("float"),
        ranked=True,
        x="averaged(g)",
        weights="weighed((x - spread(out)) * spread(g / weight()))",
    ),
    pullback(
        "cov(x, *, rowvar=True)",
        covariance,
        ranked=True,
        x="covaried(g)",
    ),
    pullback(
        "corrcoef(x, *, rowvar=True)",
        covariance,
        ranked=True,
        x="correlated(g)",
    ),
    # of order: the gradient goes to the elements that the result lies between
    pullback(
        "median(x, axis=None, *, keepdims=False)",
        reduced("float"),
        x="quantile_shares(0.5) * spread(g)",
    ),
    pullback(
        "quantile(x, q, axis=None, *, keepdims=False)",
        quantile,
        x="quantile_shares(q) * spread(g)",
    ),
    pullback(
        "percentile(x, q, axis=None, *, keepdims=False)",
        quantile,
        x="quantile_shares(q / 100) * spread(g)",
    ),
    # of sampled functions
    pullback(
        "trapezoid(y, x=None, dx=1.0, axis=-1)",
        integrated,
        spell="numpy.trapezoid numpy.trapz scipy.integrate.trapezoid",
        ranked=True,
        y="trapezoid_weights() * over_values(g)",
        x="trapezoid_nodes(g)",
    ),
    pullback(
        "interp(x, xp, fp)",
        same(kind="float"),
        x="_interp_slope(x, xp, fp) * g",
        fp="_interp_gradient(g, x, xp)",
    ),
    pullback("bincount(x, weights=None, minlength=0)", _counts, weights="g[x]"),
    # no gradient
    fixed("isin(x, test, assume_unique=False, invert=False)", same(kind="bool")),
    fixed("digitize(x, bins, right=False)", same(kind="int")),
)
