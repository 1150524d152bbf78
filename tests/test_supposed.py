"""What is supposed of parameters of which nothing is said, and the checks of it."""

from __future__ import annotations

import copy
from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from backgen.errors import BackgenError

# By name: the body of `f`, its parameters, arguments that suit it, and others that are
# refused where it is called, with a word of what is said then.
PROGRAMS: dict[str, tuple[str, dict[str, list[Any]], dict[str, list[Any]]]] = {
    "steps in place": (
        "def f(x, r, n=4):\n    for _ in range(n):\n"
        "        x += 0.1 * r * x * (1 - x)\n    return x\n",
        {
            "numbers": [0.3, 1.7],
            "NumPy's numbers": [np.float64(0.3), 1.7],
            "an array without axes": [np.array(0.3), 1.7],
            "arrays": [np.array([0.3, 0.6]), 1.7],
            "matrices": [np.array([[0.3, 0.6]]), np.array([[1.7, 0.2]])],
        },
        {"unsupported operand|list": [[0.3], 1.7], "concatenate": [[0.3, 0.4], 1.7]},
    ),
    "a parameter under another name": (
        "def f(x0, target, rate, n=3):\n    x = x0\n    for _ in range(n):\n"
        "        x -= rate * (x - target)\n    return np.sum(x ** 2)\n",
        {
            "numbers": [0.3, 0.9, 0.1],
            "arrays": [np.array([0.3, 0.5]), np.array([0.9, 0.2]), 0.1],
        },
        {},
    ),
    "a sum that begins with a parameter": (
        "def f(x, w):\n    total = w\n    for v in x:\n        total += v * w\n"
        "    return total\n",
        {"a number": [np.array([0.5, 0.7]), 1.2]},
        {"w must be a number": [np.array([0.5, 0.7]), np.array([1.2, 0.3])]},
    ),
    "an array under two names": (
        "def f(x, w):\n    z = x\n    z *= w\n    return np.sum(np.sin(x) * z)\n",
        {"arrays": [np.array([0.5, 0.7]), np.array([1.2, 0.3])]},
        {"x must be an array": [0.5, 1.2]},
    ),
    "a bubble sort": (
        "def f(x):\n    n = len(x)\n    for i in range(n):\n"
        "        for j in range(n - 1 - i):\n            if x[j] > x[j + 1]:\n"
        "                x[j], x[j + 1] = x[j + 1], x[j]\n"
        "    return x[0] + 2 * x[1] - x[-1] ** 2\n",
        {"an array": [np.array([0.7, -0.2, 0.4])], "a list": [[0.7, -0.2, 0.4]]},
        {"x must .*one axis": [np.array([[0.7, -0.2], [0.4, 0.1]])]},
    ),
    "a matrix that is transposed in place": (
        "def f(A, w):\n    for i in range(len(A)):\n        for j in range(i):\n"
        "            A[i, j], A[j, i] = A[j, i], A[i, j]\n    return A @ w\n",
        {"a matrix": [np.array([[0.7, -0.2], [0.4, 0.1]]), np.array([0.3, 0.8])]},
        {"A must be an array with 2 axes": [np.ones((2, 2, 2)), np.ones(2)]},
    ),
    "rows that change": (
        "def f(A, w):\n    for row in A:\n        row *= w\n    return np.sum(A**3)\n",
        {"a matrix": [np.array([[0.7, -0.2], [0.4, 0.1]]), np.array([0.3, 0.8])]},
        {"A must be an array with 2 axes": [np.array([0.7, 0.2]), 0.3]},
    ),
    "an item of a dict": (
        'def f(p, x):\n    p["W"] -= 0.1 * np.outer(p["b"], x)\n'
        '    return np.sum(p["W"] ** 2)\n',
        {
            "arrays": [
                {"W": np.array([[0.7, -0.2]]), "b": np.array([0.4])},
                np.array([0.3, 0.8]),
            ]
        },
        {'p\\["W"\\] must be an array': [{"W": 0.7, "b": 0.4}, 0.3]},
    ),
    "bodies that move": (
        "def f(pos, vel, m, dt=0.1, n=2):\n    for _ in range(n):\n"
        "        acc = np.zeros_like(pos)\n        for i in range(len(m)):\n"
        "            for j in range(len(m)):\n                if i != j:\n"
        "                    d = pos[j] - pos[i]\n"
        "                    acc[i] += m[j] * d / (np.sum(d**2) + 0.1)\n"
        "        vel += dt * acc\n        pos += dt * vel\n"
        "    return np.sum(pos * vel)\n",
        {
            "on a plane": [
                np.array([[0.0, 0.1], [1.0, 0.2]]),
                np.array([[0.1, 0.0], [0.0, 0.2]]),
                np.array([0.5, 0.7]),
            ],
            "on a line": [
                np.array([0.1, 0.7]),
                np.array([0.3, 0.2]),
                np.array([0.5, 0.7]),
            ],
        },
        {"pos must be an array": [[0.1, 0.7], np.zeros(2), np.ones(2)]},
    ),
    "a step in a function of its own": (
        "def step(x, g, rate):\n    x -= rate * g\n\n"
        "def f(x, target):\n    for _ in range(3):\n"
        "        step(x, x - target, 0.1)\n    return np.sum(x**2 * target)\n",
        {"arrays": [np.array([0.3, 0.5]), np.array([0.9, 0.2])]},
        {"x must be an array": [0.3, 0.9]},
    ),
    "a step that gives back what it changes": (
        "def step(x, g, rate):\n    x -= rate * g\n    return x\n\n"
        "def f(x, target):\n    for _ in range(3):\n"
        "        x = step(x, x - target, 0.1)\n    return np.sum(x**2 * target)\n",
        {
            "numbers": [0.3, 0.9],
            "arrays": [np.array([0.3, 0.5]), np.array([0.9, 0.2])],
            "matrices": [np.array([[0.3, 0.5]]), np.array([[0.9, 0.2]])],
        },
        {},
    ),
    "a step of an object": (
        "class Descent:\n    def __init__(self, rate):\n        self.rate = rate\n\n"
        "    def step(self, x, g):\n        x -= self.rate * g\n\n"
        "def f(x, target):\n    descent = Descent(0.1)\n    for _ in range(3):\n"
        "        descent.step(x, x - target)\n    return np.sum(x**2 * target)\n",
        {"arrays": [np.array([0.3, 0.5]), np.array([0.9, 0.2])]},
        {"x must be an array": [0.3, 0.9]},
    ),
    "rows that a function changes": (
        "def scaled(row, w):\n    row *= w\n\n"
        "def f(A, w):\n    for row in A:\n        scaled(row, w)\n"
        "    return np.sum(A**3)\n",
        {"a matrix": [np.array([[0.7, -0.2], [0.4, 0.1]]), np.array([0.3, 0.8])]},
        {"A must be an array with 2 axes": [np.array([0.7, 0.2]), 0.3]},
    ),
    "a mean that is kept in each step": (
        "def f(x, a):\n    s = x[0]\n    out = [s]\n    for v in x[1:]:\n"
        "        s += a * (v - s)\n        out.append(s)\n    return np.array(out)\n",
        {"an array": [np.array([0.7, -0.2, 0.4]), 0.3]},
        {
            "a must be a number": [np.array([0.7, 0.2]), np.array([0.3])],
            "x must be an array with one axis": [np.array([[0.7, 0.2]]), 0.3],
        },
    ),
    "a dict whose keys stand in the function": (
        "def f(p, x, rate):\n    g = {}\n    for k in p:\n        g[k] = p[k] * x\n"
        "    for k in p:\n        p[k] -= rate * g[k]\n"
        '    return np.sum(p["W"] ** 2 * p["b"])\n',
        {
            "arrays": [
                {"W": np.array([0.7, -0.2]), "b": np.array([0.4, 0.5])},
                np.array([0.3, 0.8]),
                0.1,
            ]
        },
        {
            'p must be a dict with the keys "W", "b"': [
                {"W": np.ones(2), "b": np.ones(2), "c": np.ones(2)},
                0.3,
                0.1,
            ],
            'p\\["b"\\] must be an array': [{"W": np.ones(2), "b": 0.4}, 0.3, 0.1],
        },
    ),
    "a dict that is read by the keys of another one": (
        "def f(p, g, rate):\n    for k in p:\n        p[k] -= rate * g[k]\n"
        '    return np.sum(p["W"] ** 2 * p["b"])\n',
        {
            "arrays": [
                {"W": np.array([0.7, -0.2]), "b": np.array([0.4, 0.5])},
                {"W": np.array([0.1, 0.3]), "b": np.array([0.6, -0.5])},
                0.1,
            ]
        },
        {},
    ),
    "a state that is taken apart": (
        "def f(state, dt):\n    x, v = state\n    x += dt * v\n    v -= dt * x\n"
        "    return np.sum(x * v)\n",
        {"a matrix": [np.array([[0.7, -0.2], [0.4, 0.1]]), 0.3]},
        {"state must be an array with 2 axes": [np.array([0.7, 0.2]), 0.3]},
    ),
}
# Which items a dict has that is read by the keys of another one has to be stated.
UNVERIFIED = {"a dict that is read by the keys of another one"}
SUITED = [(name, kind) for name, (_, suited, _) in PROGRAMS.items() for kind in suited]
OTHERS = [(name, word) for name, (_, _, others) in PROGRAMS.items() for word in others]


