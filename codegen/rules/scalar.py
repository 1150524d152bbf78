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
    local("x / y", x="1 / y", y="-x / y**2", lean={"y": "-out / y"}),
    local("x // y", x="0", y="0"),
    local("x % y", x="1", y="-(x // y)"),
    local(
        "x ** y", x="y * x**(y - 1) if y != 0 else 0", y="out * log(x) if x > 0 else 0"
    ),
    local("-x", x="-1"),
    # exponentials and logarithms
    local("exp(x)", spell="math.exp numpy.exp", x="out"),
    local("exp2(x)", spell="math.exp2 numpy.exp2 scipy.special.exp2", x="out * log(2)"),
    local("expm1(x)", spell="math.expm1 numpy.expm1 scipy.special.expm1", x="out + 1"),
    local("log(x)", spell="math.log numpy.log", x="1 / x"),
    local("log(x, base)", x="1 / (x * log(base))", base="-out / (base * log(base))"),
    local(
        "log1p(x)", spell="math.log1p numpy.log1p scipy.special.log1p", x="1 / (1 + x)"
    ),
    local("log2(x)", spell="math.log2 numpy.log2", x="1 / (x * log(2))"),
    local("log10(x)", spell="math.log10 numpy.log10", x="1 / (x * log(10))"),
    # powers and roots
    local(
        "pow(x, y)",
        x="y * x**(y - 1) if y != 0 else 0",
        y="out * log(x) if x > 0 else 0",
    ),
    local("sqrt(x)", spell="math.sqrt numpy.sqrt", x="0.5 / out"),
    local(
        "cbrt(x)", spell="math.cbrt numpy.cbrt scipy.special.cbrt", x="1 / (3 * out**2)"
    ),
    local("hypot(*x)", x="x / out"),
    # sums over lists; the operands are the list's elements
    local("sum(*x)", spell="builtins.sum", x="1"),
    local("fsum(*x)", x="1"),
    # circular functions
    local("sin(x)", spell="math.sin numpy.sin", x="cos(x)"),
    local("cos(x)", spell="math.cos numpy.cos", x="-sin(x)"),
    local("tan(x)", spell="math.tan numpy.tan", x="1 + out**2"),
    local("asin(x)", spell="math.asin numpy.arcsin numpy.asin", x="1 / sqrt(1 - x**2)"),
    local(
        "acos(x)", spell="math.acos numpy.arccos numpy.acos", x="-1 / sqrt(1 - x**2)"
    ),
    local("atan(x)", spell="math.atan numpy.arctan numpy.atan", x="1 / (1 + x**2)"),
    local(
        "atan2(y, x)",
        spell="math.atan2 numpy.arctan2 numpy.atan2",
        y="x / (x**2 + y**2)",
        x="-y / (x**2 + y**2)",
    ),
    local("degrees(x)", spell="math.degrees numpy.degrees numpy.rad2deg", x="180 / pi"),
    local("radians(x)", spell="math.radians numpy.radians numpy.deg2rad", x="pi / 180"),
    # hyperbolic functions
    local("sinh(x)", spell="math.sinh numpy.sinh", x="cosh(x)"),
    local("cosh(x)", spell="math.cosh numpy.cosh", x="sinh(x)"),
    local("tanh(x)", spell="math.tanh numpy.tanh", x="1 - out**2"),
    local(
        "asinh(x)", spell="math.asinh numpy.arcsinh numpy.asinh", x="1 / sqrt(x**2 + 1)"
    ),
    local(
        "acosh(x)",
        spell="math.acosh numpy.arccosh numpy.acosh",
        x="1 / (sqrt(x - 1) * sqrt(x + 1))",
    ),
    local("atanh(x)", spell="math.atanh numpy.arctanh numpy.atanh", x="1 / (1 - x**2)"),
    # special functions
    local(
        "erf(x)", spell="math.erf scipy.special.erf", x="2 / sqrt(pi) * exp(-(x**2))"
    ),
    local(
        "erfc(x)",
        spell="math.erfc scipy.special.erfc",
        x="-2 / sqrt(pi) * exp(-(x**2))",
    ),
    local("gamma(x)", spell="math.gamma scipy.special.gamma", x="out * digamma(x)"),
    local("lgamma(x)", spell="math.lgamma scipy.special.gammaln", x="digamma(x)"),
    # remainders and signs
    local("fmod(x, y)", spell="math.fmod numpy.fmod", x="1", y="(out - x) / y"),
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
        x="0 if x <= y else 1",  # as Python decides where y is nan
        y="1 if x <= y else 0",
        known={"x": "1 if x > y else 0"},
    ),
    local(
        "min(x, y)",
        spell="builtins.min",
        x="0 if x >= y else 1",
        y="1 if x >= y else 0",
        known={"x": "1 if x < y else 0"},
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
    constant("bisect(xs, x)", spell="bisect.bisect"),
    constant("bisect_left(xs, x)", spell="bisect.bisect_left"),
    constant("bisect_right(xs, x)", spell="bisect.bisect_right"),
    constant("stop_gradient(x)", spell="backgen.stop_gradient"),
    # integers only
    discrete("comb(n, k)"),
    discrete("factorial(n)"),
    discrete("gcd(*n)"),
    discrete("isqrt(n)"),
    discrete("lcm(*n)"),
    discrete("perm(n, k)"),
    local("ldexp(x, i)", x="ldexp(1.0, i)", i="0"),
)
