"""Lists of lists, tuples and dicts of which nothing is said, in pure Python."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest

CASES: dict[str, tuple[str, list[Any]]] = {
    "the largest and the smallest": (
        """
def f(xs):
    return max(xs) * min(xs)
""",
        [[0.5, -1.2, 0.8]],
    ),
    "a product by reduce, and a sum of what is mapped": (
        """
from functools import reduce
import operator


def f(xs, k):
    return reduce(operator.mul, xs) * k + sum(map(lambda v: v * v * k, xs))
""",
        [[0.5, -1.2, 0.8], 0.7],
    ),
    "places in an order": (
        """
def f(xs):
    ys = sorted(xs)
    n = len(ys)
    return ys[n // 2] * ys[0] + 0.5 * ys[-1]
""",
        [[0.5, -1.2, 0.8, 0.1]],
    ),
    "sums up to each": (
        """
from itertools import accumulate


def f(xs):
    s = 0.0
    for c in accumulate(xs):
        s += c * c
    return s
""",
        [[0.5, -1.2, 0.8]],
    ),
    "a copy that grows": (
        """
def f(xs, t):
    ys = list(xs)
    ys.append(t)
    return ys[0] * ys[-1]
""",
        [[0.5, -1.2, 0.8], 0.7],
    ),
    "a queue that begins with them": (
        """
from collections import deque


def f(xs, t):
    q = deque(xs)
    s = 0.0
    for k in range(4):
        a = q.popleft()
        q.append(a * t)
        s += a * q[0] * t
    return s
""",
        [[0.5, -1.2, 0.8], 0.7],
    ),
    "pairs": (
        """
def f(data, a, b):
    err = 0.0
    for x, y in data:
        err += (a * x + b - y) ** 2
    return err / len(data)
""",
        [[(1.0, 2.0), (0.5, 0.7), (-1.0, 0.2)], 0.3, 0.4],
    ),
    "pairs by a running index": (
        """
def f(points):
    s = 0.0
    n = len(points)
    for i in range(n):
        x0, y0 = points[i]
        x1, y1 = points[(i + 1) % n]
        s += x0 * y1 - x1 * y0
    return 0.5 * s
""",
        [[(0.0, 0.1), (1.0, 0.2), (0.7, 1.3)]],
    ),
    "columns that are taken apart": (
        """
def f(points, w):
    xs, ys = zip(*points)
    return w * sum(x * y for x, y in zip(xs, ys)) - sum(xs) * ys[0] / len(xs)
""",
        [[(0.4, 0.1), (1.0, 0.2), (0.7, 1.3)], 0.6],
    ),
    "columns that have a name": (
        """
def f(A, B):
    columns = list(zip(*B))
    s = 0.0
    for row in A:
        for column in columns:
            s += sum(a * b for a, b in zip(row, column)) ** 2
    return s
""",
        [[[0.5, 1.0], [2.0, 1.5]], [[0.3, -0.4, 0.1], [0.2, 0.6, -0.5]]],
    ),
    "a list of lists": (
        """
def f(M):
    t = 0.0
    for i in range(len(M)):
        t += M[i][i] ** 2
    return t
""",
        [[[0.5, 1.0], [2.0, 1.5]]],
    ),
    "rows that are copied": (
        """
def f(A, b):
    M = [row[:] for row in A]
    x = b[:]
    for k in range(len(b)):
        for i in range(k + 1, len(b)):
            r = M[i][k] / M[k][k]
            for j in range(k, len(b)):
                M[i][j] -= r * M[k][j]
            x[i] -= r * x[k]
    return x[-1] / M[-1][-1]
""",
        [[[2.0, 0.5], [0.3, 3.0]], [1.0, 2.0]],
    ),
    "columns": (
        """
def f(A, B):
    C = [[sum(a * b for a, b in zip(row, col)) for col in zip(*B)] for row in A]
    return C[0][1] * C[1][0]
""",
        [[[1.0, 2.0], [3.0, 4.0]], [[0.5, 0.6], [0.7, 0.8]]],
    ),
    "the length of a row": (
        """
def f(image, kernel):
    total = 0.0
    for i in range(len(image) - 1):
        for j in range(len(image[0]) - 1):
            total += (image[i][j] * kernel[0][0] + image[i + 1][j + 1]) ** 2
    return total
""",
        [[[1.0, 0.5], [0.2, 0.3]], [[0.7]]],
    ),
    "a list of dicts": (
        """
def f(items, rate):
    total = 0.0
    for item in items:
        total += item["price"] * item["count"]
    return total * (1 + rate)
""",
        [[{"price": 2.0, "count": 3.0}, {"price": 0.5, "count": 4.0}], 0.2],
    ),
    "dicts in dicts": (
        """
def f(vectors):
    e = x = 0.0
    for v in vectors:
        e += v["e"]
        x += v["p"]["x"]
    return e * e - x * x
""",
        [[{"e": 3.0, "p": {"x": 0.5}}, {"e": 2.0, "p": {"x": -0.3}}]],
    ),
    "tuples in tuples": (
        """
def f(lines):
    total = 0.0
    for (x0, y0), (x1, y1) in lines:
        total += x0 * y1 - y0 * x1
    return total
""",
        [[((0.1, 0.2), (0.5, 1.5)), ((1.1, -0.2), (0.3, 0.7))]],
    ),
    "tuples in tuples that have names": (
        """
def f(lines: list[tuple[tuple[float, float], tuple[float, float]]]):
    total = 0.0
    for a, b in lines:
        total += a[0] * b[1] - a[1] * b[0]
    return total
""",
        [[((0.1, 0.2), (0.5, 1.5)), ((1.1, -0.2), (0.3, 0.7))]],
    ),
    "tuples in a tuple by a running index": (
        """
def f(lines: list[tuple[tuple[float, float], tuple[float, float]]]):
    total = 0.0
    for i in range(len(lines)):
        p, q = lines[i]
        total += p[0] ** 2 * q[1]
    return total
""",
        [[((0.1, 0.2), (0.5, 1.5)), ((1.1, -0.2), (0.3, 0.7))]],
    ),
    "what another function reads": (
        """
def _distance(p, q):
    return ((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2) ** 0.5


def f(atoms, k):
    e = 0.0
    for i in range(len(atoms)):
        for j in range(i):
            e += k / _distance(atoms[i], q=atoms[j])
    return e
""",
        [[[0.0, 0.1], [1.0, 0.2], [0.3, 1.0]], 1.3],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str, tmp_path: Path) -> None:
    text, arguments = CASES[name]
    path = tmp_path / "program.py"
    path.write_text(text.lstrip(), encoding="utf-8")
    built = backgen.generate(path, functions=("f",))
    assert built.report is not None
    assert built.report.verified
    module = built.load()
    _, kept = module.f_forward(*copy.deepcopy(arguments))
    found = module.f_backward(1.0, kept)
    found = found if len(arguments) > 1 else (found,)
    space: dict[str, Any] = {}
    exec(text, space)
    for place, gradient in enumerate(found):
        for at, got in leaves(gradient):
            sides = []
            for step in (1e-6, -1e-6):
                moved = copy.deepcopy(arguments)
                moved[place] = stepped(moved[place], at, step)
                sides.append(space["f"](*moved))
            assert got == pytest.approx((sides[0] - sides[1]) / 2e-6, abs=1e-7)


def leaves(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], float]]:
    """The numbers in nested lists, each with where it stands."""
    if isinstance(value, dict):
        return [one for key in value for one in leaves(value[key], (*at, key))]
    if isinstance(value, list | tuple):
        items = enumerate(value)
        return [one for i, item in items for one in leaves(item, (*at, i))]
    return [(at, value)]


def stepped(value: Any, at: tuple[Any, ...], step: float) -> Any:
    """The same with one number that is another one."""
    if not at:
        return value + step
    first, *rest = at
    if isinstance(value, tuple):
        items = [*value]
        items[first] = stepped(items[first], (*rest,), step)
        return tuple(items)
    value[first] = stepped(value[first], (*rest,), step)
    return value


def test_what_is_read_in_two_ways_is_not_annotated(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    text = 'def f(p):\n    return p[0][1] * p[0]["a"]\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(backgen.BackgenError) as caught:
        backgen.generate(path)
    assert caught.value.code.startswith("BG01")


def test_files_with_arrays_are_left_alone(tmp_path: Path) -> None:
    """There rows may be arrays as well."""
    path = tmp_path / "program.py"
    text = "import numpy as np\n\n\ndef f(M):\n    return np.sin(M[0][1]) * M[1][0]\n"
    path.write_text(text, encoding="utf-8")
    assert backgen.generate(path).source


ARRAYS = {
    "a method": "def f(x, v):\n    return (x * v).sum()\n",
    "a shape": "def f(x, v):\n    return x[0] * v[x.shape[0] - 1]\n",
    "a stencil": (
        "def f(x, v):\n"
        "    x[1:-1] = x[1:-1] + v[0] * (x[2:] - 2 * x[1:-1] + x[:-2])\n"
        "    return (x**2 * v).sum()\n"
    ),
    "elements of a copy": (
        "def f(x, v):\n"
        "    x = x.copy()\n"
        "    for i in range(len(x)):\n"
        "        x[i] += v[i] * 0.5\n"
        "        if x[i] < 0:\n"
        "            x[i] = -x[i]\n"
        "    return (x * v).sum()\n"
    ),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_without_an_import(name: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(ARRAYS[name], encoding="utf-8")
    built = backgen.generate(path)
    assert built.report is not None
    assert built.report.verified
    space: dict[str, Any] = {}
    exec(ARRAYS[name], space)
    x, v = np.array([0.4, -0.7, 1.2]), np.array([0.3, 0.9, -0.2])
    module = built.load()
    value, cache = module.f_forward(x.copy(), v.copy())
    gradients = module.f_backward(1.0, cache)
    assert value == pytest.approx(space["f"](x.copy(), v.copy()), rel=1e-12)
    for place, gradient in enumerate(gradients):
        for i in range(3):
            ends = []
            for step in (1e-6, -1e-6):
                given = [x.copy(), v.copy()]
                given[place][i] += step
                ends.append(space["f"](*given))
            assert gradient[i] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-7)


def test_classes_may_have_such_names_themselves(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    text = """
from dataclasses import dataclass


@dataclass
class Box:
    size: float


@dataclass
class Pair:
    a: float
    b: float

    def dot(self, other):
        return self.a * other.a + self.b * other.b


def total(p, box):
    return p.dot(p) * box.size


def f(xs, a):
    s = 0.0
    for x in xs:
        s += x * a
    return s + total(Pair(a, s), Box(a))
"""
    path.write_text(text, encoding="utf-8")
    source = backgen.generate(path, functions=("f",)).source
    assert "numpy" not in source


def test_lists_of_arrays_by_a_running_index() -> None:
    rows = [np.array([0.4, -0.7]), np.array([0.3, 0.9]), np.array([1.1, 0.2])]
    drows = backgen.grad(neighbours)(rows)
    assert np.allclose(drows, [rows[1], rows[0] + rows[2], rows[1]])


def neighbours(rows):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(1, len(rows)):
        total += rows[i] @ rows[i - 1]
    return total


def test_records_with_names_have_gradients_of_their_numbers() -> None:
    found = backgen.grad(bill)([("a", 2.0, 3.0), ("b", 0.5, 4.0)], 0.5)
    orders, rate = found if isinstance(found, tuple) else (found, None)
    assert [one[1:] for one in orders] == [(4.5, 3.0), (6.0, 0.75)]
    assert rate == 8.0


def bill(orders, rate):  # type: ignore[no-untyped-def]
    total = 0.0
    for _, price, count in orders:
        total += price * count
    return total * (1 + rate)


def test_records_that_are_annotated(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "def f(orders: list[tuple[str, float, float]], rate):\n"
        "    total = 0.0\n"
        "    for name, price, count in orders:\n"
        "        total += price * count\n"
        "    return total * (1 + rate)\n",
        encoding="utf-8",
    )
    built = backgen.generate(path)
    assert built.report is not None
    assert built.report.verified
    module = built.load()
    _, kept = module.f_forward([("a", 2.0, 3.0), ("b", 0.5, 4.0)], 0.5)
    orders, rate = module.f_backward(1.0, kept)
    assert orders == [(None, 4.5, 3.0), (None, 6.0, 0.75)]
    assert rate == 8.0
