"""The printer on nested statements: their structure, and the formatter's layout."""

from __future__ import annotations

import contextlib
import math
import random
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import backgen
import pytest
from backgen.analysis.recording import (
    loop_variables,
    values_bound,
    values_read,
    values_unpacked,
)
from backgen.emit.lint import exceptions
from backgen.emit.printer import Printer
from backgen.ir import expr as ir, stmt as st
from backgen.ir.blocks import map_statements, walk_statements
from backgen.ir.expr import Const, Expr, Ref, Var
from random_nested import SPELLING, Nested
from random_statements import PLACE

PRINTER = Printer(SPELLING)
a, b, c, k, n, x, y, T, xs = (Var(name) for name in "a b c k n x y T xs".split())
ZERO, ONE = Const("0"), Const("1")


def call(name: str, *args: Expr) -> Expr:
    return ir.Call(Ref(f"builtins.{name}"), args)


def tup(*items: Expr) -> Expr:
    return ir.Sequence("tuple", items)


def stage(number: int, comment: str = "") -> st.Stage:
    return st.Stage(number, comment, PLACE)


def assign(target: Var, value: Expr) -> st.Stmt:
    return st.Assign((target,), value)


def branch(test: Expr, then: Iterable[st.Stmt], other: Iterable[st.Stmt] = ()) -> st.If:
    return st.If(test, tuple(then), tuple(other))


A, B, C = (assign(v, ONE) for v in (a, b, c))
MORE = ir.Compare((">",), (x, ZERO))
EQUAL = ir.Compare(("==",), (x, ZERO))
X_AT_K = ir.Index(x, k)
COLUMN = ir.Index(x, tup(ir.Slice(), k))
NOTHING = branch(MORE, [])
LONG = Var("a_name_that_is_rather_long")

