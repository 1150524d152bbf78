"""Shapes are found where nothing is stated of them: any rank, and what follows."""

from __future__ import annotations

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.report import FunctionReport, Status

PROGRAMS = {
    "four axes": """
def f(x, gamma):
    N, C, H, W = x.shape
    d = x - x.mean(axis=(0, 2, 3), keepdims=True)
    return gamma.reshape(1, C, 1, 1) * d
""",
    "lengths that follow": """
def f(x, w, b):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    out = np.zeros((N, F, H - kh + 1, W - kw + 1))
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            patch = x[:, :, i : i + kh, j : j + kw].reshape(N, -1)
            out[:, :, i, j] = patch @ w.reshape(F, -1).T + b
    return out
""",
    "integers": """
def f(v, p, n):
    j = np.arange(n + 1)
    v = v * p**j
    for i in range(n):
        v = p * v[1:] + (1 - p) * v[:-1]
    return v[0]
""",
    "lengths that belong together": """
def f(x, h, Wz, Uz, Wn, Un):
    for t in range(x.shape[0]):
        z = np.tanh(x[t] @ Wz + h @ Uz)
        n = np.tanh(x[t] @ Wn + (z * h) @ Un)
        h = (1 - z) * n + z * h
    return h
""",
    "more rows than columns": """
def f(X, y):
    D = X - X.mean(axis=0)
    d = y - y.mean()
    return D.T @ np.linalg.solve(D @ D.T + np.outer(d, d), d)
""",
    "fewer columns than rows": """
def f(A):
    Q = np.zeros_like(A)
    for j in range(A.shape[1]):
        v = A[:, j]
        for i in range(j):
            v = v - (Q[:, i] @ A[:, j]) * Q[:, i]
        Q[:, j] = v / np.sqrt(np.sum(v**2))
    return Q
""",
}


def report_on(text: str, right: str = "", wrong: str = "") -> FunctionReport:
    source = f"import numpy as np\n\n{text}"
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    assert not right or right in module, module
    found = verify(source, "f.py", module.replace(right, wrong), levels=(1, 3))
    return found.functions[0]


@pytest.mark.parametrize("name", PROGRAMS)
def test_shapes_are_found(name: str) -> None:
    function = report_on(PROGRAMS[name])
    assert function.modular is Status.MODULAR, function.notes
    assert not function.findings


def test_what_is_wrong_at_these_shapes_is_found() -> None:
    function = report_on(PROGRAMS["four axes"], "* dout", "* dout * 2")
    assert function.findings


def test_shapes_that_do_not_go_together_are_none() -> None:
    """`np.linalg.solve` takes no longer vector than its matrix has rows."""
    source = "def f(C, d):\n    return d @ np.linalg.solve(C, d)\n"
    assert not report_on(source).findings
