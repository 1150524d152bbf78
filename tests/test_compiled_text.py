"""Modules for Numba, without Numba: their text, what they compute, and when they are
written. `tests/test_numba.py` compiles them."""

from __future__ import annotations

import ast
import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest
from array_trees import copied, leaves
from backgen.cli import main
from backgen.module import Module, build
from backgen.pipeline import Options
from click.testing import CliRunner
from flow_cases import FLOW_CASES
from flow_examples import EXAMPLES, FLOW_EXAMPLES
from flow_judge import upstream_of
from numba_operations import OPERATIONS

KERNEL = """\
import numpy as np
{}

def decay(x: "N", k: float):
    h = 0.0
    for i in range(len(x)):
        h = np.tanh(k * h + x[i])
    return h
"""
NJIT = KERNEL.format("from numba import njit\n\n\n@njit").replace(
    "@njit\n\n", "@njit\n"
)


def text_of(source: str, **options: Any) -> str:
    return build(source, "f.py", Options(**options), verify=False).source


@pytest.fixture
def numba(monkeypatch: pytest.MonkeyPatch) -> None:
    """A `numba` that leaves functions as they are, and whose lists are Python's."""
    stub, typed = ModuleType("numba"), ModuleType("numba.typed")
    vars(typed)["List"] = list
    monkeypatch.setitem(sys.modules, "numba.typed", typed)
    stub.njit = lambda function: function  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "numba", stub)


def loop(over: str) -> str:
    head = "def f(x: float, a: int, b: int, s: int):\n    y = x\n"
    return f"{head}    for i in {over}:\n        y = y * y + i * x\n    return y\n"


RANGES = {
    "range(b)": "range(b - 1, -1, -1)",
    "range(a, b)": "range(b - 1, a - 1, -1)",
    "range(1, b + 1)": "range(b, 0, -1)",
    "range(2, b - 1)": "range(b - 2, 1, -1)",
    "range(-2, b)": "range(b - 1, -3, -1)",
    "range(b - 1, -1, -1)": "range(b)",
    "range(b, a, -1)": "range(a + 1, b + 1)",
    "reversed(range(b))": "range(b)",
    "range(0, b, 2)": "range((b - 1) // 2 * 2, -2, -2)",
    "range(a, b, 3)": "range(a + (b - 1 - a) // 3 * 3, a - 3, -3)",
    "range(b, a, -2)": "range(b - (b - (a + 1)) // 2 * 2, b + 2, 2)",
    "range(a, b, s)": "range(a + (len(range(a, b, s)) - 1) * s, a - s, -s)",
}


@pytest.mark.parametrize("over", RANGES)
def test_ranges_go_back(over: str, numba: None) -> None:
    written = text_of(loop(over), numba=True)
    (node,) = (
        node
        for node in ast.walk(ast.parse(written).body[-2])
        if isinstance(node, ast.For)
    )
    trips = ast.unparse(node.iter).removeprefix("zip(")
    assert trips.startswith(RANGES[over])
    assert "reversed" not in written.partition("f_backward")[2]
    for a, b, s in itertools.product(range(-3, 4), range(-3, 8), (-3, -2, -1, 1, 2, 3)):
        forward = eval(over, {"a": a, "b": b, "s": s})
        assert [*reversed([*forward])] == [
            *eval(RANGES[over], {"a": a, "b": b, "s": s})
        ]


