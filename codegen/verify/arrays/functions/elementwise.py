"""Functions of `numpy` and `math` that act on each element."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...running.domains import Domain, Undefined
from ..cells import Arithmetic, is_real, shadow
from ..values import Kind, as_kind
from .table import Implementation, Table

TABLE = Table()

# by the name in `math`: other names
_OF_MATH = {
    "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log", "log2": "log2",
    "log10": "log10", "log1p": "log1p", "sqrt": "sqrt", "cbrt": "cbrt",
    "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "asin": "arcsin asin", "acos": "arccos acos",
    "atan": "arctan atan", "atan2": "arctan2 atan2", "asinh": "arcsinh asinh",
    "acosh": "arccosh acosh", "atanh": "arctanh atanh",
    "hypot": "hypot", "copysign": "copysign", "fmod": "fmod", "ldexp": "ldexp",
    "degrees": "degrees rad2deg", "radians": "radians deg2rad",
}  # fmt: skip
_OF_MATH_ALONE = "erf erfc lgamma gamma pow remainder".split()
# angles of `sinc` below which backward passes take a series
_SERIES = 0.02


def _of_numpy(name: str) -> Implementation:
    return lambda a, *args: a.call(name, *args)


def _of_math(name: str) -> Implementation:
    """The same of single numbers: `math` takes nothing else."""

    def of_numbers(a: Arithmetic, *args: Any) -> Any:
        if any(np.ndim(arg) for arg in args):
            raise TypeError(f"`math.{name}` of an array")
        return a.call(name, *args)

    return of_numbers


for _name in (*_OF_MATH, *_OF_MATH_ALONE):
    TABLE.of(f"math.{_name}")(_of_math(_name))
for _name, _aliases in _OF_MATH.items():
    TABLE.of(*(f"numpy.{alias}" for alias in _aliases.split()))(_of_numpy(_name))


@TABLE.of("numpy.abs", "numpy.absolute", "numpy.fabs", "math.fabs", "builtins.abs")
def absolute(a: Arithmetic, x: Any) -> Any:
    return a.apply(a.domain.absolute, x) if is_real(x) else np.abs(x)


@TABLE.of("numpy.sign")
def sign(a: Arithmetic, x: Any) -> Any:
    """Constant on either side; at zero no gradient is compared."""

    def one(value: Any) -> Any:
        zero = a.literal(0).value
        if a.domain.shadow(value) == a.domain.shadow(zero):
            a.domain.ties += 1
            return zero
        return a.literal(1 if a.domain.compare(">", value, zero) else -1).value

    return a.apply(one, x) if is_real(x) else np.sign(x)


@TABLE.of("numpy.heaviside")
def heaviside(a: Arithmetic, x: Any, at_zero: Any) -> Any:
    def one(value: Any, middle: Any) -> Any:
        zero = a.literal(0).value
        if a.domain.shadow(value) == a.domain.shadow(zero):
            a.domain.ties += 1
            return middle
        return a.literal(1 if a.domain.compare(">", value, zero) else 0).value

    return a.apply(one, x, at_zero)


def _operator(name: str, function: Callable[..., Any], *aliases: str) -> None:
    @TABLE.of(*(f"numpy.{alias}" for alias in (name, *aliases)))
    def operation(a: Arithmetic, *args: Any, dtype: Any = None) -> Any:
        return function(*args)


_operator("add", lambda x, y: np.asarray(x)[()] + y)
_operator("subtract", lambda x, y: np.asarray(x)[()] - y)
_operator("multiply", lambda x, y: np.asarray(x)[()] * y)
_operator("negative", lambda x: -np.asarray(x)[()])
_operator("positive", lambda x: +np.asarray(x)[()])
_operator("square", lambda x: np.asarray(x)[()] * x)
_operator("greater", lambda x, y: np.asarray(x)[()] > y)
_operator("greater_equal", lambda x, y: np.asarray(x)[()] >= y)
_operator("less", lambda x, y: np.asarray(x)[()] < y)
_operator("less_equal", lambda x, y: np.asarray(x)[()] <= y)
_operator("equal", lambda x, y: np.asarray(x)[()] == y)
_operator("not_equal", lambda x, y: np.asarray(x)[()] != y)


@TABLE.of("numpy.divide", "numpy.true_divide")
def divide(a: Arithmetic, x: Any, y: Any) -> Any:
    """Exact also for integers."""
    return a.real(x) / y


@TABLE.of("numpy.reciprocal")
def reciprocal(a: Arithmetic, x: Any) -> Any:
    return a.literal(1) / a.real(x)


@TABLE.of("numpy.power", "numpy.float_power", "numpy.pow", "builtins.pow")
def power(a: Arithmetic, x: Any, y: Any) -> Any:
    """Of integers exact, and real where the exponent is negative."""
    if is_real(x) or is_real(y) or np.any(np.asarray(y) < 0):
        x = a.real(x)
    return np.asarray(x)[()] ** y


@TABLE.of("numpy.mod", "numpy.remainder")
def modulo(a: Arithmetic, x: Any, y: Any) -> Any:
    return np.asarray(x)[()] % y


@TABLE.of("numpy.floor_divide")
def floor_divide(a: Arithmetic, x: Any, y: Any) -> Any:
    return np.asarray(x)[()] // y


def _step(mode: str, *names: str) -> None:
    @TABLE.of(*names)
    def step(a: Arithmetic, x: Any) -> Any:
        return a.apply(lambda value: a.domain.step(mode, value), x)


_step("floor", "numpy.floor")
_step("ceil", "numpy.ceil")
_step("trunc", "numpy.trunc", "numpy.fix")
_step("round", "numpy.rint")


@TABLE.of("numpy.round", "numpy.around")
def rounded(a: Arithmetic, x: Any, decimals: int = 0, ndigits: int = 0) -> Any:
    digits = a.literal(decimals or ndigits).value
    return a.apply(lambda value: a.domain.rounded(value, digits), x)


def _extreme(pick: Callable[..., Any]) -> Implementation:
    def extreme(a: Arithmetic, x: Any, y: Any) -> Any:
        if not is_real(x) and not is_real(y):
            return (np.maximum if pick is Domain.largest else np.minimum)(x, y)
        return a.apply(lambda u, v: pick(a.domain, u, v), x, y)

    return extreme


maximum = TABLE.of("numpy.maximum", "numpy.fmax")(_extreme(Domain.largest))
minimum = TABLE.of("numpy.minimum", "numpy.fmin")(_extreme(Domain.smallest))


@TABLE.of("numpy.clip")
def clip(
    a: Arithmetic,
    x: Any,
    a_min: Any = None,
    a_max: Any = None,
    *,
    min: Any = None,
    max: Any = None,
) -> Any:
    low = min if a_min is None else a_min
    high = max if a_max is None else a_max
    if low is not None:
        x = maximum(a, x, low)
        a.parts.append(len(a.domain.trace))
    return x if high is None else minimum(a, x, high)


@TABLE.of("numpy.where")
def where(a: Arithmetic, condition: Any, x: Any = None, y: Any = None) -> Any:
    if x is None and y is None:
        return np.nonzero(as_kind(a, condition, Kind.BOOL))
    if is_real(x) or is_real(y):
        x, y = a.real(x), a.real(y)
    return np.where(as_kind(a, condition, Kind.BOOL), x, y)[()]


@TABLE.of("numpy.logaddexp")
def logaddexp(a: Arithmetic, x: Any, y: Any) -> Any:
    return a.call("log", a.call("exp", x) + a.call("exp", y))


@TABLE.of("numpy.logaddexp2")
def logaddexp2(a: Arithmetic, x: Any, y: Any) -> Any:
    return a.call("log2", a.call("exp2", x) + a.call("exp2", y))


@TABLE.of("numpy.sinc")
def sinc(a: Arithmetic, x: Any) -> Any:
    """Raises `Undefined` near 0, where what is computed of its derivative is a series:
    no formula is left to compare."""
    angle = a.real(x) * a.constant("pi")
    if any(0 < abs(shadow(cell)) < _SERIES for cell in np.ravel(angle)):
        raise Undefined("the derivative of sinc so near to 0 is a series")
    at_zero = np.frompyfunc(lambda cell: shadow(cell) == 0, 1, 1)(angle)
    return where(a, at_zero, a.literal(1), a.call("sin", angle) / angle)


TABLE["scipy.special.sinc"] = TABLE["numpy.sinc"]


@TABLE.of("numpy.modf")
def parts(a: Arithmetic, x: Any) -> Any:
    whole = TABLE["numpy.trunc"](a, x)
    return a.real(x) - whole, whole


def _test(name: str, test: Callable[[float], bool]) -> None:
    @TABLE.of(f"numpy.{name}", f"math.{name}")
    def tested(a: Arithmetic, x: Any) -> Any:
        found = np.frompyfunc(lambda cell: test(shadow(cell)), 1, 1)(a.real(x))
        return found.astype(bool) if isinstance(found, np.ndarray) else bool(found)


_test("isnan", math.isnan)
_test("isfinite", math.isfinite)
_test("isinf", math.isinf)
_test("signbit", lambda value: math.copysign(1.0, value) < 0)

for _name in (
    "logical_and logical_or logical_not logical_xor bitwise_and bitwise_or invert "
    "bitwise_not bitwise_xor".split()
):
    TABLE.hand_on(getattr(np, _name), f"numpy.{_name}")


@TABLE.of("numpy.nan_to_num")
def nan_to_num(a: Arithmetic, x: Any, nan: Any = 0.0) -> Any:
    return where(a, TABLE["numpy.isnan"](a, x), a.real(nan), a.real(x))


@TABLE.of("numpy.real", "numpy.conj", "numpy.conjugate", "numpy.real_if_close")
def itself(a: Arithmetic, x: Any) -> Any:
    """All numbers are real here."""
    return x


@TABLE.of("numpy.imag")
def imaginary(a: Arithmetic, x: Any) -> Any:
    return np.asarray(x)[()] * a.literal(0)


@TABLE.of("numpy.angle")
def angle(a: Arithmetic, x: Any) -> Any:
    negative = np.asarray(x)[()] < a.literal(0)
    return where(a, negative, a.constant("pi"), a.literal(0))


@TABLE.of("numpy.select")
def select(a: Arithmetic, conditions: Any, choices: Any, default: Any = 0) -> Any:
    result = a.real(default)
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        result = where(a, condition, choice, result)
    return result
