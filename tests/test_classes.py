"""Classes: layers with `forward`, losses, and objects inside of functions."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from backgen.errors import BackgenError

EXAMPLES = Path(__file__).parents[1] / "examples"


def written(tmp_path: Path, text: str, **options: Any) -> backgen.module.Module:
    """What is generated for a text."""
    path = tmp_path / "layers.py"
    path.write_text(text, encoding="utf-8")
    return backgen.generate(path, **{"verify": False, **options})


def difference(f: Callable[[], Any], array: Any, weights: Any = 1.0) -> Any:
    """The gradient of `sum(weights * f())` by central differences; `array` is changed
    in place meanwhile."""
    step = 1e-6
    found = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        old = array[index]
        sides = []
        for sign in (1, -1):
            array[index] = old + sign * step
            sides.append(np.sum(weights * f()))
        array[index] = old
        found[index] = (sides[0] - sides[1]) / (2 * step)
    return found


def original(text: str) -> ModuleType:
    """The module that a text is."""
    module = ModuleType("original")
    exec(compile(text, "<original>", "exec"), module.__dict__)
    return module


# -- layers

LAYERS = (EXAMPLES / "layers.py").read_text(encoding="utf-8")
SCALARS = [
    ("MulLayer", (-2.0, 5.0), (5.0, -2.0)),
    ("AddLayer", (-2.0, 5.0), (1.0, 1.0)),
    ("InverseLayer", (1.25,), (-1 / 1.25**2,)),
    ("ExpLayer", (0.5,), (np.exp(0.5),)),
    ("SigmoidGate", (0.3,), (np.exp(-0.3) / (1 + np.exp(-0.3)) ** 2,)),
]


@pytest.mark.parametrize(("name", "point", "expected"), SCALARS)
def test_layers_on_numbers(
    tmp_path: Path, name: str, point: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    module = written(tmp_path, LAYERS, functions=[name]).load()
    layer = getattr(module, name)()
    assert layer.forward(*point) == getattr(original(LAYERS), name)().forward(*point)
    gradients = layer.backward(1.0)
    if len(point) == 1:
        gradients = (gradients,)
    np.testing.assert_allclose(gradients, expected, rtol=1e-12)


def test_a_file_of_layers_needs_no_names(tmp_path: Path) -> None:
    built = written(tmp_path, LAYERS, verify=True)
    assert [entry.base for entry in built.entries][:5] == [
        name for name, _, _ in SCALARS
    ]
    assert built.report is not None
    assert built.report.ok


AFFINE = """\
import numpy as np


class Affine:
    def __init__(self, W, b, scale=2.0):
        self.W = W
        self.b = b
        self.scale = scale
        self.x = None

    def forward(self, x: "N, D"):
        self.x = x
        out = self.scale * (x @ self.W) + self.b
        return out

    def backward(self, dout):
        return dout @ self.W.T


"""
DATA = """\
from dataclasses import dataclass

import numpy as np


@dataclass
class Affine:
    W: "D, H"
    b: "H"
    scale: float = 2.0

    def __call__(self, x: "N, D"):
        return self.scale * (x @ self.W) + self.b
