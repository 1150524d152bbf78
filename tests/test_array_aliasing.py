"""Views, aliases and writes in place: nothing is changed that is still needed."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from array_case import Case, cases, table, values
from array_checks import accept, differentiated, problem
from array_oracles import load
from array_trees import copied
from backgen.module import build
from backgen.pipeline import Options

# -- arguments and upstream gradients that are views

VIEWED = (
    "x * y",
    "x @ y.T",
    "x + y.sum(axis=0)",
    "x.T",
    "x[::-1]",
    "x[1:, ::2] * 2",
    "x.reshape(-1)",
    "x.ravel() * y.ravel()",
    "x[:, None] + y",
    "np.concatenate([x, y], axis=1)",
    "np.maximum(x, y)",
    "x + x * 2 + y",
    "np.cumsum(x, axis=0)",
    "x[[0, 0, 1]]",
)


def matrices(body: str) -> tuple[np.ndarray, ...]:
    """Sample values for x, and for y where it is read."""
    both = (values("", (2, 3), "x"), values("", (2, 3), "y"))
    return both if "y" in body else both[:1]


def views(dy: np.ndarray) -> list[np.ndarray]:
    """The same upstream gradient in other layouts; the last cannot be written to."""
    every_other = tuple(slice(None, None, 2) for _ in dy.shape)
    spread = np.full(tuple(2 * n for n in dy.shape), np.nan)
    spread[every_other] = dy
    fixed = dy.copy()
    fixed.flags.writeable = False
    reversed_twice = dy[::-1].copy()[::-1]
    in_columns = np.asfortranarray(dy)
    return [dy.T.copy().T, in_columns, reversed_twice, spread[every_other], fixed]


def upstream(value: Any) -> np.ndarray:
    return np.random.default_rng(3).uniform(0.5, 1.5, np.shape(value))


@pytest.mark.parametrize("body", VIEWED)
def test_views_as_upstream_gradient(body: str) -> None:
    value, pullback = differentiated("views", body, *matrices(body))
    dy = upstream(value)
    right = copied(pullback(dy.copy()))
    for view in views(dy):
        found = pullback(view)
        assert np.array_equal(view, dy)
        for got, want in zip(found, right, strict=True):
            assert got.shape == want.shape
            # matrix products may add in another order
            assert np.allclose(got, want, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("body", VIEWED)
def test_a_constant_upstream_gradient_of_no_size(body: str) -> None:
    """`np.broadcast_to` gives arrays whose elements all share one place."""
    value, pullback = differentiated("views", body, *matrices(body))
    right = copied(pullback(np.full(np.shape(value), 1.5)))
    found = pullback(np.broadcast_to(1.5, np.shape(value)))
    for got, want in zip(found, right, strict=True):
        # matrix products may add in another order
        assert np.allclose(got, want, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("body", VIEWED)
def test_views_as_arguments(body: str) -> None:
    names = "xy"[: len(matrices(body))]
    layouts = (
        [np.asfortranarray(m) for m in matrices(body)],
        [m[::-1] for m in matrices(body)],
        [np.repeat(m, 2, axis=1)[:, ::2] for m in matrices(body)],
    )
    accept(
        "views",
        *(problem(body, dict(zip(names, given, strict=True))) for given in layouts),
    )


def test_one_array_as_two_arguments() -> None:
    x = values("", (2, 3), "x")
    accept("views", problem("x * y + x", {"x": x, "y": x}))
    accept("views", problem("x @ y", {"x": x, "y": x.T}))


# -- aliases and accumulation

ALIASES = table(
    """
aliases: x[2,3] y[2,3]
    v = x; v = v + 1; v * x
    v = x; z = v; w = z + v; w * z
    z = x + y; w = z * x; w + z
    z = x + y; return z, z * 2, x
    a = x; b = x; a + b
    a = x + y; b = x - y; a * b + a
    x + x * 2
    x + x + x
    return x, x
    return x, y, x + y
    z = x + y; z + z[0]
    z = x.T; w = z.T; w * x + w
    z = x.reshape(-1); w = z + 1; w.reshape(2, 3) + x
    z = x[0]; x + z
    a = b = x * 2; a * b + b
    a, b = x, y; a, b = b, a; a - 2 * b * a
    x = x + y; x = x * y; x + y
    z = -x; w = z; w = w + z; w + z + x
    z = x; z = z + y; z = z + x; z
    z = x + 0 * y; z + y
    z = np.transpose(x); (z + 1).T + x + z.T
    z = x - y; w = z - y; v = w - y; v + w + z
    z = x + y; a = z + x; b = z + y; a * 1 + b
    z = x.sum(axis=0); z + x + z
    z = np.broadcast_to(x[0], (2, 3)); z + x + z
"""
)
IN_PLACE = table(
    """
