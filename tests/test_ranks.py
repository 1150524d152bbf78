"""Ranks that the body of a function states, and what is written with them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import backgen
import numpy as np
import pytest

RNG = np.random.default_rng(5)

# By name: the text, shapes of the arguments, whether no helper is needed.
PROGRAMS: dict[str, tuple[str, list[tuple[int, ...]], bool]] = {
    "unpacked": (
        """
def f(x, w):
    N, D = x.shape
    D, M = w.shape
    return np.tanh(x @ w)
""",
        [(3, 4), (4, 2)],
        True,
    ),
    "checked": (
        """
def f(x, w):
    if x.ndim != 3 or not len(w.shape) == 2:
        raise ValueError("three axes")
    return x @ w
""",
        [(2, 3, 4), (4, 2)],
        True,
    ),
    "asserted": (
        """
def f(x, w):
    assert x.ndim == 2 and w.shape == (4,)
    return x @ w
""",
        [(3, 4), (4,)],
        True,
    ),
    "heads": (
        """
def f(x, w, heads=2):
    B, T, C = x.shape
    C, M = w.shape
    size = M // heads
    q = (x @ w).reshape(B, T, heads, size).transpose(0, 2, 1, 3)
    return q @ q.swapaxes(-1, -2)
""",
        [(2, 3, 4), (4, 6)],
        True,
    ),
    "carried by a loop": (
        """
def f(x, w):
    T, D = x.shape
    D, H = w.shape
    h = np.zeros(H)
    for t in range(T):
        h = np.tanh(x[t] @ w - h)
    return h
""",
        [(3, 2), (2, 4)],
        True,
    ),
    # nothing says that the second axis of u is as long as that of w
    "square, says the loop": (
        """
def f(x, w, u):
    T, D = x.shape
    D, H = w.shape
    H, H = u.shape
    h = np.zeros(H)
    for t in range(T):
        h = np.tanh(x[t] @ w + h @ u)
    return h
""",
        [(3, 2), (2, 4), (4, 4)],
        False,
    ),
    # an axis of length 1 is repeated, whatever it is called
    "lengths may be 1": (
        """
def f(x, b):
    N, D = x.shape
    M, K = b.shape
    return x * b
""",
        [(3, 4), (1, 4)],
        False,
    ),
    "one name for two lengths": (
        """
def f(x, b):
    N, D = x.shape
    N, D = b.shape
    return x * b
""",
        [(3, 4), (3, 1)],
        False,
    ),
    "not on every way": (
        """
def f(x, w):
    if w.ndim == 1:
        return x * w
    N, D = x.shape
    return x @ w
""",
        [(4,), (4,)],
        False,
    ),
    "in a branch": (
        """
def f(x, w):
    if w.ndim == 2:
        N, D = x.shape
    return x * w
""",
        [(4,), (4,)],
        False,
    ),
    "of another value": (
        """
def f(x, w):
    x = np.atleast_2d(x)
    N, D = x.shape
    return x * w
""",
        [(4,), (2, 4)],
        False,
    ),
    "the rest of a shape": (
        """
def f(x, w):
    *batch, D = x.shape
    return x * w
""",
        [(4,), (2, 4)],
        False,
    ),
}


def written(text: str, folder: Path) -> ModuleType:
    path = folder / "program.py"
    path.write_text(f"import numpy as np\n\n{text}", encoding="utf-8")
    made = ModuleType("written")
    source = backgen.generate(path, verify=False).source
    exec(compile(source, "<written>", "exec"), vars(made))
    vars(made)["source"] = source
    return made


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_are_right_whatever_is_stated(name: str, tmp_path: Path) -> None:
    text, shapes, plain = PROGRAMS[name]
    made = written(text, tmp_path)
    # what is stated of ranks says nothing of integers and floats
    helpers = made.source.replace("\ndef _float_type(", "")
    assert ("\ndef _" not in helpers) is plain
    scope: dict[str, Any] = {}
    exec(f"import numpy as np\n{text}", scope)
    values = [RNG.normal(size=shape) for shape in shapes]
    out, cache = made.f_forward(*values)
    upstream = RNG.normal(size=np.shape(out))
    found = made.f_backward(upstream, cache)
    for i, value in enumerate(values):
        due = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = [v.copy() for v in values]
                moved[i][place] += step
                ends.append(np.sum(upstream * scope["f"](*moved)))
            due[place] = (ends[0] - ends[1]) / 2e-6
        assert np.shape(found[i]) == value.shape
        np.testing.assert_allclose(found[i], due, atol=1e-7)


@pytest.mark.parametrize("name", ["checked", "asserted"])
def test_what_says_the_rank_stays(name: str, tmp_path: Path) -> None:
    text, shapes, _ = PROGRAMS[name]
    made = written(text, tmp_path)
    values = [RNG.normal(size=shape) for shape in shapes]
    with pytest.raises((ValueError, AssertionError)):
        made.f_forward(values[0][..., None], values[1])
