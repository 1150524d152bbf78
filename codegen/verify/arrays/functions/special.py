"""Functions of `scipy.special`, by their definitions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..cells import Arithmetic, shadow
from .elementwise import where
from .reductions import total
from .table import Table

TABLE = Table()

for _name, _alias in (
    ("erf", "erf"),
    ("erfc", "erfc"),
    ("lgamma", "gammaln"),
    ("lgamma", "loggamma"),
    ("gamma", "gamma"),
    ("digamma", "digamma"),
    ("digamma", "psi"),
    ("expm1", "expm1"),
    ("log1p", "log1p"),
    ("exp2", "exp2"),
    ("cbrt", "cbrt"),
):

    def _called(a: Arithmetic, x: Any, *, by: str = _name) -> Any:
        return a.call(by, x)

    TABLE.of(f"scipy.special.{_alias}")(_called)


@TABLE.of("scipy.special.expit")
def expit(a: Arithmetic, x: Any) -> Any:
    one = a.literal(1)
    return one / (one + a.call("exp", -a.real(x)))


@TABLE.of("scipy.special.log_expit")
def log_expit(a: Arithmetic, x: Any) -> Any:
    return -a.call("log", a.literal(1) + a.call("exp", -a.real(x)))


@TABLE.of("scipy.special.logit")
def logit(a: Arithmetic, x: Any) -> Any:
    x = a.real(x)
    return a.call("log", x / (a.literal(1) - x))


@TABLE.of("scipy.special.ndtr")
def ndtr(a: Arithmetic, x: Any) -> Any:
    half = a.literal(1) / a.literal(2)
    return half + half * a.call("erf", a.real(x) / a.call("sqrt", a.literal(2)))


def _unless_zero(a: Arithmetic, x: Any, value: Any) -> Any:
    """Zero where x is, whatever the value is there."""
    is_zero = np.frompyfunc(lambda cell: shadow(cell) == 0, 1, 1)(a.real(x))
    return where(a, is_zero, a.literal(0), value)


@TABLE.of("scipy.special.xlogy")
def xlogy(a: Arithmetic, x: Any, y: Any) -> Any:
    return _unless_zero(a, x, a.real(x) * a.call("log", y))


@TABLE.of("scipy.special.xlog1py")
def xlog1py(a: Arithmetic, x: Any, y: Any) -> Any:
    return _unless_zero(a, x, a.real(x) * a.call("log1p", y))


@TABLE.of("scipy.special.entr")
def entr(a: Arithmetic, x: Any) -> Any:
    return -xlogy(a, x, x)


@TABLE.of("scipy.special.rel_entr")
def rel_entr(a: Arithmetic, x: Any, y: Any) -> Any:
    return _unless_zero(a, x, a.real(x) * a.call("log", a.real(x) / y))


@TABLE.of("scipy.special.kl_div")
def kl_div(a: Arithmetic, x: Any, y: Any) -> Any:
    return rel_entr(a, x, y) - x + y


@TABLE.of("scipy.special.beta")
def beta(a: Arithmetic, x: Any, y: Any) -> Any:
    return a.call("gamma", x) * a.call("gamma", y) / a.call("gamma", a.real(x) + y)


@TABLE.of("scipy.special.betaln")
def betaln(a: Arithmetic, x: Any, y: Any) -> Any:
    sums = a.call("lgamma", a.real(x) + y)
    return a.call("lgamma", x) + a.call("lgamma", y) - sums


@TABLE.of("scipy.special.binom", "scipy.special.comb")
def choices(a: Arithmetic, n: Any, k: Any) -> Any:
    one, n, k = a.literal(1), a.real(n), a.real(k)
    bottom = a.call("gamma", k + one) * a.call("gamma", n - k + one)
    return a.call("gamma", n + one) / bottom


@TABLE.of("scipy.special.factorial")
def factorial(a: Arithmetic, n: Any) -> Any:
    return a.call("gamma", a.real(n) + a.literal(1))


@TABLE.of("scipy.special.multigammaln")
def multigammaln(a: Arithmetic, x: Any, d: int) -> Any:
    x = a.real(x)
    value = a.call("log", a.constant("pi")) * (a.literal(d * (d - 1)) / a.literal(4))
    for i in range(d):
        value = value + a.call("lgamma", x - a.literal(i) / a.literal(2))
    return value


@TABLE.of("numpy.logaddexp.reduce")
def logaddexps(a: Arithmetic, x: Any, axis: Any = 0, keepdims: bool = False) -> Any:
    return logsumexp(a, x, axis, keepdims=keepdims)


@TABLE.of("scipy.special.logsumexp")
def logsumexp(
    a: Arithmetic, x: Any, axis: Any = None, b: Any = None, keepdims: bool = False
) -> Any:
    terms = a.call("exp", x)
    if b is not None:
        terms = b * terms
    return a.call("log", total(a, terms, axis, keepdims=keepdims))


@TABLE.of("scipy.special.softmax")
def softmax(a: Arithmetic, x: Any, axis: Any = None) -> Any:
    terms = a.call("exp", x)
    return terms / total(a, terms, axis, keepdims=True)


@TABLE.of("scipy.special.log_softmax")
def log_softmax(a: Arithmetic, x: Any, axis: Any = None) -> Any:
    return a.real(x) - logsumexp(a, x, axis, keepdims=True)