in place: x[2,3]
    v = x; v += 1; v * x
    v = x * 2; v += x; v * v
    v = x + 1; v *= x; v + x
    v = x.copy(); v -= x * x; v * x
    v = x * 1; z = v; z += 1; v * z
    v = x * 1; z = v[0]; z += 1; v * z
    v = x.T; v += 1; v * x.T
    v = x.reshape(-1); v *= 2; v * x.reshape(-1)
    v = x * 1; v[0] = 0; v * x
    v = x * 1; v[0] += x[1]; v * x
    v = x * 2; z = v * x; v += 1; z + v
    v = x * 2; z = np.exp(v); z *= v; z + v
    v = np.zeros((2, 3)); v[:] = x; v * v
    v = np.zeros_like(x); np.add(x, x, out=v); v * v
    v = x * 1; v.sort(); v * x
    v = x * 1; v.fill(2.0); v * x
    x += 1; x * x
    x[0] = 1; x * x
"""
)


def shown(case: Case) -> str:
    return "; ".join(case.body.split("\n"))


@pytest.mark.parametrize("case", list(cases("test", ALIASES)), ids=shown)
def test_aliases(case: Case) -> None:
    accept("aliases", case.problem, case.problem.in_single_precision())


@pytest.mark.parametrize("case", list(cases("test", IN_PLACE)), ids=shown)
def test_writes_in_place_are_right_or_refused(case: Case) -> None:
    accept("in place", case.problem)


# -- what comes back belongs to the caller

RETURNED = ("x + y", "x * y", "x + x", "x - y + x", "x.T", "x[0] + y")


@pytest.mark.parametrize("body", RETURNED)
def test_a_gradient_that_is_changed_spoils_no_later_one(body: str) -> None:
    value, pullback = differentiated("views", body, *copied(matrices(body)))
    right = copied(pullback(upstream(value)))
    for gradient in pullback(upstream(value)):
        gradient[...] = np.nan
    for got, want in zip(pullback(upstream(value)), right, strict=True):
        assert np.array_equal(got, want)


# what has one number as its upstream gradient, 1 where both passes are in one function
CONTRACTED = (
    "np.einsum('ij,ij', x, y)",
    "np.tensordot(x, y)",
    "np.vdot(x, y)",
    "np.vecdot(x[0], y[0])",
    "np.inner(x[0], y[0])",
    "np.dot(x[0], y[0])",
)


@pytest.mark.parametrize(
    "body", [*(f"np.sum({body})" for body in RETURNED), *CONTRACTED]
)
def test_a_gradient_is_not_an_argument(body: str) -> None:
    """`w -= rate * dw` must not change another gradient."""
    given = matrices(body)
    differentiated("views", body, *given)  # skips if it is refused
    names = tuple("xy"[: len(given)])
    text = Case("test", "test", body, dict(zip(names, given, strict=True))).text
    _, found = backgen.value_and_grad(load(text), wrt=names, verify=False)(*given)
    for gradient in found:
        assert not any(np.shares_memory(gradient, argument) for argument in given)


@pytest.mark.parametrize("body", CONTRACTED)
def test_a_gradient_beside_integers_is_of_floats(body: str) -> None:
    x, y = matrices(body)
    given = (x, np.arange(y.size).reshape(y.shape))
    text = Case("test", "test", body, {"x": x, "y": y}).text
    _, found = backgen.value_and_grad(load(text), wrt="x")(*given)
    assert found.dtype == x.dtype
    assert not np.shares_memory(found, given[1])


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("z = x * x; z[:-1] = z[:-1] + z[1:]; out = z", "dz[1:] = dz[1:] + dz[:-1]"),
        ("z = x * x; z[1:] += 2 * z[:-1]; out = z", "dz[:-1] += 2 * dz[1:]"),
        ("z = x * x; w = z + z[::-1]; out = w * w", "dz = dz + dw[::-1]"),
    ],
)
def test_memory_is_not_read_in_another_order_while_it_is_added_to(
    body: str, line: str
) -> None:
    """NumPy would look out for that, what is compiled need not."""
    lines = "\n    ".join(["import numpy as np", *body.split("; "), "return out"])
    text = lines.replace("\n", '\n\n\ndef f(x: "N"):\n', 1)
    assert f"    {line}\n" in build(text, "memory.py", Options(), verify=False).source


def test_a_number_that_is_an_array_stays_as_it_was() -> None:
    """The derivative of a gamma function counts its argument up."""
    text = "import math\n\n\ndef f(x):\n    return math.lgamma(x)\n"
    module = ModuleType("gamma")
    exec(build(text, "gamma.py", Options(), verify=False).source, vars(module))
    x = np.array(2.5)
    _, cache = module.f_forward(x)
    assert np.isclose(module.f_backward(1.0, cache), 0.7031566406452432)
    assert x == 2.5
