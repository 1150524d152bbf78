"""Programs of whose arrays nothing is said: written once, and right for what they get.

Numbers and arrays of any shape may be passed for such parameters, and arrays of
integers.
"""

from __future__ import annotations

import copy
from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from flow_case import FlowCase
from flow_judge import judge_passes
from unstated_cases import UNSTATED

CASES = {case.name: case for case in UNSTATED}


def written(case: FlowCase, folder: Path) -> ModuleType:
    path = folder / "program.py"
    path.write_text(case.text, encoding="utf-8")
    wrt = case.problem.wrt
    return backgen.generate(path, functions=("f",), wrt=wrt, verify=False).load()


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    module = written(case, tmp_path)
    assert judge_passes(case.problem, (module.f_forward, module.f_backward)) == ""


# what is stored in an array of integers is cut off, by the function itself
STORING = {"an elimination in place"}


@pytest.mark.parametrize("name", [name for name in CASES if name not in STORING])
def test_integers_have_the_gradient_of_floats(name: str, tmp_path: Path) -> None:
    """Or NumPy refuses to add floats to them; their fractions are never cut off."""
    case = CASES[name]
    whole = {k: rounded(v, int) for k, v in case.arguments.items()}
    same = {k: rounded(v, float) for k, v in case.arguments.items()}
    module = written(case, tmp_path)
    found = []
    for arguments in (whole, same):
        with np.errstate(all="ignore"):
            try:
                value, kept = module.f_forward(*copy.deepcopy([*arguments.values()]))
                found.append(module.f_backward(np.ones(np.shape(value)), kept))
            except TypeError:
                return
    assert gradients_agree(*found)


def test_gradients_are_of_the_kind_that_was_given(tmp_path: Path) -> None:
    """What is read item by item may be an array or a list."""
    case = CASES["a function that reads item by item, called three times"]
    module = written(case, tmp_path)
    for kind in (np.array, list):
        given = [kind(value) for value in case.arguments.values()]
        _, kept = module.f_forward(*given)
        found = module.f_backward(1.0, kept)
        assert [type(gradient) for gradient in found] == [type(x) for x in given]


@pytest.mark.parametrize(
    "name",
    [
        "what is stored in elements is one number",
        "a sum that is stored in an element of a matrix",
        "numbers that both arms of an if store",
    ],
)
def test_ranks_that_stores_tell_need_no_look_at_shapes(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(CASES[name].text, encoding="utf-8")
    text = backgen.generate(path, functions=("f",)).source
    assert "_unbroadcast" not in text
    assert "ones_like" not in text


def test_lists_are_taken_where_single_items_are_stored(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\n\n\n"
        "def f(xs, ws):\n"
        "    y = np.zeros(2)\n"
        "    for x, w in zip(xs, ws):\n"
        "        y[0] += w * x\n"
        "    return y\n",
        encoding="utf-8",
    )
    module = backgen.generate(path).load()
    for kind in (np.array, list):
        _, kept = module.f_forward(kind([1.0, 2.0]), kind([0.5, 3.0]))
        found = module.f_backward(np.ones(2), kept)
        assert [list(gradient) for gradient in found] == [[0.5, 3.0], [1.0, 2.0]]


# Loops that may have no trips: a program, what fits it, and what would without trips.
WITHOUT_TRIPS = {
    "a number": (
        "def f(x, n):\n"
        "    y = np.zeros(n)\n"
        "    for i in range(n):\n"
        "        y[i] = x * x\n"
        "    return np.sum(y) + np.sum(x)\n",
        (2.0, 0),
        (np.array([2.0, 3.0]), 0),
    ),
    "an array": (
        "def f(x):\n"
        "    s = np.zeros(len(x))\n"
        "    s[0] = np.var(x)\n"
        "    for t in range(1, len(x)):\n"
        "        s[t] = s[t - 1] + x[t - 1] ** 2\n"
        "    return np.sum(s) + np.sum(x**2 / (1.0 + s))\n",
        (np.array([0.5]),),
        (np.array([[0.5, 0.9]]),),
    ),
    "what a function that is called stores": (
        "def g(x, n):\n"
        "    y = np.zeros(2)\n"
        "    for i in range(n):\n"
        "        y[i] = x\n"
        "    return y\n\n\n"
        "def f(x, n):\n"
        "    return g(x, n) * x\n",
        (2.0, 0),
        (np.array([2.0, 3.0]), 0),
    ),
}


@pytest.mark.parametrize("name", WITHOUT_TRIPS)
def test_what_only_loops_ask_is_made_sure_of(name: str, tmp_path: Path) -> None:
    """Without trips nothing raises an error where the user's function takes an array
    in the place of a number; the gradient would have the shape of a number."""
    text, fitting, other = WITHOUT_TRIPS[name]
    path = tmp_path / "program.py"
    path.write_text(f"import numpy as np\n\n\n{text}", encoding="utf-8")
    module = backgen.generate(path, functions=("f",)).load()
    value, kept = module.f_forward(*fitting)
    found = module.f_backward(np.ones(np.shape(value)), kept)
    first = found[0] if isinstance(found, tuple) else found
    assert np.shape(first) == np.shape(fitting[0])
    with pytest.raises(TypeError, match=r"x must (be a number|have one axis)"):
        module.f_forward(*other)


@pytest.mark.parametrize("loop", ["for i in range(3)", "for i in reversed(range(2))"])
def test_loops_that_have_trips_ask_for_certain(loop: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\n\n\n"
        "def f(x):\n"
        "    y = np.zeros(4)\n"
        f"    {loop}:\n"
        "        y[i] = x * x\n"
        "    return np.sum(y * x) + np.sum(x)\n",
        encoding="utf-8",
    )
    text = backgen.generate(path).source
    assert "raise" not in text
    assert "_unbroadcast" not in text


def test_float32_stays_float32(tmp_path: Path) -> None:
    """An upstream gradient that is a Python number is none of float64."""
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\n\n\n"
        "def f(X, y, w, lam):\n"
        "    r = X @ w - y\n"
        "    return 0.5 * r @ r + lam * np.sum(w**2)\n",
        encoding="utf-8",
    )
    module = backgen.generate(path).load()
    X, y, w = (np.ones(s, np.float32) for s in ((3, 2), 3, 2))
    value, kept = module.f_forward(X, y, w, 0.1)
    found = module.f_backward(1.0, kept)
    assert value.dtype == np.float32
    assert [gradient.dtype for gradient in found[:3]] == [np.float32] * 3