INTEGERS = 'k: "K int", m: "M bool", n: int'
INDICES = {
    "rows": ("x[k]", (3, 2)),
    "elements": ("x[k]", (3,)),
    "columns": ("x[:, k]", (2, 3)),
    "columns of blocks": ("x[:, k]", (2, 3, 2)),
    "a table of rows": ("x[k.reshape(2, 2)]", (3,)),
    "rows of a list": ("x[[0, 2, 0]]", (3, 2)),
    "columns by a table": ("x[:, k.reshape(2, 2)]", (2, 3)),
    "an integer": ("x[n]", (3, 2)),
    "a column": ("x[:, n]", (2, 3)),
    "a mask": ("x[m]", (3, 2)),
    "columns of a mask": ("x[:, m]", (2, 3)),
}


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("name", INDICES)
def test_what_is_added_to_more_than_once(name: str, stated: bool, numba: None) -> None:
    index, shape = INDICES[name]
    letters = ", ".join("ABC"[: len(shape)])
    text = "import numpy as np\n\n\ndef f(x, k, m, n):\n"
    if stated:
        text = text.replace("x, k, m, n", f'x: "{letters}", {INTEGERS}')
    text += f"    y = {index}\n    return np.sum(y * y)\n"
    x = np.random.default_rng(0).normal(size=shape)
    arguments = x, np.array([0, 2, -1, 0]), np.array([True, False, True]), 1
    plain, fast = both(text)
    assert "np.add.at(" not in fast.source
    results = [gradients(m.load(), "f", arguments) for m in (plain, fast)]
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-15)


def both(text: str) -> Iterator[Module]:
    """The plain module, and the one for Numba."""
    for way in (False, True):
        yield build(text, "f.py", Options(numba=way), verify=False)


def gradients(module: ModuleType, function: str, arguments: Any) -> list[Any]:
    """The value, the gradients, and what becomes of the arguments."""
    own = copied(arguments)
    try:
        value, cache = vars(module)[f"{function}_forward"](*own)
    except TypeError as error:  # written for None
        return [str(error)]
    backward = vars(module)[f"{function}_backward"]
    return [*leaves((value, backward(upstream_of(value), cache), own))]


SAMPLE = {
    name: (case.text, "f", tuple(case.arguments.values()))
    for name, case in itertools.islice(FLOW_CASES.items(), 0, None, 5)
    if case.expects == "right"
} | {
    name: ((EXAMPLES / f"{name}.py").read_text(), *example)
    for name, example in FLOW_EXAMPLES.items()
}


@pytest.mark.parametrize("name", SAMPLE)
def test_they_compute_the_same(name: str, numba: None) -> None:
    text, function, arguments = SAMPLE[name]
    try:
        plain, fast = both(text)
    except backgen.Refused:
        pytest.skip("written from Python only")
    assert "reversed(" not in fast.source
    assert "np.add.at(" not in fast.source.partition("_forward")[0]
    results = [gradients(m.load(), function, arguments) for m in (plain, fast)]
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("name", ["linear_rnn", "newton", "heat", "max_pool"])
def test_they_are_verified_as_they_are(name: str) -> None:
    path = EXAMPLES / f"{name}.py"
    built = backgen.generate(path, numba=True)
    assert built.report is not None
    assert built.report.verified
    marked = {
        node.name: [ast.unparse(mark) for mark in node.decorator_list]
        for node in ast.parse(built.source).body
        if isinstance(node, ast.FunctionDef)
    }
    assert set(itertools.chain(*marked.values())) == {"numba.njit"}
    assert all(marked.values())


def test_a_wrong_one_is_found(tmp_path: Path) -> None:
    source = tmp_path / "heat.py"
    source.write_text((EXAMPLES / "heat.py").read_text())
    target = backgen.generate(source, numba=True).write()
    text = target.read_text()
    assert ", -1, -1):" in text
    target.write_text(text.replace(", -1, -1):", ", 0, -1):"))
    assert not backgen.verify(source).ok


@pytest.mark.parametrize(
    ("header", "numba", "marks"),
    [
        ("from numba import njit\n\n\n@njit", None, 4),
        ("import numba as nb\n\n\n@nb.njit(cache=True)", None, 4),
        ("import numba\n\n\n@numba.jit(nopython=True)", None, 4),
        ("from numba import njit\n\n\n@njit", False, 0),
        ("", None, 0),
        ("", True, 4),
    ],
)
def test_when_they_are_written(header: str, numba: bool | None, marks: int) -> None:
    text = KERNEL.format(header)
    written = text_of(text.replace("\n\ndef", "\ndef"), numba=numba)
    assert sum(line.startswith("@") for line in written.splitlines()) == marks
    assert ("reversed(" in written) is not bool(marks)
    assert ("numba" in written) is bool(marks)


