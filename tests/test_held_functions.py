"""Functions in lists and dicts, made by calls, and given to `map` and the like."""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, ClassVar

import backgen
import numpy as np
import pytest
from flow_case import FlowCase, case
from flow_judge import judge_flow

X = np.array([0.5, -1.2, 0.8, 0.3])

RIGHT = (
    case(
        "a dict of functions outside",
        """
        def relu(z):
            return np.maximum(0, z)


        ACT = {"relu": relu, "tanh": np.tanh, "cube": lambda z: z**3}
        KIND = "cube"


        def f(x: "4"):
            return np.sum(ACT["relu"](x) * ACT[KIND](x) + ACT.get("tanh")(x))
        """,
        x=X,
    ),
    case(
        "a loop over functions",
        """
        def f(x: float):
            for fn in [math.sin, lambda t: t * x, math.exp]:
                x = fn(x)
            return x * fn(x)
        """,
        x=0.4,
    ),
    case(
        "layers with and without a function",
        """
        def f(x: float, a: float, b: float):
            for w, act in [(a, math.tanh), (b, None), (a * b, math.sin)]:
                x = w * x
                if act is not None:
                    x = act(x)
            return x + w
        """,
        x=0.4,
        a=0.7,
        b=-1.3,
    ),
    case(
        "items keep the values that they had",
        """
        def f(x: float, y: float):
            table = [(x, math.sin), (y, math.cos)]
            x = y * y
            y *= 3
            out = 0.0
            for v, fn in table:
                out += fn(v) * x
                v = out * y
            return out + v
        """,
        x=0.4,
        y=0.7,
    ),
    case(
        "a variable of the loop had a value before",
        """
        def f(x: float):
            w = x * x
            for w, fn in zip([x, 2 * x], (math.sin, math.cos)):
                x = x + fn(w)
            return w * x
        """,
        x=0.4,
    ),
    case(
        "a list that the loop writes to",
        """
        def f(x: float, ws: list[float]):
            for w, fn in zip(ws, [math.sin, math.cos]):
                ws[0] = 3.0
                ws[1] = x
                x = fn(w * x)
            return x
        """,
        x=0.4,
        ws=[0.7, -1.3],
    ),
    case(
        "a function that the loop makes is called behind it",
        """
        def f(x: float, a: float, b: float):
            for n, w, fn in [(0, a, math.sin), (1, b, math.cos)]:
                if n == 0:
                    first = lambda t: w * fn(t)
                x = fn(x)
            return first(x)
        """,
        x=0.4,
        a=0.7,
        b=-1.3,
    ),
    case(
        "certain jumps",
        """
        def f(x: float):
            for fn in [math.sin, None, math.cos, "stop", math.exp]:
                if fn is None:
                    continue
                if fn == "stop":
                    break
                x = x * fn(x)
            else:
                x = 0 * x
            return x
        """,
        x=0.4,
    ),
    case(
        "functions that calls outside give",
        """
        from functools import partial


        def scaled(t, k, b=0.5):
            return math.sin(k * t) + b


        def times(k):
            def inner(t):
                return k * t * t
            return inner


        K = 3.0
        both = (partial(scaled, k=K), times(2.0), times(K))


        def f(x: float, K: float):
            return sum(n * fn(x) * K for n, fn in enumerate(both)) + len(both) * x
        """,
        x=0.4,
        K=-0.3,
    ),
    case(
        "functions put together",
        """
        def compose(*fns):
            def run(t):
                for fn in fns:
                    t = fn(t)
                return t
            return run


        model = compose(math.sin, math.exp, lambda v: v * 3.0)


        def f(x: float):
            local = compose(model, lambda v: v * x)
            return local(x) * model(2 * x)
        """,
        x=0.4,
    ),
    case(
        "a function or None as parameter",
        """
        def dense(t, w, act=None):
            t = t * w
            return t if act is None else act(t)


        def f(x: float, w: float):
            return dense(dense(x, w, math.tanh), w) + dense(x, w, act=lambda t: t * x)
        """,
        x=0.4,
        w=1.3,
    ),
    case(
        "items of a dict, in order",
        """
        def f(x: float):
            for name, fn in {"s": math.sin, "c": math.cos}.items():
                if name == "c":
                    x = x * fn(x)
                else:
                    x = x + fn(x)
            for fn in reversed([math.sin, math.exp]):
                x = fn(x)
            return x
        """,
        x=0.4,
    ),
    case(
        "a function that says by a text which one it calls",
        """
        ACT = {"relu": lambda z: max(0.0, z), "linear": None}


        def dense(t, w, activation="relu"):
            act = ACT[activation]
            return t * w if act is None else act(t * w)


        def f(x: float, w: float):
            return dense(dense(x, w), w, activation="linear")
        """,
        x=0.4,
        w=1.3,
    ),
    case(
        "map and filter",
        """
        def g(t):
            return t * math.sin(t)


        def f(x: list[float], k: float):
            total = 0.0
            for y in map(g, x):
                total += y * k
            a, b = map(g, (k, 2 * k))
            pairs = map(lambda s, t: s * t, x, x)
            return total + a * b
        """,
        expects="refused",
        x=[0.5, -1.2],
        k=0.3,
    ),
    case(
        "items of map and filter are taken",
        """
        def g(t):
            return t * math.sin(t)


        def f(x: list[float], k: float):
            total = 0.0
            for y in map(g, x):
                if y > 100:
                    break
                total += y * k
            for y in filter(lambda t: t > 0, x):
                if y > 0.9:
                    continue
                total += y * y
            a, b = map(g, (k, 2 * k))
            total += sum(map(lambda s, t: s * t * k, x, x))
            total += max(map(abs, [a, b])) + sum(v * v for v in map(math.exp, x))
            return total + sum(filter(lambda t: t < k, map(g, x))) * a * b
        """,
        x=[0.5, -1.2, 0.95],
        k=0.3,
    ),
    case(
        "reduce",
        """
        import functools
        from functools import reduce


        def f(x: list[float]):
            product = functools.reduce(lambda a, b: a * b, x, 1.0)
            return product + reduce(lambda a, b: a * math.sin(b), x)
        """,
        x=[0.5, -1.2, 0.95],
    ),
    case(
        "a literal goes where a function is put",
        """
        def times(k):
            def inner(t):  # 7.5 8.5 9.5
                return k * t
            return inner


        double = times(2.25)  # 1.5 2.5 3.5


        def f(x: float):
            return double(x) * times(4.25)(x)
        """,
        x=0.4,
    ),
)


