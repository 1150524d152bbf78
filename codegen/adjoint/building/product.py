"""Products of local gradients along a path, in lowest terms.

A contribution to an adjoint is local gradient times local gradient ... times upstream
gradient. `Product` keeps its factors apart, so that units, signs and constants fold
while it grows, and conditions end up outside: a mask is applied to the finished
contribution, never to a factor of it, so that nothing is computed on the side that
was not taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd

from ...ir.expr import Binary, Call, Compare, Cond, Const, Expr, Ref, Unary
from ...ir.number import ONE, ZERO, as_number, is_integer, number
from ...ir.walk import SHALLOW
from ...rules.kinds import Kinds
from ...rules.narrow import as_float, is_small
from .naming import is_named_mask

_MOST_FACTORS = 8
# What a product may be divided by without a second thought.
_CONSTANTS = frozenset(f"{m}.{n}" for m in ("math", "numpy") for n in ("pi", "e"))


@dataclass(frozen=True)
class Product:
    """`sign * numbers * numerator / denominator`, under conditions.

    Attributes:
        number: the constant factor, without sign; `integer` says how it is written.
        divisor: the constant divisor, an integer.
        above: factors of the numerator, in order.
        below: factors of the denominator.
        conds: conditional factors, outermost first; a mask is `Cond(test, 1, 0)`, or
            `np.where(test, 1, 0)` on arrays.
    """

    sign: int = 1
    number: Fraction = Fraction(1)
    integer: bool = True
    divisor: int = 1
    above: tuple[Expr, ...] = ()
    below: tuple[Expr, ...] = ()
    conds: tuple[Expr, ...] = ()

    @property
    def is_zero(self) -> bool:
        return self.number == 0

    @property
    def constant(self) -> Product:
        """The constant factor alone."""
        return Product(self.sign, self.number, self.integer, self.divisor)

    def with_constant(self, other: Product) -> Product:
        """These factors and conditions with the constant factor of another product."""
        return Product(
            other.sign,
            other.number,
            other.integer,
            other.divisor,
            self.above,
            self.below,
            self.conds,
        )

    def times(
        self, factor: Expr, whole: Expr | None = None, kinds: Kinds | None = None
    ) -> Product:
        """This product times an expression, taken apart into its factors.

        Args:
            whole: an inner value that stays in one piece, so that it can get a name.
            kinds: types, where arrays are about: small integers become floats.
        """
        product = self
        stack = [factor]
        while stack:
            node = stack.pop()
            match node:
                case _ if node is whole or _is_long(node):
                    product = product._by(node)
                case Cond() | Call(Ref("numpy.where"), (_, Const(), Const())):
                    product = replace(product, conds=(*product.conds, node))
                case _ if kinds is not None and is_small(node, kinds):
                    product = product._by(as_float(node, kinds))
                case Binary("/", left, right) if kinds and is_small(right, kinds):
                    product = product._over(as_float(right, kinds))
                    stack.append(left)
                case Binary("*", left, right):
                    stack += [right, left]
                case Binary("/", left, right):
                    product = product._over(right)
                    stack.append(left)
                case Unary("-", inner) if as_number(node) is None:
                    product = replace(product, sign=-product.sign)
                    stack.append(inner)
                case _:
                    product = product._by(node)
        return product

    def _with_factor(self, node: Expr) -> Product:
        return replace(self, above=(*self.above, node))

    def _by(self, node: Expr) -> Product:
        value = as_number(node)
        if value is None:
            return self._with_factor(node)
        if value == 1:
            return self
        integer = self.integer and is_integer(node)
        scaled = self.number * abs(value)
        if scaled and number(scaled, integer) is None:
            return replace(self, above=(*self.above, node))
        sign = -self.sign if value < 0 else self.sign
        product = replace(self, sign=sign, number=scaled, integer=integer)
        return product._reduced()

    def _over(self, node: Expr) -> Product:
        value = as_number(node)
        if value is None and isinstance(node, Unary):
            return replace(self, sign=-self.sign)._over(node.operand)
        if not value or not is_integer(node):
            return replace(self, below=(*self.below, _squared(node)))
        sign = -self.sign if value < 0 else self.sign
        divisor = self.divisor * abs(value.numerator)
        return replace(self, sign=sign, divisor=divisor)._reduced()

    def _reduced(self) -> Product:
        """The constant fraction in lowest terms, as one number if that is exact."""
        if self.divisor == 1 or self.number == 0:
            return self
        if self.number.denominator == 1:
            shared = gcd(self.number.numerator, self.divisor)
            top, bottom = self.number / shared, self.divisor // shared
            return replace(self, number=top, divisor=bottom)
        whole = self.number / self.divisor
        if number(whole, False) is None:
            return self
        return replace(self, number=whole, divisor=1)


def _is_long(node: Expr) -> bool:
    """Whether a product has so many factors that it is better read as a whole."""
    for _ in range(_MOST_FACTORS):
        if not isinstance(node, Binary) or node.op not in "*/":
            return False
        node = node.left
    return True


def _squared(node: Expr) -> Expr:
    """`(-x)**2` as `x**2`."""
    match node:
        case Binary("**", Unary("-", inner), Const(text)) if as_number(inner) is None:
            even = text.isdigit() and int(text) % 2 == 0
            return Binary("**", inner, Const(text)) if even else node
        case _:
            return node


def sides(cond: Expr) -> tuple[Expr, Expr, Expr]:
    """The test of a conditional factor, and its value on both sides."""
    match cond:
        case Cond(test, then, other) | Call(_, (test, then, other)):
            return test, then, other
        case _:
            raise AssertionError(cond)


def is_mask(cond: Expr) -> bool:
    """Whether a conditional factor is 1 on one side and 0 on the other."""
    _, then, other = sides(cond)
    return {as_number(then), as_number(other)} == {Fraction(0), Fraction(1)}


def finish(product: Product, upstream: Expr | None) -> Expr:
    """The contribution as an expression: product times upstream gradient.

    Args:
        upstream: None stands for 1, the seed of a fused program.
    """
    if product.is_zero:
        return ZERO
    if not product.conds:
        return _render(product, upstream)
    first, *rest = product.conds
    inner = replace(product, conds=tuple(rest))
    test, then, other = sides(first)
    zero = ZERO if isinstance(first, Cond) else Const("0")
    arms = [
        zero if as_number(arm) == 0 else finish(inner.times(arm), upstream)
        for arm in (then, other)
    ]
    if isinstance(first, Call):
        return Call(first.func, (test, *arms))
    return conditional(test, arms[0], arms[1])


def conditional(test: Expr, then: Expr, other: Expr) -> Expr:
    """`then if test else other`, or just the value if it is the same on both sides."""
    then, other = _decided(then, test, True), _decided(other, test, False)
    return then if then is other else Cond(test, then, other)


def _decided(value: Expr, test: Expr, holds: bool) -> Expr:
    """A value, or its factors, where it is known whether a test holds."""
    if value.height > SHALLOW:
        return value
    match value:
        case Cond(again, then, other) if again is test:
            return _decided(then if holds else other, test, holds)
        case Binary("*" | "/" as op, left, right):
            left, right = (_decided(side, test, holds) for side in (left, right))
            return Binary(op, left, right)
        case _:
            return value


def _render(product: Product, upstream: Expr | None) -> Expr:
    product = _without_shared(product)
    factors, below = _powers(product.above, product.below)
    if product.number != 1:
        literal = number(product.number, product.integer)
        assert literal is not None
        factors.insert(0, literal)
    if product.divisor != 1:
        below.insert(0, Const(str(product.divisor)))
    if upstream is not None and (below or product.number != 1):
        # a number times a mask would be of full precision, whatever the arrays are
        masks = [factor for factor in factors if _is_test(factor)]
        factors = [factor for factor in factors if not _is_test(factor)]
        upstream = chain("*", [*masks, upstream])
    if upstream is not None and not factors:
        value = divide(upstream if product.sign > 0 else negative(upstream), below)
        return value
    if not factors:
        factors = [ONE if below else Const("1.0")]
    if product.sign < 0 and _is_test(factors[0]):
        # a mask has no sign
        if upstream is None:
            factors.insert(0, Const("1.0"))
        else:
            upstream = negative(upstream)
    if product.sign < 0 and not _is_test(factors[0]):
        factors[0] = negative(factors[0])
    value = divide(chain("*", factors), below)
    return value if upstream is None else Binary("*", value, upstream)


def _without_shared(product: Product) -> Product:
    """The product without constants that a factor of the denominator has too:
    `2 * math.pi / (2 * math.pi * s)` is `1 / s`."""
    factor, above, below = product.number, [*product.above], list[Expr]()
    for node in product.below:
        parts = [node] if _is_long(node) else _parts(node)
        left: list[Expr] = []
        for part in parts:
            if factor != 1 and as_number(part) == factor:
                factor = Fraction(1)
            elif part in above and isinstance(part, Ref) and part.path in _CONSTANTS:
                above.remove(part)
            else:
                left.append(part)
        if len(left) == len(parts):
            below.append(node)
        elif left:
            below.append(chain("*", left))
    return replace(product, number=factor, above=(*above,), below=(*below,))


def _parts(node: Expr) -> list[Expr]:
    """The factors of a product, in order."""
    match node:
        case Binary("*", left, right):
            return [*_parts(left), right]
        case _:
            return [node]


def _is_test(factor: Expr) -> bool:
    """Whether a factor is a truth value, or an array of them."""
    match factor:
        case Compare() | Binary("&" | "|"):
            return True
        case Call(Ref(path)):
            return path in ("numpy.isfinite", "numpy.isnan")
        case _:
            return is_named_mask(factor)


def _powers(
    above: tuple[Expr, ...], below: tuple[Expr, ...]
) -> tuple[list[Expr], list[Expr]]:
    """Equal factors joined: `x, y, x` gives `x**2, y`; roots of what the denominator
    has a higher power of go there: `x**0.5 / x**3` gives `1 / x**2.5`."""
    top, bottom = _counted(above), _counted(below)
    for factor in [*top]:
        match factor:
            case Binary("**", base, power) if base in bottom:
                root = as_number(power)
                if root is not None and 0 < root < bottom[base] and top[factor] == 1:
                    bottom[base] -= root
                    del top[factor]
    return _raised(top), _raised(bottom)


def _counted(factors: tuple[Expr, ...]) -> dict[Expr, Fraction]:
    """Factors by their bases, with exponents."""
    count: dict[Expr, Fraction] = {}
    for factor in factors:
        base, exponent = _base(factor)
        count[base] = count.get(base, Fraction(0)) + exponent
    return count


def _base(factor: Expr) -> tuple[Expr, Fraction]:
    match factor:
        case Binary("**", base, Const(text)) if text.isdigit() and text.isascii():
            match base:
                case Binary("**", inner, power) if root := as_number(power):
                    return inner, root * int(text)
                case _:
                    return base, Fraction(text)
        case _:
            return factor, Fraction(1)


def _raised(powers: dict[Expr, Fraction]) -> list[Expr]:
    return [base if n == 1 else _power(base, n) for base, n in powers.items()]


def _power(base: Expr, exponent: Fraction) -> Expr:
    literal = number(exponent, exponent.denominator == 1)
    assert literal is not None
    return Binary("**", base, literal)


def chain(op: str, operands: list[Expr]) -> Expr:
    """`a op b op c`, from the left."""
    value = operands[0]
    for operand in operands[1:]:
        value = Binary(op, value, operand)
    return value


def divide(value: Expr, below: list[Expr]) -> Expr:
    """`value / (a * b)`, or `value` for an empty denominator."""
    return Binary("/", value, chain("*", below)) if below else value


def negative(value: Expr) -> Expr:
    """`-value`, with the sign taken in where that reads better."""
    match value:
        case Unary("-", inner):
            return inner
        case Binary("-", left, right):
            return Binary("-", right, left)
        case Binary("*", left, right) if _is_test(left):
            return Binary("*", left, negative(right))
        case Binary("*" | "/" as op, left, right) if not _is_long(value):
            return Binary(op, negative(left), right)
        case _:
            return Unary("-", value)


def add(left: Expr, right: Expr) -> Expr:
    """`left + right` without zeros and double signs."""
    if as_number(left) == 0:
        return right
    if as_number(right) == 0:
        return left
    match right:
        case Unary("-", inner):
            return Binary("-", left, inner)
        case _:
            return Binary("+", left, right)
