"""Gradients that the user wrote: found, used, compared; or declared, and then not."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest

# by name: the source, and the gradients of `f` at (0.5, 2.0)
A, B = 0.5, 2.0
GATE = """\
import math


def gate(x, y):
    return x * math.sin(y)


def f(x, y):
    return gate(x, y) + x
"""
WAYS = {
    "upstream first": "def gate_backward(dout, x, y):\n"
    "    return dout * math.sin(y), dout * x * math.cos(y)\n",
    "upstream last": "def gate_backward(x, y, dz):\n"
    "    return dz * math.sin(y), dz * x * math.cos(y)\n",
    "named gradients": "def gate_backward(dout, x, y):\n"
    "    dx = dout * math.sin(y)\n"
    "    dy = dout * x * math.cos(y)\n"
    "    return (dx, dy)\n",
    "a cache": "def gate_forward(x, y):\n"
    "    s = math.sin(y)\n"
    "    out = x * s\n"
    "    cache = (s, x, y)\n"
    "    return out, cache\n\n\n"
    "def gate_backward(dout, cache):\n"
    "    s, x, y = cache\n"
    "    return s * dout, x * math.cos(y) * dout\n",
    "a cache first": "def gate_forward(x, y):\n"
    "    return x * math.sin(y), (x, y)\n\n\n"
    "def gate_backward(cache, g):\n"
    "    x, y = cache\n"
    "    return math.sin(y) * g, x * math.cos(y) * g\n",
    "the output": "def gate_backward(dout, out, x, y):\n"
    "    return dout * out / x, dout * x * math.cos(y)\n",
    "a rule": "import backgen\n\n\n"
    "@backgen.rule(gate)\n"
    "def slope(dout, x, y):\n"
    "    return dout * math.sin(y), dout * x * math.cos(y)\n",
    "a branch": "from backgen import rule as gradient\n\n\n"
    "@gradient(gate, verify=True)\n"
    "def slope(dout, x, y):\n"
    "    if y > 0.0:\n"
    "        return dout * math.sin(y), dout * x * math.cos(y)\n"
    "    return dout * math.sin(y), dout * x * math.cos(y)\n",
    "a helper": "def turned(v):\n"
    "    return math.cos(v)\n\n\n"
    "def gate_backward(dout, x, y):\n"
    "    return dout * math.sin(y), dout * x * turned(y)\n",
}


def generated(tmp_path: Path, text: str, **options: Any) -> backgen.module.Module:
    path = tmp_path / "program.py"
    path.write_text(text)
    return backgen.generate(path, **options)


@pytest.mark.parametrize("way", WAYS)
def test_ways_of_writing(way: str, tmp_path: Path) -> None:
    built = generated(tmp_path, f"{GATE}\n\n{WAYS[way]}")
    assert "as written by hand in the source" in built.source
    assert built.report is not None
    assert built.report.verified
    assert {f.name for f in built.report.functions} >= {"gate", "f"}
    module = built.load()
    due = math.sin(B) + 1.0, A * math.cos(B)
    assert module.f_value_and_grad(A, B)[1] == pytest.approx(due, rel=1e-14)
    out, cache = module.gate_forward(A, B)
    assert out == pytest.approx(A * math.sin(B), rel=1e-15)
    assert module.gate_backward(3.0, cache) == pytest.approx(
        (3.0 * math.sin(B), 3.0 * A * math.cos(B)), rel=1e-14
    )


def test_it_is_used_and_not_the_derivative(tmp_path: Path) -> None:
    text = f"{GATE}\n\ndef gate_backward(dout, x, y):\n    return 7.0 * dout, -dout\n"
    built = generated(tmp_path, text, verify=False)
    assert built.load().f_value_and_grad(A, B)[1] == (8.0, -1.0)


def test_a_wrong_one_is_found_with_its_place(tmp_path: Path) -> None:
    wrong = "def gate_backward(dout, x, y):\n    return dout * math.sin(y), dout * x\n"
    with pytest.raises(backgen.NotVerified) as info:
        generated(tmp_path, f"{GATE}\n\n{wrong}")
    assert "`gate_backward`, written by hand in program.py:12" in info.value.message
    assert "the gradient of `y` is wrong" in info.value.message


def test_a_wrong_value_is_found(tmp_path: Path) -> None:
    wrong = (
        "def gate_forward(x, y):\n    return x * math.cos(y), (x, y)\n\n\n"
        "def gate_backward(dout, cache):\n    x, y = cache\n"
        "    return dout * math.sin(y), dout * x * math.cos(y)\n"
    )
    with pytest.raises(backgen.NotVerified, match="the output differs"):
        generated(tmp_path, f"{GATE}\n\n{wrong}")


# -- declared

CLIP = """\
import numpy as np
import backgen


