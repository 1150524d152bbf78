"""Verification of programs that run long: many trips, many stages."""

from __future__ import annotations

import time

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.reports.report import Report, Status

SCALAR = """
import math


def f(x, v, k=0.3):
    for i in range({trips}):
        a = -k * x - 0.05 * v
        v = v + 0.001 * a
        x = x + 0.001 * v
    return x * x + math.sin(v)
"""

ARRAYS = """
import numpy as np


def f(h: "3", W: "3, 3", b: "3"):
    for i in range({trips}):
        h = np.tanh(W @ h + b)
    return np.sum(h)
"""

# fractions get twice the digits in each trip
SQUARES = """
def f(r):
    x = 0.3
    for i in range({trips}):
        x = r * x * (1 - x)
    return x
"""


def module_of(source: str) -> str:
    return pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)


def timed(
    source: str, module: str, levels: tuple[int, ...] = (1, 2, 3)
) -> tuple[Report, float]:
    """The report, and how many seconds of the processor it took."""
    start = time.process_time()
    report = verify(source, "f.py", module, levels=levels)
    return report, time.process_time() - start


@pytest.mark.parametrize("program", [SCALAR, ARRAYS, SQUARES])
def test_level_4_gives_up_where_expressions_grow(program: str) -> None:
    # it took minutes, or for ever
    source = program.format(trips=300)
    report, seconds = timed(source, module_of(source), (1, 2, 3, 4))
    assert seconds < 20
    assert report.verified, report.to_dict()
    (function,) = report.functions
    assert function.symbolic is Status.SKIPPED


@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [
        (SCALAR, "dv += 0.001 * dx", "dv += 0.0010000001 * dx"),
        (ARRAYS, "db += dh_raw", "db = dh_raw"),
    ],
)
def test_a_wrong_line_in_a_long_loop_is_found(
    program: str, right: str, wrong: str
) -> None:
    source = program.format(trips=1_000)
    module = module_of(source)
    assert right in module
    report, _ = timed(source, module.replace(right, wrong))
    assert not report.ok


@pytest.mark.slow
@pytest.mark.parametrize("program", [SCALAR, ARRAYS])
def test_ten_thousand_trips(program: str) -> None:
    source = program.format(trips=10_000)
    report, seconds = timed(source, module_of(source))
    (function,) = report.functions
    assert {stage.status for stage in function.stages} == {Status.PROVED}
    assert seconds < 10


@pytest.mark.slow
def test_ten_thousand_stages() -> None:
    lines = ["import math", "", "", "def f(x, y):", "    a0 = x * y", "    b0 = x + y"]
    for i in range(1, 5_000):
        lines.append(f"    a{i} = a{i - 1} * 0.999 + math.sin(b{i - 1})")
        lines.append(f"    b{i} = b{i - 1} + 0.001 * a{i} * x")
    source = "\n".join([*lines, "    return a4999 * b4999", ""])
    report, seconds = timed(source, module_of(source))
    assert report.verified
    assert seconds < 10
