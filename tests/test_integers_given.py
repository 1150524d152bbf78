"""Integers for parameters that are declared to be of floats: the gradients are those of
floats of the same values, or NumPy refuses; nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from array_cases import CASES
from array_trees import copied, leaves
from backgen.module import build
from backgen.pipeline import Options

X, W, E = (np.array([2.0, -1, 3, 1]), np.array([1.0, 2, -1, 2]), np.eye(4) * 3 + 1)

PROGRAMS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "a slice": ("return np.sum(x[1:] * 0.3)", (X, W)),
    "two slices": ("y = x[:2] * 0.3\nz = x[2:] * 0.7\nreturn np.sum(y * z)", (X, W)),
    "a slice of a product": ("return np.sum((x * w)[1:] ** 2) * 0.3", (X, W)),
    "a slice that is written": (
        "y = np.zeros(4)\ny[1:3] = x[:2] * 0.3\nreturn np.sum(y**2)",
        (X, W),
    ),
    "a mask": ("return np.sum(x[w > 1] * 0.3)", (X, W)),
    "picked from a product": ("return np.take(x * x, [1, 1]).sum() * 0.3", (X, W)),
    "picked from a slice": ("return x[:2][[0, 1, 1]].sum() * 0.3", (X, W)),
    "picked from a row": ("return x[0][[0, 1, 1]].sum() * 0.3", (E, W)),
    "one element as a number": ("return x[2].item() * 0.3", (X, W)),
    "one element of a row": ("return x.item(2) * 0.3", (X, W)),
    "a trace": ("return np.trace(x, 1) * 0.3", (E, W)),
    "even steps": ("return np.sum(np.linspace(0.0, w[0], 4) * x)", (X, W * 0.3)),
    "a loop without trips": (
        """
y = x
for t in range(0):
    y = y * 0.5
return y[0] * 0.3 + np.sum(x[2:] * 0.3)""",
        (X, W),
    ),
    "trips over what is bound again": (
        """
s = 0.0
for v in x[1:]:
    x = x * 0.5
    s += v * x[0]
return s""",
        (X, W),
    ),
    "elements of arrays in a list": (
        """
ys = [x, w]
for t in range(0):
    ys[0] = ys[0] * ys[1]
return 0.3 * ys[0][0] + 0.3 * ys[1][1]""",
        (X, W),
    ),
    "arrays like integers": (
        "y = np.full_like(x, 2)\ny[0] = w[0] * 3\nreturn np.sum(y * 0.3 * w)",
        (X, W),
    ),
}

ROWS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "rows in a list that loops bind again": (
        """
rows = [p for p in x]
for k in range(2):
    made = []
    for i in range(len(rows) - 1):
        made.append(np.array([rows[i][0] * 0.3, rows[i + 1][1] * rows[i][0]]))
    rows = made
return rows[0].sum()""",
        (E, W),
    ),
    "rows that are taken off a list": (
        """
rows = [p for p in x]
s = 0.0
while len(rows) > 1:
    s += rows[-1][0] * w[0] * 0.3 + rows[0][1]
    rows.pop()
return s""",
        (E, W),
    ),
    "rows in a dict": (
        """
rows = {}
for i in range(len(x)):
    rows[i] = x[i]
s = 0.0
for k in range(2):
    s += rows[k][0] * 0.3
return s""",
        (E, W),
    ),
    "rows with others in their place": (
        """
rows = [p for p in x]
s = 0.0
for k in range(3):
    s += rows[k][0] * 0.3
    rows[k] = np.stack([rows[k][1] * 0.3, rows[k + 1][0] * rows[k][1]])
    s += rows[k][1] * s
return s""",
        (E, W),
    ),
    "rows with constants in their place": (
        """
rows = [p for p in x]
s = 0.0
for k in range(3):
    s += rows[k][0] * 0.3
    rows[k] = np.zeros(4)
    s += rows[k][1] * w[0]
return s""",
        (E, W),
    ),
    "pairs of rows": (
        """
a, b = x[0], x[1]
pairs = []
for k in range(3):
    pairs.append((a, b))
    a = np.array([b[0] * w[0], a[1]])
s = 0.0
for u, v in pairs:
    s += u[0] * v[1] * 0.3
