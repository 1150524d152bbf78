"""Lists of arrays as parameters, of any length: what is written is right for lists, and
where nothing is said for arrays, too."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from array_oracles import differences, load

RNG = np.random.default_rng(5)


def drawn(*shapes: tuple[int, ...]) -> list[Any]:
    return [RNG.standard_normal(shape) for shape in shapes]


X, Y = RNG.standard_normal(3), RNG.standard_normal((5, 3))
WIDE = drawn((3, 4), (4, 2)), drawn((4,), (2,))
EVEN = np.stack(drawn((3, 3), (3, 3))), np.stack(drawn((3,), (3,)))
ONE = drawn((3, 4)), drawn((4,))
NONE: tuple[list[Any], list[Any]] = [], []

INDEXED = """
def f(x, Ws, bs):
    for i in range(len(Ws)):
        x = np.tanh(x @ Ws[i] + bs[i])
    return np.sum(x**2)
"""
ZIPPED = """
def f(x, Ws, bs):
    for W, b in zip(Ws, bs):
        x = np.tanh(x @ W + b)
    return np.sum(x**2)
"""
STATED = """
def f(x: np.ndarray, Ws: list[np.ndarray], bs: list[np.ndarray]) -> float:
    total = 0.0
    for W, b in zip(Ws, bs):
        x = np.maximum(x @ W + b, 0)
        total += 0.1 * np.sum(W**2)
    return np.sum(x**2) + total
"""
TUPLES = """
def f(x: np.ndarray, Ws: tuple[np.ndarray, ...], bs: tuple[np.ndarray, ...]):
    for i in range(len(Ws)):
        x = np.tanh(x @ Ws[i] + bs[i])
    return np.sum(x**2)
"""
LAST = """
def f(x, Ws, bs):
    n = len(Ws)
    for W, b in zip(Ws[:-1], bs[:-1]):
        x = np.tanh(x @ W + b)
    return np.sum((x @ Ws[n - 1] + bs[-1]) ** 2)
"""
REST = """
def f(x, Ws, bs):
    x = x @ Ws[0]
    for i, W in enumerate(Ws[1:]):
        x = np.tanh(x + bs[i]) @ W
    return np.sum(x**2)
"""
HANDED_ON = """
def net(x, Ws, bs):
    for i in range(len(Ws)):
        x = np.tanh(x @ Ws[i] + bs[i])
    return x


def f(x, Ws, bs):
    return np.mean(net(x, Ws, bs) ** 2)
"""
MANY = {
    "two": (X, *WIDE),
    "a batch": (Y, *WIDE),
    "one": (X, *ONE),
    "arrays": (X, *EVEN),
    "none": (X, *NONE),
}
FILLED = {name: given for name, given in MANY.items() if name != "none"}
CASES: dict[str, tuple[str, dict[str, tuple[Any, ...]]]] = {
    "a running index": (INDEXED, MANY),
    "zip": (ZIPPED, MANY),
    "stated": (STATED, {n: g for n, g in MANY.items() if n != "arrays"}),
    "all but the last": (LAST, FILLED),
    "all but the first": (REST, FILLED),
    "handed on": (HANDED_ON, MANY),
}


def module_of(text: str, folder: Path) -> ModuleType:
    path = folder / "program.py"
    path.write_text("import numpy as np\n\n" + text, encoding="utf-8")
    return backgen.generate(path, functions=("f",), verify=False).load()


def written(text: str, folder: Path) -> Callable[..., Any]:
    """The gradients of the written module, which two calls agree about."""
    module = module_of(text, folder)

    def gradients(*arguments: Any) -> Any:
        _, cache = module.f_forward(*copy.deepcopy(arguments))
        first = copy.deepcopy(module.f_backward(1.0, cache))
        assert_equal(module.f_backward(1.0, cache), first)
        return first

    return gradients


def assert_equal(found: Any, due: Any) -> None:
    """The same structure, and arrays of the same shapes with the same elements."""
    if isinstance(due, list | tuple):
        assert len(found) == len(due)
        for one, other in zip(found, due, strict=True):
            assert_equal(one, other)
        return
    assert np.shape(found) == np.shape(due)
    np.testing.assert_allclose(found, due, rtol=1e-6, atol=1e-7)


def due(text: str, arguments: tuple[Any, ...]) -> Any:
    names = dict(zip(("x", "Ws", "bs"), arguments, strict=True))
    source = "import numpy as np\n\n" + text
    return [*differences(load(source), names, tuple(names), 1.0).gradients.values()]


@pytest.mark.parametrize("name", CASES)
def test_a_written_module_is_right(name: str, tmp_path: Path) -> None:
    text, every = CASES[name]
    gradients = written(text, tmp_path)
    for arguments in every.values():
        assert_equal(gradients(*arguments), due(text, arguments))


@pytest.mark.parametrize("name", CASES)
def test_calls_are_right(name: str) -> None:
    text, every = CASES[name]
    run = backgen.grad(load("import numpy as np\n\n" + text), verify=False)
    for arguments in every.values():
        assert_equal(run(*copy.deepcopy(arguments)), due(text, arguments))
        assert_equal(run(*copy.deepcopy(arguments)), due(text, arguments))


def test_the_gradient_of_a_tuple_is_a_tuple(tmp_path: Path) -> None:
    arguments = (X, *map(tuple, WIDE))
    found = written(TUPLES, tmp_path)(*arguments)
    assert isinstance(found[1], tuple)
    assert_equal(found, due(TUPLES, arguments))


def test_items_of_integers_have_gradients_of_floats(tmp_path: Path) -> None:
    _, dWs, _ = written(INDEXED, tmp_path)(
        X, [np.eye(3, dtype=int)], [np.zeros(3, dtype=int)]
    )
    assert dWs[0].dtype == float
