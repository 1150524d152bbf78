"""Stages that one way of a branch reads are differentiated on that way only."""

from __future__ import annotations

import warnings
from types import ModuleType

import backgen
import numpy as np
import pytest

ROTATION = """
import numpy as np


def rotate(r: "3", x: "3"):
    theta = np.sqrt(np.sum(r**2))
    if theta == 0:
        y = x + np.cross(r, x)
    else:
        axis = r / theta
        along = np.dot(axis, x) * (1 - np.cos(theta))
        y = np.cos(theta) * x + np.sin(theta) * np.cross(axis, x) + along * axis
    return y
"""

CHAIN = """
import math


def f(x: float, y: float):
    a = math.sqrt(x)
    b = math.log(a)
    if x > 0:
        if y > 0:
            s = b * y
        else:
            s = y * y
    else:
        s = 3 * y
    return s
"""

LOOP = """
import math


def f(x: float, n: int):
    s = 0.0
    for k in range(n):
        root = math.sqrt(x * k)
        if k > 0:
            s += root
        else:
            s += x
    return s
"""


def module(text: str, tmp_path) -> ModuleType:
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    return backgen.generate(path).load()


def test_no_rotation(tmp_path) -> None:
    """The root has no derivative at 0, and none is asked for there."""
    written = module(ROTATION, tmp_path)
    x, dy = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, cache = written.rotate_forward(np.zeros(3), x)
        dr, dx = written.rotate_backward(dy, cache)
    assert np.array_equal(dr, np.cross(x, dy))
    assert np.array_equal(dx, dy)


def test_near_no_rotation(tmp_path) -> None:
    written = module(ROTATION, tmp_path)
    x, dy = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 2.0])
    _, cache = written.rotate_forward(np.array([0.0, 1e-6, 0.0]), x)
    dr, _ = written.rotate_backward(dy, cache)
    assert dr == pytest.approx(np.cross(x, dy), abs=1e-4)


@pytest.mark.parametrize(
    ("x", "y", "gradients"),
    [
        (0.25, 2.0, (2 * 0.5 / 0.25, np.log(0.5))),
        (0.25, -2.0, (0.0, -4.0)),
    ],
)
def test_chains(x: float, y: float, gradients: tuple[float, float], tmp_path) -> None:
    written = module(CHAIN, tmp_path)
    assert written.f_value_and_grad(x, y)[1] == pytest.approx(gradients)


def test_one_way_only_is_written(tmp_path) -> None:
    """Nothing is set to 0 for the ways that do not read it."""
    path = tmp_path / "program.py"
    path.write_text(CHAIN, encoding="utf-8")
    backward = backgen.generate(path).source.split("def f_backward")[1]
    assert "da = 0" not in backward
    assert "db = 0" not in backward
    inner = backward[backward.index("if y > 0:") : backward.index("else:")]
    assert "(2) b = math.log(a)" in inner
    assert "(1) a = math.sqrt(x)" in inner


def test_in_a_loop(tmp_path) -> None:
    written = module(LOOP, tmp_path)
    value, dx = written.f_value_and_grad(0.25, 4)
    roots = [np.sqrt(0.25 * k) for k in range(4)]
    assert value == pytest.approx(sum(roots) + 0.25)
    assert dx == pytest.approx(1 + sum(k / (2 * np.sqrt(0.25 * k)) for k in (1, 2, 3)))
