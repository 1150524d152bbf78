"""The shapes that array programs are verified at, and what is said about shapes."""

from __future__ import annotations

import ast
from pathlib import Path

import backgen
import pytest
from backgen.verify import verify
from backgen.verify.arrays.inputs import Input, Leaf, annotated, dim_value, stated
from backgen.verify.arrays.shaping import (
    prime_shapings,
    reduced_shapings,
    shape_of,
    small_shapings,
)
from backgen.verify.arrays.stages import Block
from backgen.verify.arrays.values import Kind
from backgen.verify.reports.report import Report, Status

FLOAT, INT, BOOL = Kind.FLOAT, Kind.INT, Kind.BOOL


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("N, D", Leaf(("N", "D"))),
        ("N D", Leaf(("N", "D"))),
        ("(N, 3)", Leaf(("N", "3"))),
        ("N,", Leaf(("N",))),
        ("", Leaf(())),
        ("N int", Leaf(("N",), INT)),
        ("N, D int64", Leaf(("N", "D"), INT)),
        ("N bool", Leaf(("N",), BOOL)),
        ("T + 1 D", Leaf(("T+1", "D"))),
        ("T + 1, 2*D", Leaf(("T + 1", "2*D"))),
        ("float", Leaf(())),
        ("np.ndarray", Leaf(is_array=True)),
        ("N, ...", None),
        ("list[float]", None),
        ("N, f(x)", None),
    ],
)
def test_shapes_as_texts(text: str, leaf: Leaf | None) -> None:
    assert stated(text) == leaf


@pytest.mark.parametrize(
    ("annotation", "leaf"),
    [
        ("'N, D'", Leaf(("N", "D"))),
        ("Float[Array, 'N D']", Leaf(("N", "D"))),
        ("jt.Int[np.ndarray, 'N']", Leaf(("N",), INT)),
        ("\"Float[Array, 'N D']\"", Leaf(("N", "D"))),
        ("float", Leaf(())),
        ("int", Leaf((), INT)),
        ("bool", Leaf((), BOOL, (False, True))),
        ("{'W': 'D, H', 'b': 'H'}", {"W": Leaf(("D", "H")), "b": Leaf(("H",))}),
        ("['N', 'N, D']", [Leaf(("N",)), Leaf(("N", "D"))]),
        ("np.ndarray", Leaf(is_array=True)),
        ("'np.ndarray'", Leaf(is_array=True)),
    ],
)
def test_annotations(annotation: str, leaf: object) -> None:
    assert annotated(ast.parse(annotation, mode="eval").body) == leaf


def test_lengths_of_expressions() -> None:
    assert dim_value("2 * (N + 1) - D // 2", {"N": 3, "D": 5}) == 6


def inputs(**texts: str) -> list[Input]:
    return [Input(name, stated(text)) for name, text in texts.items()]


@pytest.mark.parametrize(
    ("texts", "label"),
    [
        ({"x": "N, D", "w": "D, M", "b": "M"}, "N=2, D=3, M=2"),
        ({"x": "N, D", "W": "D, H", "V": "H, C"}, "N=2, D=3, H=2, C=3"),
        ({"x": "B, T, D"}, "B=2, T=3, D=5"),
        ({"x": "N, 2"}, "N=3"),
        ({"x": "N, N"}, "N=2"),
        ({"x": "T + 1, D"}, "T=2, D=3"),
    ],
)
def test_lengths_beside_each_other_differ(texts: dict[str, str], label: str) -> None:
    assert next(small_shapings(inputs(**texts))).label == label


def test_all_lengths_differ_in_whole_runs() -> None:
    shaping = next(prime_shapings(inputs(x="N, D", w="D, M", v="M, K")))
    assert len(set(shaping.sizes.values())) == len(shaping.sizes) == 4


