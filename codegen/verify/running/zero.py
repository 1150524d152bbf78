"""A decision procedure for `expr == 0` with bounds on size instead of time.

The expression is read as a fraction of polynomials whose generators are its symbols and
function applications. Exponentials are split into products, roots and cosines reduced
by their defining relations (sqrt(u)**2 = u, cos**2 = 1 - sin**2), hyperbolic functions
written as exponentials. A numerator that reduces to zero is a proof.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import sympy
from sympy import Expr
from sympy.polys.rings import PolyElement, PolyRing

Key = tuple[str, Expr] | tuple[str, Expr, Expr]
Fraction = tuple[PolyElement, PolyElement]

_MAX_TERMS = 20_000
_MAX_NODES = 4_000
_MAX_POWER = 40


class TooLarge(Exception):
    """The expression exceeds the bounds of the procedure."""


def is_zero(expr: Expr) -> bool:
    """Whether `expr` is proved to be zero; False if it is not, or not proved so."""
    if expr == 0:
        return True
    if expr.is_Number:
        return False
    try:
        return _Reduction(expr).proves_zero()
    except TooLarge:
        return False


class _Reduction:
    """One expression, its generators, and its normal form."""

    def __init__(self, expr: Expr) -> None:
        self._expr = expr
        # generator -> the lowest common denominator of its exponents
        self._keys: dict[Key, int] = {}
        self._order: list[Expr] = list(_postorder(expr))
        for node in self._order:
            for key, exponent in _factors(node):
                known = self._keys.get(key, 1)
                self._keys[key] = math.lcm(known, int(exponent.q))
        for key in [k for k in self._keys if k[0] == "cos"]:
            self._keys.setdefault(("sin", key[1]), 1)
        names = [f"g{i}" for i in range(len(self._keys))]
        self._ring = PolyRing(names, sympy.QQ, sympy.polys.orderings.lex)
        self._places = {key: i for i, key in enumerate(self._keys)}
        self._values: dict[Expr, Fraction] = {}

    def proves_zero(self) -> bool:
        for node in self._order:
            if node not in self._values:
                self._values[node] = self._value(node)
        numerator, _ = self._values[self._expr]
        for key in reversed(self._keys):
            if not numerator:
                return True
            numerator = self._reduced(numerator, key)
        return not numerator

    def _generator(self, key: Key, exponent: sympy.Rational) -> Fraction:
        power = int(exponent * self._keys[key])
        generator = self._ring.gens[self._places[key]] ** abs(power)
        one = self._ring.one
        return (generator, one) if power >= 0 else (one, generator)

    def _value(self, node: Expr) -> Fraction:
        if node.is_Rational:
            return self._ring(sympy.QQ(node.p, node.q)), self._ring.one
        if node.is_Add:
            return self._sum([self._values[arg] for arg in node.args])
        if node.is_Mul:
            return self._product([self._values[arg] for arg in node.args])
        if node.is_Pow and node.exp.is_Integer:
            return _power(self._values[node.base], int(node.exp))
        if isinstance(node, (sympy.sinh, sympy.cosh, sympy.tanh)):
            return self._hyperbolic(node)
        if isinstance(node, sympy.tan):
            ((sine, _), (cosine, _)) = (self._generator(*f) for f in _factors(node))
            return sine, cosine
        factors = [self._generator(key, exp) for key, exp in _factors(node)]
        whole = _whole_power(node)
        if whole:
            factors.append(_power(self._values[node.base], whole))
        return self._product(factors)

    def _hyperbolic(self, node: Expr) -> Fraction:
        grow, shrink = self._product(
            [self._generator(key, exponent) for key, exponent in _factors(node)]
        )
        difference = grow**2 - shrink**2
        total = grow**2 + shrink**2
        match node:
            case sympy.sinh():
                return difference, 2 * grow * shrink
            case sympy.cosh():
                return total, 2 * grow * shrink
        return difference, total

    def _sum(self, items: list[Fraction]) -> Fraction:
        by_denominator: dict[PolyElement, PolyElement] = {}
        for numerator, denominator in items:
            known = by_denominator.get(denominator)
            same = numerator if known is None else known + numerator
            by_denominator[denominator] = same
        (denominator, numerator), *rest = by_denominator.items()
        for other_denominator, other in rest:
            factor, other_factor = _cofactors(denominator, other_denominator)
            left = _times(numerator, other_factor)
            numerator = left + _times(other, factor)
            denominator = _times(denominator, other_factor)
        return numerator, denominator

    def _product(self, items: list[Fraction]) -> Fraction:
        numerator = denominator = self._ring.one
        for top, bottom in items:
            numerator = _times(numerator, top)
            denominator = _times(denominator, bottom)
        return numerator, denominator

    def _reduced(self, polynomial: PolyElement, key: Key) -> PolyElement:
        """Replace powers of a generator by its relation, denominators cleared."""
        degree, relation = self._relation(key)
        if relation is None:
            return polynomial
        top, bottom = relation
        place = self._places[key]
        parts: dict[int, dict[Any, Any]] = {}
        for monomial, coefficient in polynomial.terms():
            times, rest = divmod(monomial[place], degree)
            lower = (*monomial[:place], rest, *monomial[place + 1 :])
            parts.setdefault(times, {})[lower] = coefficient
        highest = max(parts)
        if highest > _MAX_POWER:
            raise TooLarge
        total = self._ring.zero
        for times, terms in parts.items():
            scale = _times(top**times, bottom ** (highest - times))
            total += _times(self._ring.from_dict(terms), scale)
        return total

    def _relation(self, key: Key) -> tuple[int, Fraction | None]:
        if key[0] == "cos":
            sine = self._ring.gens[self._places["sin", key[1]]]
            return 2, (1 - sine**2, self._ring.one)
        if key[0] == "root" and self._keys[key] > 1:
            return self._keys[key], self._values[key[1]]
        return 1, None


def _postorder(expr: Expr) -> Iterator[Expr]:
    """The nodes that become polynomials, each after those it is made from."""
    seen: set[Expr] = set()
    todo = [(expr, False)]
    while todo:
        node, ready = todo.pop()
        if ready:
            yield node
            continue
        if node in seen:
            continue
        seen.add(node)
        if len(seen) > _MAX_NODES:
            raise TooLarge
        todo.append((node, True))
        if node.is_Add or node.is_Mul:
            todo.extend((arg, False) for arg in node.args)
        elif node.is_Pow and not isinstance(node, sympy.exp):
            todo.append((node.base, False))


def _factors(node: Expr) -> list[tuple[Key, sympy.Rational]]:
    """The generators of a node, with exponents."""
    one = sympy.Integer(1)
    if node.is_Rational or node.is_Add or node.is_Mul:
        return []
    if node is sympy.E:
        return [(("exp", one), one)]
    if isinstance(node, (sympy.exp, sympy.sinh, sympy.cosh, sympy.tanh)):
        terms = sympy.Add.make_args(sympy.expand(node.args[0]))
        split = (term.as_coeff_Mul(rational=True) for term in terms)
        return [(("exp", rest), coefficient) for coefficient, rest in split]
    if isinstance(node, (sympy.sin, sympy.cos)):
        kind = type(node).__name__
        return [((kind, sympy.expand(node.args[0])), one)]
    if isinstance(node, sympy.tan):
        angle = sympy.expand(node.args[0])
        return [(("sin", angle), one), (("cos", angle), one)]
    if node.is_Pow:
        return _power_factors(node)
    if isinstance(node, sympy.Function):
        node = node.func(*(sympy.expand(arg) for arg in node.args))
    return [(("atom", node), one)]


def _power_factors(node: Expr) -> list[tuple[Key, sympy.Rational]]:
    base, exponent = node.base, node.exp
    if exponent.is_Integer:
        return []
    if exponent.is_Rational:
        return [(("root", base), exponent)]
    rest = sympy.expand(exponent - _whole_power(node))
    sign = sympy.Integer(1)
    if rest.could_extract_minus_sign():
        rest, sign = -rest, -sign
    return [(("power", base, rest), sign)]


def _whole_power(node: Expr) -> int:
    """The integer in a symbolic exponent: u**(v - 1) is u**v / u."""
    if not node.is_Pow or isinstance(node, sympy.exp) or node.exp.is_Rational:
        return 0
    constant, _ = node.exp.as_coeff_Add(rational=True)
    return int(sympy.floor(constant))


def _power(value: Fraction, exponent: int) -> Fraction:
    top, bottom = value
    if exponent < 0:
        top, bottom = bottom, top
    count = abs(exponent)
    if (len(top) > 1 or len(bottom) > 1) and count > _MAX_POWER:
        raise TooLarge
    return _repeated(top, count), _repeated(bottom, count)


def _repeated(polynomial: PolyElement, count: int) -> PolyElement:
    if len(polynomial) == 1:
        return polynomial**count
    result = polynomial.ring.one
    for _ in range(count):
        result = _times(result, polynomial)
    return result


def _times(a: PolyElement, b: PolyElement) -> PolyElement:
    if len(a) * len(b) > _MAX_TERMS:
        raise TooLarge
    return a * b


def _cofactors(a: PolyElement, b: PolyElement) -> tuple[PolyElement, PolyElement]:
    """a/gcd(a, b) and b/gcd(a, b). A greatest common divisor may take far longer than
    the product does."""
    if len(a) * len(b) > _MAX_TERMS:
        raise TooLarge
    _, left, right = a.cofactors(b)
    return left, right
