"""What is written for imperative programs: how it reads, and what it keeps."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from array_trees import copied, leaves
from backgen.module import build
from backgen.pipeline import Options
from flow_cases import ALL
from flow_examples import EXAMPLES, FLOW_EXAMPLES

_IMPORTS = "import math\n\nimport numpy as np\n\n\n"


def written(text: str, folder: Path) -> str:
    """The text of the module for a program `f`."""
    path = folder / "program.py"
    path.write_text(_IMPORTS + text, encoding="utf-8")
    return backgen.generate(path, functions=("f",), verify=False).source


def loaded(source: str) -> ModuleType:
    module = ModuleType("written")
    exec(compile(source, "<written>", "exec"), vars(module))
    return module


# -- texts to the letter

# What follows the docstring and imports of examples/*_backward.py, for the functions
# that this part of the tool was built to write.
RNN = '''\
def rnn_forward(X, W, U, b, h0):
    """Run rnn; return loss and the values that its backward pass needs."""
    T = X.shape[1]  # (1)
    S = np.zeros((h0.shape[0], T + 1))  # (2)
    S[:, 0] = h0  # (3)
    for k in range(T):
        S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)  # (4) new state
    loss = np.sum(S**2)  # (5)
    return loss, (X, W, U, b, T, S)


def rnn_backward(dloss, cache):
    """Return the gradients (dX, dW, dU, db, dh0) from the upstream gradient dloss."""
    X, W, U, b, T, S = cache
    # (5) loss = np.sum(S**2)
    dS = 2 * S * dloss
    dX = np.zeros_like(X)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    for k in reversed(range(T)):
        # (4) S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)
        dS_raw = (1 - S[:, k + 1] ** 2) * dS[:, k + 1]
        dW += np.outer(dS_raw, X[:, k])
        dX[:, k] += W.T @ dS_raw
        dU += np.outer(dS_raw, S[:, k])
        dS[:, k] += U.T @ dS_raw
        db += dS_raw
    # (3) S[:, 0] = h0
    dh0 = dS[:, 0]
    return dX, dW, dU, db, dh0


def rnn_value_and_grad(X, W, U, b, h0):
    """Return loss and its gradients (dX, dW, dU, db, dh0)."""
    loss, cache = rnn_forward(X, W, U, b, h0)
    return loss, rnn_backward(1.0, cache)
'''


def test_the_recurrent_network_to_the_letter() -> None:
    source = backgen.generate(EXAMPLES / "rnn.py").source
    head, _, body = source.partition("import numpy as np\n\n\n")
    assert body == RNN
    said = (
        "Backward pass of rnn.py, written by backgen 0.1.0. Do not edit; run `backgen"
    )
    assert said in head
    assert "Checked: 5 of 5 stages proved equal to SymPy's derivatives" in head


@pytest.mark.parametrize("name", ["newton", "gate"])
def test_small_examples(name: str, golden) -> None:
    source = backgen.generate(EXAMPLES / f"{name}.py").source
    golden("\n".join(line for line in source.split("\n") if "sha256" not in line))


def test_loops_whose_variable_is_not_read(tmp_path: Path) -> None:
    loops = "    for _ in range(n):\n        s = s * 0.5 + x\n"
    loops += "    for _ in range(n):\n        s = s * s\n"
    source = written(
        f"def f(x: float, n: int):\n    s = x\n{loops}    return s\n", tmp_path
    )
    targets = [n.target for n in ast.walk(ast.parse(source)) if isinstance(n, ast.For)]
    assert sorted(map(ast.unparse, targets)) == ["_", "_", "_", "s"]


def test_what_the_user_reads_as_an_underscore_stays(tmp_path: Path) -> None:
    text = "def f(x: float, _: float, n: int):\n    s = x\n    for i in range(n):\n"
    text += "        s = s * 0.5 + x\n    return s * _\n"
    module = loaded(written(text, tmp_path))
    assert module.f_value_and_grad(2.0, 3.0, 2) == (10.5, (5.25, 3.5))


def test_the_linear_network_reads_as_its_backward_pass_in_the_notes() -> None:
    """Its lines are `wx_grad += dot(grad[:, k], X[:, k - 1])` and so on, from the last
    state to the first, with the same indices."""
    source = backgen.generate(EXAMPLES / "linear_rnn.py", verify=False).source
    loop = source[source.index("linear_rnn_backward") :]
    assert "for k in reversed(range(1, T + 1)):" in loop
    for part in ("dS[:, k]", "dwx += ", "X[:, k - 1]", "dwRec += ", "S[:, k - 1]"):
        assert part in loop, part
    assert "dS[:, k - 1] += " in loop or "dS[:, k - 1] = " in loop
    assert "tape" not in source


def test_an_element_that_may_not_be_there(tmp_path: Path) -> None:
    text = "def f(x: 'N'):\n    c = x[2] if len(x) > 2 else 0.0\n"
    source = written(text + "    return np.sum(x) * c\n", tmp_path)
    assert "    if len(x) > 2:\n        dx[2] += dc\n" in source
    f_value_and_grad = loaded(source).f_value_and_grad
    assert [*f_value_and_grad(np.ones(2))[1]] == [0.0, 0.0]
    assert [*f_value_and_grad(np.ones(3))[1]] == [1.0, 1.0, 4.0]


def test_lines_share_their_condition(tmp_path: Path) -> None:
    text = "def f(x: 'N', y: 'N', n: int):\n"
    text += "    c = x[n] * y[n] if n < len(x) else y[n - 9] if n < 12 else 0.0\n"
    backward = written(text + "    return c * c\n", tmp_path).partition("f_backward")[2]
    assert backward.count("if n < len(x):\n        dx[n] = ") == 1
    assert "    elif n < 12:\n        dy[n - 9] += dc\n" in backward


def test_a_swap_goes_back_as_a_swap() -> None:
    source = backgen.generate(EXAMPLES / "sorting_pass.py", verify=False).source
    assert "dx[i], dx[i + 1] = dx[i + 1], dx[i]\n" in source


def test_a_length_needs_no_copy_of_what_changes(tmp_path: Path) -> None:
    text = "def f(x: 'N'):\n    x -= x.mean()\n    return x\n"
    source = written(text, tmp_path)
    assert "    x -= x.mean()  # (1)\n" in source
    assert "dx = dx - dx.sum() / x.size\n" in source
    assert ".copy()" not in source


def test_one_copy_for_all_who_read_it(tmp_path: Path) -> None:
    text = "def f(x: 'N', y: float, n: int):\n    for _ in range(n):\n"
    text += "        x[:] = np.tanh(x)\n        y *= np.sum(x**2)\n"
    text += "        if y > 1:\n            y -= np.sum(x**3)\n"
    text += "        x += y\n    return x\n"
    source = written(text, tmp_path)
    assert source.count(".copy()") == 2
    assert "y *= np.sum(x_prev_1**2)" in source


def test_what_is_changed_in_place_keeps_its_shape(tmp_path: Path) -> None:
    text = "def f(x: 'N', A: 'M, N', y):\n    a = np.sin(x)\n    x *= y\n"
    text += "    A[0] *= y\n    x += a\n    return x @ A.T\n"
    backward = written(text, tmp_path).partition("def f_backward")[2]
    assert "    dx = y * dx\n" in backward
    assert "    dA[0] = y * dA_raw\n" in backward
    assert backward.count("_unbroadcast(") == 2  # for y


def test_what_a_mask_picks_is_a_copy(tmp_path: Path) -> None:
    text = "def f(x: 'N', w: float):\n    y = np.sin(x)\n    y[y > 0.4] *= w * y[0]\n"
    text += "    y[::2] = y[::2] + y[-1] * y[::2] ** 2\n    return y @ y\n"
    backward = written(text, tmp_path).partition("def f_backward")[2]
    assert "    dy_raw_1 = dy[y_prev > 0.4]\n    dy[y_prev > 0.4] = " in backward
    assert backward.count("dy = dy.copy()\n") == 1
    assert "+ 0.0" not in backward


def test_an_array_that_becomes_another_one(tmp_path: Path) -> None:
    text = "def f(x: 'N', n: int):\n    for _ in range(n):\n"
    text += "        x[:] = np.sin(x) * x[::-1]\n    return x\n"
    backward = written(text, tmp_path).partition("def f_backward")[2]
    assert "dx_raw = dx\n" in backward
    assert ".copy()" not in backward


def test_no_flag_for_a_return_that_leaves_nothing_to_do(tmp_path: Path) -> None:
    text = "def f(x: float, n: int):\n    for _ in range(n):\n        x = x * 1.5\n"
    text += "        if x > 4:\n            return x\n        x = x + 1\n"
    assert "returned" not in written(text + "    return x\n", tmp_path)


def test_an_element_that_becomes_a_multiple_of_itself(tmp_path: Path) -> None:
    text = "def f(x: 'N', a: float):\n    for i in range(1, len(x)):\n"
    text += "        x[i] = a * x[i] * x[i - 1]\n    return np.sum(x**2)\n"
    source = written(text, tmp_path)
    assert "dx[i] = a * x[i - 1] * dx_raw" in source
    assert "= 0.0\n        d" not in source


def test_loops_over_parts_read_elements_of_the_array(tmp_path: Path) -> None:
    text = "def f(x: 'N'):\n    s = 0.0\n    for a, b in zip(x[:-1], x[1:]):\n"
    text += "        s += (b - a) ** 2\n    return s\n"
    source = written(text, tmp_path)
    for line in ("a = x[i]", "b = x[i + 1]", "dx[i + 1] += db", "dx[i] += da"):
        assert f"        {line}\n" in source
    assert "tape" not in source
    assert "in reversed(range(len(x) - 1)):" in source


@pytest.mark.parametrize(
    "name", ["rows of a softmax, in two stages", "rows of a softmax, in four stages"]
)
def test_no_gradient_goes_to_the_maximum_of_a_softmax(name: str) -> None:
    text = next(case.text for case in ALL if case.name == name)
    backward = source_of(name, text).partition("def f_backward")[2]
    assert "mask" not in backward
    assert "dm" not in backward


def test_an_adjoint_that_is_handed_on_is_not_copied() -> None:
    text = next(case.text for case in ALL if case.name == "a wave by two states")
    backward = source_of("wave", text).partition("def f_backward")[2]
    assert "du.copy()" not in backward
    assert "du + 0.0" not in backward


# -- what is kept


def numbers(tree: Any) -> int:
    """How many numbers a cache holds."""
    return sum(np.size(leaf) for leaf in leaves(tree))


def kept(module: ModuleType, name: str, *arguments: Any) -> int:
    _, cache = getattr(module, f"{name}_forward")(*copied(list(arguments)))
    return numbers(cache)


# Programs that run n times, and how many numbers each trip may leave behind.
PER_TRIP: dict[str, tuple[int, str]] = {
    "a linear update": (
        0,
        """
