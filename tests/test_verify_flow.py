"""Verification of programs with loops, branches, writes into arrays and calls."""

from __future__ import annotations

import time
from pathlib import Path

import backgen
import pytest
from backgen.pipeline import Options, from_text
from backgen.verify import verify
from backgen.verify.reports.report import Report, Status
from planted import written

LEVELS = (1, 2, 3)
FLOWS = {
    program.stem: program for program in written() if program.name.startswith("flows/")
}


def judged(source: str, module: str) -> Report:
    return verify(source, "f.py", module, levels=LEVELS)


# -- right modules

SENTENCES = {
    "rnn": "5 of 5 stages proved equal to SymPy's derivatives at D=2, T=3, H=2.",
    "gate": "4 of 4 local gradients, and the whole gradient on both branches, "
    "proved equal to SymPy's derivatives.",
    "heat": "2 of 2 stages proved equal to SymPy's derivatives at N=3.",
    "decay": "4 of 4 local gradients, and the whole gradient over 2 trips, "
    "proved equal to SymPy's derivatives.",
    "search": "4 of 4 stages proved equal to SymPy's derivatives at N=2, "
    "on all branches.",
}


@pytest.mark.parametrize("name", FLOWS)
def test_right_module_is_verified_by_stage(name: str) -> None:
    report = judged(FLOWS[name].source, FLOWS[name].module)
    assert report.verified, report.to_dict()
    statuses = {s.number: s.status for f in report.functions for s in f.stages}
    assert set(statuses.values()) == {Status.PROVED}, statuses


@pytest.mark.parametrize("name", SENTENCES)
def test_summary_says_which_paths_were_taken(name: str) -> None:
    report = judged(FLOWS[name].source, FLOWS[name].module)
    assert report.summary() == SENTENCES[name]


@pytest.mark.parametrize("name", ["gate", "newton", "heat", "collect"])
def test_all_levels(name: str) -> None:
    report = verify(FLOWS[name].source, "f.py", FLOWS[name].module)
    assert report.verified, report.to_dict()
    (function,) = report.functions
    assert function.digits is Status.SAMPLED
    assert function.differences


# -- wrong modules


def test_finding_shows_both_formulas() -> None:
    flow = FLOWS["newton"]
    report = judged(flow.source, flow.module.replace("dx += -a", "dx += a"))
    finding = report.findings[0]
    assert finding.line == flow.module.splitlines().index("        # (1) r = a / x") + 1
    assert "a*dr/x**2" in finding.written
    assert "-a*dr/x**2" in finding.expected


# -- what is not reached

BOUNDED = """\
def f(x: float):
    y = x * x
    if y < -1:
        y = y * x
    return y
"""
BOUNDED_MODULE = """\
def f_forward(x):
    y = x * x  # (1)
    taken = y < -1
    if taken:
        y = y * x  # (2)
    return y, (x, taken)


def f_backward(dy, cache):
    x, taken = cache
    dx = 0.0
    if taken:
        # (2) y = y * x
        dx += x**2 * dy
        dy = x * dy
    # (1) y = x * x
    dx += 2 * x * dy
    return dx
"""


def test_branch_that_is_never_taken_is_unverified() -> None:
    report = judged(BOUNDED, BOUNDED_MODULE)
    assert report.ok
    assert not report.verified
    (function,) = report.functions
    first, second = function.stages
    assert (first.status, second.status) == (Status.PROVED, Status.UNVERIFIED)
    assert function.unreached == ("`y < -1` in line 3 was never true: unverified",)
    assert "on the branches reached" in report.summary()


RARE = """\
def f(x: float):
    y = x
    if abs(x - 7.25) < 0.01:
        y = 3 * x
    return y
"""
RARE_MODULE = """\
def f_forward(x):
    y = x  # (1)
    if abs(x - 7.25) < 0.01:
        y = 3 * x  # (2)
    return y, (x,)


def f_backward(dy, cache):
    (x,) = cache
    if abs(x - 7.25) < 0.01:
        # (2) y = 3 * x
        dx = 3 * dy
    else:
        # (1) y = x
        dx = dy
    return dx
"""


def test_what_is_seldom_reached_is_never_fine_unseen() -> None:
    wrong = RARE_MODULE.replace("dx = 3 * dy", "dx = 2 * dy")
    assert not judged(RARE, wrong).verified