"""


@pytest.mark.parametrize("text", [AFFINE, DATA], ids=["init", "dataclass"])
def test_gradients_of_attributes_stay_in_the_object(tmp_path: Path, text: str) -> None:
    module = written(tmp_path, text).load()
    random = np.random.default_rng(0)
    W, b, x = (random.normal(size=s) for s in ((3, 2), (2,), (4, 3)))
    g = random.normal(size=(4, 2))
    layer = module.Affine(W, b)
    forward = layer.forward if text is AFFINE else layer
    forward(x)
    dx = layer.backward(g)
    for found, array in ((dx, x), (layer.dW, W), (layer.db, b)):
        np.testing.assert_allclose(
            found, difference(lambda: forward(x), array, g), 1e-6
        )
    assert not hasattr(layer, "dscale")


def test_the_backward_pass_has_the_weights_of_the_forward_pass(tmp_path: Path) -> None:
    module = written(tmp_path, AFFINE).load()
    layer = module.Affine(np.ones((3, 2)), np.zeros(2))
    layer.forward(np.ones((1, 3)))
    layer.W = 5 * np.ones((3, 2))
    np.testing.assert_allclose(layer.backward(np.ones((1, 2))), [[4.0, 4.0, 4.0]])


@pytest.mark.parametrize(
    ("wrt", "returned", "stored"),
    [
        (("x",), True, set()),
        (("W",), False, {"dW"}),
        (("self.W", "scale"), False, {"dW", "dscale"}),
        (("x", "b"), True, {"db"}),
    ],
)
def test_wrt_names_parameters_and_attributes(
    tmp_path: Path, wrt: tuple[str, ...], returned: bool, stored: set[str]
) -> None:
    module = written(tmp_path, AFFINE, wrt=wrt).load()
    layer = module.Affine(np.ones((3, 2)), np.zeros(2))
    layer.forward(np.ones((1, 3)))
    assert (layer.backward(np.ones((1, 2))) is not None) is returned
    assert {name for name in vars(layer) if name.startswith("d")} == stored


def test_shapes_of_attributes_are_stated(tmp_path: Path) -> None:
    shapes = {"self.W": "D, H", "self.b": "H"}
    source = written(tmp_path, AFFINE, shapes=shapes, verify=True).source
    assert "self.db = dout.sum(axis=0)" in source
    assert "_unbroadcast" not in source


def test_a_dict_attribute_has_its_gradients_in_grads(tmp_path: Path) -> None:
    text = AFFINE.replace("self.W = W", 'self.params = {"W": W}')
    text = text.replace("x @ self.W", 'x @ self.params["W"]')
    text = text.replace("dout @ self.W.T", 'dout @ self.params["W"].T')
    module = written(tmp_path, text).load()
    layer = module.Affine(np.ones((3, 2)), np.zeros(2))
    layer.forward(np.ones((4, 3)))
    layer.backward(np.ones((4, 2)))
    np.testing.assert_allclose(layer.grads["W"], np.full((3, 2), 8.0))
    np.testing.assert_allclose(layer.db, [4.0, 4.0])


STATE = """\
import numpy as np


class Centred:
    def __init__(self, D):
        self.gamma = np.ones(D)
        self.mean = np.zeros(D)
        self.momentum = 0.9
        self.training = True

    def forward(self, x: "N, D"):
        if self.training:
            mu = x.mean(axis=0)
            self.mean = self.momentum * self.mean + (1 - self.momentum) * mu
        else:
            mu = self.mean
        self.centred = x - mu
        return self.gamma * self.centred**2
"""


@pytest.mark.parametrize("training", [True, False])
def test_state_is_carried_on(tmp_path: Path, training: bool) -> None:
    module = written(tmp_path, STATE).load()
    mine, theirs = module.Centred(3), original(STATE).Centred(3)
    random = np.random.default_rng(1)
    for layer in (mine, theirs):
        layer.mean[:] = [1.0, 2.0, 3.0]
        layer.training = training
    x, g = random.normal(size=(4, 3)), random.normal(size=(4, 3))
    for _ in range(2):
        np.testing.assert_allclose(mine.forward(x), theirs.forward(x))
    for name in ("mean", "centred"):
        np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name))
    dx = mine.backward(g)
    fresh = copy.deepcopy(theirs)
    np.testing.assert_allclose(
        dx, difference(lambda: fresh.forward(x), x, g), 1e-5, 1e-7
    )
    assert not hasattr(mine, "dmean")


PARTS = (
    AFFINE
    + """\
class Net:
    def __init__(self, W1, b1, W2, b2):
        self.first = Affine(W1, b1)
        self.second = Affine(W2, b2)

    def forward(self, x: "N, D"):
        return self.second.forward(np.tanh(self.first.forward(x)))