@pytest.mark.parametrize("primes", [False, True])
def test_numbers_are_reduced_alike(primes: bool) -> None:
    given = inputs(x="100, 784", w="784, 1", b="1")
    specs = next(reduced_shapings(given, primes=primes)).specs
    (n, d), (e, one), b = (shape_of(leaf) for leaf in specs.values())
    assert d == e
    assert n != d
    assert max(n, d) < 10
    assert (one, *b) == (1, 1)


MODULE = """import numpy as np


def f_forward({parameters}):
    y = {stage}  # (1)
    return y, ({parameters},)


def f_backward(dy, cache):
    {parameters}, = cache
    # (1) y = {stage}
{lines}
    return {returned}
"""


def check(
    stage: str,
    *lines: str,
    shapes: dict[str, object],
    levels: tuple[int, ...] = (1, 2, 3),
) -> Report:
    """A function of one stage with the lines of its block, as `dx = ...`."""
    names = [line.partition("=")[0].split()[0] for line in lines]
    returned = ", ".join(dict.fromkeys(n for n in names if n[1:] in shapes))
    parameters = ", ".join(shapes)
    source = (
        f"import numpy as np\n\n\ndef f({parameters}):\n    y = {stage}\n    return y\n"
    )
    module = MODULE.format(
        parameters=parameters,
        stage=stage,
        lines="\n".join(f"    {line}" for line in lines),
        returned=returned,
    )
    given = {name: text for name, text in shapes.items() if text is not None}
    return verify(source, "f.py", module, levels=levels, shapes=given)


def test_shape_that_would_broadcast_is_told() -> None:
    report = check(
        "x * w", "dx = np.sum(w * dy, axis=0)", shapes={"x": "1, N", "w": "M, N"}
    )
    (finding,) = report.findings
    assert finding.stage == 1
    assert "the gradient of `x` has shape (2,), `x` has (1, 2)" in finding.message


def test_finding_has_both_formulas() -> None:
    report = check("x @ w", "dx = dy @ w", shapes={"x": "N, D", "w": "D, D"})
    (finding,) = report.findings
    assert (finding.stage, finding.line) == (1, 11)
    terms = "dy[0, 0]*w[0, 0] + dy[0, 1]*w[{}] + dy[0, 2]*w[{}]"
    assert finding.written == terms.format("1, 0", "2, 0")
    assert finding.expected == terms.format("0, 1", "0, 2")
    assert finding.point.startswith("N=2, D=3: x=[[")


def test_transposed_result_of_a_square_is_found() -> None:
    assert check("x * w", "dx = w * dy", shapes={"x": "N, N", "w": "N, N"}).verified
    assert not check("x * w", "dx = (w * dy).T", shapes={"x": "N, N", "w": "N, N"}).ok


def test_unknown_shapes_are_tried() -> None:
    lines = ("dx = w * dy", "dw = x * dy")
    assert not check("x * w", *lines, shapes={"x": None, "w": None}).ok
    report = check("x * 2.0", "dx = 2.0 * dy", shapes={"x": None})
    assert report.verified
    assert "at x (2, 3)" in report.summary()


def test_unknown_shapes_that_are_not_found() -> None:
    shapes = {"x": None}
    report = check("np.linalg.inv(x.reshape(70, 70))", "dx = x", shapes=shapes)
    assert report.ok
    assert not report.verified
    assert "the shapes of x are not known; give --shape" in report.functions[0].notes


def test_large_shapes_are_proved_at_small_ones() -> None:
    shapes = {"x": "100, 784", "w": "784, 50"}
    report = check("x @ w", "dx = dy @ w.T", "dw = x.T @ dy", shapes=shapes)
    assert report.verified
    assert "at x (2, 3), w (3, 2)" in report.summary()


def test_what_is_right_for_the_given_shapes_only_is_tried_at_them() -> None:
    lines = ("dx = np.broadcast_to(dy, (4, 16))",)
    assert check("np.sum(x)", *lines, shapes={"x": "4, 16"}).verified
    assert not check("np.sum(x * x)", *lines, shapes={"x": "4, 16"}).ok


