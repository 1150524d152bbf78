"""Points that conditions single out, and those next to them."""

from __future__ import annotations

from pathlib import Path

import backgen
import pytest
from backgen.verify import verify
from backgen.verify.reports.report import Report

POWER = """import math


def f_forward(x, n):
    y = x**n  # (1)
    return y, (x, n, y)


def f_backward(dy, cache):
    x, n, y = cache
    # (1) y = x**n
    dx = n * x ** (n - 1) * dy if {dx} else {x_zero}
    dn = y * math.log(x) * dy if {dn} else {n_zero}
    return dx, dn
"""


def check_power(
    dx: str = "n != 0",
    x_zero: str = "0.0",
    dn: str = "x != 0",
    n_zero: str = "0.0",
    source: str = "def f(x, n):\n    y = x**n\n    return y\n",
) -> Report:
    text = POWER.format(dx=dx, x_zero=x_zero, dn=dn, n_zero=n_zero)
    return verify(source, "f.py", text)


def test_guards_of_a_power_are_proved() -> None:
    report = check_power()
    assert report.verified
    assert report.functions[0].notes == ()
    assert report.summary().startswith("1 of 1 local gradients and the whole gradient")


@pytest.mark.parametrize(
    "change",
    [
        {"x_zero": "1.0"},
        {"n_zero": "1.0"},
        {"dx": "n != 1"},
        {"dx": "n != 2.5"},
        {"dx": "x != 1"},
        {"dn": "dy != 0"},
        {"dn": "n != 0"},
        {"dn": "x != 2"},
    ],
    ids=str,
)
def test_wrong_guards_are_found(change: dict[str, str]) -> None:
    (finding,) = check_power(**change).findings
    assert finding.stage == 1
    assert finding.point


def test_integer_parameter_is_tried_at_small_integers() -> None:
    source = "def f(x, n: int):\n    y = x**n\n    return y\n"
    text = POWER.replace("return dx, dn", "return dx")
    text = "".join(line for line in text.splitlines(True) if "    dn" not in line)
    right = text.format(dx="n != 0", x_zero="0.0")
    report = verify(source, "f.py", right)
    assert report.verified
    assert report.functions[0].notes == ()
    assert not verify(source, "f.py", right.replace("n != 0", "n != 3")).ok


def test_integers_that_conditions_single_out_are_proved() -> None:
    stage = "x * x if kind == 1 else x if kind == 7 else -x"
    source = f"def f(x, kind: int):\n    y = {stage}\n    return y\n"
    text = (
        f"def f_forward(x, kind):\n    y = {stage}  # (1)\n"
        "    return y, (x, kind)\n\n\n"
        "def f_backward(dy, cache):\n    x, kind = cache\n    # (1)\n"
        "    dx = 2 * x * dy if kind == 1 else dy if kind == 7 else -dy\n"
        "    return dx\n"
    )
    report = verify(source, "f.py", text)
    assert report.summary().startswith("1 of 1 local gradients and")
    assert not verify(
        source, "f.py", text.replace("dy if kind == 7", "dx if kind == 7")
    ).ok


ONE = """import math


def f_forward(x):
    y = {stage}  # (1)
    return y, (x,)


def f_backward(dy, cache):
    (x,) = cache
    # (1) y = {stage}
    dx = {gradient}
    return dx
"""


def check(stage: str, gradient: str) -> Report:
    source = f"import math\n\n\ndef f(x):\n    y = {stage}\n    return y\n"
    return verify(source, "f.py", ONE.format(stage=stage, gradient=gradient))


