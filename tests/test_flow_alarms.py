"""No right imperative program is called wrong when it is written with its check."""

from __future__ import annotations

import tempfile
from pathlib import Path

import backgen
import numpy as np
import pytest
from flow_cases import FLOW_CASES
from flow_judge import is_flat

NAMES = [
    name
    for name, case in FLOW_CASES.items()
    if case.expects != "refused" and is_flat(case.problem.arguments)
]
# Over the length of the kinds of cases, which stand one after the other.
SAMPLE = NAMES[::9]
OTHERS = [name for name in NAMES if name not in SAMPLE]


def check(name: str) -> None:
    problem = FLOW_CASES[name].problem
    shapes = {
        key: ", ".join(map(str, value.shape)) + KINDS[value.dtype.kind]
        for key, value in problem.arguments.items()
        if isinstance(value, np.ndarray)
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_text(problem.text, encoding="utf-8")
        try:
            backgen.generate(path, functions=("f",), wrt=problem.wrt, shapes=shapes)
        except backgen.NotVerified:
            raise
        except backgen.BackgenError:
            return  # refused: that is another test's


KINDS = {"f": "", "i": " int", "b": " bool"}


@pytest.mark.parametrize("name", SAMPLE)
def test_sample(name: str) -> None:
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_others(name: str) -> None:
    check(name)


def test_a_shape_says_that_a_parameter_is_given(tmp_path: Path) -> None:
    """A parameter with None as default is not None where its shape is stated."""
    path = tmp_path / "weighted.py"
    path.write_text(
        "import numpy as np\n\n\ndef f(x, w=None):\n"
        "    w = np.ones_like(x) if w is None else w / np.sum(w)\n"
        "    return np.sum(w * x**2)\n",
        encoding="utf-8",
    )
    given = backgen.generate(path, shapes={"x": "3", "w": "3"}).load()
    assert given.f_value_and_grad(np.ones(3), np.ones(3))[0] == 1.0
    left_out = backgen.generate(path, shapes={"x": "3"}).load()
    assert left_out.f_value_and_grad(np.ones(3))[0] == 3.0
    with pytest.raises(TypeError, match="w=None"):
        left_out.f_forward(np.ones(3), np.ones(3))