def clip(x: "N"):
    return np.clip(x, -1.0, 1.0)


@backgen.rule(clip, verify=False)
def straight_through(dout):
    return dout


def f(x: "N", w: "N"):
    y = clip(x * w)
    for k in range(2):
        y = clip(y + 2.0 * x * y)
    return np.sum(y * y)
"""


def clip_by_hand(x: Any, w: Any) -> tuple[Any, Any]:
    ys = [np.clip(x * w, -1, 1)]
    for _ in range(2):
        ys.append(np.clip(ys[-1] + 2.0 * x * ys[-1], -1, 1))
    dy = 2.0 * ys[-1]
    dx = np.zeros_like(x)
    for y in reversed(ys[:-1]):
        dx += 2.0 * y * dy
        dy = dy + 2.0 * x * dy
    return dx + w * dy, x * dy


X = np.array([0.5, 3.0, -0.2])
W = np.array([1.0, 2.0, -1.5])


def test_what_is_declared_is_used_and_said(tmp_path: Path) -> None:
    built = generated(tmp_path, CLIP)
    said = "The gradient of clip: declared by the user, not compared."
    assert built.report is not None
    assert said in built.report.summary()
    assert said in built.source
    assert built.report.verified
    by_name = {f.name: f for f in built.report.functions}
    assert all(s.status.value == "proved" for s in by_name["f"].stages)
    assert len(by_name["f"].stages) == 3
    found = built.load().f_value_and_grad(X, W)[1]
    for gradient, due in zip(found, clip_by_hand(X, W), strict=True):
        np.testing.assert_allclose(gradient, due, rtol=1e-14)
    assert "import backgen" not in built.source


BUGS = {
    "the backward pass of the function": ("return dout", "return 2.0 * dout"),
    "a call": ("dx += w * dx_raw", "dx += 2.0 * w * dx_raw"),
    "a sign": ("dw = x * dx_raw", "dw = -x * dx_raw"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_bugs_around_what_is_declared_are_found(bug: str, tmp_path: Path) -> None:
    built = generated(tmp_path, CLIP, verify=False)
    right, wrong = BUGS[bug]
    assert right in built.source
    module = tmp_path / "program_backward.py"
    module.write_text(built.source.replace(right, wrong))
    assert not backgen.verify(tmp_path / "program.py").ok
    module.write_text(built.source)
    assert backgen.verify(tmp_path / "program.py").verified


def test_no_memory_is_shared(tmp_path: Path) -> None:
    """What is returned may be the upstream gradient, a part of the cache, or one array
    for two parameters."""
    text = """\
import numpy as np


def add(x: "N", y: "N"):
    return x + y


def add_backward(dout):
    return dout, dout


def half(x: "N"):
    return 0.5 * np.sum(x * x)


def half_backward(dout, x):
    if dout == 1.0:
        return x
    return dout * x


def f(x: "N", y: "N"):
    a = add(x, y)
    b = add(a, x)
    c = add(b, a * y)
    return half(c) + half(x) + half(a) + half(a)
