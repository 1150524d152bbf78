"""Rare sides of branches are searched for, and found where they can be."""

from __future__ import annotations

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.reports.report import FunctionReport, Status

# a condition on x, y and the integer n, or the sum s of a loop
RARE = [
    "x > 1e3",
    "x * y - 3 < -40",
    "abs(x - 2.5) < 0.01",
    "x * x + y * y > 1e6",
    "not (x + y > -700)",
    "n == 7",
    "n % 11 == 10",
    "n > 12 and y > 30",
    "x > 90 or y > 90",
    "4.2 < x < 4.201",
    "x == 0.3",
    "x == 4 * y",
    "s > 3e4",
    "s < -3e4 and n == 2",
]
ARRAYS = [
    "np.max(np.abs(x)) > 50.0",
    "np.all(x > 20)",
    "(x < -30).any()",
    "np.sum(x) > 333",
    "np.mean(x) * y > 1e4",
]


def numbers(condition: str) -> str:
    return f"""
def f(x, y, n: int):
    s = x
    for i in range(3):
        s = s * 2 + y
    z = s * x
    if {condition}:
        z = z * y * 3
    return z
"""


def arrays(condition: str) -> str:
    return f"""
import numpy as np


def f(x: "N", y):
    z = np.sum(x * x) * y
    if {condition}:
        z = z * y
    return z
"""


def report_on(source: str) -> FunctionReport:
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    (function,) = verify(source, "f.py", module, levels=(1, 2, 3)).functions
    return function


@pytest.mark.parametrize(
    "source", [*map(numbers, RARE), *map(arrays, ARRAYS)], ids=[*RARE, *ARRAYS]
)
def test_both_sides_are_reached(source: str) -> None:
    function = report_on(source)
    assert not function.unreached, function.unreached


def test_branches_behind_branches_are_reached() -> None:
    source = """
def f(x, y):
    z = x * y
    if x > 300:
        if y < -2000:
            z = z * 2
            if x + y > 5000:
                z = z * x
    return z
"""
    assert not report_on(source).unreached


def test_a_side_that_no_point_can_reach_is_unverified() -> None:
    source = """
def f(x):
    if x * x < -1:
        return x
    return 2 * x
"""
    function = report_on(source)
    assert function.unreached == ("`x * x < -1` in line 3 was never true: unverified",)


def test_wrong_only_on_a_rare_side_is_found() -> None:
    source = numbers("abs(x - 2.5) < 0.01")
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    wrong = module.replace("3 * y * dz", "4 * y * dz")
    assert wrong != module, module
    assert not verify(source, "f.py", wrong, levels=(1, 2, 3)).ok


def test_the_search_is_deterministic() -> None:
    source = numbers("x * y - 3 < -40")
    assert report_on(source) == report_on(source)


def test_a_run_at_a_kink_is_not_the_only_one() -> None:
    # the values that are drawn first give a row in which all of `h` is 0
    source = """
import numpy as np

x = np.random.randn(8, 3)
W1 = np.random.randn(3, 4)
W2 = np.random.randn(4, 2)
t = np.array([0, 1, 1, 0, 1, 0, 0, 1])
h = np.maximum(0, x @ W1)
s = h @ W2
s = s - np.max(s, axis=1, keepdims=True)
p = np.exp(s) / np.sum(np.exp(s), axis=1, keepdims=True)
loss = -np.mean(np.log(p[np.arange(8), t]))
"""
    function = report_on(source)
    assert {stage.status for stage in function.stages} == {Status.PROVED}


def test_numbers_that_are_compared_are_no_lists() -> None:
    # `S` and `K` as arrays gave another gradient for `r`
    source = """
import math


def f(S, K, r, T):
    if T <= 0:
        return max(S - K, 0.0)
    d = math.log(S / K) + r * T
    return S * math.erf(d) - K * math.exp(-r * T)
"""
    function = report_on(source)
    assert not function.findings
    assert {stage.status for stage in function.stages} == {Status.PROVED}


def test_gradients_are_shown_as_what_a_stage_contributes() -> None:
    source = """
import numpy as np


def f(x: "N", w: "N"):
    y = x * w
    z = y + x
    return np.sum(z * w)
"""
    shown = [stage.gradients for stage in report_on(source).stages]
    assert shown == [
        ("dx, first element: dy[0]*w[0]", "dw, first element: dy[0]*x[0]"),
        ("dy, first element: dz[0]", "dx, first element: dz[0]"),
        ("dz, first element: dout*w[0]", "dw, first element: dout*z[0]"),
    ]
