"""Caches of functions, which may hold what was right before, and hand it to all."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from functools import lru_cache as memory
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest

X = np.array([0.7, -0.4, 0.9])

IMPORTS = """
import functools
from functools import lru_cache as memory
import numpy as np
"""


def number_bound_again(x):
    k = 2.0

    @functools.lru_cache(None)
    def g(n):
        return x[0] if n == 0 else g(n - 1) * x[n] * k

    first = g(2)
    k = 3.0
    return first + g(2)


def array_written_to(x):
    y = x * 1.0

    @functools.cache
    def g(n):
        return y[0] if n == 0 else g(n - 1) * y[n]

    first = g(2)
    y[1] = y[1] * 5.0
    return first + g(2)


def array_added_to(x):
    y = x * 1.0
    z = y

    @functools.cache
    def g(n):
        return y[0] if n == 0 else g(n - 1) * y[n]

    first = g(2)
    z += 1.0
    return first + g(2)


def result_written_to(x):
    @functools.cache
    def g(n):
        return x * 2.0 if n == 0 else g(n - 1) * x

    part = g(1)
    part[0] = part[0] * 7.0
    return np.sum(g(1))


def what_it_calls_counts(x):
    seen = []

    @functools.cache
    def g(n):
        seen.append(x[n])
        return x[n]

    return g(0) + g(0) + sum(seen)


@functools.cache
def both_of(a):
    return a * np.ones(2)


@functools.cache
def listed(a):
    return [a, 2.0 * a]


@memory
def table(n):
    return np.cos(np.outer(np.arange(n), np.arange(n)))


@memory
def choose(n, k):
    return 1 if k in (0, n) else choose(n - 1, k - 1) + choose(n - 1, k)


def array_of_a_cache_written_to(x):
    p = both_of(x[0])
    p[0] = p[0] * 7.0
    return np.sum(both_of(x[0]))


def array_of_a_cache_added_to(x):
    p = table(2)
    p += x[:2]
    return np.sum(table(2)) * x[0]


def array_of_a_cache_passed_on(x):
    p = both_of(x[0])
    q = _written(p)
    return np.sum(both_of(x[0])) + q


def _written(v):
    v[0] = 3.0
    return v[1]


def list_of_a_cache_written_to(x):
    p = listed(x[0])
    p[0] = p[0] * 7.0
    return listed(x[0])[0]


CHANGING = (
    array_of_a_cache_written_to,
    array_of_a_cache_added_to,
    array_of_a_cache_passed_on,
    list_of_a_cache_written_to,
    number_bound_again,
    array_written_to,
    array_added_to,
    result_written_to,
    what_it_calls_counts,
)


@pytest.mark.parametrize("function", CHANGING, ids=lambda f: f.__name__)
def test_what_changes_has_no_cache(function: Callable[..., Any]) -> None:
    with pytest.raises(backgen.BackgenError):
        backgen.value_and_grad(function, verify=False)(X.copy())


OF_THE_FILE = CHANGING[:4]


@pytest.mark.parametrize("function", OF_THE_FILE, ids=lambda f: f.__name__)
def test_so_it_is_in_a_file(function: Callable[..., Any], tmp_path: Path) -> None:
    parts = (both_of, listed, table, _written)
    sources = [inspect.getsource(getattr(p, "__wrapped__", p)) for p in parts]
    text = "\n".join([IMPORTS, *sources, inspect.getsource(function)])
    (tmp_path / "program.py").write_text(text)
    with pytest.raises(backgen.BackgenError) as refused:
        backgen.generate(tmp_path / "program.py", functions=[function.__name__])
    assert refused.value.code in ("BG017", "BG022")


def test_what_a_cache_hands_out_may_be_read() -> None:
    def f(x):
        p = both_of(x[0]).copy()
        p[0] = 3.0
        count = choose(4, 2)
        count += 1
        y = table(2) @ x[:2]
        y[0] = y[0] * count
        return np.sum(p * both_of(x[1])) + np.sum(y)

    value, found = backgen.value_and_grad(f)(X.copy())
    assert value == pytest.approx(f(X))
    step = 1e-6 * np.eye(3)
    rates = [(f(X + h) - f(X - h)) / 2e-6 for h in step]
    assert np.allclose(found, rates, atol=1e-8)


def test_a_cache_of_what_stays_is_left_out() -> None:
    def f(x):
        @functools.cache
        def g(n):
            return x[n] if n < 2 else g(n - 1) * x[0] + np.sin(g(n - 2))

        total = 0.0
        for n in range(5):
            total += g(n)
        return total

    value, found = backgen.value_and_grad(f)(X.copy())
    assert value == pytest.approx(f(X))
    step = 1e-6 * np.eye(3)
    rates = [(f(X + h) - f(X - h)) / 2e-6 for h in step]
    assert np.allclose(found, rates, atol=1e-8)
