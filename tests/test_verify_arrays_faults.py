"""What the verifier of arrays must not call right, and what it must not call wrong:
slices that are empty at small lengths, bounds that few points reach, guessed shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as Path_

import pytest
from backgen import generate
from backgen.verify import verify
from backgen.verify.arrays.cells import Arithmetic
from backgen.verify.arrays.cutting import Cut, cut_by_index, cut_by_reduction
from backgen.verify.arrays.values import Method, Path
from backgen.verify.reports.report import Report, Status
from backgen.verify.running.numeric import FloatDomain

SOURCE = "import numpy as np\n\n\ndef f({signature}):\n    return {value}\n"
MODULE = """import numpy as np


def f_forward({signature}):
    out = {value}  # (1)
    return out, ({parameters},)


def f_backward(dout, cache):
    {parameters}, = cache
    # (1) out = {value}
    {lines}
    return {returned}
"""


@dataclass(frozen=True)
class Case:
    """A function of one stage: its annotated parameters, its value, the lines of its
    block; the mistakes that are planted into these, as (old, new)."""

    parameters: dict[str, str]
    value: str
    lines: tuple[str, ...]
    mistakes: tuple[tuple[str, str], ...] = ()
    shapes: dict[str, object] = field(default_factory=dict)

    def check(self, old: str = "", new: str = "") -> Report:
        """Verify, with one text in the block replaced."""
        lines = "\n    ".join(self.lines)
        assert old in lines
        names = dict.fromkeys(line.split()[0].split("[")[0] for line in self.lines)
        returned = ", ".join(n for n in names if n[1:] in self.parameters)
        module = MODULE.format(
            signature=", ".join(self.parameters),
            parameters=", ".join(self.parameters),
            value=self.value,
            lines=lines.replace(old, new) if old else lines,
            returned=returned,
        )
        signature = ", ".join(map("".join, self.parameters.items()))
        source = SOURCE.format(signature=signature, value=self.value)
        return verify(source, "f.py", module, levels=(1, 2, 3), shapes=self.shapes)


CUT = {
    "slice of rows": Case(
        {"x": ': "5, 3"', "w": ': "3"'},
        "np.sum(x[3:] * w) / 5",
        (
            "dx = np.zeros_like(x)",
            "dx[3:] += w * dout / 5",
            "dw = np.sum(x[3:], axis=0) * dout / 5",
        ),
        (("w * dout", "2 * w * dout"), ("axis=0)", "axis=0) * 2")),
    ),
    "slices that only long vectors have": Case(
        {"x": ': "12"'},
        "np.sum(x[4:8] * x[8:]) + x[0]",
        (
            "dx = np.zeros_like(x)",
            "dx[8:] += x[4:8] * dout",
            "dx[4:8] += x[8:] * dout",
            "dx[0] += dout",
        ),
        (("dx[8:] +=", "dx[8:] -="), ("dx[4:8]", "dx[:4]")),
    ),
    "every third": Case(
        {"x": ': "6"'},
        "x[::3] * x[1::3]",
        (
            "dx = np.zeros_like(x)",
            "dx[::3] += x[1::3] * dout",
            "dx[1::3] += x[::3] * dout",
        ),
        (("zeros_like", "ones_like"), ("dx[1::3] += x[::3]", "dx[1::3] += x[0]")),
    ),
    "slice of an axis with a name": Case(
        {"x": ': "N"'},
        "x[3:] * 2.0",
        ("dx = np.zeros_like(x)", "dx[3:] += 2.0 * dout"),
        (("2.0 *", "3.0 *"),),
    ),
    "slice far from the start of a name": Case(
        {"x": ': "N"'},
        "x[9:] * 2.0",
        ("dx = np.zeros_like(x)", "dx[9:] += 2.0 * dout"),
        (("2.0 *", "3.0 *"),),
    ),
    "slice of what is large": Case(
        {"x": ': "900, 50"'},
        "np.sum(x[3:], axis=1)",
        ("dx = np.zeros_like(x)", "dx[3:] += dout[:, None]"),
    ),
    "slice of a guessed shape": Case(
        {"x": ""},
        "x[4:] * 2.0",
        ("dx = np.zeros_like(x)", "dx[4:] += 2.0 * dout"),
        (("2.0 *", "3.0 *"),),
    ),
    "length as a number": Case(
        {"x": ': "5, 3"'},
        "np.sum(x, axis=0) / len(x)",
        ("dx = np.zeros_like(x)", "dx += dout / 5"),
        (("/ 5", "/ 3"),),
    ),
    "lower bound of a clip": Case(
        {"x": ': "N, D"'},
        "np.clip(x, -5, 6)",
        ("dx = ((x > -5) & (x < 6)) * dout",),
        (("(x > -5)", "True"), ("(x < 6)", "True")),
    ),
    "bound far away": Case(
        {"x": ': "N"'},
        "np.where(x > 40, 3 * x, x)",
        ("dx = np.where(x > 40, 3, 1) * dout",),
        (("np.where(x > 40, 3, 1) * dout", "1.0 * dout"),),
    ),
    "bounds of both signs": Case(
        {"x": ': "4"'},
        "np.clip(x, -30, -20)",
        ("dx = ((x > -30) & (x < -20)) * dout",),
        (("(x > -30)", "True"), ("(x < -20)", "True")),
    ),
}
MISTAKES = [(name, *mistake) for name in CUT for mistake in CUT[name].mistakes]


@pytest.mark.parametrize("name", CUT)
def test_right_gradient_is_verified(name: str) -> None:
    report = CUT[name].check()
    assert report.verified, (report.findings, report.functions[0])


@pytest.mark.parametrize(("name", "old", "new"), MISTAKES)
def test_mistake_is_found(name: str, old: str, new: str) -> None:
    report = CUT[name].check(old, new)
    assert not report.verified
    assert report.findings


UNREACHED = {
    "wrong at small lengths of what is too large to be run": Case(
        {"x": ': "900, 50"'},
        "np.sum(x[3:], axis=1)",
        ("dx = np.zeros_like(x)", "dx[3:] += 2 * dout[:, None]"),
    ),
    "slice beyond all lengths": Case(
        {"x": ': "N"'},
        "np.sum(x[500:]) + x[0]",
        ("dx = np.zeros_like(x)", "dx[0] += dout"),
    ),
    "slice of what is too large to be run": Case(
        {"x": ': "9000"'},
        "np.sum(x[500:]) + x[0]",
        ("dx = np.zeros_like(x)", "dx[0] += dout"),
    ),
    "wrong at other lengths of what is too large to be run": Case(
        {"x": ': "9000"'},
        "np.sum(x[:2])",
        ("dx = np.zeros_like(x)", "dx[:-1] += dout"),
    ),
    "lower bound that no point can reach": Case(
        {"x": ': "N"'},
        "np.clip(x * x, -5, 6)",
        ("dx = 2 * x * (x * x < 6) * dout",),
    ),
}


@pytest.mark.parametrize("name", UNREACHED)
def test_what_is_not_reached_is_unverified(name: str) -> None:
    report = UNREACHED[name].check()
    assert report.ok, report.findings
    assert not report.verified


def test_bounds_that_the_module_names_are_reached() -> None:
    constants = "import numpy as np\n\nLOW, HIGH = -50.0, 60.0\n"
    source = constants + ('\n\ndef f(x: "N"):\n    return np.clip(x, LOW, HIGH)\n')
    module = constants + (
        "\n\ndef f_forward(x):\n    out = np.clip(x, LOW, HIGH)  # (1)\n"
        "    return out, (x,)\n\n\ndef f_backward(dout, cache):\n    (x,) = cache\n"
        "    # (1) out = np.clip(x, LOW, HIGH)\n"
        "    dx = ((x > LOW) & (x < HIGH)) * dout\n    return dx\n"
    )
    assert verify(source, "f.py", module, levels=(1, 2, 3)).verified
    for bound in ("(x > LOW)", "(x < HIGH)"):
        wrong = module.replace(bound, "True")
        assert not verify(source, "f.py", wrong, levels=(1, 2, 3)).ok


def test_bounds_of_a_clip_are_told_apart() -> None:
    (stage,) = (
        UNREACHED["lower bound that no point can reach"].check().functions[0].stages
    )
    assert stage.status is Status.UNVERIFIED
    assert "at all points tried" in stage.message


@pytest.mark.parametrize(
    ("shape", "index", "cut"),
    [
        ((5, 3), slice(3, None), Cut.NONE),
        ((2, 3), slice(3, None), Cut.AWAY),
        ((3,), slice(None, 5), Cut.AWAY),
        ((3,), slice(-4, None), Cut.AWAY),
        ((3,), slice(None, 3), Cut.WHOLE),
        ((3,), slice(None), Cut.NONE),
        ((3,), slice(None, None, -1), Cut.NONE),
        ((2,), slice(None, None, 2), Cut.AWAY),
        ((3,), slice(None, None, 2), Cut.NONE),
        ((3,), slice(0, 0), Cut.NONE),
        ((2, 3, 4), (..., slice(3, None)), Cut.NONE),
        ((4, 3, 2), (..., slice(3, None)), Cut.AWAY),
        ((4, 2), (None, slice(3, None)), Cut.NONE),
        ((2, 4), (0, slice(3, None)), Cut.NONE),
    ],
)
def test_how_slices_are_cut(shape: tuple[int, ...], index: object, cut: Cut) -> None:
    assert cut_by_index(shape, index) is cut


# right ones that were called wrong, and whether they can be verified
RIGHT = {
    "default that is a number": (
        Case(
            {"x": ': "N, D"', "scale": "=1.5"},
            "x * scale",
            ("dx = scale * dout", "dscale = np.sum(x * dout)"),
        ),
        True,
    ),
    "default that is an integer": (
        Case(
            {"x": ': "N, D"', "scale": "=-2"},
            "x * scale",
            ("dx = scale * dout", "dscale = np.sum(x * dout)"),
        ),
        True,
    ),
    "default that is an axis": (
        Case(
            {"x": ': "N, D"', "axis": "=0"},
            "np.sum(x, axis=axis)",
            ("dx = np.expand_dims(dout, axis) + np.zeros_like(x)",),
        ),
        True,
    ),
    "default that is a flag": (
        Case(
            {"x": ': "N"', "twice": "=True"},
            "2 * x if twice else x",
            ("dx = 2 * dout if twice else dout",),
        ),
        True,
    ),
    "sum along an axis": (
        Case({"x": ""}, "x.sum(axis=0)", ("dx = np.zeros_like(x)", "dx += dout")),
        True,
    ),
    "sum along an axis by place": (
        Case({"x": ""}, "np.sum(x, 0)", ("dx = np.zeros_like(x)", "dx += dout")),
        True,
    ),
    "maximum along an axis that vectors do not have": (
        Case(
            {"x": ""},
            "np.max(np.abs(x - 1.0), axis=1)",
            (
                "e = np.abs(x - 1.0)",
                "top = e == np.max(e, axis=1, keepdims=True)",
                "dx = np.sign(x - 1.0) * top * np.expand_dims(dout, 1)",
            ),
        ),
        True,
    ),
    "what fails for one guess alone": (
        Case(
            {"w": ""},
            "np.convolve(w, w)",
            ('dw = 2 * np.correlate(dout, w, mode="valid")',),
        ),
        True,
    ),
    "derivative that is not defined for one guess": (
        Case(
            {"x": ""},
            "x / (np.sqrt(x.var(-1, keepdims=True)) + 1e-2)",
            (
                "s = np.sqrt(x.var(-1, keepdims=True))",
                "c = (x - x.mean(-1, keepdims=True)) / x.shape[-1]",
                "g = np.sum(dout * x, axis=-1, keepdims=True)",
                "dx = dout / (s + 1e-2) - g * c / s / (s + 1e-2) ** 2",
            ),
        ),
        True,
    ),
    "list": (
        Case({"x": ""}, "x[0] * x[1]", ("dx = [x[1] * dout, x[0] * dout]",)),
        False,
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_gradient_is_not_called_wrong(name: str) -> None:
    case, can = RIGHT[name]
    report = case.check()
    assert report.ok, report.findings
    assert report.verified is can, report.functions[0]


def test_name_that_an_earlier_line_of_a_stage_binds() -> None:
    source = (
        'import numpy as np\n\n\ndef f(h: "N"):\n    return (t := h * 2) @ t + h[0]\n'
    )
    module = (
        "import numpy as np\n\n\ndef f_forward(h):\n    t = h * 2\n    m = t @ t\n"
        "    out = m + h[0]  # (1)\n    return out, (h, t)\n\n\n"
        "def f_backward(dout, cache):\n    h, t = cache\n"
        "    # (1) out = (t := h * 2) @ t + h[0]\n"
        "    dh = 4 * t * dout\n    dh[0] += dout\n    return dh\n"
    )
    assert verify(source, "f.py", module, levels=(1, 2, 3)).verified
    wrong = module.replace("t = h * 2", "t = h * -2")
    assert not verify(source, "f.py", wrong, levels=(1, 2, 3)).ok


def test_extremes_have_no_axis_that_an_array_has_not() -> None:
    wrong = Case(
        {"x": ': "N, D"'},
        "np.max(x, axis=1)",
        ("dx = (x == np.max(x, axis=1, keepdims=True)) * dout[:, None]",),
    )
    assert wrong.check().verified
    assert not wrong.check("axis=1", "axis=3").ok


@pytest.mark.parametrize(
    ("name", "args", "named", "cut"),
    [
        ("numpy.sum", [0], {}, Cut.AWAY),
        ("numpy.median", [], {"axis": 0}, Cut.AWAY),
        ("numpy.sum", [None], {}, Cut.NONE),
        ("numpy.sum", [], {}, Cut.NONE),
        ("numpy.maximum", [0], {}, Cut.NONE),
    ],
)
def test_numbers_have_no_axes(
    name: str, args: list[object], named: dict[str, object], cut: Cut
) -> None:
    number = Arithmetic(FloatDomain()).literal(1.5)
    assert cut_by_reduction(Path(name), [number, *args], named) is cut
    method = Method(number, name.removeprefix("numpy."))
    assert cut_by_reduction(method, args, named) is cut


def test_what_is_taken_from_the_cache_for_something_else_is_found() -> None:
    """A tuple in the place of an array has no `reshape`."""
    source = 'def f(x: "2, 3"):\n    y = x * 2\n    return y.reshape(-1)\n'
    module = (
        "def f_forward(x):\n    y = x * 2  # (1)\n    out = y.reshape(-1)  # (2)\n"
        "    return out, (y, (x,))\n\n\n"
        "def f_backward(dout, cache):\n    (y, rest) = cache\n"
        "    # (2) out = y.reshape(-1)\n    dy = dout.reshape(rest.shape)\n"
        "    # (1) y = x * 2\n    dx = 2 * dy\n    return dx\n"
    )
    report = verify(f"import numpy as np\n\n\n{source}", "f.py", module)
    assert not report.ok
    assert "has no attribute" in report.findings[0].message


PLAIN = """import numpy as np


