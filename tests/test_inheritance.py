"""Classes that inherit from other classes of the file."""

from __future__ import annotations

from pathlib import Path

import backgen
import numpy as np
import pytest
from backgen.errors import BackgenError
from test_classes import difference, original, written

LAYERS = """\
from abc import ABC, abstractmethod

import numpy as np


class Module:
    def __call__(self, *args):
        return self.forward(*args)


class Layer(ABC):
    gain = 1.0

    def __init__(self, W: "D, M", b: "M"):
        self.W = W
        self.b = b

    @abstractmethod
    def activate(self, z): ...

    def linear(self, x):
        return x @ self.W + self.b

    def forward(self, x: "N, D"):
        z = self.linear(x)
        return self.activate(z)


class Tanh(Layer):
    def activate(self, z):
        return np.tanh(z)


class Scaled(Tanh):
    def __init__(self, W, b, scale: float):
        super().__init__(W, b=b)
        self.scale = scale

    def forward(self, x: "N, D"):
        return self.scale * super().forward(x)


class Called(Module):
    def __init__(self, one: float, two: float):
        self.one, self.two = one, two

    def forward(self, x: float):
        return self.one * x + self.two


class Net:
    def __init__(self, W1, b1, W2, b2):
        self.one = Tanh(W1, b1)
        self.two = Scaled(W2, b2, 2.0)

    def loss(self, x: "N, D"):
        h = self.one.forward(x)
        y = self.two.forward(h)
        return np.sum(y**2)
"""
SHAPES = {"self.W": "D, M", "self.b": "M"}


