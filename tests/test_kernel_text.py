"""How what is written reads for loops over elements, as people write them for Numba."""

from __future__ import annotations

from pathlib import Path

import backgen
import numpy as np
import pytest
from backgen.module import build
from backgen.pipeline import Options


def backward(text: str) -> str:
    """The lines of the backward pass of `f` behind its docstring."""
    source = build(f"import numpy as np\n{text}", "k.py", Options(), verify=False)
    after = source.source.partition("def f_backward")[2].partition("\n\n\n")[0]
    return after.partition('"""\n')[2]


PARALLEL = {
    "from numba import prange": "prange",
    "from numba import prange as every": "every",
    "import numba as nb": "nb.prange",
}


@pytest.mark.parametrize("line", PARALLEL)
def test_loops_that_may_run_in_parallel_are_loops(line: str) -> None:
    """`prange` was refused: it had no derivative rule."""
    head = f'{line}\ndef f(x: "N"):\n    s = 0.0\n'
    over = f"    for i in {PARALLEL[line]}(x.shape[0]):\n"
    text = head + over + "        s += x[i] ** 2\n    return s\n"
    assert "for i in reversed(range(x.shape[0])):" in backward(text)


@pytest.mark.parametrize(
    "text",
    [
        "from numba import prange\ndef range(n): return [n]\n",
        "from numba import prange\nprange = len\n",
        "from other import prange\n",
    ],
)
def test_other_functions_of_that_name_are_not(text: str) -> None:
    text += 'def f(x: "N"):\n    s = 0.0\n    for i in prange(x.shape[0]):\n'
    text += "        s += x[i] ** 2\n    return s\n"
    with pytest.raises(backgen.BackgenError):
        backward(text)


def test_elements_that_are_indices_are_integers() -> None:
    """They had a gradient, and what they pick was of any shape."""
    found = backward(
        """
def f(z: "N, K", t: "N"):
    s = 0.0
    for i in range(z.shape[0]):
        s -= np.log(z[i, t[i]])
    return s
"""
    )
    assert "dz[i, t[i]] -= ds / z[i, t[i]]" in found
    assert "return dz\n" in f"{found}\n"


def test_the_verifier_takes_them_for_integers_too(tmp_path: Path) -> None:
    path = tmp_path / "gathered.py"
    path.write_text(
        """
def f(x: "N", t: "K"):
    s = 0.0
    for i in range(t.shape[0]):
        s += x[t[i]] ** 2
    return s
"""
    )
    report = backgen.verify(path)
    assert report.ok


def test_items_that_are_numbers_stay_numbers() -> None:
    """In a file with NumPy they were arrays of any shape."""
    found = backward(
        """
def f(xs: list[float]):
    s = 0.0
    for x in xs:
        s += np.exp(x)
    return s
"""
    )
    assert "np.shape" not in found


def test_masks_of_numbers_are_conditions() -> None:
    """`(x[i] > k).astype(x.dtype) * ds`: Numba's numbers have no such methods."""
    found = backward(
        """
def f(x: "N", k: float):
    s = 0.0
    for i in range(x.shape[0]):
        s += np.maximum(x[i] - k, 0.0)
    return s
"""
    )
    assert "ds_raw = ds if x[i] - k > 0.0 else 0.0" in found


SHAPES = [
    ((), ()),
    ((), (3,)),
    ((3,), (3,)),
    ((3,), (1,)),
    ((2, 3), ()),
    ((2, 3), (3,)),
    ((2, 3), (1, 3)),
    ((2, 3), (2, 1)),
    ((2, 1), (2, 3)),
    ((4, 2, 3), (2, 1)),
    ((0, 3), (3,)),
    ((2, 0), (0,)),
    ((2, 0), (1, 0)),
    ((0,), ()),
]


@pytest.mark.parametrize(("given", "wanted"), SHAPES)
def test_what_was_repeated_is_summed(
    given: tuple[int, ...], wanted: tuple[int, ...]
) -> None:
    """The helper, against the sum over all places by one."""
    source = build(
        "import numpy as np\ndef f(x, y):\n    return x * y\n",
        "k.py",
        Options(),
        verify=False,
    ).source
    namespace: dict[str, object] = {}
    exec(compile(source, "written", "exec"), namespace)
    g = np.arange(1.0, 1 + np.prod(given, dtype=int), dtype=np.float32).reshape(given)
    full = np.broadcast_shapes(given, wanted)
    wide = np.broadcast_to(g, full)
    expected = np.zeros(wanted, np.float32)
    places = np.broadcast_to(np.arange(expected.size).reshape(wanted), full)
    np.add.at(expected.reshape(-1), places, wide)
    unbroadcast = namespace["_unbroadcast"]
    assert callable(unbroadcast)
    for layout in "CF":
        found = unbroadcast(np.array(g, order=layout), wanted)
        assert np.shape(found) == wanted
        assert found.dtype == np.float32
        assert np.array_equal(found, expected)
        assert not np.shares_memory(found, g)


def test_numbers_are_multiplied_with_behind_a_sum() -> None:
    """`np.sum(k * q**3 * dp)` and `np.sum(dt * q**3 * dp)` took the cubes twice."""
    found = backward(
        """
def f(q: "N, D", k: float, dt: float):
    p = q - dt * k * q**3
    return np.sum(p * q)
"""
    )
    assert found.count("q**3") == 2  # in the comment, and once
    assert "dp_raw = np.sum(q**3 * dp)" in found
    assert "ddt = -k * dp_raw" in found
    assert "dk = -dt * dp_raw" in found


def test_other_axes_are_summed_in_front_of_a_number() -> None:
    found = backward(
        """
def f(x: "N, D", b: "D", k: float):
    return np.sum(np.tanh(k * (x + b)))
"""
    )
    assert "np.sum(k" not in found


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "value",
    [
        "np.where(x > s, (x + b) / s, 0.0)",
        "x * np.where(s > 0, (x + b) / s, x * b)",
        "x * np.where(x > s, np.sqrt(x + b + 2.0) / s, b)",
    ],
)
def test_no_number_gets_past_a_mask_behind_a_sum(value: str) -> None:
    """0 / 0 behind the sum would be nan where the mask had made all of it 0."""
    text = f'import numpy as np\ndef f(x: "N, D", b: "D", s: float):\n    y = {value}\n'
    text += "    return np.sum(y)\n"
    source = build(text, "k.py", Options(), verify=False).source
    namespace: dict[str, object] = {}
    exec(compile(source, "written", "exec"), namespace)
    both = namespace["f_value_and_grad"]
    assert callable(both)
    _, (dx, db, _) = both(-np.ones((2, 3)), np.ones(3), np.float64(0.0))
    assert np.isfinite(dx).all()
    assert np.isfinite(db).all()
