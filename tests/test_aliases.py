"""Names of memory that is written to: one root, or a refusal with both places."""

from __future__ import annotations

import textwrap
import warnings
from typing import Any

import numpy as np
import pytest
from alias_semantics import (
    Shared,
    calls_nothing,
    original,
    refuse,
    resolved,
    watched,
    with_values,
)
from backgen.analysis.aliases import resolve
from backgen.errors import BackgenError
from backgen.frontend.programs import read_text
from backgen.ir.expr import nodes
from random_aliases import PARAMS, Program

HEADER = 'def f(x: "3, 3", y: "3, 3", p: "3", n: int, d: {"W": "3"}):\n'

# What is written, and what it becomes; a line that stays as it is, is left out.
RESOLVED = {
    "the same array": ("a = x\na[0] = 2.0\nreturn a.sum()", "x[0] = 2.0|out = x.sum()"),
    "an alias of an alias": (
        "a = x\nb = a\nb[0] = 2.0\nreturn a.sum()",
        "x[0] = 2.0|out = x.sum()",
    ),
    "augmented": ("a = x\na[0, 1] += p[0]\nreturn x", "x[0, 1] += p[0]"),
    "a whole array, augmented": ("a = x\na += 1\nreturn x", "x[...] = x + 1"),
    "a row": ("v = x[1]\nv[0] = 2.0\nreturn x", "x[1, 0] = 2.0"),
    "a row, augmented": ("v = x[1]\nv *= p\nreturn x", "x[1] *= p"),
    "a column": ("v = x[:, 1]\nv[n - 1] = 2.0\nreturn x", "x[n - 1, 1] = 2.0"),
    "part of a row": ("v = x[1]\nv[1:] = 2.0\nreturn x", "x[1, 1:] = 2.0"),
    "rows": ("v = x[1:]\nv[0] = 2.0\nreturn x", "x[1] = 2.0"),
    "masked": ("v = x[1]\nv[v > 0] = 2.0\nreturn x", "x[1][x[1] > 0] = 2.0"),
    "transposed": (
        "t = x.T\nt[0, 1] = 2.0\nreturn t.sum()",
        "x.T[0, 1] = 2.0|out = x.T.sum()",
    ),
    "turned": (
        "t = x.swapaxes(0, 1)\nt[0] = 2.0\nreturn x",
        "x.swapaxes(0, 1)[0] = 2.0",
    ),
    "a view of a view": (
        "a = x[1:]\nb = a[::-1]\nb[0] = 2.0\nreturn x",
        "x[1:][::-1][0] = 2.0",
    ),
    "read before it is written": (
        "v = x[0]\nw = v * v\nx[0] = p\nreturn w",
        "w = x[0] * x[0]",
    ),
    "an output that is a part": ("v = x[0]\nx[0] = p\nreturn v", "v = x[0]|return v"),
    "an output that is the root": ("v = x\nx[0] = p\nreturn v, x", "return x, x"),
    "chained": ("a = b = x * 2\nb[0] = 2.0\nreturn a", "a[0] = 2.0"),
    "in place only while it is shared": (
        "a = x * 2\nb = a\nb += 1\nreturn a * b",
        "a[...] = a + 1|out = a * a",
    ),
    "over rows": (
        "for r in x:\n    r[0] = 2.0\nreturn x",
        "for i in range(len(x)):|    x[i, 0] = 2.0",
    ),
    "over rows and their numbers": (
        "for j, r in enumerate(x):\n    r *= j\nreturn x",
        None,
    ),
    "rows that are exchanged share memory": (
        "x[0], x[1] = x[1], x[0]\nreturn x",
        "x[0] = x[1]|x[1] = x[0]",
    ),
    "elements that are exchanged do not": (
        "p[0], p[1] = p[1], p[0]\nreturn p",
        None,
    ),
    "a part read by a function that may copy": (
        "v = x.reshape(-1)\nw = v * v\nx[0] = p\nreturn w",
        "w = x.reshape(-1) * x.reshape(-1)",
    ),
    "copied where it may be one of two": (
        "h = x[0]\nfor k in range(n):\n    h = np.tanh(h)\n"
        "w = h * h\nx[1] = p\nreturn w",
        "h = x[0].copy()",
    ),
    "copied where the index is another": (
        "k = 0\nv = x[k]\nk = 1\nw = v * v\nx[0] = p\nreturn w",
        "v = x[k].copy()",
    ),
    "appended copies": (
        "ys = []\nfor k in range(n):\n    x[0] = p\n    ys.append(x[0].copy())\n"
        "return np.array(ys)",
        None,
    ),
    "a list under two names": (
        "ys = []\nzs = ys\nzs.append(p[0])\nreturn np.array(ys)",
        "ys.append(p[0])",
    ),
}
UNCHANGED = {
    "nothing is written": "a = x\nb = a[1:]\nreturn a * 2",
    "bound again before": "a = x\na = a * 2\na[0] = 2.0\nreturn a",
    "a copy": "a = x.copy()\na[0] = 2.0\nreturn a * x",
    "chosen elements": "a = x[[0, 1]]\na[0] = 2.0\nreturn x * 2",
    "an element": "e = p[0]\np[0] = 2.0\nreturn e * p",
    "a number": "s = x.sum()\nt = s\ns += 1\nx[0] = p\nreturn s * t",
    "written before only": "a = x * 2\na[0] = p\nb = a\nreturn b * b",
    "a new array per trip": (
        "h = p * 1\nfor k in range(n):\n    b = h\n    h = np.zeros(3)\n"
        "    h[0] = b[0]\nreturn h"
    ),
    "two new arrays": (
        "for k in range(n):\n    a = np.zeros(3)\n    b = np.zeros(3)\n"
        "    a[0] = 1.0\n    b[0] = a[0]\nreturn x * 2"
    ),
    "in place on an own array": (
        "s = np.zeros(3)\nfor k in range(n):\n    s += x[k]\nreturn s"
    ),
    "the other parameter": "x[0] = p\nreturn x * y",
    "a list of numbers": (
        "ys = []\nys.append(p[0])\nfor k in range(n):\n    ys.append(ys[-1] * 2)\n"
        "    ys[0] = 1.0\nreturn np.array(ys)"
    ),
}
# The lines of the write and of the other name.
REFUSED = {
    "may be a copy": ("v = x.reshape(-1)\nv[0] = 2.0\nreturn x", 2, 1),
    "read afterwards, may be a copy": (
        "v = x.reshape(-1)\nx[0] = p\nreturn v * 2",
        2,
        1,
    ),
    "one of two": (
        "if n > 1:\n    a = x\nelse:\n    a = x * 2\na[0] = p\nreturn x",
        5,
        2,
    ),
    "chosen": ("a = x if n > 1 else y\na[0] = p\nreturn x", 2, 1),
    "one of two that is read": (
        "if n > 1:\n    a = x\nelse:\n    a = x * 2\nx[0] = p\nreturn a * 2",
        5,
        2,
    ),
    "exchanged in a loop, and a third name has one": (
        "a = np.zeros(3)\nb = np.ones(3)\nc = a\nfor k in range(n):\n    a[0] = b[1]\n"
        "    a, b = b, a\nreturn a + c",
        5,
        6,
    ),
    "its root is another array": (
        "a = x\nx = x * 2\na[0] = p\nreturn x * a",
        3,
        1,
    ),
    "its root is another array, read": (
        "a = x\nx[0] = p\nx = x * 2\nreturn x * a",
        2,
        1,
    ),
    "its own part": ("x = x[1:]\nx[0] = p\nreturn x * 2", 2, 1),
    "asarray": ("x = np.asarray(x)\nx[0] = p\nreturn x * 2", 2, 1),
    "the index is another": (
        "k = 0\nv = x[k]\nk = 1\nv[0] = 2.0\nreturn x * k",
        4,
        2,
    ),
    "appended itself": (
        "ys = []\nfor k in range(n):\n    p[0] = k\n    ys.append(p)\n"
        "return np.array(ys)",
        3,
        4,
    ),
    "an element of a list": (
        "ys = []\nys.append(p * 2)\nr = ys[0]\nr[0] = 1.0\nreturn np.array(ys)",
        4,
        3,
    ),
}


