"""Powers whose base is not positive: the base has its gradient, the exponent none."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import backgen
import numpy as np
import pytest


def power(x: float, n: float) -> float:
    return x**n + n * x


def scaled(x: float, n: float) -> float:
    return math.pow(x - 1.0, n) * n


def of_arrays(x: np.ndarray, n: np.ndarray) -> np.ndarray:
    return x**n + n * x


@pytest.mark.parametrize(
    ("function", "x", "n", "due"),
    [
        (power, -2.0, 3, (15.0, -2.0)),
        (power, 0.0, 3, (3.0, 0.0)),
        (power, 2.0, 3, (15.0, 8 * math.log(2.0) + 2.0)),
        (scaled, -1.0, 2, (-8.0, 4.0)),
    ],
)
def test_the_exponent_of_what_is_not_positive_has_no_gradient(
    function: Callable[[float, float], float],
    x: float,
    n: float,
    due: tuple[float, float],
) -> None:
    assert backgen.grad(function)(x, n) == pytest.approx(due)


def test_the_exponents_of_arrays() -> None:
    x, n = np.array([-2.0, 0.0, 2.0]), np.array([3.0, 3.0, 3.0])
    _, pullback = backgen.vjp(of_arrays)(x, n)
    dx, dn = pullback(np.ones(3))
    np.testing.assert_allclose(dx, [15.0, 3.0, 15.0])
    np.testing.assert_allclose(dn, [-2.0, 0.0, 8 * np.log(2.0) + 2.0])


def test_powers_are_proved(tmp_path: Path) -> None:
    path = tmp_path / "powers.py"
    path.write_text("def f(x, y, n):\n    z = x - y\n    return z**n * x\n")
    report = backgen.generate(path).report
    assert [stage.status.value for stage in report.functions[0].stages] == [
        "proved"
    ] * 2