def test_what_is_right_for_large_shapes_only_is_unverified() -> None:
    lines = ("dx = np.broadcast_to(dy, (400, 784))",)
    report = check("np.sum(x)", *lines, shapes={"x": "400, 784"})
    assert report.ok
    assert not report.verified


def test_integer_labels_repeat() -> None:
    lines = ("dx = np.zeros_like(x)", "dx[i] += dy")
    shapes: dict[str, object] = {"x": "V, D", "i": "N int"}
    report = check("x[i]", *lines, shapes=shapes)
    assert not report.ok
    assert check("x[i]", lines[0], "np.add.at(dx, i, dy)", shapes=shapes).verified


def test_integer_gradient_is_found() -> None:
    lines = ("dx = np.zeros_like(i)", "dx[...] = dy.sum()")
    assert not check("x + i[0]", *lines, shapes={"x": "N", "i": "N int"}).ok


def test_nan_from_a_branch_that_is_not_taken_is_found() -> None:
    stage = "np.where(x > 0, np.sqrt(x), 0.5 * x)"
    masked = "dx = np.where(x > 0, 0.5 * dy / np.sqrt(x), 0.5 * dy)"
    leaking = "dx = (x > 0) * 0.5 * dy / np.sqrt(x) + (x <= 0) * 0.5 * dy"
    assert check(stage, masked, shapes={"x": "N"}).verified
    assert not check(stage, leaking, shapes={"x": "N"}).ok


def test_side_that_is_never_reached_is_unverified() -> None:
    report = check("np.maximum(x * x, -1.0)", "dx = 2 * x * dy", shapes={"x": "N"})
    (stage,) = report.functions[0].stages
    assert stage.status is Status.UNVERIFIED
    assert "false at all points" in stage.message


def test_side_that_only_other_values_reach_is_proved() -> None:
    report = check("np.maximum(x, -15.0)", "dx = (x > -15.0) * dy", shapes={"x": "N"})
    assert report.verified
    wrong = check("np.maximum(x, -15.0)", "dx = dy", shapes={"x": "N"})
    assert not wrong.verified


TWO_STAGES = """import numpy as np


def f_forward(x):
    a = x * x  # (1)
    y = np.maximum(a, -15.0)  # (2)
    return y, (x, a)


def f_backward(dy, cache):
    x, a = cache
    # (2) y = np.maximum(a, -15.0)
    da = dy
    # (1) a = x * x
    dx = 2 * x * da
    return dx
"""


def test_side_that_no_run_reaches_is_looked_at_by_stage() -> None:
    # no square is below -15, but the stage does not know that
    source = (
        'import numpy as np\n\n\ndef f(x: "N"):\n    a = x * x\n'
        "    y = np.maximum(a, -15.0)\n    return y\n"
    )
    right = TWO_STAGES.replace("da = dy", "da = (a > -15.0) * dy")
    assert verify(source, "f.py", right, levels=(1, 2, 3)).verified
    report = verify(source, "f.py", TWO_STAGES, levels=(1, 2, 3))
    assert not report.verified
    _, second = report.functions[0].stages
    assert second.status is Status.UNVERIFIED
    assert "no run has gone" in second.message


def test_what_has_no_evaluator_is_compared_in_floats() -> None:
    output = "np.sum(np.unwrap(x))"
    report = check(output, "dx = np.ones_like(x) * dy", shapes={"x": "N"})
    (stage,) = report.functions[0].stages
    assert stage.status is Status.UNVERIFIED
    assert stage.message == "no evaluator for numpy.unwrap"
    assert report.functions[0].whole is Status.COMPARED
    assert not report.verified
    assert "equal to central differences in float64" in report.summary()


SVD = "np.sum(np.linalg.svd(x, compute_uv=False))"


