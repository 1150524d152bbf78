"""Methods of the distributions of `scipy.stats`, by their definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...running.domains import Undefined
from ..cells import Arithmetic, shadow
from ..values import Frozen
from . import digits, floats, quotients
from .algebra import determinant, solve
from .elementwise import where
from .special import betaln, ndtr
from .table import Table

TABLE = Table()

# of the arithmetic, the standardized argument, and the parameters of the shape
_Function = Callable[..., Any]
_MODULE = "scipy.stats"


def _log(a: Arithmetic, x: Any) -> Any:
    return a.call("log", a.real(x))


def _require_positive(*values: Any) -> None:
    """Raises `Undefined` where parameters are not those of a distribution."""
    for cell in np.concatenate([np.ravel(value) for value in values]):
        if not shadow(cell) > 0:
            raise Undefined("its parameters are positive")


def _inside(x: Any, low: float, high: float) -> Any:
    return np.frompyfunc(lambda cell: low <= shadow(cell) <= high, 1, 1)(x)


def _continuous(
    name: str,
    log_density: _Function,
    below: _Function | None = None,
    quantile: _Function | None = None,
    *,
    support: tuple[float, float] = (-np.inf, np.inf),
    shapes: int = 0,
) -> None:
    """Enter a distribution.

    Args:
        log_density: the logarithm of the density.
        below: the probability of what is not larger.
        quantile: the inverse of that.
        shapes: how many parameters of the shape there are.
    """

    def standardized(a: Arithmetic, x: Any, args: Any, named: Any) -> tuple[Any, ...]:
        given = dict(zip(("loc", "scale"), args[shapes:], strict=False)) | named
        scale = a.real(given.get("scale", 1))
        parameters = [a.real(shape) for shape in args[:shapes]]
        _require_positive(scale, *parameters)
        return (a.real(x) - given.get("loc", 0)) / scale, scale, parameters

    def logpdf(a: Arithmetic, x: Any, *args: Any, **named: Any) -> Any:
        z, scale, parameters = standardized(a, x, args, named)
        if not np.all(_inside(z, *support)):
            raise Undefined("the logarithm of a density that is 0")
        return log_density(a, z, *parameters) - _log(a, scale)

    def pdf(a: Arithmetic, x: Any, *args: Any, **named: Any) -> Any:
        z, scale, parameters = standardized(a, x, args, named)
        inside = _inside(z, *support)
        safe = where(a, inside, z, a.literal(1) / a.literal(2))
        value = a.call("exp", log_density(a, safe, *parameters)) / scale
        return where(a, inside, value, a.literal(0))

    _frozen(name)
    TABLE[f"{_MODULE}.{name}.logpdf"] = logpdf
    TABLE[f"{_MODULE}.{name}.pdf"] = pdf
    if below is not None:
        function = below

        def cdf(a: Arithmetic, x: Any, *args: Any, **named: Any) -> Any:
            z, _, parameters = standardized(a, x, args, named)
            low, high = support
            safe = where(a, _inside(z, *support), z, a.literal(1) / a.literal(2))
            value = function(a, safe, *parameters)
            value = where(a, _inside(z, low, np.inf), value, a.literal(0))
            return where(a, _inside(z, -np.inf, high), value, a.literal(1))

        _of_probability(name, cdf)
    if quantile is not None:
        inverse = quantile

        def ppf(a: Arithmetic, q: Any, *args: Any, **named: Any) -> Any:
            zero, scale, parameters = standardized(a, 0, args, named)
            return inverse(a, a.real(q), *parameters) * scale - zero * scale

        def isf(a: Arithmetic, q: Any, *args: Any, **named: Any) -> Any:
            return ppf(a, a.literal(1) - a.real(q), *args, **named)

        TABLE[f"{_MODULE}.{name}.ppf"] = ppf
        TABLE[f"{_MODULE}.{name}.isf"] = isf


def _of_probability(name: str, cdf: _Function) -> None:
    def sf(a: Arithmetic, x: Any, *args: Any, **named: Any) -> Any:
        return a.literal(1) - cdf(a, x, *args, **named)

    def logcdf(a: Arithmetic, x: Any, *args: Any, **named: Any) -> Any:
        return _log(a, cdf(a, x, *args, **named))

    def logsf(a: Arithmetic, x: Any, *args: Any, **named: Any) -> Any:
        return _log(a, sf(a, x, *args, **named))

    methods = {"cdf": cdf, "sf": sf, "logcdf": logcdf, "logsf": logsf}
    TABLE.update({f"{_MODULE}.{name}.{key}": m for key, m in methods.items()})


def _frozen(name: str) -> None:
    """Enter the distribution itself, which is called with its parameters."""

    @TABLE.of(f"{_MODULE}.{name}")
    def frozen(a: Arithmetic, *args: Any, **named: Any) -> Frozen:
        return Frozen(f"{_MODULE}.{name}", args, named)


_POSITIVE = (0.0, np.inf)


def _special(a: Arithmetic, name: str, *args: Any) -> Any:
    """A function of `scipy.special` that has no formula."""
    path = f"scipy.special.{name}"
    for other in (floats, digits, quotients):
        if other.serves(a.domain, path):
            return other.call(a, path, list(args), {})
    raise NotImplementedError(path)


def _number(a: Arithmetic, top: int, bottom: int = 1) -> Any:
    return a.literal(top) / a.literal(bottom)


def _normal(a: Arithmetic, z: Any) -> Any:
    return -(z * z) / a.literal(2) - _log(a, a.literal(2) * a.constant("pi")) / 2


def _exp(a: Arithmetic, x: Any) -> Any:
    return a.call("exp", x)


def _logistic(a: Arithmetic, z: Any) -> Any:
    return -z - a.literal(2) * _log(a, a.literal(1) + _exp(a, -z))


def _student(a: Arithmetic, z: Any, df: Any) -> Any:
    half = (df + a.literal(1)) / a.literal(2)
    constant = a.call("lgamma", half) - a.call("lgamma", df / a.literal(2))
    constant = constant - _log(a, df * a.constant("pi")) / a.literal(2)
    return constant - half * _log(a, a.literal(1) + z * z / df)


def _gamma(a: Arithmetic, z: Any, shape: Any) -> Any:
    return (shape - a.literal(1)) * _log(a, z) - z - a.call("lgamma", shape)


def _inverse_gamma(a: Arithmetic, z: Any, shape: Any) -> Any:
    less = -(shape + a.literal(1)) * _log(a, z)
    return less - a.literal(1) / z - a.call("lgamma", shape)


def _chi2(a: Arithmetic, z: Any, df: Any) -> Any:
    half = _number(a, 1, 2)
    return _gamma(a, half * z, half * df) + _log(a, half)


def _lognormal(a: Arithmetic, z: Any, s: Any) -> Any:
    log = _log(a, z)
    return _normal(a, log / s) - _log(a, s) - log


def _weibull(a: Arithmetic, z: Any, c: Any) -> Any:
    return _log(a, c) + (c - a.literal(1)) * _log(a, z) - z**c


def _pareto(a: Arithmetic, z: Any, b: Any) -> Any:
    return _log(a, b) - (b + a.literal(1)) * _log(a, z)


def _beta(a: Arithmetic, z: Any, first: Any, second: Any) -> Any:
    one = a.literal(1)
    value = (first - one) * _log(a, z) + (second - one) * _log(a, one - z)
    return value - betaln(a, first, second)


def _half(a: Arithmetic) -> Any:
    return _number(a, 1, 2)


def _laplace_below(a: Arithmetic, z: Any) -> Any:
    tail = _half(a) * _exp(a, -np.abs(z))
    return where(a, z < a.literal(0), tail, a.literal(1) - tail)


def _student_below(a: Arithmetic, z: Any, df: Any) -> Any:
    half = _half(a)
    tail = half * _special(a, "betainc", df * half, half, df / (df + z * z))
    return where(a, z < a.literal(0), tail, a.literal(1) - tail)


_continuous("norm", _normal, ndtr, lambda a, q: _special(a, "ndtri", q))
_continuous("laplace", lambda a, z: -np.abs(z) - _log(a, a.literal(2)), _laplace_below)
_continuous(
    "logistic",
    _logistic,
    lambda a, z: a.literal(1) / (a.literal(1) + _exp(a, -z)),
    lambda a, q: _log(a, q / (a.literal(1) - q)),
)
_continuous(
    "cauchy",
    lambda a, z: -_log(a, a.constant("pi") * (a.literal(1) + z * z)),
    lambda a, z: a.call("atan", z) / a.constant("pi") + _half(a),
    lambda a, q: a.call("tan", a.constant("pi") * (q - _half(a))),
)
_continuous(
    "gumbel_r",
    lambda a, z: -z - _exp(a, -z),
    lambda a, z: _exp(a, -_exp(a, -z)),
    lambda a, q: -_log(a, -_log(a, q)),
)
_continuous("t", _student, _student_below, shapes=1)
_continuous(
    "expon",
    lambda a, z: -z,
    lambda a, z: a.literal(1) - _exp(a, -z),
    lambda a, q: -_log(a, a.literal(1) - q),
    support=_POSITIVE,
)
_continuous(
    "halfnorm",
    lambda a, z: _normal(a, z) + _log(a, a.literal(2)),
    lambda a, z: a.call("erf", z / a.call("sqrt", a.literal(2))),
    lambda a, q: _special(a, "ndtri", (q + a.literal(1)) * _half(a)),
    support=_POSITIVE,
)
_continuous(
    "rayleigh",
    lambda a, z: _log(a, z) - z * z / a.literal(2),
    lambda a, z: a.literal(1) - _exp(a, -(z * z) / a.literal(2)),
    lambda a, q: a.call("sqrt", -a.literal(2) * _log(a, a.literal(1) - q)),
    support=_POSITIVE,
)
_continuous(
    "gamma",
    _gamma,
    lambda a, z, shape: _special(a, "gammainc", shape, z),
    support=_POSITIVE,
    shapes=1,
)
_continuous(
    "invgamma",
    _inverse_gamma,
    lambda a, z, shape: _special(a, "gammaincc", shape, a.literal(1) / z),
    support=_POSITIVE,
    shapes=1,
)
_continuous(
    "chi2",
    _chi2,
    lambda a, z, df: _special(a, "gammainc", df * _half(a), z * _half(a)),
    support=_POSITIVE,
    shapes=1,
)
_continuous(
    "lognorm",
    _lognormal,
    lambda a, z, s: ndtr(a, _log(a, z) / s),
    lambda a, q, s: _exp(a, s * _special(a, "ndtri", q)),
    support=_POSITIVE,
    shapes=1,
)
_continuous(
    "weibull_min",
    _weibull,
    lambda a, z, c: a.literal(1) - _exp(a, -(z**c)),
    lambda a, q, c: (-_log(a, a.literal(1) - q)) ** (a.literal(1) / c),
    support=_POSITIVE,
    shapes=1,
)
_continuous(
    "pareto",
    _pareto,
    lambda a, z, b: a.literal(1) - z**-b,
    lambda a, q, b: (a.literal(1) - q) ** (-a.literal(1) / b),
    support=(1.0, np.inf),
    shapes=1,
)
_continuous(
    "uniform",
    lambda a, z: z * a.literal(0),
    lambda a, z: z,
    lambda a, q: q,
    support=(0.0, 1.0),
)
_continuous(
    "beta",
    _beta,
    lambda a, z, first, second: _special(a, "betainc", first, second, z),
    support=(0.0, 1.0),
    shapes=2,
)


def _discrete(name: str, log_probability: _Function, parameters: int) -> None:
    """Enter a distribution on integers; there all arguments are in the support."""

    def logpmf(a: Arithmetic, k: Any, *args: Any, loc: Any = 0) -> Any:
        shapes, placed = args[:parameters], args[parameters:]
        k = a.real(k) - (placed[0] if placed else loc)
        return log_probability(a, k, *map(a.real, shapes))

    def pmf(a: Arithmetic, k: Any, *args: Any, **named: Any) -> Any:
        return _exp(a, logpmf(a, k, *args, **named))

    _frozen(name)
    TABLE[f"{_MODULE}.{name}.logpmf"] = logpmf
    TABLE[f"{_MODULE}.{name}.pmf"] = pmf


def _choices(a: Arithmetic, n: Any, k: Any) -> Any:
    """The logarithm of how many choices of k out of n there are."""
    one = a.literal(1)
    less = a.call("lgamma", k + one) + a.call("lgamma", n - k + one)
    return a.call("lgamma", n + one) - less


def _trials(a: Arithmetic, k: Any, n: Any, p: Any) -> Any:
    return k * _log(a, p) + (n - k) * _log(a, a.literal(1) - p)


_discrete(
    "poisson",
    lambda a, k, mu: k * _log(a, mu) - mu - a.call("lgamma", k + a.literal(1)),
    1,
)
_discrete("bernoulli", lambda a, k, p: _trials(a, k, a.literal(1), p), 1)
_discrete("binom", lambda a, k, n, p: _choices(a, n, k) + _trials(a, k, n, p), 2)
_discrete(
    "geom",
    lambda a, k, p: (k - a.literal(1)) * _log(a, a.literal(1) - p) + _log(a, p),
    1,
)
_discrete(
    "nbinom",
    lambda a, k, n, p: _choices(a, k + n - a.literal(1), k) + _trials(a, n, n + k, p),
    2,
)


_frozen("multivariate_normal")


@TABLE.of(f"{_MODULE}.multivariate_normal.logpdf")
def normal_logpdf(
    a: Arithmetic, x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False
) -> Any:
    """Of the lower triangle of `cov` alone."""
    x, cov = np.asarray(a.real(x)), np.asarray(a.real(cov))
    if cov.ndim != 2:
        raise NotImplementedError("a covariance that is no matrix")
    whole = np.where(np.tri(len(cov), dtype=bool), cov, cov.T)
    centred = x if mean is None else x - a.real(mean)
    rows = centred.reshape(-1, len(cov))
    solved = solve(a, whole, rows.T).T
    constant = _log(a, a.literal(2) * a.constant("pi")) * a.literal(len(cov))
    constant = constant + _log(a, determinant(a, whole))
    values = -(constant + (rows * solved).sum(axis=1)) / a.literal(2)
    return values.reshape(centred.shape[:-1]).squeeze()[()]


@TABLE.of(f"{_MODULE}.multivariate_normal.pdf")
def normal_pdf(a: Arithmetic, x: Any, *args: Any, **named: Any) -> Any:
    return _exp(a, normal_logpdf(a, x, *args, **named))
