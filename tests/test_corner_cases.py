"""Programs that went wrong once.

Each of them has to be right or refused: the written module returns what the source
returns, with the gradient that differences of the source give.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import backgen
import pytest
from backgen import BackgenError

POINT = (1.3, 0.7)
STEP = 1e-6

REBOUND_OUTSIDE = {
    "function in a block": """
from math import exp
if True:
    def exp(x): return 2 * x
def f(x, y): return exp(x) * y
""",
    "class in a block": """
from math import exp
if True:
    class exp(float): pass
def f(x, y): return exp(x) * y
""",
    "capture of a match": """
K = 2.0
match 1:
    case K: pass
def f(x, y): return K * x * y
""",
    "star import in a block": """
from math import exp
try:
    from cmath import *
except ImportError:
    pass
def f(x, y): return exp(x) * y
""",
    "walrus in a constant": """
A = 3.0
C = (A := 5.0)
def f(x, y): return A * x * y
""",
    "constant made before its operand is rebound": """
from math import e
A = e * 2
e = 5
def f(x, y): return A * x + e * y
""",
    "default made before its operand is rebound": """
from math import e
def f(x, y, c=e): return c * x * y
e = 5
""",
    "function bound again": """
def f(x, y): return x * y
f = lambda x, y: x
""",
    "attribute of a module": """
import math
math.exp = math.exp2
def f(x, y): return math.exp(x) * y
""",
    "constant named like a written function": """
f_forward = 3.0
def f(x, y): return f_forward * x * y
""",
    "import named like a helper": """
from math import lgamma as _digamma
def f(x, y): return _digamma(x) * y
""",
    "constant named like a builtin that is used": """
tuple = 3.0
def f(x, w: "tuple[float]" = (2.0,)): return w[0] * x * tuple
""",
}

REBOUND_INSIDE = {
    "import over a parameter": """
def f(x, y):
    z = x * 2
    from math import pi as x
    return x * z * y
""",
    "import after use": """
from math import exp
def f(x, y):
    z = exp(x)
    from math import sin as exp
    return exp(z) * y
""",
    "output read before a walrus": """
def f(x, y): return x * y, y, (y := x)
""",
    "walrus before a kept value": """
import math
def f(x, y): return math.exp(y) * y + x + (x := 2 * y) * math.exp(x + y)
""",
    "walrus between equal calls": """
import math
def f(x, y): return math.exp(x + y) * y + (x := 2 * y) * math.exp(x + y)
""",
    "parameter named like a written function": """
def f(f_forward, f_backward): return f_forward * f_backward
""",
}

VALUES = {
    "sum without cancellation in a kept value": """
import math
def f(x, y): return math.exp(math.fsum([1e20, x, -1e20])) * y
""",
    "sum without cancellation in a condition": """
import math
def f(x, y): return y if math.fsum([1e20, x, -1e20]) > 0 else x * x * y
""",
    "sum without cancellation in a sign": """
import math
def f(x, y): return abs(math.fsum([1e20, x, -1e20])) * y
""",
    "literals that are one float": """
def f(x, y): return x if 0.1 < 0.10000000000000000001 else y * y
""",
    "literal that is zero": """
def f(x, y): return x if 1e-400 > 0 else y * y
""",
    "literals of one order": """
def f(x, y): return x if 1 <= 2 else y * y
""",
    "literals that are equal": """
def f(x, y): return x if 1 == 1.0 else y * y
""",
    "key given twice": """
def f(x, y): return {"a": x * y, "a": x * x}
""",
    "keys that are equal": """
def f(x, y): return {1: x * y, True: x * x}
""",
    "generator": """
def f(x, y):
    return x * y
    yield x
""",
    "parameter given twice": """
def f(x, x): return x * x
""",
}

RIGHT_OR_REFUSED = {**REBOUND_OUTSIDE, **REBOUND_INSIDE, **VALUES}

ACCEPTED = {
    "list in two stages": """
def f(x, w):
    a = w[0] * x
    return a * w[1]
""",
    "tuple": """
def f(x, w: "tuple[float, float]"): return w[0] * x * w[1]
""",
    "element of a list that is not read": """
def f(x, y):
    p = [x, x * y]
    return p[0] * y
""",
    "variable named like the upstream gradient": """
def f(x, y):
    dout = x * y
    return x * x, dout, dout
""",
    "two walruses of one name": """
import math
def f(x, y):
    a = math.sqrt(1 + (c := y) ** 2) * (c := math.exp(math.sin(x)))
    return 1 / (1 + math.exp(-a))
""",
    "output given twice": """
def f(x, y): return x, (x, x * y)
""",
    "parameter as an output": """
def f(x, w: "tuple[float, float]"): return w, x * w[0]
""",
    "order of literals": """
def f(x, y): return x if 1 <= 2 else y * y
""",
    "start of a sum": """
def f(x, y): return sum([x, y], x)
""",
}

STAGED = """
import math

G = 9.81

def f(x, y, k=2.0):
    a = math.sin(x) * y
    return a * k * G