"""
    built = generated(tmp_path, text)
    module = built.load()
    x, y = X.copy(), W.copy()
    _, cache = module.f_forward(x, y)
    first = module.f_backward(1.0, cache)
    kept = [g.copy() for g in first]
    second = module.f_backward(1.0, cache)
    a = X + W
    c = a + X + a * W
    da = c * (1.0 + W) + 2.0 * a
    due = da + c + X, da + c * a
    for one, before, two, exact in zip(first, kept, second, due, strict=True):
        np.testing.assert_array_equal(one, before)
        np.testing.assert_array_equal(one, two)
        np.testing.assert_allclose(one, exact, rtol=1e-13)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, W)


# -- refused

HEAD = "import math\n\n\ndef gate(x, y):\n    z = x * math.sin(y)\n    return z\n\n\n"
REFUSED = {
    "no upstream gradient": ("def gate_backward(x, y):\n    return x, y\n", 9),
    "two unknown": ("def gate_backward(a, b):\n    return a, b\n", 9),
    "too few": ("def gate_backward(dout, x):\n    return dout\n", 10),
    "nothing": ("def gate_backward(dout, x):\n    dout + x\n", 9),
    "only None": ("def gate_backward(dout):\n    return None, None\n", 10),
    "not always": (
        "def gate_backward(dout, x):\n    if x > 0.0:\n"
        "        return dout, None\n    return dout, dout\n",
        12,
    ),
    "star": ("def gate_backward(dout, *rest):\n    return dout, dout\n", 9),
    "a forward pass with other parameters": (
        "def gate_forward(x):\n    return x, (x,)\n\n\n"
        "def gate_backward(dout, cache):\n    return dout, dout\n",
        9,
    ),
    "a forward pass without cache": (
        "def gate_forward(x, y):\n    return x * math.sin(y)\n\n\n"
        "def gate_backward(dout, cache):\n    return dout, dout\n",
        9,
    ),
    "a rule for nothing": (
        "import backgen\n\n\n@backgen.rule()\ndef g(dout):\n    return dout, dout\n",
        12,
    ),
    "a rule for another": (
        "import backgen\n\n\n@backgen.rule(math.sin)\ndef g(dout):\n    return dout\n",
        12,
    ),
    "an option": (
        "import backgen\n\n\n@backgen.rule(gate, check=False)\n"
        "def g(dout):\n    return dout, dout\n",
        12,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str, tmp_path: Path) -> None:
    text, line = REFUSED[case]
    with pytest.raises(backgen.Refused) as info:
        generated(tmp_path, HEAD + text)
    assert (info.value.code, info.value.lineno) == ("BG023", line)


CALLS = {
    "inside of a function": (
        "def f(x):\n    def sq(v):\n        return v * v\n\n"
        "    def sq_backward(dout, v):\n        return 2.0 * v * dout\n\n"
        "    return sq(x)\n",
        "BG023",
    ),
    "a function among the arguments": (
        "def twice(fn, x):\n    return fn(fn(x))\n\n\n"
        "def twice_backward(dout, fn, x):\n    return None, dout * x\n\n\n"
        "def f(x):\n    return twice(math.sin, x)\n",
        "BG023",
    ),
    "a decorated gradient": (
        "import functools\n\n\n@functools.wraps(math.sin)\n"
        "def gate_backward(dout, x, y):\n    return dout, dout\n",
        "BG017",
    ),
    "a parameter without gradient": (
        "def gate_backward(dout, y):\n    return dout * math.sin(y), None\n\n\n"
        "def f(x, y):\n    return gate(x, y)\n",
        "BG012",
    ),
    "a parameter that is bound again": (
        "def turn(x):\n    x = 2.0 * x\n    return x\n\n\n"
        "def turn_backward(dout, x):\n    return 2.0 * dout + 0.0 * x\n",
        "BG023",
    ),
}


@pytest.mark.parametrize("case", CALLS)
def test_refused_where_it_is_used(case: str, tmp_path: Path) -> None:
    text, code = CALLS[case]
    with pytest.raises(backgen.Refused) as info:
        generated(tmp_path, HEAD + text, functions=["f"] if "def f(" in text else None)
    assert info.value.code == code


def test_none_for_what_is_constant(tmp_path: Path) -> None:
    text = (
        "def gate_backward(dout, y):\n    return dout * math.sin(y), None\n\n\n"
        "def f(x):\n    return gate(x, 2.0)\n"
    )
    module = generated(tmp_path, HEAD + text).load()
    assert module.f_value_and_grad(A)[1] == math.sin(2.0)
    assert module.gate_value_and_grad(A, B)[1] == math.sin(B)


# -- functions that the caller holds


def gate(x: float, y: float) -> float:
    return x * math.sin(y)


def gate_backward(dout: float, x: float, y: float) -> tuple[float, float]:
    return dout * math.sin(y), dout * x * math.cos(y)


def doubled(x: float, y: float) -> float:
    return 2.0 * gate(x, y)


def rounded(x: Any) -> Any:
    return np.round(x)


@backgen.rule(rounded, verify=False)
def straight_through(dout: Any) -> Any:
    return 3.0 * dout


def quantized(x: Any, w: Any) -> Any:
    return np.sum(rounded(x * w) * w)


def bent(x: float) -> float:
    return x * x


def bent_backward(dout: float, x: float) -> float:
    return 3.0 * x * dout


def test_functions_that_the_caller_holds() -> None:
    gradient = backgen.grad(doubled)
    due = 2.0 * math.sin(B), 2.0 * A * math.cos(B)
    assert gradient(A, B) == pytest.approx(due, rel=1e-14)
    assert "gate_backward" in gradient.source
    assert backgen.grad(gate)(A, B) == pytest.approx((due[0] / 2, due[1] / 2))
    dx, dw = backgen.grad(quantized)(X, W)
    np.testing.assert_allclose(dx, 3.0 * W * W)
    np.testing.assert_allclose(dw, np.round(X * W) + 3.0 * X * W)
    (only,) = backgen.vjp(rounded, wrt=("x",))(X)[1](W)
    np.testing.assert_allclose(only, 3.0 * W)


def test_a_wrong_one_that_the_caller_holds() -> None:
    with pytest.raises(backgen.NotVerified, match="bent_backward") as info:
        backgen.grad(bent)(A)
    line = bent_backward.__code__.co_firstlineno
    assert f"written by hand in {Path(__file__).name}:{line}" in info.value.message
    assert (info.value.filename, info.value.lineno, info.value.col) == (
        __file__,
        line,
        1,
    )
    assert "def bent_backward" in str(info.value.excerpt)
    assert "verify=False" in str(info.value.hint)
    assert backgen.grad(bent, verify=False)(A) == 1.5


def test_rule_takes_functions() -> None:
    with pytest.raises(backgen.UsageError) as info:
        backgen.rule(math.sin)
    assert info.value.code == "BG023"


# -- stop_gradient, and modules beside

STOPPED = {
    "numbers": (
        "import math\nfrom backgen import stop_gradient\n\n\n"
        "def f(x, y):\n    a = x * y\n    b = stop_gradient(a) * x\n"
        "    return b + math.sin(y)\n",
        ("dx = a * db", "dx = 2.0 * a * db"),
    ),
    "arrays": (
        "import numpy as np\nimport backgen\n\n\n"
        'def f(x: "N", y: "N"):\n    a = x * y\n'
        "    c = a - backgen.stop_gradient(np.max(a))\n    return np.sum(np.exp(c))\n",
        ("dx = y * da", "dx = 2.0 * y * da"),
    ),
    "in a loop": (
        "import math\nimport backgen\n\n\n"
        "def f(x, y):\n    a = x\n    for k in range(3):\n"
        "        a = a * y + backgen.stop_gradient(math.tanh(a))\n    return a * x\n",
        ("dx += da", "dx -= da"),
    ),
}


@pytest.mark.parametrize("case", STOPPED)
def test_stop_gradient_is_verified(case: str, tmp_path: Path) -> None:
    text, (right, wrong) = STOPPED[case]
    built = generated(tmp_path, text)
    path = tmp_path / "program.py"
    report = backgen.verify(path)
    assert report.verified
    exact = ("proved", "exact modulo 2**61 - 1")
    assert all(s.status.value in exact for s in report.functions[0].stages)
    assert report.functions[0].digits.value == "sampled"
    assert all(d.max_relative < 1e-6 for d in report.functions[0].differences)
    assert right in built.source
    module = tmp_path / "program_backward.py"
    module.write_text(built.source.replace(right, wrong))
    assert not backgen.verify(path).ok


HELPERS = """\
import math as m
import deeper

