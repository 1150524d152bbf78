"""One differentiated function at many ranks, shapes, dtypes and structures.

What is written for one call is used again for later ones: it has to be right there too,
above all where an axis has length 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import backgen
import numpy as np
import pytest
from array_case import Case, values
from array_judge import difference
from array_oracles import differences, load, upstream_of
from array_refused import REFUSED
from array_trees import copied, identical

SHAPES = ((2, 3), (1, 3), (2, 1), (1, 1), (3,), (1,), (), (4, 2, 3), (4, 1, 3), (3, 3))


def joined(*shapes: tuple[int, ...]) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


PAIRS = [pair for pair in product(SHAPES, SHAPES) if joined(*pair)]


def check(body: str, calls: Iterable[dict[str, Any]]) -> None:
    """Call one `vjp` of the code with each of the arguments."""
    run = None
    refused = 0
    for arguments in calls:
        case = Case("test", "test", body, arguments)
        if run is None:
            f = load(case.text)
            run = backgen.vjp(f, wrt=case.wrt, verify=False)
        own = f(**copied(arguments))
        try:
            value, pullback = run(*copied(list(arguments.values())))
        except backgen.BackgenError as error:
            if "signatures" not in REFUSED or error.code in ("BG040", "BG099"):
                raise
            refused += 1
            continue
        assert identical(value, own), arguments
        dy = upstream_of(own)
        expected = differences(f, arguments, case.wrt, dy)
        said = difference(case.problem, pullback(dy), expected)
        assert not said, f"{body} at {arguments}: {said}"
    if refused:
        pytest.skip(f"{refused} calls are refused")


def pairs(order: int) -> list[dict[str, Any]]:
    """Arguments of all shapes that go together, and numbers."""
    found = [{"x": values("+", a, "x"), "y": values("+", b, "y")} for a, b in PAIRS]
    numbers: list[dict[str, Any]] = [
        {"x": 1.5, "y": values("+", (2, 3), "y")},
        {"x": values("+", (2, 3), "x"), "y": 2.5},
        {"x": 1.5, "y": 2.5},
    ]
    return [*found, *numbers][::order]


TWO = (
    "x + y",
    "x * y",
    "(x + y) * y",
    "x = x + y * 2\nx * y",
    "np.maximum(x, y)",
    "np.sum(x * y)",
)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("body", TWO)
def test_two_operands(body: str, order: int) -> None:
    check(body, pairs(order))


ONE = (
    "np.sum(x, axis=-1) * 2",
    "x / np.sum(x, axis=-1, keepdims=True)",
    "np.mean(x, axis=0) + x",
    "np.max(x, axis=0) * x",
    "x - np.mean(x)",
    "x * x[0]",
    "x[..., 0]",
    "np.cumsum(x, axis=0)",
    "x.T * 2",
    "x.reshape(-1) * 3",
    "np.concatenate([x, x * 2])",
    "np.stack([x, x * x])",
    "x + np.ones(3)",
    "x * np.arange(1.0, 4.0)",
    "x[::-1] * x",
    "x[[0, 0, -1]]",
    "np.squeeze(x) * 2",
    "x / x.shape[0]",
    "x * len(x) + x.ndim",
    "np.sum(x) / x.size",
    "np.zeros(x.shape) + x * np.ones_like(x)",
    "x * np.arange(x.shape[-1])",
    "x.reshape(x.shape[0], -1) * 2",
    "x[:2].sum() * x",
    "x[-2:] * x[-1]",
    "np.mean(x[-2:], axis=0) * x[0]",
    "x[1:].sum(axis=0) + x",
    "np.tile(x, 2)",
    "np.repeat(x, 2, axis=0)",
    "np.pad(x, 1)",
    "np.diff(x, axis=0)",
    "np.diff(x, axis=-1)",
    "np.roll(x, 1, axis=0) * x",
    "x + x.T if x.ndim < 2 else x * 2",
)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("body", ONE)
def test_one_operand(body: str, order: int) -> None:
    shapes = [shape for shape in SHAPES if shape]
    if "3" in body or "4" in body:
        shapes = [shape for shape in shapes if shape[-1] in (1, 3)]
    check(body, [{"x": values("+", shape, "x")} for shape in shapes][::order])


@pytest.mark.parametrize("order", [1, -1])
def test_matrix_products(order: int) -> None:
    shapes = (
        *(((2, 3), (3, 4)), ((1, 3), (3, 1)), ((1, 1), (1, 1)), ((3,), (3,))),
        *(((3,), (3, 2)), ((2, 3), (3,)), ((1,), (1,)), ((4, 2, 3), (3, 2))),
        *(((2, 3), (4, 3, 2)), ((4, 2, 3), (1, 3, 2)), ((1, 2, 3), (4, 3, 2))),
        *(((1, 2, 3), (1, 3, 2)), ((4, 1, 3), (4, 3, 1)), ((3, 3), (3, 3))),
    )
    calls = [{"x": values("", a, "x"), "y": values("", b, "y")} for a, b in shapes]
    check("x @ y", calls[::order])


def test_dtypes() -> None:
    wide = {"x": values("", (2, 3), "x"), "y": values("", (3,), "y")}
    narrow = {name: value.astype(np.float32) for name, value in wide.items()}
    mixed = {"x": wide["x"], "y": narrow["y"]}
    check("x * y + y", [wide, narrow, mixed, wide, narrow])


def test_indices() -> None:
    """Where integers, masks and slices come in as arguments."""
    x = values("", (4, 3), "x")
    indices = (np.array([0, 0, 2]), 1, np.array([True, False, True, True]), [3, 1, 3])
    check("x[i] * 2", [{"x": x, "i": index} for index in indices])


def test_structures() -> None:
    def layers(count: int) -> dict[str, Any]:
        made = [values("", (3, 3), name) for name in "uvw"[:count]]
        return {"p": made, "x": values("", (2, 3), "x")}

    check("x @ p[0] @ p[-1]", [layers(2), layers(3), layers(1), layers(2)])


def test_keys() -> None:
    w, b = values("", (3, 2), "w"), values("", (2,), "b")
    x = values("", (2, 3), "x")
    calls = [
        {"p": {"w": w, "b": b}, "x": x},
        {"p": {"b": b, "w": w}, "x": x},
        {"p": {"w": w, "b": b[:1], "unused": x}, "x": x},
        {"p": {"w": w[:, :1], "b": b}, "x": x},
    ]
    check('x @ p["w"] + p["b"]', calls)


def test_captured_arrays() -> None:
    """A global array is read at each call, as the function itself reads it."""
    text = "import numpy as np\n\nW = np.ones(3)\n\n\ndef f(x):\n    return x * W\n"
    f = load(text)
    x = values("", (2, 3), "x")
    run = backgen.vjp(f, wrt=("x",), verify=False)
    for change in (lambda w: w, lambda w: w * 2, lambda w: w[:1]):
        f.__globals__["W"] = change(f.__globals__["W"])
        _captured_agrees(run, f, x)
    f.__globals__["W"][0] = 5.0  # in place: the same object, another value
    _captured_agrees(run, f, x)


def _captured_agrees(run: Any, f: Any, x: np.ndarray) -> None:
    try:
        value, pullback = run(x)
    except backgen.BackgenError as error:
        assert error.code not in ("BG040", "BG099")  # noqa: PT017
        pytest.skip(str(error).splitlines()[0])
    assert np.array_equal(value, f(x))
    (dx,) = pullback(np.ones((2, 3)))
    assert np.array_equal(dx, np.ones((2, 3)) * f.__globals__["W"])


def test_defaults_and_keywords() -> None:
    text = (
        "import numpy as np\n\n\n"
        "def f(x, scale=2.0, *, shift=np.ones(3)):\n    return x * scale + shift\n"
    )
    f, x = load(text), values("", (2, 3), "x")
    run = backgen.vjp(f, wrt=("x",), verify=False)
    for given in ({}, {"scale": 3.0}, {"shift": np.zeros(3)}, {"shift": x}, {}):
        try:
            value, pullback = run(x, **given)
        except backgen.BackgenError as error:
            assert error.code not in ("BG040", "BG099")  # noqa: PT017
            pytest.skip(str(error).splitlines()[0])
        assert np.array_equal(value, f(x, **given))
        (dx,) = pullback(np.ones((2, 3)))
        assert np.array_equal(dx, np.full((2, 3), given.get("scale", 2.0)))