return s""",
        (E, W),
    ),
}


def passes(text: str) -> ModuleType:
    module = ModuleType("passes")
    source = build(text, "program.py", Options(), verify=False).source
    exec(compile(source, "<passes>", "exec"), vars(module))
    return module


def value_and_gradients(
    module: ModuleType, arguments: tuple[Any, ...]
) -> tuple[Any, list[Any]]:
    value, cache = module.f_forward(*copied(arguments))
    up = 0.7 * np.ones(np.shape(value)) if np.ndim(value) else 0.7
    return value, list(leaves(module.f_backward(up, cache)))


def with_integers(arguments: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    """The arguments, one by one rounded and of integers, beside the same as floats."""
    for place, value in enumerate(arguments):
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim:
            whole = np.round(value) + 0.0  # integers have no -0.0
            before, after = arguments[:place], arguments[place + 1 :]
            yield (*before, whole.astype(int), *after), (*before, whole, *after)


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_cut_off(name: str, stated: bool) -> None:
    body, arguments = PROGRAMS[name]
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    x = '"4, 4"' if arguments[0].ndim > 1 else '"4"'
    params = f'x: {x}, w: "4"' if stated else "x, w"
    module = passes(f"import numpy as np\n\n\ndef f({params}):\n{lines}")
    for integers, floats in with_integers(arguments):
        _, found = value_and_gradients(module, integers)
        _, expected = value_and_gradients(module, floats)
        for mine, due in zip(found, expected, strict=True):
            assert np.allclose(mine, due, rtol=1e-12, atol=0)


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("name", ROWS)
def test_nothing_is_cut_off_of_rows_that_are_kept(name: str, stated: bool) -> None:
    body, arguments = ROWS[name]
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    params = 'x: "4, 4", w: "4"' if stated else "x, w"
    module = passes(f"import numpy as np\n\n\ndef f({params}):\n{lines}")
    for integers, floats in with_integers(arguments):
        _, expected = value_and_gradients(module, floats)
        try:
            _, found = value_and_gradients(module, integers)
        except TypeError as error:
            # stated to be of floats: NumPy refuses to add a row of floats to integers
            if not stated or "same_kind" not in str(error):
                raise
            continue
        for mine, due in zip(found, expected, strict=True):
            assert np.allclose(mine, due, rtol=1e-12, atol=0)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("group", CASES)
def test_no_operation_cuts_off(group: str) -> None:
    for case in CASES[group]:
        arguments = tuple(case.arguments.values())
        try:
            module = passes(case.text)
            for integers, floats in with_integers(arguments):
                value, found = value_and_gradients(module, integers)
                same, expected = value_and_gradients(module, floats)
                if not np.allclose(value, same, equal_nan=True):
                    continue  # the program itself puts floats into integers
                for mine, due in zip(found, expected, strict=True):
                    assert np.allclose(mine, due, equal_nan=True), case.id
        except (backgen.BackgenError, TypeError, ValueError, AttributeError):
            continue  # what is refused, or raised, is no wrong gradient


@pytest.mark.parametrize(
    "body",
    [
        "y = np.zeros(4)\ny[1:3] = x[:2] * w[1:3]\ny[0] = y[1] * y[2] * 0.3\nreturn y",
        "for i in range(3):\n    x[i + 1] += 0.3 * x[i] * w[i]\nreturn x",
        "for i in range(2):\n    x[1:] = x[1:] + x[:-1] * w[1:] * 0.3\nreturn x",
        "y = x * w\nif y[0] > 0:\n    y[2] = y[1] * y[3] * 0.3\nreturn y",
        "return np.cumprod(x * w * 0.3)",
        "return np.cumprod(x * w * 0.3, axis=0)",
    ],
)
@pytest.mark.parametrize("stated", [True, False])
def test_nothing_is_cut_off_of_upstream_gradients(body: str, stated: bool) -> None:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    params = 'x: "4", w: "4"' if stated else "x, w"
    module = passes(f"import numpy as np\n\n\ndef f({params}):\n{lines}")
    _, cache = module.f_forward(X.copy(), W.copy())
    up = np.array([1, 2, 3, -1])
    due = leaves(module.f_backward(up.astype(float), cache))
    for mine, expected in zip(leaves(module.f_backward(up, cache)), due, strict=True):
        assert np.allclose(mine, expected, rtol=1e-12, atol=0)
    assert [*up] == [1, 2, 3, -1]


@pytest.mark.parametrize(
    "whole",
    [
        "np.cumsum(x)",
        "np.tile(x, (2, 1))",
        "np.repeat(x, 2)",
        "x + np.ones((2, 1))",
        "np.where(w > 0, x, 0.0)",
        "2 * x",
        "np.roll(x, 1)",
        "np.broadcast_to(x, (2, 4))",
        "x[:]",
    ],
)
@pytest.mark.parametrize(
    "part", ["s = x[0] * w[1]", "for i in range(3):\n    s = s + x[i] * w[i]"]
)
@pytest.mark.parametrize("stated", [True, False])
def test_nothing_is_cut_off_of_what_is_made_of_them(
    whole: str, part: str, stated: bool
) -> None:
    lines = "".join(f"    {line}\n" for line in f"s = 0.0\n{part}".splitlines())
    params = 'x: "4", w: "4"' if stated else "x, w"
    text = f"import numpy as np\n\n\ndef f({params}):\n{lines}    return {whole}, s\n"
    module = passes(text)
    (value, _), cache = module.f_forward(X.copy(), 0.3 * W)
    up = np.arange(1, value.size + 1).reshape(value.shape)
    due = leaves(module.f_backward((up.astype(float), 1.0), cache))
    found = leaves(module.f_backward((up, 1.0), cache))
    for mine, expected in zip(found, due, strict=True):
        assert np.allclose(mine, expected, rtol=1e-12, atol=0)
