"""Words of the rules of `scipy.signal` and `scipy.spatial` (`rules/signals.py`)."""

from __future__ import annotations

from collections.abc import Mapping

from ...ir.expr import Attribute, Binary, Const, Expr
from ...ir.types import Array, Unknown
from ...rules.results import shape_of
from ..building.build import helper
from ..building.pull import Pull, Word, as_array


def _in_full(pull: Pull, g: Expr) -> Expr:
    """The upstream gradient of a convolution with zeros for what its mode cuts off."""
    if pull.kinds.static(pull.bound["mode"]) == "full":
        return g
    arguments = [pull.bound[name] for name in ("a", "b", "mode")]
    if pull.bound.rule.form.startswith("correlate2d("):
        arguments.append(Const("True"))
    return helper("_in_full", g, *arguments)


def _per_distance(pull: Pull, g: Expr) -> Expr:
    """What the differences of two points are multiplied with in the gradient."""
    if pull.kinds.static(pull.bound["metric"]) == "sqeuclidean":
        return Binary("*", Const("2"), g)
    made = helper("_per_distance", g, pull.out)
    pull.kinds.note(made, as_array(pull.kinds.of(pull.out)))
    return made


def _turned(pull: Pull, value: Expr) -> Expr:
    turned = Attribute(value, "T")
    found = shape_of(value, pull.kinds)
    if not isinstance(found, Unknown):
        pull.kinds.note(turned, Array(found[::-1]))
    return turned


WORDS: Mapping[str, Word] = {
    "in_full": _in_full,
    "per_distance": _per_distance,
    "transposed_weights": _turned,
}
