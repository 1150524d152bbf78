"""Distributions of `scipy.stats`: how they are imported, written, verified, refused."""

from __future__ import annotations

from pathlib import Path

import backgen
import numpy as np
import pytest

pytest.importorskip("scipy")

FORMS = (
    ("import scipy.stats as stats", "stats.norm", "from scipy import stats"),
    ("import scipy.stats as ss", "ss.norm", "import scipy.stats as ss"),
    ("import scipy.stats", "scipy.stats.norm", "import scipy.stats"),
    ("from scipy import stats", "stats.norm", "from scipy import stats"),
    ("from scipy.stats import norm", "norm", "from scipy.stats import norm"),
    ("from scipy.stats import norm as n", "n", "from scipy.stats import norm as n"),
)


def module_of(folder: Path, imports: str, header: str, body: str) -> backgen.Module:
    path = folder / "program.py"
    text = f"import numpy as np\n{imports}\n\n\n{header}\n    return {body}\n"
    path.write_text(text, encoding="utf-8")
    return backgen.generate(path)


@pytest.mark.parametrize(("imports", "norm", "written"), FORMS)
def test_every_form_of_import_is_spelled_as_the_user_does(
    tmp_path: Path, imports: str, norm: str, written: str
) -> None:
    header = 'def f(x: "N", m: float, s: float):'
    body = f"np.sum({norm}.logpdf(x, loc=m, scale=s) + {norm}.cdf(x))"
    source = module_of(tmp_path, imports, header, body).source
    assert f"\n{written}\n" in source
    assert "dx = (m - x) / s**2 * dout" in source
    assert f"dx += {norm}.pdf(x) * dout" in source
    assert "proved equal" in source


def test_what_the_gradient_needs_is_imported_beside_the_users_names(
    tmp_path: Path,
) -> None:
    header = 'def f(x: "N"):'
    imports = "from scipy.special import gammaln"
    source = module_of(tmp_path, imports, header, "np.sum(gammaln(x))").source
    assert "from scipy.special import digamma, gammaln\n" in source
    assert "dx = digamma(x) * dout" in source
    source = module_of(
        tmp_path,
        "from scipy.stats import gamma",
        'def f(x: "N", a: float):',
        "np.sum(gamma.logpdf(x, a))",
    ).source
    assert "from scipy import special\n" in source


def test_live_functions_know_distributions() -> None:
    from scipy.stats import multivariate_normal as mvn, norm

    def f(x, m):  # type: ignore[no-untyped-def]
        return np.sum(mvn.logpdf(x, m, np.eye(2))) + np.sum(norm.logpdf(x))

    x, m = np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([1.0, 2.0])
    dx, dm = backgen.grad(f)(x, m)
    np.testing.assert_allclose(dx, m - 2 * x)
    np.testing.assert_allclose(dm, np.sum(x - m, axis=0))


REFUSED = (
    ("[stats.norm(m, 1.0)][0].logpdf(x)", "BG012", "`norm.logpdf(x, loc, scale)`"),
    ("stats.gamma.cdf(x, m)", "BG012", "an argument that varies here"),
    ("stats.poisson.logpmf(x, m)", "BG012", "an argument that varies here"),
    ("stats.norm.rvs(size=3) * x", "BG012", "no derivative rule"),
    ("stats.multivariate_normal.logpdf(x, cov=m)", "BG014", "`cov` a matrix"),
)


@pytest.mark.parametrize(("body", "code", "words"), REFUSED)
def test_refusals(tmp_path: Path, body: str, code: str, words: str) -> None:
    with pytest.raises(backgen.BackgenError, match=r"program\.py:6:") as caught:
        module_of(
            tmp_path,
            "from scipy import stats",
            'def f(x: "3", m: float):',
            f"np.sum({body})",
        )
    assert caught.value.code == code
    assert words in str(caught.value)


def test_one_row_of_unknown_number(tmp_path: Path) -> None:
    """SciPy drops axes of length 1, whatever was said of the shapes."""
    module = module_of(
        tmp_path,
        "from scipy import stats",
        'def f(x: "N, T, 2", m: "2", S: "2, 2"):',
        "np.sum(stats.multivariate_normal.logpdf(x, m, S))",
    ).load()
    x, m = np.linspace(-1, 1, 6).reshape(3, 1, 2), np.array([0.2, -0.1])
    _, (dx, dm, dS) = module.f_value_and_grad(x, m, np.eye(2))
    np.testing.assert_allclose(dx, m - x)
    np.testing.assert_allclose(dm, np.sum(x - m, axis=(0, 1)))
    assert dS.shape == (2, 2)