def rounded(value: Any, kind: type) -> Any:
    """A value made of integers; those that are some stay."""
    if isinstance(value, float):
        return kind(round(2 * value + 1))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.round(2 * value + 1).astype(kind)
    return value


def gradients_agree(one: Any, other: Any) -> bool:
    if isinstance(one, tuple | list) and len(one) == len(other):
        return all(map(gradients_agree, one, other))
    return np.allclose(one, other, equal_nan=True)


# programs that would take a list for something else than an array of its items
REPEATING = {
    "gone over": ("xs, w", "s = 0.0\nfor y in xs * 2:\n    s += w * y\nreturn s"),
    "joined": ("xs, ys", "s = 0.0\nfor z in xs + ys:\n    s += z**2\nreturn s"),
    "by a number that is given": ("xs, n", "ys = n * xs\nreturn ys[1] * len(ys)"),
    "in one arm": ("xs, c", "ys = 2 * xs if c > 1 else xs\nreturn np.max(ys) - ys[0]"),
    "carried": ("xs, n", "for i in range(n):\n    xs = xs + xs\nreturn sum(xs)"),
    "put where a part was": ("xs, w", "xs[1:] += w * xs[:-1]\nreturn xs[0] * xs[-1]"),
    "given to NumPy": ("xs, w", "return np.mean(np.exp(-2 * xs)) * w"),
}
# programs that raise an error of their own for a list, or take it as an array
TAKING = {
    "a power": "return np.sum(np.tanh(2 * xs) * xs**2)",
    "a fraction": "return np.mean(0.5 * (2 * xs)) * w",
    "an attribute": "return (2 * xs[: xs.shape[0]]).sum() * w",
    "a product of both": "return np.sum(xs * w)",
    "items": "return np.sum(xs) * w + np.max(xs)",
}


def _of_body(folder: Path, params: str, body: str) -> Any:
    lines = "\n    ".join(body.splitlines())
    path = folder / "program.py"
    path.write_text(f"import numpy as np\n\n\ndef f({params}):\n    {lines}\n")
    return backgen.generate(path)


@pytest.mark.filterwarnings("ignore:.*unverified")
@pytest.mark.parametrize("name", REPEATING)
def test_lists_that_would_be_repeated_are_refused(name: str, tmp_path: Path) -> None:
    written = _of_body(tmp_path, *REPEATING[name]).load()
    with pytest.raises(TypeError, match="xs must not be a list"):
        written.f_forward([0.5, 1.5], 2)
    written.f_backward(1.0, written.f_forward(np.array([0.5, 1.5]), 2)[1])


@pytest.mark.parametrize("name", TAKING)
def test_no_look_is_taken_where_lists_raise_errors(name: str, tmp_path: Path) -> None:
    assert "isinstance(xs" not in _of_body(tmp_path, "xs, w", TAKING[name]).source
