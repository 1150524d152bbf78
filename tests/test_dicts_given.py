"""Dicts of the caller's whose keys are put together, or gone through: called with the
dict at hand, and written from the text alone, where nothing is said of it."""

from __future__ import annotations

from pathlib import Path

import backgen
import numpy as np
import pytest
from flow_case import FlowCase, case
from flow_judge import judge_flow, judge_passes

LAYERS = {
    "W1": np.array([[0.1, 0.3], [0.2, -0.4]]),
    "b1": np.array([0.1, -0.2]),
    "W2": np.array([[0.5], [-0.3]]),
    "b2": np.array([0.4]),
}
X = np.array([[1.0, 2.0], [0.5, -1.0]])
ITEMS = {"a": np.array([0.5, 2.0]), "b": np.array([1.5, 0.3])}
PRICES = {"a": 0.5, "b": 2.0, "c": 1.5}

# what is done with the weights of a network whose layers the dict counts
PENALTIES = {
    "by the keys": "for k in p:\n    r += np.sum(p[k] ** 2)",
    "by the values": "for w in p.values():\n    r += np.sum(w**2)",
    "by the items": "for k, w in p.items():\n    r += len(k) * np.sum(w**2)",
    "by how keys begin": (
        'for k, w in p.items():\n    if k.startswith("W"):\n        r += np.sum(w**2)'
    ),
    "by a letter": 'for k in p:\n    if "W" in k:\n        r += np.sum(p[k] ** 2)',
    "by a place in keys": (
        'for k in sorted(p):\n    if k[0] == "W" or k[-1] == "9":\n'
        "        r += np.sum(p[k] ** 2)"
    ),
    "in a sum": "r = sum(np.sum(w**2) for w in p.values())",
    "of one item": 'r += np.sum(p["W1"] ** 2)',
}


def network(penalty: str) -> str:
    """A network of any depth, with a penalty."""
    inner = "\n".join(f"    {line}" for line in penalty.splitlines())
    return (
        "def f(p, x):\n"
        "    L = len(p) // 2\n"
        "    h = x\n"
        "    for i in range(1, L):\n"
        '        h = np.tanh(h @ p[f"W{i}"] + p[f"b{i}"])\n'
        '    y = h @ p["W" + str(L)] + p["b" + str(L)]\n'
        "    r = 0.0\n"
        f"{inner}\n"
        "    return np.mean(y**2) + 0.1 * r\n"
    )


