"""Reductions and composites on arrays: stable at the ends, right where shapes are not
known, refused where there is no rule, and written as a person would."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from array_case import Case
from array_cases import CASES
from array_judge import UNRELIABLE, difference
from array_oracles import differences, load, upstream_of
from array_trees import copied

# -- stable at the ends

ENDS = np.array([-800.0, 0.0, 800.0])
RISING, FALLING = [0.0, 0.5, 1.0], [1.0, 0.5, 0.0]

# expression, gradient at ENDS; where the value itself overflows, NumPy warns
SMOOTH = {
    "np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)": RISING,
    "np.maximum(0, x) + np.log(1 + np.exp(-abs(x)))": RISING,
    "np.logaddexp(0, x)": RISING,
    "special.log_expit(x)": FALLING,
    "x * special.expit(x)": RISING,
    "np.tanh(x)": [0.0, 1.0, 0.0],
    "0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))": RISING,
    "0.5 * x * (1 + special.erf(x / np.sqrt(2)))": RISING,
    "special.log_ndtr(x)": [800.00125, np.sqrt(2 / np.pi), 0.0],
    "special.logsumexp(x)": [0.0, 0.0, 1.0],
    "np.max(x) + np.log(np.sum(np.exp(x - np.max(x))))": [0.0, 0.0, 1.0],
    "np.log(np.sum(np.exp(x - x.max()))) + x[2]": [0.0, 0.0, 1.0],
    "(x - x.max() - np.log(np.sum(np.exp(x - x.max()))))[0]": [1.0, 0.0, -1.0],
}
OVERFLOWING = {
    "np.log(1 + np.exp(x))": RISING,
    "np.log1p(np.exp(x))": RISING,
    "-np.log(1 + np.exp(-x))": FALLING,
    "np.log(1 / (1 + np.exp(-x)))": FALLING,
    "1 / (1 + np.exp(-x))": [0.0, 0.25, 0.0],
    "x / (1 + np.exp(-x))": RISING,
    "x * (1 / (1 + np.exp(-x)))": RISING,
    "np.log(np.exp(x) + np.exp(-x))": [-1.0, 0.0, 1.0],
    "np.log(np.sum(np.exp(x)))": [0.0, 0.0, 1.0],
    "(x - np.log(np.sum(np.exp(x))))[0]": [1.0, 0.0, -1.0],
    "np.log(np.exp(x - 1600).sum())": [0.0, 0.0, 1.0],
    "np.log(np.exp(x) / np.sum(np.exp(x)))": [1.0, 1.0, -2.0],
}


def gradient(body: str, x: Any) -> Any:
    """The gradient of x from an upstream gradient of ones."""
    f = load(Case("test", "test", body, {"x": x}).text)
    value, pullback = backgen.vjp(f, wrt=("x",), verify=False)(x)
    (found,) = pullback(np.ones_like(value))
    return found


@pytest.mark.parametrize("body", SMOOTH)
def test_gradients_at_the_ends(body: str) -> None:
    assert np.allclose(gradient(body, ENDS), SMOOTH[body], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("body", OVERFLOWING)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_gradients_where_the_value_overflows(body: str) -> None:
    found = gradient(body, ENDS)
    assert np.allclose(found, OVERFLOWING[body], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_of_far_values(axis: int) -> None:
    x = np.array([[-800.0, 800.0, 0.0], [0.0, 799.0, -1.0]])
    shift = f"x.max(axis={axis}, keepdims=True)"
    e = f"np.exp(x - {shift})"
    body = f"w = np.array([1.0, 2.0, 4.0])\nw * ({e} / {e}.sum({axis}, keepdims=True))"
    p = np.exp(x - x.max(axis=axis, keepdims=True))
    p /= p.sum(axis=axis, keepdims=True)
    w = np.array([1.0, 2.0, 4.0])
    expected = p * (w - np.sum(p * w, axis=axis, keepdims=True))
    assert np.allclose(gradient(body, x), expected, atol=1e-12)


# -- nothing is taken for 0 that has no rule

VARYING = (
    "np.interp(2.5, x, np.array([1.0, 2.0, 4.0]))",
    "np.quantile(x, x[0] / 10)",
    "np.trapezoid(x, dx=x[0])",
    "np.gradient(x, x[0])",
    "special.jv(x, 1.5)",
    "special.gammainc(x, 1.5)",
    "special.polygamma(x, 1.5)",
    "special.inv_boxcox(1.5, x)",
    "np.var(x, ddof=x[0])",
)


@pytest.mark.parametrize("body", VARYING)
def test_arguments_without_a_rule_must_be_constant(body: str) -> None:
    with pytest.raises(backgen.BackgenError) as caught:
        gradient(body, np.array([1.0, 2.0, 3.0]))
    assert caught.value.code == "BG012"
    assert caught.value.lineno is not None


UNSUPPORTED = (
    "np.sum(x, where=x > 0)",
    "np.sum(x, dtype=np.float32)",
    "np.quantile(x, [0.2, 0.4])",
    "np.average(x, returned=True)[0]",
    "np.corrcoef(x)",
    "np.histogram(x)",
    "np.diff(x, prepend=0.0)",
    "np.gradient(x, np.array([0.0, 1.0, 3.0]))",
    "np.interp(x, np.arange(3.0), np.arange(3.0), left=0.0)",
    "np.nextafter(x, 1.0)",
)


@pytest.mark.parametrize("body", UNSUPPORTED)
def test_what_is_not_supported_is_refused(body: str) -> None:
    with pytest.raises(backgen.BackgenError) as caught:
        gradient(body, np.array([1.0, 2.0, 3.0]))
    assert caught.value.code in ("BG011", "BG012", "BG014")


# -- shapes that are known only when the module runs

NAMES = frozenset(
    """
    sum mean var std prod max min amax amin ptp cumsum cumprod average median quantile
    percentile nansum nanmean nanvar nanstd nanmax nanmin nanprod nancumsum ediff1d
    interp logsumexp softmax log_softmax clip where power fmax fmin
    """.split()
)
UNKNOWN = [
    case
    for group in ("numpy", "ndarray", "beyond", "scipy.special", "further")
    for case in CASES[group]
    if group == "further" or case.name in NAMES
]


def without_shapes(case: Case) -> str:
    """The case's text, its arrays declared as arrays and no more."""
    declared = ", ".join(
        f"{name}: {'float' if type(value) is float else 'np.ndarray'}"
        for name, value in case.arguments.items()
    )
    return re.sub(r"def f\(.*\):", f"def f({declared}):", case.text)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_shapes_known_at_run_time_only(tmp_path: Path) -> None:
    right, path = 0, tmp_path / "f.py"
    codes: set[str] = set()
    for case in UNKNOWN:
        path.write_text(without_shapes(case), encoding="utf-8")
        try:
            module: Any = backgen.generate(path, verify=False).load()
        except backgen.BackgenError as error:
            codes.add(error.code)
            continue
        value, cache = module.f_forward(*copied(dict(case.arguments)).values())
        upstream = upstream_of(value)
        expected = case.problem.expected(upstream)
        if expected.error > UNRELIABLE:
            continue
        found = module.f_backward(upstream, cache)
        found = found if len(case.wrt) > 1 else (found,)
        said = difference(case.problem, found, expected)
        assert not said, f"{case.id}: {said}"
        right += 1
    assert codes <= {"BG012", "BG014", "BG015", "BG021"}
    assert right > 0.8 * len(UNKNOWN)


