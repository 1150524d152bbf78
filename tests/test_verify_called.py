"""Helpers, of which nothing is stated, are looked at as the file calls them."""

from __future__ import annotations

from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.reports.report import Report, Status

PATCHES = """
import numpy as np


def patches(x, size):
    n, c, h, w = x.shape
    cols = np.zeros((n, c, size, size, h - size + 1, w - size + 1))
    for i in range(size):
        for j in range(size):
            cols[:, :, i, j] = x[:, :, i : i + h - size + 1, j : j + w - size + 1]
    return cols**2


def net(x: "N, 1, 4, 4", k: "F, 2, 2"):
    cols = patches(x, 2)
    out = np.sum(cols[:, 0, None] * k[:, :, :, None, None])
    return out
"""
FACTOR = """
import numpy as np


def whiten(S, x):
    d = np.linalg.cholesky(S)
    return np.linalg.solve(d, x)


def inner(A, x, eps):
    return whiten(A @ A.T + eps * np.eye(A.shape[0]), x)


def loss(A: "N, N", x: "N, M"):
    return np.sum(inner(A, x, 0.5) ** 2)
"""


def report_on(source: str, right: str = "", wrong: str = "") -> Report:
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    assert not right or right in module, module
    return verify(source, "f.py", module.replace(right, wrong), levels=(1, 2, 3))


def test_shapes_and_integers_are_those_of_the_call() -> None:
    report = report_on(PATCHES)
    found = {f.name: f.modular for f in report.functions}
    assert found == dict.fromkeys(("net", "patches"), Status.MODULAR), report.functions


def test_what_is_wrong_in_a_helper_is_found_in_it() -> None:
    report = report_on(PATCHES, "2 * cols * dout", "3 * cols * dout")
    (wrong,) = (f for f in report.functions if f.findings)
    assert (wrong.name, wrong.findings[0].stage) == ("patches", 4)


def test_values_are_looked_for_near_those_of_the_call() -> None:
    """The argument of `cholesky` has to be positive definite."""
    report = report_on(FACTOR)
    assert not report.findings
    assert all(f.modular is Status.MODULAR for f in report.functions), report.functions


RECURSIVE = """
def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def loss(x: float, y: float):
    return power(x, 4) + y * power(y, 2)
"""


def test_a_function_is_looked_at_where_its_recursion_ends() -> None:
    report = report_on(RECURSIVE)
    assert report.verified, report.functions
