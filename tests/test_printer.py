"""The printer: precedence, literals, comments, and the layout of long lines."""

from __future__ import annotations

import ast
import shutil
import subprocess
import time

import pytest
from backgen.emit.printer import Printer
from backgen.ir import expr as ir, stmt as st
from backgen.ir.expr import Const, Expr, Ref, Var
from backgen.ir.literals import canonical_literal
from hypothesis import given, strategies as hs
from random_statements import PLACE, SPELLING, Statements

PRINTER = Printer(SPELLING)
a, b, c, x, y = (Var(name) for name in "abcxy")
ONE, TWO = Const("1"), Const("2")
EXP = Ref("math.exp")


def binary(op: str, left: Expr, right: Expr) -> Expr:
    return ir.Binary(op, left, right)


def neg(operand: Expr) -> Expr:
    return ir.Unary("-", operand)


def tup(*items: Expr) -> Expr:
    return ir.Sequence("tuple", items)


def power(left: Expr, right: Expr) -> Expr:
    return ir.Binary("**", left, right)


def call(*args: Expr, **keywords: Expr) -> Expr:
    return ir.Call(EXP, args, tuple(keywords.items()))


def field(value: Expr, conversion: str = "", *spec: Expr) -> Expr:
    return ir.Field(value, conversion, spec)


def stage(number: int, comment: str = "") -> st.Stage:
    return st.Stage(number, comment, PLACE)


A_OR_B = ir.Logic("or", (a, b))
A_AND_B = ir.Logic("and", (a, b))
COND = ir.Cond(a, b, c)
SUM = binary("+", a, b)
LESS = ir.Compare(("<",), (a, b))