@pytest.mark.parametrize("one", RIGHT, ids=lambda one: one.name)
def test_gradients(one: FlowCase) -> None:
    outcome = judge_flow(one.problem)
    due = "refused" if one.expects == "refused" else "right"
    assert outcome.kind == due, f"{outcome.kind}: {outcome.detail}\n{one.text}"


@pytest.mark.parametrize(
    "one", [one for one in RIGHT if one.expects == "right"], ids=lambda one: one.name
)
def test_they_are_verified(one: FlowCase, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(one.text)
    report = backgen.generate(path, functions=("f",)).report
    assert report is not None
    assert report.verified, report.summary()


REFUSED = {
    "a dict that changes outside": (
        'ACT = {"a": math.sin}\nACT["a"] = math.exp\n\n\n'
        'def f(x):\n    return ACT["a"](x)\n',
        ("BG012", 8),
    ),
    "a list that a function changes": (
        "ACT = [math.sin]\n\n\ndef grow(t):\n    t.append(math.exp)\n\n\n"
        "grow(ACT)\n\n\n"
        "def f(x):\n    return ACT[-1](x)\n",
        ("BG012", 14),
    ),
    "a list that grows": (
        "def f(x):\n    fns = [math.sin]\n    fns.append(math.exp)\n"
        "    for fn in fns:\n        x = fn(x)\n    return x\n",
        ("BG012", 5),
    ),
    "two lists under one name": (
        "def f(x, flag: bool):\n    fns = [math.sin]\n    if flag:\n"
        "        fns = [math.exp]\n    return fns[0](x)\n",
        ("BG012", 7),
    ),
    "a position that is not known, where not all are functions": (
        "def f(x, n: int):\n    fns = [math.sin, None]\n    return fns[n](x)\n",
        ("BG012", 5),
    ),
    "a key that is not there": (
        'def f(x):\n    return {"a": math.sin}["b"](x)\n',
        ("BG013", 4),
    ),
    "a jump that is not certain": (
        "def f(x):\n    for fn in [math.sin, math.cos]:\n        if x > 0.5:\n"
        "            continue\n        x = fn(x)\n    return x\n",
        ("BG010", 5),
    ),
    "None that is called": (
        "def f(x):\n    for fn in [math.sin, None]:\n        x = fn(x)\n    return x\n",
        ("BG012", 5),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refusals(what: str, tmp_path: Path) -> None:
    text, (code, line) = REFUSED[what]
    path = tmp_path / "program.py"
    path.write_text(f"import math\n\n{text}")
    with pytest.raises(backgen.BackgenError) as info:
        backgen.generate(path, functions=("f",), verify=False)
    assert (info.value.code, info.value.lineno) == (code, line), info.value


def test_functions_of_functions_are_left_out(tmp_path: Path) -> None:
    text = """
    import math


    def apply(fn, x):
        return fn(x) * 2.0


    def run(x, layers):
        for w, act in layers:
            x = act(w * x)
        return x


    def times(k):
        return lambda x: k * x


    def f(x):
        return apply(math.sin, times(3.0)(x)) + run(x, [(x, math.exp)])
    """
    path = tmp_path / "program.py"
    path.write_text(dedent(text))
    built = backgen.generate(path)
    assert built.left_out == ("apply", "run", "times")
    assert [entry.base for entry in built.entries] == ["f"]
    path.write_text("def apply(fn, x):\n    return fn(x)\n")
    with pytest.raises(backgen.BackgenError) as info:
        backgen.generate(path)
    assert (info.value.code, info.value.lineno) == ("BG012", 2)


# -- the Python API


def cube(x: float) -> float:
    return x**3


def scaled(x: float, k: float) -> float:
    return math.sin(k * x)


FUNCTIONS: dict[str, Any] = {"cube": cube, "sin": math.sin}
LAYERS = [(2.0, math.tanh), (3.0, None)]
twice = functools.partial(scaled, k=2.0)


def chosen(x: float) -> Any:
    return FUNCTIONS["cube"](x) * FUNCTIONS["sin"](x)


def layered(x: float) -> Any:
    for c, fn in LAYERS:
        x = c * x
        if fn is not None:
            x = fn(x)
    return x * twice(x)


def test_functions_that_the_caller_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    x = 0.4
    gradient = backgen.grad(chosen)
    due = 3 * x**2 * math.sin(x) + x**3 * math.cos(x)
    assert gradient(x) == pytest.approx(due, rel=1e-14)
    # the same dict with another function in it
    monkeypatch.setitem(FUNCTIONS, "cube", math.exp)
    due = math.exp(x) * (math.sin(x) + math.cos(x))
    assert gradient(x) == pytest.approx(due, rel=1e-14)
    y = 3 * math.tanh(2 * x)
    dy = 6 * (1 - math.tanh(2 * x) ** 2)
    due = dy * (math.sin(2 * y) + 2 * y * math.cos(2 * y))
    assert backgen.grad(layered)(x) == pytest.approx(due, rel=1e-13)


def test_tables_of_modules_beside(tmp_path: Path) -> None:
    helpers = """
    import numpy as np


    def relu(z):
        return np.maximum(0, z)


    ACT = {"relu": relu, "tanh": np.tanh}
    CHANGED = {"tanh": np.tanh}
    CHANGED["tanh"] = np.sin
    """
    (tmp_path / "helpers.py").write_text(dedent(helpers))
    path = tmp_path / "program.py"
    text = 'from helpers import {0} as T\n\n\ndef f(x: "N"):\n    return T["tanh"](x)\n'
    path.write_text(text.format("ACT"))
    report = backgen.generate(path).report
    assert report is not None
    assert report.verified
    path.write_text(text.format("CHANGED"))
    with pytest.raises(backgen.BackgenError) as info:
        backgen.generate(path, verify=False)
    assert (info.value.code, info.value.lineno) == ("BG012", 5)


def rectified(z: Any) -> Any:
    return np.maximum(z, 0)


class Holder:
    """Its methods read nothing of what the function that it holds reads."""

    def __init__(self, w: Any, act: Any) -> None:
        self.w, self.act = w, act

    def __call__(self, x: Any) -> Any:
        return self.act(x * self.w)


def test_functions_in_attributes_read_what_is_beside_them() -> None:
    value, pullback = backgen.vjp(Holder(X, rectified).__call__)(X + 1)
    np.testing.assert_array_equal(value, rectified(X * (X + 1)))
    owner, dx = pullback(np.ones(4))
    np.testing.assert_allclose(owner["w"], (value > 0) * (X + 1))
    np.testing.assert_allclose(dx, (value > 0) * X)


class Dense:
    """A method with a function as its default, and a table in the body of the class."""

    ACTS: ClassVar[dict[str, Any]] = {"leaky": lambda z: np.where(z > 0, z, 0.1 * z)}

    def __init__(self, w: Any, act: str = "leaky") -> None:
        self.w, self.act = w, act

    def applied(self, x: Any, outer: Any = np.tanh) -> Any:
        return outer(self.ACTS[self.act](x * self.w))


def dense(x: Any, w: Any) -> Any:
    return np.sum(Dense(w).applied(x))


def test_classes_read_functions_where_they_are_defined() -> None:
    z = X * (X + 1)
    value, (dx, dw) = backgen.value_and_grad(dense)(X, X + 1)
    out = np.tanh(np.where(z > 0, z, 0.1 * z))
    assert value == pytest.approx(np.sum(out))
    dz = (1 - out**2) * np.where(z > 0, 1.0, 0.1)
    np.testing.assert_allclose(dx, dz * (X + 1))
    np.testing.assert_allclose(dw, dz * X)


def doubled(f: Any) -> Any:
    @functools.wraps(f)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return 2.0 * f(*args, **kwargs)

    return wrapper


def counted(f: Any) -> Any:
    calls = 0

    @functools.wraps(f)
    def wrapper(x: float) -> Any:
        nonlocal calls
        calls += 1
        return calls * f(x)

    return wrapper


@doubled
def cubed(x: float, k: float = 1.0) -> Any:
    return k * x**3


@counted
def squared(x: float) -> Any:
    return x**2


@contextlib.contextmanager
def noted(what: str) -> Iterator[float]:
    yield 3.0
    print(what)


def decorated(x: float) -> Any:
    with noted("here") as three:
        y = cubed(x, k=three)
    return y + cubed(x)


def with_a_counter(x: float) -> Any:
    return squared(x) + squared(x)


def test_what_a_decorator_made_is_what_runs() -> None:
    assert backgen.grad(decorated)(0.4) == pytest.approx(24 * 0.4**2, rel=1e-14)
    with pytest.raises(backgen.BackgenError) as info:
        backgen.grad(with_a_counter)(0.4)
    assert info.value.code == "BG012"
