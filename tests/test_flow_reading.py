"""Loops, branches, writes and lists: what is read of them, and that it computes what
the function computes."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np
import pytest
from array_oracles import load
from array_trees import copied, leaves
from backgen.errors import BackgenError
from backgen.frontend.programs import read_text
from backgen.ir.expr import nodes
from backgen.ir.program import Function
from flow_interpreter import run
from flow_text import text
from random_imperative import make


def read(source: str) -> Function:
    """The function `f` of a text."""
    return read_text(source, "flow.py", ["f"])[1].functions[0]


def as_text(signature: str, body: str) -> str:
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"import numpy as np\n\n\ndef f({signature}):\n{lines}\n"


# name: the signature, the body, and what is read of it
READ: dict[str, tuple[str, str, str]] = {
    "branches": (
        "x: float",
        """
if x > 0:  # above
    y = 2 * x  # twice
elif x < -1:
    y = x
else:
    y = 1
return y
""",
        """
if x > 0:  # above
    (1) y = 2 * x
else:
    if x < -1:
        (2) y = x
    else:
        (3) y = 1
return y
""",
    ),
    "history": (
        'X: "T, H", W: "H, H"',
        """
S = np.zeros((X.shape[0] + 1, X.shape[1]))
for k in range(X.shape[0]):  # over time
    S[k + 1] = np.tanh(W @ S[k]) + X[k]
return np.sum(S)
""",
        """
(1) S = np.zeros((X.shape[0] + 1, X.shape[1]))
for k in range(X.shape[0]):  # over time
    (2) S[k + 1] <- np.tanh(W @ S[k]) + X[k]
(3) out = np.sum(S)
return out
""",
    ),
    "newton": (
        "a: float, x: float",
        """
while abs(x * x - a) > 1e-9:
    x = 0.5 * (x + a / x)
return x
""",
        """
while abs(x * x - a) > 1e-9:
    (1) x = 0.5 * (x + a / x)
return x
""",
    ),
    "sources": (
        'x: "N", y: "N", z: "M"',
        """
s = 0.0
for a, b in zip(x, y):
    s += a * b
for i, a in enumerate(z):
    s += a * i
for a in reversed(x[1:]):
    for b in z:
        s += a * b
for a, b in zip(x, z):
    s += a * b
for k in reversed(range(3)):
    s += k
return s
""",
        """
(1) s = 0.0
for j in range(len(x)):
    # (a, b) in zip(x, y): 2
    a = x[j]
    b = y[j]
    (2) s += s + a * b
for i in range(len(z)):
    # (i, a) in enumerate(z): 1
    a = z[i]
    (3) s += s + a * i
for j in reversed(range(len(x) - 1)):
    # a in reversed(x[1:]): 1
    a = x[j + 1]
    for n in range(len(z)):
        # b in z: 1
        b = z[n]
        (4) s += s + a * b
for j in range(min(len(x), len(z))):
    # (a, b) in zip(x, z): 2
    a = x[j]
    b = z[j]
    (5) s += s + a * b
for k in reversed(range(3)):
    (6) s += s + k
return s
""",
    ),
    "an index that the trip changes": (
        "x: float",
        """
for i in range(3):
    i = i * 2
    x = x * i
return x
""",
        """
for j in range(3):
    # i in range(3): 1
    i = j
    (1) i = i * 2
    (2) x = x * i
return x
""",
    ),
    "a source that the trip binds": (
        'x: "N"',
        """
for a in x:
    x = x * a
return np.sum(x)
""",
        """
items = x
for i in range(len(items)):
    # a in items: 1
    a = items[i]
    (1) x = x * a
(2) out = np.sum(x)
return out
""",
    ),
    "written out": (
        'p: {"W": "N, M", "b": "M"}, x: float',
        """
s = 0.0
for name, w in p.items():
    s += np.sum(w**2)
for c in (0.5, x * x):
    x = x * c
return s + x
""",
        """
(1) s = 0.0
(2) s += s + np.sum(p["W"] ** 2)
(3) s += s + np.sum(p["b"] ** 2)
(4) item = x * x
(5) x = x * 0.5
(6) x = x * item
(7) out = s + x
return out
""",
    ),
    "jumps": (
        "xs: list[float]",
        """
s = 0.0
for x in xs:
    if x < 0:
        continue
    if x > 10:
        break
    s = s + x