def f(x: float, w: "3", n: int):
    for _ in range(n):
        x = 0.9 * x - 1
    return x * w[0]
""",
    ),
    "a linear update by an element that stays": (
        0,
        """
def f(x: float, w: "3", n: int):
    s = 0.0
    for k in range(n):
        s = 0.5 * s + w[k % 3] * x
    return s
""",
    ),
    "an update that is not linear keeps what it overwrites": (
        1,
        """
def f(x: float, w: "3", n: int):
    for k in range(n):
        x = math.sin(x) * w[k % 3]
    return x
""",
    ),
    "what does not change in the loop is kept once": (
        1,
        """
def f(x: float, w: "3", n: int):
    for _ in range(n):
        x = x * x * math.exp(w[0]) * 0.1
    return x
""",
    ),
    "a product is kept by its factor": (
        1,
        """
def f(x: float, w: "3", n: int):
    p = x
    for k in range(n):
        p = p * w[k % 3]
    return p
""",
    ),
    "an array of hyperbolic tangents": (
        3,
        """
def f(x: float, w: "3", n: int):
    h = w * x
    for _ in range(n):
        h = np.tanh(h * w)
    return np.sum(h)
""",
    ),
    "a stencil in place": (
        0,
        """
def f(x: float, w: "3", n: int):
    for _ in range(n):
        w[1:-1] = 0.5 * (w[:-2] + w[2:])
    return np.sum(w**2) * x
