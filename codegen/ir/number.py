"""Numbers in expressions, as exact decimals."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from .expr import Const, Expr, Unary

# Bits of an integer that is still worth folding; Python limits how long a number may be
# when it becomes text.
_LONGEST = 1500

ZERO = Const("0.0")
ONE = Const("1")


def as_number(node: Expr) -> Fraction | None:
    """The exact value of a numeric literal, `0.1` as 1/10; None for anything else."""
    match node:
        case Const(text):
            return _literal(text)
        case Unary("-", inner):
            value = as_number(inner) if isinstance(inner, Const) else None
            return None if value is None else -value
        case _:
            return None


@cache
def _literal(text: str) -> Fraction | None:
    if text[0] not in "0123456789." or not text.strip(".")[:1].isdigit():
        return None
    plain = text.replace("_", "")
    if plain[:2].lower() in ("0x", "0o", "0b"):
        return Fraction(int(plain, 0))
    _, _, exponent = plain.lower().partition("e")
    if exponent and abs(int(exponent)) > 400:
        return None
    return Fraction(plain)


def is_integer(node: Expr) -> bool:
    """Whether a literal is written as an integer."""
    match node:
        case Const(text):
            return (
                text[0].isdigit()
                and _literal(text) is not None
                and not (
                    "." in text or ("e" in text.lower() and text[:2].lower() != "0x")
                )
            )
        case Unary("-", inner):
            return is_integer(inner)
        case _:
            return False


def number(value: Fraction, integer: bool) -> Expr | None:
    """A literal of that value, None if no float spells it exactly.

    Args:
        integer: write it as an integer, which needs an integral value.
    """
    if value.numerator.bit_length() > _LONGEST or value.denominator > 10**400:
        return None
    if integer and value.denominator == 1:
        node = Const(str(abs(value.numerator)))
    else:
        try:
            text = repr(float(abs(value)))
        except OverflowError:
            return None
        if text == "inf" or Fraction(text) != abs(value):
            return None
        node = Const(text)
    return Unary("-", node) if value < 0 else node
