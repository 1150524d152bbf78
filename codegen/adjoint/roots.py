"""Roots of what a choice may have made 0.

    s = sqrt(max(v, 0) * dt)        dv = 0.5 * dt / s * ds if v > 0 else 0.0

Where v is negative, s is 0 whatever v and dt are, and its derivatives are 0; that of
the root alone is infinite, and 0 times that is no number. So nothing goes through the
root there. Where dt is 0 and v is not, the derivative is infinite, and stays so.
"""

from __future__ import annotations

from ..ir.expr import Binary, Call, Compare, Cond, Const, Expr, Ref
from ..ir.number import ONE, as_number
from ..rules.chosen import chosen
from ..rules.kinds import Kinds
from .building.build import numpy

_NOTHING = Const("0")


def guarded(node: Expr, local: Expr, kinds: Kinds | None) -> Expr:
    """The local gradient of an operation; of a root only where no choice has made its
    operand 0."""
    match node:
        case Call(Ref("math.sqrt" | "numpy.sqrt"), (operand,)):
            pass
        case Binary("**", operand, exponent) if 0 < (as_number(exponent) or 0) < 1:
            pass
        case _:
            return local
    test = chosen(operand, () if kinds is None else kinds.choices)
    if test is None:
        return local
    assert isinstance(test, Compare)
    if kinds is not None and kinds.of(test.operands[0]).rank != 0:
        return Binary("*", numpy("where", test, ONE, _NOTHING), local)
    return Binary("*", Cond(test, ONE, _NOTHING), local)