def test_axes_are_counted_one_by_one(tmp_path: Path) -> None:
    """`np.size(x, (0, 2))` is not known to every NumPy."""
    path = tmp_path / "f.py"
    text = "import numpy as np\n\n\ndef f(x):\n    return np.mean(x, axis=(0, 2))\n"
    path.write_text(text, encoding="utf-8")
    source = backgen.generate(path, verify=False).source
    assert "np.size(x, 0) * np.size(x, 2)" in source


# -- written as a person would

LINES = {
    "np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)": [
        "dx = out * (dout - np.sum(out * dout, axis=1, keepdims=True))"
    ],
    "np.sqrt(np.sum(x**2))": ["dx = x * (dout / out)"],
    "np.log(1 + np.exp(x))": ["dx = np.exp(x - np.logaddexp(0, x)) * dout"],
    "np.log(np.exp(x).sum(axis=1))": ["dx = _softmax(x, 1) * dout[:, None]"],
    "np.cumsum(x, axis=1)": ["dx = np.cumsum(dout[:, ::-1], axis=1)[:, ::-1]"],
    "np.diff(x)": [
        "dx = np.zeros_like(x, dtype=_float_type(x))",
        "dx[:, 1:] = dout",
        "dx[:, :-1] -= dout",
    ],
    "np.var(x, axis=0)": [
        "dx = 2 * (x - x.mean(axis=0, keepdims=True)) * (dout / x.shape[0])"
    ],
    "np.log10(x)": ["dx = dout / (x * math.log(10))"],
    "special.gammaln(x)": ["dx = special.digamma(x) * dout"],
    "np.nansum(x, axis=0)": ["dx = np.where(np.isnan(x), 0, dout)"],
    "np.average(x, axis=1)": ["dx = (dout / x.shape[1])[:, None] * np.ones_like(x)"],
}