def program(body: str) -> str:
    return HEADER + textwrap.indent(body, "    ") + "\n"


def stripped(text: str) -> list[str]:
    """Lines without stage numbers."""
    return [line.partition("  # (")[0] for line in text.splitlines()]


@pytest.mark.parametrize("case", RESOLVED.values(), ids=RESOLVED)
def test_access_goes_through_the_root(case: tuple[str, str | None]) -> None:
    body, wanted = case
    lines = stripped(resolved(program(body)))
    assert [w for w in (wanted or "").split("|") if w and w not in lines] == [], lines
    check(program(body))


@pytest.mark.parametrize("body", UNCHANGED.values(), ids=UNCHANGED)
def test_what_is_not_shared_stays(body: str) -> None:
    with nodes():
        _, read = read_text(f"import numpy as np\n{program(body)}", "f.py")
        before = read.functions[0]
        after = resolve(before, refuse, calls_nothing)
        assert after.body == before.body
        assert "nothing" not in body or after is before
    check(program(body))


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refused_with_both_places(case: tuple[str, int, int]) -> None:
    body, write, other = case
    with pytest.raises(Shared, match="copy") as refused:
        resolved(program(body))
    places = refused.value.write, refused.value.other
    lines = [place.lineno - 3 if place else None for place in places]
    assert lines == [write, other], str(refused.value)


# -- what it means


def given() -> list[Any]:
    numbers = np.random.default_rng(1).uniform
    return [numbers(0.5, 1.5, shape) for shape in ((3, 3), (3, 3), 3)]


def same(a: Any, b: Any) -> bool:
    if isinstance(a, tuple):
        return all(map(same, a, b))
    return np.allclose(a, b, rtol=1e-9, atol=0, equal_nan=True)


def check(text: str, more: tuple[Any, ...] = ({"W": np.ones(3)},)) -> None:
    """With and without shared memory, the resolved program does what the original does,
    to its arguments too."""
    body = resolved(text)
    names = [*PARAMS, *"d"[: len(more)]]
    for n in range(4):
        mine = given()
        value = original(text)(*mine, n, *more)
        for run in (with_values, watched):
            theirs = given()
            assert same(value, run(body, names)(*theirs, n, *more)), body
            assert same(tuple(mine), tuple(theirs)), body


def judge(seed: int) -> bool:
    """Whether a random program is resolved; it is right then."""
    text = Program(seed).text()
    try:
        resolved(text)
    except (Shared, BackgenError):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numbers may grow out of bounds
        check(text, ())
    return True


def test_random_programs() -> None:
    right = sum(judge(seed) for seed in range(150))
    assert right > 75  # most are not refused


@pytest.mark.slow
def test_many_random_programs() -> None:
    assert sum(judge(seed) for seed in range(150, 4000)) > 1900
