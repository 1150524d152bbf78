"""Rules of NumPy's and SciPy's elementwise functions that `math` has not, and of the
operators on arrays.

As in `scalar.py`: one line each. A comparison as a local gradient is a mask. At a tie
`maximum` and `minimum` pass the gradient to the second operand.
"""

from __future__ import annotations

from .pullback import Pullback, fixed, of_elements, pullback
from .results import like, parted, same
from .results_reductions import bits, truth
from .rule import Rule, constant, elementwise

RULES: tuple[Rule, ...] = (
    # operators and their functions
    elementwise("add(x, y)", x="1", y="1"),
    elementwise("subtract(x, y)", x="1", y="-1"),
    elementwise("multiply(x, y)", x="y", y="x"),
    elementwise(
        "divide(x, y)",
        spell="numpy.divide numpy.true_divide",
        x="1 / y",
        y="-x / y**2",
        lean={"y": "-out / y"},
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
    elementwise(
        "logaddexp(x, y)",
        x="exp(log_share(x, y, out))",
        y="exp(log_share(y, x, out))",
    ),
    elementwise(
        "logaddexp2(x, y)",
        x="exp2(log_share(x, y, out))",
        y="exp2(log_share(y, x, out))",
    ),
    elementwise("hypot(x, y)", x="x / out", y="y / out"),
    # piecewise constant
    constant("stop_gradient(x)", spell="backgen.stop_gradient"),
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

# Those that take keyword arguments, or have a gradient that is no product.
CALLS: tuple[Pullback, ...] = (
    pullback(
        "sinc(x)",
        same(kind="float"),
        spell="numpy.sinc scipy.special.sinc",
        x="_sinc_slope(x) * g",
    ),
    of_elements(
        "multigammaln(a, d)", same("a"), "scipy.special.multigammaln", a="digammas()"
    ),
    pullback("modf(x)", parted, several=True, x=("g", "0")),
    pullback("ldexp(x, i)", like("x", "i", kind="float"), exact=False, x="ldexp(g, i)"),
    pullback(
        "nan_to_num(x, *, nan=0.0, posinf=None, neginf=None)",
        same(kind="float"),
        x="where(isfinite(x), g, 0)",
    ),
    pullback("unwrap(x, discont=None, axis=-1, *, period=0)", same(), x="g"),
    # piecewise constant
    fixed(
        "round(x, decimals=0)",
        same(),
        spell="numpy.round numpy.around",
        methods="round",
    ),
    fixed(
        "isclose(x, y, rtol=1e-05, atol=1e-08, equal_nan=False)",
        like("x", "y", kind="bool"),
    ),
    fixed("allclose(x, y, rtol=1e-05, atol=1e-08, equal_nan=False)", truth),
    fixed("array_equal(x, y, equal_nan=False)", truth),
    fixed("array_equiv(x, y)", truth),
    fixed("greater(x, y)", like("x", "y", kind="bool")),
    fixed("greater_equal(x, y)", like("x", "y", kind="bool")),
    fixed("less(x, y)", like("x", "y", kind="bool")),
    fixed("less_equal(x, y)", like("x", "y", kind="bool")),
    fixed("equal(x, y)", like("x", "y", kind="bool")),
    fixed("not_equal(x, y)", like("x", "y", kind="bool")),
    fixed("bitwise_and(x, y)", bits),
    fixed("bitwise_or(x, y)", bits),
    fixed("bitwise_xor(x, y)", bits),
    fixed(
        "invert(x)",
        same(),
        spell="numpy.invert numpy.bitwise_not numpy.bitwise_invert",
    ),
)