return s
""",
        """
(1) s = 0.0
for i in range(len(xs)):
    # x in xs: 1
    x = xs[i]
    if x < 0:
    else:
        if x > 10:
            break
        else:
            (2) s = s + x
return s
""",
    ),
    "jumps of which both arms go on": (
        "x: float",
        """
for i in range(9):
    if x > i:
        if x > 2 * i:
            continue
        x = x + 1
    x = 2 * x
return x
""",
        """
for i in range(9):
    skip = False
    if x > i:
        if x > 2 * i:
            skip = True
        else:
            (1) x = x + 1
    if skip:
    else:
        (2) x = 2 * x
return x
""",
    ),
    "returns": (
        "x: float, n: int",
        """
for i in range(n):
    for j in range(i):
        if x > j:
            return x * j, 1
    x = 2 * x
else:
    return x, 2
""",
        """
returned = False
for i in range(n):
    for j in range(i):
        if x > j:
            (1) out_1 = x * j
            (2) out_2 = 1
            returned = True
            break
    if returned:
        break
    else:
        (3) x = 2 * x
if returned:
else:
    (4) out_1 = x
    (5) out_2 = 2
return (out_1, out_2)
""",
    ),
    "returns of one variable": (
        "x: float",
        """
while True:
    x = x / 2
    if x < 1:
        return x
""",
        """
while True:
    (1) x = x / 2
    if x < 1:
        break
return x
""",
    ),
    "else of a loop": (
        "x: float",
        """
for i in range(3):
    if x > i:
        break
else:
    x = 0.5 * x
return x
""",
        """
broken = False
for i in range(3):
    if x > i:
        broken = True
        break
if not broken:
    (1) x = 0.5 * x
return x
""",
    ),
    "match": (
        "x: float, mode: str",
        """
match mode:
    case "a" | "b":
        y = x
    case "c" if x > 0:
        y = 2 * x
    case _:
        y = 3 * x
return y
""",
        """
if mode == "a" or mode == "b":
    (1) y = x
else:
    if mode == "c" and x > 0:
        (2) y = 2 * x
    else:
        (3) y = 3 * x
return y
""",
    ),
    "comprehensions": (
        'x: "N"',
        """
ys = [a * a for a in x if a > 0]
s = sum(a for a in x)
if s > 0 and any(a > s for a in x):
    s = np.sum(np.array([a for a in ys]))
return s
""",
        """
ys = []
for i in range(len(x)):
    # a in x: 1
    a = x[i]
    if a > 0:
        (1) ys.append(a * a)
s = 0
for i in range(len(x)):
    # a in x: 1
    a = x[i]
    (2) s = s + a
test = s > 0
if test:
    found = False
    for i in range(len(x)):
        # a in x: 1
        a = x[i]
        if a > s:
            found = True
            break
    test = found
if test:
    items = []
    for i in range(len(ys)):
        # a in ys: 1
        a = ys[i]
        (3) items.append(a)
    (4) s = np.sum(np.array(items))
return s
""",
    ),
    "writes": (
        'x: "N", A: "N, N", at: "K int", v: "K"',
        """
x[1], x[2] = x[2], x[1]
a = x[3] = A[0, 0]
A[1:-1] += A[:-2]
x += 1
y = 2 * x
y += 1
np.add.at(x, at, v)
x.fill(a)
x.sort()
np.add(x, y, out=y)
x[x > 0] *= 2
return np.sum(x)
""",
        """
(1) x[1] <-> x[2]
(2) a = A[0, 0]
(3) x[3] <- a
(4) A[1:-1] +<- A[1:-1] + A[:-2]
(5) x[...] +<- x + 1
(6) y = 2 * x
(7) y += y + 1
(8) x[at] add.at<- x[at] + v
(9) x[...] <- a
(10) x[...] <- np.sort(x)
(11) y[...] <- np.add(x, y)
(12) x[x > 0] *<- x[x > 0] * 2
(13) out = np.sum(x)
return out
""",
    ),
    "lists": (
        "x: float, n: int",
        """
ys = [0.0] * n
zs = []
for i in range(n):
    ys[i] = x * i
    zs.append(x)
    zs += [ys[i - 1]]
return sum(ys) + zs[-1] + len(zs)
""",
        """
