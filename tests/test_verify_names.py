"""What a name of the source means: the verifier follows it where that is certain."""

from __future__ import annotations

import pytest
from backgen.verify import verify
from backgen.verify.reports.report import Report

MODULE = """import math

K = 2.0


def f_forward(x):
    y = math.exp(x) * K  # (1)
    return y, (y,)


def f_backward(dy, cache):
    (y,) = cache
    # (1) y = math.exp(x) * K
    dx = y * dy
    return dx
"""
IMPORTS = "import math\n\nK = 2.0\n"
FUNCTION = "\n\ndef f(x):\n    y = math.exp(x) * K\n    return y\n"


def check(source: str) -> Report:
    return verify(source, "f.py", MODULE)


def test_plain_bindings_are_followed() -> None:
    assert check(IMPORTS + FUNCTION).verified
    local = FUNCTION.replace("    y", "    import math\n    y")
    assert check("K = 2.0\n" + local).verified
    assert check(
        "from os import path\n" + IMPORTS + FUNCTION + "\nprint(f(1.0))"
    ).verified


def test_a_star_of_math_imports_what_is_read() -> None:
    star = "from math import *\n\nK = 2.0\n"
    plain = FUNCTION.replace("math.exp", "exp")
    assert check(star + plain).verified
    assert not check(star + "def exp(x):\n    return x\n" + plain).verified
    assert not check("from numpy import *\n\nK = 2.0\n" + plain).verified


CHANGES = [
    "if True:\n    import numpy as math",
    "math.exp = math.sin",
    "math = 3",
    "K = 3.0",
    "K += 1",
    "if K:\n    K = 3.0",
    "for K in (1, 2):\n    pass",
    "while True:\n    K = 3.0\n    break",
    "try:\n    K = 3.0\nfinally:\n    pass",
    "try:\n    pass\nexcept OSError as K:\n    pass",
    "with open('a') as K:\n    pass",
    "match 3:\n    case K:\n        pass",
    "match [3]:\n    case [*K]:\n        pass",
    "print(K := 3.0)",
    "[K := i for i in (1, 2)]",
    "del K",
    "class K:\n    pass",
    "class math:\n    pass",
    "def K():\n    pass",
    "from os import *",
    "from os import path as K",
    "def g():\n    global K\n    K = 3.0",
    "def g():\n    math.exp = math.sin",
    "setattr(math, 'exp', math.sin)",
    "globals()['K'] = 3.0",
    "exec('K = 3.0')",
    "import math as m\nm.exp = m.sin",
    "f = print",
    "def f(x):\n    return x",
    "if True:\n    def f(x):\n        return x",
    "async def f(x):\n    return x",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_other_bindings_make_a_name_doubtful(change: str, first: bool) -> None:
    parts = [IMPORTS, change, FUNCTION] if first else [IMPORTS, FUNCTION, change]
    report = check("\n".join(parts) + "\n")
    assert report.ok
    assert not report.verified
    words = "cannot be followed", "is not bound once and plainly"
    assert any(said in report.functions[0].notes[0] for said in words)


BODIES = [
    "@cache\ndef f(x):\n    y = math.exp(x) * K\n    return y",
    "def f(x):\n    y = math.exp(x) * K\n    yield y\n    return y",
    "def f(x):\n    import cmath as math\n    y = math.exp(x) * K\n    return y",
    "def f(x):\n    from os import path as K\n    y = math.exp(x) * K\n    return y",
    "def f(x):\n    K = 2.0\n    from os import path as K\n    y = math.exp(x) * K\n"
    "    return y",
    "def f(x):\n    print(x := 2 * x)\n    y = math.exp(x) * K\n    return y",
    "def f(x, print=abs):\n    print(x)\n    y = math.exp(x) * K\n    return y",
    "def f(x):\n    global K\n    y = math.exp(x) * K\n    return y",
]


@pytest.mark.parametrize("body", BODIES)
def test_what_a_body_may_not_do(body: str) -> None:
    report = check(f"{IMPORTS}\n\n{body}\n")
    assert report.ok
    assert not report.verified


def test_lists_that_are_changed_are_not_constants() -> None:
    source = "import math\n\nK = [2.0]\nK.append(1.0)\n" + FUNCTION.replace("K", "K[0]")
    module = MODULE.replace("K = 2.0", "K = [2.0]").replace("* K", "* K[0]")
    assert not verify(source, "f.py", module).verified
    assert verify(source.replace("K.append(1.0)\n", ""), "f.py", module).verified


def test_local_names_hide_builtins() -> None:
    source = "def f(x, abs):\n    y = x * abs\n    return y\n"
    module = (
        "def f_forward(x, abs):\n    y = x * abs  # (1)\n    return y, (x, abs)\n\n\n"
        "def f_backward(dy, cache):\n    x, abs = cache\n    # (1) y = x * abs\n"
        "    dx = abs * dy\n    dabs = x * dy\n    return dx, dabs\n"
    )
    assert verify(source, "f.py", module).verified
    called = module.replace("x * abs", "x * abs(x)")
    assert not verify(source.replace("x * abs", "x * abs(x)"), "f.py", called).verified


def test_script_that_imports_what_it_binds_is_not_followed() -> None:
    module = (
        "import math\n\n\ndef s_forward(e, x):\n    y = e * x  # (1)\n"
        "    return y, (e, x)\n\n\ndef s_backward(dy, cache):\n    e, x = cache\n"
        "    # (1) y = e * x\n    de = x * dy\n    dx = e * dy\n    return de, dx\n"
    )
    plain = "e = 2.0\nx = 3.0\ny = e * x\n"
    assert verify(plain, "s.py", module).verified
    report = verify(plain.replace("y =", "from math import e\ny ="), "s.py", module)
    assert not report.verified
