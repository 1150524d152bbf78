"""Indices in terms of loop variables and lengths."""

from __future__ import annotations

from collections.abc import Mapping

from ..ir.expr import Attribute, Binary, Call, Const, Expr, Index, Unary, Var
from ..ir.stmt import Assign
from ..ir.types import Number
from ..ir.walk import transform
from ..rules.kinds import Kinds

# How the names of lengths begin: "length N".
LENGTH = "length "


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