CASES = {
    "write": ([st.Write(X_AT_K, a, "", stage(3))], "x[k] = a  # (3)"),
    "write with a comment": (
        [st.Write(COLUMN, a, "", stage(3, "new state"))],
        "x[:, k] = a  # (3) new state",
    ),
    "augmented write": (
        [st.Write(X_AT_K, ir.Binary("+", X_AT_K, a), "+")],
        "x[k] += a",
    ),
    "augmented write of another": (
        [st.Write(X_AT_K, ir.Binary("+", ir.Index(y, k), a), "+")],
        "x[k] = y[k] + a",
    ),
    "add.at": (
        [st.Write(X_AT_K, ir.Binary("+", X_AT_K, a), "add.at", stage(1))],
        "np.add.at(x, k, a)  # (1)",
    ),
    "add.at of a column": (
        [st.Write(COLUMN, ir.Binary("+", COLUMN, a), "add.at")],
        "np.add.at(x, np.s_[:, k], a)",
    ),
    "append": ([st.Append(xs, a, stage(2, "why"))], "xs.append(a)  # (2) why"),
    "raise": (
        [st.Raise(call("ValueError", Const('"m"')), "why")],
        'raise ValueError("m")  # why',
    ),
    "if": ([branch(MORE, [A]), B], "if x > 0:\n    a = 1\nb = 1"),
    "else": ([branch(MORE, [A], [B])], "if x > 0:\n    a = 1\nelse:\n    b = 1"),
    "elif": (
        [branch(MORE, [A], [branch(EQUAL, [B], [C])])],
        "if x > 0:\n    a = 1\nelif x == 0:\n    b = 1\nelse:\n    c = 1",
    ),
    "no elif under a heading": (
        [branch(MORE, [A], [st.Heading("h"), branch(EQUAL, [B])])],
        "if x > 0:\n    a = 1\nelse:\n    # h\n    if x == 0:\n        b = 1",
    ),
    "no elif before something else": (
        [branch(MORE, [A], [branch(EQUAL, [B]), C])],
        "if x > 0:\n    a = 1\nelse:\n    if x == 0:\n        b = 1\n    c = 1",
    ),
    "empty then": ([branch(MORE, [], [A])], "if not x > 0:\n    a = 1"),
    "empty then, ==": ([branch(EQUAL, [], [A])], "if x != 0:\n    a = 1"),
    "empty then, not": ([branch(ir.Unary("not", a), [], [A])], "if a:\n    a = 1"),
    "empty then, in": (
        [branch(ir.Paren(ir.Compare(("in",), (x, xs))), [], [A])],
        "if x not in xs:\n    a = 1",
    ),
    "empty then, chain": (
        [branch(ir.Compare(("==", "=="), (a, b, c)), [], [A])],
        "if not a == b == c:\n    a = 1",
    ),
    "empty then, or": (
        [branch(ir.Logic("or", (a, b)), [], [A])],
        "if not (a or b):\n    a = 1",
    ),
    "then that prints nothing": (
        [branch(MORE, [NOTHING], [A])],
        "if not x > 0:\n    a = 1",
    ),
    "empty then behind elif": (
        [branch(EQUAL, [A], [branch(MORE, [], [B])])],
        "if x == 0:\n    a = 1\nelif not x > 0:\n    b = 1",
    ),
    "nothing": ([NOTHING, branch(MORE, [NOTHING], [NOTHING]), A], "a = 1"),
    "nothing but a draw": (
        [branch(ir.Call(ir.Attribute(x, "random"), ()), [])],
        "if x.random():\n    pass",
    ),
    "nothing but a draw of NumPy": (
        [branch(ir.Call(Ref("numpy.random.rand"), ()), [])],
        "if np.random.rand():\n    pass",
    ),
    "nothing but a value": ([branch(call("abs", x), []), A], "a = 1"),
    "nothing but a walrus": (
        [branch(ir.Compare(("<",), (ir.Walrus(y, x), ZERO)), [])],
        "if (y := x) < 0:\n    pass",
    ),
    "only a heading": ([branch(a, [st.Heading("h")])], "if a:\n    # h\n    pass"),
    "for": (
        [st.For(k, call("range", T), (A,), comment="time")],
        "for k in range(T):  # time\n    a = 1",
    ),
    "for, nothing in it": (
        [st.For(k, call("range", T), ())],
        "for k in range(T):\n    pass",
    ),
    "for, back": (
        [st.For(k, call("reversed", call("range", T)), (A,))],
        "for k in reversed(range(T)):\n    a = 1",
    ),
    "for, as shown": (
        [
            st.For(
                k,
                call("range", T),
                (assign(a, X_AT_K), assign(b, ir.Index(y, k)), C),
                (tup(a, b), call("zip", x, y)),
                2,
            )
        ],
        "for a, b in zip(x, y):\n    c = 1",
    ),
    "for, as shown, nothing else": (
        [st.For(k, call("range", T), (assign(a, X_AT_K),), (a, x), 1)],
        "for a in x:\n    pass",
    ),
    "for, over a tape": (
        [
            st.For(
                k,
                call("range", T),
                (C,),
                (
                    tup(k, tup(a, b)),
                    call(
                        "zip", call("reversed", call("range", T)), call("reversed", xs)
                    ),
                ),
            )
        ],
        "for k, (a, b) in zip(reversed(range(T)), reversed(xs)):\n    c = 1",
    ),
    "for, long": (
        [st.For(LONG, call("reversed", call("range", LONG, LONG, LONG)), (A,))],
        """\
for a_name_that_is_rather_long in reversed(
    range(
        a_name_that_is_rather_long,
        a_name_that_is_rather_long,
        a_name_that_is_rather_long,
    )
):
    a = 1""",
    ),
    "while, long": (
        [st.While(ir.Logic("and", (LONG, LONG, LONG)), (A,), "why")],
        """\
# why
while (
    a_name_that_is_rather_long
    and a_name_that_is_rather_long
    and a_name_that_is_rather_long
):
    a = 1""",
    ),
    "break": (
        [st.While(a, (A, branch(MORE, [B, st.Break()], [C])))],
        "while a:\n    a = 1\n    if x > 0:\n        b = 1\n        break\n    c = 1",
    ),
    "break in the other arm": (
        [st.While(a, (branch(MORE, [B], [st.Break()]),))],
        "while a:\n    if x > 0:\n        b = 1\n    else:\n        break",
    ),
    "break behind an empty arm": (
        [st.While(a, (branch(MORE, [], [B, st.Break()]),))],
        "while a:\n    if not x > 0:\n        b = 1\n        break",
    ),
    "two breaks": (
        [
            st.While(
                a,
                (branch(MORE, [st.Break()], [branch(EQUAL, [st.Break()], [A]), B]),),
            )
        ],
        """\
while a:
    if x > 0:
        break
    if x == 0:
        break
    else:
        a = 1
    b = 1""",
    ),
    "break behind elif": (
        [st.While(a, (branch(MORE, [A], [branch(EQUAL, [st.Break()], [B])]),))],
        """\
while a:
    if x > 0:
        a = 1
    elif x == 0:
        break
    else:
        b = 1""",
    ),
}


@pytest.mark.parametrize(("block", "text"), CASES.values(), ids=CASES)
def test_text(block: list[st.Stmt], text: str) -> None:
    assert PRINTER.block(tuple(block), 0) == text
    indented = "\n".join(f"    {line}" for line in text.split("\n"))
    assert PRINTER.block(tuple(block), 4) == indented


