"""Generating takes time in proportion to the program, whatever it is made of.

Calls of functions are counted, and no clock is read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import backgen
import pytest


def _function(lines: list[str], result: str = "s") -> str:
    body = "".join(f"    {line}\n" for line in ["s = x", *lines, f"return {result}"])
    return f"import math\n\n\ndef f(x: float, y: float, n: int):\n{body}"


def _stages(count: int) -> str:
    return _function([f"s = s * math.sin(y) + {i}" for i in range(count)])


def _branches(count: int) -> str:
    arms = "if s > {0}:\n        s = s * {0}\n    else:\n        s = math.sin(s)"
    return _function([arms.format(i) for i in range(count)])


def _loops(count: int) -> str:
    return _function(["for i in range(n):\n        s = s * y"] * count)


def _loop(count: int) -> str:
    body = "".join(f"\n        s = s * y + {i}" for i in range(count))
    return _function([f"for i in range(n):{body}"])


def _calls(count: int) -> str:
    callee = "\n\ndef g(a, b):\n    c = a * b\n    return math.sin(c)\n"
    return _function(["s = g(s, y)"] * count) + callee


def _lists(count: int) -> str:
    made = [f"w{i} = [{i}, {i + 1}]" for i in range(count)]
    return _function([*made, *(f"s = s * w{i}[0]" for i in range(count))])


def _elements(count: int) -> str:
    writes = [f"a[{i + 1}] = math.sin(a[{i}]) * y" for i in range(count)]
    return _arrays([f"a = np.zeros({count + 1})", "a[0] = x", *writes])


def _slices(count: int) -> str:
    writes = [f"a[{2 * i}:{2 * i + 2}] = b[{i}:{i + 2}] * y" for i in range(count)]
    return _arrays([f"b = np.ones({count + 2})", f"a = np.zeros({2 * count})", *writes])


def _columns(count: int) -> str:
    writes = "".join(
        f"\n        a[i + 1, {j}] = math.sin(a[i, {j}]) + y" for j in range(count)
    )
    made = f"a = np.zeros((n + 1, {count}))"
    return _arrays([made, f"for i in range(n):{writes}"])


def _sweeps(count: int) -> str:
    sweep = "for i in range(n):\n        a[i] = math.sin(x * {0}) + a[i]"
    return _arrays(["a = np.zeros(n)", *(sweep.format(i) for i in range(count))])


def _display(count: int) -> str:
    items = ", ".join(f"x * {i}.5" for i in range(count))
    return _arrays([f"a = np.array([{items}])"])


def _arrays(lines: list[str]) -> str:
    return "import numpy as np\n" + _function([*lines, "s = np.sum(a * a)"])


def _functions(count: int) -> str:
    return "".join(
        f"\n\ndef f{i}(x: float, y: float):\n    for i in range(3):\n"
        "        x = x * y\n    return x\n"
        for i in range(count)
    )


def _unchosen(count: int) -> str:
    return _functions(count) + "\n\ndef f(x: float):\n    return x * x\n"


def _calls_made(path: Path) -> int:
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        functions = ("f",) if "unchosen" in path.name else ()
        backgen.generate(path, functions=functions, verify=False)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "program",
    [
        _stages,
        _branches,
        _loops,
        _loop,
        _calls,
        _lists,
        _elements,
        _slices,
        _columns,
        _sweeps,
        _display,
        _functions,
        _unchosen,
    ],
)
def test_work_is_in_proportion(program: Callable[[int], str], tmp_path: Path) -> None:
    made = []
    for count in (10, 40, 80, 160):  # the first one imports what is needed
        path = tmp_path / f"program{program.__name__}_{count}.py"
        path.write_text(program(count), encoding="utf-8")
        made.append(_calls_made(path))
    # what does not depend on the size falls out of the differences
    assert made[3] - made[2] < 2.6 * (made[2] - made[1]), made


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 12), reason="Python 3.12 nests no deeper, on any stack"
)
def test_long_sums_in_functions(tmp_path: Path) -> None:
    terms = " + ".join(f"{i} * math.sin(x * y)" for i in range(5_000))
    path = tmp_path / "terms.py"
    path.write_text(_function([f"s = {terms}"]), encoding="utf-8")
    backgen.generate(path, verify=False)