def test_a_file_with_plain_functions_beside_gets_plain_python() -> None:
    text = f"{NJIT}\n\ndef g(x: float):\n    return x * x\n"
    assert "numba" not in text_of(text)
    assert "@njit" in text_of(text, functions=("decay",))


def test_methods_are_not_compiled() -> None:
    text = (EXAMPLES / "layers.py").read_text()
    assert "numba" not in text_of(text, numba=True)
    text = (EXAMPLES / "two_layer_class.py").read_text()
    for line in text_of(text, numba=True).splitlines():
        assert not line.startswith("    @numba")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("decay.py").write_text(KERNEL.format(""))
    target = Path("decay_backward.py")

    def run(*args: str) -> int:
        return CliRunner(catch_exceptions=False).invoke(main, [*args]).exit_code

    assert run("decay.py", "--numba") == 0
    written = target.read_text()
    assert "run `backgen decay.py --numba` again" in written
    assert "import numba\nimport numpy as np\n" in written
    assert run("--check", "decay.py") == 0
    assert run("decay.py") == 0
    assert target.read_text() == written
    assert run("verify", "decay.py") == 0
    assert run("decay.py", "--no-numba") == 0
    assert "numba" not in target.read_text().partition("\n")[2]
    Path("pyproject.toml").write_text("[tool.backgen]\nnumba = true\n")
    target.unlink()
    assert run("decay.py") == 0
    assert "run `backgen decay.py` again" in target.read_text()
    assert "@numba.njit" in target.read_text()


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_compute_the_same(name: str, numba: None) -> None:
    """Helpers of which there are two texts agree."""
    text, arguments = OPERATIONS[name]
    plain, fast = both(text.lstrip())
    assert "keepdims" not in fast.source
    results = [gradients(m.load(), "f", arguments) for m in (plain, fast)]
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-14)


def test_lists_that_numba_would_make_arrays_of(numba: None) -> None:
    text = """\
import numpy as np


def f(x: "4"):
    rows = []
    for i in range(3):
        row = []
        for j in range(2):
            row.append(x[i] * x[j + 1])
        rows.append(row)
    return np.sum(np.array(rows) ** 2) + rows[0][1]
"""
    plain, fast = both(text)
    assert "np.array(" not in fast.source
    assert ".tolist()" not in fast.source
    given = (np.array([0.5, -1.2, 0.8, 0.3]),)
    results = [gradients(m.load(), "f", given) for m in (plain, fast)]
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_array_equal(mine, theirs)


class _Dispatcher:
    """What `numba.njit` makes of a function, as far as it is looked at."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.py_func = function

    def __call__(self, *args: Any) -> Any:
        raise AssertionError("it is read, not called")


class prange:
    """Numba's, by its name and its home."""


_Dispatcher.__module__ = "numba.core.registry"
prange.__module__ = "numba.misc.special"
compiled_square = _Dispatcher(lambda x: x * x)


def _summed(x, k):  # type: ignore[no-untyped-def]
    s = 0.0
    for i in prange(len(x)):  # type: ignore[arg-type, var-annotated, call-overload]
        s += compiled_square(x[i]) * k
    return s


@pytest.mark.filterwarnings("error")
def test_compiled_functions_are_differentiated_from_python() -> None:
    run = backgen.value_and_grad(_Dispatcher(_summed))
    value, (dx, dk) = run(np.array([1.0, 2.0]), 3.0)
    assert (value, dk) == (15.0, 5.0)
    assert np.array_equal(dx, [6.0, 12.0])
