"""Products without their minus."""

from __future__ import annotations

from ...ir.expr import Binary, Call, Expr, Ref, Unary


def without_sign(value: Expr) -> Expr | None:
    """The opposite of a product in which there is a minus; None for others."""
    factors: list[Binary] = []
    while isinstance(value, Binary) and value.op in "*/":
        factors.append(value)
        value = value.left
    less = _opposite(value)
    for factor in reversed(factors):
        right = _opposite(factor.right) if less is None else None
        if right is not None:
            less = Binary(factor.op, value, right)
        elif less is not None:
            less = Binary(factor.op, less, factor.right)
        value = factor
    return less


def _opposite(factor: Expr) -> Expr | None:
    """The opposite of a factor with a minus, or of what is linear in one."""
    match factor:
        case Unary("-", inner):
            return inner
        case Binary("@", left, right):
            pair = _one_opposite(left, right)
            return Binary("@", *pair) if pair else None
        case Call(Ref("numpy.outer" | "numpy.dot") as function, (left, right), ()):
            pair = _one_opposite(left, right)
            return Call(function, pair) if pair else None
        case _:
            return None


def _one_opposite(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    match left, right:
        case Unary("-", inner), _:
            return inner, right
        case _, Unary("-", inner):
            return left, inner
        case _:
            return None