K = 2.5
TWICE = 2.0 * K


def gate(a, b):
    c = a * b
    d = m.exp(-c) * TWICE
    e = d + deeper.turned(a)
    return e * d


def clip(x):
    return max(-1.0, min(x, 1.0))


def clip_backward(dout):
    return dout
"""
USES = {
    "the module": "import helpers\n\n\ndef f(x, y):\n"
    "    a = helpers.gate(x, y)\n    return helpers.gate(a, x) * helpers.K\n",
    "the module by another name": "import helpers as h\n\n\ndef f(x, y):\n"
    "    a = h.gate(x, y)\n    return h.gate(a, x) * h.K\n",
    "its names": "from helpers import K, gate as g\n\n\ndef f(x, y):\n"
    "    a = g(x, y)\n    return g(a, x) * K\n",
}


@pytest.mark.parametrize("use", USES)
def test_modules_beside_are_verified(use: str, tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text(HELPERS)
    (tmp_path / "deeper.py").write_text("def turned(v):\n    return v * v\n")
    built = generated(tmp_path, USES[use])
    report = backgen.verify(tmp_path / "program.py")
    assert report.verified
    assert all(s.status.value == "proved" for s in report.functions[0].stages)
    module = tmp_path / "program_backward.py"
    assert "return dx, dy" in built.source
    module.write_text(built.source.replace("return dx, dy", "return dx, 2.0 * dy"))
    assert not backgen.verify(tmp_path / "program.py").ok


def test_a_wrong_gradient_beside_is_found(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text(HELPERS)
    (tmp_path / "deeper.py").write_text("def turned(v):\n    return v * v\n")
    text = "from helpers import clip\n\n\ndef f(x):\n    return clip(x * x) * x\n"
    with pytest.raises(backgen.NotVerified):
        generated(tmp_path, text)


def test_what_is_declared_beside_is_verified(tmp_path: Path) -> None:
    marked = "import backgen\n\n\n@backgen.rule(clip, verify=False)\ndef clip_backward"
    helpers = HELPERS.replace("def clip_backward", marked)
    (tmp_path / "helpers.py").write_text(helpers)
    (tmp_path / "deeper.py").write_text("def turned(v):\n    return v * v\n")
    text = "import helpers\n\n\ndef f(x):\n    return helpers.clip(x * x) * x\n"
    built = generated(tmp_path, text)
    assert built.report is not None
    assert built.report.verified
    assert built.load().f_value_and_grad(2.0)[1] == 1.0 + 2.0 * 2.0 * 2.0


def test_the_command_names_file_and_line(tmp_path: Path) -> None:
    wrong = "def gate_backward(dout, x, y):\n    return dout * math.sin(y), dout * x\n"
    (tmp_path / "program.py").write_text(f"{GATE}\n\n{wrong}")
    command = [sys.executable, "-m", "backgen", "verify", "program.py", "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "program.py:12" in done.stdout


def test_the_command_says_what_is_declared(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(CLIP)
    command = [sys.executable, "-m", "backgen", "verify", "program.py", "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "The gradient of clip: declared by the user, not compared." in done.stdout


def test_several_results_take_several_gradients(tmp_path: Path) -> None:
    text = """\
import math


def polar(x, y):
    r = math.hypot(x, y)
    a = math.atan2(y, x)
    return r, a


def polar_backward(dout, x, y):
    dr, da = dout
    r = math.hypot(x, y)
    return dr * x / r - da * y / r**2, dr * y / r + da * x / r**2


def f(x, y):
    r, a = polar(x, y)
    for k in range(2):
        r, a = polar(r * a, x)
    return r * a
"""
    built = generated(tmp_path, text)
    assert built.report is not None
    assert built.report.verified
    assert "polar_backward((" in built.source


def test_decorators_that_change_nothing(tmp_path: Path) -> None:
    text = """\
import functools

import numpy as np
from numba import njit


@njit(cache=True)
def act(x: "N"):
    return np.tanh(x) * 2.0


@functools.lru_cache(maxsize=None)
def _part(n):
    return 1.0 / n


@njit
def f(x: "N", w: "N"):
    return np.sum(act(x * w)) * _part(3)
"""
    built = generated(tmp_path, text)
    assert built.report is not None
    assert built.report.verified
    assert built.source.count("@njit\n") == 6
    assert "lru_cache" not in built.source
