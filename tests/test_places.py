"""Lists of integers that say which elements are meant: annotated, or told by use."""

from __future__ import annotations

from pathlib import Path

import backgen
import numpy as np
import pytest

_EDGES = """
def energy(pos, stiff, edges{note}):
    e = 0.0
    for (a, b), k in zip(edges, stiff):
        e += k * (pos[a] - pos[b]) ** 2
    return e
"""
_ROWS = """
def smooth(u: "N", nbrs{note}):
    out = np.zeros_like(u)
    for i in range(len(nbrs)):
        for j in nbrs[i]:
            out[i] += (u[j] - u[i]) ** 3
    return out
"""
_FLAT = """
def picked(u, places{note}):
    s = 1.0
    for j in places:
        s *= u[j]
    return s
"""
PROGRAMS = {
    "edges": (_EDGES, "gradients (dpos, dstiff)", ": list[tuple[int, int]]"),
    "rows": ("import numpy as np\n\n" + _ROWS, "gradient du", ": list[list[int]]"),
    "flat": (_FLAT, "gradient du", ": list[int]"),
}


@pytest.mark.parametrize("annotated", [True, False], ids=["annotated", "used"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_places_carry_no_gradient_and_are_verified(
    name: str, annotated: bool, tmp_path: Path
) -> None:
    text, wrt, note = PROGRAMS[name]
    path = tmp_path / "program.py"
    path.write_text(text.replace("{note}", note if annotated else ""))
    module = backgen.generate(path)
    assert f"Return the {wrt} from" in module.source
    assert all(f.symbolic.value == "proved" for f in module.report.functions)


def test_a_place_that_is_something_else_too_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\n\n\n"
        "def f(v: 'N', k: 'N int'):\n"
        "    return np.sum(v[k] * k) + v[k[0]]\n"
    )
    assert "np.add.at(dv, k," in backgen.generate(path).source


_OUTSIDE = """\
EDGES = [(0, 1), (1, 2), (0, 2)]
ORDER = [2, 0, 1]


def energy(v: list[float]):
    s = 0.0
    for a, b in EDGES:
        s += v[a] * v[b] ** 2
    return s * v[ORDER[0]]


def first(v: list[float]):
    return v[ORDER[0]] * v[EDGES[1][0]] + len(ORDER)
"""


def test_places_outside_of_functions(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(_OUTSIDE)
    module = backgen.generate(path)
    assert module.report.ok
    v = [0.5, 2.0, 3.0]
    assert module.load().first_value_and_grad(v) == (9.0, [0.0, 3.0, 2.0])


@pytest.mark.parametrize(
    "change", ["ORDER.append(3)", "ORDER[0] = 1", "def g():\n    ORDER.sort()"]
)
def test_places_outside_that_change_are_refused(change: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"{_OUTSIDE}\n\n{change}\n")
    with pytest.raises(backgen.BackgenError) as caught:
        backgen.generate(path)
    assert caught.value.code == "BG015"


def test_what_is_read_by_its_own_items_is_a_dict(tmp_path: Path) -> None:
    """`for k in params: params[k]` says nothing of integers."""
    path = tmp_path / "f.py"
    lines = ["    s = 0.0", "    for k in p:", "        s += np.sum(p[k] ** 2)"]
    text = "import numpy as np\n\n\ndef f(p, c):\n" + "\n".join(lines)
    path.write_text(f"{text}\n    return s * c\n", encoding="utf-8")
    module = backgen.generate(path).load()
    _, cache = module.f_forward({"W": np.ones((2, 3)), "b": np.array([0.5])}, 2.0)
    dp, dc = module.f_backward(1.0, cache)
    np.testing.assert_array_equal(dp["W"], np.full((2, 3), 4.0))
    np.testing.assert_array_equal(dp["b"], [2.0])
    assert dc == 6.25
