"""Rules of sliding windows."""

from __future__ import annotations

from ..ir.dims import Shape, constant
from ..ir.types import Unknown
from .pullback import Bound, Kinds, Pullback, Unsupported, pullback
from .results import computed, shape_of, stated


def _windows(call: Bound, kinds: Kinds) -> Shape | None:
    """The axes of the array, shortened, then those of the window."""
    shape, window = shape_of(call["x"], kinds), stated(kinds.static(call["window"]))
    axis = kinds.static(call["axis"])
    if window is None:
        raise Unsupported("the shape of the window has to be known")
    if isinstance(shape, Unknown):
        return None
    axes = range(len(shape)) if axis is None else axis
    axes = [axes] if isinstance(axes, int) else axes
    if not isinstance(axes, tuple | list | range) or len(axes) != len(window):
        raise Unsupported("`axis` has to name one axis for each one of the window")
    shortened = list(shape)
    for at, length in zip(axes, window, strict=True):
        shortened[at] = shortened[at] - length + constant(1)
    return (*shortened, *window)


RULES: tuple[Pullback, ...] = (
    pullback(
        "sliding_window_view(x, window, axis=None)",
        computed(_windows),
        spell="numpy.lib.stride_tricks.sliding_window_view",
        x="_sliding_window_backward(g, shape(x), window, axis)",
    ),
)
