"""Rules of the scalar operations.

One line each: the operation's form, then the local gradient of every operand, in terms
of the operands and the result `out`. The engine multiplies by the upstream gradient,
drops units, folds signs, and masks conditional gradients after the product is formed.
From a line come the written code, what has to be recorded, the symbolic check and the
row in docs/operations.md.

Kinks: at a tie, max and min pass the gradient to the second operand (a constant
operand is put second, so relu is 0 at 0); abs is 0 at 0.
"""

from __future__ import annotations

from .rule import Rule, constant, discrete, local

RULES: tuple[Rule, ...] = (
    # operators
    local("x + y", x="1", y="1"),
    local("x - y", x="1", y="-1"),
    local("x * y", x="y", y="x"),
    local("x / y", x="1 / y", y="-x / y**2"),
    local("x // y", x="0", y="0"),
    local("x % y", x="1", y="-(x // y)"),
    local(
        "x ** y", x="y * x**(y - 1) if y != 0 else 0", y="out * log(x) if x != 0 else 0"
    ),
    local("-x", x="-1"),
    # exponentials and logarithms
    local("exp(x)", x="out"),
    local("exp2(x)", x="out * log(2)"),
    local("expm1(x)", x="out + 1"),
    local("log(x)", x="1 / x"),
    local("log(x, base)", x="1 / (x * log(base))", base="-out / (base * log(base))"),
    local("log1p(x)", x="1 / (1 + x)"),
    local("log2(x)", x="1 / (x * log(2))"),
    local("log10(x)", x="1 / (x * log(10))"),
    # powers and roots
    local(
        "pow(x, y)",
        x="y * x**(y - 1) if y != 0 else 0",
        y="out * log(x) if x != 0 else 0",
    ),
    local("sqrt(x)", x="0.5 / out"),
    local("cbrt(x)", x="1 / (3 * out**2)"),
    local("hypot(*x)", x="x / out"),
    # sums over lists; the operands are the list's elements
    local("sum(*x)", spell="builtins.sum", x="1"),
    local("fsum(*x)", x="1"),
    # circular functions
    local("sin(x)", x="cos(x)"),
    local("cos(x)", x="-sin(x)"),
    local("tan(x)", x="1 + out**2"),
    local("asin(x)", x="1 / sqrt(1 - x**2)"),
    local("acos(x)", x="-1 / sqrt(1 - x**2)"),
    local("atan(x)", x="1 / (1 + x**2)"),
    local("atan2(y, x)", y="x / (x**2 + y**2)", x="-y / (x**2 + y**2)"),
    local("degrees(x)", x="180 / pi"),
    local("radians(x)", x="pi / 180"),
    # hyperbolic functions
    local("sinh(x)", x="cosh(x)"),
    local("cosh(x)", x="sinh(x)"),
    local("tanh(x)", x="1 - out**2"),
    local("asinh(x)", x="1 / sqrt(x**2 + 1)"),
    local("acosh(x)", x="1 / (sqrt(x - 1) * sqrt(x + 1))"),
    local("atanh(x)", x="1 / (1 - x**2)"),
    # special functions
    local("erf(x)", x="2 / sqrt(pi) * exp(-(x**2))"),
    local("erfc(x)", x="-2 / sqrt(pi) * exp(-(x**2))"),
    local("gamma(x)", x="out * digamma(x)"),
    local("lgamma(x)", x="digamma(x)"),
    # remainders and signs
    local("fmod(x, y)", x="1", y="(out - x) / y"),
    local("remainder(x, y)", x="1", y="(out - x) / y"),
    local(
        "copysign(x, y)",
        x="copysign(1.0, y) if x > 0 else -copysign(1.0, y) if x < 0 else 0",
        y="0",
    ),
    local(
        "abs(x)",
        spell="builtins.abs math.fabs",
        x="1 if x > 0 else -1 if x < 0 else 0",
    ),
    local(
        "max(x, y)",
        spell="builtins.max",
        x="1 if x > y else 0",
        y="0 if x > y else 1",
    ),
    local(
        "min(x, y)",
        spell="builtins.min",
        x="1 if x < y else 0",
        y="0 if x < y else 1",
    ),
    local("fma(x, y, z)", x="y", y="x", z="1"),
    local("float(x)", spell="builtins.float", x="1"),
    # piecewise constant
    constant("floor(x)"),
    constant("ceil(x)"),
    constant("trunc(x)"),
    constant("round(x)", spell="builtins.round"),
    constant("round(x, digits)", spell="builtins.round"),
    constant("int(x)", spell="builtins.int"),
    constant("bool(x)", spell="builtins.bool"),
    constant("isnan(x)"),
    constant("isinf(x)"),
    constant("isfinite(x)"),
    constant("isclose(x, y)"),
    constant("len(x)", spell="builtins.len"),
    # integers only
    discrete("comb(n, k)"),
    discrete("factorial(n)"),
    discrete("gcd(*n)"),
    discrete("isqrt(n)"),
    discrete("lcm(*n)"),
    discrete("perm(n, k)"),
    local("ldexp(x, i)", x="ldexp(1.0, i)", i="0"),
)
