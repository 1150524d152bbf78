"""Array programs that were once wrong, refused with the wrong word, or crashing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from array_oracles import differences, load
from backgen import BackgenError, generate, value_and_grad, vjp
from backgen.module import build
from backgen.pipeline import Options, from_text

HEAD = "import math\n\nimport numpy as np\n\n\n"


def backward(text: str) -> str:
    """The backward function that is written for a function `f`."""
    whole = from_text(HEAD + text, "f.py", Options()).text("")
    return whole.split("def f_backward")[1]


REFUSED = {
    "an axis that is declared to be an integer": (
        "def f(x: 'N, M', axis: int):\n    return x.sum(axis=axis)\n",
        "`axis` has to be a constant",
    ),
    "a tuple of axes that are parameters": (
        "def f(x: 'N, M', k: int):\n    return x.sum(axis=(0, k))\n",
        "`axis` has to be a constant",
    ),
    "differences that are a parameter": (
        "def f(x: 'N', n=1):\n    return np.diff(x, n)\n",
        "`n` has to be a constant",
    ),
    "the last item of a list that nobody measured": (
        "def f(p, x: 'N'):\n    return x * p[0]['w'] + p[-1]['w']\n",
        "the number of items is not known",
    ),
    "an array in place whose other name may be a copy": (
        "def f(x: 'N, D'):\n    y = x.reshape(-1)\n    y += 1\n    return x * 2\n",
        "nobody knows whether this is a view of `x` or a copy",
    ),
    "what may be floats, put into integers": (
        "def f(x):\n    z = np.zeros(3, int)\n    z[:] = x\n    return np.sum(z * x)\n",
        "cuts the fraction off",
    ),
    "items that nobody names": (
        "def f(p: dict, x: 'N'):\n    return x * 2\n",
        "the items of `p` are not known",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    text, words = REFUSED[name]
    with pytest.raises(BackgenError, match=words):
        from_text(HEAD + text, "f.py", Options())


def test_an_axis_in_a_call_of_the_api() -> None:
    f = load("def f(x, axis):\n    return (x * x).sum(axis=axis)\n")
    x = np.arange(6.0).reshape(2, 3)
    for axis, upstream in ((0, np.array([1.0, 2.0, 3.0])), (1, np.array([1.0, 2.0]))):
        _, pullback = vjp(f, wrt=("x",), verify=False)(x, axis)
        due = 2 * x * np.expand_dims(upstream, axis)
        (found,) = pullback(upstream)
        np.testing.assert_array_equal(found, due)


def test_lists_in_annotations() -> None:
    text = "def f(p: ['D, H', 'H'], x: 'N, D'):\n    return x @ p[0] + p[-1]\n"
    assert "dp = [dp_0, dp_1]" in backward(text)
    assert "_unbroadcast" not in backward(text)


@pytest.mark.parametrize("kind", [float, np.float32, int])
def test_conversions_do_not_cut_gradients_off(kind: type) -> None:
    text = (
        "import numpy as np\n\n\ndef f(x):\n    y = x.astype(float)\n    return y * y\n"
    )
    module: dict[str, object] = {}
    exec(from_text(text, "f.py", Options()).text(""), module)
    x = np.array([1, 2, 0], kind)
    _, cache = module["f_forward"](x)  # type: ignore[operator]
    gradient = module["f_backward"](np.array([0.5, 0.5, 0.5]), cache)  # type: ignore[operator]
    assert gradient.tolist() == [1.0, 2.0, 0.0]
    assert gradient.dtype == np.result_type(x, 1.0)


def test_numbers_keep_the_functions_of_math() -> None:
    text = "def f(x: 'N', n: float):\n    return x / math.sqrt(2 * n)\n"
    assert "np.sqrt" not in backward(text)


def test_a_list_of_arrays_is_found_again() -> None:
    f = load("import numpy as np\n\n\ndef f(p):\n    return np.sum(p[0] * p[1])\n")
    derived = value_and_grad(f, verify=False)
    for length in (2, 3, 2):
        x, y = np.arange(float(length)), np.ones(length)
        value, (dx, dy) = derived([x, y])
        assert value == x.sum()
        assert dx.tolist() == y.tolist()
        assert dy.tolist() == x.tolist()


# Of what nothing is said may have any shape, also where an axis is of length 1.
@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ("np.sum(np.cumsum(x) ** 2)", (1, 4)),
        ("np.sum(np.cumsum(x) * x[-1, 0])", (3, 2)),
        ("np.sum(np.cumsum(x, axis=0) * x)", (1, 4)),
        ("np.sum(x**2) / len(x)", (3, 2)),
        ("np.sum(sum(r * 2 for r in x))", (3, 2)),
        ("sum(np.sum(r * r) for r in x)", (3, 2)),
    ],
)
def test_shapes_that_are_not_stated(body: str, shape: tuple[int, ...]) -> None:
    text = f"{HEAD}def f(x):\n    return {body}\n"
    module: dict[str, object] = {}
    exec(from_text(text, "f.py", Options()).text(""), module)
    x = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape) / 3
    _, cache = module["f_forward"](x)  # type: ignore[operator]
    found = module["f_backward"](1.0, cache)  # type: ignore[operator]
    due = differences(load(text), {"x": x}, ("x",), 1.0).gradients["x"]
    assert np.shape(found) == shape
    assert np.allclose(found, due)


def test_rows_of_what_nothing_is_said_of() -> None:
    text = f"""{HEAD}def f(A, x):
    B = np.zeros((2, 3))
    for i, row in enumerate(A):
        B[i] = row * x[i]
    return np.sum(B * B)