def arrays(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    random = np.random.default_rng(5)
    return [random.normal(size=shape) for shape in shapes]


def test_methods_of_a_base_class_are_followed(tmp_path: Path) -> None:
    module = written(tmp_path, LAYERS, functions=["Scaled"], shapes=SHAPES).load()
    W, b, x, g = arrays((3, 2), (2,), (4, 3), (4, 2))
    layer = module.Scaled(W, b, 1.5)
    theirs = original(LAYERS).Scaled(W, b, 1.5)
    np.testing.assert_allclose(layer.forward(x), theirs.forward(x))
    found = [layer.backward(g), layer.dW, layer.db]
    for gradient, array in zip(found, (x, W, b), strict=True):
        expected = difference(lambda: theirs.forward(x), array, g)
        np.testing.assert_allclose(gradient, expected, 1e-6, 1e-8)


def test_objects_of_classes_that_inherit(tmp_path: Path) -> None:
    module = written(tmp_path, LAYERS, functions=["Net"]).load()
    weights = arrays((3, 2), (2,), (2, 2), (2,))
    (x,) = arrays((4, 3))
    found = module.Net(*weights).gradient(x)
    theirs = original(LAYERS).Net(*weights)
    names = ("one.W", "one.b", "two.W", "two.b")
    for name, array in zip(names, weights, strict=True):
        expected = difference(lambda: theirs.loss(x), array)
        np.testing.assert_allclose(found[name], expected, 1e-5, 1e-7)


def test_a_call_that_hands_its_arguments_on(tmp_path: Path) -> None:
    module = written(tmp_path, LAYERS, functions=["Called"]).load()
    layer = module.Called(3.0, 1.0)
    assert layer.forward(2.0) == 7.0
    assert (layer.backward(1.0), layer.done, layer.dtwo) == (3.0, 2.0, 1.0)


def test_classes_that_others_complete_are_left_out(tmp_path: Path) -> None:
    source = written(tmp_path, LAYERS).source
    assert "class Layer" not in source
    assert "class Module" not in source
    assert "class Tanh:" in source


def test_what_is_written_is_verified(tmp_path: Path) -> None:
    path = tmp_path / "layers.py"
    path.write_text(LAYERS, encoding="utf-8")
    backgen.generate(path, shapes=SHAPES).write()
    report = backgen.verify(path, shapes=SHAPES)
    assert report.ok, report.findings


MISTAKES = {
    "a stage": ("dz = (1 - out**2) * dout", "dz = (1 - out) * dout"),
    "an inherited method": ("return np.tanh(z)", "return np.sin(z)"),
    "the constructor": ("self.scale = scale", "self.scale = 2 * scale"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_found(tmp_path: Path, name: str) -> None:
    path = tmp_path / "layers.py"
    path.write_text(LAYERS, encoding="utf-8")
    good = backgen.generate(path, shapes=SHAPES, verify=False).source
    old, new = MISTAKES[name]
    assert old in good
    out = tmp_path / "layers_backward.py"
    out.write_text(good.replace(old, new), encoding="utf-8")
    assert not backgen.verify(path, shapes=SHAPES).ok


CONSTRUCTORS = """\
import numpy as np


class A:
    def __init__(self, n, m=2, scale=-1.0):
        n = n + 1
        k = np.ones((n, m))
        self.W = scale * k
        self.sizes = [i * n for i in range(m)]


class B(A):
    def __init__(self, k, i, W):
        super().__init__(k - 1, m=i + 1)
        self.k, self.i = k, i
        self.total = W.sum()


class C(B):
    def __init__(self, W, k):
        n = 5.0
        super().__init__(k, 2, W=W * n)
        self.n = n
        self.c = W * k

    def forward(self, x):
        return x @ self.W * self.total + self.c * self.n + self.k * self.i


def output(x, W):
    return C(W, 3).forward(x)
"""


def test_variables_of_constructors_above_are_their_own(tmp_path: Path) -> None:
    path = tmp_path / "layers.py"
    path.write_text(CONSTRUCTORS, encoding="utf-8")
    module = backgen.generate(path)
    source, W, x = original(CONSTRUCTORS), np.array([0.3, -1.2, 0.8]), np.eye(2, 3)
    expected = source.C(W, 3)
    layer = module.load().C(W, 3)
    assert vars(layer).keys() == vars(expected).keys()
    for name, value in vars(expected).items():
        assert np.array_equal(getattr(layer, name), value), name
    assert np.allclose(layer.forward(x), expected.forward(x))
    out, cache = module.load().output_forward(x, W)
    assert np.allclose(out, source.output(x, W))
    weights = source.output(x, W)
    gradients = module.load().output_backward(weights, cache)
    for gradient, array in zip(gradients, (x, W), strict=True):
        due = difference(lambda: source.output(x, W), array, weights)
        assert np.allclose(gradient, due, atol=1e-5)


def test_constructors_with_other_variables_are_found(tmp_path: Path) -> None:
    path = tmp_path / "layers.py"
    path.write_text(CONSTRUCTORS, encoding="utf-8")
    good = backgen.generate(path, functions=["C"], verify=False).source
    assert "b_n = k - 1" in good
    for old, new in (("b_n = k - 1", "k = k - 1"), ("self.n = n", "self.n = b_n")):
        out = tmp_path / "layers_backward.py"
        out.write_text(good.replace(old, new), encoding="utf-8")
        assert not backgen.verify(path, functions=["C"]).ok


START = "class A:\n    def __init__(self, w):\n        self.w = w\n\n"
REFUSED = {
    "a base class from elsewhere": (
        "class B(list):\n    def forward(self, x):\n        return x\n",
        1,
    ),
    "base classes without an order": (
        START + "class C(A):\n    pass\n\n"
        "class B(A, C):\n    def forward(self, x):\n        return self.w * x\n",
        8,
    ),
    "a default of the constructor above that is one for all objects": (
        "class A:\n    def __init__(self, w, seen=[]):\n        self.w = w\n\n"
        "class B(A):\n    def __init__(self, w):\n"
        "        super().__init__(2 * w)\n\n"
        "    def forward(self, x):\n        return self.w * x\n",
        2,
    ),
    "super as a value": (
        START + "class B(A):\n    def forward(self, x):\n"
        "        s = super()\n        return self.w * x\n",
        7,
    ),
    "a method that is not there": (
        START + "class B(A):\n    def forward(self, x):\n"
        "        return super().forward(x)\n",
        7,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_have_positions(tmp_path: Path, name: str) -> None:
    text, line = REFUSED[name]
    with pytest.raises(BackgenError) as caught:
        written(tmp_path, text, functions=["B"])
    assert (caught.value.code, caught.value.lineno) == ("BG010", line)