def test_one_name_makes_an_augmented_write() -> None:
    printer = PRINTER.naming({"x": "x", "x@1": "x", "k": "k", "a": "a"})
    value = ir.Binary("+", ir.Index(Var("x@1"), k), a)
    assert printer.flat(st.Write(X_AT_K, value, "+")) == "x[k] += a"


def test_a_spent_adjoint_is_not_printed() -> None:
    with pytest.raises(AssertionError):
        PRINTER.block((st.Kill(a),), 0)


@pytest.mark.parametrize("arms", [2_000])
def test_long_chains(arms: int) -> None:
    chain, breaks = branch(a, [A]), branch(a, [A])
    for number in range(arms):
        # no two arms are equal: those would be one
        arm = st.Assign((b,), ir.Const(str(number)))
        chain = branch(b, [arm], [chain])
        breaks = branch(b, [arm, st.Break()], [breaks])
    text = PRINTER.block((chain, breaks), 0)
    assert text.count("elif b:") == arms - 1
    assert text.count("\nif b:") == arms
    assert len(list(walk_statements((chain, breaks)))) == 2 + 5 * arms + 2
    mapped = map_statements((chain, breaks), lambda s: s)
    assert PRINTER.block(mapped, 0) == text


def test_branches_that_are_one() -> None:
    one, two = branch(a, [branch(b, [A])]), branch(a, [A], [branch(b, [A], [B])])
    assert PRINTER.block((one,), 0) == "if a and b:\n    a = 1"
    assert PRINTER.block((two,), 0).startswith("if a or b:\n    a = 1\nelse:")


# -- properties


class Broken(Exception):
    """A `break`."""


def run(block: st.Block, names: dict[str, object]) -> None:
    """What the statements do, told by their definition."""
    for s in block:
        match s:
            case st.If(test, then, other):
                run(then if evaluated(test, names) else other, names)
            case st.While(test, body):
                with contextlib.suppress(Broken):
                    while evaluated(test, names):
                        run(body, names)
            case st.For(index, trips, body):
                with contextlib.suppress(Broken):
                    for trip in evaluated(trips, names):
                        names[index.name] = trip
                        run(body, names)
            case st.Break():
                raise Broken
            case st.Perform(performed):
                evaluated(performed, names)
            case st.Heading():
                pass
            case _:
                raise AssertionError(s)


def evaluated(value: Expr, names: dict[str, object]) -> Any:
    return eval(PRINTER.expression(value), names)


