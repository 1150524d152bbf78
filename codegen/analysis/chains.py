"""Operations over the items of a list, written out."""

from __future__ import annotations

from ..ir.expr import Binary, Call, Expr, Ref

# Operands of `max` that are compared in one call.
MOST_OPERANDS = 3


def chain(op: str, terms: list[Expr]) -> Expr:
    value = terms[0]
    for term in terms[1:]:
        value = Binary(op, value, term)
    return value


def extremum(path: str, operands: list[Expr]) -> Expr:
    """`max` of a list; of many, as the running maximum, which can get names."""
    if len(operands) <= MOST_OPERANDS:
        return Call(Ref(path), tuple(operands)) if len(operands) > 1 else operands[0]
    value = operands[0]
    for operand in operands[1:]:
        value = Call(Ref(path), (value, operand))
    return value
