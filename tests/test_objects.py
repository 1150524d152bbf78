"""Objects: those that functions make, those that they are given, and bound methods."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import backgen
import numpy as np
import object_programs as programs
import pytest
from backgen.errors import BackgenError

PATH = Path(__file__).with_name("object_programs.py")
STEP = 1e-6


def normal(*shape: int) -> Any:
    return np.random.default_rng(sum(shape)).normal(size=shape)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of the numbers and arrays in a gradient."""
    if isinstance(value, dict | list | tuple):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            yield from leaves(item, (*path, key))
    else:
        yield path


def item(owner: Any, key: Any) -> Any:
    named = isinstance(key, str) and not isinstance(owner, dict)
    return getattr(owner, key) if named else owner[key]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = item(value, key)
    return value


def put(owner: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same object or list, changed, or a tuple with another item."""
    if not path:
        return value
    key, *rest = path
    new = put(item(owner, key), tuple(rest), value)
    if hasattr(owner, "_replace"):
        return owner._replace(**{key: new})
    if isinstance(owner, dict | list):
        owner[key] = new
    else:
        setattr(owner, key, new)
    return owner


def difference(f: Callable[..., Any], args: list[Any], path: tuple[Any, ...]) -> Any:
    """The gradient by central differences with respect to what is at a path."""
    base = np.asarray(at(args, path), float)
    found = np.zeros(base.shape)
    for index in np.ndindex(base.shape):
        ends = []
        for sign in (1, -1):
            moved = copy.deepcopy(args)
            if base.shape:  # in place: what holds this array holds it elsewhere too
                at(moved, path)[index] += sign * STEP
            else:
                moved = put(moved, path, float(base + sign * STEP))
            ends.append(np.sum(f(*moved)))
        found[index] = (ends[0] - ends[1]) / (2 * STEP)
    return found


def check(f: Callable[..., Any], args: list[Any], gradients: Any) -> None:
    """Compare gradients, one for each of the first arguments that have one."""
    for path in leaves(gradients):
        expected = difference(f, args, path)
        np.testing.assert_allclose(at(gradients, path), expected, 1e-5, 1e-7)


FUNCTIONS: list[tuple[str, list[Any]]] = [
    ("simulated", [0.3, 0.5, 2.0, 3]),
    ("on_two_ways", [0.7]),
    ("on_two_ways", [-0.3]),
    ("stepped", [0.3, 0.5, 3]),
    ("chosen", [0.3, 0.5]),
    ("chosen", [0.9, 0.5]),
    ("replaced", [0.3, 0.5]),
    ("nested", [0.3, 0.5, 0.7]),
    ("filled", [0.3, 0.5, 0.7]),
    ("energy", [programs.State(0.3, 0.4), programs.Spring(2.0, 1.5)]),
]


@pytest.mark.parametrize(("name", "args"), FUNCTIONS)
def test_functions_of_objects(name: str, args: list[Any]) -> None:
    f = getattr(programs, name)
    built = backgen.generate(PATH, functions=[name])
    assert built.report is not None
    assert built.report.ok
    value, found = getattr(built.load(), f"{name}_value_and_grad")(*args)
    assert value == pytest.approx(f(*args), rel=1e-14)
    check(f, args, list(found) if isinstance(found, tuple) else [found])


def test_the_gradient_of_an_object_has_what_is_read() -> None:
    source = backgen.generate(PATH, functions=["energy"]).source
    assert '    dp = {"k": dk, "m": dm, "c": dc}\n' in source
    assert "0.5 * p.m * v**2 + 0.5 * p.k**2 * x**2" in source
    assert "Spring" not in source.partition('"""\n\n')[2]


X, T = normal(4, 3), normal(4, 2)
WEIGHTS = [normal(3, 4), normal(4), normal(4, 2), normal(2)]
BOUND: list[tuple[Any, list[Any]]] = [
    (programs.Affine(normal(3, 2), normal(2)).forward, [X]),
    (programs.Network(*WEIGHTS).__call__, [X]),
    (programs.Deep(normal(3, 4), normal(4, 2)).loss, [X]),
    (programs.Filter(0.1, 0.4).update, [0.7]),
    (programs.Cell(normal(3, 2), normal(2, 2)).__call__, [normal(4, 3), normal(2)]),
    (programs.Spring(2, 1.5).force, [0.3, 0.4]),
]


@pytest.mark.parametrize(("method", "args"), BOUND)
def test_bound_methods(method: Any, args: list[Any]) -> None:
    owner, name = method.__self__, method.__name__
    plain = [copy.deepcopy(owner), *copy.deepcopy(args)]
    value, pullback = backgen.vjp(method)(*args)

    def original(object_: Any, *rest: Any) -> Any:
        return getattr(object_, name)(*rest)

    np.testing.assert_allclose(value, original(*copy.deepcopy(plain)), rtol=1e-12)
    found = pullback(np.ones(np.shape(value)) if np.shape(value) else 1.0)
    check(original, plain, list(found))


def test_state_is_left_as_the_method_leaves_it() -> None:
    mine, theirs = programs.Filter(0.1, 0.4), programs.Filter(0.1, 0.4)
    update = backgen.value_and_grad(mine.update, wrt="z")
    for z in (0.7, 0.2):
        value, _ = update(z)
        assert value == theirs.update(z)
    assert vars(mine) == vars(theirs)


def test_attributes_may_be_asked_for() -> None:
    layer = programs.Affine(normal(3, 2), normal(2))
    _, pullback = backgen.vjp(layer.forward, wrt=("W", "x"))(X)
    dW, dx = pullback(T)
    np.testing.assert_allclose(dW, X.T @ T)
    np.testing.assert_allclose(dx, T @ layer.W.T)
    db = backgen.grad(programs.loss, wrt="layer")(X, layer, T)["b"]
    np.testing.assert_allclose(db, 2 * np.sum(layer.forward(X) - T, axis=0))


def test_what_an_object_holds_decides_what_is_written() -> None:
    net = programs.Network(*WEIGHTS)
    run = backgen.vjp(net, wrt="x")
    trained, _ = run(X)
    net.training = False
    plain, _ = run(X)
    np.testing.assert_allclose(trained, np.tanh(plain))
    np.testing.assert_allclose(plain, net(X))


HEAD = "class Layer:\n    def __init__(self, w):\n        self.w = w\n\n"
REFUSED = {
    "an attribute that nothing binds": (
        HEAD + "def f(x):\n    layer = Layer(x)\n    return layer.v * x\n",
        "BG010",
        7,
    ),
    "objects that are copied and changed": (
        HEAD + "def f(x, n: int):\n    layer = Layer(x)\n    for i in range(n):\n"
        "        layer.w = x\n        layer = Layer(x * x)\n    return layer.w\n",
        "BG010",
        8,
    ),
    "an attribute of the class": (
        HEAD + "def f(x):\n    Layer.w = x\n    return Layer(x).w\n",
        "BG010",
        6,
    ),
    "objects on one way only": (
        HEAD + "def f(x):\n    layers = []\n    if x > 0:\n"
        "        layers.append(Layer(x))\n    for layer in layers:\n"
        "        x = layer.w\n    return x\n",
        "BG012",
        9,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_have_positions(tmp_path: Path, name: str) -> None:
    text, code, line = REFUSED[name]
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BackgenError) as caught:
        backgen.generate(path, functions=["f"], verify=False)
    assert (caught.value.code, caught.value.lineno) == (code, line)


CALL = "    def __call__(self, x):\n        return self.w * x\n\n"
SAID = {
    "objects of which a condition chooses one": (
        HEAD + CALL + "def f(x, c: bool):\n"
        "    layer = Layer(x) if c else Layer(2 * x)\n    return layer(x)\n",
        "which object this is has to be known",
    ),
    "an attribute that is an object or a function": (
        HEAD
        + CALL
        + "class Net:\n    def __init__(self, w, kind=None):\n"
        + "        self.act = Layer(w) if kind == 'a' else abs\n\n"
        + "def f(x, c: bool):\n    net = Net(x, c)\n    return net.act(x)\n",
        "which object this is has to be known",
    ),
    "an item of a list that may hold objects": (
        HEAD + CALL + "def f(x, layers):\n    for layer in layers:\n"
        "        x = layer(x)\n    return x\n",
        "if it is an object, of `Layer` or so, it has to be known which",
    ),
    "a generator that has a name": (
        "def f(x, n: int):\n    xs = (x * k for k in range(n))\n    return sum(xs)\n",
        "write a list, `[...]`",
    ),
    "elements that may be rows": (
        "import numpy as np\n\ndef f(x, i: int):\n"
        "    x[i], x[0] = x[0], x[i]\n    return x[0][1]\n",
        "state the axes of `x`",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_refusals_say_what_to_do(tmp_path: Path, name: str) -> None:
    text, said = SAID[name]
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BackgenError) as caught:
        backgen.generate(path, functions=["f"], verify=False)
    assert said in str(caught.value)


MISTAKES = {
    "energy": ('"k": dk, "m": dm', '"k": dm, "m": dk'),
    "stepped": ("0.1 *", "0.2 *"),
    "nested": (" * ", " + "),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_found(tmp_path: Path, name: str) -> None:
    old, new = MISTAKES[name]
    path = tmp_path / PATH.name
    path.write_text(PATH.read_text(encoding="utf-8"), encoding="utf-8")
    module = backgen.generate(path, functions=[name], verify=False)
    head, mark, backward = module.source.rpartition(f"def {name}_backward")
    assert old in backward
    wrong = head + mark + backward.replace(old, new, 1)
    path.with_stem(f"{path.stem}_backward").write_text(wrong, encoding="utf-8")
    assert not backgen.verify(path, functions=[name]).ok


class Settings(NamedTuple):
    lam: float
    power: int = 2


class Penalty:
    """An object that holds a named tuple."""

    def __init__(self, w: Any, settings: Settings) -> None:
        self.w, self.settings = w, settings

    def loss(self, x: Any) -> Any:
        norm = np.sum(self.w**self.settings.power)
        return np.sum(x * self.w) + self.settings.lam * norm


def test_named_tuples_in_attributes() -> None:
    w, x = normal(3), normal(3) + 1
    gradient = backgen.grad(Penalty(w, Settings(0.3)).loss)(x)
    owner, dx = gradient
    np.testing.assert_allclose(owner["w"], x + 0.6 * w)
    np.testing.assert_allclose(owner["settings"]["lam"], np.sum(w**2))
    np.testing.assert_allclose(dx, w)
