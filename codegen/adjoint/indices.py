"""Indices in terms of loop variables and lengths."""

from __future__ import annotations

from collections.abc import Mapping

from ..analysis.axes import items_of
from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Const,
    Expr,
    Index,
    Ref,
    Sequence,
    Slice,
    Unary,
    Var,
)
from ..ir.stmt import Assign, as_argument
from ..ir.types import Array, Number
from ..ir.walk import transform
from ..rules.kinds import Kinds
from .building.product import chain

# How the names of lengths begin: "length N".
LENGTH = "length "


def open_shape(index: Expr, kinds: Kinds) -> Expr | None:
    """The shape of what may be one integer, or an array of several, in an index; None
    where there is no such thing, or an array of integers beside it.

    Of several such things the shapes are joined: only if all are integers it is empty.
    """
    parts = index.items if isinstance(index, Sequence) else (index,)
    arrays = [part for part in parts if isinstance(kinds.of(part), Array)]
    several = [part for part in arrays if kinds.of(part).rank != 0]
    if not several or any(kinds.of(part).rank is not None for part in several):
        return None
    return chain("+", [Call(Ref("numpy.shape"), (part,)) for part in several])


def last_written(array: Expr, index: Expr, kinds: Kinds) -> Expr:
    """Which elements of a write that may name one more than once stay."""
    shape = open_shape(index, kinds)
    if shape is None:
        return Call(Ref("helper._last_written"), (array, as_argument(index)))
    whole = (array, as_argument(index), shape)
    return Call(Ref("helper._last_if_several"), whole)


def plain_index(
    value: Expr, kinds: Kinds, definitions: Mapping[str, Assign] | None = None
) -> Expr:
    """An index with what is known of its names in their places.

    Args:
        definitions: of values that are bound by a statement of their own.
    """

    def change(node: Expr) -> Expr:
        match node:
            case Attribute() | Index() | Call() | Var():
                pass
            case _:
                return node
        kind = kinds.of(node)
        if not isinstance(kind, Number) or kind.kind != "int":
            return node
        length = kind.value
        if length and length.is_known and length.integers is not None:
            return _polynomial(length.integers)
        definition = (
            definitions.get(node.name)
            if definitions and isinstance(node, Var)
            else None
        )
        if definition is None or isinstance(definition.value, Call):
            return node
        return plain_index(definition.value, kinds, definitions)

    return transform(value, change)


def _polynomial(terms: Mapping[tuple[str, ...], int]) -> Expr:
    """A length as an expression over variables `length N`."""
    total: Expr | None = None
    for names, count in terms.items():
        term: Expr = Const(str(abs(count)))
        for name in names:
            term = Binary("*", term, Var(f"{LENGTH}{name}"))
        if count < 0:
            term = Unary("-", term)
        total = term if total is None else Binary("+", total, term)
    return Const("0") if total is None else total


def from_front(index: Expr, kind: Array, kinds: Kinds) -> Expr:
    """An index of an array in which negative constants count from the front, `T` for
    the `-1` of an axis of length `T + 1`, as far as the lengths are known."""
    items = items_of(index)
    if not isinstance(kind.shape, tuple) or len(items) > len(kind.shape):
        return index
    changed: list[Expr] = []
    for item, dim in zip(items, kind.shape, strict=False):
        match item:
            case Unary("-", Const(text)) if text.isdigit() and dim.integers is not None:
                changed.append(Binary("-", _polynomial(dim.integers), item.operand))
            case Slice():
                changed.append(item)
            case _ if isinstance(kinds.of(item), Number):
                changed.append(item)
            case _:  # it may stand for more than one axis
                return index
    return changed[0] if len(changed) == 1 else Sequence("tuple", tuple(changed))
