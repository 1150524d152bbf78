"""Arrays, and dicts and lists of arrays, that functions read from outside."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import backgen
import numpy as np
import pytest
from numpy.linalg import norm
from numpy.testing import assert_allclose

TABLE = np.array([[1.0, -2.0, 0.5], [0.3, 0.7, -1.1]])
TARGET = np.array([0.2, -0.4])
PAIR = {"table": TABLE, "target": TARGET, "scale": 0.5, "name": "pair"}
ROWS = [np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.7, -1.1])]
NESTED = ({"a": TABLE}, [TARGET, 3.0])
VECTOR = np.array([0.4, -0.6, 0.9])


def residual(w):  # type: ignore[no-untyped-def]
    return TABLE @ w - TARGET


def loss(w):  # type: ignore[no-untyped-def]
    return np.sum(residual(w) ** 2)


def regularised(w):  # type: ignore[no-untyped-def]
    return loss(w) + 0.1 * np.dot(w, w)


def from_dict(w):  # type: ignore[no-untyped-def]
    left = PAIR["table"] @ w - PAIR["target"]
    return PAIR["scale"] * np.sum(left**2)


def over_rows(w):  # type: ignore[no-untyped-def]
    total = 0.0
    for row in ROWS:
        total += np.tanh(row @ w)
    return total


def from_nested(w):  # type: ignore[no-untyped-def]
    return np.sum((NESTED[0]["a"] @ w - NESTED[1][0]) ** 2) * NESTED[1][1]


def with_own_table(w):  # type: ignore[no-untyped-def]
    TABLE = np.outer(w, w)
    return loss(w) + np.sum(TABLE)


def with_imported(w):  # type: ignore[no-untyped-def]
    return norm(TABLE @ w)


def closing(matrix: np.ndarray) -> Callable[..., Any]:
    def energy(w):  # type: ignore[no-untyped-def]
        return w @ matrix @ w

    def twice(w):  # type: ignore[no-untyped-def]
        return 2 * energy(w) + energy(w * w)

    return twice


closed = closing(np.arange(9.0).reshape(3, 3))
other = closing(np.ones((3, 3)))


def two_of_one_name(w):  # type: ignore[no-untyped-def]
    return closed(w) + other(w)


short = lambda w: 2 * loss(w)  # noqa: E731

EVERY = [
    loss,
    regularised,
    from_dict,
    over_rows,
    from_nested,
    with_own_table,
    with_imported,
    closed,
    two_of_one_name,
    short,
]


def differences(function: Callable[..., Any], at: np.ndarray) -> np.ndarray:
    steps = 1e-6 * np.eye(len(at))
    return np.array([(function(at + e) - function(at - e)) / 2e-6 for e in steps])


@pytest.mark.filterwarnings("error:.*unverified")
@pytest.mark.parametrize("function", EVERY, ids=lambda f: f.__name__)
def test_gradient_and_value(function: Callable[..., Any]) -> None:
    value, gradient = backgen.value_and_grad(function)(VECTOR)
    assert value == function(VECTOR)
    assert_allclose(gradient, differences(function, VECTOR), rtol=1e-6, atol=1e-8)


def test_present_arrays_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    step = backgen.value_and_grad(regularised)
    step(VECTOR)
    for changed in (TABLE * 3, np.vstack([TABLE, TABLE]), TABLE.astype(np.float32)):
        monkeypatch.setitem(globals(), "TABLE", changed)
        target = np.resize(TARGET, len(changed))
        monkeypatch.setitem(globals(), "TARGET", target)
        value, gradient = step(VECTOR)
        assert_allclose(value, regularised(VECTOR))
        assert_allclose(gradient, differences(regularised, VECTOR), rtol=1e-5)


def test_present_dict_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    step = backgen.grad(from_dict)
    step(VECTOR)
    monkeypatch.setitem(PAIR, "table", TABLE[:1])
    monkeypatch.setitem(PAIR, "scale", 2.0)
    assert_allclose(step(VECTOR), differences(from_dict, VECTOR), rtol=1e-6)


def test_one_array_under_two_names_may_become_two() -> None:
    def first(w):  # type: ignore[no-untyped-def]
        return w @ shared

    def second(w):  # type: ignore[no-untyped-def]
        return first(w) * np.sum(shared)

    shared = VECTOR
    step = backgen.grad(second)
    step(VECTOR)
    shared = VECTOR * 2
    assert_allclose(step(VECTOR), np.sum(shared) * shared)


def test_functions_of_one_array() -> None:
    bound = functools.partial(np.dot, TABLE)

    def f(w):  # type: ignore[no-untyped-def]
        return np.sum(residual(w) * (TABLE @ w))

    assert bound(VECTOR).shape == (2,)
    assert_allclose(backgen.grad(f)(VECTOR), differences(f, VECTOR), rtol=1e-6)


RATE = 2.0
WEIGHTS = [2.0, 3.0]


def set_rate() -> None:
    global RATE
    RATE = 5.0


def by_global(x):  # type: ignore[no-untyped-def]
    set_rate()
    return RATE * x


def set_weight() -> None:
    WEIGHTS[0] = 10.0


def by_item(x):  # type: ignore[no-untyped-def]
    y = WEIGHTS[0] * x
    set_weight()
    return y + WEIGHTS[0] * x


@pytest.mark.parametrize(
    ("function", "word"), [(by_global, "outer names"), (by_item, "cannot be used")]
)
def test_what_a_called_function_changes_outside_is_refused(
    function: Callable[..., Any], word: str
) -> None:
    with pytest.raises(backgen.BackgenError, match=word):
        backgen.value_and_grad(function, verify=False)(1.5)


class Scaled:
    k = 2.0

    def forward(self, x):  # type: ignore[no-untyped-def]
        return self.k * x


class Below(Scaled):
    pass


def through_class(x):  # type: ignore[no-untyped-def]
    return Below().forward(x)


def through_object(one, x):  # type: ignore[no-untyped-def]
    return one.forward(x)


def test_present_constants_of_classes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    made = backgen.value_and_grad(through_class)
    given = backgen.value_and_grad(through_object, wrt="x")
    for rate in (2.0, 7.0, 3.0):
        monkeypatch.setattr(Scaled, "k", rate)
        assert made(1.5) == (rate * 1.5, rate)
        assert given(Scaled(), 1.5) == (rate * 1.5, rate)


def test_other_methods_of_classes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = backgen.value_and_grad(through_class)
    assert made(1.5) == (3.0, 2.0)
    monkeypatch.setattr(Below, "k", 5.0, raising=False)
    with pytest.raises(backgen.BackgenError, match="`Below` has got `k`"):
        made(1.5)
    monkeypatch.undo()
    assert made(1.5) == (3.0, 2.0)
    monkeypatch.setattr(Scaled, "forward", lambda self, x: x * x)
    with pytest.raises(backgen.BackgenError, match="another function by now"):
        made(1.5)
