"""The numeric domains: Python's own float64, and mpmath with 60 digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from .code import Number
from .domains import Broken, Domain, Undefined

DIGITS = 60
# of comparisons: so many that neither cancellation nor a tiny term goes unseen
COMPARING = 240
_MAX_BITS = 100_000  # of an integer
_MAX_MAGNITUDE = 4_000  # binary, of an argument with 60 digits

Real = Any  # int or float; mpf


class FloatDomain(Domain[Real]):
    """Python's arithmetic on int and float."""

    def literal(self, number: Number) -> Real:
        return number.value

    def math_constant(self, name: str) -> Real:
        return getattr(math, name)

    def unwritten(self) -> Real:
        return math.nan

    def shadow(self, a: Real) -> Real:
        return a

    def add(self, a: Real, b: Real) -> Real:
        return a + b

    def sub(self, a: Real, b: Real) -> Real:
        return a - b

    def neg(self, a: Real) -> Real:
        return -a

    def mul(self, a: Real, b: Real) -> Real:
        if type(a) is int and type(b) is int:
            bits = a.bit_length() + b.bit_length()
            self.require(bits < _MAX_BITS, "an integer is too large")
        return a * b

    def div(self, a: Real, b: Real) -> Real:
        return self._guarded(lambda: a / b)

    def power(self, a: Real, b: Real) -> Real:
        if type(a) is int and type(b) is int:
            self.require(a.bit_length() * abs(b) < _MAX_BITS, "an integer is too large")
        value = self._guarded(lambda: a**b)
        self.require(not isinstance(value, complex), "power of a negative number")
        return value

    def binary(self, op: str, a: Real, b: Real) -> Real:
        match op:
            case "+":
                return a + b
            case "-":
                return a - b
            case "//":
                return self._guarded(lambda: a // b)
            case "%":
                return self._guarded(lambda: a % b)
            case _:
                return super().binary(op, a, b)

    def call(self, name: str, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
        if name in _DECISIONS:
            return super().call(name, args, named)
        function = _FLOAT.get(name) or getattr(math, name)
        try:
            return self._guarded(lambda: function(*args, **named))
        except TypeError as error:
            raise Broken(f"`{name}` is called with wrong arguments") from error

    def elementary(self, name: str, *args: Real) -> Real:
        return self.call(name, args, {})

    def _guarded(self, compute: Callable[[], Real]) -> Real:
        try:
            return compute()
        except (ArithmeticError, ValueError) as error:
            raise Undefined(str(error)) from error


_DECISIONS = frozenset({"abs", "fabs", "max", "min", "copysign"})


def _cbrt(a: float) -> float:
    return math.copysign(abs(a) ** (1 / 3), a)


def _digamma(a: float) -> float:
    return float(_context().digamma(a))


_FLOAT: Mapping[str, Callable[..., Any]] = {
    "pow": math.pow,
    "float": float,
    "int": int,
    "round": round,
    "sum": sum,
    "digamma": _digamma,
    # math has these since Python 3.11 only
    "cbrt": getattr(math, "cbrt", _cbrt),
    "exp2": getattr(math, "exp2", lambda a: 2.0**a),
}


@cache
def _context(digits: int = DIGITS) -> Any:
    """A context of mpmath of our own, so that the global precision is left alone."""
    import mpmath

    context = mpmath.MPContext()
    context.dps = digits
    return context


class HighPrecision(Domain[Real]):
    """Real numbers with 60 digits, or more; literals are exact decimals.

    `shows_unwritten` says whether memory that nothing was written to holds NaN.
    """

    def __init__(self, digits: int = DIGITS, *, shows_unwritten: bool = False) -> None:
        super().__init__()
        self.digits = digits
        self.shows_unwritten = shows_unwritten
        self.context = _context(digits)
        self._literals: dict[object, Real] = {}

    def literal(self, number: Number) -> Real:
        exact = number.exact
        self.require(exact is not None, "an infinite literal")
        assert exact is not None
        if exact not in self._literals:
            real = self.context.mpf(exact.numerator) / exact.denominator
            self._literals[exact] = real
        return self._literals[exact]

    def math_constant(self, name: str) -> Real:
        match name:
            case "tau":
                return 2 * self.context.pi
            case "pi" | "e":
                return +getattr(self.context, name)
        return self.context.mpf(name)

    def unwritten(self) -> Real:
        if self.shows_unwritten:
            return self.math_constant("nan")
        return super().unwritten()

    def shadow(self, a: Real) -> Real:
        return a

    def same(self, a: Real, b: Real) -> bool:
        return a is b

    def add(self, a: Real, b: Real) -> Real:
        return a + b

    def sub(self, a: Real, b: Real) -> Real:
        return a - b

    def mul(self, a: Real, b: Real) -> Real:
        return a * b

    def neg(self, a: Real) -> Real:
        return -a

    def div(self, a: Real, b: Real) -> Real:
        self.require(b != 0, "division by zero")
        return a / b

    def power(self, a: Real, b: Real) -> Real:
        self.require(self._moderate(a) and self._moderate(b), "a number is too large")
        self.require(not (a == 0 and b < 0), "division by zero")
        self.require(a >= 0 or b == int(b), "power of a negative number")
        return a**b

    def elementary(self, name: str, *args: Real) -> Real:
        self.require(all(map(self._moderate, args)), "a number is too large")
        function = self._function(name)
        try:
            value = function(*args)
        except (ArithmeticError, ValueError) as error:
            raise Undefined(str(error)) from error
        real = isinstance(value, self.context.mpf) and self.context.isfinite(value)
        self.require(real, f"{name} is not defined here")
        return value

    def _moderate(self, a: Real) -> bool:
        # an argument of astronomical size takes astronomical time
        finite = self.context.isfinite(a)
        return bool(a == 0 or (finite and self.context.mag(a) < _MAX_MAGNITUDE))

    def _function(self, name: str) -> Callable[..., Real]:
        match name:
            case "exp":
                return self._exp
            case "log":
                return self._log
            case "lgamma":
                return lambda a: self.context.log(abs(self.context.gamma(a)))
        function: Callable[..., Real] = getattr(self.context, name)
        return function

    def _exp(self, a: Real) -> Real:
        self.require(-1e12 < a < 1e6, "the exponential is too large")
        return self.context.exp(a)

    def _log(self, a: Real) -> Real:
        self.require(a > 0, "logarithm of a number that is not positive")
        return self.context.log(a)

    def stepped(self, mode: str, a: Real) -> int:
        self.require(self._moderate(a), f"{mode} of an infinite value")
        if mode == "trunc":
            mode = "ceil" if a < 0 else "floor"
        name = {"floor": "floor", "ceil": "ceil", "round": "nint"}[mode]
        return int(getattr(self.context, name)(a))