EXPRESSIONS = [
    (binary("-", binary("-", a, b), c), "a - b - c"),
    (binary("-", a, binary("-", b, c)), "a - (b - c)"),
    (binary("*", SUM, c), "(a + b) * c"),
    (binary("+", a, binary("*", b, c)), "a + b * c"),
    (binary("/", a, binary("*", b, c)), "a / (b * c)"),
    (binary("//", neg(a), neg(b)), "-a // -b"),
    (neg(SUM), "-(a + b)"),
    (neg(neg(a)), "--a"),
    (ir.Paren(SUM), "(a + b)"),
    (ir.Paren(ir.Paren(a)), "(a)"),
    (binary("*", ir.Paren(ir.Paren(SUM)), c), "(a + b) * c"),
    # powers
    (power(x, TWO), "x**2"),
    (power(x, neg(ONE)), "x**-1"),
    (power(x, Const("-1")), "x**-1"),
    (power(Const("-1"), TWO), "(-1) ** 2"),
    (power(neg(x), TWO), "(-x) ** 2"),
    (power(ir.Paren(x), TWO), "(x) ** 2"),
    (power(SUM, TWO), "(a + b) ** 2"),
    (power(x, SUM), "x ** (a + b)"),
    (power(ir.Index(x, ONE), TWO), "x[1] ** 2"),
    (power(Ref("math.pi"), TWO), "math.pi**2"),
    (power(call(x), TWO), "math.exp(x) ** 2"),
    (power(x, Const('"a"')), 'x ** "a"'),
    (power(x, Const("...")), "x ** ..."),
    (power(x, power(y, TWO)), "x**y**2"),
    (power(x, power(call(y), TWO)), "x ** math.exp(y) ** 2"),
    (power(x, power(power(a, b), c)), "x ** (a**b) ** c"),
    (power(power(x, y), TWO), "(x**y) ** 2"),
    (power(x, neg(power(y, TWO))), "x ** -(y**2)"),
    (neg(power(x, TWO)), "-(x**2)"),
    (ir.Unary("not", power(x, TWO)), "not (x**2)"),
    # comparisons and conditions
    (ir.Compare(("<", "<="), (a, b, c)), "a < b <= c"),
    (ir.Compare(("<",), (LESS, c)), "(a < b) < c"),
    (ir.Compare(("==",), (SUM, c)), "a + b == c"),
    (ir.Unary("not", LESS), "not a < b"),
    (ir.Compare(("<",), (ir.Unary("not", a), b)), "(not a) < b"),
    (ir.Logic("and", (a, A_OR_B)), "a and (a or b)"),
    (ir.Logic("or", (a, A_AND_B)), "a or a and b"),
    (ir.Logic("and", (A_AND_B, c)), "(a and b) and c"),
    (COND, "b if a else c"),
    (ir.Cond(a, b, COND), "b if a else b if a else c"),
    (ir.Cond(COND, COND, c), "(b if a else c) if (b if a else c) else c"),
    (binary("+", COND, ONE), "(b if a else c) + 1"),
    (call(COND, k=COND), "math.exp(b if a else c, k=b if a else c)"),
    # calls, displays, indices
    (ir.Call(a, ()), "a()"),
    (ir.Call(SUM, (x,)), "(a + b)(x)"),
    (ir.Index(neg(a), ONE), "(-a)[1]"),
    (ir.Index(a, tup(x, y)), "a[x, y]"),
    (ir.Index(a, tup(x)), "a[(x,)]"),
    (ir.Index(a, ir.Paren(tup(x, y))), "a[(x, y)]"),
    (call(ir.Paren(SUM)), "math.exp(a + b)"),
    (call(ir.Paren(SUM), x), "math.exp((a + b), x)"),
    (call(tup(x, y)), "math.exp((x, y))"),
    (tup(), "()"),
    (tup(a), "(a,)"),
    (tup(a, tup(b, c)), "(a, (b, c))"),
    (ir.Sequence("list", (a, SUM)), "[a, a + b]"),
    (ir.Mapping((Const('"k"'),), (SUM,)), '{"k": a + b}'),
    (ir.Mapping((), ()), "{}"),
    # walruses
    (ir.Walrus(x, SUM), "(x := a + b)"),
    (ir.Paren(ir.Walrus(x, a)), "(x := a)"),
    (binary("+", ir.Walrus(x, a), b), "(x := a) + b"),
    (call(ir.Walrus(x, a)), "math.exp(x := a)"),
    (call(ir.Walrus(x, a), b), "math.exp((x := a), b)"),
    # f-strings
    (ir.Format((Const('"x = "'), field(x))), 'f"x = {x}"'),
    (ir.Format((Const('"{"'), field(x, "r", Const('">10"')))), 'f"{{{x!r:>10}"'),
    (ir.Format((field(x, "", Const('">"'), field(y)),)), 'f"{x:>{y}}"'),
    (ir.Format((field(ir.Index(x, Const('"k"'))),)), "f\"{x['k']}\""),
    (ir.Format((Const("'\"'"), field(ir.Index(x, Const('"k"'))))), 'f\'"{x["k"]}\''),
    (ir.Format((Const('"it\'s\\n"'),)), 'f"it\'s\\n"'),
    (ir.Format((field(ir.Mapping((), ())),)), 'f"{ {} }"'),
    (ir.Format((field(ir.Paren(ir.Mapping((), ())), "r"),)), 'f"{ ({})!r}"'),
]


@pytest.mark.parametrize(("node", "text"), EXPRESSIONS)
def test_expression(node: Expr, text: str) -> None:
    assert PRINTER.expression(node) == text
    parsed = ast.parse(text, mode="eval").body
    for inner in ast.walk(parsed):
        if isinstance(inner, ast.JoinedStr):  # Python 3.12.1 adds empty text
            empty = ast.dump(ast.Constant(""))
            inner.values = [v for v in inner.values if ast.dump(v) != empty]
    assert ast.dump(parsed) == ast.dump(to_ast(node))


def test_refs_are_spelled_as_the_module_imports_them() -> None:
    printer = Printer({"math.exp": "e"})
    assert printer.expression(call(x)) == "e(x)"


@pytest.mark.parametrize(
    "node",
    [
        ir.Format((field(Const('"a\\nb"')),)),
        ir.Format((field(Const("'\"'")),)),
        ir.Format((field(ir.Format((field(x),))),)),
        ir.Format((field(x, "", Const('"\\n"')),)),
        ir.Format((field(x, "", Const('"{"')),)),
    ],
    ids=["backslash", "quotes", "nested", "spec", "brace in spec"],
)
def test_f_strings_that_python_3_10_cannot_read(node: Expr) -> None:
    with pytest.raises(ValueError, match=r"f-string|quote|Python 3\.10"):
        PRINTER.expression(node)