def written(name: str, folder: Path, verify: bool = False) -> Any:
    path = folder / "program.py"
    path.write_text("import numpy as np\n\n" + PROGRAMS[name][0], encoding="utf-8")
    return backgen.generate(path, verify=verify)


def original(name: str) -> Any:
    namespace: dict[str, Any] = {"np": np}
    exec(PROGRAMS[name][0], namespace)
    return namespace["f"]


def numbers_in(value: Any) -> np.ndarray[Any, Any]:
    """What there is in numbers, arrays, lists and dicts, one after another."""
    if isinstance(value, dict):
        parts = [numbers_in(value[key]) for key in sorted(value)]
    elif isinstance(value, tuple | list):
        parts = [numbers_in(item) for item in value]
    else:
        return np.ravel(np.asarray(value, dtype=float))
    return np.concatenate(parts)


def with_numbers(value: Any, new: np.ndarray[Any, Any]) -> Any:
    """The same with other numbers."""
    if isinstance(value, dict):
        left, made = new, {}
        for key in sorted(value):
            size = numbers_in(value[key]).size
            made[key], left = with_numbers(value[key], left[:size]), left[size:]
        return made
    if isinstance(value, list):
        sizes = np.cumsum([numbers_in(item).size for item in value])[:-1]
        return [
            with_numbers(item, part)
            for item, part in zip(value, np.split(new, sizes), strict=True)
        ]
    if isinstance(value, np.ndarray):
        return new.reshape(value.shape).copy()
    return type(value)(new[0])


