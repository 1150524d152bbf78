"""The interpreter of array programs agrees with NumPy, and runs nothing else."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from array_cases import CASES
from backgen.verify.arrays.cells import cells_of
from backgen.verify.arrays.evaluator import Evaluator
from backgen.verify.arrays.points import run_floats
from backgen.verify.arrays.reading import read_program
from backgen.verify.running.domains import Failure
from backgen.verify.running.modular import ModularDomain
from backgen.verify.running.numeric import FloatDomain, HighPrecision
from backgen.verify.texts.scope import Unsupported

# how much of a group has an evaluator: complex numbers are not for it
LEAST = {
    "numpy": 0.97,
    "numpy.linalg": 0.9,
    "operators": 1.0,
    "ndarray": 0.95,
    "indexing": 1.0,
    "gates": 1.0,
    "programs": 0.95,
    "scipy.special": 0.95,
    "beyond": 0.85,
}


def interpreted(text: str, arguments: dict[str, object], domain=None) -> object:
    """What the function `f` of a text returns, by the interpreter."""
    names = tuple(arguments)
    program = read_program(ast.parse(text), text, "f.py", "f", names, {})
    evaluator = Evaluator(domain or FloatDomain(), program.names)
    return run_floats(program, evaluator, {k: plain(v) for k, v in arguments.items()})


def run(text: str, arguments: dict[str, object]) -> object:
    """What it returns by Python."""
    names: dict[str, object] = {}
    exec(text, names)
    copies = {name: copied(value) for name, value in arguments.items()}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return names["f"](**copies)


def plain(value: object) -> object:
    match value:
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(map(plain, value))
        case np.ndarray() if value.dtype.kind == "f":
            return value.astype(float)
        case np.generic():
            return value.item()
    return value


def copied(value: object) -> object:
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value


def leaves(value: object) -> Iterator[np.ndarray]:
    match value:
        case dict():
            for item in value.values():
                yield from leaves(item)
        case list() | tuple():
            for item in value:
                yield from leaves(item)
        case _ if cells_of(value):
            numbers = [
                float(cell.domain.shadow(cell.value)) for cell in cells_of(value)
            ]
            yield np.array(numbers).reshape(np.shape(value))
        case _:
            yield np.asarray(value, dtype=float)


def assert_equal(found: object, due: object, what: str) -> None:
    pairs = zip(leaves(found), leaves(due), strict=True)
    for a, b in pairs:
        assert a.shape == b.shape, what
        assert np.allclose(a, b, rtol=1e-9, atol=1e-10, equal_nan=True), what


@pytest.mark.parametrize("group", LEAST)
def test_evaluator_agrees_with_numpy(group: str) -> None:
    count = 0
    for case in CASES[group]:
        arguments = dict(case.arguments)
        try:
            found = interpreted(case.text, arguments)
        except Unsupported:
            continue
        assert_equal(found, run(case.text, arguments), case.id)
        count += 1
    assert count >= LEAST[group] * len(CASES[group])


HEAD = "import numpy as np\n\n\ndef f(x):\n"
X = np.array([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]])
BODIES = [
    "y = x\ny += 1\nreturn x * y",
    "y = x.T\ny[0] *= 2\nreturn x",
    "y = x[:, 1:]\ny += y\nreturn x",
    "y = x.reshape(-1)\ny[2] = 0.0\nreturn x",
    "y = x + 0\ny[[0, 0]] += 1\nreturn y",
    "y = np.zeros_like(x)\nnp.add.at(y, ([0, 0], [1, 1]), 1.5)\nreturn y",
    "m = x > 0\ny = x.copy()\ny[m] = 1.0\nreturn y, m & ~(x > 1), m.sum() / 4",
    "y = 0.0\nfor i in range(x.shape[0]):\n    y = y + x[i].sum() * i\nreturn y",
    "i = 0\nwhile i < 5:\n    i += 1\n    if i == 3:\n        break\nreturn x * i",
    "a, *b = x[0]\nreturn a, b",
    "d = {'a': x, 'b': [x[0], 2]}\nd['c'] = d['b'][1] * d['a']\nreturn d",
    "N, D = x.shape\nreturn x[..., None].sum(axis=(0, 2)) / N, N / D, D // N",
    "return [v * 2 for v in x if v[0] > 1], {k: k * x for k in (1, 2)}",
    "with np.errstate(all='ignore'):\n    y = np.where(x > 0, np.log(x), 0)\nreturn y",
    "return np.mean(x > 0), (x > 0) * x, x[x > 0], x[np.array([1, 0, 1])]",
    "e = np.einsum\nreturn e('ij,kj->ik', x, x), e('ij->', x), e('ii', x @ x.T)",
    "return x.dtype == x.dtype, x.size, x.ndim, len(x), x.T.shape",
    "return 1 / x.shape[0], 2 ** -1, 7 % 4, -7 // 2, x ** 2, 2.0 ** x",
]


@pytest.mark.parametrize("body", BODIES)
def test_statements_do_what_python_does(body: str) -> None:
    lines = body.split("\n")
    text = f"{HEAD}    return _g(x)\n\n\ndef _g(x):\n"
    text += "\n".join(f"    {line}" for line in lines) + "\n"
    due = run(text, {"x": X})
    assert_equal(interpreted(text, {"x": X}), due, body)


@pytest.mark.parametrize("domain", [HighPrecision, ModularDomain])
def test_exact_arithmetics_agree_with_floats(domain: type) -> None:
    text = HEAD + (
        "    a = np.exp(-x) @ np.tanh(x.T) + np.linalg.inv(x @ x.T + 2 * np.eye(2))\n"
        "    b = np.var(x, axis=0), np.linalg.norm(x, axis=1), np.sort(x), x.max()\n"
        "    return a, b\n"
    )
    assert_equal(interpreted(text, {"x": X}, domain()), run(text, {"x": X}), text)


def test_literals_and_quotients_are_exact() -> None:
    text = f"{HEAD}    return x.sum() / x.shape[0] - 0.1 * 3 / 2 - 1 / 3\n"
    found = interpreted(text, {"x": np.array([0.1, 0.1])}, HighPrecision())
    third = HighPrecision().context.mpf(1) / 3
    assert abs(found.value + third + third * 3 / 20) < 1e-50


@pytest.mark.parametrize(
    "body",
    [
        "return np.load('x.npy')",
        "return x.tofile('x')",
        "return x.__class__",
        "return x.__array_interface__",
        "return eval('1')",
        "return open('x')",
        "return __import__('os')",
        "return np.vectorize(abs)(x)",
        "return np.frompyfunc(abs, 1, 1)(x)",
        "import os\n    return os.getcwd()",
        "while True:\n        x = x + 1\n    return x",
        "return 10 ** 10 ** 10",
    ],
)
def test_nothing_outside_of_the_whitelist_is_run(body: str) -> None:
    text = f"{HEAD}    return _g(x)\n\n\ndef _g(x):\n    {body}\n"
    with pytest.raises((Unsupported, Failure)):
        interpreted(text, {"x": X})


def test_name_that_is_bound_again_is_not_numpy() -> None:
    text = "import numpy as np\nnp = None\n\n\ndef f(x):\n    return np.exp(x)\n"
    with pytest.raises((Unsupported, Failure)):
        interpreted(text, {"x": X})


def test_draws_are_the_same_for_both_texts_and_never_twice() -> None:
    text = f"{HEAD}    return np.random.rand(3), np.random.rand(3)\n"
    first, second = interpreted(text, {"x": X})
    again, _ = interpreted(text, {"x": X})
    assert_equal(first, again, "the same draw")
    assert not np.allclose(*leaves([first, second]))