RIGHT = [
    ("x * x if -1 < x < 1 else x", "2 * x * dy if -1 < x < 1 else dy"),
    ("x * x if 0.999 < x < 1.001 else x", "2 * x * dy if 0.999 < x < 1.001 else dy"),
    ("x * x if x == 0 else x", "2 * x * dy if x == 0 else dy"),
    ("x * x if x < -4 else x", "2 * x * dy if x < -4 else dy"),
    ("x * x if 1 <= 2 else x", "2 * x * dy if 1 <= 2 else dy"),
    ("x * x if math.pi > 3 else x", "2 * x * dy"),
    # at their kinks and poles any side will do, and nothing at all
    ("abs(x)", "dy if x > 0 else -dy if x < 0 else 0.0"),
    ("abs(x)", "dy if x > 0 else -dy"),
    ("max(x, 2)", "dy if x > 2 else 0.0"),
    ("max(x, 2)", "dy if x >= 2 else 0.0"),
    ("math.sqrt(x) if x > -1 else x", "0.5 / math.sqrt(x) * dy if x > -1 else dy"),
    (
        "math.cbrt(x**6) if x < 4 else x",
        "2 * x**5 / math.cbrt(x**6) ** 2 * dy if x < 4 else dy",
    ),
    ("math.floor(x) * x if x > 0 else x", "math.floor(x) * dy if x > 0 else dy"),
    # a condition inside of the same one, and what is left of two strict ones
    (
        "math.exp(x if x > 0 else 2 * x)",
        "math.exp(x if x > 0 else 2 * x) * dy if x > 0 "
        "else 2 * math.exp(x if x > 0 else 2 * x) * dy",
    ),
    (
        "math.log(abs(x)) if abs(x) > 0.1 else x",
        "(1 / x * dy if x > 0 else 1 / x * dy if x < 0 else 0.0) "
        "if abs(x) > 0.1 else dy",
    ),
]


@pytest.mark.parametrize(("stage", "gradient"), RIGHT)
def test_no_false_alarm(stage: str, gradient: str) -> None:
    report = check(stage, gradient)
    assert report.verified, report.to_dict()


WRONG = [
    ("x * x", "2 * x * dy if x != 3 else 0.0"),
    ("x * x", "2 * x * dy if x != -3 else 0.0"),
    ("x * x", "2 * x * dy if x != 0 else 1.0"),
    ("x * x if x == 0.25 else x", "dy"),
    ("x * x if 0.999 < x < 1.001 else x", "dy"),
    ("x * x if x < 100.0 else x", "2 * x * dy"),
    ("x * x if x < -4 else x", "dy"),
    ("x * x if x > 0 else x", "2 * x * dy if x > 0 else dy if x < 0 else 0.0"),
]


@pytest.mark.parametrize(("stage", "gradient"), WRONG)
def test_side_that_random_points_miss_is_found(stage: str, gradient: str) -> None:
    report = check(stage, gradient)
    assert [finding.stage for finding in report.findings] == [1]


def test_side_that_cannot_be_reached_is_unverified() -> None:
    report = check("x if x * x > -1 else -x", "dy if x * x > -1 else -dy")
    assert report.ok
    assert not report.verified


DOUBTFUL = [
    ("x * x", "2 * x * dy if dy < 1e9 else 0.0", "depends on a gradient"),
    ("x * x", "2 * x * dy if x * x > -1 else 0.0", "never false"),
]


@pytest.mark.parametrize(("stage", "gradient", "message"), DOUBTFUL)
def test_conditions_of_the_block_are_not_trusted(
    stage: str, gradient: str, message: str
) -> None:
    report = check(stage, gradient)
    assert report.ok
    assert not report.verified
    assert message in report.functions[0].stages[0].message


@pytest.mark.parametrize("gradient", ["2 * x * abs(dy)", "2 * x * max(dy, 0)"])
def test_block_that_is_not_linear_is_wrong(gradient: str) -> None:
    assert [finding.stage for finding in check("x * x", gradient).findings] == [1]


def test_tiny_terms_are_seen() -> None:
    assert not check("x * x", "2 * x * dy + 1e-60").ok


STAGE = "    y = x * x  # (1)\n"
FORWARD = ONE.format(stage="x * x", gradient="2 * x * dy")
SOURCE = "def f(x):\n    y = x * x\n    return y\n"


