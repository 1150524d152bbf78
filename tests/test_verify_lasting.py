"""What outlives a call: caches give the same memory again, and a file's own stays."""

from __future__ import annotations

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.reports.report import Report, Status

CACHES = ("@functools.cache\n", "@functools.lru_cache(maxsize=None)\n")
OF_ARRAYS = """
import functools

import numpy as np


@CACHE
def base(n):
    return np.zeros(n)


def loss(x: "3"):
    a = base(3)
    a[0] = x[0] * x[1]
    b = base(3)
    return b[0] + np.sum(b * x)
"""
OF_LISTS = """
import functools


@CACHE
def base(n):
    return [0.0] * n


def loss(x: float, y: float):
    a = base(3)
    a[0] += x * y
    b = base(3)
    b[0] += x
    return b[0] * y + a[1]
"""
WRITTEN_ONCE = """
import functools

import numpy as np


@CACHE
def base(n):
    return np.zeros(n)


def loss(x: "3"):
    a = base(3)
    a += x
    return np.sum(a**2)
"""
INSIDE = """
import functools

import numpy as np


def loss(x: "3"):
    y = x * 1.0

    @CACHE
    def g(n):
        return y[0] if n == 0 else g(n - 1) * y[n]

    first = g(2)
    y[1] = y[1] * 5.0
    return first + g(2)
"""
OF_NUMBERS = """
import functools
import math


@CACHE
def area(x, y):
    return math.sin(x) * y


def loss(x: float, y: float):
    return area(x, y) + area(y, x) * area(x, y)
"""
READ_ONLY = """
import functools

import numpy as np


@CACHE
def weights(n):
    return np.arange(n) + 0.5


def loss(x: "3"):
    a = weights(3) * x
    a[0] = a[0] * weights(3)[1]
    return np.sum(a * x)
"""
CONSTANT = """
import numpy as np

TABLE = np.zeros(3)


def loss(x: "3"):
    a = TABLE
    a += x
    return np.sum(a**2)
"""
NO_CONSTANT = """
import numpy as np


def loss(x: "3"):
    a = np.zeros(3)
    a += x
    return np.sum(a**2)
"""
DEFAULT = """
def added(x, seen=[0.0]):
    seen[0] = seen[0] + x
    return seen[0] * x


def loss(x: float, y: float):
    return added(x) + added(y)
"""
NO_DEFAULT = """
def added(x, seen):
    seen[0] = seen[0] + x
    return seen[0] * x


def loss(x: float, y: float):
    return added(x, [0.0]) + added(y, [0.0])
"""


def judged(source: str, other: str) -> Report:
    """Of a source, the module that is written for another one."""
    module = pipeline.from_text(other, "f.py", Options(functions=("loss",)))
    return verify(source, "f.py", module.text(stamp.UNCHECKED), levels=(1, 2, 3))


def with_cache(source: str, mark: str) -> Report:
    cached = source.replace("@CACHE\n", mark)
    return judged(cached, source.replace("    @CACHE\n", "").replace("@CACHE\n", ""))


@pytest.mark.parametrize("mark", CACHES)
@pytest.mark.parametrize("source", [OF_ARRAYS, OF_LISTS, WRITTEN_ONCE, INSIDE])
def test_a_cache_gives_the_same_memory_again(source: str, mark: str) -> None:
    report = with_cache(source, mark)
    assert not report.ok
    assert [f.form for f in report.functions] == [Status.WRONG], report.functions


@pytest.mark.parametrize("mark", CACHES)
@pytest.mark.parametrize("source", [OF_NUMBERS, READ_ONLY])
def test_what_a_cache_keeps_may_be_read(source: str, mark: str) -> None:
    report = with_cache(source, mark)
    assert report.ok, report.functions


def test_what_a_cache_keeps_is_named() -> None:
    (function,) = with_cache(WRITTEN_ONCE, CACHES[0]).functions
    found = [finding.message for finding in function.findings]
    assert found == ["the original changes what `base` keeps in its cache"]


def test_a_constant_of_the_file_stays() -> None:
    (function,) = judged(CONSTANT, NO_CONSTANT).functions
    found = [finding.message for finding in function.findings]
    assert found == ["the original changes `TABLE`, which the file binds"]


def test_a_default_is_one_value_for_all_calls() -> None:
    (function,) = judged(DEFAULT, NO_DEFAULT).functions
    found = [finding.message for finding in function.findings]
    assert found == ["the original changes the default of `seen`"]
