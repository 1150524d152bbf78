"""Functions that change what the caller's dicts hold: what is written, and proofs."""

from __future__ import annotations

from pathlib import Path

import backgen
import pytest

_DESCENT = """\
import numpy as np


def descent(params: {"W": "D, H", "b": "H"}, x: "D", lr: float):
    for _ in range(3):
        g = np.tanh(x @ params["W"] + params["b"])
        params["W"] = params["W"] - lr * np.outer(x, g)
        params["b"] -= lr * g
    return x @ params["W"] + params["b"]
"""
_FORWARD = """\
    W = params["W"]
    b = params["b"]
    tape = []
    for _ in range(3):
        W_prev = W
        g = np.tanh(x @ W + b)  # (1)
        W_outer = np.outer(x, g)
        W = params["W"] = W - lr * W_outer  # (2)
        b -= lr * g  # (3)
        tape.append((W_prev, g, W_outer))
"""
_PROGRAMS = {
    "a state in place": """
        def f(state: {"h": "T", "c": "T"}):
            for i in range(1, len(state["h"])):
                state["h"][i] = np.tanh(state["h"][i - 1] * state["c"][i])
            return state["h"]
    """,
    "arrays in a list": """
        def f(cells: ["3", "2"]):
            cells[0][1:] += cells[1] * cells[0][:-1]
            cells[1][0] = cells[0][2]
            return cells[0] * cells[1][0]
    """,
    "keys that are made": """
        def f(cache, x: "N", w: "N"):
            cache["z"] = x * w
            if cache["s"][0] > 1.0:
                cache["a"] = cache["z"] * 2.0
            else:
                cache["a"] = np.tanh(cache["z"]) * cache["s"]
            return np.sum(cache["a"] * cache["z"])
    """,
    "a loop over keys": """
        def f(params: {"W": "D, H", "b": "H"}, grads: {"W": "D, H", "b": "H"}):
            for k in params:
                params[k] -= 0.1 * grads[k]
            return np.sum(params["W"] ** 2) + np.sum(params["b"] ** 3)
    """,
    "numbers without NumPy": """
        def f(p):
            p["x"] += p["v"] * p["dt"]
            p["v"] = p["v"] - p["k"] * p["x"] * p["dt"]
            p["e"] = 0.5 * p["v"] ** 2 + 0.5 * p["k"] * p["x"] ** 2
            return p["e"]
    """,
}


def written(text: str, folder: Path) -> backgen.Module:
    path = folder / "program.py"
    path.write_text(text)
    return backgen.generate(path)


def test_items_are_variables(tmp_path: Path) -> None:
    source = written(_DESCENT, tmp_path).source
    assert _FORWARD in source
    assert source.count('params["W"]') == 3  # the stage in a comment besides
    assert '    dparams = {"W": dW, "b": db}\n' in source


@pytest.mark.parametrize("name", _PROGRAMS)
def test_they_are_verified(name: str, tmp_path: Path) -> None:
    lines = _PROGRAMS[name].strip("\n").splitlines()
    body = "\n".join(line[8:] for line in lines).rstrip() + "\n"
    imports = "" if "without NumPy" in name else "import numpy as np\n\n\n"
    module = written(imports + body, tmp_path)
    assert module.report.ok
    assert all(f.symbolic.value == "proved" for f in module.report.functions)


def test_a_key_that_is_made_is_no_input(tmp_path: Path) -> None:
    lines = _PROGRAMS["keys that are made"].strip("\n").splitlines()
    text = "import numpy as np\n\n\n" + "\n".join(line[8:] for line in lines) + "\n"
    assert 'dcache = {"s": ds}' in written(text, tmp_path).source
