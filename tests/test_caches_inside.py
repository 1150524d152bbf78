"""Caches of functions inside of functions, which may hold what was right before."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import backgen
import numpy as np
import pytest

X = np.array([0.7, -0.4, 0.9])


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


CHANGING = (
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
