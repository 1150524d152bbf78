"""Shapes are found where nothing is stated of them: any rank, and what follows."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.reports.report import FunctionReport, Status

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
    "elements at numbers": """
def f(x):
    a = x[:3]
    b = x[3:7]
    return a @ np.ones(3) + (b**2).sum() * x[10]
""",
    "parameters in one vector": """
def f(params, x):
    W1 = params[:6].reshape(2, 3)
    b1 = params[6:8]
    W2 = params[8:10]
    return np.tanh(W1 @ x + b1) @ W2 + params[10]
""",
    "loops over numbers": """
def f(x):
    s = 0.0
    for i in range(10):
        for j in range(10):
            s += x[i] * x[j] * (i != j)
    return s
""",
    "a kink at the shortest": """
def f(p):
    s = 0.0
    n = len(p)
    for i in range(n):
        x1, y1 = p[i]
        x2, y2 = p[(i + 1) % n]
        s += x1 * y2 - x2 * y1
    return 0.5 * abs(s)
""",
    "so many elements": """
def f(x):
    a = x.reshape(5, 7)
    return (a[1:] * a[:-1]).sum()
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


@dataclass(frozen=True)
class Slip:
    """A line of what would be written, another one in its place, and where it shows."""

    program: str
    right: str
    wrong: str
    stage: int
    message: str


SLIPS = {
    "a factor that is 1 where an integer is 1": Slip(
        """
def f(x, k):
    n, h, w = x.shape
    y = x.reshape(n, h // k, k, w // k, k)
    return y.mean(axis=(2, 4))
""",
        "/ (y.shape[2] * y.shape[4])",
        "/ y.shape[4]",
        3,
        "the gradient of `y` is wrong",
    ),
    "a transposition that vectors do not need": Slip(
        """
def f(w, X, y, lr, epochs=3):
    for _ in range(epochs):
        g = X.T @ (X @ w - y) / len(y)
        w = w - lr * g
    return np.sum((X @ w - y) ** 2)
""",
        "(dg_raw, X.T, ",
        "(dg_raw, X, ",
        1,
        "the gradient of `X` is wrong",
    ),
    "a row that is right where there are two": Slip(
        """
def f(U, b):
    n = b.shape[0]
    x = np.zeros(n)
    for i in reversed(range(n)):
        x[i] = (b[i] - np.dot(U[i, i + 1 :], x[i + 1 :])) / U[i, i]
    return x
""",
        "-= U[i, i + 1 :] *",
        "-= U[0, i + 1 :] *",
        3,
        "is wrong",
    ),
    "a line that is missing in front of a part": Slip(
        """
def f(u, kappa, steps):
    for _ in range(steps):
        lap = u[2:] - 2 * u[1:-1] + u[:-2]
        u = u.copy()
        u[1:-1] += kappa * lap
    return np.sum(u**2)
""",
        "    du = 2 * u * dout\n",
        "",
        4,
        "the gradient of `u` is wrong",
    ),
    "a side that only some shapes show": Slip(
        """
def f(W, X, y, reg):
    s = X @ W
    correct = s[np.arange(X.shape[0]), y].reshape(-1, 1)
    m = np.maximum(0, s - correct + 1)
    m[np.arange(X.shape[0]), y] = 0
    return m.sum() / X.shape[0] + reg * np.sum(W * W)
""",
        "dm_raw = (s - correct + 1 > 0)",
        "dm_raw = (s - correct - 1 > 0)",
        3,
        "the gradient of `s` is wrong",
    ),
    "a number in place of a vector to solve for": Slip(
        """
def f(K: "N, N", y: "N", noise: float):
    L = np.linalg.cholesky(K @ K.T + noise * np.eye(len(y)))
    a = np.linalg.solve(L, y)
    return 0.5 * np.sum(a**2) + np.sum(np.log(np.diag(L)))
""",
        "da = a * dout",
        "da = dout",
        3,
        "the gradient of `a` is wrong",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found(name: str) -> None:
    slip = SLIPS[name]
    assert not report_on(slip.program).findings
    finding = report_on(slip.program, slip.right, slip.wrong).findings[0]
    assert finding.stage == slip.stage
    assert slip.message in finding.message
