"""Rules of `scipy.signal` and `scipy.spatial`."""

from __future__ import annotations

from ..ir.dims import Shape, constant
from ..ir.types import Array, Type, Unknown, nowhere
from .pullback import Bound, Kinds, Pullback, Unsupported, pullback
from .results import check_equal, shape_of

_MATRIX = 2


def _matrices(call: Bound, kinds: Kinds) -> tuple[Shape, Shape] | None:
    a, b = (shape_of(call[name], kinds) for name in ("a", "b"))
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return None
    if len(a) != _MATRIX or len(b) != _MATRIX:
        raise Unsupported("matrices are needed here")
    return a, b


def _convolved(call: Bound, kinds: Kinds) -> Type:
    """Raises:
    Unsupported: where the second matrix is larger than the first one.
    """
    pair, mode = _matrices(call, kinds), kinds.static(call["mode"])
    if mode not in ("full", "same", "valid"):
        raise Unsupported("`mode` has to be 'full', 'same' or 'valid'")
    if pair is None:
        return Array(nowhere())
    a, b = pair
    if mode == "same":
        return Array(a)
    less, sign = constant(1), constant(1 if mode == "full" else -1)
    shape = tuple(m + sign * (n - less) for m, n in zip(a, b, strict=True))
    if any(length.value is not None and length.value < 1 for length in shape):
        raise Unsupported("the second matrix is larger than the first one")
    return Array(shape)


def _distances(call: Bound, kinds: Kinds) -> Type:
    """Raises:
    Unsupported: for metrics that have no rule.
    """
    if kinds.static(call["metric"]) not in ("euclidean", "sqeuclidean"):
        raise Unsupported("`metric` has to be 'euclidean' or 'sqeuclidean'")
    pair = _matrices(call, kinds)
    if pair is None:
        return Array(nowhere())
    a, b = pair
    check_equal(a[1], b[1], a, b)
    return Array((a[0], b[0]))


RULES: tuple[Pullback, ...] = (
    pullback(
        "convolve2d(a, b, mode='full')",
        _convolved,
        spell="scipy.signal.convolve2d",
        shared="in_full(g)",
        a="signal.correlate2d(shared, b, 'valid')",
        b="signal.correlate2d(shared, a, 'valid')",
    ),
    pullback(
        "correlate2d(a, b, mode='full')",
        _convolved,
        spell="scipy.signal.correlate2d",
        shared="in_full(g)",
        a="signal.convolve2d(shared, b, 'valid')",
        b="signal.correlate2d(shared, a, 'valid')[::-1, ::-1]",
    ),
    # where two points are the same, the distance has a kink
    pullback(
        "cdist(a, b, metric='euclidean')",
        _distances,
        spell="scipy.spatial.distance.cdist",
        shared="per_distance(g)",
        a="sum(shared, axis=1)[:, None] * a - shared @ b",
        b="sum(shared, axis=0)[:, None] * b - transposed_weights(shared) @ a",
    ),
)