LITERALS = [
    ("1E5", "1e5"),
    ("1e+5", "1e5"),
    ("1.E-5", "1.0e-5"),
    ("10.", "10.0"),
    (".5", "0.5"),
    ("1_000", "1_000"),
    ("0XaB_c", "0xAB_C"),
    ("0B1", "0b1"),
    ("0O7", "0o7"),
    ("1.J", "1.0j"),
    ("00", "00"),
    ("True", "True"),
    ("None", "None"),
    ("...", "..."),
    ("'a'", '"a"'),
    ("'''a\nb'''", '"a\\nb"'),
    ("'say \"x\"'", "'say \"x\"'"),
    ("'it\\'s \"x\"'", "'it\\'s \"x\"'"),
    ('"it\'s"', '"it\'s"'),
    ("'\\\\ \\t'", '"\\\\ \\t"'),
    ("'\\u2028\\x7f\\U000e0001\\ud800'", '"\\u2028\\x7f\\U000e0001\\ud800"'),
    ("'\\u00a0é変'", '"\\xa0é変"'),
    ("b'a\\xff\"'", "b'a\\xff\"'"),
]


@pytest.mark.parametrize(("written", "text"), LITERALS)
def test_canonical_literal(written: str, text: str) -> None:
    value = ast.literal_eval(written)
    assert canonical_literal(value, written) == text
    assert repr(ast.literal_eval(text)) == repr(value)


@given(hs.text() | hs.binary())
def test_any_string_survives(value: str | bytes) -> None:
    text = canonical_literal(value, "")
    assert ast.literal_eval(text) == value
    assert len(text.splitlines()) == 1


STATEMENTS = [
    (st.Assign((a,), SUM, "", stage(3, "why ")), ["a = a + b  # (3) why"]),
    (st.Assign((a,), SUM, "", stage(3)), ["a = a + b  # (3)"]),
    (st.Assign((a, b), ir.Paren(SUM)), ["a = b = a + b"]),
    (st.Assign((tup(a, b),), tup(b, a)), ["a, b = b, a"]),
    (st.Assign((tup(a, tup(b, c)),), x), ["a, (b, c) = x"]),
    (st.Assign((tup(a),), x), ["(a,) = x"]),
    (st.Assign((x,), tup(a)), ["x = (a,)"]),
    (st.Assign((x,), ir.Paren(tup(a, b))), ["x = (a, b)"]),
    (st.Assign((a,), SUM, "+"), ["a += b"]),
    (st.Assign((a,), binary("*", a, SUM), "*"), ["a *= a + b"]),
    (st.Assign((x,), SUM, "+"), ["x = a + b"]),
    (st.Assign((x,), binary("*", a, SUM), "*"), ["x = a * (a + b)"]),
    (st.Accumulate(ir.Index(x, ONE), SUM), ["x[1] += a + b"]),
    (st.Accumulate(x, ir.Unary("-", a)), ["x -= a"]),
    (st.Accumulate(x, ir.Unary("-", ir.Paren(SUM))), ["x -= a + b"]),
    (st.Accumulate(x, binary("*", ir.Unary("-", ONE), a)), ["x -= 1 * a"]),
    (st.Accumulate(x, binary("*", ir.Unary("-", a), b)), ["x += -a * b"]),
    (st.Heading("(8) f = g "), ["# (8) f = g"]),
    (st.Heading(""), ["#"]),
    (st.Heading("a\r\nb\u2028c\x0c"), ["# a\\r\\nb\\u2028c\\x0c"]),
    (st.Heading("noqa: F401"), ['# "noqa: F401"']),
    (st.Assert(LESS, None, "why"), ["assert a < b  # why"]),
    (st.Assert(ir.Paren(LESS), Const('"m"')), ['assert a < b, "m"']),
    (st.Assert(tup(a, b), tup(a, b)), ["assert (a, b), (a, b)"]),
    (st.Perform(call(x), "fmt: off"), ['math.exp(x)  # "fmt: off"']),
    (st.Return(tup(a, b)), ["return a, b"]),
    (st.Return(ir.Paren(tup(a, b))), ["return (a, b)"]),
    (st.Return(ir.Paren(SUM)), ["return a + b"]),
    (st.Return(tup(a)), ["return (a,)"]),
]