CASES = (
    *(case(f"a penalty {n}", network(t), p=LAYERS, x=X) for n, t in PENALTIES.items()),
    case(
        "layers that are counted from 0",
        """
        def f(p, x):
            n = len(p) // 2
            for i in range(n):
                x = np.tanh(x @ p[f"W{i}"] + p[f"b{i}"])
            return np.sum(x)
        """,
        p={f"{k[0]}{int(k[1]) - 1}": v for k, v in LAYERS.items()},
        x=X,
    ),
    case(
        "layers whose caches nobody reads",
        """
        def affine(a, w, b):
            return a @ w + b, (a, w, b)

        def layer(a, w, b, kind):
            if kind == "tanh":
                z, inner = affine(a, w, b)
                a, cache = np.tanh(z), z
            elif kind == "sigmoid":
                z, inner = affine(a, w, b)
                a, cache = 1 / (1 + np.exp(-z)), z
            return a, (inner, cache)

        def model(x, p):
            caches = []
            a = x
            n = len(p) // 2
            for i in range(1, n):
                before = a
                a, cache = layer(before, p["W" + str(i)], p["b" + str(i)], "tanh")
                caches.append(cache)
            a, cache = layer(a, p["W" + str(n)], p["b" + str(n)], kind="sigmoid")
            caches.append(cache)
            return a, caches

        def f(p, x):
            y, caches = model(x, p)
            return np.mean(y * np.log(y))
        """,
        p=LAYERS,
        x=X,
    ),
    case(
        "layers back from the last one",
        """
        def f(p, x):
            n = len(p)
            for i in range(n, 0, -1):
                x = x @ p[f"W{i}"]
            return np.sum(x**2)
        """,
        p={"W1": np.array([[0.5], [-0.3]]), "W2": np.array([[0.1, 0.3], [0.2, -0.4]])},
        x=X,
    ),
    case(
        "two layers, by a loop over constants",
        """
        def f(p, x):
            for i in (1, 2):
                x = np.tanh(x @ p[f"W{i}"] + p[f"b{i}"])
            return np.sum(x)
        """,
        p=LAYERS,
        x=X,
    ),
    case(
        "nothing but items",
        """
        def f(p):
            r = 0.0
            for name, w in p.items():
                if name != "b":
                    r += np.sum(w**2)
            return r
        """,
        p=ITEMS,
    ),
    case(
        "sums and the largest of values",
        """
        def f(p):
            total = sum(p.values())
            s = max(p.values()) * min(p.values())
            for k, v in p.items():
                s += v * np.log(v) / total
            return s
        """,
        p=PRICES,
    ),
)
IN_PURE_PYTHON = (
    FlowCase(
        "the entropy of counts",
        "import math\n\n\n"
        "def f(counts):\n"
        "    total = sum(counts.values())\n"
        "    h = 0.0\n"
        "    for v in counts.values():\n"
        "        p = v / total\n"
        "        h -= p * math.log(p)\n"
        "    return h\n",
        {"counts": PRICES},
    ),
    FlowCase(
        "what methods tell of keys",
        "def f(p, k):\n"
        "    s = 0.0\n"
        "    for name, v in p.items():\n"
        '        if name.upper() == "A":\n'
        "            s += k * v\n"
        '        elif name.strip().isupper() or name[-1] in "b":\n'
        "            s += v * v\n"
        "    return s\n",
        {"p": PRICES, "k": 0.7},
    ),
)
CASES += IN_PURE_PYTHON
BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize("name", BY_NAME)
def test_gradients(name: str) -> None:
    outcome = judge_flow(BY_NAME[name].problem)
    assert outcome.kind == "right", outcome


@pytest.mark.parametrize("name", BY_NAME)
def test_of_which_nothing_is_said(name: str, tmp_path: Path) -> None:
    """The written module is for any keys; verification finds some that fit."""
    case = BY_NAME[name]
    module = written(case, tmp_path)
    assert "unverified" not in module.source
    own = module.load()
    assert judge_passes(case.problem, (own.f_forward, own.f_backward)) == ""


def test_what_nobody_reads_is_not_written(tmp_path: Path) -> None:
    text = written(BY_NAME["layers whose caches nobody reads"], tmp_path).source
    assert "caches" not in text
    assert "inner" not in text


def test_a_list_of_the_callers_is_appended_to(tmp_path: Path) -> None:
    """By another name, which nobody reads."""
    path = tmp_path / "program.py"
    path.write_text(
        "def add(items, v):\n"
        "    kept = items\n"
        "    kept.append(v)\n"
        "    return v * 2.0\n\n\n"
        "def f(x: float, k: float):\n"
        "    xs = [x, x * x]\n"
        "    return add(xs, k * x) + sum(xs)\n",
        encoding="utf-8",
    )
    module = backgen.generate(path, functions=("f",)).load()
    value, kept = module.f_forward(0.5, 2.0)
    assert value == 3.75
    assert module.f_backward(1.0, kept) == (8.0, 1.5)


def written(case: FlowCase, folder: Path) -> backgen.Module:
    path = folder / "program.py"
    path.write_text(case.text, encoding="utf-8")
    return backgen.generate(path, functions=("f",), wrt=case.problem.wrt)


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("k.title() == 'W'", "`k.title` of a text is not supported"),
        ("k.startswith(1)", "a text is needed here"),
        ("k[0.5] == 'W'", "an integer is needed here"),
    ],
)
def test_what_else_is_asked_of_keys_is_refused(
    test: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\n\n\n"
        "def f(p):\n"
        "    r = 0.0\n"
        "    for k, w in p.items():\n"
        f"        if {test}:\n"
        "            r += np.sum(w**2)\n"
        "    return r\n",
        encoding="utf-8",
    )
    with pytest.raises(backgen.Refused, match=message) as error:
        backgen.generate(path)
    assert error.value.lineno == 7
