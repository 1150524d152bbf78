"""`backgen verify FILE --backward MINE.py`: what students write, right and wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from backgen.cli import main
from backgen.errors import InputError, UsageError
from backgen.verify.byhand import verify_backward
from backgen.verify.byhand.findings import HandFinding, HandReport
from backgen.verify.byhand.spelling import primal_of
from backgen.verify.reports.report import Status
from click.testing import CliRunner
from student_mistakes import AFFINE, AFFINE_BACKWARD, MISTAKES, RIGHT, Mistake


def judged(program: str, mine: str, **options: Any) -> HandReport:
    return verify_backward(program, "program.py", mine, "mine.py", **options)


def the_finding(report: HandReport) -> HandFinding:
    (finding,) = report.findings
    assert isinstance(finding, HandFinding)
    return finding


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_passes(name: str) -> None:
    report = judged(*RIGHT[name])
    assert report.verified, report.summary()
    assert {f.modular for f in report.functions} == {Status.MODULAR}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_found_on_its_line(mistake: Mistake) -> None:
    program, right = RIGHT[mistake.program]
    assert mistake.old in right
    wrong = right.replace(mistake.old, mistake.new, 1)
    piece = mistake.line or mistake.new
    line = wrong[: wrong.index(piece)].count("\n") + 1
    report = judged(program, wrong)
    assert not report.ok
    finding = report.findings[0]
    assert (finding.line, mistake.word in str(finding)) == (line, True), str(finding)


def test_a_finding_has_all_that_is_needed_to_understand_it() -> None:
    program, right = RIGHT["staged, seed 001"]
    report = judged(program, right.replace("(-1.0 /", "(1.0 /"))
    finding = the_finding(report)
    assert finding.stage == 7
    assert finding.stage_text == "invden = 1.0 / den"
    assert program.split("\n")[finding.stage_line - 1].startswith("invden")
    assert finding.gradient == "dden"
    assert finding.written == "dden = (1.0 / (den**2)) * dinvden"
    assert finding.expected == "-dinvden/den**2"
    assert "where" in finding.difference
    assert "x=" in finding.point
    found = report.to_dict()["findings"]
    assert found[0]["stage_text"] == "invden = 1.0 / den"
    assert "wrong in line 5" in report.summary()


def test_the_stages_are_shown_with_the_lines_that_pass_them_back() -> None:
    (function,) = judged(*RIGHT["staged, seed 001"]).functions
    stages = {stage.number: stage.gradients for stage in function.stages}
    assert sorted(stages) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert stages[8] == ("dnum = invden", "dinvden = num")
    assert stages[2] == ("dx += (1) * dnum", "dsigy = (1) * dnum")


def test_the_line_of_a_written_module_is_shown_where_sympy_has_no_formula() -> None:
    module = "def affine_relu_backward(dout, cache):\n    # (1) z\n    db = dz.sum(0)\n"
    wrong = AFFINE_BACKWARD.replace("dz.sum(axis=0)", "dz.sum()")
    finding = the_finding(judged(AFFINE, wrong, reference=module))
    assert finding.expected == "db = dz.sum(0)"


F = """\
import numpy as np


def f(x: "N, D", w: "D, M"):
    z = x @ w
    s = 1 / (1 + np.exp(-z))
    out = np.sum(s * s, axis=1)
    return out
"""
# by what is special, backward passes of f that are right
STYLES = {
    "parameters, then the upstream gradient": """\
import numpy as np
def f_backward(x, w, dout):
    s = 1 / (1 + np.exp(-(x @ w)))
    d_s = 2 * s * dout[:, None]
    d_z = d_s * s * (1 - s)
    return d_z @ w.T, x.T @ d_z
""",
    "the upstream gradient first, a list": """\
import numpy as np
def backward(grad_output, x, w):
    s = 1 / (1 + np.exp(-(x @ w)))
    s_grad = 2 * s * grad_output[:, None]
    z_grad = s_grad * s * (1 - s)
    x_grad = z_grad @ w.T
    w_grad = x.T @ z_grad
    return [x_grad, w_grad]
""",
    "a dict, and values of the source": """\
import numpy as np
def grad_f(x, w, s, dout):
    s_bar = 2 * s * np.expand_dims(dout, 1)
    z_bar = s_bar * s * (1 - s)
    return {"w": x.T @ z_bar, "x": z_bar @ w.T}
""",
    "a cache that is a dict": """\
import numpy as np
def f_forward(x, w):
    z = x @ w
    s = 1 / (1 + np.exp(-z))
    cache = {"x": x, "w": w, "s": s}
    return (s**2).sum(axis=1), cache
def f_backward(dout, cache):
    g_s = 2 * cache["s"] * dout.reshape(-1, 1)
    g_z = g_s * cache["s"] * (1 - cache["s"])
    g_x = g_z.dot(cache["w"].T)
    g_w = cache["x"].T.dot(g_z)
    return g_x, g_w