def test_guard_that_raises_is_no_branch_to_reach() -> None:
    guard = "    if x < -50:\n        raise ValueError('x')\n"
    source = "def f(x: float):\n" + guard + "    y = x * x\n    return y\n"
    module = (
        "def f_forward(x):\n" + guard + "    y = x * x  # (1)\n    return y, (x,)\n\n\n"
        "def f_backward(dy, cache):\n    (x,) = cache\n    # (1) y = x * x\n"
        "    dx = 2 * x * dy\n    return dx\n"
    )
    assert judged(source, module).verified


# -- forms of programs

SQUARE_BACKWARD = """

def f_backward(dout, cache):
    (x,) = cache
    # (1) out
    dx = 2 * x * dout
    return dx
"""
SQUARE_FORWARD = """\
def f_forward(x):
    out = x * x  # (1)
    return out, (x,)
"""
SQUARES = {
    "early return": "    if x > 0:\n        return x * x\n    return x * x\n",
    "closure": "    def g():\n        return x * y\n    y = x\n    return g()\n",
    "lambda with a default": "    g = lambda v, y=x: v * y\n    return g(x)\n",
    "recursion": "    return h(x, 2)\n\n\ndef h(x, n):\n"
    "    return 1.0 if n == 0 else x * h(x, n - 1)\n",
    "match": "    match 2:\n        case 1 | 3:\n            return x\n"
    "        case n if n > 2:\n            return x\n        case _:\n"
    "            return x * x\n",
    "for with else": "    for i in range(3):\n        pass\n    else:\n"
    "        return x * x\n    return x\n",
    "while with continue": "    i, s = 0, 0.0\n    while i < 4:\n        i += 1\n"
    "        if i % 2:\n            continue\n        s += x * x / 2\n    return s\n",
    "comprehension": "    return sum([x * y for y in (x, 3 * x) if y is not x]) / 3\n",
    "pop": "    ys = [x]\n    ys.append(x * x)\n    return ys.pop()\n",
    "del": "    y = x\n    z = y * x\n    del y\n    return z\n",
}


@pytest.mark.parametrize("name", SQUARES)
def test_form_of_the_original_is_followed(name: str) -> None:
    source = "def f(x: float):\n" + SQUARES[name]
    right = judged(source, SQUARE_FORWARD + SQUARE_BACKWARD)
    assert right.ok, right.findings
    (function,) = right.functions
    assert function.modular is Status.MODULAR, function.notes
    wrong = SQUARE_BACKWARD.replace("2 * x", "3 * x")
    assert not judged(source, SQUARE_FORWARD + wrong).ok


WRITES = {
    "sort": "x.sort()",
    "fill": "x[1:].fill(2.0)",
    "add at": "np.add.at(x, [0, 0], x[1])",
    "out": "np.multiply(x, 2.0, out=x)",
    "mask": "x[x > 0.5] = 0.0",
    "view": "v = x[1:]\n    v[0] = 3.0",
}


@pytest.mark.parametrize("name", WRITES)
def test_arguments_have_to_be_left_as_the_original_leaves_them(name: str) -> None:
    source = (
        'import numpy as np\n\n\ndef f(x: "3"):\n    s = x[0] * x[2]\n'
        f"    {WRITES[name]}\n    return s\n"
    )
    module = (
        "import numpy as np\n\n\ndef f_forward(x):\n    x_0 = x.copy()\n"
        f"    s = x[0] * x[2]  # (1)\n    {WRITES[name]}\n    return s, (x_0,)\n\n\n"
        "def f_backward(ds, cache):\n    (x,) = cache\n    dx = np.zeros_like(x)\n"
        "    # (1) s = x[0] * x[2]\n    dx[0] += x[2] * ds\n    dx[2] += x[0] * ds\n"
        "    return dx\n"
    )
    assert judged(source, module).ok
    without = module.replace(f"    {WRITES[name]}\n", "")
    finding = judged(source, without).findings[0]
    assert "left with other elements" in finding.message


# -- speed

