"""Bugs that show in a later trip of a loop, or for a negative integer."""

from __future__ import annotations

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.reports.report import Report, Status

RING = """
import numpy as np


def ring(x: "N", a: float):
    buf = np.zeros(3)
    s = 0.0
    for i in range(x.shape[0]):
        buf[i % 3] = buf[(i + 1) % 3] * a + x[i] ** 2
        s += buf[0] * buf[i % 3]
    return s
"""
NAMED_RING = RING.replace("import numpy as np\n", "import numpy as np\n\nK = 4\n")
NAMED_RING = NAMED_RING.replace("zeros(3)", "zeros(K)").replace("% 3", "% K")
RING_OF_A_LIST = """
def ring(x: float, a: float, n: int):
    buf = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    s = 0.0
    for i in range(n):
        buf[i % 6] = buf[(i + 1) % 6] * a + x**2
        s += buf[0] * buf[i % 6]
    return s
"""
KERNEL = """
import numpy as np


def conv(x: "N", k: "K"):
    n = x.shape[0] - k.shape[0] + 1
    out = np.zeros(n)
    for i in range(n):
        for j in range(k.shape[0]):
            out[i] += x[i + j] * k[j]
    return out
"""
TRIANGLE = """
def solve(L: "N, N", b: "N"):
    y = b.copy()
    for i in range(b.shape[0]):
        for j in range(i):
            y[i] -= L[i, j] * y[j]
    return (y * y).sum()
"""
ROLLED = """
import numpy as np


def rolled(x: "N", w: "N", k: int):
    return np.sum(np.roll(x, k) * w**2) * float(k)
"""
POWER = """
def power(x: float, y: float, k: int):
    return x**k * y
"""
SECOND = """
import numpy as np


def second(x: "N", w: "N", n: int, k: int):
    s = 0.0
    for i in range(n):
        s += np.sum(np.roll(x, k) * w**2)
    return s
"""
PLANTED = {
    "ring": (RING, "dbuf[i % 3] = 0.0", "pass", 3),
    "ring, its length named": (NAMED_RING, "dbuf[i % K] = 0.0", "pass", 3),
    "ring of a list": (RING_OF_A_LIST, "dbuf[i % 6] = 0.0", "pass", 3),
    "third trip of the inner loop": (
        KERNEL,
        "dk[j] += x[i + j] * dout_raw",
        "dk[j] += x[i + j] * dout_raw * (j != 2)",
        3,
    ),
    "third trip of a triangle": (
        TRIANGLE,
        "dL[i, j] += y[j] * dy_raw",
        "dL[i, j] += y[j] * dy_raw * (j != 2)",
        2,
    ),
    "rolled back": (ROLLED, ", -k)", ", -k if k > 0 else k)", 1),
    "negative exponent": (POWER, "y * k * x **", "y * abs(k) * x **", 1),
    "second integer": (SECOND, ", -k)", ", -k if k > 0 else k)", 2),
}


def judged(source: str, right: str = "", wrong: str = "") -> Report:
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    assert not right or right in module, module
    return verify(source, "f.py", module.replace(right, wrong), levels=(1, 2, 3))


@pytest.mark.parametrize("name", PLANTED)
def test_bug_is_found_in_its_stage(name: str) -> None:
    source, right, wrong, stage = PLANTED[name]
    (function,) = judged(source, right, wrong).functions
    assert [finding.stage for finding in function.findings] == [stage], function


@pytest.mark.parametrize("name", PLANTED)
def test_module_as_it_stands_is_right(name: str) -> None:
    (function,) = judged(PLANTED[name][0]).functions
    assert not function.findings
    assert function.modular is Status.MODULAR, function
