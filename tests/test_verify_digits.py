"""What has no exact arithmetic is computed with 60 digits, and compared as a whole."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.arrays.cells import Arithmetic, cells_of
from backgen.verify.arrays.functions import digits
from backgen.verify.reports.report import FunctionReport, Status
from backgen.verify.running.numeric import HighPrecision

ARGUMENTS = {
    "jv": (2, 0.7),
    "yv": (1, 0.7),
    "iv": (2, 0.7),
    "kv": (1, 0.7),
    "gammainc": (1.5, 0.7),
    "gammaincc": (1.5, 0.7),
    "betainc": (1.5, 2.5, 0.3),
    "polygamma": (2, 1.3),
    "zeta": (2.5, 1.5),
    "boxcox": (1.7, 0.4),
    "poch": (1.7, 0.4),
    "binom": (4.5, 1.5),
}
NAMES = sorted(name for name in digits._CALLED if name.startswith("scipy.special."))
MATRIX = np.array([[1.5, 0.2], [-0.7, 2.5], [0.3, 1.1]])
SQUARE = MATRIX[:2] + MATRIX[:2].T


@pytest.mark.parametrize("name", NAMES)
def test_special_functions_are_those_of_scipy(name: str) -> None:
    last = name.rpartition(".")[2]
    arguments = ARGUMENTS.get(last, (0.7,))
    arithmetic = Arithmetic(HighPrecision())
    values = [arithmetic.literal(value) for value in arguments]
    found = float(digits.call(arithmetic, name, values, {}).value)
    due = getattr(scipy.special, last)(*arguments)
    assert found == pytest.approx(float(due), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "x"),
    [
        ("svd", MATRIX),
        ("svd", MATRIX.T),
        ("svdvals", MATRIX),
        ("eigh", SQUARE),
        ("eigvalsh", SQUARE),
        ("qr", MATRIX),
    ],
)
def test_decompositions_are_those_of_numpy(name: str, x: np.ndarray) -> None:
    # but for the signs of vectors
    arithmetic = Arithmetic(HighPrecision())
    named = {"full_matrices": False} if name == "svd" else {}
    cells = arithmetic.real(x.astype(object))
    found = digits.call(arithmetic, f"numpy.linalg.{name}", [cells], named)
    due = getattr(np.linalg, name)(x, **named)
    for part, right in zip(
        found if isinstance(found, tuple) else (found,),
        due if isinstance(due, tuple) else (due,),
        strict=True,
    ):
        numbers = np.array([float(cell.value) for cell in cells_of(part)])
        assert np.shape(part) == right.shape
        np.testing.assert_allclose(np.abs(numbers), np.abs(right).ravel(), rtol=1e-12)


PROGRAMS = {
    "bessel": ("special", 'x: "N", a: float', "np.sum(jv(0, a * x) + iv(1, x))"),
    "svd": ("", 'x: "M, N"', "np.sum(np.linalg.svd(x, compute_uv=False))"),
    "norm": ("", 'x: "M, N"', "np.linalg.norm(x, 2)"),
    "eigh": ("", 'x: "N, N"', "np.sum(np.exp(np.linalg.eigvalsh(x + x.T)))"),
}


def report_on(name: str, right: str = "", wrong: str = "") -> FunctionReport:
    special, parameters, output = PROGRAMS[name]
    imported = "from scipy.special import iv, jv\n" if special else ""
    source = (
        f"import numpy as np\n{imported}\n\ndef f({parameters}):\n"
        f"    out = {output}\n    return out\n"
    )
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    assert not right or right in module, module
    (function,) = verify(source, "f.py", module.replace(right, wrong)).functions
    return function


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_whole_gradient_is_compared_with_60_digits(name: str) -> None:
    function = report_on(name)
    assert function.whole is Status.SAMPLED
    assert not function.findings


WRONG = {
    "bessel": ("/ 2 * dout", "/ 2.000000001 * dout"),
    "svd": (") @ vt", ") @ vt * 1.000000001"),
    "norm": ("u @ vt", "u @ vt * 1.000000001"),
    "eigh": (") / 2)", ") / 2.000000001)"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_differs_in_the_ninth_digit_is_found(name: str) -> None:
    function = report_on(name, *WRONG[name])
    assert function.findings


STAGES = """
import numpy as np