class Traced:
    """Random blocks that note where they come by."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def names(self) -> dict[str, object]:
        """What the blocks read; `on()` is true at first, then not for ever."""
        self.trace: list[object] = []
        on = [False, *[self.random.random() < 0.7 for _ in range(12)]]
        return {
            "note": self.trace.append,
            "on": lambda: (self.trace.append("on"), on.pop())[1],
            **{name: self.random.choice((0.0, 1.0, math.nan)) for name in "abc"},
        }

    def block(self, depth: int, loop: bool = False) -> st.Block:
        pieces = [self.statement(depth) for _ in range(self.random.choice((0, 1, 2)))]
        end = [self.branch(depth, loop)] if depth and self.random.random() < 0.6 else []
        if loop and not end and self.random.random() < 0.4:
            end = [st.Break()]
        return (*pieces, *end)

    def statement(self, depth: int) -> st.Stmt:
        match self.random.choice(
            ("if", "for", "while", "note")[-1 if not depth else 0 :]
        ):
            case "if":
                return self.branch(depth, False)
            case "for":
                trips = call("range", Const(self.random.choice("012")))
                return st.For(k, trips, self.block(depth - 1, True))
            case "while":
                return st.While(ir.Call(Var("on"), ()), self.block(depth - 1, True))
            case _:
                number = Const(str(self.random.randrange(1000)))
                return self.random.choice(
                    (st.Perform(ir.Call(Var("note"), (number,))), st.Heading("h"))
                )

    def branch(self, depth: int, loop: bool) -> st.Stmt:
        then, other = self.block(depth - 1, loop), self.block(depth - 1, loop)
        return st.If(self.test(), then, other)

    def test(self) -> Expr:
        left, right = (Var(self.random.choice("abc")) for _ in range(2))
        op = self.random.choice(("<", "==", "!=", ">=", "is", "is not"))
        return self.random.choice(
            (
                ir.Compare((op,), (left, right)),
                ir.Unary("not", ir.Paren(left)),
                ir.Logic("or", (left, right)),
                ir.Call(Var("on"), ()),
            )
        )


@pytest.mark.parametrize("seed", range(400))
def test_what_is_printed_does_what_the_statements_say(seed: int) -> None:
    source = Traced(seed)
    block = source.block(4)
    state = source.random.getstate()
    outcomes = []
    for act in (run, lambda b, names: exec(PRINTER.block(b, 0), names)):
        source.random.setstate(state)
        names = source.names()
        try:
            act(block, names)
        except IndexError:  # no more `on`
            source.trace.append("end")
        outcomes.append(source.trace)
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("seed", range(50))
def test_walks_see_every_statement_once(seed: int) -> None:
    block = Nested(seed, 3).block(3)
    seen: list[st.Stmt] = []

    def note(s: st.Stmt) -> st.Stmt:
        seen.append(s)
        return s

    assert map_statements(block, note) == block
    assert sorted(map(repr, walk_statements(block))) == sorted(map(repr, seen))


needs_ruff = pytest.mark.skipif(shutil.which("ruff") is None, reason="needs ruff")


def ruff(text: str, *args: str) -> str:
    """What ruff says about a module, with no settings but these; "" for nothing."""
    command = ["ruff", *args, "--isolated", "--quiet", "-"]
    result = subprocess.run(
        command, input=text, capture_output=True, text=True, encoding="utf-8"
    )
    return result.stdout + result.stderr


def function(source: Nested, body: st.Block, name: str, *returned: Expr) -> str:
    params = [st.Param(name) for name in source.names]
    body = (*body, st.Return(tup(*returned)))
    return f"{PRINTER.signature(name, params)}\n{PRINTER.block(body, 4)}"


@needs_ruff
@pytest.mark.parametrize("longest_name", [3, 12, 40])
def test_the_formatter_and_the_linter_have_nothing_to_say(longest_name: int) -> None:
    parts = ["import numpy as np"]
    for seed in range(150):
        source = Nested(seed * longest_name, longest_name)
        names = map(Var, source.names)
        parts.append(function(source, source.block(3), f"f{seed}", *names))
    text = "\n\n\n".join(parts) + "\n"
    assert ruff(text, "format", "--diff") == ""
    assert ruff(text, "check", "--select=E4,E7,E9,F") == ""


@needs_ruff
@pytest.mark.parametrize("seed", range(30))
def test_exceptions_are_those_that_the_linter_needs(seed: int) -> None:
    source = Nested(seed, 2)
    source.names += ["l", "unused"][: seed % 3]
    block = source.block(2)
    loops = {*loop_variables(block)}
    bound = {name for s in block for name in values_bound(s)} - loops
    unpacked = {name for s in block for name in values_unpacked(s)}
    sets = (bound, unpacked, {*values_read(block)}, {*source.names, *loops})
    parts = [
        exceptions([sets], [block]),
        "import numpy as np",
        function(source, block, "f"),
    ]
    text = "\n".join(filter(None, parts)) + "\n"
    assert ruff(text, "check", "--select=E741,F841,RUF059,RUF100") == ""


COUNTED = """\
def f(xs: list[float], a: float):
    k = 0
    total = 0.0
    for x in xs:
        total += x * a**k
        k += 1
    return total{behind}
"""


@needs_ruff
@pytest.mark.parametrize("behind", ["", " * k"])
def test_trips_may_be_counted(behind: str, tmp_path: Path) -> None:
    """The linter asks for `enumerate` where nothing reads the count behind the loop."""
    path = tmp_path / "counted.py"
    path.write_text(COUNTED.format(behind=behind), encoding="utf-8")
    text = backgen.generate(path, verify=False).source
    assert ("SIM113" in text) == (not behind)
    assert ruff(text, "check") == ""


ASKING = """\
import numpy as np

def f(x: "N", w: "N", n: int):
    h = x
    for _ in range(n):
        z = h * w
        y = np.empty_like(z)
        y[:2] = z[:2] ** 2
        y[2:] = np.sin(z[2:])
        h = y + x
    return np.sum(h)

def g(xs, n: int):
    out = 0.0
    for _ in range(n):
        for v in xs[1::2]:
            out += v ** 2
    return out
"""


def test_the_type_of_an_array_is_asked_before_a_loop(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(ASKING, encoding="utf-8")
    lines = backgen.generate(path, verify=False).source.splitlines()
    asking = [
        line.strip() for line in lines if line.endswith(")") and "= _float" in line
    ]
    assert asking == ["w_type = _float_type(w)", "xs_type = _float_type(xs)"]
    assert not [line for line in lines if line.startswith(" " * 8) and "_float" in line]
