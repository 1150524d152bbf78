"""Errors: every code is documented, raised, placed, and safe to print."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import backgen
import pytest
from backgen import errors
from backgen.errors import CODES, BackgenError, InputError, Position
from hypothesis import given, strategies as st

DOCS = Path(__file__).parent.parent / "docs" / "errors.md"


def test_every_code_is_documented() -> None:
    sections = re.findall(r"^## (BG\d+): (.+)$", DOCS.read_text("utf-8"), re.MULTILINE)
    assert dict(sections) == CODES
    assert [code for code, _ in sections] == sorted(CODES)


# -- each code, raised by an input: text, and what the error points at

INPUTS = {
    "BG002": ("def f(x:\n", None),
    "BG003": ("import math\n", None),
    "BG004": ("def g(x):\n    return x * x\n", None),
    "BG006": ("def f(x):\n    y = 2.0\n    return y\n", None),
    "BG010": ("def f(x):\n    del x\n    return 1\n", "del x"),
    "BG011": ("def f(x):\n    y = x & 1\n    return y\n", "x & 1"),
    "BG012": (
        "import math\ndef f(x):\n    return math.nextafter(x, 1)\n",
        "math.nextafter(x, 1)",
    ),
    "BG013": ("def f(x):\n    y = x + z\n    return y\n", "z"),
    "BG014": ("import math\ndef f(x):\n    return math.sin(x, x)\n", "math.sin(x, x)"),
    "BG015": ("def f(x):\n    y = x + 1j\n    return y\n", "1j"),
    "BG016": ("def f(x, i):\n    y = x[i]\n    return y\n", "i"),
    "BG017": ("@cache\ndef f(x):\n    return x * x\n", "cache"),
    "BG020": (
        "import numpy as np\n"
        "def f(x: 'N, D', w: 'M, K'):\n    y = x @ w\n    return np.sum(y)\n",
        "x @ w",
    ),
    "BG022": (
        "import numpy as np\n\n\ndef f(x: 'N, D'):\n"
        "    y = x.reshape(-1)\n    y[0] = 1.0\n    return np.sum(x)\n",
        "y[0] = 1.0",
    ),
    "BG023": (
        "def f(x):\n    return x * x\n\n\ndef f_backward(x):\n    return 2 * x\n",
        None,
    ),
    "BG021": ("def f(w: dict):\n    y = 2.0\n    return y\n", "def"),
    "BG018": ("def f(x):\n    y = z + x\n    z = y\n    return z\n", "z"),
}


@pytest.mark.parametrize("code", INPUTS)
def test_an_input_raises(code: str, tmp_path: Path) -> None:
    text, marked = INPUTS[code]
    path = tmp_path / "f.py"
    path.write_text(text)
    with pytest.raises(BackgenError) as caught:
        backgen.generate(path, functions=["f"] if "def " in text else None)
    error = caught.value
    assert error.code == code, error
    assert error.filename == str(path)
    if marked is not None:
        assert error.position is not None
        assert error.position.end_lineno == error.lineno
        line = text.splitlines()[error.position.lineno - 1]
        assert line[error.position.col - 1 : error.position.end_col - 1] == marked
        assert error.excerpt == line


# What to do about it: where the advice is followed, it works.
ADVICE = {
    "plots": (
        "import matplotlib.pyplot as plt\n"
        "def f(x):\n    plt.plot(x)\n    return x * x\n",
        "leave plotting to who calls it",
    ),
    "modules that are not there": (
        "from nowhere import g\ndef f(x):\n    return g(x)\n",
        "no `g` is found in a `nowhere.py` beside this file",
    ),
    "other libraries": (
        "import torch\ndef f(x):\n    return torch.sin(x)\n",
        "write it with NumPy",
    ),
    "what is read": (
        "import numpy as np\ndata = np.loadtxt('a.csv')\nloss = np.sum(data**2)\n",
        "give it to the function as a parameter",
    ),
    "an array that is said to be a number": (
        "def f(M: float):\n    n, m = M.shape\n    return M[0, 0] * n\n",
        'if it is an array, say so: `M: "N, D"`',
    ),
}


@pytest.mark.parametrize(("text", "hint"), ADVICE.values(), ids=ADVICE)
def test_advice(tmp_path: Path, text: str, hint: str) -> None:
    path = tmp_path / "input.py"
    path.write_text(text)
    with pytest.raises(BackgenError) as caught:
        backgen.generate(path)
    assert caught.value.hint == hint


def test_what_calls_a_lambda_is_refused_before_it(tmp_path: Path) -> None:
    path = tmp_path / "input.py"
    call = "quad(lambda t: x * t, 0, 1)"
    path.write_text(
        f"from scipy.integrate import quad\n\n\ndef f(x):\n    return {call}[0]\n"
    )
    with pytest.raises(BackgenError) as caught:
        backgen.generate(path)
    assert caught.value.code == "BG012"
    assert caught.value.position is not None
    assert caught.value.position.end_col - caught.value.position.col == len(call)


def test_bg001(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.py", tmp_path / "nul\0.py"):
        with pytest.raises(InputError) as caught:
            backgen.generate(path)
        assert caught.value.code == "BG001"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"x = 1\ny = '\xff'\n", 2),
        (b"# coding: nonsense\n", 1),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1),
        (b"x = 1\n\ny = 2\0\n", 3),
        (b"x = (\n", 1),
        (b"x = 1\n  y = 2\n", 2),
    ],
)
def test_bg002_has_a_line(tmp_path: Path, data: bytes, line: int) -> None:
    path = tmp_path / "f.py"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        backgen.generate(path)
    assert caught.value.code == "BG002"
    assert caught.value.lineno == line


def test_bg005(tmp_path: Path) -> None:
    path = tmp_path / "f.py"
    path.write_text("x = 3\nf = x * x\n")
    with pytest.raises(InputError, match="BG005"):
        backgen.generate(path, wrt="y")


def test_bg060_for_a_style(tmp_path: Path) -> None:
    with pytest.raises(backgen.UsageError, match="BG060"):
        backgen.generate(tmp_path / "f.py", style="both")


# The others have tests where they belong.
ELSEWHERE = {
    "BG008": "test_variables",
    "BG030": "test_api",
    "BG031": "test_api",
    "BG032": "test_verify_reports",
    "BG040": "test_cli",
    "BG041": "test_verify_reports",
    "BG042": "test_verify_reports",
    "BG050": "test_writing",
    "BG051": "test_writing",
    "BG060": "test_config",
    "BG099": "test_cli",
}


def test_every_code_is_raised_by_some_test() -> None:
    here = Path(__file__)
    raised = {*INPUTS, *re.findall(r"BG\d+", here.read_text("utf-8").split("# --")[1])}
    for code, name in ELSEWHERE.items():
        assert code in here.with_name(f"{name}.py").read_text("utf-8")
    unreachable = {"BG007", "BG019"}
    assert set(CODES) - unreachable <= raised | set(ELSEWHERE)


# -- how they print


def error(text: str, col: int, end_col: int, message: str = "wrong") -> BackgenError:
    position = Position("f.py", 4, col, 4, end_col)
    return InputError(
        "BG002", message, position=position, excerpt=text, hint="write it right"
    )


def test_rendering() -> None:
    assert str(error("    y = x & 1", 9, 14)) == (
        "f.py:4:9: BG002: wrong\n"
        "        y = x & 1\n"
        "            ^^^^^\n"
        "  hint: write it right"
    )


def test_an_error_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    position = Position("f.py", 1, 5, 3, 2)
    text = str(InputError("BG002", "wrong", position=position, excerpt="y = [  "))
    assert text.splitlines()[1:] == ["    y = [", "        ^"]


def test_carets_stand_under_wide_characters() -> None:
    lines = str(error("값 = 함수(x)", 5, 7)).splitlines()
    assert lines[2] == "    " + " " * len("vv = ") + "^^^^"


def test_an_error_without_position_or_file() -> None:
    assert str(InputError("BG001", "wrong")) == "BG001: wrong"
    assert str(InputError("BG001", "wrong", filename="f.py")) == "f.py: BG001: wrong"


@given(st.text(), st.text(), st.text(min_size=1))
def test_nothing_that_a_terminal_obeys_is_printed(
    name: str, message: str, line: str
) -> None:
    position = Position(name, 1, 1, 1, 1 + len(line))
    shown = str(
        InputError("BG002", message, position=position, excerpt=line, hint=message)
    )
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_errors_can_be_pickled() -> None:
    before = error("y = x & 1", 5, 10)
    after = pickle.loads(pickle.dumps(before))
    assert type(after) is InputError
    assert str(after) == str(before)
    assert after.to_dict() == before.to_dict()


@pytest.mark.parametrize(
    ("code", "exit_code"), [("BG002", 2), ("BG011", 2), ("BG040", 1), ("BG099", 2)]
)
def test_exit_codes(code: str, exit_code: int) -> None:
    assert errors._class_of(code).exit_code == exit_code
