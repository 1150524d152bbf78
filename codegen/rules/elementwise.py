"""Rules of NumPy's and SciPy's elementwise functions that `math` has not, and of the
operators on arrays.

As in `scalar.py`: one line each. A comparison as a local gradient is a mask. At a tie
`maximum` and `minimum` pass the gradient to the second operand.
"""

from __future__ import annotations

from .rule import Rule, constant, elementwise

RULES: tuple[Rule, ...] = (
    # operators and their functions
    elementwise("add(x, y)", x="1", y="1"),
    elementwise("subtract(x, y)", x="1", y="-1"),
    elementwise("multiply(x, y)", x="y", y="x"),
    elementwise(
        "divide(x, y)", spell="numpy.divide numpy.true_divide", x="1 / y", y="-x / y**2"
    ),
    elementwise("negative(x)", x="-1"),
    elementwise("positive(x)", x="1"),
    elementwise("square(x)", x="2 * x"),
    elementwise("reciprocal(x)", x="-(out**2)"),
    elementwise(
        "power(x, y)",
        spell="** builtins.pow numpy.power numpy.float_power numpy.pow",
        x="y * x ** less_one(y)",
        y="out * log_or_zero(x)",
    ),
    elementwise("mod(x, y)", spell="% numpy.mod numpy.remainder", x="1", y="-(x // y)"),
    # signs, extrema, choices
    elementwise(
        "absolute(x)",
        spell="builtins.abs numpy.absolute numpy.abs numpy.fabs math.fabs",
        x="sign(x)",
    ),
    elementwise("maximum(x, y)", x="x > y", y="x <= y"),
    elementwise("minimum(x, y)", x="x < y", y="x >= y"),
    elementwise("fmax(x, y)", x="(x > y) | isnan(y)", y="(x <= y) | isnan(x)"),
    elementwise("fmin(x, y)", x="(x < y) | isnan(y)", y="(x >= y) | isnan(x)"),
    elementwise("copysign(x, y)", x="sign(x) * sign(out)", y="0"),
    elementwise("heaviside(x, y)", x="0", y="x == 0"),
    # exponentials
    elementwise("logaddexp(x, y)", x="exp(x - out)", y="exp(y - out)"),
    elementwise("logaddexp2(x, y)", x="exp2(x - out)", y="exp2(y - out)"),
    elementwise("hypot(x, y)", x="x / out", y="y / out"),
    # piecewise constant
    constant("sign(x)", spell="numpy.sign"),
    constant("floor(x)", spell="numpy.floor"),
    constant("ceil(x)", spell="numpy.ceil"),
    constant("trunc(x)", spell="numpy.trunc numpy.fix"),
    constant("rint(x)", spell="numpy.rint"),
    constant("angle(x)", spell="numpy.angle"),
    constant("floor_divide(x, y)", spell="numpy.floor_divide //"),
    constant("isnan(x)", spell="numpy.isnan"),
    constant("isinf(x)", spell="numpy.isinf"),
    constant("isposinf(x)", spell="numpy.isposinf"),
    constant("isneginf(x)", spell="numpy.isneginf"),
    constant("isfinite(x)", spell="numpy.isfinite"),
    constant("isreal(x)", spell="numpy.isreal"),
    constant("iscomplex(x)", spell="numpy.iscomplex"),
    constant("signbit(x)", spell="numpy.signbit"),
    constant("logical_and(x, y)", spell="numpy.logical_and"),
    constant("logical_or(x, y)", spell="numpy.logical_or"),
    constant("logical_xor(x, y)", spell="numpy.logical_xor"),
    constant("logical_not(x)", spell="numpy.logical_not"),
)
