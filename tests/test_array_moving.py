"""Functions that move, join, choose and draw: where shapes are not known, refusals."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path
from typing import Any

import backgen
import numpy as np
import pytest
from array_case import Case, cases
from array_cases_moving import MOVING
from array_oracles import load, upstream_of

NAMES = sorted({name for name, _, _ in MOVING})
DIMENSIONS = "NDKMTPQ"


def annotated(case: Case, known: bool) -> str:
    """The case as a file that states ranks, or only what is an array."""
    tree = ast.parse(case.text)
    function = tree.body[-1]
    assert isinstance(function, ast.FunctionDef)
    for parameter in function.args.args:
        value = case.arguments[parameter.arg]
        dims = [DIMENSIONS[n] if n > 1 else "1" for n in np.shape(value)]
        if isinstance(value, float):
            parameter.annotation = ast.Name("float")
        elif known:
            parameter.annotation = ast.Constant(", ".join(dims) or "()")
        else:
            parameter.annotation = ast.parse("np.ndarray", mode="eval").body
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def check(case: Case, path: Path, known: bool) -> bool:
    """Whether the case is differentiated; what comes out has to be right."""
    path.write_text(annotated(case, known), encoding="utf-8")
    try:
        text = backgen.generate(path, wrt=case.wrt, verify=False).source
    except backgen.Refused:
        return False
    module: dict[str, Any] = {}
    exec(compile(text, case.id, "exec"), module)
    out, cache = module["f_forward"](*case.arguments.values())
    upstream = upstream_of(out)
    found = module["f_backward"](upstream, cache)
    wanted = case.problem.expected(upstream).gradients
    gradients = found if isinstance(found, tuple) else (found,)
    for name, gradient in zip(case.wrt, gradients, strict=True):
        assert np.shape(gradient) == np.shape(wanted[name]), case.id
        np.testing.assert_allclose(gradient, wanted[name], atol=1e-7, err_msg=case.id)
    return True


@pytest.mark.parametrize("known", [True, False], ids=["ranks", "nothing"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_shapes_that_are_not_known(name: str, known: bool, tmp_path: Path) -> None:
    members = [case for case in cases("moving", MOVING) if case.name == name]
    done = [check(case, tmp_path / "stages.py", known) for case in members]
    assert any(done)


REFUSED = (
    ("np.reshape(x, (3, 2), order='A')", "BG014"),
    ("np.take(x, 7, mode='wrap')", "BG014"),
    ("np.take(x, x > 0)", "BG014"),
    ("np.pad(x, 1, mode='mean')", "BG014"),
    ("np.pad(x, 1, constant_values=x[0, 0])", "BG012"),
    ("np.transpose(x, (0, 0))", "BG020"),
    ("np.transpose(x, (0, 1, 2))", "BG020"),
    ("np.swapaxes(x, 0, 2)", "BG020"),
    ("np.concatenate([x, x.T])", "BG020"),
    ("np.stack([x, x], axis=3)", "BG020"),
    ("np.split(x, 2, axis=1)[0]", "BG014"),
    ("np.concatenate(x)", "BG014"),
    ("np.select([x], [x])", "BG014"),
    ("np.block([x, [x]])", "BG014"),
    ("np.arange(x[0, 0], 5)", "BG012"),
    ("x.astype(complex)", "BG011"),
    ("np.random.normal(x)", "BG012"),
    ("np.random.permutation(x)", "BG012"),
    ("np.random.rand(3) * x + np.random.rand(3)", "BG011"),
    ("x[0, 0] * np.random.rand() if x[0, 1] > 0 else x[0, 2]", "BG011"),
)


@pytest.mark.parametrize(("expression", "code"), REFUSED)
def test_refused(expression: str, code: str) -> None:
    function = load(f"import numpy as np\n\n\ndef f(x):\n    return {expression}\n")
    with pytest.raises(backgen.BackgenError) as caught:
        backgen.vjp(function, verify=False)(np.arange(6.0).reshape(2, 3))
    assert caught.value.code == code


def test_numbers_are_not_joined_with_arrays_of_unknown_rank(tmp_path: Path) -> None:
    text = "import numpy as np\n\n\ndef f(x: float, h, w):\n"
    path = tmp_path / "stages.py"
    path.write_text(text + "    return np.sum(w @ np.concatenate((x, h)))\n")
    with pytest.raises(backgen.BackgenError) as caught:
        backgen.generate(path, verify=False)
    assert (caught.value.code, caught.value.lineno) == ("BG020", 5)


MASKED = (
    "np.where((x > 0).T, np.sqrt(x).T, 0)",
    "np.where(np.ravel(x > 0), np.sqrt(x).ravel(), 0)",
    "np.where(np.flip(x) > 0, np.flip(np.sqrt(x)), 0)",
    "np.where(np.roll(x, 1) > 0, np.roll(np.sqrt(x), 1), 0)",
    "np.where(np.concatenate([x, x]) > 0, np.concatenate([np.sqrt(x), x**0.5]), 0)",
    "np.where(np.stack([x, x]) > 0, np.stack([np.sqrt(x), x**0.5]), 0)",
    "np.select([x > 0], [np.sqrt(x)])",
    "np.choose(x > 0, [x, np.sqrt(x)])",
)


@pytest.mark.parametrize("expression", MASKED)
def test_what_is_not_chosen_has_no_part(expression: str) -> None:
    function = load(f"import numpy as np\n\n\ndef f(x):\n    return {expression}\n")
    x = np.array([[0.0, 1.0, 4.0], [4.0, 0.0, 1.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out, pullback = backgen.vjp(function, wrt=("x",), verify=False)(x)
        (gradient,) = pullback(np.ones_like(out))
    assert np.isfinite(gradient).all()


def test_a_draw_is_made_once() -> None:
    text = (
        "import numpy as np\n\n\ndef f(x):\n"
        "    return np.sin(x * np.random.normal(size=3)) * np.random.rand(3)\n"
    )
    function, x = load(text), np.array([0.5, -1.0, 2.0])
    np.random.seed(5)
    wanted, state = function(x), np.random.get_state()[2]
    np.random.seed(5)
    out, pullback = backgen.vjp(function, verify=False)(x)
    np.testing.assert_array_equal(out, wanted)
    first = pullback(np.ones(3))
    assert np.random.get_state()[2] == state
    np.testing.assert_array_equal(pullback(np.ones(3)), first)
    np.random.seed(5)
    noise, factor = np.random.normal(size=3), np.random.rand(3)
    np.testing.assert_allclose(first, np.cos(x * noise) * noise * factor)