""",
    ),
    "elements of a linear sweep": (
        0,
        """
def f(x: float, w: "3", n: int):
    for _ in range(n):
        for i in range(1, 3):
            w[i] = 0.5 * (w[i - 1] + x)
    return w[2] * w[1]
""",
    ),
    "a condition on what stays is evaluated again": (
        0,
        """
def f(x: float, w: "3", n: int):
    s = 0.0
    for k in range(n):
        if w[k % 3] > 0:
            s += x
        else:
            s -= w[k % 3] ** 2
    return s
""",
    ),
    "a condition on what is overwritten is kept": (
        1,
        """
def f(x: float, w: "3", n: int):
    for k in range(n):
        if x > 1:
            x = 0.5 * x
        else:
            x = x + w[k % 3] ** 2
    return x
""",
    ),
    "an array that holds its own history": (
        1,
        """
def f(x: float, w: "3", n: int):
    s = np.zeros(n + 1)
    s[0] = x
    for k in range(n):
        s[k + 1] = np.tanh(s[k] * w[k % 3])
    return np.sum(s)
""",
    ),
    "a list that holds its own history": (
        1,
        """
def f(x: float, w: "3", n: int):
    s = [x]
    for k in range(n):
        s.append(math.sin(s[k]) * w[k % 3])
    return s[-1]
