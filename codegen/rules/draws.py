"""Rules of random numbers, which are constants as far as gradients go.

A draw gives another value each time, so the forward pass makes it once and keeps it. A
distribution's parameters have to be constants: `loc + scale * rng.normal()` has a
gradient, `rng.normal(loc, scale)` has none here.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir.types import Array, Generator, Type, Unknown, nowhere
from .pullback import Bound, Kinds, Pullback, Result, fixed, pullback
from .results import kind_of, of_shapes, shape_of, stated

# Paths of the methods of a generator.
GENERATOR = "numpy.random.Generator"

# Distributions with their parameters, whose shapes join where no size is given.
_FLOATS = (
    "beta(a, b, size=None)",
    "chisquare(df, size=None)",
    "exponential(scale=1.0, size=None)",
    "gamma(shape, scale=1.0, size=None)",
    "gumbel(loc=0.0, scale=1.0, size=None)",
    "laplace(loc=0.0, scale=1.0, size=None)",
    "logistic(loc=0.0, scale=1.0, size=None)",
    "lognormal(mean=0.0, sigma=1.0, size=None)",
    "normal(loc=0.0, scale=1.0, size=None)",
    "standard_cauchy(size=None)",
    "standard_exponential(size=None)",
    "standard_gamma(shape, size=None)",
    "standard_normal(size=None)",
    "standard_t(df, size=None)",
    "uniform(low=0.0, high=1.0, size=None)",
    "weibull(a, size=None)",
)
_INTEGERS = (
    "binomial(n, p, size=None)",
    "geometric(p, size=None)",
    "poisson(lam=1.0, size=None)",
)


def _drawn(kind: str) -> Result:
    def result(call: Bound, kinds: Kinds) -> Type:
        if "size" in call.args and kinds.static(call["size"]) is not None:
            shape = stated(kinds.static(call["size"]))
            return Array(nowhere() if shape is None else shape, kind)
        parameters = [v for name, v in call.args.items() if name != "size"]
        return Array(of_shapes(parameters, parameters, kinds).shape, kind)

    return result


def _of_sides(call: Bound, kinds: Kinds) -> Type:
    shape = stated(kinds.static(call["sides"]))
    return Array(nowhere() if shape is None else shape)


def _chosen(call: Bound, kinds: Kinds) -> Type:
    """Elements of an array along its first axis, or of `range(a)`."""
    size, found = kinds.static(call["size"]), shape_of(call["a"], kinds)
    kind = kind_of(call["a"], kinds)
    shape = () if size is None else stated(size)
    if shape is None or isinstance(found, Unknown):
        return Array(nowhere(), kind)
    return Array((*shape, *found[1:]), kind)


def _permuted(call: Bound, kinds: Kinds) -> Type:
    shape = shape_of(call["x"], kinds)
    if shape == ():
        shape = stated(kinds.static(call["x"])) or nowhere()
    return Array(shape, kind_of(call["x"], kinds))


def _generator(call: Bound, kinds: Kinds) -> Type:
    return Generator()


def _draw(form: str, result: Result, *names: str) -> Pullback:
    """A draw from NumPy's global state, and from a generator."""
    name = form.partition("(")[0]
    modules = ("numpy.random", GENERATOR)
    paths = [f"{module}.{n}" for module in modules for n in names or (name,)]
    return replace(pullback(form, result, spell=" ".join(paths)), draws=True)


RULES: tuple[Pullback, ...] = (
    *(_draw(form, _drawn("float")) for form in _FLOATS),
    _draw(
        "random(size=None)",
        _drawn("float"),
        *("random", "sample", "ranf", "random_sample"),
    ),
    *(_draw(form, _drawn("int")) for form in _INTEGERS),
    _draw("rand(*sides)", _of_sides, "rand", "randn"),
    _draw("integers(low, high=None, size=None)", _drawn("int"), "integers", "randint"),
    _draw("choice(a, size=None, replace=True, p=None)", _chosen),
    _draw("permutation(x)", _permuted),
    fixed("default_rng(seed=None)", _generator, spell="numpy.random.default_rng"),
)
