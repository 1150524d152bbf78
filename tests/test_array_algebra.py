"""Products and linear algebra where shapes are not numbers, and what is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from array_case import Case, cases
from array_cases import CASES
from array_cases_linalg import PRODUCTS
from array_oracles import load, upstream_of

Annotation = Callable[[np.ndarray], str]


def anything(array: np.ndarray) -> str:
    return "np.ndarray"


def named(array: np.ndarray) -> str:
    """A name for each length but 1."""
    lengths = (str(n) if n == 1 else f"D{n}" for n in array.shape)
    return repr(", ".join(lengths)) if array.ndim else "np.ndarray"


# -- shapes that are not numbers

OPERATIONS: dict[str, list[Case]] = defaultdict(list)
for _case in chain(
    CASES["algebra"], CASES["numpy.linalg"], cases("products", PRODUCTS)
):
    OPERATIONS[_case.name].append(_case)


def annotated(case: Case, annotation: Annotation) -> str:
    parameters = (
        f"{name}: {annotation(value) if isinstance(value, np.ndarray) else 'float'}"
        for name, value in case.arguments.items()
    )
    plain = f"def f({', '.join(case.arguments)}):"
    return case.text.replace(plain, f"def f({', '.join(parameters)}):")


def gradients_of(path: Path, case: Case, upstream: Any) -> tuple[Any, ...]:
    scope: dict[str, Any] = {}
    source = backgen.generate(path, wrt=case.wrt, verify=False).source
    exec(compile(source, str(path), "exec"), scope)
    _, cache = scope["f_forward"](**case.arguments)
    found = scope["f_backward"](upstream, cache)
    return found if len(case.wrt) > 1 else (found,)


@pytest.mark.parametrize("annotation", [anything, named])
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_shapes_that_are_not_numbers(
    name: str, annotation: Annotation, tmp_path: Path
) -> None:
    """The gradients are those with known shapes, or it is refused."""
    right = 0
    for number, case in enumerate(OPERATIONS[name]):
        path = tmp_path / f"case_{number}.py"
        path.write_text(annotated(case, annotation), encoding="utf-8")
        f = load(case.text)
        try:
            upstream = upstream_of(f(**case.arguments))
        except AttributeError:
            continue  # an older NumPy
        expected = backgen.vjp(f, wrt=case.wrt, verify=False)
        try:
            found = gradients_of(path, case, upstream)
        except backgen.BackgenError as error:
            if error.code in ("BG014", "BG020", "BG021"):
                continue
            raise
        _, pullback = expected(*case.arguments.values())
        for gradient, wanted in zip(found, pullback(upstream), strict=True):
            assert np.shape(gradient) == np.shape(wanted), case.id
            np.testing.assert_allclose(gradient, wanted, 1e-9, 1e-9, err_msg=case.id)
        right += 1
    assert right or (name, annotation) in SHAPE_NEEDED


SHAPE_NEEDED = [("tensordot", anything), ("multi_dot", anything)]


# -- what is refused

REFUSED = [
    ("np.einsum(x, [0, 1])", "BG014", "the subscripts have to be a text"),
    ("np.einsum('ij,jk', x)", "BG014", "is not for 1 operands"),
    ("np.einsum('ijk->i', x)", "BG020", "is not for the shape (3, 3)"),
    ("np.linalg.norm(x, s)", "BG014", "`ord` has to be a constant"),
    ("np.linalg.norm(x[0], 0)", "BG014", "has no derivative"),
    ("np.linalg.svd(x[:2])[0]", "BG014", "full_matrices=False"),
    ("np.linalg.qr(x, 'complete')[0]", "BG014", 'has to be "reduced"'),
    ("np.linalg.cond(x, 1)", "BG014", "`p` has to be left out"),
    ("np.linalg.inv(x[:2])", "BG020", "(2, 3)"),
    ("np.linalg.solve(x, x[:2])", "BG020", "3 is not 2"),
    ("np.dot(x[:, :2], x)", "BG020", "2 is not 3"),
    ("np.fft.rfft(x)", "BG012", "complex numbers"),
]


@pytest.mark.parametrize(("expression", "code", "words"), REFUSED)
def test_refusals(expression: str, code: str, words: str) -> None:
    f = load(f"import numpy as np\n\n\ndef f(x, s):\n    return {expression}\n")
    with pytest.raises(backgen.BackgenError) as caught:
        backgen.vjp(f, verify=False)(np.eye(3), 2.0)
    assert caught.value.code == code
    assert words in str(caught.value)


def test_complex_eigenvalues_are_refused_at_run_time() -> None:
    f = load(
        "import numpy as np\n\n\ndef f(x):\n    return np.linalg.eig(x)[0] * 2.0\n"
    )
    _, pullback = backgen.vjp(f, verify=False)(np.array([[0.0, -1.0], [1.0, 0.0]]))
    with pytest.raises(np.linalg.LinAlgError, match="complex eigenvalues"):
        pullback(np.ones(2))


# -- how it reads

WRITTEN = [
    ("np.inner(x, y)", ["dx = dout @ y", "dy = dout.T @ x"]),
    ("np.einsum('ij,kj->ik', x, y)", ['dx = np.einsum("ik,kj->ij", dout, y)']),
    ("np.einsum('ij->i', x) + y[0]", ["dx = dout[:, None] * np.ones_like(x)"]),
    ("np.tensordot(x, y, 1)", ["dx = dout @ y.T", "dy = x.T @ dout"]),
    ("np.linalg.inv(x) + y", ["dx = -(out_inv.T @ dout @ out_inv.T)"]),
    ("np.linalg.norm(x) + 0 * y[0, 0]", ["dx = x * (dout / out_norm)"]),
    (
        "np.linalg.solve(x, y)",
        [
            "dout_raw = np.linalg.solve(x.T, dout)",
            "dx = -(dout_raw @ out.T)",
            "dy = dout_raw",
        ],
    ),
]


@pytest.mark.parametrize(("expression", "lines"), WRITTEN)
def test_how_it_reads(expression: str, lines: list[str], tmp_path: Path) -> None:
    path = tmp_path / "product.py"
    text = "import numpy as np\n\n\ndef f(x: 'N, N', y: 'N, N'):\n"
    path.write_text(f"{text}    return {expression}\n", encoding="utf-8")
    source = backgen.generate(path, verify=False).source
    found = [line.strip() for line in source.splitlines()]
    assert [line for line in lines if line not in found] == []