""",
    ),
    "a while loop": (
        1,
        """
def f(x: float, w: "3", n: int):
    k = 0
    while k < n:
        x = math.sin(x) * w[0]
        k += 1
    return x
""",
    ),
    "an element that two stages read is kept once": (
        3,
        """
def f(x: float, w: "3", n: int):
    for k in range(n):
        a = w[k % 3] * x
        b = w[k % 3] ** 2
        w[k % 3] = a * b
    return np.sum(w)
""",
    ),
    "nothing but the final value is read": (
        0,
        """
def f(x: float, w: "3", n: int):
    y = w * x
    for k in range(n):
        y[k % 3] += w[(k + 1) % 3]
    return np.sum(y**2)
""",
    ),
}


@pytest.mark.parametrize("name", PER_TRIP)
def test_what_a_trip_leaves_behind(name: str, tmp_path: Path) -> None:
    per_trip, text = PER_TRIP[name]
    module = loaded(written(text, tmp_path))
    w = np.array([0.7, -0.4, 0.9])
    few, many = (kept(module, "f", 0.6, w, n) for n in (4, 24))
    assert many - few <= 20 * per_trip


STENCILS = ("heat", "gauss_seidel", "conv_loops")


@pytest.mark.parametrize("name", STENCILS)
def test_stencils_hold_no_tape(name: str) -> None:
    source = backgen.generate(EXAMPLES / f"{name}.py", verify=False).source
    assert "tape" not in source
    function, arguments = FLOW_EXAMPLES[name]
    held = kept(loaded(source), function, *arguments)
    assert held <= numbers(list(arguments)) + 16  # and lengths


def test_a_quotient_that_stays_stands_in_for_its_numerator() -> None:
    source = backgen.generate(EXAMPLES / "cholesky.py", verify=False).source
    assert "tape" not in source
    assert "dL[j, j] -= L[i, j] / L[j, j] * dL_raw" in source


def test_a_loop_of_tanh_holds_one_value_per_step() -> None:
    module = loaded(backgen.generate(EXAMPLES / "tanh_rnn.py", verify=False).source)
    _, (x, wx, wh, h, _) = FLOW_EXAMPLES["tanh_rnn"]

    def held(steps: int) -> int:
        inputs = (np.ones((steps, x.shape[1])), np.ones((steps, h.size)))
        given = (inputs[0], wx, wh, h, inputs[1])
        return kept(module, "tanh_rnn", *given) - numbers(list(inputs))

    assert held(25) - held(5) <= 20 * h.size


# -- every module


def source_of(name: str, text: str) -> str:
    return build(text, f"{name}.py", Options(), verify=False).source


@pytest.fixture(scope="module")
def modules() -> dict[str, str]:
    """What is written for every case and example; those refused are left out."""
    texts = {case.name: case.text for case in ALL}
    texts |= {name: (EXAMPLES / f"{name}.py").read_text() for name in FLOW_EXAMPLES}
    found = {}
    for name, text in texts.items():
        try:
            found[name] = source_of(name, text)
        except backgen.BackgenError:
            continue
    return found


def test_all_modules_pass_ruff(modules: dict[str, str], tmp_path: Path) -> None:
    for name, source in modules.items():
        stem = "".join(c if c.isalnum() else "_" for c in name)
        path = tmp_path / f"{stem}.py"
        path.write_text(source, encoding="utf-8", newline="\n")
    for command in (["check"], ["format", "--diff"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr


def test_the_same_text_every_time(modules: dict[str, str]) -> None:
    for case in [case for case in ALL if case.name in modules][::20]:
        assert source_of(case.name, case.text) == modules[case.name]


def test_what_changes_places_does_so_on_the_way_back(tmp_path: Path) -> None:
    text = """\
