"""Exact arithmetic modulo the prime 2**61 - 1, with a float shadow.

Two formulas that are equal as rational functions have equal residues; two that are not
differ at a random point but for a probability of about 1e-16. An elementary function of
a residue is a fixed pseudo-random residue, chosen so that the identities that
derivatives commonly rest on hold: exp(-a) = 1/exp(a), exp(a + b) = exp(a)*exp(b),
exp(log(u) + a) = u*exp(a), cos**2 + sin**2 = 1, sqrt(u)**2 = u, u**(c - 1) = u**c/u,
and what follows from writing the hyperbolic functions as exponentials. An identity
outside of these makes equal formulas look different, never different ones equal:
callers confirm a difference with 60 digits before they call it one.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from hashlib import blake2b
from typing import NamedTuple

from .code import Number
from .domains import Domain, Failure, Undefined
from .numeric import FloatDomain

PRIME = 2**61 - 1
_HALF = (PRIME + 1) // 2

_FLOATS = FloatDomain()
_MAX_DENOMINATOR = 1_000_000
_EXACT_ROOTS = (2, 3)
_REMEMBERED_LOGARITHMS = 16
# exponentials of which two are looked for whose product is another one
_MOST_PAIRED = 1_000
_ODD = frozenset({"asin", "atan", "erf", "asinh", "atanh"})


class Residue(NamedTuple):
    """A number modulo the prime, and the real number that it stands for."""

    value: int
    shadow: float


class NoRoot(Undefined):
    """A root of `base` does not exist modulo the prime: another random point is
    needed."""

    def __init__(self, base: int) -> None:
        super().__init__("no root modulo the prime")
        self.base = base


class ModularDomain(Domain[Residue]):
    """Residues; `seed` selects the values of the elementary functions, `roots` counts
    the roots that were taken."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self._seed = seed
        self._literals: dict[Number, Residue] = {}
        self._known: dict[tuple[str, int], int] = {}
        self._exp: dict[int, int] = {0: 1}
        self._exp_inverse: dict[int, int] = {1: 0}
        self._logs: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED_LOGARITHMS)
        self._powers: dict[tuple[int, int], int] = {}
        self.roots = 0

    def random(self, name: str, *args: int) -> int:
        """A fixed pseudo-random residue, not zero."""
        text = f"{self._seed}:{name}:{args}"
        digest = blake2b(text.encode(), digest_size=16).digest()
        return int.from_bytes(digest, "big") % (PRIME - 1) + 1

    def literal(self, number: Number) -> Residue:
        residue = self._literals.get(number)
        if residue is None:
            exact = number.exact
            value = self.random("infinity") if exact is None else modulo(exact)
            residue = Residue(value, _float(number.value))
            self._literals[number] = residue
        return residue

    def math_constant(self, name: str) -> Residue:
        shadow = getattr(math, name)
        match name:
            case "tau":
                return Residue(2 * self.random("pi") % PRIME, shadow)
            case "e":
                return Residue(self._exponential(1), shadow)
        return Residue(self.random(name), shadow)

    def unwritten(self) -> Residue:
        return Residue(0, math.nan)

    def same(self, a: Residue, b: Residue) -> bool:
        return a.value == b.value

    def shadow(self, a: Residue) -> float:
        return a.shadow

    def add(self, a: Residue, b: Residue) -> Residue:
        return Residue((a.value + b.value) % PRIME, a.shadow + b.shadow)

    def sub(self, a: Residue, b: Residue) -> Residue:
        return Residue((a.value - b.value) % PRIME, a.shadow - b.shadow)

    def mul(self, a: Residue, b: Residue) -> Residue:
        return Residue(a.value * b.value % PRIME, a.shadow * b.shadow)

    def neg(self, a: Residue) -> Residue:
        return Residue(-a.value % PRIME, -a.shadow)

    def div(self, a: Residue, b: Residue) -> Residue:
        shadow = a.shadow / b.shadow if b.shadow else math.nan
        return Residue(a.value * _inverse(b.value) % PRIME, shadow)

    def power(self, a: Residue, b: Residue) -> Residue:
        try:
            shadow = _real(a.shadow**b.shadow)
        except (ArithmeticError, ValueError):
            shadow = math.nan
        whole = self.whole(b)
        if whole is not None:
            return Residue(_integer_power(a.value, whole), shadow)
        exponent = self.exact(b)
        if exponent is None:
            return Residue(self._general_power(a.value, b.value), shadow)
        try:
            return Residue(self._rational_power(a.value, exponent), shadow)
        except NoRoot:
            if self.exact(a) is None:
                raise
            # of a constant: no other point would help, and who takes the root of 3
            # seldom squares it
            return Residue(self._general_power(a.value, b.value), shadow)

    def exact(self, a: Residue) -> Fraction | None:
        """The fraction that a residue stands for, if it is a constant."""
        if not math.isfinite(a.shadow):
            return None
        fraction = Fraction(a.shadow)
        if fraction.denominator != 1:
            fraction = fraction.limit_denominator(_MAX_DENOMINATOR)
        return fraction if modulo(fraction) == a.value else None

    def whole(self, a: Residue) -> int | None:
        whole = super().whole(a)
        return whole if whole is not None and whole % PRIME == a.value else None

    def _rational_power(self, base: int, exponent: Fraction) -> int:
        whole, rest = divmod(exponent, 1)
        if not rest:
            return _integer_power(base, int(whole))
        if rest > Fraction(1, 2):
            # one root serves u**c and u**-c
            root = _inverse(self._root(base, 1 - rest))
            return _integer_power(base, int(whole) + 1) * root % PRIME
        return _integer_power(base, int(whole)) * self._root(base, rest) % PRIME

    def _root(self, base: int, exponent: Fraction) -> int:
        if base == 0:
            if exponent < 0:
                raise Undefined("division by zero")
            return 0
        order, denominator = PRIME - 1, exponent.denominator
        for prime in _EXACT_ROOTS:
            if denominator % prime == 0:
                while order % prime == 0:
                    order //= prime
        if math.gcd(denominator, order) > 1:
            numerator, denominator = exponent.numerator, exponent.denominator
            return self.random("power", base, numerator, denominator)
        if pow(base, order, PRIME) != 1:
            raise NoRoot(base)
        self.roots += 1
        return pow(base, exponent.numerator * pow(denominator, -1, order), PRIME)

    def _general_power(self, base: int, exponent: int) -> int:
        for shift in (0, 1, -1, 2, -2):
            known = self._powers.get((base, (exponent + shift) % PRIME))
            if known is not None:
                return known * _integer_power(base, -shift) % PRIME
            known = self._powers.get((base, (shift - exponent) % PRIME))
            if known is not None:
                return _inverse(known) * _integer_power(base, shift) % PRIME
        value = self.random("power", base, exponent)
        self._powers[base, exponent] = value
        return value

    def elementary(self, name: str, *args: Residue) -> Residue:
        try:
            shadow = float(_FLOATS.call(name, [a.shadow for a in args], {}))
        except Failure:
            shadow = math.nan
        return Residue(self._elementary(name, [a.value for a in args]) % PRIME, shadow)

    def _elementary(self, name: str, args: list[int]) -> int:
        if len(args) != 1:
            return self.random(name, *args)
        (a,) = args
        match name:
            case "exp":
                return self._exponential(a)
            case "log":
                return self._logarithm(a)
            case "sin" | "cos" | "tan":
                return self._kept(name, a, self._circular)
            case "sinh" | "cosh" | "tanh":
                return self._kept(name, a, self._hyperbolic)
            case "acos":
                half_pi = self.random("pi") * _HALF
                return half_pi - self._elementary("asin", [a])
        if name in _ODD:
            return (
                self.random(name, a)
                if a < PRIME - a
                else -self.random(name, -a % PRIME)
            )
        return self.random(name, a)

    def _kept(self, name: str, a: int, compute: Callable[[str, int], int]) -> int:
        """What is computed, once: partial derivatives ask for it again."""
        known = self._known.get((name, a))
        if known is None:
            known = self._known[name, a] = compute(name, a)
        return known

    def _exponential(self, a: int) -> int:
        if a not in self._exp:
            value = self._derived_exponential(a)
            self._exp[a] = self.random("exp", a) if value is None else value
            self._exp_inverse[self._exp[a]] = a
        return self._exp[a]

    def _derived_exponential(self, a: int) -> int | None:
        """The exponential of a number that is put together from those that are known:
        its opposite, its half, one beside a logarithm, two of them."""
        known = self._exp
        if -a % PRIME in known:
            return _inverse(known[-a % PRIME])
        half = a * _HALF % PRIME
        if half in known:
            return known[half] ** 2 % PRIME
        for log, u in self._logs:
            for sign, factor in ((1, _inverse(u)), (-1, u)):
                rest = (a + sign * log) % PRIME
                if rest in known:
                    return known[rest] * factor % PRIME
                if -rest % PRIME in known:
                    return _inverse(known[-rest % PRIME]) * factor % PRIME
        if len(known) <= _MOST_PAIRED:
            for b, value in known.items():
                if (rest := (a - b) % PRIME) in known:
                    return known[rest] * value % PRIME
                if (rest := (a + b) % PRIME) in known:
                    return known[rest] * _inverse(value) % PRIME
        return None

    def _logarithm(self, u: int) -> int:
        if u in self._exp_inverse:
            return self._exp_inverse[u]
        inverse = _inverse(u)
        key, sign = (u, 1) if u < inverse else (inverse, -1)
        value = sign * self.random("log", key) % PRIME
        if (value, u) not in self._logs:
            self._logs.append((value, u))
        return value

    def _circular(self, name: str, a: int) -> int:
        # a random point of the unit circle
        key, sign = (a, 1) if a <= PRIME - a else (PRIME - a, -1)
        t = self.random("angle", key) if key else 0
        scale = _inverse(1 + t * t)
        sine, cosine = sign * 2 * t * scale, (1 - t * t) * scale
        match name:
            case "sin":
                return sine
            case "cos":
                return cosine
            case _:
                return sine * _inverse(cosine)

    def _hyperbolic(self, name: str, a: int) -> int:
        grow = self._exponential(a)
        shrink = _inverse(grow)
        match name:
            case "sinh":
                return (grow - shrink) * _HALF
            case "cosh":
                return (grow + shrink) * _HALF
            case _:
                return (grow - shrink) * _inverse(grow + shrink)


def modulo(number: int | Fraction) -> int:
    """A rational number as a residue."""
    return number.numerator * _inverse(number.denominator) % PRIME


def _inverse(value: int) -> int:
    if value == 1:
        return 1
    try:
        return pow(value % PRIME, -1, PRIME)
    except ValueError:
        raise Undefined("division by zero") from None


def _integer_power(base: int, exponent: int) -> int:
    return (
        pow(base, exponent, PRIME)
        if exponent >= 0
        else pow(_inverse(base), -exponent, PRIME)
    )


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def _real(value: float | complex) -> float:
    return math.nan if isinstance(value, complex) else value
