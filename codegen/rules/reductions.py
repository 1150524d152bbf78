"""Rules of operations that sum up: over axes, along an axis, and softmax.

`spread(v)` gives a value that was reduced its axes back, with length 1; `count()` is
the number of elements that were summed over.
"""

from __future__ import annotations

from .pullback import Pullback, fixed, pullback
from .results import along, reduced, same

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
        "var(x, axis=None, *, ddof=0, keepdims=False)",
        reduced("float"),
        methods="var",
        x="2 * (x - mean_kept()) * spread(g / (count() - ddof))",
    ),
    pullback(
        "std(x, axis=None, *, ddof=0, keepdims=False)",
        reduced("float"),
        methods="std",
        x="(x - mean_kept()) * spread(g / ((count() - ddof) * out))",
    ),
    # an even split over equal maxima
    pullback(
        "max(x, axis=None, *, keepdims=False)",
        reduced(),
        spell="numpy.max numpy.amax",
        methods="max",
        x="(x == spread(out)) * spread(g) / spread(ties())",
    ),
    pullback(
        "min(x, axis=None, *, keepdims=False)",
        reduced(),
        spell="numpy.min numpy.amin",
        methods="min",
        x="(x == spread(out)) * spread(g) / spread(ties())",
    ),
    pullback(
        "prod(x, axis=None, *, keepdims=False)",
        reduced(),
        methods="prod",
        x="_product_of_others(x, axis) * spread(g)",
    ),
    pullback(
        "cumsum(x, axis=None)",
        along(),
        methods="cumsum",
        x="reverse(cumsum(reverse(g), axis=axis))",
    ),
    # composites of scipy
    pullback(
        "logsumexp(x, axis=None, *, keepdims=False)",
        reduced("float"),
        spell="scipy.special.logsumexp",
        x="exp(x - spread(out)) * spread(g)",
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
    fixed("any(x, axis=None, *, keepdims=False)", reduced("bool"), methods="any"),
    fixed("all(x, axis=None, *, keepdims=False)", reduced("bool"), methods="all"),
    fixed("count_nonzero(x, axis=None, *, keepdims=False)", reduced("int")),
)