""",
    "a cache that nothing gives": """\
import numpy as np
def f_backward(dout, cache):
    x, w, s = cache
    dL_ds = 2 * s * dout[:, np.newaxis]
    dL_dz = dL_ds * s * (1 - s)
    return dL_dz @ w.T, x.T @ dL_dz
""",
    "both passes in one function": """\
import numpy as np
def f(x, w, dout):
    z = x @ w
    s = 1 / (1 + np.exp(-z))
    out = np.sum(s * s, axis=1)
    delta_s = 2 * s * dout[:, None]
    delta_z = delta_s * s * (1 - s)
    delta_x = delta_z @ w.T
    delta_w = x.T @ delta_z
    return out, (delta_x, delta_w)
""",
    "changed in place": """\
import numpy as np
def f_backward(dout, cache):
    x, w, s = cache
    dz = np.tile(dout[:, None], (1, w.shape[1]))
    dz *= 2 * s
    dz *= s * (1 - s)
    return dz @ w.T, x.T @ dz
""",
    "loops over elements": """\
import numpy as np
def f_backward(dout, x, w):
    N, D = x.shape
    M = w.shape[1]
    dx = np.zeros((N, D))
    dw = np.zeros((D, M))
    for i in range(N):
        for k in range(M):
            z = 0.0
            for j in range(D):
                z += x[i, j] * w[j, k]
            s = 1 / (1 + np.exp(-z))
            dz = 2 * dout[i] * s * s * (1 - s)
            for j in range(D):
                dx[i, j] += dz * w[j, k]
                dw[j, k] += dz * x[i, j]
    return dx, dw
""",
}


@pytest.mark.parametrize("style", STYLES)
def test_styles(style: str) -> None:
    report = judged(F, STYLES[style])
    assert report.verified, report.summary()
    assert report.gradients == ("x", "w")


@pytest.mark.parametrize("style", STYLES)
def test_no_style_hides_a_mistake(style: str) -> None:
    mine = STYLES[style]
    for right, wrong in (("2 * s", "3 * s"), ('2 * cache["s"]', 'cache["s"]')):
        mine = mine.replace(right, wrong)
    mine = mine.replace("2 * dout[i]", "dout[i]")
    assert not judged(F, mine).ok


def test_gradients_without_names_in_another_order() -> None:
    mine = STYLES["a cache that nothing gives"].replace(
        "dL_dz @ w.T, x.T @ dL_dz", "x.T @ dL_dz, dL_dz @ w.T"
    )
    finding = the_finding(judged(F, mine))
    assert "in the order w, x; the parameters are x, w" in finding.message
    assert finding.line == 6


def test_another_forward_pass_is_a_finding_of_its_own() -> None:
    mine = STYLES["a cache that is a dict"].replace("np.exp(-z)", "np.exp(z)")
    finding = the_finding(judged(F, mine))
    assert "the forward pass is not the source's: `s`" in finding.message
    assert finding.line == 4


def test_an_argument_that_is_changed_is_told() -> None:
    mine = """\
def f_backward(dout, x):
    dout *= 2 * x
    return dout
"""
    report = judged('def f(x: "N"):\n    return x * x\n', mine)
    assert report.verified
    assert report.functions[0].notes == ("the argument `dout` is changed",)


@pytest.mark.parametrize(
    ("mine", "reason"),
    [
        ("def f_backward(dout, a, b):\n    return a\n", "`a`"),
        ("def f_backward(x, w):\n    return x, w\n", "takes no upstream gradient"),
        (
            "def f_backward(dout, cache):\n    return cache[0]\n",
            "cache of `f_backward`",
        ),
        (
            "def f_backward(dout, x, w):\n    return open(x)\n",
            "`open` is not supported",
        ),
    ],
)
def test_what_cannot_be_judged_is_not_said_to_be_right(mine: str, reason: str) -> None:
    report = judged(F, mine)
    assert not report.verified
    told = [*(note for f in report.functions for note in f.notes), report.summary()]
    assert any(reason in text for text in told), told


def test_shapes_that_are_not_known_and_matter() -> None:
    program = "import numpy as np\n\n\ndef f(x, b):\n    return x @ x.T + b\n"
    mine = """\
import numpy as np


def f_backward(dout, x, b):
    dx = (dout + dout.T) @ x
    db = np.sum(dout, axis=0)
    return dx, db
