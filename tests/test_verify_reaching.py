"""Programs whose shapes and ways have to be found: nothing is stated of them, or only
longer arrays, smaller ones, or other texts show all of what they do."""

from __future__ import annotations

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.reports.report import Report

_HEAD = "import numpy as np\n\n\n"
PROGRAMS = {
    "the index of a loop is compared with a number": """\
def f(x: "N", w: "N"):
    total = 0.0
    for i in range(len(x)):
        if i % 3 == 0:
            total += x[i] * w[i]
        elif i > 5:
            total -= w[i]
        else:
            total *= 0.5
    return total
""",
    "so it is in arrays of unknown shapes": """\
def f(x, w):
    total = 0.0
    for i in range(len(x)):
        if i > 4:
            total = total - x[i]
        else:
            total = total + x[i] * w[i]
    return total
""",
    "a norm is tiny": """\
def f(v: "N", w: "N"):
    n = np.linalg.norm(v)
    if n < 1e-3:
        u = v * 1e3
    else:
        u = v / n
    return np.dot(u, w)
""",
    "a norm of what comes of several arrays is tiny, or large": """\
def f(A: "N, N", b: "N", x: "N"):
    r = b - A @ x
    if np.linalg.norm(r) < 1e-6:
        return x
    x = x + 0.1 * r
    if np.sum(x * x) > 1e8:
        x = x / np.sqrt(np.sum(x * x))
    return x
""",
    "einsum says how many axes there are": """\
def f(x, g, w, v):
    h = np.maximum(np.einsum("bd,edh->beh", x, w), 0)
    return np.einsum("be, bed -> bd", x @ g, np.einsum("beh,ehd->bed", h, v))
""",
    "a dict is read by a function that it is handed to, with a flag": """\
def half(x, p, flip):
    if flip:
        h = np.tanh(x * p["w"])
    else:
        h = x + p["b"]
    return h


def f(x, p):
    y = half(x, p, False)
    return np.sum(half(y, p, True) * p["w"])
""",
    "only a caller names the texts": """\
def act(x, kind: str = "relu"):
    if kind == "relu":
        return np.maximum(x, 0)
    elif kind == "tanh":
        return np.tanh(x)
    raise ValueError(kind)


def f(x, w):
    return act(x @ w, "tanh")
""",
    "a length is divided": """\
def f(x, p, target):
    n = p["b"].shape[0] // 2
    h = np.zeros(n)
    for t in range(x.shape[0]):
        z = p["w"] @ x[t] + p["b"]
        h = h * np.tanh(z[:n]) + z[n:]
    return np.sum((h - target) ** 2)
""",
    "so it is in one stage": """\
def f(x: "N"):
    return np.sinc(x / 1000)
""",
    "an argument of sinc is tiny at most points": """\
def f(x: "N", h: "N"):
    s = 0.0
    for i in range(len(x)):
        s += np.sinc(x[i] / 1000) * h[i]
    return s
""",
}
NUMBERS = """\
def f(income, first, second):
    tax = 0.0
    for limit, rate in ((10.0, first), (40.0, second)):
        if income <= limit:
            return tax + rate * income
        tax += rate * limit
    return tax
"""


def report_on(source: str, *, old: str = "", new: str = "") -> Report:
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    assert old in module, module
    module = module.replace(old, new) if old else module
    return verify(source, "f.py", module, levels=(1, 2, 3))


@pytest.mark.parametrize("name", PROGRAMS)
def test_all_of_it_is_reached(name: str) -> None:
    report = report_on(_HEAD + PROGRAMS[name])
    assert report.verified, report.to_dict()


def test_what_has_no_arrays_is_for_numbers() -> None:
    report = report_on(NUMBERS)
    assert report.verified, report.to_dict()
    assert "local gradients" in report.summary()
    wrong = report_on(NUMBERS, old="+= first * dout", new="+= dout")
    assert not wrong.ok


def test_a_series_near_0_has_nothing_to_compare() -> None:
    source = _HEAD + "def f(x):\n    return np.sinc(x / 1e3 / 1e3)\n"
    report = report_on(source)
    assert report.ok
    assert not report.verified


def test_a_slip_in_trips_that_only_long_arrays_have_is_found() -> None:
    source = _HEAD + PROGRAMS["the index of a loop is compared with a number"]
    assert not report_on(source, old="dw[i] -= dtotal", new="dw[i] += dtotal").ok


RECURRENCE = """\
def f(a, b, d):
    n = len(d)
    y = np.zeros(n)
    last = 0.0
    for i in range(n - 1):
        m = b[i] - a[i] * last
        y[i] = d[i] / m
        last = np.sin(y[i])
    return y
"""
BEST = """\
def f(x: "T, S", w: "S, S"):
    T, S = x.shape
    best = x[0].copy()
    for t in range(1, T):
        new = np.empty(S)
        for j in range(S):
            top = best[0] + w[0, j]
            for i in range(1, S):
                other = best[i] + w[i, j]
                if other > top:
                    top = other
            new[j] = top + x[t, j]
        best = new
    return np.sum(best * best)
"""


def test_guessed_shapes_have_a_second_trip_and_what_is_wrong_there_counts() -> None:
    source = _HEAD + RECURRENCE
    assert report_on(source).verified
    wrong = report_on(source, old="reversed(tape)", new="tape")
    assert wrong.findings, wrong.to_dict()


def test_blocks_that_do_not_always_run_are_not_to_blame() -> None:
    source = _HEAD + BEST
    assert report_on(source).verified
    wrong = report_on(source, old="dx[t, j] += dnew_raw", new="dx[t, j] -= dnew_raw")
    stages = [f.stage for f in wrong.findings]
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    assert f"# ({stages[0]}) new[j] = top + x[t, j]" in module