"""
)


def test_objects_in_attributes(tmp_path: Path) -> None:
    module = written(tmp_path, PARTS, functions=["Net"]).load()
    random = np.random.default_rng(2)
    shapes = ((3, 4), (4,), (4, 2), (2,))
    weights = [random.normal(size=shape) for shape in shapes]
    net = module.Net(*weights)
    x, g = random.normal(size=(5, 3)), random.normal(size=(5, 2))
    net.forward(x)
    found = [net.backward(g), net.first.dW, net.first.db, net.second.dW, net.second.db]
    for gradient, array in zip(found, (x, *weights), strict=True):
        expected = difference(lambda: net.forward(x), array, g)
        np.testing.assert_allclose(gradient, expected, 1e-5, 1e-7)


# -- losses

NETWORK = (EXAMPLES / "two_layer_class.py").read_text(encoding="utf-8")


def test_the_gradient_of_a_network_equals_the_numerical_one(tmp_path: Path) -> None:
    built = written(tmp_path, NETWORK, verify=True)
    assert built.report is not None
    assert built.report.ok
    module = built.load()
    net = module.TwoLayerNet(4, 3, 2, 0.5)
    random = np.random.default_rng(3)
    x, t = random.normal(size=(5, 4)), np.eye(2)[random.integers(0, 2, 5)]
    gradient = net.gradient(x, t)
    assert list(gradient) == list(net.params)
    for name, array in net.params.items():
        expected = difference(lambda: net.loss(x, t), array)
        np.testing.assert_allclose(gradient[name], expected, 1e-4, 1e-8)
    loss, again = net.loss_and_gradient(x, t)
    assert loss == pytest.approx(net.loss(x, t), rel=1e-12)
    np.testing.assert_array_equal(again["W1"], gradient["W1"])
    theirs = original(NETWORK).TwoLayerNet(4, 3, 2)
    theirs.params = net.params
    np.testing.assert_array_equal(net.predict(x), theirs.predict(x))


def test_a_loss_by_one_of_its_parameters(tmp_path: Path) -> None:
    module = written(tmp_path, NETWORK, wrt="x").load()
    net = module.TwoLayerNet(4, 3, 2, 0.5)
    random = np.random.default_rng(4)
    x, t = random.normal(size=(5, 4)), np.eye(2)[random.integers(0, 2, 5)]
    expected = difference(lambda: net.loss(x, t), x)
    np.testing.assert_allclose(net.gradient(x, t), expected, 1e-4, 1e-8)


def test_plain_attributes_make_a_dict(tmp_path: Path) -> None:
    text = AFFINE.replace("def forward(", "def loss(").replace(
        "return out\n", "return np.sum(out**2)\n"
    )
    module = written(tmp_path, text).load()
    net = module.Affine(np.ones((3, 2)), np.zeros(2))
    x = np.ones((1, 3))
    gradient = net.gradient(x)
    assert list(gradient) == ["W", "b"]
    np.testing.assert_allclose(gradient["W"], difference(lambda: net.loss(x), net.W))


# -- objects that a function makes

GATE = (
    LAYERS
    + """

add = AddLayer()


def gate(w0: float, x0: float, w1: float, x1: float, w2: float):
    mul1 = MulLayer()
    mul2 = MulLayer()
    exp, inverse = 1.0, InverseLayer()
    exponential = ExpLayer()
    s = add.forward(add.forward(mul1.forward(w0, x0), mul2.forward(w1, x1)), w2)
    return inverse.forward(add.forward(exponential.forward(-s), exp))