"""
    report = judged(program, mine)
    assert report.ok
    assert not report.verified
    assert "give --shape" in report.functions[0].notes[-1]
    assert judged(program, mine, shapes={"x": "N, D", "b": "N"}).verified
    assert not judged(program, mine, shapes={"x": "N, D", "b": "N, N"}).ok


@pytest.mark.parametrize(
    ("name", "primal"),
    [
        ("dx", "x"),
        ("d_x", "x"),
        ("grad_x", "x"),
        ("x_grad", "x"),
        ("g_x", "x"),
        ("x_bar", "x"),
        ("dL_dx", "x"),
        ("df_dx", "x"),
        ("delta_x", "x"),
        ("wx_grad", "Wx"),
        ("dinvden", "invden"),
        ("ddot", "dot"),
        ("dot", None),
        ("data", None),
        ("x", None),
    ],
)
def test_names_of_gradients(name: str, primal: str | None) -> None:
    assert primal_of(name, ["x", "Wx", "invden", "den", "dot"]) == primal


def test_there_has_to_be_a_backward_pass() -> None:
    with pytest.raises(InputError, match="BG003"):
        judged(F, "def g(x):\n    return x\n")
    with pytest.raises(InputError, match="BG002") as error:
        judged(F, "def f_backward(x:\n")
    assert error.value.filename == "mine.py"


# -- the faces


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    program, mine = tmp_path / "affine.py", tmp_path / "mine.py"
    program.write_text(AFFINE)
    mine.write_text(AFFINE_BACKWARD)
    return str(program), str(mine)


def test_the_command(files: tuple[str, str]) -> None:
    program, mine = files
    arguments = ["verify", program, "--backward", mine]
    outcome = CliRunner().invoke(main, arguments)
    assert outcome.exit_code == 0
    assert "your backward pass is right" in outcome.output
    Path(mine).write_text(AFFINE_BACKWARD.replace("z > 0", "z < 0"))
    outcome = CliRunner().invoke(main, [*arguments, "--format", "json"])
    assert outcome.exit_code == 1
    (file,) = json.loads(outcome.output)["files"]
    assert file["output"] == mine
    assert file["report"]["findings"][0]["line"] == 13
    # what backgen would write
    assert file["report"]["findings"][0]["expected"].startswith("dz = ")


@pytest.mark.parametrize(
    "arguments",
    [["--wrt", "q"], ["--seed", "1", "--inputs", "v.npz"], ["--backward", "no.py"]],
)
def test_wrong_use_of_the_command(files: tuple[str, str], arguments: list[str]) -> None:
    program, mine = files
    command = ["verify", program, "--backward", mine, *arguments]
    assert CliRunner().invoke(main, command).exit_code == 2


def test_the_api(files: tuple[str, str]) -> None:
    program, mine = files
    report = backgen.verify(program, backward=mine)
    assert report.verified
    with pytest.raises(UsageError, match="exclude"):
        backgen.verify(program, backward=mine, seed=1, inputs={"x": [[1.0]]})
    with pytest.raises(InputError, match="BG005"):
        backgen.verify(program, backward=mine, wrt="q")


def test_only_the_gradients_that_are_wanted_are_judged(files: tuple[str, str]) -> None:
    program, mine = files
    Path(mine).write_text(AFFINE_BACKWARD.replace("dz.sum(axis=0)", "dz.sum(axis=1)"))
    assert not backgen.verify(program, backward=mine).ok
    report = backgen.verify(program, backward=mine, wrt=("x", "W"), seed=3)
    assert report.verified
    (function,) = report.functions
    assert [row.parameter for row in function.differences] == ["x", "W"]
    assert all(row.max_relative < 1e-6 for row in function.differences)


def test_the_table_leaves_out_kinks_and_counts_them(
    files: tuple[str, str], tmp_path: Path
) -> None:
    program, mine = files
    values = {"x": np.eye(2), "W": np.diag([1.0, -1.0]), "b": np.zeros(2)}
    (function,) = backgen.verify(program, backward=mine, inputs=values).functions
    assert sum(row.left_out for row in function.differences) > 0
    path = tmp_path / "values.npz"
    np.savez(path, **values)
    arguments = ["verify", program, "--backward", mine, "--inputs", str(path)]
    outcome = CliRunner().invoke(main, arguments)
    assert outcome.exit_code == 0
    assert "at kinks" in outcome.output
    with pytest.raises(UsageError, match="BG032"):
        backgen.verify(program, backward=mine, inputs={"q": 1.0})


def test_what_runs_out_of_time_is_not_said_to_be_right(files: tuple[str, str]) -> None:
    program, mine = files
    report = backgen.verify(program, backward=mine, budget=1e-9)
    assert not report.verified
    assert "time" in report.functions[0].notes[0]


@pytest.mark.parametrize("format_", ["github", "sarif", "markdown"])
def test_findings_stand_at_their_line_in_all_formats(
    files: tuple[str, str], format_: str
) -> None:
    program, mine = files
    Path(mine).write_text(AFFINE_BACKWARD.replace("dz = dout * ", "dz = 2 * dout * "))
    arguments = ["verify", program, "--backward", mine, "--format", format_]
    outcome = CliRunner().invoke(main, arguments)
    assert outcome.exit_code == 1
    places = {"github": "line=13", "sarif": '"startLine": 13', "markdown": ":13: "}
    assert places[format_] in outcome.output


def test_a_finding_tells_what_to_write(files: tuple[str, str]) -> None:
    program, mine = files
    Path(mine).write_text(AFFINE_BACKWARD.replace("axis=0", "axis=1"))
    finding = the_finding(judged(Path(program).read_text(), Path(mine).read_text()))
    assert (finding.line, finding.repair) == (15, "db = dz.sum(axis=0)")


BRANCHING = """\
def f(x: float, y: float):
    if x > 1:
        out = x * y
    else:
        out = y * y
    return out
