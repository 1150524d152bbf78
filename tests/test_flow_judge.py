"""The judge of imperative programs, and its oracle, are tried on known gradients."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from array_judge import judge
from array_oracles import differences
from array_trees import leaves
from exact_numbers import load_exact
from flow_fakes import ByExact
from flow_judge import FlowProblem, flow_problem, is_reliable, judge_passes, own_run
from flow_oracle import NotExact, exact_differences
from random_imperative import make

# -- the oracle


def test_the_oracle_gives_known_gradients() -> None:
    text = "import math\ndef f(x, y):\n    s = x\n    for k in range(3):\n"
    text += "        s = s * y + math.exp(x)\n    return s\n"
    x, y = 0.3, 0.7
    found = exact_differences(text, {"x": x, "y": y}, ("x", "y"), 2.0).gradients
    e = math.exp(x)
    assert found["x"] == pytest.approx(2 * (y**3 + e * (y**2 + y + 1)), rel=1e-15)
    assert found["y"] == pytest.approx(2 * (3 * x * y**2 + e * (2 * y + 1)), rel=1e-15)


@pytest.mark.parametrize("seed", range(60))
def test_the_oracle_agrees_with_differences_of_floats(seed: int) -> None:
    problem = make(seed, calls=seed % 4 == 3).problem
    _, _, upstream = own_run(problem)
    given = (problem.arguments, problem.wrt, upstream)
    exactly = exact_differences(problem.text, *given)
    roughly = differences(_loaded(problem.text).f, *given)
    if not roughly.error < 1e-6:
        pytest.skip("another path is within the step of the differences of floats")
    for name in problem.wrt:
        pairs = zip(
            leaves(exactly.gradients[name]),
            leaves(roughly.gradients[name]),
            strict=True,
        )
        for mine, theirs in pairs:
            assert np.allclose(mine, theirs, rtol=1e-7, atol=1e-7 + roughly.error)


KINKS = {
    "abs(x - 0.25)": "a sign",
    "max(x, 0.25)": "a tie",
    "x if x > 0.25 else 2 * x": "a condition",
    "math.floor(4 * x) * x": "a rounding",
    "np.sort(np.array([x, 0.25]))[0]": "an order",
    "np.maximum(x, 0.25)": "a tie of arrays",
}


@pytest.mark.parametrize("output", KINKS)
def test_at_a_kink_the_oracle_has_no_answer(output: str) -> None:
    text = f"import math\nimport numpy as np\ndef f(x):\n    return {output}\n"
    assert not is_reliable(flow_problem(text, {"x": 0.25}))
    assert is_reliable(flow_problem(text, {"x": 0.2500001}))


def test_what_cannot_be_run_exactly_is_said() -> None:
    text = "import numpy as np\ndef f(x):\n    return np.linalg.inv(x).sum()\n"
    arguments = {"x": np.array([[2.0, 0.5], [0.3, 1.0]])}
    with pytest.raises(NotExact):
        exact_differences(text, arguments, ("x",), 1.0)
    assert is_reliable(flow_problem(text, arguments))


def test_arrays_of_integers_stay_arrays_of_integers() -> None:
    text = "import numpy as np\ndef f(x):\n    y = np.array([1, 2])\n"
    text += "    y[0] = 3 * x\n    return y.sum() * x\n"
    found = exact_differences(text, {"x": 1.5}, ("x",), 1.0)
    assert found.gradients["x"] == 6  # 4.5 is cut to 4


def test_the_same_functions_are_run_exactly() -> None:
    f = load_exact("import math\ndef f(x):\n    return math.sqrt(x)\n")
    assert f(2.0) == math.sqrt(2)  # no argument is exact, so it is the plain one


# -- the judge


RNN = """
import numpy as np

def f(X, W, U, b, h0):
    T = X.shape[1]
    S = np.zeros((h0.shape[0], T + 1))
    S[:, 0] = h0
    for k in range(T):
        S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)
    loss = np.sum(S**2)
    return loss
"""
RNN_PASSES = """
import numpy as np

def f_forward(X, W, U, b, h0):
    T = X.shape[1]
    S = np.zeros((h0.shape[0], T + 1))
    S[:, 0] = h0
    for k in range(T):
        S[:, k + 1] = np.tanh(W @ X[:, k] + U @ S[:, k] + b)
    loss = np.sum(S**2)
    return loss, (X, W, U, b, T, S)

