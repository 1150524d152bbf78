"""The verifier's functions have the values of those of NumPy and SciPy.

What it computes for both texts alike would agree with itself, however wrong it is.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from array_cases_distributions import DISTRIBUTIONS
from backgen import generate
from backgen.verify import verify
from backgen.verify.arrays.cells import Arithmetic
from backgen.verify.arrays.functions import TABLE
from backgen.verify.running.numeric import FloatDomain

pytest.importorskip("scipy")

RNG = np.random.default_rng(0)
WIDE = RNG.normal(size=(4, 5))
SQUARE = WIDE @ WIDE.T + np.eye(4)
VECTOR = RNG.uniform(0.5, 2.0, 4)
STACK = RNG.normal(size=(2, 3, 3))

Call = tuple[str, tuple[Any, ...], dict[str, Any]]

CALLS: tuple[Call, ...] = (
    *(
        (f"scipy.signal.{name}", (WIDE, WIDE[:rows, :columns], mode), {})
        for name in ("convolve2d", "correlate2d")
        for rows, columns in ((2, 3), (2, 2), (3, 3), (4, 5), (3, 2))
        for mode in ("full", "same", "valid")
    ),
    *(
        ("scipy.spatial.distance.cdist", (WIDE, WIDE[:2], metric), {})
        for metric in ("euclidean", "sqeuclidean")
    ),
    ("scipy.linalg.toeplitz", (VECTOR,), {}),
    ("scipy.linalg.circulant", (VECTOR,), {}),
    ("scipy.linalg.block_diag", (WIDE, SQUARE), {}),
    *(
        call
        for lower in (True, False)
        for call in (
            ("scipy.linalg.cholesky", (SQUARE,), {"lower": lower}),
            ("scipy.linalg.solve_triangular", (SQUARE, VECTOR), {"lower": lower}),
            (
                "scipy.linalg.solve_triangular",
                (SQUARE, VECTOR),
                {"trans": 1, "lower": lower, "unit_diagonal": True},
            ),
            ("scipy.linalg.cho_solve", ((SQUARE, lower), VECTOR), {}),
        )
    ),
    ("numpy.vander", (VECTOR,), {}),
    ("numpy.vander", (VECTOR, 3, True), {}),
    ("numpy.corrcoef", (WIDE,), {}),
    ("numpy.polyval", (VECTOR, WIDE), {}),
    *(
        (f"numpy.{name}.outer", (WIDE, VECTOR), {})
        for name in ("add", "subtract", "multiply")
    ),
    *(
        (f"numpy.{name}.reduce", (WIDE,), {"axis": axis})
        for name in ("add", "multiply", "maximum", "minimum", "logaddexp")
        for axis in (0, 1)
    ),
    ("numpy.modf", (WIDE,), {}),
    ("numpy.kaiser", (5, 2.0), {}),
    *(
        (f"numpy.{name}", (5,), {})
        for name in ("hanning", "hamming", "blackman", "bartlett")
    ),
    ("numpy.linalg.trace", (STACK,), {"offset": 1}),
    ("numpy.linalg.diagonal", (STACK,), {"offset": -1}),
    ("scipy.special.multigammaln", (VECTOR + 2, 3), {}),
    ("scipy.special.binom", (VECTOR + 2, VECTOR), {}),
    ("scipy.special.factorial", (VECTOR,), {}),
)


def plain(value: Any) -> Any:
    """Values of the verifier as floats."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    floats = np.vectorize(lambda cell: getattr(cell, "value", cell), otypes=[float])
    return floats(np.asarray(value, dtype=object))


def own_value(name: str, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    arithmetic = Arithmetic(FloatDomain())

    def cells(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(cells, value))
        return arithmetic.real(value) if isinstance(value, np.ndarray) else value

    return plain(TABLE[name](arithmetic, *map(cells, args), **named))


IDS = [f"{i} {name}" for i, (name, _, _) in enumerate(CALLS)]


@pytest.mark.parametrize("call", CALLS, ids=IDS)
def test_values_are_those_of_numpy_and_scipy(call: Call) -> None:
    name, args, named = call
    module, *members = name.split(".")
    home, last = ".".join([module, *members[:-1]]), members[-1]
    try:
        function = getattr(import_module(home), last)
    except ModuleNotFoundError:  # a method of a function of NumPy: `add.outer`
        function = getattr(getattr(np, members[-2]), last)
    wanted = function(*args, **named)
    got = own_value(name, args, named)
    for one, other in zip(got, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("lower", [True, False])
def test_the_triangle_that_is_the_factor_is_that_of_scipy(lower: bool) -> None:
    """The other one holds 0 from SciPy 1.18 on, and the matrix before."""
    linalg = pytest.importorskip("scipy.linalg")
    name, named = "scipy.linalg.cho_factor", {"lower": lower}
    wanted, _ = linalg.cho_factor(SQUARE, **named)
    got, own = own_value(name, (SQUARE,), named)
    assert bool(own) is lower
    part = np.tril if lower else np.triu
    np.testing.assert_allclose(part(got), part(wanted), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("value", "right"),
    [("np.sum(c)", False), ("c[1, 0] ** 2", False), ("np.sum(np.triu(c))", True)],
)
def test_what_reads_the_other_triangle_is_not_right(
    tmp_path: Path, value: str, right: bool
) -> None:
    path = tmp_path / "factor.py"
    path.write_text(
        "import numpy as np\nimport scipy.linalg\n\n\n"
        'def f(x: "2, 2"):\n'
        f"    c, low = scipy.linalg.cho_factor(x @ x.T)\n    return {value}\n",
        encoding="utf-8",
    )
    module = generate(path, verify=False)
    assert verify(path.read_text(), "factor.py", module.source).ok is right


def _methods() -> list[str]:
    found = [name for name in TABLE if name.startswith("scipy.stats.")]
    return sorted(name for name in found if name.count(".") > 2)


@pytest.mark.parametrize("name", _methods())
def test_distributions_have_the_values_of_scipy(name: str) -> None:
    *_, of, method = name.split(".")
    owner = getattr(import_module("scipy.stats"), of)
    points: list[tuple[Any, ...]]
    if of == "multivariate_normal":
        points = [(WIDE[:, :2], VECTOR[:2], SQUARE[:2, :2])]
    elif method in ("pmf", "logpmf"):
        shapes = {"binom": (5, 0.3), "nbinom": (4.0, 0.3), "poisson": (2.5,)}
        points = [(np.array([1.0]), *shapes.get(of, (0.3,)))]
    else:
        given = (2.5, 1.7)[: owner.numargs]
        inside = [0.2, 0.7] if method in ("ppf", "isf") else [0.4, 0.9, 0.6]
        if of == "pareto" and method.endswith(("cdf", "df", "sf")):
            inside = [1.4, 2.9]
        points = [(np.array(inside), *given), (np.array(inside), *given, 0.0, 1.1)]
    for args in points:
        wanted = getattr(owner, method)(*args)
        if np.all(np.isfinite(wanted)):
            np.testing.assert_allclose(own_value(name, args, {}), wanted, rtol=1e-9)


def test_all_distributions_have_cases() -> None:
    names = {name.split(".")[2] for name in _methods()}
    assert names <= {name for name, _, _ in DISTRIBUTIONS}