@pytest.mark.parametrize("gradient", ["u @ v * dy * 1.1", "(u @ v).T * dy", "u @ v"])
def test_what_has_an_evaluator_of_many_digits_only_is_found_wrong(
    gradient: str,
) -> None:
    block = ("u, _, v = np.linalg.svd(x, full_matrices=False)", f"dx = {gradient}")
    assert not check(SVD, *block, shapes={"x": "N, D"}).ok


def test_unknown_function_is_unverified() -> None:
    report = check("np.frompyfunc(x)", "dx = dy", shapes={"x": "N"})
    assert report.ok
    assert not report.verified
    assert "no evaluator for numpy.frompyfunc" in report.functions[0].notes[0]


def test_dicts_by_element() -> None:
    stage = 'p["W"] @ x'
    lines = ('dp = {"W": np.outer(dy, x)}', 'dx = p["W"].T @ dy')
    shapes = {'p["W"]': "M, N", "x": "N"}
    source = f"import numpy as np\n\n\ndef f(p, x):\n    y = {stage}\n    return y\n"
    module = MODULE.format(
        parameters="p, x",
        stage=stage,
        lines="\n".join(f"    {line}" for line in lines),
        returned="dp, dx",
    )
    assert verify(source, "f.py", module, shapes=shapes).verified
    nested = {"p": {"W": "M, N"}, "x": "N"}
    assert verify(source, "f.py", module, shapes=nested).verified
    wrong = module.replace("np.outer(dy, x)", "np.outer(x, dy)")
    (finding,) = verify(source, "f.py", wrong, shapes=shapes).findings
    assert "`p['W']` has shape (2, 3)" in finding.message or "shape" in finding.message


def test_fused_module() -> None:
    source = (
        'import numpy as np\n\n\ndef f(x: "N"):\n    y = np.sum(x**2)\n    return y\n'
    )
    module = (
        "import numpy as np\n\n\ndef f_value_and_grad(x):\n"
        "    y = np.sum(x**2)  # (1)\n"
        "    # (1) y = np.sum(x**2)\n"
        "    dx = 2 * x\n"
        "    return y, dx\n"
    )
    assert verify(source, "f.py", module).verified
    assert not verify(source, "f.py", module.replace("2 * x", "3 * x")).ok


def test_differences_by_array() -> None:
    lines = ("dx = 2 * x * dy",)
    report = check("x**2", *lines, shapes={"x": "N, D"}, levels=(1, 2, 3, 4, 5))
    (function,) = report.functions
    (row,) = function.differences
    assert (row.parameter, function.digits) == ("x", Status.SAMPLED)
    assert row.max_absolute < 1e-8


def test_what_nobody_thought_of_is_unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object) -> None:
        raise ZeroDivisionError("polynomial division")

    monkeypatch.setattr(Block, "proof", fails)
    report = check("x * 2.0", "dx = 2.0 * dy", shapes={"x": "N"})
    assert report.ok
    assert not report.verified
    assert "polynomial division" in report.functions[0].notes[0]


def test_shapes_that_the_module_refuses_are_not_tried(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    source = (
        "import numpy as np\n\n\n"
        "def f(x, k, n):\n"
        "    y = np.zeros(3)\n"
        "    a, b = k, k * 2\n"
        "    for i in range(n):\n"
        "        a, b = b, a * x[0]\n"
        "        y[i] = a\n"
        "    return y.sum() + a * b + x.sum()\n"
    )
    path.write_text(source, encoding="utf-8")
    written = backgen.generate(path).source
    assert 'raise TypeError("x must have one axis")' in written
    report = verify(source, "program.py", written)
    assert report.ok
    (found,) = report.functions
    assert not any("shapes" in note for note in found.notes), found.notes
    late = written.replace(
        "    return out, (x", "    raise ValueError\n    return out, (x"
    )
    assert late != written
    (found,) = verify(source, "program.py", late).functions
    assert any("none of the shapes" in note for note in found.notes), found.notes
