"""What the scalar operations are, for SymPy; written without a look at any rule."""

from __future__ import annotations

import itertools
import operator
import random
from collections.abc import Callable, Mapping, Sequence

import mpmath
import pytest
import sympy as sp
from backgen.rules.lookup import canonical

DIGITS = 50


class Step(sp.Function):
    """A floor that SymPy differentiates as what it is almost everywhere: a constant."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)

    def exact(self) -> sp.Expr:
        return sp.floor(self.args[0])


class Truncation(Step):
    """The same for rounding towards zero."""

    def exact(self) -> sp.Expr:
        return sp.sign(self.args[0]) * sp.floor(sp.Abs(self.args[0]))


def exact(form: sp.Expr) -> sp.Expr:
    """A form with SymPy's own functions only, to be evaluated."""
    return form.replace(lambda e: isinstance(e, Step), lambda e: e.exact())


def hypotenuse(*x: sp.Expr) -> sp.Expr:
    return sp.sqrt(sum(value**2 for value in x))


FORMS: Mapping[str, Callable[..., sp.Expr]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "//": lambda x, y: Step(x / y),
    "%": lambda x, y: x - y * Step(x / y),
    "neg": operator.neg,
    "sum": lambda *x: sum(x),
    "fsum": lambda *x: sum(x),
    "exp": sp.exp,
    "exp2": lambda x: 2**x,
    "expm1": lambda x: sp.exp(x) - 1,
    "log": sp.log,
    "log1p": lambda x: sp.log(1 + x),
    "log2": lambda x: sp.log(x, 2),
    "log10": lambda x: sp.log(x, 10),
    "pow": operator.pow,
    "sqrt": sp.sqrt,
    "cbrt": lambda x: sp.sign(x) * sp.Abs(x) ** sp.Rational(1, 3),
    "hypot": hypotenuse,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "asin": sp.asin,
    "acos": sp.acos,
    "atan": sp.atan,
    "atan2": sp.atan2,
    "degrees": lambda x: 180 * x / sp.pi,
    "radians": lambda x: sp.pi * x / 180,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "asinh": sp.asinh,
    "acosh": sp.acosh,
    "atanh": sp.atanh,
    "erf": sp.erf,
    "erfc": sp.erfc,
    "gamma": sp.gamma,
    "lgamma": lambda x: sp.log(sp.Abs(sp.gamma(x))),
    "digamma": sp.digamma,
    "fmod": lambda x, y: x - y * Truncation(x / y),
    "remainder": lambda x, y: x - y * Step(x / y + sp.Rational(1, 2)),
    "copysign": lambda x, y: sp.Abs(x) * sp.sign(y),
    "abs": sp.Abs,
    "fabs": sp.Abs,
    "max": sp.Max,
    "min": sp.Min,
    "fma": lambda x, y, z: x * y + z,
    "float": lambda x: x,
    "ldexp": lambda x, i: x * 2**i,
    "floor": Step,
    "ceil": lambda x: -Step(-x),
    "trunc": Truncation,
    "round": lambda x: Step(x + sp.Rational(1, 2)),
}

# Operands that are integers, and so have no gradient.
INTEGER = frozenset({("ldexp", "i"), ("round", "digits")})
INTEGERS = (1, 2, 3)
USUAL = (-2.31, -0.73, -0.19, 0.43, 0.61, 0.87, 1.93, 3.17, 5.11)

Point = tuple[float, ...]


def name_of(path: str) -> str:
    """`math.exp` and `numpy.exp` are `exp`, an operator is itself."""
    path = canonical(path)
    return path.rpartition(".")[2] if path[0].isalpha() else path


def form_of(name: str) -> Callable[..., sp.Expr]:
    """What an operation is, for SymPy."""
    if name not in FORMS:
        pytest.fail(f"no SymPy form for `{name}`: add it to FORMS in {__file__}")
    return FORMS[name]


def symbols(names: Sequence[str]) -> dict[str, sp.Expr]:
    return {name: sp.Symbol(name, real=True) for name in names}


def evaluate(
    form: sp.Expr, names: Sequence[str], point: Point, digits: int = DIGITS
) -> mpmath.mpf | None:
    """The value at a point; None outside of the domain."""
    known = symbols(names)
    values = {known[n]: sp.Rational(v) for n, v in zip(names, point, strict=True)}
    value = sp.N(exact(form).subs(values), digits)
    if not (value.is_real and value.is_finite):
        return None
    with mpmath.workdps(digits):
        return mpmath.mpf(value)


def points(form: sp.Expr, names: Sequence[str], operation: str) -> list[Point]:
    """Some points at which the operation has a value."""
    ranges = [INTEGERS if (operation, name) in INTEGER else USUAL for name in names]
    candidates = [p for p in itertools.product(*ranges) if len({*p}) == len(p)]
    random.Random(1).shuffle(candidates)
    inside = (p for p in candidates if evaluate(form, names, p, 15) is not None)
    found = list(itertools.islice(inside, 5))
    assert len(found) >= 3, f"add values for `{operation}` to USUAL in {__file__}"
    return found


def differences(form: sp.Expr, names: Sequence[str], point: Point) -> list[mpmath.mpf]:
    """50-digit central differences of what the operation is."""
    function = sp.lambdify(list(symbols(names).values()), exact(form), "mpmath")
    step = mpmath.mpf(10) ** -17
    result = []
    for position in range(len(names)):
        ends = []
        for sign in (1, -1):
            moved = [mpmath.mpf(value) for value in point]
            moved[position] += sign * step
            ends.append(mpmath.re(function(*moved)))
        result.append((ends[0] - ends[1]) / (2 * step))
    return result