(1) ys = [0.0] * n
(2) zs = []
for i in range(n):
    (3) ys[i] <- x * i
    (4) zs.append(x)
    (5) zs.append(ys[i - 1])
(6) out = sum(ys) + zs[-1] + len(zs)
return out
""",
    ),
    "guards": (
        "x: float",
        """
if x < 0:
    raise ValueError(f"negative: {x}")
assert x < 9
y = x * x
t = y
del t
return y
""",
        """
if x < 0:
    raise ValueError(f"negative: {x}")
assert x < 9
(1) y = x * x
(2) t = y
return y
""",
    ),
}


@pytest.mark.parametrize("name", READ)
def test_what_is_read(name: str) -> None:
    signature, body, expected = READ[name]
    with nodes():
        assert text(read(as_text(signature, body)).body) == expected.strip()


def test_a_script_may_loop() -> None:
    source = "x = 3\nn = 4\nt = 0.0\nfor i in range(n):\n    t = t + x * i\n"
    with nodes():
        function = read_text(source, "flow.py")[1].functions[0]
        assert text(function.body) == (
            "for i in range(n):\n    (1) t = t + x * i\nreturn t"
        )
    assert function.wrt == ("x", "t")


# what is refused: the signature, the body, the code, and the text that is marked
REFUSED: dict[str, tuple[str, str, str, str]] = {
    "a way that returns nothing": (
        "x: float",
        "if x > 0:\n    return x",
        "BG003",
        "return x",
    ),
    "returns of two kinds": (
        "x: float",
        "if x > 0:\n    return x, 1\nreturn x",
        "BG010",
        "x, 1",
    ),
    "a list that grows under a loop": (
        "x: float",
        "ys = [x]\nys.append(x)\nfor y in ys:\n    ys.append(y)\nreturn x",
        "BG010",
        "ys.append",
    ),
    "a fraction among integers": (
        'x: "N int", y: float',
        "x[0] = y\nreturn y",
        "BG015",
        "x[0] = y",
    ),
    "a shape that does not go in": (
        'x: "3", y: "2"',
        "x[:] = y\nreturn np.sum(x)",
        "BG020",
        "x[:] = y",
    ),
    "the shape itself": ('x: "N"', "x.shape = (2, 3)\nreturn x[0]", "BG010", "x.shape"),
    "a list that gets other items while a loop goes over it": (
        "x: float",
        "t = [x, 1.0, x]\ns = 0.0\nfor y in t:\n    s += y\n    t[1:] = [x]\nreturn s",
        "BG010",
        "t[1:]",
    ),
    "items that may be none": (
        "x: float, i: int",
        "t = [x, 1.0, x]\nt[i:2] = [x, x]\nreturn t[0]",
        "BG016",
        "t[i:2]",
    ),
    "every other item": (
        "x: float",
        "t = [x, 1.0, x]\nt[::2] = [x, x]\nreturn t[0]",
        "BG016",
        "t[::2]",
    ),
    "a tuple": ("x: float", "t = (x, 1.0)\nt[0] = x\nreturn x", "BG010", "t[0]"),
    "a loop over a number": (
        "x: float",
        "for a in x:\n    x = a\nreturn x",
        "BG010",
        "x",
    ),
    "a fraction of trips": (
        "x: float",
        "for i in range(x / 2):\n    x = i\nreturn x",
        "BG015",
        "x / 2",
    ),
    "a pattern that binds": (
        "x: float",
        "match x:\n    case y:\n        return y",
        "BG010",
        "x",
    ),
    "one object many times": (
        'x: "N", n: int',
        "ys = [x] * n\nys[0] = x\nreturn np.sum(ys[0])",
        "BG015",
        "[x] * n",
    ),
    "a comprehension that may not run": (
        'x: "N", c: float',
        "y = c if 0 < c < sum(a for a in x) else 2 * c\nreturn y",
        "BG011",
        "0 < c < sum(a for a in x)",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    signature, body, code, marked = REFUSED[name]
    source = as_text(signature, body)
    with nodes(), pytest.raises(BackgenError) as caught:
        read(source)
    error = caught.value
    assert error.code == code
    assert error.position is not None
    line = source.splitlines()[error.position.lineno - 1]
    assert line[error.position.col - 1 : error.position.end_col - 1] == marked


def same_run(source: str, arguments: dict[str, Any], function: Function) -> None:
    """Compare what is read with the function itself: what it gives back, and what it
    makes of its arguments."""
    original = load(source)
    parameters = inspect.signature(original).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    own, read_ = copied(arguments), copied(arguments)
    wanted = original(**own)
    found = run(function, {**defaults, **read_})
    pairs = zip(leaves((wanted, own)), leaves((found, read_)), strict=True)
    assert all(
        a == b if isinstance(a, str) else np.array_equal(a, b, equal_nan=True)
        for a, b in pairs
    )


# further programs, and arguments that take every way through them
RUN: dict[str, tuple[str, str, list[tuple[Any, ...]]]] = {
    "nested returns under flags": (
        "x: float, n: int",
        """
