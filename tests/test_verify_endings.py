"""Programs that end for some values of their parameters only are verified at these."""

from __future__ import annotations

from pathlib import Path

import backgen
import pytest

CASES = {
    "a function that calls itself": """
def f(x, n):
    if n == 0:
        return 1.0
    return x * f(x, n - 1) + x
""",
    "two that call each other": """
def even(x, count):
    return x if count == 0 else 0.9 * odd(x * x, count - 1)


def odd(x, count):
    return x + 1 if count == 0 else 1.1 * even(x + 0.1, count - 1)


def f(x, n):
    return even(x, n)
""",
    "the norm of what may be a number": """
import numpy as np


def f(v, w, k):
    n = v / np.linalg.norm(v)
    return k * max(np.dot(n, w), 0.0)
""",
}


@pytest.mark.parametrize("name", CASES)
def test_they_are_verified(name: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(CASES[name], encoding="utf-8")
    report = backgen.generate(path, functions=("f",)).report
    assert report is not None
    assert report.verified
    assert "unverified" not in report.summary()