@pytest.mark.parametrize(("statement", "lines"), STATEMENTS)
def test_statement(statement: st.Stmt, lines: list[str]) -> None:
    assert PRINTER.statement(statement, 0) == lines
    assert PRINTER.statement(statement, 8) == [f"        {line}" for line in lines]


LONG = Var("a_name_that_is_rather_long")
LONG_SUM = binary("+", LONG, LONG)
FULL = st.Assign((x,), binary("+", LONG, LONG), "", stage(1, "w" * 21))
OVER = st.Assign((x,), binary("+", LONG, LONG), "", stage(1, "w" * 22))
LONG_STATEMENTS = [
    (FULL, f"x = {LONG.name} + {LONG.name}  # (1) {'w' * 21}"),
    (OVER, f"# {'w' * 22}\nx = {LONG.name} + {LONG.name}  # (1)"),
    (
        st.Assign((x,), binary("*", LONG_SUM, LONG_SUM), "", stage(12, "note")),
        """\
# note
x = (a_name_that_is_rather_long + a_name_that_is_rather_long) * (
    a_name_that_is_rather_long + a_name_that_is_rather_long
)  # (12)""",
    ),
    (
        st.Assign((x,), binary("+", binary("+", LONG_SUM, LONG), LONG)),
        """\
x = (
    a_name_that_is_rather_long
    + a_name_that_is_rather_long
    + a_name_that_is_rather_long
    + a_name_that_is_rather_long
)""",
    ),
    (
        st.Return(tup(LONG, call(LONG, LONG))),
        """\
return a_name_that_is_rather_long, math.exp(
    a_name_that_is_rather_long, a_name_that_is_rather_long
)""",
    ),
    (
        st.Return(tup(LONG, LONG, LONG, LONG)),
        """\
return (
    a_name_that_is_rather_long,
    a_name_that_is_rather_long,
    a_name_that_is_rather_long,
    a_name_that_is_rather_long,
)""",
    ),
    (
        st.Assign((tup(LONG, LONG, LONG, LONG),), Var("cache")),
        """\
(
    a_name_that_is_rather_long,
    a_name_that_is_rather_long,
    a_name_that_is_rather_long,
    a_name_that_is_rather_long,
) = cache""",
    ),
    (
        st.Assert(LESS, binary("+", LONG_SUM, binary("+", LONG, LONG))),
        """\
assert a < b, (
    a_name_that_is_rather_long
    + a_name_that_is_rather_long
    + (a_name_that_is_rather_long + a_name_that_is_rather_long)
)""",
    ),
    (
        st.Assign((x,), binary("*", power(LONG, y), binary("+", LONG_SUM, LONG_SUM))),
        """\
x = a_name_that_is_rather_long**y * (
    a_name_that_is_rather_long
    + a_name_that_is_rather_long
    + (a_name_that_is_rather_long + a_name_that_is_rather_long)
)""",
    ),
    (
        # the space after `**` is the formatter's slip, see `space_powers`
        st.Assert(LONG_SUM, binary("//", power(LONG, y), binary("*", LONG, LONG))),
        """\
assert a_name_that_is_rather_long + a_name_that_is_rather_long, (
    a_name_that_is_rather_long** y
    // (a_name_that_is_rather_long * a_name_that_is_rather_long)
)""",
    ),
    (
        st.Assign((x, ir.Index(LONG, LONG)), Const('"' + "w" * 40 + '"'), "", stage(7)),
        f"""\
x = a_name_that_is_rather_long[a_name_that_is_rather_long] = (
    "{"w" * 40}"  # (7)
)""",
    ),
]


@pytest.mark.parametrize(("statement", "text"), LONG_STATEMENTS)
def test_long_statement(statement: st.Stmt, text: str) -> None:
    assert PRINTER.block((statement,), 0) == text