@pytest.mark.parametrize(
    "line",
    [
        "    y = x * x if x * x < 1e9 else 0.0  # (1)\n",
        "    assert x > -1e9\n    y = x * x  # (1)\n",
        "    t = x if x > -1e9 else 0.0\n    y = t * x  # (1)\n",
    ],
)
def test_conditions_of_the_forward_pass_are_not_trusted(line: str) -> None:
    assert verify(SOURCE, "f.py", FORWARD).verified
    assert not verify(SOURCE, "f.py", FORWARD.replace(STAGE, line)).verified


def test_conditions_of_the_original_may_stand_in_helper_lines() -> None:
    source = (
        "import math\n\n\ndef f(x):\n    assert x < 1e9\n"
        "    y = math.exp(2 * x if x < 1e9 else -1) if x > -1e9 else 0\n    return y\n"
    )
    text = """import math


def f_forward(x):
    assert x < 1e9
    t = 2 * x if x < 1e9 else -1
    y = math.exp(t) if x > -1e9 else 0  # (1)
    return y, (x, t)


def f_backward(dy, cache):
    x, t = cache
    # (1) y = ...
    dx = (2 * math.exp(t) * dy if x < 1e9 else 0.0) if x > -1e9 else 0.0
    return dx
"""
    flow = verify(source, "f.py", text)
    assert "in what is written" not in flow.functions[0].stages[0].message
    other = verify(
        source, "f.py", text.replace("t = 2 * x if x < 1e9", "t = 2 * x if x < 1e8")
    )
    assert "in what is written" in other.functions[0].stages[0].message


def test_equal_arguments_are_tried() -> None:
    source = "def f(x, y):\n    z = x * y\n    return z\n"
    text = """def f_forward(x, y):
    z = x * y  # (1)
    return z, (x, y)


def f_backward(dz, cache):
    x, y = cache
    # (1) z = x * y
    dx = y * dz{guard}
    dy = x * dz
    return dx, dy
"""
    assert verify(source, "f.py", text.format(guard="")).verified
    wrong = text.format(guard=" if x != y else 0.0")
    assert not verify(source, "f.py", wrong).ok


# -- guessed structures, and points where there is nothing to compare

THOMAS = """
import numpy as np


def f(a, b, c, d):
    n = len(d)
    e = np.zeros(n)
    g = np.zeros(n)
    e[0] = c[0] / b[0]
    g[0] = d[0] / b[0]
    for i in range(1, n):
        e[i] = c[i] / (b[i] - a[i] * e[i - 1])
        g[i] = (d[i] - a[i] * g[i - 1]) / (b[i] - a[i] * e[i - 1])
    return g
"""
GRAM_SCHMIDT = """
import numpy as np


def f(A: "M, N"):
    m, n = A.shape
    Q = np.zeros((m, n))
    for i in range(n):
        v = A[:, i].copy()
        for j in range(i):
            v -= (Q[:, j] @ A[:, i]) * Q[:, j]
        Q[:, i] = v / np.linalg.norm(v)
    return Q
"""
LISTS = """
import math


def f(s, v, zs, ws):
    for z, w in zip(zs, ws):
        s = s * math.exp(v * z) if z > 0 else s + w
    return s
"""
WEIGHTED = """
def f(cs, ts, y):
    price = 0.0
    total = 0.0
    for c, t in zip(cs, ts):
        price += c * (1 + y * t)
        total += t * c
    if price == 0:
        return 0.0
    return total / price
"""


@pytest.mark.parametrize("source", [THOMAS, GRAM_SCHMIDT, LISTS, WEIGHTED])
def test_no_alarm_where_shapes_or_points_do_not_fit(
    source: str, tmp_path: Path
) -> None:
    """More columns than rows leave nothing of the last one; lists are no matrices."""
    path = tmp_path / "f.py"
    path.write_text(source)
    report = backgen.verify(path)
    assert not report.findings, report.findings
    assert "unverified: " not in report.summary()