def f(A: "M, N", b: "M"):
    B = A * 2 + 1
    U, s, Vt = np.linalg.svd(B, full_matrices=False)
    c = U.T @ b
    x = Vt.T @ (c / s)
    return np.sum(x**2)
"""


def of_stages(right: str = "", wrong: str = "") -> FunctionReport:
    module = pipeline.from_text(STAGES, "f.py", Options()).text(stamp.UNCHECKED)
    assert not right or right in module, module
    (function,) = verify(STAGES, "f.py", module.replace(right, wrong)).functions
    return function


def test_each_stage_is_compared_with_60_digits() -> None:
    function = of_stages()
    assert [stage.status for stage in function.stages] == [Status.SAMPLED] * 5
    assert not function.findings


@pytest.mark.parametrize("ord", [2, -2, "nuc"])
def test_norms_of_singular_values_are_those_of_numpy(ord: object) -> None:
    arithmetic = Arithmetic(HighPrecision())
    cells = arithmetic.real(MATRIX)
    found = digits.call(arithmetic, "numpy.linalg.norm", (cells, ord), {})
    assert float(found.value) == pytest.approx(np.linalg.norm(MATRIX, ord), rel=1e-12)


@pytest.mark.parametrize(
    ("right", "wrong", "stage"),
    [
        ("2 * dB", "2.000000001 * dB", 1),
        ("dU, U, s, Vt)", "dU * 1.000000001, U, s, Vt)", 2),
        ("db = U @ dc", "db = 1.000000001 * U @ dc", 3),
        ("2 * x * dout", "2.000000001 * x * dout", 5),
    ],
)
def test_the_stage_that_is_wrong_is_named(right: str, wrong: str, stage: int) -> None:
    assert of_stages(right, wrong).findings[0].stage == stage


def test_what_has_quantiles_and_covariances_is_exact() -> None:
    source = """
import numpy as np


def f(X: "D, N", t: "N", y: "3"):
    C = np.cov(X)
    m = np.quantile(X, 0.3, axis=1)
    p = np.percentile(X, 40)
    z = np.interp(t, np.array([0.0, 0.5, 1.5]), y)
    return np.sum(C**2) + np.sum(m * p) + np.sum(z**2)
"""
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    (function,) = verify(source, "f.py", module, levels=(1, 2, 3)).functions
    assert {stage.status for stage in function.stages} == {Status.PROVED}
    assert function.modular is Status.MODULAR


def test_equal_eigenvalues_are_a_kink() -> None:
    # at the first shape that is tried, (2, 3), two eigenvalues are 0
    text = """
import numpy as np


def f(X, eps=1e-5):
    Xc = X - X.mean(axis=0)
    w, V = np.linalg.eigh(Xc.T @ Xc / len(X))
    return Xc @ (V @ np.diag(1 / np.sqrt(w + eps)) @ V.T)
"""
    source = pipeline.from_text(text, "f.py", Options()).text(stamp.UNCHECKED)
    report = verify(text, "f.py", source)
    assert not report.findings
    assert report.functions[0].whole is Status.SAMPLED


SENTINELS = {
    "of floats": """
def f(x: "N"):
    a = [-1e30] * 3
    a[0] = x[0]
    m = max(a[0], a[1])
    return m * x[1]
""",
    "and integers": """
def f(x: "N", ks: "M int"):
    best = -1e30
    for k in ks:
        if k != 2 and x[0] * k > best:
            best = x[0] * k
    return best
""",
}


@pytest.mark.parametrize("name", SENTINELS)
def test_points_far_out_have_differences(name: str) -> None:
    """A branch that a sentinel decides is looked for where values are as large."""
    text = SENTINELS[name]
    written = pipeline.from_text(text, "far.py", Options())
    report = verify(text, "far.py", written.text(stamp.UNCHECKED))
    assert report.ok, report.summary()
    assert "unverified" not in report.summary()