def f_backward(dloss, cache):
    X, W, U, b, T, S = cache
    dS = 2 * S * dloss
    dX = np.zeros_like(X)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    for k in reversed(range(T)):
        dS_raw = (1 - S[:, k + 1] ** 2) * dS[:, k + 1]
        dW += np.outer(dS_raw, X[:, k])
        dX[:, k] += W.T @ dS_raw
        dU += np.outer(dS_raw, S[:, k])
        dS[:, k] += U.T @ dS_raw
        db += dS_raw
    dh0 = dS[:, 0]
    return dX, dW, dU, db, dh0
"""
MIXING = """
def f(x, y):
    for i in range(len(x) - 1):
        x[i + 1] = x[i] * x[i + 1] + y
    return x
"""
MIXING_PASSES = """
import numpy as np

def f_forward(x, y):
    tape = []
    for i in range(len(x) - 1):
        tape.append((x[i], x[i + 1]))
        x[i + 1] = x[i] * x[i + 1] + y
    return x, (x.shape, tape)

def f_backward(dx, cache):
    shape, tape = cache
    dx = dx.copy()
    dy = 0.0
    for i, (left, right) in zip(reversed(range(shape[0] - 1)), reversed(tape)):
        d = dx[i + 1]
        dy += d
        dx[i] += right * d
        dx[i + 1] = left * d
    return dx, dy
"""


def random(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng([seed, *shape]).normal(size=shape) / 2


PROBLEMS: dict[str, tuple[FlowProblem, str]] = {
    "rnn": (
        flow_problem(
            RNN,
            {
                "X": random(2, 4),
                "W": random(3, 2),
                "U": random(3, 3),
                "b": random(3),
                "h0": random(3, seed=1),
            },
        ),
        RNN_PASSES,
    ),
    "mixing": (flow_problem(MIXING, {"x": random(4), "y": 0.3}), MIXING_PASSES),
}


def _loaded(text: str) -> ModuleType:
    module = ModuleType("passes")
    exec(compile(text, "<passes>", "exec"), vars(module))
    return module


def judged(name: str, old: str = "", new: str = "") -> str:
    """What the judge says of hand-written passes, with a change made to them."""
    problem, text = PROBLEMS[name]
    assert old in text
    module = _loaded(text.replace(old, new, 1) if old else text)
    return judge_passes(problem, (module.f_forward, module.f_backward))


@pytest.mark.parametrize("name", PROBLEMS)
def test_right_passes_are_right(name: str) -> None:
    assert judged(name) == ""
    assert judge(PROBLEMS[name][0], ByExact()).kind == "right"


FAULTS: dict[tuple[str, str, str], str] = {
    ("rnn", "U.T @ dS_raw", "U @ dS_raw"): "gradient of",
    ("rnn", "reversed(range(T))", "range(T)"): "gradient of",
    ("rnn", "dX[:, k] += W.T", "dX[:, k] -= W.T"): "gradient of X",
    ("rnn", "dS = 2 * S * dloss", "dS = S; dS *= 2 * dloss"): "gradient of X",
    ("rnn", "dh0 = dS[:, 0]", "dh0 = dS[:, 0]; X *= 2"): "the cache was changed",
    ("rnn", "np.sum(S**2)", "np.sum(S * S) + 1e-14"): "the value is",
    ("rnn", "return dX, dW", "return dW, dX"): "gradient of",
    ("rnn", "    T = X.shape[1]", "    X *= 1.1; T = X.shape[1]"): "the value is",
    ("mixing", "x[i] * x[i + 1] + y", "x[i] + x[i] * x[i + 1] + y"): "the value is",
    ("mixing", "tape = []", "x = x.copy(); tape = []"): "the arguments are",
    ("mixing", "dx = dx.copy()", ""): "the upstream gradient was changed",
    ("mixing", "reversed(tape)", "(tape.pop() for _ in list(tape))"): "the cache was",
    ("mixing", "dy = 0.0", "dy = 1e-6"): "gradient of y",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_passes_are_found(fault: tuple[str, str, str]) -> None:
    said = judged(*fault)
    assert said.startswith(FAULTS[fault]), said


def test_gradients_that_share_memory_with_the_cache_are_found() -> None:
    text = "def f(x):\n    return x.sum()\n"
    problem = flow_problem(text, {"x": random(3)})
    dx = np.full(3, own_run(problem)[2])
    passes = (lambda x: (x.sum(), (dx,)), lambda dy, cache: cache[0])
    assert judge_passes(problem, passes) == "the second call differs"