def test_signature() -> None:
    params = [
        st.Param("x", None, "positional-only"),
        st.Param("y", Const("2.0")),
        st.Param("z", None, "keyword-only"),
    ]
    assert PRINTER.signature("f", params) == "def f(x, /, y=2.0, *, z):"
    assert PRINTER.signature("f", params[:1]) == "def f(x, /):"
    assert PRINTER.signature("f", params[1:2], 4) == "    def f(y=2.0):"
    assert PRINTER.signature("f", params[2:]) == "def f(*, z):"
    assert PRINTER.signature("f", []) == "def f():"
    assert PRINTER.signature("f" * 83, params[1:2]) == (
        f"def {'f' * 83}(\n    y=2.0,\n):"
    )
    assert PRINTER.signature("f" * 70, params) == (
        f"def {'f' * 70}(\n    x, /, y=2.0, *, z\n):"
    )


# -- properties

LEAVES = hs.sampled_from(
    [a, b, x, Const("1"), Const("2.5"), Const('"s"'), Const("True"), Ref("math.pi")]
)


def nodes(inner: hs.SearchStrategy[Expr]) -> hs.SearchStrategy[Expr]:
    several = hs.lists(inner, min_size=2, max_size=3).map(tuple)
    some = hs.lists(inner, max_size=3).map(tuple)
    arithmetic = hs.sampled_from("+ - * / // % **".split())
    return hs.one_of(
        hs.builds(ir.Binary, arithmetic, inner, inner),
        hs.builds(ir.Unary, hs.sampled_from(["-", "+", "not"]), inner),
        hs.builds(lambda n: ir.Compare(("<", "!=")[: len(n) - 1], n), several),
        hs.builds(ir.Logic, hs.sampled_from(["and", "or"]), several),
        hs.builds(ir.Cond, inner, inner, inner),
        hs.builds(lambda f, n, v: ir.Call(f, n, (("k", v),)), inner, some, inner),
        hs.builds(lambda f, n: ir.Call(f, n), inner, some),
        hs.builds(ir.Index, inner, inner),
        hs.builds(ir.Sequence, hs.sampled_from(["list", "tuple"]), some),
        hs.builds(lambda n: ir.Mapping(n, n), some),
        hs.builds(ir.Walrus, hs.just(y), inner),
        hs.builds(ir.Paren, inner),
    )


@given(hs.recursive(LEAVES, nodes, max_leaves=30))
def test_what_is_printed_is_read_back(node: Expr) -> None:
    # parentheses around the text, as a bare walrus is no expression
    read = ast.parse(f"({PRINTER.expression(node)})", mode="eval").body
    assert ast.dump(read) == ast.dump(to_ast(node))
    lines = PRINTER.statement(st.Assign((y,), node), 0)
    statement = ast.parse("\n".join(lines)).body[0]
    assert ast.dump(statement) == ast.dump(
        ast.parse(f"y = {PRINTER.expression(node)}").body[0]
    )


def to_ast(node: Expr) -> ast.expr:
    """The tree that Python reads from the expression's text."""
    load = ast.Load()
    match node:
        case ir.Var(name):
            return ast.Name(name, load)
        case ir.Const(text):
            return ast.parse(text, mode="eval").body
        case ir.Ref(path):
            return ast.parse(SPELLING[path], mode="eval").body
        case ir.Paren(inner):
            return to_ast(inner)
        case ir.Unary(op, operand):
            return ast.UnaryOp(UNARY[op], to_ast(operand))
        case ir.Binary(op, left, right):
            return ast.BinOp(to_ast(left), BINARY[op], to_ast(right))
        case ir.Compare(ops, (first, *others)):
            tests = [COMPARE[op] for op in ops]
            return ast.Compare(to_ast(first), tests, [to_ast(n) for n in others])
        case ir.Logic(op, items):
            boolean = ast.And() if op == "and" else ast.Or()
            return ast.BoolOp(boolean, [to_ast(n) for n in items])
        case ir.Cond(test, then, other):
            return ast.IfExp(to_ast(test), to_ast(then), to_ast(other))
        case ir.Call(func, args, keywords):
            named = [ast.keyword(name, to_ast(value)) for name, value in keywords]
            return ast.Call(to_ast(func), [to_ast(n) for n in args], named)
        case ir.Index(base, index):
            return ast.Subscript(to_ast(base), to_ast(index), load)
        case ir.Sequence(kind, items):
            display = ast.Tuple if kind == "tuple" else ast.List
            return display([to_ast(n) for n in items], load)
        case ir.Mapping(keys, values):
            return ast.Dict([to_ast(n) for n in keys], [to_ast(n) for n in values])
        case ir.Walrus(target, value):
            return ast.NamedExpr(ast.Name(target.name, ast.Store()), to_ast(value))
        case ir.Format(parts):
            return ast.JoinedStr([to_ast(n) for n in parts])
        case ir.Field(value, conversion, spec):
            code = ord(conversion) if conversion else -1
            inner = ast.JoinedStr([to_ast(n) for n in spec]) if spec else None
            return ast.FormattedValue(to_ast(value), code, inner)
        case _:
            raise TypeError(node)


