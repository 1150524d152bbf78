"""Rules of choices between arrays, element by element, and of bounds."""

from __future__ import annotations

from ..ir.dims import nothing_known
from ..ir.expr import Binary, Call, Compare, Const, Expr, Ref, Unary
from ..ir.types import Array, Tree, Type, Unknown
from .joining import items_of
from .pullback import (
    NONE,
    Bound,
    Kinds,
    Operand,
    Pullback,
    Result,
    Unsupported,
    choice,
    pullback,
)
from .results import kind_of, like, of_shapes, same, shape_of


def _where(call: Bound, kinds: Kinds) -> Type:
    if call["x"] is NONE and call["y"] is NONE:
        return positions(call["c"], kinds)
    return like("c", "x", "y")(call, kinds)


def positions(node: Expr, kinds: Kinds) -> Type:
    """The indices of the elements that are not 0: an array for each axis."""
    shape = shape_of(node, kinds)
    found = Array((nothing_known(),), "int")
    if isinstance(shape, Unknown):
        return Tree("tuple", {0: found}, open=True)
    return Tree("tuple", dict.fromkeys(range(len(shape)), found), places=True)


def _clipped(*bounds: str) -> Result:
    def result(call: Bound, kinds: Kinds) -> Type:
        given = [call[name] for name in bounds if call[name] is not NONE]
        return of_shapes([call["x"], *given], [call["x"], *given], kinds)

    return result


def _is_true(call: Bound, operand: Operand, kinds: Kinds) -> Expr:
    return call["c"]


def _is_chosen(call: Bound, operand: Operand, kinds: Kinds) -> Expr:
    number = Const(str(operand.place[0]))
    if isinstance(kinds.of(call["c"]), Array):
        return Compare(("==",), (call["c"], number))
    return Call(Ref("numpy.equal"), (call["c"], number))


def _is_selected(call: Bound, operand: Operand, kinds: Kinds) -> Expr:
    """Whether this condition holds, and none before it; for the default, any."""
    conditions = items_of(call, "c")
    if not operand.place:
        return _folded("|", conditions)
    *before, own = conditions[: operand.place[0] + 1]
    return _folded("&", (*(Unary("~", c) for c in before), own))


def _folded(op: str, values: tuple[Expr, ...]) -> Expr:
    whole = values[0]
    for value in values[1:]:
        whole = Binary(op, whole, value)
    return whole


def _chosen(call: Bound, kinds: Kinds) -> Type:
    return of_shapes([call["c"], *items_of(call)], items_of(call), kinds)


def _selected(call: Bound, kinds: Kinds) -> Type:
    conditions, values = items_of(call, "c"), items_of(call)
    if len(conditions) != len(values):
        raise Unsupported("there must be a value for each condition")
    for condition in conditions:
        if kind_of(condition, kinds) != "bool":
            raise Unsupported("the conditions have to be arrays of truth values")
    values = (*values, call["default"])
    return of_shapes([*conditions, *values], values, kinds)


RULES: tuple[Pullback, ...] = (
    # choices, element by element
    pullback(
        "clip(x, a_min=None, a_max=None)",
        _clipped("a_min", "a_max"),
        exact=False,
        x="inside(g, a_min, a_max)",
        a_min="below(g, a_min, a_max)",
        a_max="above(g, a_min, a_max)",
    ),
    pullback(
        "clip(x, min=None, max=None)",
        _clipped("min", "max"),
        spell=None,
        methods="clip",
        exact=False,
        x="inside(g, min, max)",
        min="below(g, min, max)",
        max="above(g, min, max)",
    ),
    choice("where(c, x=None, y=None)", _where, x=(_is_true, True), y=(_is_true, False)),
    pullback("piecewise(x, condlist, funclist)", same(), x="0"),
    choice("choose(c, xs)", _chosen, xs=(_is_chosen, True)),
    choice(
        "select(c, xs, default=0)",
        _selected,
        xs=(_is_selected, True),
        default=(_is_selected, False),
    ),
)
