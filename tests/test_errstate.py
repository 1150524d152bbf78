"""`with np.errstate(...)`: both passes of the function ignore what it ignores."""

from __future__ import annotations

import warnings
from pathlib import Path

import backgen
import numpy as np
import pytest

_LOGS = """\
import numpy as np


def logs(v: "N", x: float):
    s = x
    for k in range(3):
        with np.errstate(divide="ignore", invalid="ignore"):
            s = s * np.sum(np.where(v > 0, np.log(v), 0.0))
            if s > 3:
                break
    return s
"""
_DECORATED = """\
import numpy as np


@np.errstate(all="ignore")
def roots(v: "N"):
    return np.where(v > 0, np.sqrt(v), 0.0)
"""
_CLASS = """\
import numpy as np


class Log:
    def forward(self, x: "N"):
        with np.errstate(divide="ignore"):
            out = np.log(x)
        return out
"""


def written(text: str, folder: Path) -> backgen.Module:
    path = folder / "program.py"
    path.write_text(text)
    return backgen.generate(path)


def test_both_passes_ignore_it(tmp_path: Path) -> None:
    module = written(_LOGS, tmp_path)
    mark = '@np.errstate(divide="ignore", invalid="ignore")\ndef logs_'
    assert module.source.count(mark) == 2
    assert module.report.ok
    logs = module.load()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, (dv, dx) = logs.logs_value_and_grad(np.array([0.0, -1.0, 2.0]), 1.5)
    assert dx == pytest.approx(np.log(2.0) ** 3)
    assert dv.tolist() == [0.0, 0.0, pytest.approx(1.5 * 3 * np.log(2.0) ** 2 / 2.0)]


@pytest.mark.parametrize("text", [_DECORATED, _CLASS], ids=["decorated", "class"])
def test_decorated_functions_and_methods(text: str, tmp_path: Path) -> None:
    module = written(text, tmp_path)
    assert module.source.count("@np.errstate(") == 2
    assert module.report.ok


@pytest.mark.parametrize(
    "head",
    [
        'np.errstate(over="raise")',
        'np.errstate(over="ignore") as old',
        "np.nditer(x)",
        'open("values.txt")',
    ],
)
def test_anything_else_is_refused(head: str, tmp_path: Path) -> None:
    text = (
        f"import numpy as np\n\n\ndef f(x):\n    with {head}:\n        return x * x\n"
    )
    with pytest.raises(backgen.BackgenError, match="that ignores errors") as caught:
        written(text, tmp_path)
    assert (caught.value.code, caught.value.lineno) == ("BG010", 5)
