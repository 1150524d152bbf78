"""Rules of operations that reduce axes, or sum up along one, and of softmax.

`spread(v)` gives a value that was reduced its axes back, with length 1; `count()` is
the number of elements that were reduced to one, `freedom()` that less the correction
of a variance.
"""

from __future__ import annotations

from .pullback import Pullback, fixed, pullback
from .results import along, reduced, same
from .results_reductions import (
    beside,
    differences,
    neighbours,
    slopes,
    subtracted,
    weighted,
)

# an even split over equal extrema
_EXTREMA = "x == spread(out)"
_EXTREMUM = "shared * spread(g / tally(shared))"
_SHARE = "exp(_log_share(x, spread(out))) * spread(g)"

RULES: tuple[Pullback, ...] = (
    pullback(
        "sum(x, axis=None, *, keepdims=False)",
        reduced(),
        methods="sum",
        x="spread(g)",
    ),
    pullback(
        "mean(x, axis=None, *, keepdims=False)",
        reduced("float"),
        methods="mean",
        x="spread(g / count())",
    ),
    pullback(
        "var(x, axis=None, *, ddof=0, keepdims=False, correction=0)",
        reduced("float"),
        methods="var",
        x="2 * (x - mean_kept()) * spread(g / freedom())",
    ),
    pullback(
        "std(x, axis=None, *, ddof=0, keepdims=False, correction=0)",
        reduced("float"),
        methods="std",
        x="(x - mean_kept()) * spread(g / (freedom() * deviation()))",
    ),
    pullback(
        "max(x, axis=None, *, keepdims=False)",
        reduced(),
        spell="numpy.max numpy.amax",
        methods="max",
        shared=_EXTREMA,
        x=_EXTREMUM,
    ),
    pullback(
        "min(x, axis=None, *, keepdims=False)",
        reduced(),
        spell="numpy.min numpy.amin",
        methods="min",
        shared=_EXTREMA,
        x=_EXTREMUM,
    ),
    pullback(
        "ptp(x, axis=None, *, keepdims=False)",
        reduced(),
        methods="ptp",
        x="(shares(kept_max()) - shares(kept_min())) * spread(g)",
    ),
    pullback(
        "prod(x, axis=None, *, keepdims=False)",
        reduced(),
        methods="prod",
        x="others(x) * spread(g)",
    ),
    # along an axis
    pullback(
        "cumsum(x, axis=None)",
        along(),
        methods="cumsum",
        x="summed_back(g)",
    ),
    pullback(
        "cumulative_sum(x, *, axis=None)",
        along(),
        x="summed_back(g)",
    ),
    pullback(
        "cumprod(x, axis=None)",
        along(),
        methods="cumprod",
        x="products_back(g, x)",
    ),
    pullback(
        "cumulative_prod(x, *, axis=None)",
        along(),
        x="products_back(g, x)",
    ),
    pullback(
        "running_sum(x, axis=0)",
        along(),
        spell="numpy.add.accumulate",
        x="summed_back(g)",
    ),
    pullback(
        "running_product(x, axis=0)",
        along(),
        spell="numpy.multiply.accumulate",
        x="products_back(g, x)",
    ),
    pullback(
        "running_extremum(x, axis=0)",
        along(),
        spell="numpy.maximum.accumulate numpy.minimum.accumulate",
        x="_running_gradient(g, x, out, axis)",
    ),
    pullback(
        "diff(x, n=1, axis=-1)", differences, parts=subtracted, x="summed_pairs(g)"
    ),
    pullback(
        "ediff1d(x)", neighbours, parts=beside, x="reshape(_summed_pairs(g), shape(x))"
    ),
    pullback(
        "gradient(x, spacing=1.0, *, axis=None)",
        slopes,
        ranked=True,
        several=True,
        x="_slopes_gradient(g, spacing, one_axis())",
    ),
    # reductions of functions of two numbers, along the first axis
    pullback(
        "sum(x, axis=0, *, keepdims=False)",
        reduced(),
        spell="numpy.add.reduce",
        x="spread(g)",
    ),
    pullback(
        "prod(x, axis=0, *, keepdims=False)",
        reduced(),
        spell="numpy.multiply.reduce",
        x="others(x) * spread(g)",
    ),
    pullback(
        "extremum(x, axis=0, *, keepdims=False)",
        reduced(),
        spell="numpy.maximum.reduce numpy.minimum.reduce",
        shared=_EXTREMA,
        x=_EXTREMUM,
    ),
    pullback(
        "logsumexp(x, axis=0, *, keepdims=False)",
        reduced("float"),
        spell="numpy.logaddexp.reduce",
        x=_SHARE,
    ),
    # composites of scipy
    pullback(
        "logsumexp(x, axis=None, b=None, *, keepdims=False)",
        weighted,
        spell="scipy.special.logsumexp",
        exact=False,
        x=f"times_weights({_SHARE})",
        b=_SHARE,
    ),
    pullback(
        "softmax(x, axis=None)",
        same(kind="float"),
        spell="scipy.special.softmax",
        x="out * (g - sum(out * g, axis=axis, keepdims=True))",
    ),
    pullback(
        "log_softmax(x, axis=None)",
        same(kind="float"),
        spell="scipy.special.log_softmax",
        x="g - exp(out) * sum(g, axis=axis, keepdims=True)",
    ),
    # no gradient
    fixed("argmax(x, axis=None, *, keepdims=False)", reduced("int"), methods="argmax"),
    fixed("argmin(x, axis=None, *, keepdims=False)", reduced("int"), methods="argmin"),
    fixed("nanargmax(x, axis=None, *, keepdims=False)", reduced("int")),
    fixed("nanargmin(x, axis=None, *, keepdims=False)", reduced("int")),
    fixed("any(x, axis=None, *, keepdims=False)", reduced("bool"), methods="any"),
    fixed("all(x, axis=None, *, keepdims=False)", reduced("bool"), methods="all"),
    fixed("count_nonzero(x, axis=None, *, keepdims=False)", reduced("int")),
)