def f(x: "N", A: "N, N", k: int):
    if x[k] > x[k + 1]:
        x[k], x[k + 1] = x[k + 1], x[k]
        A[[k, k + 1]] = A[[k + 1, k]]
    return A @ x
"""
    source = written(text, tmp_path)
    assert "        x[k], x[k + 1] = x[k + 1], x[k]  # (1)\n" in source
    assert "        dx[k], dx[k + 1] = dx[k + 1], dx[k]\n" in source
    assert "        dA[[k, k + 1]] = dA[[k + 1, k]]\n" in source
    assert "_raw" not in source


def test_windows_of_a_loop_are_whole(tmp_path: Path) -> None:
    text = """\
def f(x: "N, C", w: "K, C", step: int):
    n, k = len(x), len(w)
    out = np.zeros((n - k) // step + 1)
    for i in range((n - k) // step + 1):
        out[i] = np.sum(x[i * step : i * step + k] * w)
    return out
"""
    source = written(text, tmp_path)
    assert "        dx[i * step : i * step + k] += w * dout_raw\n" in source
    assert "        dw += x[i * step : i * step + k] * dout_raw\n" in source
    assert "_unbroadcast" not in source
    assert "_unbroadcast" in written(text.replace("+ 1):", "+ 2):"), tmp_path)


def test_numbers_are_multiplied_before_arrays_in_loops(tmp_path: Path) -> None:
    text = """\
def f(x: "T, N", y: "N"):
    s = np.sum((x[0] - y) ** 2)
    for t in range(len(x)):
        s += np.sum((x[t] - y) ** 2)
    return s
"""
    backward = written(text, tmp_path).partition("def f_backward")[2]
    assert "        ds_raw = 2 * ds * (x[t] - y)\n" in backward
    assert "    ds_raw_1 = 2 * (x[0] - y) * ds\n" in backward
