"""Lists of lists by the command and the API: what is written, and what is refused."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import backgen
import pytest

GRID = """\
def total(grid: list[list[float]], w: float):
    s = 0.0
    for row in grid:
        for v in row:
            s += w * v**2
    return s
"""


def test_rows_have_no_adjoints_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "total.py"
    path.write_text(GRID, encoding="utf-8")
    module = backgen.generate(path)
    assert "dgrid[i][j] += dv" in module.source
    assert "drow" not in module.source
    _, (dgrid, dw) = module.load().total_value_and_grad([[1.0, 2.0], [3.0]], 0.5)
    assert dgrid == [[1.0, 2.0], [3.0]]
    assert dw == 14.0


def test_one_list_twice_is_refused() -> None:
    def first(grid: list[list[float]]) -> float:
        grid[0][0] *= 2.0
        return grid[1][0]

    with pytest.raises(backgen.BackgenError, match="are one list"):
        backgen.grad(first)([[0.5]] * 2)


def test_calls_agree_and_arguments_become_what_they_would() -> None:
    def filled(grid: list[list[float]], w: float) -> float:
        for i in range(1, len(grid)):
            for j in range(len(grid[i])):
                grid[i][j] += w * grid[i - 1][j]
        return grid[-1][0]

    run = backgen.value_and_grad(filled)
    first, second = [[1.0], [2.0], [3.0]], [[1.0], [2.0], [3.0]]
    assert run(first, 0.5) == run(second, 0.5)
    assert first == second == [[1.0], [2.5], [4.25]]
    assert run([[2.0]], 0.5)[1] == ([[1.0]], 0.0)


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ("xs[0] = xs[1] * 2\nreturn sum(xs)", [0.0, 3.0]),
        ("xs.append(xs[0] * xs[1])\nreturn sum(xs)", [4.0, 3.0]),
        ("xs[0] *= 2\na, b = xs\nreturn a * b", [6.0, 4.0]),
        ("s = 0.0\nfor x in xs:\n    s += x\nxs[0] = s\nreturn sum(xs)", [1.0, 2.0]),
    ],
)
def test_lists_of_which_nothing_is_said(
    body: str, due: list[float], tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"def f(xs):\n{indent(body, '    ')}\n", encoding="utf-8")
    module = backgen.generate(path)
    assert module.report.verified
    namespace = module.load()
    _, gradient = namespace.f_value_and_grad([2.0, 3.0])
    assert gradient == due


def test_calls_with_lists_that_change_are_verified() -> None:
    """A warning says that something is not, and would be an error here."""

    def f(xs, scale):
        xs[0] = xs[1] * scale
        xs[2] += xs[0]
        return sum(xs)

    xs = [1.0, 2.0, 3.0]
    assert backgen.grad(f)(xs, 0.5) == ([0.0, 2.0, 1.0], 4.0)
    assert xs == [1.0, 2.0, 4.0]


LOOKED_INTO = """\
def total(x: float, n: int):
    places = [2, 0, 1]
    known = {}
    s = 0.0
    for i in range(n):
        k = places[i] if i in places else 0
        known[k] = known.get(k, 1.0) * x
        s += k * x**2 + known[k]
    return s
"""


def test_only_dicts_are_asked_by_get(tmp_path: Path) -> None:
    path = tmp_path / "total.py"
    path.write_text(LOOKED_INTO, encoding="utf-8")
    module = backgen.generate(path)
    assert "places[i] if i in places else 0" in module.source
    assert "known.get(" in module.source or "known[k] if" in module.source
    value, gradient = module.load().total_value_and_grad(0.5, 4)
    assert (value, gradient) == (2.5, 7.0)
