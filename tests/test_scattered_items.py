"""Elements of items by an index of which nothing is said: one integer, or an array of
them in which some come twice. What is written is right for both."""

from __future__ import annotations

import copy
import warnings
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from array_oracles import differences, load

RNG = np.random.default_rng(11)
TIMES, SIZE = 3, 4

CHARACTERS = """
def f(inputs, targets, hprev, Wxh, Whh, Why, bh, by):
    xs, hs, ys, ps = {}, {}, {}, {}
    hs[-1] = np.copy(hprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((Wxh.shape[1], 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        ys[t] = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))
        loss += -np.log(ps[t][targets[t], 0])
    return loss
"""
SMALL = """
def f(ps, inputs, targets):
    loss = 0.0
    for t in range(len(inputs)):
        loss += -np.log(ps[t][targets[t], 0])
    return loss
"""
SUMMED = """
def f(ps, targets):
    loss = 0.0
    for t in range(len(targets)):
        loss += np.sum(ps[t][targets[t]] ** 2) + np.sum(ps[t])
    return loss
"""
IN_A_DICT = """
def f(p, targets):
    qs = {}
    loss = 0.0
    for t in range(len(targets)):
        qs[t] = np.exp(p * (t + 1))
        loss += np.sum(qs[t][targets[t]] ** 2) * np.sum(qs[t])
    return loss
"""
IN_A_LIST = """
def f(ps, targets):
    qs = []
    for t in range(len(targets)):
        qs.append(np.exp(ps[t]))
    loss = 0.0
    for t in range(len(targets)):
        loss += np.sum(qs[t][targets[t], 0] ** 2)
    return loss + np.sum(qs[0])
"""
IN_AN_ARRAY = """
def f(ps, targets):
    qs = np.exp(ps)
    loss = 0.0
    for t in range(len(targets)):
        loss += np.sum(qs[t][targets[t], 0] ** 2)
    return loss + np.sum(qs[0])
"""
NAMED = """
def f(ps, targets):
    loss = 0.0
    for t in range(len(targets)):
        p = ps[t]
        loss += np.sum(np.log(p[targets[t], 0]))
    return loss
"""


def weights() -> tuple[Any, ...]:
    hidden = 2
    shapes = [(hidden, 1), (hidden, SIZE), (hidden, hidden), (SIZE, hidden)]
    shapes += [(hidden, 1), (SIZE, 1)]
    return tuple(RNG.standard_normal(shape) for shape in shapes)


STACKED = 0.5 + RNG.random((TIMES, SIZE, 2))
LISTED = [*STACKED.copy()]
ONES = [3, 0, 3]
MANY = np.array([[1, 1, 2], [0, 3, 0], [2, 2, 2]])
CHOSEN = {"a list": ONES, "an array": np.array(ONES)}
STACKS = CHOSEN | {"arrays": MANY}
REPEATED = STACKS | {"a list of arrays": [*MANY]}
# name: the text, what stands in front of the places, the places, what follows
CASES: dict[str, tuple[str, tuple[Any, ...], dict[str, Any], tuple[Any, ...]]] = {
    "characters": (CHARACTERS, ([0, 1, 3],), CHOSEN, weights()),
    "characters in arrays": (CHARACTERS, (np.array([0, 1, 3]),), CHOSEN, weights()),
    "a small loop": (SMALL, (LISTED, [0, 1, 3]), CHOSEN, ()),
    "a small loop over an array": (SMALL, (STACKED, np.array([0, 1, 3])), CHOSEN, ()),
    "items of a list": (SUMMED, (LISTED,), REPEATED, ()),
    "items of an array": (SUMMED, (STACKED,), REPEATED, ()),
    "items of a dict": (IN_A_DICT, (STACKED[0],), STACKS, ()),
    "items of a list that grows": (IN_A_LIST, (LISTED,), REPEATED, ()),
    "items of an array of its own": (IN_AN_ARRAY, (STACKED,), REPEATED, ()),
    "an item with a name": (NAMED, (LISTED,), REPEATED, ()),
}
EVERY = [(name, places) for name, (_, _, every, _) in CASES.items() for places in every]


def of_case(name: str, places: str) -> tuple[str, tuple[Any, ...]]:
    text, first, every, rest = CASES[name]
    return "import numpy as np\n\n" + text, (*first, every[places], *rest)


def due(text: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """The gradients of all that are floats, by central differences."""
    function = load(text)
    code = function.__code__
    names = dict(zip(code.co_varnames, arguments, strict=False))
    floats = [name for name in names if name not in ("inputs", "targets")]
    return dict(differences(function, names, tuple(floats), 1.0).gradients)


def assert_right(found: Any, due: dict[str, Any]) -> None:
    found = found if isinstance(found, tuple) else (found,)
    for one, gradient in zip(found, due.values(), strict=True):
        assert np.shape(one) == np.shape(gradient)
        np.testing.assert_allclose(one, gradient, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("name", "places"), EVERY)
def test_a_written_module_is_right(name: str, places: str, tmp_path: Path) -> None:
    text, arguments = of_case(name, places)
    expected = due(text, arguments)
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    module = backgen.generate(path, wrt=[*expected], verify=False).load()
    _, cache = module.f_forward(*copy.deepcopy(arguments))
    assert_right(module.f_backward(1.0, cache), expected)
    assert_right(module.f_backward(1.0, cache), expected)


@pytest.mark.parametrize("inputs", [[0, 1, 3], np.array([0, 1, 3])])
def test_what_is_only_measured_may_be_a_list(inputs: Any, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import numpy as np\n\n" + SMALL, encoding="utf-8")
    module = backgen.generate(path, verify=False).load()
    _, cache = module.f_forward(STACKED, inputs, ONES)
    _, unused = module.f_backward(1.0, cache)
    np.testing.assert_array_equal(unused, np.zeros(3))


@pytest.mark.parametrize("places", CHOSEN)
def test_places_in_a_list_are_integers_for_the_verifier(places: str) -> None:
    text, arguments = of_case("a small loop", places)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = backgen.grad(load(text), wrt="ps")(*copy.deepcopy(arguments))
    assert_right(found, due(text, arguments))


@pytest.mark.parametrize(("name", "places"), EVERY)
def test_calls_are_right(name: str, places: str) -> None:
    text, arguments = of_case(name, places)
    expected = due(text, arguments)
    run = backgen.grad(load(text), wrt=[*expected], verify=False)
    assert_right(run(*copy.deepcopy(arguments)), expected)
    assert_right(run(*copy.deepcopy(arguments)), expected)
