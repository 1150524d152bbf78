"""Adjoints that begin empty, or like other arrays: nothing of them is lost."""

from __future__ import annotations

from pathlib import Path

import backgen
import numpy as np
import pytest
from backgen.module import load

B = np.array([0.4, -0.7, 1.2, 0.3, -0.2, 0.9])

HEAD = """import numpy as np


def f(b: "6", h: int):
    s = 0.0
    for k in range(1, 4):
        z = b * k
"""

# What is done with `z` in a trip, and whether its adjoint is written to wholly.
CASES = {
    "two parts": (["u = np.sin(z[:2])", "v = np.cos(z[2:])"], True),
    "the last part first": (["u = np.sin(z[4:])", "v = np.cos(z[:4])"], True),
    "three parts": (
        ["u = np.sin(z[:2])", "w = np.exp(z[2:4])", "v = np.cos(z[4:]) * w"],
        True,
    ),
    "a bound that is given": (["u = np.sin(z[:h])", "v = np.cos(z[h:])"], False),
    "a part that nothing reads": (["u = np.sin(z[:2])", "v = np.cos(z[4:])"], False),
    "other bounds": (["u = np.sin(z[:h])", "v = np.cos(z[-h:])"], False),
    "every second one": (["u = np.sin(z[::2])", "v = np.cos(z[1::2])"], False),
    "the whole, and parts": (
        ["u = np.sin(z[:h])", "v = np.cos(z[h:]) * np.sum(z)"],
        False,
    ),
}


def filled_with_nan(like: np.ndarray, dtype: type = float) -> np.ndarray:
    return np.full_like(like, np.nan, dtype=dtype)


@pytest.mark.parametrize("name", CASES)
def test_what_is_written_to_wholly_begins_empty(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, is_empty = CASES[name]
    body = "".join(f"        {line}\n" for line in (*lines, "s = s + np.sum(u) * v[0]"))
    text = f"{HEAD}{body}        s = s + np.sum(v**2)\n    return s\n"
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    module = backgen.generate(path)
    assert ("np.empty_like(" in module.source) is is_empty, module.source
    monkeypatch.setattr(np, "empty_like", filled_with_nan)
    function = load(text, "program").f
    _, found = module.load().f_value_and_grad(B.copy(), 3)
    rates = [(function(B + e, 3) - function(B - e, 3)) / 2e-5 for e in 1e-5 * np.eye(6)]
    assert np.allclose(found, rates, atol=1e-7)


GATES = """import numpy as np


def f(b: "6", w: "6"):
    s = 0.0
    for k in range(1, 4):
        z = b + w * k
        u = np.sin(z[:2])
        v = np.cos(z[2:])
        s = s + np.sum(u) * np.sum(v) * 0.3
    return s
"""


@pytest.mark.parametrize("whole", ["b", "w"])
def test_integers_do_not_cut_off_what_begins_like_them(
    whole: str, tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(GATES, encoding="utf-8")
    module = backgen.generate(path).load()
    given = {"b": B, "w": B[::-1] * 0.7}
    given[whole] = np.array([1, 0, 2, 1, -1, 0])
    with pytest.raises(TypeError):  # NumPy adds no floats to integers
        module.f_value_and_grad(*given.values())


UNWRITTEN = {
    "an adjoint that a loop adds to": (
        'def f(x: "N", h: float):\n'
        "    for t in range(len(x)):\n"
        "        h = np.tanh(h + x[t])\n"
        "    return h\n",
        "dx = np.zeros_like(",
    ),
    "an adjoint that stages add to": (
        'def f(x: "N"):\n    y = x[1:] * x[:-1]\n    return np.sum(y * y)\n',
        "dx = np.zeros_like(",
    ),
    "memory that is read before it is written to": (
        'def f(x: "N"):\n'
        "    last = np.zeros(3)\n"
        "    s = 0.0\n"
        "    for i in range(len(x)):\n"
        "        s += last[i % 3] * x[i]\n"
        "        last[i % 3] = x[i] ** 2\n"
        "    return s\n",
        "last = np.zeros(",
    ),
}


@pytest.mark.parametrize("name", UNWRITTEN)
def test_unwritten_memory_that_is_read_is_found(name: str, tmp_path: Path) -> None:
    text, line = UNWRITTEN[name]
    path, written = tmp_path / "program.py", tmp_path / "program_backward.py"
    path.write_text(f"import numpy as np\n\n\n{text}", encoding="utf-8")
    module = backgen.generate(path).source
    assert line in module
    written.write_text(module, encoding="utf-8")
    assert backgen.verify(path).verified
    empty = line.replace("zeros", "empty")
    written.write_text(module.replace(line, empty), encoding="utf-8")
    assert not backgen.verify(path).ok


def test_a_program_that_reads_unwritten_memory_is_not_verified(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        'import numpy as np\n\n\ndef f(x: "N"):\n    y = np.empty_like(x)\n'
        "    y[1:] = x[1:] * x[:-1]\n    return np.sum(y)\n",
        encoding="utf-8",
    )
    report = backgen.generate(path).report
    assert report is not None
    assert not report.verified
