"""Layers as books on networks write them: the written classes against central
differences, and what verification says of them."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from book_layers import CASES, HEAD, Case
from numpy.testing import assert_allclose, assert_equal

STEP = 1e-5


def at(owner: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        named = isinstance(key, str) and not isinstance(owner, dict)
        owner = getattr(owner, key) if named else owner[key]
    return owner


def differences(f: Callable[[], float], array: Any) -> Any:
    """Central differences by the elements of an array that is changed in place."""
    found = np.zeros_like(array)
    for i in np.ndindex(array.shape):
        kept = array[i]
        array[i] = kept + STEP
        above = f()
        array[i] = kept - STEP
        found[i] = (above - f()) / (2 * STEP)
        array[i] = kept
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_written_class(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(case.source, encoding="utf-8")
    module = backgen.generate(path, functions=[case.target], shapes=case.shapes)
    assert module.report is not None
    assert module.report.verified, module.report.summary()
    made, args = case.make(module.load()), case.arguments()
    before = case.original(tmp_path)
    after = copy.deepcopy(before)
    np.random.seed(7)
    output = after.forward(*args)
    weights = np.random.default_rng(3).standard_normal(np.shape(output))

    def total() -> float:
        one = copy.deepcopy(before)
        np.random.seed(7)
        return float(np.sum(one.forward(*args) * weights))

    np.random.seed(7)
    assert_allclose(made.forward(*args), output)
    returned = made.backward(weights)
    floats = [a for a in args if getattr(a, "dtype", None) == np.float64]
    listed = returned if len(floats) > 1 else (returned,)
    for array, gradient in zip(floats, listed, strict=True):
        assert_allclose(gradient, differences(total, array), 1e-6, 1e-6)
    for place, way in case.weights.items():
        keys = [int(p) if p.isdigit() else p for p in place.split(".")]
        due = differences(total, at(before, way))
        assert_allclose(at(made, (*keys,)), due, 1e-6, 1e-6)
    compare_arrays(made, after)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_live_object(case: Case, tmp_path: Path) -> None:
    before, args = case.original(tmp_path), case.arguments()
    live, after = copy.deepcopy(before), copy.deepcopy(before)
    np.random.seed(7)
    output = after.forward(*args)
    weights = np.random.default_rng(3).standard_normal(np.shape(output))
    np.random.seed(7)
    value, pullback = backgen.vjp(live.forward)(*args)
    assert_allclose(value, output)
    compare_arrays(live, after)

    def total() -> float:
        one = copy.deepcopy(before)
        return float(np.sum(one.forward(*args) * weights))

    gradients = pullback(weights)
    for way in case.weights.values():
        due = differences(total, at(before, way))
        assert_allclose(at(gradients[0], way), due, 1e-6, 1e-6)


def compare_arrays(made: Any, expected: Any) -> None:
    """Compare what two objects hold, as far as that is arrays, or nothing."""
    for name, value in vars(expected).items():
        if isinstance(value, np.ndarray | None):
            assert_equal(getattr(made, name, None), value)


class Private:
    def __init__(self, w: Any) -> None:
        self.__w = w

    def forward(self, x: Any) -> Any:
        return np.sum(self.__squared(x) * self.__w)

    def __squared(self, x: Any) -> Any:
        return self.__w * x**2


def test_private_names_of_live_objects() -> None:
    w, x = np.array([0.5, -1.5]), np.array([2.0, 3.0])
    value, pullback = backgen.vjp(Private(w).forward)(x)
    assert_allclose(value, np.sum(w**2 * x**2))
    own, dx = pullback(1.0)
    assert_allclose(own["_Private__w"], 2 * w * x**2)
    assert_allclose(dx, 2 * w**2 * x)


class Scale:
    def __init__(self, w: Any) -> None:
        self.w = w

    def forward(self, x: Any) -> Any:
        return np.tanh(x * self.w)


class Decayed:
    def __init__(self, w: Any) -> None:
        self.params = {"w": w}
        self.layers = [Scale(w), Scale(w)]

    def loss(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer.forward(x)
        return np.sum(x**2) + 0.5 * np.sum(self.params["w"] ** 2)


@pytest.mark.parametrize("wrt", ["params", None])
def test_one_array_in_several_places(wrt: str | None) -> None:
    """Its gradient is the whole one, wherever it is."""
    net, x = Decayed(np.array([0.5, -1.5])), np.array([2.0, 3.0])
    _, gradient = backgen.value_and_grad(net.loss, wrt=wrt)(x)
    due = differences(lambda: float(net.loss(x)), net.params["w"])
    if wrt is None:
        gradient, dx = gradient
        assert_allclose(dx, differences(lambda: float(net.loss(x)), x), 1e-6, 1e-6)
        for layer in gradient["layers"]:
            assert_allclose(layer["w"], due, 1e-6, 1e-6)
        gradient = gradient["params"]
    assert_allclose(gradient["w"], due, 1e-6, 1e-6)


class Deep:
    def __init__(self, dims: list[int], reg: float) -> None:
        self.reg = reg
        self.num_layers = len(dims) - 1
        self.params = {}
        for i, (n, m) in enumerate(itertools.pairwise(dims), 1):
            self.params["W%d" % i] = np.cos(np.arange(n * m)).reshape(n, m)  # noqa: UP031
            self.params[f"b{i}"] = np.linspace(-1.0, 1.0, m)

    def loss(self, x: Any, y: Any) -> Any:
        for i in range(1, self.num_layers):
            x = np.tanh(x @ self.params["W%d" % i] + self.params[f"b{i}"])  # noqa: UP031
        last = self.num_layers
        x = x @ self.params["W" + str(last)] + self.params[f"b{last}"]
        loss = np.mean((x - y) ** 2)
        for i in range(1, self.num_layers + 1):
            loss += 0.5 * self.reg * np.sum(self.params[f"W{i}"] ** 2)
        return loss


@pytest.mark.parametrize("dims", [[3, 2], [3, 4, 2], [3, 4, 4, 2]])
def test_weights_by_the_number_of_their_layer(dims: list[int]) -> None:
    net, x, y = Deep(dims, 0.1), np.sin(np.arange(6.0)).reshape(2, 3), np.eye(2)
    value, gradient = backgen.value_and_grad(net.loss, wrt="params")(x, y)
    assert_allclose(value, net.loss(x, y))
    assert gradient.keys() == net.params.keys()
    for name, array in net.params.items():
        due = differences(lambda: float(net.loss(x, y)), array)
        assert_allclose(gradient[name], due, 1e-5, 1e-7)


def test_arrays_of_their_own_are_told_from_one() -> None:
    net, x = Decayed(np.array([0.5, -1.5])), np.array([2.0, 3.0])
    grad = backgen.grad(net.loss, wrt="params")
    whole = grad(x)["w"]
    net.params["w"] = net.params["w"].copy()
    assert_allclose(grad(x)["w"], net.params["w"])
    assert np.all(np.abs(whole - net.params["w"]) > 1e-3)


class Oscillator:
    def __init__(self, k: Any, x: Any, v: Any) -> None:
        self.k, self.x, self.v = k, x, v

    def step(self, force: Any, dt: float = 0.1) -> Any:
        a = force - self.k * self.x
        self.v += a * dt
        self.x += self.v * dt
        return np.sum(self.x**2)


@pytest.mark.parametrize(
    "made",
    [(1.5, 1.0, 0.25), (np.array([1.5, 0.5]), np.ones(2), np.array([0.25, -1.0]))],
    ids=["numbers", "arrays"],
)
def test_a_step_changes_its_object(made: tuple[Any, ...]) -> None:
    own, other = (Oscillator(*copy.deepcopy(made)) for _ in range(2))
    value, pullback = backgen.vjp(own.step)(0.75)
    assert_allclose(value, other.step(0.75))
    assert_allclose(own.x, other.x)
    assert_allclose(own.v, other.v)
    gradient, dforce, _ = pullback(1.0)

    def at_entry(name: str, step: Any) -> float:
        one = Oscillator(*copy.deepcopy(made))
        force = 0.75 + (step if name == "force" else 0.0)
        if name != "force":
            setattr(one, name, getattr(one, name) + step)
        return float(one.step(force))

    def slope(name: str, unit: Any) -> float:
        return (at_entry(name, STEP * unit) - at_entry(name, -STEP * unit)) / (2 * STEP)

    assert_allclose(dforce, slope("force", 1.0), 1e-6)
    for name in ("k", "x", "v"):
        start = np.asarray(getattr(Oscillator(*made), name))
        units = np.eye(start.size) if start.ndim else [1.0]
        due = np.reshape([slope(name, unit) for unit in units], start.shape)
        assert_allclose(gradient[name], due, 1e-6)


KEEPS = """
class Keeps:
    def __init__(self, w):
        self.w = w
        self.cache = None

    def forward(self, x: "N", t: "N"):
        t = t * 2.0
        y = x * self.w + t
        self.cache = (t, y, (1, 2))
        return y * y
"""


def test_what_is_kept_for_a_pass_of_ones_own_leaves_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(HEAD + KEEPS, encoding="utf-8")
    source = backgen.generate(path, shapes={"self.w": "N"}).source
    assert "item" not in source
