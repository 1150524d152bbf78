"""What is written for array programs: it is what a person would write, and clean."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from array_cases import CASES
from array_oracles import load
from backgen import BackgenError, vjp
from backgen.pipeline import Options, from_text
from backgen.stamp import UNCHECKED

# A program's parameters and stages, and the lines of its backward pass.
TEXTS = {
    "bias": (
        'x: "N, D", w: "D, M", b: "M"',
        "a = x @ w + b",
        "dx = da @ w.T | dw = x.T @ da | db = da.sum(axis=0)",
    ),
    "rows": ('x: "N, M"', "s = x.sum(axis=1)", "dx = ds[:, None] * np.ones_like(x)"),
    "a sum of unknown shape": (
        "x",
        "s = np.sqrt(np.sum(x**2)) + np.sum(x)",
        "dx = x * (ds / s_norm) | dx += ds",
    ),
    "a mean of unknown shape": (
        "x",
        "s = np.mean(x)",
        "dx = ds / x.size * np.ones_like(x)",
    ),
    "a sum of operands of unknown shapes": (
        "x, y",
        "s = np.sum(x * y)",
        "ds_raw = ds * np.ones_like(x * y) | "
        "dx = _unbroadcast(y * ds_raw, np.shape(x)) | "
        "dy = _unbroadcast(x * ds_raw, np.shape(y))",
    ),
    "constants above and below": (
        's: float, t: "N"',
        "y = np.log(2 * np.pi * s) + np.sum(np.log(3 * t))",
        "ds = dy / s | dt = dy / t",
    ),
    "matrices turned round": (
        'k: "A, B, C, D", q: "A, B, E, D"',
        "s = q @ np.swapaxes(k, -1, -2)",
        "dq = ds @ k | dk = np.swapaxes(ds, -1, -2) @ q",
    ),
    "heads of attention": (
        'k: "A, C, B, D", q: "A, B, E, D"',
        "s = q @ k.transpose(0, 2, 3, 1)",
        "dq = ds @ k.transpose(0, 2, 1, 3) | "
        "dk = np.transpose(np.swapaxes(q, -1, -2) @ ds, (0, 3, 1, 2))",
    ),
    "axes in their order again": (
        'k: "A, B, C, D", q: "A, B, E, D"',
        "s = q @ k.transpose(0, 1, 3, 2)",
        "dq = ds @ k | dk = np.swapaxes(ds, -1, -2) @ q",
    ),
    "both operands repeated": (
        'a: "N, 1", b: "M"',
        "y = a + b",
        "da = dy.sum(axis=1, keepdims=True) | db = dy.sum(axis=0)",
    ),
    "a number times an array": (
        'x: "N, M", s: float',
        "y = s * x",
        "ds = np.sum(x * dy) | dx = s * dy",
    ),
    "an added axis": (
        'x: "N, D", m: "N"',
        "y = x - m[:, None]",
        "dx = dy | dm = -dy.sum(axis=1)",
    ),
    "aliases": (
        'x: "N", y: "N"',
        "z = x + y; w = z * x",
        "dz = x * dw | dx = z * dw | dx += dz | dy = dz",
    ),
    "a gradient that is still read is not added to": (
        'x: "N", y: "N"',
        "z = x + y; w = z + 2 * x",
        "dz = dw | dx = 2 * dw | dx += dz | dy = dz",
    ),
    "repeated indices": (
        'c: "V, D", i: "T int"',
        "e = c[i]",
        "dc = np.zeros_like(c, dtype=_float_type(c)) | np.add.at(dc, i, de)",
    ),
    "indices without repetition": (
        'p: "N, C", y: "N int"',
        "q = p[np.arange(p.shape[0]), y]",
        "dp = np.zeros_like(p, dtype=_float_type(p)) | "
        "dp[np.arange(p.shape[0]), y] = dq",
    ),
    "indices that differ along each axis": (
        'p: "B, T, V", y: "B, T int"',
        "q = p[np.arange(p.shape[0])[:, None], np.arange(p.shape[1]), y]",
        "dp = np.zeros_like(p, dtype=_float_type(p)) | "
        "dp[np.arange(p.shape[0])[:, None], np.arange(p.shape[1]), y] = dq",
    ),
    "indices that differ along one axis of two": (
        'p: "B, T, V", y: "B, T int"',
        "q = p[np.arange(p.shape[0])[:, None], 0, y]",
        "dp = np.zeros_like(p, dtype=_float_type(p)) | "
        "np.add.at(dp, (np.arange(p.shape[0])[:, None], 0, y), dq)",
    ),
    "two indices that differ along the same axis": (
        'p: "B, B, V", y: "T, B int"',
        "q = p[np.arange(p.shape[0]), np.arange(p.shape[0]), y]",
        "dp = np.zeros_like(p, dtype=_float_type(p)) | np.add.at("
        "dp, (np.arange(p.shape[0]), np.arange(p.shape[0]), y), dq)",
    ),
    "a mask has a name": (
        'x: "N, D"',
        "m = np.max(x, axis=1)",
        "m_mask = x == m[:, None] | "
        "dx = m_mask * (dm / np.sum(m_mask, axis=1, dtype=m.dtype))[:, None]",
    ),
    "overlapping slices": (
        'x: "N"',
        "y = x[1:] - x[:-1]",
        "dx = np.zeros_like(x, dtype=_float_type(x)) | dx[1:] = dy | dx[:-1] -= dy",
    ),
    "slices that share nothing": (
        'z: "4*H"',
        "H = z.shape[0] // 4; a = z[H : 2 * H] * z[3 * H :]",
        "dz = np.zeros_like(z, dtype=_float_type(z)) | dz[H : 2 * H] = z[3 * H :] * da "
        "| dz[3 * H :] = z[H : 2 * H] * da",
    ),
    "elements stage by stage": (
        'x: "N"',
        "a = 2 * x[0]; b = a * x[2]; c = b * x[1] + b * x[2]",
        "dx = np.zeros_like(x, dtype=_float_type(x)) | db = x[1] * dc "
        "| dx[1] = b * dc | db += x[2] * dc | dx[2] = b * dc "
        "| da = x[2] * db | dx[2] += a * db | dx[0] = 2 * da",
    ),
    "what is subtracted": (
        'x: "N", y: "N"',
        "a = np.cos(x); b = a * y - a * a",
        "da = y * db | dy = a * db | da -= 2 * a * db | dx = -np.sin(x) * da",
    ),
    "a sign that would make an array": (
        'x: "N", y: "N"',
        "a = np.cos(x); b = a * y; c = b * x - x / y",
        "db = x * dc | dx = b * dc | dx -= dc / y | dy = x / y**2 * dc "
        "| da = y * db | dy += a * db | dx -= np.sin(x) * da",
    ),
    "a sign in front of what is multiplied": (
        'A: "N, N", x: "N"',
        "y = np.tanh(x); z = y @ y + x @ x; u = x - A @ y; c = u * z",
        "du = z * dc | dz = np.dot(u, dc) | dx = du | dA = np.outer(-du, y) "
        "| dy = A.T @ -du | dy += 2 * y * dz | dx += 2 * x * dz "
        "| dx += (1 - y**2) * dy",
    ),
    "a sign in front of what is multiplied, and added": (
        'A: "N, N", x: "N"',
        "y = A @ x; u = x - A @ x; c = u @ u + y @ u",
        "du = 2 * u * dc | dy = u * dc | du += y * dc | dx = du "
        "| dA = np.outer(-du, x) | dx -= A.T @ du | dA += np.outer(dy, x) "
        "| dx += A.T @ dy",
    ),
    "a choice": (
        'x: "N", y: "N"',
        "z = np.where(x > 0, y, 2 * y)",
        "dy = np.where(x > 0, dz, 2 * dz) | dx = np.zeros_like(x)",
    ),
    "a choice guards the stages before": (
        'x: "N"',
        "y = np.log(x); z = np.where(x > 0, y, 0.0)",
        "dy = np.where(x > 0, dz, 0) | dx = np.where(x > 0, dy / x, 0)",
    ),
    "softmax": (
        'x: "N, C"',
        "p = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)",
        "dx = p * (dp - np.sum(p * dp, axis=1, keepdims=True))",
    ),
    "a dict of arrays": (
        'x: "N, D", p: {"W": "D, M", "b": "M"}',
        'y = x @ p["W"] + p["b"]',
        'dx = dy @ p["W"].T | dW = x.T @ dy | db = dy.sum(axis=0)'
        ' | dp = {"W": dW, "b": db}',
    ),
    "unknown shapes": (
        "x: np.ndarray, w: np.ndarray",
        "y = x * w",
        "dx = _unbroadcast(w * dy, np.shape(x)) | "
        "dw = _unbroadcast(x * dy, np.shape(w))",
    ),
    "rows of patches": (
        'x: "N, C, H, W", w: "C"',
        "n, h = x.shape[0], x.shape[2]; "
        "y = x.transpose(0, 2, 3, 1).reshape(n * h * x.shape[3], -1) * w",
        "dx = np.reshape(w * dy, np.shape(x.transpose(0, 2, 3, 1)))"
        ".transpose(0, 3, 1, 2) | "
        "dw = np.sum(y_reshape * dy, axis=0)",
    ),
    "constants meet behind a sum": (
        'x: "N, D", m: "D"',
        "s = -0.5 * np.sum((x - m) ** 2, axis=1)",
        "ds_raw = (m - x) * ds[:, None] | dx = ds_raw | dm = -ds_raw.sum(axis=0)",
    ),
    "a constant is for the sum": (
        'x: "N, D", m: "D"',
        "s = x - 3 * m",
        "dx = ds | dm = -3 * ds.sum(axis=0)",
    ),
    "a turned operand": (
        'x: "N, D", m: "D", Q: "E, D"',
        "z = (x - m) @ Q.T",
        "dz_raw = dz @ Q | dx = dz_raw | dm = -dz_raw.sum(axis=0)"
        " | dQ = dz.T @ (x - m)",
    ),
    "a triangle": (
        'v: "D * (D - 1) // 2", s: "D"',
        "Q = np.diag(s); Q[np.tril_indices(s.shape[0], -1)] = v; R = Q",
        "dQ = dR | dv = dQ[np.tril_indices(s.shape[0], -1)] | dQ = dQ + 0.0"
        " | dQ[np.tril_indices(s.shape[0], -1)] = 0.0 | ds = np.diag(dQ)",
    ),
    "a constant of the module": ('x: "N"', "y = SCALE * x", "dx = SCALE * dy"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_backward_lines(name: str) -> None:
    params, stages, wanted = TEXTS[name]
    lines = stages.split("; ")
    output = lines[-1].partition(" = ")[0]
    body = textwrap.indent("\n".join([*lines, f"return {output}"]), "    ")
    head = "import numpy as np\n\nSCALE = 0.5\n\n\n"
    text = from_text(f"{head}def f({params}):\n{body}\n", "f.py", Options()).text("")
    backward = text.split("def f_backward")[1].split("\n\n\n")[0].splitlines()
    found = [line.strip() for line in backward[2:] if "# (" not in line]
    found = [line for line in found if "cache" not in line and "return" not in line]
    assert found == wanted.split(" | ")


def test_everything_written_is_clean(tmp_path: Path) -> None:
    """All of the cases' modules, by the formatter and by the linter's default rules."""
    for group in ("numpy", "numpy.linalg", "ndarray", "indexing", "gates"):
        for number, case in enumerate(CASES[group]):
            derived = vjp(load(case.text), wrt=case.wrt, verify=False)
            try:
                derived(**case.arguments)
            except BackgenError:
                continue
            name = f"{group}_{number}.py".replace(".", "_", 1)
            (tmp_path / name).write_text(derived.source, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    # what these say is about the user's own expressions, as `x > x`
    own = "--ignore=PLR0124,PLR0133,PLW0128"
    for command in (["check", "--isolated", own], ["format", "--isolated", "--check"]):
        run = subprocess.run(
            [*ruff, *command, "."], cwd=tmp_path, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout[-3000:]


# -- indices that may repeat

_ROWS, _COLUMNS = "np.arange(x.shape[0])", "np.arange(x.shape[1])"
APART = {
    f"{_ROWS}[:, None], {_COLUMNS}": True,
    f"{_ROWS}, {_ROWS}": True,
    f"{_ROWS}[:, None], {_COLUMNS}[None, :], i": True,
    f"{_ROWS}[::-1, None], {_COLUMNS}, i": True,
    f"i, {_COLUMNS}, {_ROWS}[:, None]": True,
    f"0, {_COLUMNS}, {_ROWS}[:, None]": True,
    f"{_ROWS}[:, None], {_COLUMNS}, j": True,
    f"{_ROWS}[:, None], 0, i": False,
    f"i, {_COLUMNS}": False,
    f"j, {_COLUMNS}, {_COLUMNS}": True,
    f"j, {_COLUMNS}[:, None], {_ROWS}[:, None]": False,
    f"{_ROWS}[:, None], {_ROWS}": True,
    f"{_ROWS} // 2, j": False,
}


@pytest.mark.parametrize("index", APART)
def test_repeated_indices_are_added_one_by_one(index: str) -> None:
    """No place that is written to at once is there twice."""
    text = (
        'import numpy as np\n\ndef f(x: "N, N, N", i: "N, N int", j: "N int"):\n'
        f"    return x[{index}]\n"
    )
    source = from_text(text, "index.py", Options()).text("")
    assert ("np.add.at" not in source) is APART[index]
    x = np.arange(64).reshape(4, 4, 4)
    given = {"np": np, "x": x, "i": x[0] % 2, "j": np.array([0, 1, 1, 0])}
    read = eval(f"x[{index}]", given)
    assert not APART[index] or np.unique(read).size == read.size


def test_lengths_that_the_file_binds_are_known() -> None:
    """A shape made of the file's constants needs no helper."""
    text = (
        "import numpy as np\n\nrows, cols = 6, 5\nSTART = np.ones((rows, cols))\n\n\n"
        'def f(v: "6, 5"):\n    return np.mean((START - v) ** 2)\n'
    )
    written = from_text(text, "lengths.py", Options()).text(UNCHECKED)
    assert "dv = -2 * (START - v) * (dout / v.size)" in written
    assert "_unbroadcast" not in written