def slopes(f: Any, arguments: list[Any], step: float = 1e-6) -> np.ndarray[Any, Any]:
    at = numbers_in(arguments)

    def value(numbers: np.ndarray[Any, Any]) -> float:
        return float(np.sum(f(*with_numbers(arguments, numbers))))

    moves = step * np.eye(at.size)
    return np.array([(value(at + m) - value(at - m)) / (2 * step) for m in moves])


@pytest.mark.parametrize(("name", "kind"), SUITED)
def test_gradients(name: str, kind: str, tmp_path: Path) -> None:
    arguments = PROGRAMS[name][1][kind]
    module: ModuleType = written(name, tmp_path).load()
    given, taken = copy.deepcopy(arguments), copy.deepcopy(arguments)
    value, cache = module.f_forward(*given)
    expected = original(name)(*taken)
    assert numbers_in(value) == pytest.approx(numbers_in(expected))
    assert numbers_in(given) == pytest.approx(numbers_in(taken))
    gradients = module.f_backward(np.ones(np.shape(value))[()], cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    known = original(name).__code__.co_argcount
    found = numbers_in([*gradients][: len(arguments)])
    assert known >= len(arguments)
    assert found == pytest.approx(slopes(original(name), arguments), rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(("name", "word"), OTHERS)
def test_other_arguments_are_refused(name: str, word: str, tmp_path: Path) -> None:
    module: ModuleType = written(name, tmp_path).load()
    with pytest.raises(TypeError, match=word):
        module.f_forward(*copy.deepcopy(PROGRAMS[name][2][word]))


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in UNVERIFIED])
def test_what_is_supposed_is_verified(name: str, tmp_path: Path) -> None:
    built = written(name, tmp_path, verify=True)
    assert built.report.verified


def test_a_number_is_not_joined_with_an_array(tmp_path: Path) -> None:
    """`x += y` would make an array of it, and `dx` be none of a number."""
    module: ModuleType = written("steps in place", tmp_path).load()
    with pytest.raises(ValueError, match="broadcast"):
        module.f_forward(0.3, np.array([1.7, 0.2]))


# By name: a text, and the line where it is refused as before.
REFUSED: dict[str, tuple[str, int]] = {
    "lists of rows": (
        "import numpy as np\n\ndef f(cells):\n    cells[0][1] = 3.0\n"
        "    return np.sum(cells[0] * cells[1])\n",
        4,
    ),
    "a number in a dict": (
        "import numpy as np\n\ndef f(p):\n    p['a'] *= p['b']\n    return p['a']\n",
        4,
    ),
    "an array that changed under another name": (
        "import numpy as np\n\ndef f(x, y):\n    z = x if np.sum(y) > 1 else y\n"
        "    z *= 2\n    return np.sum(x * y)\n",
        5,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str, tmp_path: Path) -> None:
    text, line = REFUSED[name]
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BackgenError) as caught:
        backgen.generate(path, verify=False)
    assert caught.value.lineno == line


def test_items_that_are_arrays_by_annotation(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    for note in ("dict[str, np.ndarray]", '{"W": np.ndarray, "b": np.ndarray}'):
        path.write_text(
            f"import numpy as np\n\ndef f(p: {note}, x):\n"
            '    p["W"] -= 0.1 * np.outer(p["b"], x)\n    return np.sum(p["W"] ** 2)\n',
            encoding="utf-8",
        )
        built = backgen.generate(path)
        assert built.report is not None
        assert built.report.verified
        assert "isinstance(p" not in built.source


def test_a_function_that_returns_nothing_is_left_out(tmp_path: Path) -> None:
    built = written("a step in a function of its own", tmp_path)
    assert built.left_out == ("step",)
    assert [entry.base for entry in built.entries] == ["f"]