LONG = """\
import math


def f(x: float, a: float):
    for i in range(10000):
        x = math.sin(a * x) + 0.1 * x
    return x
"""
LONG_MODULE = """\
import math


def f_forward(x, a):
    tape = []
    for i in range(10000):
        tape.append(x)
        x = math.sin(a * x) + 0.1 * x  # (1)
    return x, (a, tape)


def f_backward(dx, cache):
    a, tape = cache
    da = 0.0
    for x in reversed(tape):
        # (1) x = math.sin(a * x) + 0.1 * x
        da += x * math.cos(a * x) * dx
        dx = a * math.cos(a * x) * dx + 0.1 * dx
    return dx, da
"""


def test_ten_thousand_trips_take_seconds() -> None:
    start = time.process_time()
    report = judged(LONG, LONG_MODULE)
    assert time.process_time() - start < 10
    assert report.verified
    assert "over 10000 trips" in report.summary()


def test_loop_that_does_not_end_is_unverified() -> None:
    source = "def f(x: float):\n    while x == x:\n        x = x * 0.5\n    return x\n"
    module = (
        "def f_forward(x):\n    while x == x:\n        x = x * 0.5  # (1)\n"
        "    return x, ()\n\n\ndef f_backward(dx, cache):\n    return dx\n"
    )
    assert not judged(source, module).verified


SCRIPTS = {
    "numbers": ("x = 3\ny = -4\ns = 0.0\n", "max(x, y)", "m * m", "m", "x"),
    "lists": ("x = [2, -3]\ny = [5, 1]\ns = 0.0\n", "x[i]", "m * y[i]", "y[i]", "x[i]"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_integers_of_a_script_are_any_numbers(name: str, tmp_path: Path) -> None:
    samples, bound, added, due, other = SCRIPTS[name]
    path = tmp_path / "script.py"
    path.write_text(
        f"{samples}for i in range(2):\n    m = {bound}\n    s += {added}\n",
        encoding="utf-8",
    )
    built = backgen.generate(path)
    lines = built.source.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.lstrip().startswith("dm = "))
    assert due in lines[at]
    lines[at] = lines[at].replace(due, other)
    out = tmp_path / "script_backward.py"
    out.write_text("".join(lines), encoding="utf-8")
    assert not backgen.verify(path).ok


def test_dicts_of_numbers_are_verified(tmp_path: Path) -> None:
    path = tmp_path / "pair.py"
    path.write_text(
        'def f(x, y):\n    d = {"a": x, "b": y}\n    d["a"] = d["a"] * d["b"]\n'
        '    return d["a"] * d["b"]\n',
        encoding="utf-8",
    )
    report = backgen.generate(path).report
    assert report is not None
    assert report.verified


BY_ELEMENT = """import numpy as np


def f(x: "N"):
    a = 2 * x[0]
    b = a * np.sin(x[2])
    c = b * x[1] + b * x[2]
    return c
"""


def test_parts_that_were_zeros_need_no_sum() -> None:
    module = from_text(BY_ELEMENT, "f.py", Options()).text("")
    assert "dx[1] = b * dc" in module
    report = judged(BY_ELEMENT, module)
    assert {s.status for f in report.functions for s in f.stages} == {Status.PROVED}
    assert module.count("dx[2] += ") == 1
    assert not judged(BY_ELEMENT, module.replace("dx[2] += ", "dx[2] = ")).verified


@pytest.mark.parametrize(
    "lines",
    [
        "w = np.add(x, y, out=z)\n    w *= 2\n    return np.sum(z * w)",
        "np.log(x, out=z)\n    return np.sum(z * y)",
        "np.log(x, out=z, where=x > 0)\n    return np.sum(z * y)",
        "np.log(x, z[1:])\n    return np.sum(z[1:] * y)",
    ],
)
def test_what_is_written_to_out_is_verified(lines: str, tmp_path: Path) -> None:
    """A logarithm that stands alone is no message to a log."""
    path = tmp_path / "program.py"
    size = "len(x) + 1" if "[1:]" in lines else "len(x)"
    path.write_text(
        "import numpy as np\n\n\n"
        'def f(x: "N", y: "N"):\n'
        f"    z = np.zeros({size})\n    {lines}\n",
        encoding="utf-8",
    )
    text = backgen.generate(path).source  # raises an error where it is found wrong
    assert verify(path.read_text(encoding="utf-8"), "program.py", text).ok