@pytest.mark.parametrize("body", LINES)
def test_lines_of_the_backward_pass(body: str, tmp_path: Path) -> None:
    path = tmp_path / "f.py"
    text = Case("test", "test", body, {"x": np.ones((2, 3))}).text
    path.write_text(text.replace("def f(x)", "def f(x: 'N, D')"), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        source = backgen.generate(path, verify=False).source
    written = source.partition("def f_backward")[2]
    lines = [line.strip() for line in written.split("\n")]
    assert [line for line in lines if line.startswith("dx")] == LINES[body]


# -- shifts that change nothing, in functions that are called and over several stages

SHIFTS = {
    "s = x - x.max(axis=1, keepdims=True); "
    "return np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)": True,
    "x = x - np.max(x, axis=0); return np.exp(x) / np.sum(np.exp(x), axis=0)": True,
    "s = x - x.max(); return np.log(np.exp(s) / np.sum(np.exp(s)))": True,
    "s = x - x.max(axis=1, keepdims=True); m = s.max(); "
    "return s - m - np.log(np.sum(np.exp(s - m), axis=1, keepdims=True))": True,
    "e = np.exp(x - x.max(axis=1, keepdims=True)); "
    "return e / e.sum(axis=1, keepdims=True)": True,
    "m = np.max(x, axis=-1, keepdims=True); e = np.exp(x - m); "
    "t = np.sum(e, axis=-1, keepdims=True); return e / t": True,
    "s = x - np.mean(x, axis=1, keepdims=True); e = np.exp(s); "
    "t = e.sum(axis=1, keepdims=True); p = e / t; return np.log(p)": True,
    "m = x.max(axis=1, keepdims=True); e = np.exp(x - m); "
    "return e / e.sum(axis=1, keepdims=True) * m": False,
    "s = x - x.max(axis=1, keepdims=True); "
    "return s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))": True,
    # what lies between is used for something else, too
    "e = np.exp(x - x.max(axis=1, keepdims=True)); "
    "t = e.sum(axis=1, keepdims=True); return e / t * t": False,
    "e = np.exp(x - x.max(axis=1, keepdims=True)); "
    "t = e.sum(axis=1, keepdims=True); p = e / t; return p * e": False,
    "e = np.exp(x - x.max(axis=1, keepdims=True)); "
    "t = 2 * e.sum(axis=1, keepdims=True); return e / (t + 1)": False,
    "m = x.max(axis=1, keepdims=True); s = (x * m) - m; e = np.exp(s); "
    "return e / e.sum(axis=1, keepdims=True)": False,
    "e = np.exp(x - x.max(axis=0, keepdims=True)); "
    "return e / e.sum(axis=1, keepdims=True)": False,
    "e = np.exp(2 * x - x.max(axis=1, keepdims=True)) ** 2; "
    "return e / e.sum(axis=1, keepdims=True)": False,
    # another axis than that of the sum
    "s = x - x.max(axis=0); "
    "return np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)": False,
    # something else is made of it, too
    "s = x - x.max(axis=1, keepdims=True); "
    "p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True); return p * s": False,
    "s = x - x.max(axis=1, keepdims=True); t = s * s; "
    "p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True); return p + t": False,
    "s = x - x.max(axis=1, keepdims=True); e = np.exp(s); return e / 2": False,
}


@pytest.mark.parametrize("notes", ["x: 'N, D'", "x"])
@pytest.mark.parametrize("called", [True, False])
@pytest.mark.parametrize("body", SHIFTS)
def test_shifts_of_a_softmax(
    body: str, called: bool, notes: str, tmp_path: Path
) -> None:
    lines = "\n    ".join(body.split("; "))
    if called:
        text = f"def helper(x):\n    {lines}\n\n\n"
        text += f"def f({notes}):\n    y = helper(3 * x)\n    return np.sum(y**3)\n"
    else:
        lines = lines.replace("return", "y =")
        text = f"def f({notes}):\n    x = 3 * x\n    {lines}\n"
        text += "    return np.sum(y**3)\n"
    text = f"import numpy as np\n\n\n{text}"
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    module = backgen.generate(path, functions=["f"])
    assert module.report is not None
    assert module.report.ok
    backward = module.source.split("def f_backward")[1]
    assert SHIFTS[body] is ("==" not in backward.replace("# (", "#("))
    x = np.array([[0.3, -0.5, 0.9], [1.1, 0.2, -0.7]])
    written = module.load()
    found = written.f_backward(1.0, written.f_forward(x)[1])
    due = differences(load(text), {"x": x}, ("x",), 1.0).gradients["x"]
    np.testing.assert_allclose(found, due.astype(float), rtol=1e-8, atol=1e-9)


# -- composites in several lines of a function that is called

_E = "e = np.exp(x - np.max(x, axis=1, keepdims=True)); "
_LOG = "return s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))"
TOGETHER = {
    _E + "return e / np.sum(e, axis=1, keepdims=True)": True,
    _E + "total = e.sum(axis=1, keepdims=True); return e / total": True,
    _E + "p = e / e.sum(axis=1, keepdims=True); return np.log(p)": True,
    "m = x.max(axis=1, keepdims=True); e = np.exp(x - m); "
    "return m + np.log(e.sum(axis=1, keepdims=True)) - 2 * x": True,
    "s = x - x.max(axis=1, keepdims=True); " + _LOG: True,
    "e = np.exp(x); return e / e.sum(axis=1, keepdims=True)": True,
    # another name for something that is made again
    "x = x - x.max(axis=1, keepdims=True); x = np.exp(x); "
    "return x / x.sum(axis=1, keepdims=True)": True,
    # what is read besides gets its own gradient
    _E + "return e * e / np.sum(e, axis=1, keepdims=True)": False,
    _E + "p = e / np.sum(e, axis=1, keepdims=True); return p + 0.1 * e": False,
    # not one row by itself
    "e = np.exp(x - x.max(axis=0)); return e / e.sum(axis=1, keepdims=True)": False,
    "s = x + x.max(axis=1, keepdims=True); " + _LOG: False,
    # memory is written to in between
    _E + "e[0] *= 2; return e / np.sum(e, axis=1, keepdims=True)": False,
}
USES = (
    "y = helper(x @ W)\n    return np.sum(y**3)",
    "for i in range(3):\n        x = x + helper(x)\n    return np.sum(x**3)",
    "for i in range(3):\n        x = helper(x)\n    return np.sum(x**3)",
    "if x[0, 0] > 0:\n        x = helper(x) @ W\n    return np.sum(x**3)",
    "return np.sum(helper(x)[:, 1] * helper(x * x)[:, 0])",
)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("body", TOGETHER)
def test_composites_in_lines_of_a_helper(body: str, use: str, tmp_path: Path) -> None:
    lines = "\n    ".join(body.split("; "))
    text = (
        f"import numpy as np\n\n\ndef helper(x):\n    {lines}\n\n\n"
        f"def f(x: 'N, D', W: 'D, D'):\n    {use}\n"
    )
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    module = backgen.generate(path, functions=["f"], verify=use is USES[0])
    if use is USES[0]:
        assert module.report is not None
        assert module.report.ok
        backward = module.source.split("def f_backward")[1].split("def f_value")[0]
        assert TOGETHER[body] is (" == " not in backward)
    x = np.array([[0.3, -0.5, 0.9], [1.1, 0.2, -0.7]])
    W = np.array([[0.4, 1.1, -0.3], [-0.8, 0.5, 0.6], [0.2, 0.1, -1.3]])
    _, found = module.load().f_value_and_grad(x.copy(), W.copy())
    due = differences(load(text), {"x": x, "W": W}, ("x", "W"), 1.0).gradients
    gradients = found if isinstance(found, tuple) else (found,)
    for name, gradient in zip("xW", gradients, strict=False):
        np.testing.assert_allclose(
            gradient, due[name].astype(float), rtol=1e-8, atol=1e-9
        )