def f(x: "N", y: "N"):
    return np.sum(x * y)
"""
LOOP = """import numpy as np


def f(x: "N", y: "N"):
    out = 0.0
    for _ in range(1):
        out += np.sum(x * y)
    return out
"""


@pytest.mark.parametrize("source", [PLAIN, LOOP])
@pytest.mark.parametrize("returned", ["y", "y[:]", "np.asarray(y)", "y.reshape(-1)"])
def test_gradients_are_no_memory_of_arguments(
    tmp_path: Path_, source: str, returned: str
) -> None:
    """`y -= rate * dy` would change `dx`, right as it is at first."""
    path = tmp_path / "f.py"
    path.write_text(source, encoding="utf-8")
    module = generate(path, style="fused").source
    line = "    return out, (dx, dy)\n"
    assert line in module
    assert verify(source, "f.py", module).ok
    handed = module.replace(line, f"    dx = {returned}\n{line}")
    report = verify(source, "f.py", handed)
    assert not report.ok
    messages = [finding.message for finding in report.findings]
    assert "the gradient of `x` is memory of the argument `y`" in messages
    copied = module.replace(line, f"    dx = {returned}.copy()\n{line}")
    assert verify(source, "f.py", copied).ok


@pytest.mark.parametrize("source", [PLAIN, LOOP])
def test_gradients_that_both_passes_return_are_no_memory_of_arguments(
    tmp_path: Path_, source: str
) -> None:
    path = tmp_path / "f.py"
    path.write_text(source, encoding="utf-8")
    module = generate(path).source
    line = "    return out, f_backward(1.0, cache)\n"
    assert line in module
    handed = module.replace(
        line, "    _, dy = f_backward(1.0, cache)\n    return out, (y, dy)\n"
    )
    report = verify(source, "f.py", handed)
    assert not report.ok
    messages = [finding.message for finding in report.findings]
    assert "the gradient of `x` is memory of the argument `y`" in messages
