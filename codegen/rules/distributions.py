"""Rules of the distributions of `scipy.stats`, by their methods.

One entry each: how the logarithm of the density changes. In the texts `z` is the
standardized argument, `(x - loc) / scale`.

- `slope`: its derivative with respect to `z`;
- `spread`: `-z * slope - 1`, which is `scale` times its derivative with respect to
  `scale`, in lowest terms;
- for each parameter of the shape the derivative with respect to that.

The rest follows: a density is its logarithm's exponential, a distribution function has
the density as its derivative, and a quantile the density's inverse. With respect to the
parameters of the shape, only densities have a rule. What lies outside of the support
has the density 0, whatever the arguments, and so the gradient 0.

Formulas: N. L. Johnson, S. Kotz and N. Balakrishnan, "Continuous Univariate
Distributions" (1994), and N. L. Johnson, A. W. Kemp and S. Kotz, "Univariate Discrete
Distributions" (2005).
"""

from __future__ import annotations

from dataclasses import dataclass

from . import results_linalg as results
from .pullback import Pullback, of_elements, pullback
from .results import like

_MODULE = "scipy.stats"


@dataclass(frozen=True)
class _Family:
    """The methods of a distribution that have the parameters `form` after the first
    one, of which `loc` and `scale` are the last."""

    name: str
    form: str
    parameters: tuple[str, ...]

    def method(self, name: str, first: str, **local: str) -> Pullback:
        """A method, whose first argument has that name."""
        return of_elements(
            f"{name}({first}, {self.form})",
            like(first, *self.parameters, kind="float"),
            f"{_MODULE}.{self.name}.{name}",
            **local,
        )


def _continuous(
    name: str,
    *,
    slope: str,
    spread: str,
    bounded: bool = False,
    singular: bool = False,
    **shapes: str,
) -> tuple[Pullback, ...]:
    """The methods of a continuous distribution.

    Args:
        bounded: not all arguments are in its support.
        singular: nor are the texts numbers for all others.
    """
    form = ", ".join([*shapes, "loc=0", "scale=1"])
    family = _Family(name, form, (*shapes, "loc", "scale"))

    def density(method: str, factor: str) -> Pullback:
        texts = {key: f"({text}) * {factor}" for key, text in shapes.items()}
        texts |= {
            "x": f"per_scale({slope}) * {factor}",
            "loc": f"per_scale(-({slope})) * {factor}",
            "scale": f"per_scale({spread}) * {factor}",
        }
        return family.method(method, "x", **texts)

    def cumulative(method: str, text: str, sign: str) -> Pullback:
        other = "" if sign else "-"
        return family.method(
            method,
            "x",
            x=f"{sign}{text}",
            loc=f"{other}{text}",
            scale=f"{other}standardized(x) * {text}",
        )

    def quantile(method: str, sign: str) -> Pullback:
        return family.method(
            method,
            "q",
            q=f"{sign}1 / density(out)",
            loc="1",
            scale="standardized(out)",
        )

    return (
        density("logpdf", "within(isfinite(out))" if bounded or singular else "1"),
        density("pdf", "within(out > 0) * out" if singular else "out"),
        cumulative("cdf", "density(x)", ""),
        cumulative("sf", "density(x)", "-"),
        cumulative("logcdf", "exp(log_density(x) - out)", ""),
        cumulative("logsf", "exp(log_density(x) - out)", "-"),
        quantile("ppf", ""),
        quantile("isf", "-"),
    )


def _discrete(name: str, fixed: str = "", **shapes: str) -> tuple[Pullback, ...]:
    """The probabilities of a discrete distribution, where `k`, `loc` and what is
    `fixed` have to be constants; in the texts `z` is `k - loc`."""
    parameters = (*fixed.split(), *shapes)
    family = _Family(name, ", ".join([*parameters, "loc=0"]), (*parameters, "loc"))

    def probability(method: str, factor: str) -> Pullback:
        texts = {key: f"({text}) * {factor}" for key, text in shapes.items()}
        return family.method(method, "k", **texts)

    return (
        probability("logpmf", "within(isfinite(out))"),
        probability("pmf", "out"),
    )