"""


def test_a_gradient_with_the_name_of_another_is_not_blamed() -> None:
    program, right = RIGHT["network"]
    # the gradient of what goes into the last tanh, called as if it were of y
    last = 'y = h @ params["W2"]'
    program = program.replace(last, 'y = np.tanh(h @ params["W2"])')
    mine = right.replace(last, 'y = np.tanh(h @ params["W2"])')
    mine = mine.replace("(y - t) /", "(1 - y**2) * (y - t) /")
    assert judged(program, mine).verified
    wrong = mine.replace("np.sum(dz, axis=0)", "np.sum(dz, axis=0) * 2")
    finding = the_finding(judged(program, wrong))
    assert (finding.line, finding.gradient) == (13, "grads['b1']")


def test_a_loss_of_a_class_that_draws_its_weights() -> None:
    program = """\
import numpy as np


class Net:
    def __init__(self, inputs, outputs):
        self.params = {"W": np.random.randn(inputs, outputs), "b": np.zeros(outputs)}

    def predict(self, x):
        return x @ self.params["W"] + self.params["b"]

    def loss(self, x: "N, inputs", t: "N, outputs"):
        return np.sum((self.predict(x) - t) ** 2)

    def gradient(self, x, t):
        dy = 2 * (self.predict(x) - t)
        grads = {"W": x.T @ dy}
        grads["b"] = np.sum(dy, axis=0)
        return grads
"""
    shapes = {"x": "2, 3", "t": "2, 3"}
    report = judged(program, program, shapes=shapes)
    assert report.verified, report.summary()
    assert report.gradients == ("W", "b")
    wrong = program.replace("np.sum(dy, axis=0)", "np.sum(dy, axis=1)")
    assert the_finding(judged(program, wrong, shapes=shapes)).line == 17


def test_both_sides_of_a_branch_are_tried() -> None:
    right = """\
def f_backward(x, y, dout):
    dx = 0.0
    if x > 1:
        dx = y * dout
        dy = x * dout
    else:
        dy = 2 * y * dout
    return dx, dy
"""
    assert judged(BRANCHING, right).verified
    finding = the_finding(judged(BRANCHING, right.replace("dy = x *", "dy = y *")))
    assert finding.line == 5
    finding = the_finding(judged(BRANCHING, right.replace("dy = 2 *", "dy =")))
    assert (finding.line, "the factor 2 is missing" in finding.message) == (7, True)


def test_a_branch_that_is_never_taken_is_not_said_to_be_right() -> None:
    mine = """\
def f_backward(x, dout):
    if x > 1e9:
        return 7 * dout
    return 2 * x * dout
"""
    report = judged("def f(x: float):\n    return x * x\n", mine)
    assert report.ok
    assert not report.verified
    assert "`x > 1000000000.0` in line 2" in report.functions[0].unreached[0]


def test_zeros_show_nothing() -> None:
    mine = "def f_backward(x, dout):\n    return 0 * dout\n"
    program = "import math\n\n\ndef f(x: float):\n    return math.floor(x) + 0 * x\n"
    report = judged(program, mine)
    assert not report.verified


def test_a_threshold_that_is_wrong_is_found_among_many_values() -> None:
    wrong = AFFINE_BACKWARD.replace("z > 0", "z > 0.5")
    finding = the_finding(judged(AFFINE, wrong))
    assert (finding.line, finding.gradient) == (13, "dz")


def test_elements_of_a_list_that_are_written_one_by_one() -> None:
    program = "def f(w: list):\n    s = w[0] * w[1] + w[2] ** 2\n    return s\n"
    mine = """\
def f_backward(w, ds):
    dw = [0.0, 0.0, 0.0]
    dw[0] += w[1] * ds
    dw[1] += w[0] * ds
    dw[2] += 2 * w[2] * ds
    return dw
"""
    assert judged(program, mine).verified
    finding = the_finding(judged(program, mine.replace("w[0] * ds", "w[1] * ds")))
    assert (finding.line, finding.gradient) == (4, "dw")
