"""Kinks, NaN, extreme values and dtypes, as DESIGN and docs/design.md fix them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from array_case import Case, values
from array_checks import accept, differentiated, problem
from array_oracles import load


def gradient(name: str, body: str, x: Any, dy: Any = None) -> Any:
    """The gradient of x from an upstream gradient of ones, or of `dy`."""
    value, pullback = differentiated(name, body, x)
    (found,) = pullback(np.ones_like(value) if dy is None else dy)
    return found


# -- kinks: one convention for every form of a thing

AT_ZERO = {
    "np.abs(x)": 0,
    "abs(x)": 0,
    "np.fabs(x)": 0,
    "np.absolute(x)": 0,
    "np.sign(x) * 2": 0,
    "np.maximum(x, 0)": 0,
    "np.maximum(0, x)": 0,
    "np.maximum(x, 0.0) * 1": 0,
    "np.minimum(x, 0)": 0,
    "np.fmax(x, 0)": 0,
    "np.where(x > 0, x, 0)": 0,
    "np.where(x >= 0, x, 0)": 1,
    "x * (x > 0)": 0,
    "(x > 0) * x": 0,
}


@pytest.mark.parametrize("body", AT_ZERO)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_at_zero(body: str, dtype: str) -> None:
    x = np.array([-1.0, 0.0, 2.0, -0.0], dtype)
    dx = gradient("kinks", body, x)
    assert dx.dtype == x.dtype
    assert dx[1] == dx[3] == AT_ZERO[body]


@pytest.mark.parametrize(
    "body", ["np.maximum(x, y)", "np.minimum(x, y)", "np.where(x > y, x, y)"]
)
def test_a_tie_goes_to_one_side_or_evenly_to_both(body: str) -> None:
    x = np.array([1.0, 2.0])
    _, pullback = differentiated("kinks", body, x, x.copy())
    dx, dy = pullback(np.array([3.0, 5.0]))
    assert np.array_equal(dx + dy, [3.0, 5.0])


@pytest.mark.parametrize("name", ["max", "min", "amax", "amin"])
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_equal_extrema_share_one_gradient(name: str, axis: int | None) -> None:
    x = np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    dx = gradient("kinks", f"np.{name}(x, axis={axis})", x)
    assert np.allclose(dx.sum(axis=axis), 1.0)


@pytest.mark.parametrize("body", ["np.sqrt(x)", "np.linalg.norm(x)", "np.log(x)"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_number_is_made_up_at_a_pole(body: str) -> None:
    """Infinite, not a number, the subgradient 0 of a norm, or an error: no other."""
    try:
        dx = gradient("kinks", body, np.zeros(2))
    except (ZeroDivisionError, FloatingPointError):
        return
    assert not np.any(np.isfinite(dx) & (dx != 0))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("exponent", ["2", "1", "0", "3.0", "2.0"])
def test_powers_at_zero(exponent: str) -> None:
    dx = gradient("kinks", f"x**{exponent} + x", np.array([0.0, 2.0]))
    n = float(exponent)
    assert np.allclose(dx, [1 + (n == 1), 1 + n * 2 ** (n - 1)])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_deviation_of_one_value_is_constant() -> None:
    dx = gradient("kinks", "np.std(x, axis=1)", np.array([[1.0], [2.0]]))
    assert np.array_equal(dx, [[0.0], [0.0]])


def test_products_with_zeros() -> None:
    x = np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 5.0], [1.0, 2.0, 3.0]])
    dx = gradient("kinks", "np.prod(x, axis=1)", x)
    assert np.allclose(dx, [[6, 0, 0], [0, 0, 0], [6, 3, 2]])


# -- what is not taken does not leak

GUARDED = (
    "np.where(x > 0, np.log(x), 0)",
    "np.where(x > 0, np.sqrt(x), 0)",
    "np.where(x <= 0, 0, 1 / x)",
    "np.where(x > 0, np.log(x), x)",
    "np.where(x > 0, x * np.log(x), 0).sum()",
    "np.where(x > 0, np.where(x > 1, np.sqrt(x - 1), 0), 0)",
    "np.where(x[:, None] > 0, np.log(x)[:, None], 0)",
    "np.select([x > 0], [np.log(x)], 0)",
    "np.where(x < 500, np.exp(x), 0)",
    "np.where(x > 0, x ** -0.5, 0)",
)


@pytest.mark.parametrize("body", GUARDED)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_does_not_leak(body: str) -> None:
    dx = gradient("where", body, np.array([-1.0, 0.0, 2.0, 800.0]))
    assert np.all(np.isfinite(dx)), dx


@pytest.mark.parametrize("body", ["np.where(x > 0, y, 0)", "np.where(x > 0, y * y, x)"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_does_not_leak_from_another_stage(body: str) -> None:
    dx = gradient("where", f"y = np.log(x)\n{body}", np.array([-1.0, 0.0, 2.0]))
    assert np.all(np.isfinite(dx)), dx


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nan_in_the_data_stays_where_it_is() -> None:
    x = np.array([1.0, np.nan, 3.0])
    assert np.array_equal(gradient("where", "np.nansum(x)", x), [1.0, 0.0, 1.0])
    assert np.isnan(gradient("where", "np.sum(x * x)", x)).tolist() == [0, 1, 0]


# -- stable at the ends

STABLE = {
    "1 / (1 + np.exp(-x))": (0, 0),
    "np.log(1 + np.exp(x))": (0, 1),
    "np.log1p(np.exp(x))": (0, 1),
    "np.logaddexp(0, x)": (0, 1),
    "np.tanh(x)": (0, 0),
}


@pytest.mark.parametrize("body", STABLE)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_gates_at_the_ends(body: str) -> None:
    dx = gradient("stable", body, np.array([-800.0, 800.0]))
    assert np.allclose(dx, STABLE[body])


SOFT = (
    "np.log(np.sum(np.exp(x - np.max(x)))) + np.max(x)",
    "e = np.exp(x - x.max()); p = e / e.sum(); -np.log(p[1])",
    "m = x.max(); x[0] - m - np.log(np.sum(np.exp(x - m)))",
)


@pytest.mark.parametrize("body", SOFT)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_softmax_at_the_ends(body: str) -> None:
    dx = gradient("stable", body.replace("; ", "\n"), np.array([-800.0, 800.0, 0.0]))
    assert np.all(np.isfinite(dx)), dx
    assert abs(np.sum(dx)) < 2


# -- dtypes

KEPT = (
    "x * 2",
    "x * 2.5 + 1",
    "x / 3",
    "x**2",
    "x**0.5",
    "np.sin(x)",
    "np.sum(x)",
    "np.mean(x, axis=0)",
    "np.var(x)",
    "np.std(x, axis=1)",
    "x @ x.T",
    "np.where(x > 0, x, 0)",
    "np.maximum(x, 0)",
    "(x > 1) * x",
    "x[:, [0, 0]]",
    "x[x > 1]",
    "np.max(x, axis=1)",
    "np.prod(x, axis=1)",
    "np.concatenate([x, x])",
    "np.cumsum(x)",
    "np.linalg.norm(x)",
    "x / np.linalg.norm(x)",
    "np.log(np.sum(np.exp(x), axis=1))",
    "1 / (1 + np.exp(-x))",
    "np.pad(x, 1)",
    "x.astype(np.float64) * x",
    "x * np.float64(2)",
    "x * np.ones(3)",
)


@pytest.mark.parametrize("body", KEPT)
def test_single_precision_stays(body: str) -> None:
    one = problem(body, {"x": values("+", (2, 3), "x")})
    accept("dtypes", one.in_single_precision())


def test_mixed_precision() -> None:
    x = values("+", (2, 3), "x").astype(np.float32)
    for body in ("x * y", "x @ y.T", "x + y", "np.maximum(x, y)", "y / x"):
        accept("dtypes", problem(body, {"x": x, "y": values("+", (2, 3), "y")}))


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "bool"])
@pytest.mark.parametrize("body", ["x * 0.5", "x * x", "np.sum(x)", "x / 2", "x @ x.T"])
def test_integers_are_refused_or_carried_as_floats(body: str, dtype: str) -> None:
    x = np.array([[1, 0, 1], [2, 1, 3]]).astype(dtype)
    text = Case("test", "test", body, {"x": x}).text
    try:
        value, pullback = backgen.vjp(load(text), wrt=("x",), verify=False)(x)
    except backgen.BackgenError as error:
        assert error.code not in ("BG040", "BG099")  # noqa: PT017
        return
    (dx,) = pullback(np.full(np.shape(value), 0.25))
    assert dx.dtype.kind == "f"
    floats = gradient("dtypes", body, x.astype(float), np.full(np.shape(value), 0.25))
    assert np.allclose(dx, floats)


def test_integer_arguments_that_carry_no_gradient() -> None:
    x, n = values("", (4, 3), "x"), np.array([2, 0, 2, 1])
    for body in ("x[n]", "x * n[:, None]", "x[np.arange(4), n]", "x ** n[:, None]"):
        accept("dtypes", problem(body, {"x": x, "n": n}))


@pytest.mark.parametrize("body", ["x * x", "np.abs(x)", "np.real(x * x)", "x @ x"])
def test_complex_is_refused_or_right(body: str) -> None:
    z = np.array([1.0 + 2.0j, 0.5 - 1.0j])
    text = Case("test", "test", body, {"x": z}).text
    with pytest.raises(backgen.BackgenError):
        backgen.vjp(load(text), wrt=("x",), verify=False)(z)


@pytest.mark.parametrize("kind", [np.ma.masked_array, np.matrix, np.asarray])
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_subclasses_are_refused_or_right(kind: Any) -> None:
    x = kind([[1.0, 2.0], [3.0, 5.0]])
    case = Case("test", "test", "x * x", {"x": x})
    try:
        _, pullback = backgen.vjp(load(case.text), wrt=("x",), verify=False)(x)
    except backgen.BackgenError:
        return
    (dx,) = pullback(np.ones((2, 2)))
    if kind is np.matrix:  # its `*` is a matrix product
        want = np.ones((2, 2)) @ np.asarray(x).T + np.asarray(x).T @ np.ones((2, 2))
        assert np.allclose(dx, want)
    else:
        assert np.allclose(dx, 2 * np.asarray(x))


# -- arrays of rank 0 and of no elements

SMALL = ("x * x", "np.sin(x)", "np.sum(x)", "x + 1", "x[None]", "np.reshape(x, (-1,))")


@pytest.mark.parametrize("body", [*SMALL, "x[()]", "x.sum()", "x.reshape(1, 1)"])
def test_rank_0(body: str) -> None:
    accept("small", problem(body, {"x": np.array(1.5)}))


@pytest.mark.parametrize("body", [*SMALL, "x @ x.T", "x.T @ x", "x[:, 1:]", "x.T"])
def test_empty_arrays(body: str) -> None:
    accept("small", problem(body, {"x": np.zeros((0, 3))}))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "text",
    [
        "np.logaddexp(x, y)",
        "np.logaddexp2(x, y)",
        "logsumexp(np.stack([x, y]), axis=0)",
    ],
)
def test_sums_of_logarithms_of_nothing(text: str, dtype: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nfrom scipy.special import logsumexp\n\n\n"
        f'def f(x: "N", y: "N"):\n    return {text}\n'
    )
    module = backgen.generate(path, verify=False).load()
    x = np.array([-np.inf, -np.inf, 0.5], dtype)
    y = np.array([-np.inf, 0.3, -np.inf], dtype)
    _, cache = module.f_forward(x, y)
    dx, dy = module.f_backward(np.ones(3, dtype), cache)
    assert dx.dtype == dy.dtype == dtype
    assert dx.tolist() == [0, 0, 1]
    assert dy.tolist() == [0, 1, 0]


def test_a_running_maximum_takes_the_latest_of_equals() -> None:
    x = np.array([1.0, 1.0, 0.5, 2.0, 2.0])
    weights = "np.array([1.0, 2.0, 4.0, 8.0, 16.0])"
    dx = gradient("kinks", f"np.maximum.accumulate(x) * {weights}", x)
    assert dx.tolist() == [1, 6, 0, 8, 16]


ROOTS = {
    "in one stage": "return np.sum(np.sqrt(np.maximum(v, 0.0) * dt))",
    "as a power": "return np.sum((np.maximum(v, 0) / 2 * dt) ** 0.5)",
    "over two stages": "vp = np.maximum(v, 0)\n    return np.sum(np.sqrt(vp * dt))",
    "in a loop": """s = 0.0
    for x in v:
        xp = max(x, 0.0)
        s += math.sqrt(xp * dt)
    return s""",
}


NORMS = {
    "a norm": "np.linalg.norm(np.maximum(q, 0.0))",
    "of rows": "np.sum(np.linalg.norm(np.maximum(np.stack((q, q)), 0), axis=1)) / 2",
    "a root of a sum": "np.sqrt(np.sum(np.maximum(q, 0.0) ** 2))",
    "a root of a product": "np.sqrt(m @ m)",
    "a root of several": "np.sqrt(np.maximum(q[0], 0) ** 2 + np.sum(m[1:] ** 2))",
    "in two stages": "np.sqrt(square)",
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", NORMS)
def test_norms_of_what_a_choice_has_made_0(name: str, tmp_path: Path) -> None:
    """The distance to a box: 0 inside, whatever the point is."""
    path = tmp_path / "program.py"
    path.write_text(
        'import numpy as np\n\n\ndef f(q: "3"):\n    m = np.maximum(q, 0)\n'
        f"    square = np.sum(m**2)\n    return {NORMS[name]}\n"
    )
    module = backgen.generate(path).load()
    inside = module.f_value_and_grad(np.array([-1.0, -2.0, -0.5]))
    outside = module.f_value_and_grad(np.array([3.0, -2.0, 4.0]))
    assert inside[0] == 0
    assert inside[1].tolist() == [0, 0, 0]
    assert np.allclose(outside[1], [0.6, 0, 0.8])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ROOTS)
def test_roots_of_what_a_choice_has_made_0(name: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import math\nimport numpy as np\n\n\n"
        f'def f(v: "N", dt: float):\n    {ROOTS[name]}\n'
    )
    module = backgen.generate(path, verify=False).load()
    half = 2.0 if "power" in name else 1.0
    _, (dv, ddt) = module.f_value_and_grad(np.array([-1.0, 4.0, -2.0]), 0.25)
    assert np.allclose(dv, [0, 0.125 / half**0.5, 0])
    assert np.allclose(ddt, 2.0 / half**0.5)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_root_is_guarded_by_the_choice_and_not_by_its_value() -> None:
    dt = gradient("kinks", "np.sqrt(np.maximum(np.ones(2), 0) * x)", np.zeros(2))
    assert np.all(np.isinf(dt))
