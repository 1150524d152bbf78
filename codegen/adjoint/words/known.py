"""Names in the texts of pullback rules whose meaning depends on shapes."""

from __future__ import annotations

from collections.abc import Mapping

from ...ir.expr import Const, Expr
from ..building.build import indexed, shape_of
from ..building.pull import Pull, Word
from . import (
    distributions as words_distributions,
    joining as words_joining,
    linalg as words_linalg,
    norms as words_norm,
    products as words_products,
    reductions as words_reductions,
    repeating as words_repeating,
    selecting as words_selecting,
    shaping as words_shaping,
    signals as words_signals,
)


def _entry(pull: Pull, value: Expr) -> Expr:
    """The part of an array's gradient that belongs to one of the items it was made
    of; all of it for an array made of an array."""
    return indexed(value, [Const(str(i)) for i in pull.operand.place])


WORDS: Mapping[str, Word] = {
    "entry": _entry,
    "shape": lambda pull, x: shape_of(x, pull.kinds),
    **words_reductions.WORDS,
    **words_products.WORDS,
    **words_linalg.WORDS,
    **words_norm.WORDS,
    **words_shaping.WORDS,
    **words_repeating.WORDS,
    **words_joining.WORDS,
    **words_selecting.WORDS,
    **words_distributions.WORDS,
    **words_signals.WORDS,
}
