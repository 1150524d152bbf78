"""`wrt` names variables: the gradients of values in between."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
import random_arrays
import random_imperative
from backgen.errors import BackgenError, InputError
from random_variables import outcomes

NUMBERS = """
import math

def f(x, y):
    a = x * y
    b = math.sin(a) + a
    c = b * b
    d = c + a * b
    return d
"""

NETWORK = """
import numpy as np

def f(x: "N, D", W: "D, M", y: "N int"):
    n = x.shape[0]
    logits = x @ W
    top = logits.max(axis=1, keepdims=True)
    p = np.exp(logits - top) / np.sum(np.exp(logits - top), axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), y]).mean()
    return loss
"""

LOOP = """
import numpy as np

def f(x: "T, D", W: "D, H", U: "H, H"):
    z = x @ W
    h = np.zeros(U.shape[0])
    for t in range(x.shape[0]):
        h = np.tanh(z[t] + U @ h)
    last = h
    if np.sum(last) > 0:
        s = np.sum(last * z)
    else:
        s = np.sum(last**2)
    return s * 2
"""


def generated(tmp_path: Path, text: str, **options: Any) -> backgen.module.Module:
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    return backgen.generate(path, **options)


# -- what is returned


def test_variables_come_after_parameters_in_the_order_of_their_stages(
    tmp_path: Path,
) -> None:
    module = generated(tmp_path, NUMBERS, wrt=("b", "a", "y"))
    assert "    return dy, da, db\n" in module.source
    x, y = 0.7, -1.3
    a = x * y
    b = math.sin(a) + a
    db = 2 * b + a
    da = b + (math.cos(a) + 1) * db
    value, found = module.load().f_value_and_grad(x, y)
    assert value == pytest.approx(b * b + a * b)
    assert found == pytest.approx((x * da, da, db))


def test_nothing_is_computed_in_front_of_the_variable(tmp_path: Path) -> None:
    module = generated(tmp_path, NUMBERS, wrt="b")
    backward = module.source.split("def f_backward")[1].split("def f_value")[0]
    assert "(1)" not in backward
    assert "(2)" not in backward
    assert module.report is not None
    assert module.report.ok


def test_softmax_minus_one_hot() -> None:
    space: dict[str, Any] = {}
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(4, 3)), rng.normal(size=(3, 5))
    y = np.array([1, 0, 4, 1])
    exec(NETWORK, space)
    with pytest.raises(BackgenError, match="BG030"):
        backgen.grad(space["f"], wrt="logits")(x, W, y)

    dlogits, dW = backgen.grad(network, wrt=("logits", "W"))(x, W, y)
    powers = np.exp(x @ W)
    due = powers / powers.sum(axis=1, keepdims=True)
    due[np.arange(4), y] -= 1
    np.testing.assert_allclose(dlogits, due / 4, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(dW, x.T @ due / 4, rtol=1e-12)


def network(x: Any, W: Any, y: Any) -> Any:
    n = x.shape[0]
    logits = x @ W
    top = logits.max(axis=1, keepdims=True)
    p = np.exp(logits - top) / np.sum(np.exp(logits - top), axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), y]).mean()
    return loss


def product(x: float, y: float) -> float:
    a = x * y
    return math.sin(a) * a


def test_the_api_gives_a_bare_gradient_or_a_tuple() -> None:
    a = 6.0
    da = math.cos(a) * a + math.sin(a)
    assert backgen.grad(product, wrt="a")(2.0, 3.0) == pytest.approx(da)
    assert backgen.grad(product, wrt=("a", "x"))(2.0, 3.0) == pytest.approx(
        (da, 3 * da)
    )
    value, (dx, found) = backgen.value_and_grad(product, wrt=("x", "a"))(2.0, 3.0)
    assert (value, dx, found) == pytest.approx((math.sin(a) * a, 3 * da, da))
    _, pullback = backgen.vjp(product, wrt=("a",))(2.0, 3.0)
    assert pullback(2.0) == pytest.approx((2 * da,))
    assert pullback(2.0) == pytest.approx((2 * da,))


def test_a_gradient_that_is_returned_is_not_written_into(tmp_path: Path) -> None:
    """`dx = dnorm`, then a contribution to dx: dnorm has to stay what it is."""
    text = (
        "import numpy as np\n\ndef f(x: 'N, D'):\n"
        "    top = x.max(axis=1, keepdims=True)\n    norm = x - top\n"
        "    s = np.sum(norm**3)\n    return s * 2\n"
    )
    module = generated(tmp_path, text, wrt=("x", "norm"))
    x = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
    _, (dx, dnorm) = module.load().f_value_and_grad(x)
    norm = x - x.max(axis=1, keepdims=True)
    np.testing.assert_allclose(dnorm, 6 * norm**2)
    due = 6 * norm**2
    due[norm == 0] -= (6 * norm**2).sum(axis=1)
    np.testing.assert_allclose(dx, due)


def test_scripts_and_styles(tmp_path: Path) -> None:
    text = "x = 3.0\ny = -4.0\nq = x * y\nr = q * q\nf = r + q\n"
    for style in ("split", "fused"):
        module = generated(tmp_path, text, wrt=("q", "x"), style=style)
        assert module.report is not None
        assert module.report.ok
        loaded = module.load().program_value_and_grad
        assert loaded(3.0, -4.0) == (132.0, (92.0, -23.0))


def test_several_functions_take_what_they_have(tmp_path: Path) -> None:
    text = (
        "def f(x):\n    z = 2 * x\n    return z * z\n\n"
        "def g(w):\n    x = w * w\n    return x * w\n\n"
        "def h(x):\n    u = x * x\n    return u * x\n"
    )
    module = generated(tmp_path, text, wrt=("x", "z", "w"))
    wrt = {entry.base: entry.wrt for entry in module.entries}
    # x is a parameter of some, so it is no variable of g
    assert wrt == {"f": ("x", "z"), "g": ("w",), "h": ("x",)}


# -- verification


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        (NUMBERS, ("x", "y", "a", "b", "c")),
        (NUMBERS, ("c",)),
        (NETWORK, ("x", "W", "logits", "top", "p")),
        (NETWORK, ("logits",)),
        (LOOP, ("x", "W", "U", "z", "last")),
        (LOOP, ("z",)),
    ],
)
def test_verified_at_all_levels_from_the_file(
    tmp_path: Path, text: str, wrt: tuple[str, ...]
) -> None:
    module = generated(tmp_path, text, wrt=wrt)
    module.write(tmp_path / "program_backward.py")
    report = backgen.verify(tmp_path / "program.py")
    assert report.ok, report.summary()
    (function,) = report.functions
    rows = [row.parameter for row in function.differences]
    assert rows == list(wrt)
    assert all(row.max_relative < 1e-6 for row in function.differences)


MISTAKES = [
    (NUMBERS, ("x", "a"), "db += 2 * b * dc", "db += b * dc"),
    (NUMBERS, ("x", "a"), "return dx, da", "return da, dx"),
    (NUMBERS, ("a",), "da += db", "da = db"),
    (NUMBERS, ("x", "a"), "dx = y * da", "dx = y * da\n    da = 2.0 * da"),
    (
        NETWORK,
        ("W", "logits"),
        "dW = x.T @ dlogits",
        "dW = x.T @ dlogits\n    dlogits *= 2",
    ),
    (LOOP, ("W", "z"), "dW = x.T @ dz", "dW = x.T @ dz\n    dz = dz + 1"),
    (LOOP, ("W", "last"), "return dW, dlast", "return dW, 0 * dlast"),
]


@pytest.mark.parametrize(("text", "wrt", "right", "wrong"), MISTAKES)
def test_wrong_gradients_are_found(
    tmp_path: Path, text: str, wrt: tuple[str, ...], right: str, wrong: str
) -> None:
    module = generated(tmp_path, text, wrt=wrt, verify=False)
    assert right in module.source
    path = tmp_path / "program_backward.py"
    path.write_text(module.source.replace(right, wrong), encoding="utf-8")
    report = backgen.verify(tmp_path / "program.py")
    assert not report.ok
    assert report.findings


# -- what is refused

REFUSED = [
    ("h = x * 2\n    h = h * x\n    return h * 3", "h", "BG008", 3),
    ("h = x * 2\n    h += x\n    return h * 3", "h", "BG008", 3),
    ("h = (h := 2 * x) + h\n    return h * 3", "h", "BG008", 2),
    ("g = h = 2 * x\n    return g * h", "h", "BG008", 2),
    ("for i in range(3):\n        h = x * i\n    return h * 3", "h", "BG008", 3),
    (
        "if x > 0:\n        h = x\n    else:\n        h = 2\n    return h * x",
        "h",
        "BG008",
        5,
    ),
    ("if x > 0:\n        h = x\n        return h * h\n    return x", "h", "BG008", 3),
    ("h = 2 * x\n    return h", "h", "BG008", 2),
    ("h = [x, x]\n    return h[0] * h[1]", "h", "BG008", 2),
    ("h = 2 * x\n    return h * x", "dh", "BG005", 1),
    ("h = 2 * x\n    return x * x", "h", "BG006", 1),
]


@pytest.mark.parametrize(("body", "name", "code", "line"), REFUSED)
def test_refused_with_a_position(
    tmp_path: Path, body: str, name: str, code: str, line: int
) -> None:
    with pytest.raises(BackgenError) as caught:
        generated(tmp_path, f"def f(x):\n    {body}\n", wrt=name)
    assert (caught.value.code, caught.value.lineno) == (code, line)


WRITTEN = [
    ("z = x * 2\n    z[0] = 5.0\n    return np.sum(z * x)", "z", 6),
    ("z = x * 2\n    y = z\n    z[0] = 5.0\n    return np.sum(y * y)", "y", 6),
    ("z = x * 2\n    y = z[1:]\n    y[0] = 5.0\n    return np.sum(z * z)", "y", 7),
    ("k = np.argsort(x)\n    return np.sum(x[k] * x)", "k", 5),
]


@pytest.mark.parametrize(("body", "name", "line"), WRITTEN)
def test_what_is_written_to_is_refused(
    tmp_path: Path, body: str, name: str, line: int
) -> None:
    text = f"import numpy as np\n\n\ndef f(x: 'N'):\n    {body}\n"
    with pytest.raises(InputError) as caught:
        generated(tmp_path, text, wrt=name)
    assert (caught.value.code, caught.value.lineno) == ("BG008", line)


def test_variables_of_classes_are_refused(tmp_path: Path) -> None:
    text = (
        "class Layer:\n    def forward(self, x):\n"
        "        z = x * 2\n        return z * x\n"
    )
    with pytest.raises(InputError, match="BG005"):
        generated(tmp_path, text, wrt="z")


# -- random programs


def check_all(make: Any, seeds: range) -> None:
    kinds: Counter[str] = Counter()
    for seed in seeds:
        program = make(seed)
        for kind, detail in outcomes(
            program.text, program.arguments, program.problem.wrt
        ):
            assert kind != "wrong", f"seed {seed}: {detail}\n{program.text}"
            kinds[kind] += 1
    assert kinds["right"] > len(seeds) / 2, kinds
    assert kinds["unreliable"] < 0.1 * kinds["right"], kinds


def test_random_array_programs() -> None:
    check_all(random_arrays.make, range(40))


def test_random_imperative_programs() -> None:
    check_all(random_imperative.make, range(40))


@pytest.mark.slow
@pytest.mark.parametrize(
    "make", [random_arrays.make, random_imperative.make], ids=["arrays", "imperative"]
)
def test_many_random_programs(make: Any) -> None:
    check_all(make, range(1000, 1500))