for i in range(n):
    if x > i:
        for j in range(3):
            if j == 2 and x > 5:
                break
            if x == j:
                return -1.0
        else:
            x = x - 0.5
            continue
        x = x - 2
    elif x < -5:
        return x
    x = x - 0.25
return x + 100
""",
        [(x, n) for x in (0.0, 2.0, 2.5, 7.0, 9.5, -6.0, 1.0) for n in (0, 1, 4)],
    ),
    "breaks of loops that are written out": (
        "x: float, y: float",
        """
s = 0.0
for i, c in enumerate((0.5, x, y * x), 1):
    if c > s:
        s = s + i
        continue
    if c < -1:
        break
    s = s + c
else:
    s = s + 100
return s, i
""",
        [(x, y) for x in (-3.0, 0.2, 4.0) for y in (-2.0, 0.1, 3.0)],
    ),
    "any and all over two sources": (
        "x: float, n: int, m: int",
        """
a = any(i * j == 6 for i in range(n) for j in range(m) if i > 1)
b = all(i + j < 7 for i in range(n) for j in range(m))
c = sum((i for i in range(n)), 10)
return (1.0 if a else 2.0) + (4.0 if b else 8.0) + c + x
""",
        [(0.5, n, m) for n in range(6) for m in range(6)],
    ),
    "a test that is a loop": (
        "x: float, n: int",
        """
k = 0
while k < 9 and all(k != i * i + 1 for i in range(n)):
    k += 1
    if k == 3:
        continue
    if n == 0:
        break
i = 7
return k + i + x
""",
        [(0.5, n) for n in range(4)],
    ),
    "match with a flag": (
        "x: float, mode: str",
        """
for i in range(3):
    match mode:
        case "stop" if i == 1:
            break
        case "skip" | "pass":
            continue
        case "give":
            return x
        case _:
            x = x + i
    x = 2 * x
return x
""",
        [(1.5, mode) for mode in ("stop", "skip", "pass", "give", "")],
    ),
}


@pytest.mark.parametrize("name", RUN)
def test_runs_as_the_function_does(name: str) -> None:
    signature, body, calls = RUN[name]
    source = as_text(signature, body)
    with nodes():
        function = read(source)
        for values in calls:
            names = [param.name for param in function.params]
            same_run(source, dict(zip(names, values, strict=True)), function)


def test_random_programs_run_as_they_do() -> None:
    read_, refused = 0, 0
    for seed in range(60):
        program = make(seed)
        with nodes(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                function = read(program.text)
            except BackgenError as error:
                refused += error.position is not None
                continue
            same_run(program.text, program.arguments, function)
            read_ += 1
    assert read_ > 5 * refused


def test_types_at_the_head_of_a_loop_hold_for_every_trip() -> None:
    # a length that a trip changes is none that is known: nothing is refused
    body = """
h = x
for i in range(3):
    h = np.concatenate([h, x])
    k = h[:i] * h[:i]
return np.sum(h * 2) + np.sum(k)
"""
    with nodes():
        read(as_text('x: "N"', body))


def test_a_body_that_is_lowered_again_is_numbered_once() -> None:
    body = (
        "s = 0\nfor i in range(3):\n    for j in range(i):\n        s = s + x\nreturn s"
    )
    with nodes():
        assert "(2) s = s + x" in text(read(as_text('x: "N"', body)).body)


def test_what_a_parameter_is_has_to_be_said() -> None:
    """Where nothing is said of a parameter, it may be a list at the call."""
    source = "def f(t):\n    if isinstance(t, list):\n        t = t[0]\n    return t\n"
    with pytest.raises(BackgenError) as caught:
        read(source)
    assert (caught.value.code, caught.value.lineno) == ("BG011", 2)
