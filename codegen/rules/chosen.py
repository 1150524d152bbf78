"""Values that a choice may have made 0: `max(v, 0) * dt`."""

from __future__ import annotations

from collections.abc import Container

from ..ir.expr import Binary, Call, Compare, Const, Expr, Paren, Ref, Var
from ..ir.number import as_number

_LARGER = frozenset({"builtins.max", "numpy.maximum", "numpy.fmax"})
_ZERO = Const("0")


def chosen(node: Expr, names: Container[str] = ()) -> Expr | None:
    """The condition that no choice has made a product 0; None if there is no choice in
    its factors.

    Args:
        names: variables that a choice may have made 0.
    """
    match node:
        case Paren(inner):
            return chosen(inner, names)
        case Var(name) if name in names:
            return Compare((">",), (node, _ZERO))
        case Call(Ref(path), (left, right)) if path in _LARGER:
            for operand, other in ((left, right), (right, left)):
                if as_number(other) == 0:
                    return Compare((">",), (operand, other))
            return None
        case Binary("*", left, right):
            tests = [chosen(factor, names) for factor in (left, right)]
            both = Compare((">",), (node, _ZERO))
            return both if all(tests) else tests[0] or tests[1]
        case Binary("/", left, _):
            return chosen(left, names)
        case _:
            return None