"""
BACKWARD = "da = k * G * dout"
STAGE = "a = math.sin(x) * y  # (1)"
PLANTED = {
    "absolute upstream gradient": (BACKWARD, "da = k * G * abs(dout)"),
    "condition on the upstream gradient": (
        BACKWARD,
        "da = k * G * dout if dout > 0 else 0.0",
    ),
    "condition that samples do not meet": (
        BACKWARD,
        "da = k * G * dout if x < 1e6 else 0.0",
    ),
    "condition on one value": (BACKWARD, "da = k * G * dout if k != 2.0 else 0.0"),
    "condition in the forward pass": (
        STAGE,
        "a = math.sin(x) * y if x < 100 else 0.0",
    ),
    "assertion in the forward pass": (STAGE, f"{STAGE}\n    assert y > -5"),
    "tiny constant": (BACKWARD, f"{BACKWARD} + 1e-30"),
    "default": ("k=2.0", "k=3.0"),
    "statement of the module": (
        "import math\n",
        "import math\n\nmath.cos = math.sin\n",
    ),
    "missing gradient": ("return dx, dy, dk\n", "return dx, dy\n"),
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "source.py"
        path.write_text(text.lstrip(), encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def mathematics_unharmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(math, "exp", math.exp)


@pytest.mark.parametrize("verify", [False, True])
@pytest.mark.parametrize("text", RIGHT_OR_REFUSED.values(), ids=RIGHT_OR_REFUSED)
def test_right_or_refused(
    text: str, verify: bool, write: Callable[[str], Path]
) -> None:
    try:
        module = backgen.generate(write(text), verify=verify)
    except BackgenError:
        return
    written = module.load()
    namespace: dict[str, Any] = {}
    exec(compile(text, "source", "exec"), namespace)
    original = namespace["f"]
    defaults = len(original.__defaults__ or ())
    point = POINT[: original.__code__.co_argcount - defaults]
    try:
        expected = original(*point)
    except Exception as error:
        with pytest.raises(type(error)):
            written.f_forward(*point)
        return
    value, cache = written.f_forward(*point)
    assert value == expected
    upstream = _ones(value)
    gradients = written.f_backward(upstream, cache)
    names = module.entries[0].wrt
    for i, name in enumerate(names[: len(point)]):
        gradient = gradients if len(names) == 1 else gradients[i]
        above, below = (
            sum(_leaves(original(*_moved(point, i, step)))) for step in (STEP, -STEP)
        )
        assert gradient == pytest.approx((above - below) / (2 * STEP), 1e-5, 1e-6), name
    if hasattr(written, "f_value_and_grad"):
        assert written.f_value_and_grad(*point)[0] == expected


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(text: str, write: Callable[[str], Path]) -> None:
    report = backgen.generate(write(text)).report
    assert report is not None
    assert report.verified


@pytest.mark.parametrize("call", ["sum", "math.fsum"])
def test_kept_values_are_those_of_the_source(
    call: str, write: Callable[[str], Path]
) -> None:
    text = f"import math\ndef f(x, y): return math.exp({call}([0.1, x, y])) ** 3 * y"
    forward = backgen.generate(write(text), verify=False).source
    assert f"math.exp({call}([0.1, x, y]))" in forward


LARGE = {
    "maximum": lambda n: f"def f({_names(n)}): return max({_names(n)})",
    "quotient": lambda n: "def f(x, y): return x" + " / y" * n,
}


@pytest.mark.parametrize("program", LARGE.values(), ids=LARGE)
def test_size_is_linear(
    program: Callable[[int], str], write: Callable[[str], Path]
) -> None:
    sizes = [
        len(backgen.generate(write(program(count)), verify=False).source)
        for count in (40, 80)
    ]
    assert sizes[1] < 3 * sizes[0]


def test_long_quotient(write: Callable[[str], Path]) -> None:
    text = "def f(x, y): return x" + " / y" * 1000
    assert backgen.generate(write(text), verify=False).source


def _names(count: int) -> str:
    return ", ".join(f"x{i}" for i in range(count))


@pytest.mark.parametrize(("old", "new"), PLANTED.values(), ids=PLANTED)
def test_planted_in_a_written_module(
    old: str, new: str, write: Callable[[str], Path]
) -> None:
    path = write(STAGED)
    target = backgen.generate(path).write()
    text = target.read_text(encoding="utf-8")
    assert old in text
    target.write_text(text.replace(old, new), encoding="utf-8")
    report = backgen.verify(path)
    assert not (report.ok and report.verified)


def _ones(value: Any) -> Any:
    match value:
        case dict():
            return {key: _ones(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(_ones(item) for item in value)
        case _:
            return 1.0


def _leaves(value: Any) -> list[float]:
    match value:
        case dict():
            return [leaf for item in value.values() for leaf in _leaves(item)]
        case list() | tuple():
            return [leaf for item in value for leaf in _leaves(item)]
        case _:
            return [value]


def _moved(point: tuple[float, ...], index: int, step: float) -> tuple[float, ...]:
    return tuple(v + step if i == index else v for i, v in enumerate(point))