RULES: tuple[Pullback, ...] = (
    # on all numbers
    *_continuous("norm", slope="-z", spread="z**2 - 1"),
    *_continuous("laplace", slope="-sign(z)", spread="absolute(z) - 1"),
    *_continuous("logistic", slope="-tanh(z / 2)", spread="z * tanh(z / 2) - 1"),
    *_continuous("cauchy", slope="-2 * z / (1 + z**2)", spread="1 - 2 / (1 + z**2)"),
    *_continuous("gumbel_r", slope="exp(-z) - 1", spread="z * (1 - exp(-z)) - 1"),
    *_continuous(
        "t",
        slope="-(df + 1) * z / (df + z**2)",
        spread="df * (z**2 - 1) / (df + z**2)",
        df="0.5 * (special.digamma((df + 1) / 2) - special.digamma(df / 2)"
        " - log1p(z**2 / df) + (z**2 - 1) / (df + z**2))",
    ),
    # on the positive numbers
    *_continuous("expon", bounded=True, slope="-1", spread="z - 1"),
    *_continuous("halfnorm", bounded=True, slope="-z", spread="z**2 - 1"),
    *_continuous("rayleigh", singular=True, slope="1 / z - z", spread="z**2 - 2"),
    *_continuous(
        "gamma",
        singular=True,
        slope="(a - 1) / z - 1",
        spread="z - a",
        a="log(z) - special.digamma(a)",
    ),
    *_continuous(
        "invgamma",
        singular=True,
        slope="(1 / z - a - 1) / z",
        spread="a - 1 / z",
        a="-log(z) - special.digamma(a)",
    ),
    *_continuous(
        "chi2",
        singular=True,
        slope="0.5 * ((df - 2) / z - 1)",
        spread="0.5 * (z - df)",
        df="0.5 * (log(z / 2) - special.digamma(df / 2))",
    ),
    *_continuous(
        "lognorm",
        singular=True,
        slope="-(1 + log(z) / s**2) / z",
        spread="log(z) / s**2",
        s="((log(z) / s) ** 2 - 1) / s",
    ),
    *_continuous(
        "weibull_min",
        singular=True,
        slope="(c - 1 - c * z**c) / z",
        spread="c * (z**c - 1)",
        c="1 / c + (1 - z**c) * log(z)",
    ),
    *_continuous(
        "pareto",
        singular=True,
        slope="-(b + 1) / z",
        spread="b",
        b="1 / b - log(z)",
    ),
    # between two numbers
    *_continuous("uniform", bounded=True, slope="0", spread="-1"),
    *_continuous(
        "beta",
        singular=True,
        slope="(a - 1) / z - (b - 1) / (1 - z)",
        spread="(b - 1) * z / (1 - z) - a",
        a="log(z) - special.digamma(a) + special.digamma(a + b)",
        b="log1p(-z) - special.digamma(b) + special.digamma(a + b)",
    ),
    # on integers
    *_discrete("poisson", mu="z / mu - 1"),
    *_discrete("bernoulli", p="(z - p) / (p * (1 - p))"),
    *_discrete("binom", "n", p="(z - n * p) / (p * (1 - p))"),
    *_discrete("geom", p="1 / p - (z - 1) / (1 - p)"),
    *_discrete(
        "nbinom",
        n="special.digamma(z + n) - special.digamma(n) + log(p)",
        p="n / p - z / (1 - p)",
    ),
    # of vectors; as `eigh`, these read the lower triangle of `cov` only
    pullback(
        "logpdf(x, mean=None, cov=1, allow_singular=False)",
        results.normal_density,
        spell=f"{_MODULE}.multivariate_normal.logpdf",
        ranked=True,
        exact=False,
        shared="normal_slope()",
        x="normal_rows(g, shared)",
        mean="-normal_rows(g, shared)",
        cov="normal_covariance(g, shared)",
    ),
    pullback(
        "pdf(x, mean=None, cov=1, allow_singular=False)",
        results.normal_density,
        spell=f"{_MODULE}.multivariate_normal.pdf",
        ranked=True,
        exact=False,
        shared="normal_slope()",
        x="normal_rows(out * g, shared)",
        mean="-normal_rows(out * g, shared)",
        cov="normal_covariance(out * g, shared)",
    ),
)