"""
    module: dict[str, object] = {}
    exec(from_text(text, "f.py", Options(wrt=("A",))).text(""), module)
    A, x = np.arange(6.0).reshape(2, 3), np.array([0.5, -2.0])
    _, cache = module["f_forward"](A, x)  # type: ignore[operator]
    found = module["f_backward"](1.0, cache)  # type: ignore[operator]
    assert np.allclose(found, 2 * A * x[:, None] ** 2)


@pytest.mark.parametrize(
    "body",
    [
        "np.sum(np.where(x > 0, x, 2 * x))",
        "np.sum(x.astype(float) * 2)",
        "np.sum(np.cumsum(x * 2))",
        "np.sum(np.maximum(x, 0) @ x)",
        "x[0] * 0.5 + x[1] * x[2]",
        "sum(x[k] * 0.5 + x[k] ** 2 for k in range(len(x)))",
        "(x * x)[0] * 0.5 + x[1]",
    ],
)
def test_integers_passed_for_declared_floats_cut_nothing_off(body: str) -> None:
    text = f"{HEAD}def f(x: 'N'):\n    return {body}\n"
    module: dict[str, object] = {}
    exec(from_text(text, "f.py", Options()).text(""), module)
    gradients = []
    for x in (np.array([1, 2, -3]), np.array([1.0, 2.0, -3.0])):
        _, cache = module["f_forward"](x)  # type: ignore[operator]
        gradients.append(module["f_backward"](0.3, cache))  # type: ignore[operator]
    assert gradients[0].dtype == float
    assert np.allclose(*gradients)


@pytest.mark.parametrize(
    "imports",
    [
        "import scipy.linalg\nimport scipy.special",
        "import scipy.linalg, scipy.special",
        "import scipy\nimport scipy.special\nimport scipy.special",
    ],
)
def test_several_parts_of_one_package(imports: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        f"import numpy as np\nimport numpy as np\n{imports}\n\n\ndef f(x: '3'):\n"
        "    y = scipy.special.expit(x)\n"
        "    z = scipy.linalg.solve(np.eye(3) + np.outer(y, y), x)\n"
        "    return np.sum(z**2)\n"
    )
    report = generate(path).report
    assert report is not None
    assert report.verified


@pytest.mark.parametrize(
    "shapes",
    [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((2, 2, 3), (3,))],
)
def test_lists_for_what_nothing_is_said_of(
    shapes: tuple[tuple[int, ...], tuple[int, ...]],
) -> None:
    text = "import numpy as np\n\n\ndef f(x, w):\n    return np.dot(x, w)\n"
    module = build(text, "f.py", Options(), verify=False).load()
    x, w = (np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape) for shape in shapes)
    value, cache = module.f_forward(x, w)
    upstream = np.cos(value)
    expected = module.f_backward(upstream, cache)
    for given in ((x.tolist(), w), (x, w.tolist()), (x.tolist(), w.tolist())):
        _, cache = module.f_forward(*given)
        found = module.f_backward(upstream, cache)
        for mine, due in zip(found, expected, strict=True):
            assert np.array_equal(mine, due)


def test_one_place_or_several_of_which_nothing_is_said() -> None:
    text = """import numpy as np


def f(x, k, j):
    y = x * 2
    y[k] = x[0] * 3
    return y[j, k] ** 2
"""
    module = build(text, "f.py", Options(), verify=False).load()
    x = np.arange(1.0, 7.0).reshape(3, 2)
    for k, j in ((1, 0), (np.array([1, 1]), 0), (1, np.array([0, 1, 1]))):
        value, cache = module.f_forward(x.copy(), k, j)
        (found,) = [module.f_backward(np.ones_like(value), cache)]
        for place in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[place] = 1e-6
            ends = [np.sum(module.f_forward(x + e, k, j)[0]) for e in (step, -step)]
            assert abs((ends[0] - ends[1]) / 2e-6 - found[place]) < 1e-6
