"""Arithmetics in which the machine can run: what they have in common.

A domain supplies the primitives; everything else that Python and `math` offer is
defined here in terms of them, once for all exact domains. Which way a comparison, a
`max` or an `abs` goes is decided by a real number that every value carries along, its
*shadow*.
"""

from __future__ import annotations

import math
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any, Generic, TypeVar

from .code import Number

T = TypeVar("T")


class Failure(Exception):
    """The text cannot be run at this point."""


class Undefined(Failure):
    """The point lies outside the domain of the program."""


class NoValue(Undefined):
    """In exact arithmetic the original divides by zero on the way to its value, which
    with rounding may look like one."""


class Broken(Failure):
    """The text is at fault: it could run at no point."""


class Raised(Broken):
    """The text itself raises an error."""


class Nested(Broken):
    """Calls do not come to an end."""


class Exhausted(Failure):
    """It takes more steps, or larger numbers or arrays, than are followed."""


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_MAX_WHOLE = 1_000
_ZERO = Number(0, 0)
_ONE = Number(1, 1)
_HALF = Number(0.5, Fraction(1, 2))
_THIRD = Number(1 / 3, Fraction(1, 3))


def is_sequence(value: Any) -> bool:
    """Whether a value is a list or tuple; numbers may be named tuples."""
    return type(value) in (list, tuple)


def is_text(value: Any) -> bool:
    """Whether a value is a text or None, which no gradient passes through."""
    return value is None or isinstance(value, str)


