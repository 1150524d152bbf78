"""Rules of operations that only move elements about."""

from __future__ import annotations

from ..ir.dims import Shape
from ..ir.expr import Index
from ..ir.types import Array, Type, Unknown
from .indexing import indexed
from .pullback import Bound, Kinds, Pullback, choice, pullback
from .results import computed, like, shape_of


def selected(call: Bound, kinds: Kinds) -> Type:
    """`x[i]`."""
    base = kinds.of(call["x"])
    assert isinstance(base, Array)
    return indexed(Index(call["x"], call["i"]), base, call["i"], kinds)


def _transposed(call: Bound, kinds: Kinds) -> Shape | Unknown | None:
    shape = shape_of(call["x"], kinds)
    axes = kinds.static(call["axes"])
    if isinstance(shape, Unknown):
        return None
    if axes is None:
        return shape[::-1]
    if not isinstance(axes, tuple) or not all(type(a) is int for a in axes):
        return None
    return tuple(shape[a] for a in axes)


RULES: tuple[Pullback, ...] = (
    pullback(
        "transpose(x, axes=None)",
        computed(_transposed),
        spell="numpy.transpose",
        methods=".T",
        x="transposed(g, axes)",
    ),
    choice("where(c, x, y)", like("c", "x", "y"), x=True, y=False),
    pullback(
        "clip(x, a_min=None, a_max=None)",
        like("x"),
        methods="clip",
        exact=False,
        x="inside() * g",
        a_min="(x < a_min) * g",
        a_max="(x > a_max) * g",
    ),
    pullback(
        "index(x, i)",
        selected,
        spell="[]",
        x="g",
    ),
)
