"""Writes through `flat` and other shapes are verified, and made as they stand."""

from __future__ import annotations

from pathlib import Path

import backgen
import numpy as np
import pytest

_IMPORT = "import numpy as np\n\n\n"
PROGRAMS = {
    "flat": """\
def f(A: "N, N", x: float):
    A.flat[:: len(A) + 1] += x
    A.flat[1] = A.flat[0] ** 2
    return np.sum(A**3)
""",
    "row": """\
def f(x: "N"):
    B = np.zeros((2, 3))
    row = B.reshape(-1)
    for i in range(6):
        row[i] = x[i % 2] * (row[i - 1] + i)
    return B @ B.T
""",
    "divided": """\
def f(v: "6"):
    M = v.reshape(2, 3)
    M[0] = np.tanh(M[1]) * M[0]
    v[0] *= 2.0
    return M * M
""",
    "turned": """\
def f(A: "N, M", x: "N"):
    B = A * 2.0
    t = B.transpose()
    t[0] = x * x
    s = np.swapaxes(B, 0, 1)
    s[1] *= t[0]
    return B * A
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_verified(name: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(_IMPORT + PROGRAMS[name])
    (report,) = backgen.generate(path).report.functions
    assert report.symbolic.value == "proved"


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_layout_of_an_argument_does_not_matter(order: str) -> None:
    def f(A, v):
        A.flat[1:3] *= v
        return np.sum(A * A)

    given = np.array([[1.0, 2.0], [3.0, 4.0]], order=order)
    _, (dA, dv) = backgen.value_and_grad(f)(given, np.array([0.5, 2.0]))
    assert given.tolist() == [[1.0, 1.0], [6.0, 4.0]]
    assert dA.tolist() == [[2.0, 1.0], [24.0, 8.0]]
    assert dv.tolist() == [4.0, 36.0]


def test_refused_with_both_places(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    lines = 'def f(A: "2, 2"):\n    v = A.ravel()\n    v[0] = 1.0\n    return A * A\n'
    path.write_text(lines)
    with pytest.raises(backgen.BackgenError) as caught:
        backgen.generate(path)
    error = caught.value
    assert (error.code, error.lineno) == ("BG022", 3)
    assert "nobody knows whether this is a view of `A` or a copy" in error.message
    assert "(line 2)" in error.message