class Domain(ABC, Generic[T]):
    """The primitives, and all other operations in terms of them."""

    def __init__(self) -> None:
        # the outcome of every decision, in order: two runs with equal traces
        # evaluate the same formula
        self.trace: list[object] = []
        # the values of piecewise constant functions
        self.heights: list[int] = []
        # whether an operation had no value
        self.is_undefined = False
        # how often an `abs`, `max` or `min` was at its kink
        self.ties = 0
        # what was held constant in the first run, where later runs have to be given
        # the same values
        self._held: list[T] | None = None
        self._next_held = 0

    @abstractmethod
    def literal(self, number: Number) -> T: ...
    @abstractmethod
    def math_constant(self, name: str) -> T: ...

    def undefined(self) -> T:
        """What stands for the value of an operation that has none."""
        self.is_undefined = True
        return self.math_constant("nan")

    def unwritten(self) -> T:
        """What stands in memory that nothing was written to yet. In runs of whole
        programs it is NaN, which shows in all that is made of it; where single stages
        are looked at it is 0, as parts of an array may be written by later ones."""
        return self.literal(Number.of(0))

    @abstractmethod
    def shadow(self, a: T) -> Any:
        """A real number that supports comparison; NaN if it is not known."""

    @abstractmethod
    def add(self, a: T, b: T) -> T: ...
    @abstractmethod
    def sub(self, a: T, b: T) -> T: ...
    @abstractmethod
    def mul(self, a: T, b: T) -> T: ...
    @abstractmethod
    def div(self, a: T, b: T) -> T: ...
    @abstractmethod
    def neg(self, a: T) -> T: ...
    @abstractmethod
    def power(self, a: T, b: T) -> T: ...
    @abstractmethod
    def elementary(self, name: str, *args: T) -> T:
        """A function without a definition in terms of others here."""

    def held(self, a: T) -> T:
        """The value that counts as a constant when something is differentiated."""
        if self._held is None:
            return a
        if self._next_held == len(self._held):
            self._held.append(a)
        self._next_held += 1
        return self._held[self._next_held - 1]

    def start_run(self) -> None:
        """Begin a run in which what is held is as in the first one."""
        self._held = self._held or []
        self._next_held = 0

    def step(self, mode: str, a: T) -> T:
        """A piecewise constant function: floor, ceil, trunc or round (half to even)."""
        height = self.stepped(mode, a)
        self.heights.append(height)
        return self.literal(Number.of(height))

    def stepped(self, mode: str, a: T) -> int:
        """The value of a piecewise constant function."""
        shadow: float = self.shadow(a)
        self.require(math.isfinite(shadow), f"{mode} of an infinite or unknown value")
        match mode:
            case "floor":
                return math.floor(shadow)
            case "ceil":
                return math.ceil(shadow)
            case "trunc":
                return math.trunc(shadow)
            case _:
                return round(shadow)

    def require(self, condition: bool, message: str) -> None:
        """Raise `Undefined` unless the condition holds."""
        if not condition:
            raise Undefined(message)

    def compare(self, op: str, a: T, b: T) -> bool:
        """Decide a comparison by the shadows."""
        left, right = self.shadow(a), self.shadow(b)
        self.require(
            left == left and right == right, "a comparison has an unknown operand"
        )
        outcome = _COMPARE[op](left, right)
        self.trace.append(outcome)
        return outcome

    def same(self, a: T, b: T) -> bool:
        """Whether two values are known to be equal everywhere, not just here."""
        return False

    def _kinked(self, op: str, a: T, b: T) -> bool:
        """A comparison where the function has a kink if both sides are equal."""
        if self.shadow(a) == self.shadow(b) and not self.same(a, b):
            self.ties += 1
        return self.compare(op, a, b)

    def integer(self, a: T) -> int:
        """A value as an index or a count."""
        shadow = self.shadow(a)
        self.require(
            math.isfinite(shadow) and int(shadow) == shadow, "an integer was expected"
        )
        return int(shadow)

    def whole(self, a: T) -> int | None:
        """The integer that a value is known to be, if it is one of moderate size."""
        shadow = self.shadow(a)
        small = math.isfinite(shadow) and abs(shadow) < _MAX_WHOLE
        return int(shadow) if small and int(shadow) == shadow else None

    def binary(self, op: str, a: T, b: T) -> T:
        """An arithmetic operator of Python."""
        match op:
            case "+":
                return self.add(a, b)
            case "-":
                return self.sub(a, b)
            case "*":
                return self.mul(a, b)
            case "/":
                return self.div(a, b)
            case "**":
                return self.power(a, b)
            case "//":
                return self.step("floor", self.div(a, b))
            case _:
                return self._modulo("floor", a, b)

    def _modulo(self, mode: str, a: T, b: T) -> T:
        return self.sub(a, self.mul(b, self.step(mode, self.div(a, b))))

    def call(self, name: str, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """A function of `math` or a builtin; an argument may be a list of numbers."""
        if named and name not in _NAMED:
            raise Broken(f"`{name}` is called with an argument that is not known")
        if name not in _OF_LISTS and any(map(is_sequence, args)):
            raise Broken(f"`{name}` of a list or tuple")
        derived = _DERIVED.get(name)
        try:
            if derived is not None:
                return derived(self, *args, **named)
            if name in _STEPS:
                (a,) = args
                return self.step(_STEPS[name], a)
            return self.elementary(name, *args)
        except TypeError as error:
            raise Broken(f"`{name}` is called with wrong arguments") from error

    # -- functions defined in terms of the primitives

    def sqrt(self, a: T) -> T:
        self.require(not self.shadow(a) < 0, "square root of a negative number")
        return self.power(a, self.literal(_HALF))

    def cbrt(self, a: T) -> T:
        third = self.literal(_THIRD)
        if self.compare("<", a, self.literal(_ZERO)):
            return self.neg(self.power(self.neg(a), third))
        return self.power(a, third)

    def absolute(self, a: T) -> T:
        return self.neg(a) if self._kinked("<", a, self.literal(_ZERO)) else a

    def copysign(self, a: T, b: T) -> T:
        size = self.absolute(a)
        return self.neg(size) if self._kinked("<", b, self.literal(_ZERO)) else size

    def largest(self, *args: Any) -> T:
        return self._extreme(">=", args)

    def smallest(self, *args: Any) -> T:
        return self._extreme("<=", args)

    def _extreme(self, op: str, args: tuple[Any, ...]) -> T:
        items = args[0] if len(args) == 1 else args
        self.require(len(items) > 0, "max or min of nothing")
        best: T = items[0]
        # of what is the same everywhere the later one counts: it gets the gradient
        for item in items[1:]:
            if self._kinked(op, item, best):
                best = item
        return best

    def total(self, items: Sequence[T], start: T | None = None) -> T:
        return reduce(self.add, items, self.literal(_ZERO) if start is None else start)

    def product(self, items: Sequence[T], start: T | None = None) -> T:
        return reduce(self.mul, items, self.literal(_ONE) if start is None else start)

    def hypot(self, *args: T) -> T:
        return self.sqrt(self.total([self.mul(a, a) for a in args]))

    def dist(self, p: Sequence[T], q: Sequence[T]) -> T:
        if len(p) != len(q):
            raise Broken("dist of points of different dimension")
        return self.hypot(*(self.sub(a, b) for a, b in zip(p, q, strict=True)))

    def log(self, a: T, base: T | None = None) -> T:
        value = self.elementary("log", a)
        return value if base is None else self.div(value, self.log(base))

    def log_of(self, base: int) -> Callable[[T], T]:
        return lambda a: self.log(a, self.literal(Number.of(base)))

    def degrees(self, a: T) -> T:
        return self.div(
            self.mul(a, self.literal(Number.of(180))), self.math_constant("pi")
        )

    def radians(self, a: T) -> T:
        return self.div(
            self.mul(a, self.math_constant("pi")), self.literal(Number.of(180))
        )

    def ldexp(self, a: T, n: T) -> T:
        return self.mul(a, self.power(self.literal(Number.of(2)), n))

    def rounded(self, a: T, digits: T | None = None) -> T:
        if digits is None:
            return self.step("round", a)
        scale = self.literal(Number.of(10 ** self.integer(digits)))
        return self.div(self.step("round", self.mul(a, scale)), scale)

    def is_close(self, a: T, b: T, rel_tol: Any = None, abs_tol: Any = None) -> bool:
        relative = 1e-9 if rel_tol is None else float(self.shadow(rel_tol))
        absolute = 0.0 if abs_tol is None else float(self.shadow(abs_tol))
        left, right = float(self.shadow(a)), float(self.shadow(b))
        outcome = math.isclose(left, right, rel_tol=relative, abs_tol=absolute)
        self.trace.append(outcome)
        return outcome

    def classify(self, test: Callable[[float], bool], a: T) -> bool:
        outcome = test(float(self.shadow(a)))
        self.trace.append(outcome)
        return outcome


_OF_LISTS = frozenset({"sum", "fsum", "prod", "max", "min", "dist"})
_NAMED = frozenset({"sum", "prod", "isclose", "round"})
_STEPS = {"floor": "floor", "ceil": "ceil", "trunc": "trunc", "int": "trunc"}
_TWO = Number.of(2)
_Derived = Callable[..., Any]
_DERIVED: Mapping[str, _Derived] = {
    "abs": Domain.absolute,
    "fabs": Domain.absolute,
    "max": Domain.largest,
    "min": Domain.smallest,
    "sum": Domain.total,
    "fsum": Domain.total,
    "prod": Domain.product,
    "pow": lambda domain, a, b: domain.power(a, b),
    "float": lambda domain, a: a,
    "round": lambda domain, a, ndigits=None: domain.rounded(a, ndigits),
    "sqrt": Domain.sqrt,
    "cbrt": Domain.cbrt,
    "hypot": Domain.hypot,
    "dist": Domain.dist,
    "log": Domain.log,
    "log2": lambda domain, a: domain.log_of(2)(a),
    "log10": lambda domain, a: domain.log_of(10)(a),
    "exp2": lambda domain, a: domain.power(domain.literal(_TWO), a),
    "erfc": lambda domain, a: domain.sub(
        domain.literal(_ONE), domain.elementary("erf", a)
    ),
    "expm1": lambda domain, a: domain.sub(
        domain.elementary("exp", a), domain.literal(_ONE)
    ),
    "log1p": lambda domain, a: domain.elementary(
        "log", domain.add(a, domain.literal(_ONE))
    ),
    "degrees": Domain.degrees,
    "radians": Domain.radians,
    "copysign": Domain.copysign,
    "fmod": lambda domain, a, b: domain._modulo("trunc", a, b),
    "remainder": lambda domain, a, b: domain._modulo("round", a, b),
    "ldexp": Domain.ldexp,
    "isclose": Domain.is_close,
    "isnan": lambda domain, a: domain.classify(math.isnan, a),
    "isfinite": lambda domain, a: domain.classify(math.isfinite, a),
    "isinf": lambda domain, a: domain.classify(math.isinf, a),
}
