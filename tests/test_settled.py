"""Parameters that decide what is written: an axis, whether it is kept, an order."""

from __future__ import annotations

from typing import Any

import backgen
import numpy as np
import pytest
from backgen.errors import BackgenError

X = np.array([[0.5, -1.2, 0.8, 0.1], [0.3, 1.1, -0.4, 0.7], [-0.9, 0.2, 0.7, 1.4]])


def shares(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def handed_on(x: Any, axis: int = 0) -> Any:
    return np.sum(shares(x, axis) ** 2) / x.shape[axis]


def kept(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.mean(x, axis=axis, keepdims=keepdims) ** 2


def lengths(x: Any, ord: Any = 2, *, axis: Any = 0) -> Any:
    return np.linalg.norm(x, ord=ord, axis=axis)


def by_place(x: Any, axes: Any) -> Any:
    return np.sum(x.sum(axes) ** 3)


def data(x: Any, axis: Any) -> Any:
    """Not every parameter of that name is one."""
    return np.sum(np.outer(x, axis) ** 2)


CALLS = (
    (shares, (X,), {}),
    (shares, (X, 0), {}),
    (shares, (X, 1), {}),
    (shares, (X,), {"axis": -2}),
    (handed_on, (X,), {}),
    (handed_on, (X, 1), {}),
    (kept, (X,), {}),
    (kept, (X, 1), {}),
    (kept, (X, 0, True), {}),
    (kept, (X, (0, 1)), {"keepdims": True}),
    (lengths, (X,), {}),
    (lengths, (X, 1), {"axis": 1}),
    (by_place, (X, 0), {}),
    (by_place, (X, (1,)), {}),
    (data, (X[0], X[1]), {}),
)


def slopes(f: Any, args: Any, named: Any, upstream: Any) -> Any:
    """Central differences with respect to the first argument."""
    x, *others = args
    found = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = x.copy()
            moved[place] += step
            ends.append(np.sum(f(moved, *others, **named) * upstream))
        found[place] = (ends[0] - ends[1]) / 2e-6
    return found


@pytest.mark.parametrize(("f", "args", "named"), CALLS)
def test_what_is_written_is_for_the_values_of_a_call(
    f: Any, args: Any, named: Any
) -> None:
    wanted = f(*args, **named)
    upstream = np.cos(np.arange(np.size(wanted), dtype=float)).reshape(wanted.shape)
    value, pullback = backgen.vjp(f, wrt=("x",))(*args, **named)
    np.testing.assert_allclose(value, wanted)
    (dx,) = pullback(upstream if np.ndim(wanted) else float(upstream))
    np.testing.assert_allclose(dx, slopes(f, args, named, upstream), atol=1e-8)


def test_each_value_has_its_own_module() -> None:
    differentiated = backgen.vjp(shares, wrt=("x",))
    for axis in (0, 1, 0, -1, 1):
        value, _ = differentiated(X, axis)
        np.testing.assert_allclose(value, shares(X, axis))
        assert f"axis={axis}" in differentiated.source


SOURCE = """import numpy as np


def norm(x: "N, D", axis=-1, keep=True):
    return x / np.sqrt(np.sum(x * x, axis=axis, keepdims=keep))
"""


def test_a_module_is_for_the_default(tmp_path: Any) -> None:
    path = tmp_path / "norm.py"
    path.write_text(SOURCE)
    module = backgen.generate(str(path))
    assert "proved" in module.source
    written = module.load()
    y, _ = written.norm_forward(X)
    np.testing.assert_allclose(y, X / np.sqrt(np.sum(X * X, axis=-1, keepdims=True)))
    for wrong in ({"axis": 0}, {"keep": False}):
        with pytest.raises(ValueError, match="written for"):
            written.norm_forward(X, **wrong)


@pytest.mark.parametrize(
    "head",
    ["def f(x: '3, 4', axis: int):", "def f(x: '3, 4', axis=0):\n    axis = axis + 1"],
)
def test_what_only_running_tells_is_refused(head: str, tmp_path: Any) -> None:
    path = tmp_path / "f.py"
    body = "    return np.sum(x, axis=axis) ** 2\n"
    path.write_text(f"import numpy as np\n\n\n{head}\n{body}")
    with pytest.raises(BackgenError, match="has to be a constant") as caught:
        backgen.generate(str(path))
    assert caught.value.code == "BG014"
    assert caught.value.lineno