UNARY = {"-": ast.USub(), "+": ast.UAdd(), "not": ast.Not()}
BINARY = {
    "+": ast.Add(),
    "-": ast.Sub(),
    "*": ast.Mult(),
    "/": ast.Div(),
    "//": ast.FloorDiv(),
    "%": ast.Mod(),
    "**": ast.Pow(),
}
COMPARE = {"<": ast.Lt(), "<=": ast.LtE(), "==": ast.Eq(), "!=": ast.NotEq()}


# -- what the formatter says

needs_ruff = pytest.mark.skipif(shutil.which("ruff") is None, reason="needs ruff")


def ruff(text: str, *args: str) -> str:
    """What ruff says about a module, with its default settings; "" for nothing."""
    command = ["ruff", *args, "--isolated", "--quiet", "-"]
    result = subprocess.run(
        command, input=text, capture_output=True, text=True, encoding="utf-8"
    )
    return result.stdout + result.stderr


@needs_ruff
@pytest.mark.parametrize("longest_name", [12, 40, 90])
@pytest.mark.parametrize("indent", [4, 12])
def test_the_formatter_changes_nothing(longest_name: int, indent: int) -> None:
    source = Statements(longest_name * indent, longest_name)
    lines = [f"{' ' * level}def f():" for level in range(0, indent, 4)]
    for number in range(500):
        lines.append(f"{' ' * indent}# {number}")
        lines += PRINTER.statement(source.statement(), indent)
    text = "\n".join(lines) + "\n"
    assert ruff(text, "format", "--diff") == ""
    # the rules about how something is written, not about what it means
    rules = ("--select=E,W,UP034,RUF100", "--ignore=E501,E711,E712")
    assert ruff(text, "check", *rules) == ""


@needs_ruff
def test_the_formatter_agrees_with_the_examples() -> None:
    lines = [
        line
        for statement, _ in LONG_STATEMENTS
        for line in PRINTER.statement(statement, 4)
    ]
    assert ruff("\n".join(["def f():", *lines, ""]), "format", "--diff") == ""


@needs_ruff
def test_the_formatter_changes_no_signature() -> None:
    source = Statements(1, 40)
    functions = [
        f"{PRINTER.signature(f'f{number}', source.parameters())}\n    pass"
        for number in range(200)
    ]
    assert ruff("\n\n\n".join(functions) + "\n", "format", "--diff") == ""


@needs_ruff
def test_the_formatter_writes_literals_the_same_way() -> None:
    lines = [f"{text}\n" for _, text in LITERALS]
    assert ruff("".join(f"x = {line}" for line in lines), "format", "--diff") == ""


# -- size


def test_deep_and_wide_expressions() -> None:
    total, chained, signs, nested = x, x, x, x
    for _ in range(5_000):
        total = binary("+", total, call(y))
        chained = ir.Cond(a, b, chained)
        signs = neg(signs)
    for _ in range(60):
        nested = ir.Call(EXP, (nested, y))
    for value, in_parentheses in (
        (total, True),
        (chained, True),
        (signs, False),
        (nested, False),
    ):
        written = "".join(PRINTER.statement(st.Assign((x,), value), 4))
        flat = PRINTER.expression(value)
        expected = f"x=({flat})" if in_parentheses else f"x={flat}"
        assert "".join(written.split()).replace(",)", ")") == "".join(expected.split())


def test_ten_thousand_statements_take_no_time() -> None:
    block = tuple(
        st.Assign((Var(f"v{n}"),), binary("*", call(SUM), Var(f"w{n}")), "", stage(n))
        for n in range(10_000)
    )
    start = time.process_time()
    PRINTER.block(block, 4)
    assert time.process_time() - start < 2
