"""Functions that are called: in the place of their calls, with Python's meaning."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import backgen
import numpy as np
import pytest
from backgen.frontend.calls import functions
from backgen.frontend.programs import read_text
from backgen.ir.program import Function
from flow_case import FlowCase, case
from flow_judge import flow_problem, judge_flow, judge_passes
from flow_text import text as block_text

X = np.array([0.5, -1.2, 0.8, 0.3])


@pytest.fixture(autouse=True)
def _written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions take the place of their calls, also long ones."""
    monkeypatch.setattr(functions, "PAIRS", False)


A = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4]])

RIGHT = (
    case(
        "a name of the caller is not the callee's",
        """
        def g(t):
            s = t * t
            t = s + 1
            return s * t


        def f(x: float):
            s = math.sin(x)
            t = g(s)
            return s * t + g(t)
        """,
        x=0.4,
    ),
    case(
        "an operand on the left is read before the callee writes to it",
        """
        def scale(u):
            u *= 3
            return u[0]


        def f(x: "4"):
            y = np.sin(x)
            return y[0] * scale(y) + y[1]
        """,
        x=X,
    ),
    case(
        "an argument is evaluated before the callee writes to it",
        """
        def put(u, v):
            u[1] = v * v
            return u[1] * v


        def f(x: "4"):
            y = np.sin(x)
            a = put(y, y[1] + 1)
            return a + put(y, y[1]) * y[2]
        """,
        x=X,
    ),
    case(
        "an array as argument is the caller's array",
        """
        def put(u):
            v = u
            v[0] = np.sin(u[1])
            u = u * 2
            u[1] = 5.0
            return u


        def f(x: "4"):
            y = np.sin(x)
            z = put(y)
            return np.sum(y * z)
        """,
        x=X,
    ),
    case(
        "calls in conditions",
        """
        def g(t):
            s = t * t
            return s + 0.1 if s > 1 else s - 0.1


        def f(x: float, y: float):
            if x > 0 and g(x) < g(y) or g(y) > 3:
                x = g(x) * y
            while g(x) > 0.3:
                x = x * 0.7
            return g(x) if g(y) > 0 else x
        """,
        x=0.8,
        y=0.9,
    ),
    case(
        "a call that decides is made once",
        """
        def take(u):
            u[0] = u[0] * 0.5
            return u[0]


        def f(x: "4"):
            y = np.exp(x)
            while take(y) > 0.3:
                y[1] = y[1] + y[0]
            return y[1] * y[0]
        """,
        x=X,
    ),
    case(
        "calls in comprehensions",
        """
        def g(t, n=2):
            s = 0.0
            for k in range(n):
                s = s + t * (k + 1)
            return s


        def f(x: "4"):
            ys = [g(v) * v for v in x if g(v, 1) > -0.8]
            return sum(g(y, n=3) for y in ys)
        """,
        x=X,
    ),
    case(
        "a call in an index and in an augmented assignment",
        """
        def last(n):
            m = n - 1
            return m


        def f(x: "4"):
            y = np.sin(x)
            y[last(3)] = y[0] * y[last(2)]
            y[0] += y[last(4)] * 2
            return np.sum(y**2)
        """,
        x=X,
    ),
    case(
        "a function that does nothing under a condition",
        """
        def clip(u, top):
            if top < 0:
                return
            for i in range(len(u)):
                if u[i] > top:
                    u[i] = top


        def f(x: "4"):
            y = x * x
            clip(y, 0.6)
            clip(y, -1.0)
            return np.sum(y * x)
        """,
        x=X,
    ),
    case(
        "returns in loops",
        """
        def first(x, least):
            for v in x:
                if v * v > least:
                    return v * least
            return least * least


        def f(x: "4", a: float):
            return first(x, a) + first(x, 3 * a) + first(x, 9 * a)
        """,
        x=X,
        a=0.3,
    ),
    case(
        "results of several kinds",
        """
        def parts(x):
            m = x.mean()
            return m, x - m


        def f(x: "4"):
            m, d = parts(x)
            (n, _), least = parts(d * d), 0.1
            return m * np.sum(d**3) + n * least
        """,
        x=X,
    ),
    case(
        "a default is evaluated where the function is defined",
        """
        def f(x: float):
            k = x * x

            def g(t, by=k):
                return t * by + k

            k = math.sin(x)
            return g(x) + g(k, by=3.0)
        """,
        x=0.4,
    ),
    case(
        "a closure reads what its name has when it is called",
        """
        def f(x: "4"):
            s = 0.5

            def g(t):
                return t * s

            for v in x:
                s = g(v) + s * v
            return g(s)
        """,
        x=X,
    ),
    case(
        "a function that is made by a function",
        """
        def times(k):
            def g(t):
                return k * t

            return g


        def f(x: float):
            k = 3.0
            double, triple = times(2 * x), times(k)
            double = times(2 * x)
            k = 7.0
            return double(x) * times(k)(x) + times(x)(k)
        """,
        "either",
        x=0.4,
    ),
    case(
        "a closure that outlives its function",
        """
        def times(k):
            def g(t):
                return k * t

            return g


        def f(x: float):
            a = math.sin(x)
            g = times(a)
            a = 5.0
            return g(x) * a
        """,
        x=0.4,
    ),
    case(
        "lambdas",
        """
        twice = lambda g, t: g(g(t))


        def f(x: float, y: float):
            g = lambda t, k=y: t * k
            y = y * y
            return twice(g, x) + twice(lambda t: t * t + y, x) + (lambda u: u * y)(x)
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "partial",
        """
        from functools import partial


        def wave(a, t, shift=0.0):
            return a * math.sin(t + shift)


        def f(x: float, y: float):
            g = partial(wave, x, shift=y)
            x = x * x
            h = partial(g, shift=1.0)
            return g(x) + h(y) + g(x, shift=2.0)
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "star arguments",
        """
        def dot(a, b, c):
            return a * b + b * c


        def total(scale, *values):
            s = 0.0
            for v in values:
                s = s + scale * v
            return s + len(values) * values[0]


        def pass_on(*values):
            return dot(*values) * total(*values)


        def f(x: float, y: float):
            three = (x, y, x * y)
            return dot(*three) + total(y, x, x) + pass_on(x, y, 2.0) + dot(*[y, x], x)
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "functions as keywords, of NumPy too",
        """
        def layer(x, W, act=np.tanh):
            return act(W @ x)


        def relu(a):
            return np.maximum(0, a)


        def f(x: "3", W: "2, 3"):
            return np.sum(layer(x, W)) + np.sum(layer(x, W, act=relu) ** 2)
        """,
        x=X[:3],
        W=A,
    ),
    case(
        "constants and imports that the caller hides",
        """
        RATE = 0.3


        def step(t):
            return t - RATE * math.sin(t)


        def f(x: float):
            RATE = x * x
            return step(x) * RATE
        """,
        x=0.4,
    ),
    case(
        "a module that the caller hides",
        """
        def step(t):
            return math.sin(t) * np.cos(t)


        def f(x: float):
            math = x * x
            return step(x) * math
        """,
        x=0.4,
    ),
    case(
        "functions that call functions",
        """
        def square(t):
            return t * t


        def norm(x):
            s = 0.0
            for v in x:
                s += square(v)
            return math.sqrt(s)


        def unit(x):
            return x / norm(x)


        def f(x: "4"):
            return norm(unit(x) + x) * unit(x)[1]
        """,
        x=X,
    ),
    case(
        "a count that is passed on",
        """
        def power(t, n):
            p = 1.0
            for _ in range(n):
                p = p * t
            return p


        def f(x: float, n: int):
            return power(x, n) + power(x, 3)
        """,
        x=0.7,
        n=2,
    ),
    case(
        "a function of the file goes by another name",
        """
        def square(t):
            return t * t


        other = square
        sine = math.sin


        def f(x: float):
            mine = other
            return mine(x) * sine(x)
        """,
        x=0.7,
    ),
    case(
        "the last definition counts",
        """
        def g(t):
            return t


        def g(t):
            return 2 * t


        def f(x: float):
            return g(x) * x
        """,
        x=0.7,
    ),
    case(
        "an array of the callee",
        """
        def running(x):
            out = np.zeros(len(x))
            total = 0.0
            for i in range(len(x)):
                total = total + x[i]
                out[i] = total * x[i]
            return out


        def f(x: "4"):
            y = running(x)
            return np.sum(running(y) * y)
        """,
        x=X,
    ),
)

REFUSED = (
    (
        "a call that does not fit",
        """
        def g(a, b):
            return a * b


        def f(x: float):
            return g(x)
        """,
        ("BG014", 6, "`b`"),
    ),
    (
        "a keyword that is not there",
        """
        def g(a):
            return a * a


        def f(x: float):
            return g(a=x, c=x)
        """,
        ("BG014", 6, "`c`"),
    ),
    (
        "recursion",
        """
        def g(a):
            return a if a > 1 else g(2 * a)


        def f(x: float):
            return g(x)
        """,
        ("BG012", 2, "called in line 11"),
    ),
    (
        "recursion of two",
        """
        def f(x: float):
            return g(x)


        def g(a):
            return f(a)
        """,
        ("BG012", 6, "`f` calls itself"),
    ),
    (
        "what is wrong in the callee",
        """
        def g(a):
            return unknown(a)


        def f(x: float):
            y = x * x
            return g(y)
        """,
        ("BG013", 2, "called in line 12"),
    ),
    (
        "what is wrong in a callee of a callee",
        """
        def h(a):
            with a:
                return a


        def g(a):
            return h(a)


        def f(x: float):
            return g(x)
        """,
        ("BG010", 2, "called in line 12"),
    ),
    (
        "a call before the definition",
        """
        def g(a):
            return 5 * a


        def f(x: float):
            y = g(x)

            def g(a):
                return a

            return y
        """,
        ("BG012", 6, "not a function known at this point"),
    ),
    (
        "a definition on one way only",
        """
        def f(x: float):
            g = lambda a: a
            if x > 0:
                g = lambda a: 2 * a
            return g(x)
        """,
        ("BG012", 5, "not a function known at this point"),
    ),
    (
        "another function on the next trip",
        """
        def f(x: float):
            g = lambda a: a
            for _ in range(3):
                x = g(x)
                g = lambda a: 2 * a
            return x
        """,
        ("BG012", 4, "not a function known at this point"),
    ),
    (
        "a function as a number",
        """
        def f(x: float):
            g = lambda a: a
            return x * g
        """,
        ("BG012", 3, "is a function here"),
    ),
    (
        "a decorated callee",
        """
        from functools import singledispatch


        @singledispatch
        def g(a):
            return a * a


        def f(x: float):
            return g(x)
        """,
        ("BG017", 4, "decorator `@singledispatch`"),
    ),
    (
        "a callee that is a generator",
        """
        def g(a):
            yield a


        def f(x: float):
            return next(g(x))
        """,
        ("BG010", 6, "a generator"),
    ),
    (
        "a call that may not be made",
        """
        def g(t):
            s = t * t
            return s + s


        def f(x: float):
            return x if 0 < x < g(x) else 2 * x
        """,
        ("BG011", 7, "not always made"),
    ),
    (
        "an element that the call changes",
        """
        def g(u):
            u[0] = 3 * u[0]
            return u[0]


        def f(x: float):
            y = np.zeros(3) + x
            y[0] += g(y)
            return y[0]
        """,
        ("BG011", 8, "may change"),
    ),
    (
        "a star of unknown length",
        """
        def g(a, b=1.0):
            return a * b


        def f(x: float, y: float):
            pair = [x]
            pair.append(y)
            return g(*pair)
        """,
        ("BG016", 8, "number of items"),
    ),
    (
        "too much code",
        """
        def a(t):
            s = t * t
            return s + 1


        def b(t):
            return a(a(a(a(a(a(a(a(a(a(t))))))))))


        def c(t):
            return b(b(b(b(b(b(b(b(b(b(t))))))))))


        def d(t):
            return c(c(c(c(c(c(c(c(c(c(t))))))))))


        def f(x: float):
            return d(x)
        """,
        ("BG007", 1, "too long"),
    ),
    (
        "calls of calls of calls",
        "def f0(x):\n    return 2 * x\n"
        + "".join(f"def f{i}(x):\n    return f{i - 1}(x)\n" for i in range(1, 120))
        + "def f(x: float):\n    return f119(x)\n",
        ("BG007", 242, "nested too deeply"),
    ),
    (
        "a branch for each of many cases",
        "def f(x: float, n: int):\n    if n == 0:\n        x = 2 * x\n"
        + "".join(f"    elif n == {i}:\n        x = {i} * x\n" for i in range(1, 500))
        + "    return x\n",
        ("BG007", 1, "branches are nested too deeply"),
    ),
)


@pytest.mark.parametrize("one", RIGHT, ids=lambda one: one.name)
def test_gradients(one: FlowCase) -> None:
    outcome = judge_flow(one.problem)
    allowed = ("right", "refused") if one.expects == "either" else ("right",)
    assert outcome.kind in allowed, f"{outcome.kind}: {outcome.detail}\n{one.text}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [(text, expected) for _, text, expected in REFUSED],
    ids=[name for name, _, _ in REFUSED],
)
def test_refusals(text: str, expected: tuple[str, int, str], tmp_path: Path) -> None:
    code, line, said = expected
    path = written(tmp_path, "program", text)
    with pytest.raises(backgen.BackgenError) as info:
        backgen.generate(path, functions=("f",), verify=False)
    error = info.value
    assert error.code == code, error
    assert said in str(error)
    assert error.lineno is not None
    assert error.lineno - 5 == line, error


def written(folder: Path, name: str, text: str) -> Path:
    """A module with the usual imports, which are four lines and an empty one."""
    path = folder / f"{name}.py"
    head = "import math\nimport functools\nimport numpy as np\n\n\n"
    path.write_text(head + dedent(text).lstrip("\n"), encoding="utf-8")
    return path


# -- modules beside

HELPERS = """
from math import sin
import numpy as xp
from .deeper import scale as scaled
import deeper

RATE = 2 * deeper.HALF
STEPS: int = 2


def half(t):
    return RATE * scaled(t)


def smooth(u, act=xp.tanh):
    s = 0.0
    for i in range(STEPS):
        s = s + act(u[i]) * sin(half(u[i + 1])) * RATE
    return s
"""
DEEPER = """
import math

HALF = 0.25 * math.pi
sin = 3.0


def scale(t):
    return t * sin + HALF
"""
SPELLINGS = (
    ("from helpers import smooth, RATE", "smooth(x) * RATE"),
    ("import helpers", "helpers.smooth(x) * helpers.RATE"),
    ("import helpers as h", "h.smooth(x, act=np.sin) + h.half(x[0])"),
    ("from helpers import smooth as half, half as smooth", "half(x) + smooth(x[1])"),
    ("from .helpers import smooth", "smooth(x)"),
    ("from . import helpers", "helpers.smooth(x)"),
    ("import deeper\nfrom helpers import *\nsin = 2.0", "x[0] * deeper.scale(x[1])"),
)


@pytest.mark.parametrize(("line", "value"), SPELLINGS)
def test_modules_beside(line: str, value: str, tmp_path: Path) -> None:
    """The same functions, written into one file, tell the gradients."""
    written(tmp_path, "helpers", HELPERS)
    written(tmp_path, "deeper", DEEPER)
    body = f'def f(x: "4"):\n    RATE_ = x[0]\n    return RATE_ * ({value})\n'
    path = written(tmp_path, "program", f"{line}\n\n\n{body}")
    if "*" in line:
        with pytest.raises(backgen.BackgenError) as info:
            backgen.generate(path, functions=("f",), verify=False)
        assert info.value.lineno is not None
        return
    module = backgen.generate(path, functions=("f",), verify=False).load()
    assert "helpers" not in module.f_forward.__code__.co_names
    whole = """
HALF = 0.25 * math.pi
RATE = 2 * HALF


def scale(t):
    return t * 3.0 + HALF


def half(t):
    return RATE * scale(t)


def smooth(u, act=np.tanh):
    s = 0.0
    for i in range(2):
        s = s + act(u[i]) * math.sin(half(u[i + 1])) * RATE
    return s


"""
    value = value.replace("helpers.", "").replace("h.", "").replace("deeper.", "")
    if "smooth as half" in line:
        value = "smooth(x) + half(x[1])"
    body = f'def f(x: "4"):\n    return x[0] * ({value})\n'
    problem = flow_problem(f"import math\nimport numpy as np\n{whole}{body}", {"x": X})
    assert judge_passes(problem, (module.f_forward, module.f_backward)) == ""


def test_modules_of_a_package_by_their_whole_paths(tmp_path: Path) -> None:
    inner = tmp_path / "pack" / "inner"
    inner.mkdir(parents=True)
    for folder in (inner, inner.parent):
        (folder / "__init__.py").write_text("")
    rates = "RATE = 0.3\n\n\ndef grown(x):\n    return RATE * x**2\n"
    written(inner.parent, "rates", rates)
    body = "def f(x: float):\n    return grown(x) + x\n"
    path = written(inner, "program", f"from pack.rates import grown\n\n\n{body}")
    built = backgen.generate(path)
    assert built.report is not None
    assert built.report.verified
    module = built.load()
    _, cache = module.f_forward(0.5)
    assert module.f_backward(1.0, cache) == pytest.approx(1.3)


def test_an_error_in_a_module_beside(tmp_path: Path) -> None:
    helpers = written(tmp_path, "helpers", "def g(t):\n    return missing(t)\n")
    text = "from helpers import g\n\n\ndef f(x: float):\n    return g(x)\n"
    path = written(tmp_path, "program", text)
    with pytest.raises(backgen.BackgenError) as info:
        backgen.generate(path, verify=False)
    assert (info.value.filename, info.value.lineno) == (str(helpers), 7)
    assert f"called in line 10 of {path}" in str(info.value)
    assert "return missing(t)" in str(info.value)


def test_modules_beside_are_not_executed(tmp_path: Path) -> None:
    text = "def g(t):\n    return t * t\n\n\nraise SystemExit\n"
    written(tmp_path, "helpers", text)
    text = "from helpers import g\n\n\ndef f(x: float):\n    return g(x)\n"
    module = backgen.generate(written(tmp_path, "program", text), verify=False).load()
    assert module.f_value_and_grad(3.0) == (9.0, 6.0)


@pytest.mark.parametrize(
    ("helpers", "said"),
    [
        ("def h(t):\n    return t\n", "does not define it"),
        ("g = open('x')\n", "`g`"),
        ("def g(t:\n", "`g`"),
        ("for g in (1, 2):\n    pass\n", "not a plain constant"),
    ],
)
def test_what_a_module_beside_does_not_have(
    helpers: str, said: str, tmp_path: Path
) -> None:
    written(tmp_path, "helpers", helpers)
    text = "from helpers import g\n\n\ndef f(x: float):\n    return g(x)\n"
    with pytest.raises(backgen.BackgenError) as info:
        backgen.generate(written(tmp_path, "program", text), verify=False)
    assert info.value.code in ("BG012", "BG013")
    assert info.value.lineno == 10
    assert said in str(info.value)


def test_lambdas_and_modules_beside_in_scripts(tmp_path: Path) -> None:
    written(tmp_path, "helpers", "K = 2.0\n\n\ndef g(t):\n    return K * t\n")
    text = "from helpers import g\nx = 3.0\nh = lambda t: g(t) * x\nK = h(x)\n"
    path = written(tmp_path, "program", text)
    module = backgen.generate(path, verify=False).load()
    assert module.program_value_and_grad(3.0) == (18.0, 12.0)


# -- functions that the caller holds

SCALE = 0.5


def scaled(t: float, by: float = 2 * SCALE) -> float:
    return t * SCALE * by


def doubled(t: float) -> float:
    import math as m

    return 2 * t * m.exp(0.0)


def with_scaled(x: float) -> float:
    return scaled(x) * x


def test_what_a_called_function_captures_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = backgen.value_and_grad(with_scaled, verify=False)
    assert run(3.0) == (4.5, 3.0)
    monkeypatch.setitem(globals(), "SCALE", 1.0)
    assert run(3.0) == (9.0, 6.0)
    monkeypatch.setitem(globals(), "scaled", doubled)
    assert run(3.0) == (18.0, 12.0)


def test_a_closure_of_another_function_is_called() -> None:
    def made(k: float):  # type: ignore[no-untyped-def]
        def g(t):  # type: ignore[no-untyped-def]
            return t * k

        return g

    triple = made(3.0)

    def f(x: float) -> float:
        return triple(x) * x

    assert backgen.value_and_grad(f, verify=False)(2.0) == (12.0, 12.0)


# -- functions with passes of their own

POWER = """
def power(x, n: int):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)
"""
STEP = """
def step(h, v, scale=2.0):
    a = np.tanh(h) * v
    b = a * scale
    c = b + a
    return c, b
"""


def pairs_of(
    text: str, monkeypatch: pytest.MonkeyPatch, *asked: str
) -> dict[str, Function]:
    monkeypatch.setattr(functions, "PAIRS", True)
    head = "import math\nimport numpy as np\n"
    _, program = read_text(head + text, "program.py", asked or ("f",))
    return {function.name: function for function in program.functions}


def test_recursion_is_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    text = POWER + "\n\ndef f(x: float):\n    return power(x, 4) + x\n"
    found = pairs_of(text, monkeypatch)
    assert block_text(found["f"].body) == (
        "power_out = own.power(x, 4)\n(1) out = power_out + x\nreturn out"
    )
    power = found["power"]
    assert (power.wrt, power.private, found["f"].private) == (("x",), True, False)
    assert "power_out = own.power(x, n - 1)" in block_text(power.body)
    assert [result.rank for result in power.results] == [0]


def test_what_is_asked_for_serves_calls_too(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "def f(x: float, n: int):\n    return x if n == 0 else f(x * x, n - 1)\n"
    found = pairs_of(text, monkeypatch)
    assert [*found] == ["f"]
    assert "own.f(x * x, n - 1)" in block_text(found["f"].body)


def test_other_ranks_are_other_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{POWER}\n\ndef f(x: float, y: '3', z: '4'):\n"
    text += "    return power(x, 2) + np.sum(power(y, 3)) + np.sum(power(z, 3))\n"
    found = pairs_of(text, monkeypatch)
    assert [*found] == ["f", "power", "power_1"]
    ranks = [found[name].types["x"].rank for name in ("power", "power_1")]
    assert ranks == [0, 1]
    assert [r.rank for r in found["power_1"].results] == [1]
    body = block_text(found["f"].body)
    assert "own.power_1(y, 3)" in body
    assert "own.power_1(z, 3)" in body


def test_a_long_function_in_a_loop_is_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{STEP}\n\ndef f(x: '4'):\n    h = 0.1\n    for v in x:\n"
    text += "        h, b = step(v=v, h=h)\n    return h * b\n"
    found = pairs_of(text, monkeypatch)
    assert "(2) (h, b) = own.step(h, v, 2.0)" in block_text(found["f"].body)
    assert found["step"].wrt == ("h", "v")
    assert len(found["step"].results) == 2


def test_short_functions_and_single_calls_are_written_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = f"{STEP}\n\ndef short(t):\n    return t * t\n"
    text += "\n\ndef f(x: float):\n    a, b = step(x, x)\n"
    text += "    return short(short(a)) * b\n"
    assert [*pairs_of(text, monkeypatch)] == ["f"]


def test_a_function_that_writes_to_its_argument_is_written_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "def put(u, a):\n    v = u[1:]\n    b = a * a\n    c = b * a\n"
    text += "    v[0] = c\n    return c\n\n\ndef f(x: '4', a: float):\n"
    text += "    y = np.sin(x)\n    b = put(y, a)\n    c = put(y, b)\n"
    text += "    return np.sum(y) * c\n"
    found = pairs_of(text, monkeypatch)
    assert [*found] == ["f"]
    assert "own." not in block_text(found["f"].body)


# -- no more names than a person would give

WRITTEN_OUT = {
    "a value that is only returned": (
        "def double(t):\n    s = 2 * t\n    return s",
        "y = double(x)\n    return y * y",
        ["y = 2 * x  # (1)", "out = y * y  # (2)"],
    ),
    "a parameter that is bound again": (
        "def shifted(t):\n    u = t * t\n    t = t - u\n    return t / u",
        "y = shifted(x)\n    return y * x",
        ["u = x * x", "t = x - u", "y = t / u  # (1)", "out = y * x  # (2)"],
    ),
    "a parameter that is bound again in a branch": (
        "def positive(t):\n    if t < 0:\n        t = -t\n    return t * t",
        "y = positive(x)\n    return y * x",
        [
            "t = x",
            "taken = t < 0",
            "if taken:",
            "t = -t",
            "y = t * t  # (1)",
            "out = y * x  # (2)",
        ],
    ),
    "a parameter that is added to": (
        "def more(t):\n    t += 1\n    return t * t",
        "y = more(x)\n    return y * x",
        ["t = x", "t_1 = t + 1", "y = t_1 * t_1  # (1)", "out = y * x  # (2)"],
    ),
    "a value that is needed for more": (
        "def both(t):\n    s = t * t\n    s = s * t + s\n    return s",
        "y = both(x)\n    return y * x",
        ["s = x * x", "y = s * x + s  # (1)", "out = y * x  # (2)"],
    ),
}


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_calls_are_written_out_without_copies(name: str, tmp_path: Path) -> None:
    helper, body, expected = WRITTEN_OUT[name]
    path = written(tmp_path, "program", f"{helper}\n\n\ndef f(x: float):\n    {body}\n")
    module = backgen.generate(path, functions=["f"])
    assert module.report is not None
    assert module.report.ok
    forward = module.source.split("def f_forward")[1].split("def f_backward")[0]
    lines = [line.strip() for line in forward.strip().splitlines()[2:-1]]
    assert lines == expected


def test_names_in_methods_are_no_names_of_the_module(tmp_path: Path) -> None:
    text = """
    SCALE = 3.0


    class Layer:
        kept = 1.0

        def forward(self, x):
            SCALE = 2.0
            out = SCALE * x
            return out


    def f(x: float):
        return SCALE * x * x
    """
    path = written(tmp_path, "program", dedent(text))
    module = backgen.generate(path, functions=["f"])
    assert "out = SCALE * x * x" in module.source


@pytest.mark.parametrize(
    ("parameter", "argument"),
    [('p: "d, m"', "p"), ('p: {"W": "d, m"}', 'p["W"]')],
    ids=["an array", "an item of a dict"],
)
def test_calls_with_several_results(
    parameter: str, argument: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "PAIRS", True)
    text = f"""\
def act(x: "A, B"):
    a = np.tanh(x)
    b = a * x
    c = b + a
    return c * c, c


def net(x: "N, d", {parameter}):
    y, k = act(x @ {argument})
    z, w = act(y)
    return np.sum(z * y + k * w) + np.sum(x)
"""
    path = written(tmp_path, "program", text)
    built = backgen.generate(path, functions=["net"])
    assert "act_backward" in built.source
    assert built.report is not None
    assert built.report.verified


def test_gradients_of_a_call_go_where_they_belong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No `dk = dk_raw` where a call's gradients are all that there is."""
    monkeypatch.setattr(functions, "PAIRS", True)
    text = """
    def step(x, k, b):
        s = 0.0
        for i in range(3):
            s = math.tanh(s * k + x) + b
        t = s * k
        for i in range(2):
            t = t + b * s
        return t * s


    def f(x: float, k: float, b: float, c: float):
        y = step(x, k, b)
        z = step(y, k, c)
        return y * z
    """
    path = written(tmp_path, "program", dedent(text))
    module = backgen.generate(path, functions=["f"])
    assert module.report is not None
    assert module.report.ok
    backward = module.source.split("def f_backward")[1].split("def f_value")[0]
    first, second = (line for line in backward.splitlines() if "step_backward" in line)
    assert first.strip().startswith("dy_raw, dk, dc = step_backward(dz, ")
    assert second.strip().startswith("dx, dk_raw, db = step_backward(dy, ")
    assert "dy += dy_raw" in backward
    assert "dk += dk_raw" in backward


def test_functions_chosen_by_known_words_leave_no_tests(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        """
import numpy as np

FUNCTIONS = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "id": lambda z: z}


def chosen(word):
    return FUNCTIONS[word]


def f(x: "N"):
    for word in ["tanh", "id", "relu"]:
        g = chosen(word)
        x = g(x * 2)
    return x.sum()
""",
        encoding="utf-8",
    )
    source = backgen.generate(path, functions=("f",)).source
    assert "if " not in source.partition("def f_value_and_grad")[0]


def test_a_swap_names_only_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        """
def f(w: "N", x: "N", flip: bool):
    a, b = x, x * 2
    b = b * w
    if flip:
        a, b = b, a
    return (a + b * b).sum()
""",
        encoding="utf-8",
    )
    module = ast.parse(backgen.generate(path, wrt="w").source)
    (backward,) = (n for n in module.body if getattr(n, "name", "") == "f_backward")
    names = [n for n in ast.walk(backward) if isinstance(n, ast.Name)]
    read = {n.id for n in names if isinstance(n.ctx, ast.Load)}
    stored = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    assert {name for name in stored if name.startswith("d")} <= read