"""
)


def test_a_sigmoid_gate_of_layers(tmp_path: Path) -> None:
    text = GATE.replace("exp, inverse = 1.0, InverseLayer()", "exp = 1.0").replace(
        "    exponential", "    inverse = InverseLayer()\n    exponential"
    )
    module = written(tmp_path, text, functions=["gate"]).load()
    point = (2.0, -1.0, -3.0, -2.0, -3.0)
    w0, x0, w1, x1, _ = point
    value, gradients = module.gate_value_and_grad(*point)
    slope = value * (1 - value)
    assert value == pytest.approx(0.7310585786300049, rel=1e-15)
    expected = [x0 * slope, w0 * slope, x1 * slope, w1 * slope, slope]
    np.testing.assert_allclose(gradients, expected, rtol=1e-12)


# -- refusals

START = "class Layer:\n    def __init__(self, W):\n        self.W = W\n\n"
REFUSED = {
    "base": (
        "class A(list):\n    def forward(self, x):\n        return x\n",
        "BG010",
        1,
    ),
    "entry": ("class A:\n    def run(self, x):\n        return x\n", "BG010", 1),
    "decorated class": (
        "@mark\nclass A:\n    def forward(self, x):\n        return x\n",
        "BG017",
        1,
    ),
    "decorated method": (
        "class A:\n    @property\n    def forward(self):\n        return 1.0\n",
        "BG017",
        2,
    ),
    "a generator whose loop binds what it reads": (
        START + "    def gen(self):\n        yield self.W\n        yield 2 * self.W\n\n"
        "    def forward(self, x):\n        for v in self.gen():\n"
        "            self.W = v * x\n        return self.W\n",
        "BG010",
        10,
    ),
    "a private attribute of an object of another class": (
        "class Inner:\n    def __init__(self, k):\n        self.__k = k\n\n"
        "    def mix(self, x):\n        return x * self.__k\n\n"
        "class Layer:\n    def __init__(self, k):\n        self.a = Inner(k)\n\n"
        "    def forward(self, x):\n        return self.a.mix(x)\n",
        "BG010",
        6,
    ),
    "itself as a value": (
        START + "    def forward(self, x):\n        return help(self, x)\n",
        "BG012",
        6,
    ),
    "constructor": (
        START.replace("self.W = W", "self.W = open(W)")
        + "    def forward(self, x):\n        return self.W * x\n",
        "BG013",
        3,
    ),
    "cache": (
        START.replace("self.W", "self.cache")
        + "    def forward(self, x):\n        return self.cache * x\n",
        "BG019",
        5,
    ),
    "unknown wrt": (
        START + "    def forward(self, x):\n        return self.W * x\n",
        "BG005",
        5,
    ),
    "attribute without a value": (
        START + "    def forward(self, x):\n        return self.V * x\n\n"
        "def f(x, w):\n    layer = Layer(w)\n    return layer.forward(x)\n",
        "BG010",
        6,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_have_positions(tmp_path: Path, name: str) -> None:
    text, code, line = REFUSED[name]
    last = "f" if "def f(" in text else "A" if "class A" in text else "Layer"
    wrt = ("nothing",) if name == "unknown wrt" else None
    with pytest.raises(BackgenError) as caught:
        written(tmp_path, text, functions=[last], wrt=wrt)
    assert (caught.value.code, caught.value.lineno) == (code, line)


# -- verification


def test_the_written_class_is_verified(tmp_path: Path) -> None:
    built = written(tmp_path, AFFINE, verify=True)
    assert built.report is not None
    assert built.report.verified
    built.write()
    assert backgen.verify(tmp_path / "layers.py").ok


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dx = ", "dx = 2 * "),
        ("self.db = ", "self.db = 2 * "),
        ("self.cache = x", "self.cache = 2 * x"),
        ("self.b = b\n", "self.b = 2 * b\n"),
        ("return out\n", "return 2 * out\n"),
    ],
)
def test_wrong_lines_of_a_class_are_found(tmp_path: Path, old: str, new: str) -> None:
    source = written(tmp_path, AFFINE).source
    assert source.count(old) == 1
    wrong = source.replace(old, new)
    (tmp_path / "layers_backward.py").write_text(wrong, encoding="utf-8")
    assert not backgen.verify(tmp_path / "layers.py").ok


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x, t)[1]", "t, x)[1]"),
        ('"b1": d', '"b1": 2 * d'),
        ("return 1 / (1 + np", "return 2 / (1 + np"),
        ("batch = ", "batch = 2 * "),
    ],
)
def test_wrong_lines_of_a_loss_are_found(tmp_path: Path, old: str, new: str) -> None:
    text = NETWORK.replace("/ x.shape[0]", "/ batch").replace(
        "        y = self", "        batch = x.shape[0]\n        y = self"
    )
    source = written(tmp_path, text).source
    assert old in source
    wrong = source.replace(old, new, 1)
    (tmp_path / "layers_backward.py").write_text(wrong, encoding="utf-8")
    assert not backgen.verify(tmp_path / "layers.py").ok


# -- methods that the written ones do without

NET = (
    "import numpy as np\n\n\n"
    "def halved(x):\n    return x / 2\n\n\n"
    "def lambdas(x):\n    return (lambda y: y)(x)\n\n\n"
    "class Net:\n"
    "    def __init__(self, w):\n        self.w = w\n\n"
    "    def predict(self, x):\n        return x * self.w\n\n"
    "    def loss(self, x: 'N'):\n        return np.sum(self.predict(x) ** 2)\n\n"
    "    def error(self, x):\n        return halved(self.loss(x))\n\n"
    "    @property\n    def size(self):\n        return self.w.size\n\n"
    "    def sizes(self):\n        return [self.size]\n\n"
    "    def gradient(self, x):\n        return None\n\n"
    "    def slope(self, x):\n        return self.gradient(x)['w']\n\n"
    "    def strange(self, x):\n        return lambdas(x)\n\n"
    "    def stranger(self, x):\n        return self.strange(x)\n"
)


def test_other_methods_of_a_loss_stay_where_they_can(tmp_path: Path) -> None:
    built = written(tmp_path, NET, functions=["Net"], shapes={"self.w": "N"})
    module = built.load()
    net = module.Net(np.array([1.0, -2.0]))
    x = np.array([3.0, 0.5])
    assert net.error(x) == original(NET).Net(net.w).error(x)
    np.testing.assert_array_equal(net.slope(x), 2 * x**2 * net.w)
    assert (net.size, net.sizes()) == (2, [2])
    for name in ("strange", "stranger"):
        assert not hasattr(net, name)
    assert not hasattr(module, "lambdas")


def test_other_methods_of_a_layer_stay(tmp_path: Path) -> None:
    text = (
        "class Scale:\n"
        "    def __init__(self, w):\n        self.w = w\n\n"
        "    def forward(self, x):\n        return x * self.w\n\n"
        "    def step(self, rate):\n        self.w = self.w - rate * self.dw\n"
    )
    layer = written(tmp_path, text, functions=["Scale"]).load().Scale(2.0)
    layer.forward(3.0)
    assert layer.backward(1.0) == 2.0
    layer.step(0.5)
    assert layer.w == 2.0 - 0.5 * 3.0


def test_a_gradient_that_is_not_set_is_missing(tmp_path: Path) -> None:
    """Unless the header says that it is not asked for."""
    path = tmp_path / "dense.py"
    path.write_text(
        "class Dense:\n"
        "    def __init__(self, W: 'D, H', b: 'H'):\n"
        "        self.W = W\n"
        "        self.b = b\n\n"
        "    def forward(self, x: 'N, D'):\n"
        "        return x @ self.W + self.b\n",
        encoding="utf-8",
    )
    line = "        self.db = dout.sum(axis=0)\n"
    module = backgen.generate(path)
    assert line in module.source
    output = tmp_path / "dense_backward.py"
    output.write_text(module.source.replace(line, ""), encoding="utf-8")
    (finding,) = backgen.verify(path).findings
    assert "there is no gradient of `Dense.b`" in finding.message
    narrow = backgen.generate(path, wrt=("x", "W"))
    output.write_text(narrow.source, encoding="utf-8")
    assert backgen.verify(path).verified
