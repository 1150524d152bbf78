"""The verifier's own parts, and what it says where it cannot tell."""

from __future__ import annotations

import ast
import json
import sys
import time
from collections.abc import Iterator, Sequence

import pytest
import sympy
from backgen.text.source import comments, own_line_comments, parse
from backgen.verify import verify
from backgen.verify.reports.report import Report, Status
from backgen.verify.running.compiler import compile_code
from backgen.verify.running.domains import Broken, Undefined
from backgen.verify.running.machine import Machine
from backgen.verify.running.modular import PRIME, ModularDomain, NoRoot, Residue
from backgen.verify.running.numeric import FloatDomain, HighPrecision
from backgen.verify.running.symbolic import SymbolicDomain, Term
from backgen.verify.running.zero import is_zero
from backgen.verify.texts.scope import Scope, Unsupported
from hypothesis import given, strategies as st
from sympy.polys.rings import PolyElement

X, Y = sympy.symbols("x y", real=True)


def run(text: str, domain=None, **env):
    """The names after running a text in a domain."""
    tree = parse(text, "text.py")
    body = [n for n in tree.body if not isinstance(n, ast.Import | ast.ImportFrom)]
    Machine(domain or FloatDomain()).run(
        compile_code(body, Scope().local(tree.body, ())), env
    )
    return env


PROGRAMS = [
    "a = b = x * y\na, b = b + 1, a - 1",
    "a = (b := x + 1) * b + (b := b * 2)",
    "a = x if x > y else y\nb = 1 < x <= y != 3",
    "a = x and y\nb = not x or y",
    "w = [x, y, 3]\nw[0] += 2\na, (b, c) = w[-1], (w[0], w[1])",
    "a = -x // 3 + y % 0.7 - 7 // 2\nb = -(2 ** 2) ** 0.5",
    "a = max(x, y, 1) - min([x, y]) + sum([x, y], 1) + abs(-x)\nb = round(x, 2)",
    "import math as m\nfrom math import exp as e, pi\na = e(x / 9) + m.hypot(x, y, 2)\n"
    "b = m.atan2(y, x) + m.fmod(x, 2.5) + m.copysign(pi, -y) + m.log(x * x + 1, 3)",
    "import math\na = math.dist([x, y], [1, 2]) + math.fsum([x, y])\n"
    "b = math.isclose(x, x + 1e-12) + math.remainder(x, 1.3)\n"
    "c = math.prod([x, y]) + math.ldexp(y, 3)",
    "a = 0\nfor i in range(4):\n    a += i * x\nwhile a > 10:\n    a -= 3",
    "t = {'a': x, 'b': [y]}\na = t['b'][0]\nb = len(t['b']) * [x]",
]


@pytest.mark.parametrize("text", PROGRAMS)
@pytest.mark.parametrize("point", [(1.5, 2.25), (-0.5, 4.0), (3, -2)])
def test_machine_agrees_with_python(text: str, point: tuple[float, float]) -> None:
    expected = {"x": point[0], "y": point[1]}
    exec(text, {}, expected)
    found = run(text, x=point[0], y=point[1])
    assert found == {n: v for n, v in expected.items() if n in found}


@given(st.floats(0.1, 5), st.floats(0.1, 5))
def test_exact_domains_agree_with_floats(x: float, y: float) -> None:
    text = (
        "import math\n"
        "a = math.exp(-x) * math.cbrt(y) + math.tanh(x) ** 2 - y ** x / math.cosh(y)\n"
        "b = math.erfc(x) + math.lgamma(y) + math.degrees(x) + max(x, 2 * y) % 0.75\n"
    )
    expected = run(text, x=x, y=y)
    digits = HighPrecision()
    real = digits.context.mpf
    found = run(text, digits, x=real(x), y=real(y))
    symbolic = run(text, SymbolicDomain(), x=Term(X, x), y=Term(Y, y))
    for name in "ab":
        assert float(found[name]) == pytest.approx(expected[name], abs=1e-9)
        assert symbolic[name].shadow == pytest.approx(expected[name], abs=1e-9)


@pytest.mark.parametrize("text", ["a = z", "a, b = x, x, x", "a = [x][2]", "a = x[0]"])
def test_broken_texts_are_told(text: str) -> None:
    with pytest.raises(Broken):
        run(text, x=1.0)


@pytest.mark.parametrize(
    "text", ["import os\na = os.getcwd()", "a = eval('1')", "del x"]
)
def test_nothing_outside_of_the_whitelist_is_followed(text: str) -> None:
    with pytest.raises(Unsupported):
        run(text, x=1.0)


@pytest.mark.parametrize("domain", [FloatDomain, SymbolicDomain])
def test_huge_powers_do_not_hang(domain: type) -> None:
    with pytest.raises(Undefined):
        run("a = 10**10**10", domain())


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 12), reason="Python 3.12 nests no deeper, on any stack"
)
def test_deep_expressions_are_parsed_and_run() -> None:
    text = "s = " + " + ".join(["x * 2"] * 5000)
    assert run(text, x=1.0)["s"] == 10000.0


def test_comments_by_line() -> None:
    text = 'a = "# no"  # yes\n# own\nb = 1\n'
    assert comments(text) == {1: "# yes"}
    assert own_line_comments(text) == {2: "# own"}


IDENTITIES = [
    "math.exp(-x) - 1 / math.exp(x)",
    "math.exp(math.log(y)) - y",
    "math.exp(x - math.log(y)) * y - math.exp(x)",
    "math.sin(x)**2 + math.cos(x)**2 - 1",
    "1 + math.tan(x)**2 - 1 / math.cos(x)**2",
    "math.sqrt(y)**2 - y",
    "y**-0.5 - math.sqrt(y) / y",
    "y**2.37 / y - y**1.37",
    "y**(x - 1) - y**x / y",
    "1 - math.tanh(x)**2 - 1 / math.cosh(x)**2",
    "math.expm1(x) + 1 - math.exp(x)",
    "math.log2(y) * math.log(2) - math.log(y)",
    "math.erf(-x) + math.erf(x)",
]


@pytest.mark.parametrize("identity", IDENTITIES)
def test_identities_hold_modulo_the_prime(identity: str) -> None:
    for seed in range(60):
        domain = ModularDomain(seed)
        values = {n: Residue(domain.random(n), 0.7) for n in "xy"}
        try:
            found = run(f"import math\na = {identity}", domain, **values)["a"]
        except NoRoot:
            continue
        assert found.value % PRIME == 0
        return
    pytest.fail("no root at any seed")


@pytest.mark.parametrize("identity", [i.replace("1 -", "2 -", 1) for i in IDENTITIES])
def test_zero_test_agrees(identity: str) -> None:
    term = run(
        f"import math\na = {identity}", SymbolicDomain(), x=Term(X, 0.7), y=Term(Y, 0.7)
    )["a"]
    truth = abs(term.shadow) < 1e-12
    assert is_zero(term.expr) == truth


@pytest.mark.parametrize(
    "expr",
    [
        X + Y,
        sympy.exp(X) - sympy.exp(Y),
        sympy.sqrt(X) + 1,
        sympy.tanh(X) - X,
        X**Y - X,
    ],
)
def test_what_is_not_zero_is_never_called_so(expr: sympy.Expr) -> None:
    assert not is_zero(expr)


def test_no_common_divisor_of_large_polynomials_is_sought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = []
    cofactors = PolyElement.cofactors

    def recorded(a: PolyElement, b: PolyElement) -> tuple[PolyElement, ...]:
        sizes.append(len(a) * len(b))
        return cofactors(a, b)

    monkeypatch.setattr(PolyElement, "cofactors", recorded)
    a = sympy.symbols("a:10")
    factors = [[1 + x * y * z + a[i] for x, y, z in triples(a)] for i in range(3)]
    assert not is_zero(sympy.Add(*(1 / sympy.Mul(*of) for of in factors)))
    assert max(sizes, default=0) <= 20_000


def triples(names: Sequence[sympy.Symbol]) -> Iterator[tuple[sympy.Symbol, ...]]:
    return zip(names, names[1:], names[2:], strict=False)


MODULE = """import math


def f_forward(x):
    y = {stage}  # (1)
    return y, (x,)


def f_backward(dy, cache):
    (x,) = cache
    # (1) y = {stage}
    dx = {gradient}
    return dx
"""


def check(stage: str, gradient: str, parameter: str = "x") -> Report:
    source = f"import math\n\n\ndef f({parameter}):\n    y = {stage}\n    return y\n"
    return verify(source, "f.py", MODULE.format(stage=stage, gradient=gradient))


def test_summary_of_a_proof() -> None:
    assert check("x * x", "2 * x * dy").summary() == (
        "1 of 1 local gradients and the whole gradient proved equal to SymPy's "
        "derivatives."
    )


def test_finding_has_both_formulas_and_a_point() -> None:
    finding = check("math.sin(x)", "-math.cos(x) * dy").findings[0]
    assert (finding.stage, finding.written) == (1, "-dy*cos(x)")
    assert finding.expected == "dy*cos(x)"
    assert "x=" in finding.point


def test_side_that_is_never_reached_is_unverified() -> None:
    report = check("x if x * x > -1 else -x", "dy if x * x > -1 else -dy")
    (stage,) = report.functions[0].stages
    assert stage.status is Status.UNVERIFIED
    assert "never false" in stage.message
    assert report.ok
    assert not report.verified
    assert "unverified" in report.summary()


def test_no_sample_point_is_unverified() -> None:
    report = check("math.log(-x * x)", "2 / x * dy")
    assert report.ok
    assert not report.verified
    assert "no sample point" in report.functions[0].notes[0]


def test_identity_that_is_not_proved_is_sampled() -> None:
    report = check(
        "math.asin(math.sin(x) / 2)",
        "math.cos(x) / math.sqrt((2 - math.sin(x)) * (2 + math.sin(x))) * dy",
    )
    assert report.functions[0].stages[0].status is Status.SAMPLED
    assert "1 sampled at 60 digits" in report.summary()


def test_imports_and_syntax_errors_are_findings() -> None:
    module = MODULE.format(stage="x * x", gradient="2 * x * dy")
    source = "def f(x):\n    y = x * x\n    return y\n"
    assert "imports `os`" in verify(source, "f.py", "import os\n" + module).summary()
    assert "not valid Python" in verify(source, "f.py", module + ")").summary()
    assert not verify(source, "f.py", "import math\n").ok


def test_helper_that_is_wrong_is_not_believed() -> None:
    module = MODULE.format(stage="math.lgamma(x)", gradient="_digamma(x) * dy")
    module += "\n\ndef _digamma(x):\n    return math.log(x) - 0.5 / x\n"
    source = "import math\n\n\ndef f(x):\n    y = math.lgamma(x)\n    return y\n"
    assert not verify(source, "f.py", module).ok


def test_threshold_that_is_off_by_a_little_is_found() -> None:
    assert check("x * x if x > 1.5 else x", "2 * x * dy if x > 1.5 else dy").verified
    wrong = check("x * x if x > 1.5 else x", "2 * x * dy if x > 1.50000002 else dy")
    assert not wrong.ok


def test_report_is_plain_data() -> None:
    data = json.loads(json.dumps(check("x * x", "2 * x * dy").to_dict()))
    assert data["ok"]
    assert data["functions"][0]["stages"][0]["gradients"] == ["dx: 2*x"]


def test_two_thousand_stages_are_proved_quickly() -> None:
    count = 2000
    source = ["import math", "v0 = 0.5"]
    forward, backward = [], []
    for i in range(1, count + 1):
        stage = f"v{i} = math.sin(v{i - 1}) + 0.5 * v{i - 1}"
        source.append(stage)
        forward.append(f"    {stage}  # ({i})")
        gradient = f"    dv{i - 1} = (math.cos(v{i - 1}) + 0.5) * dv{i}"
        backward.append(f"    # ({i}) {stage}\n{gradient}")
    names = ", ".join(f"v{i}" for i in range(count))
    module = "\n".join(
        [
            "import math",
            "def s_forward(v0):",
            *forward,
            f"    return v{count}, ({names})",
            f"def s_backward(dv{count}, cache):",
            f"    {names} = cache",
            *reversed(backward),
            "    return dv0",
            "",
        ]
    )
    start = time.process_time()
    report = verify("\n".join(source), "s.py", module, levels=(1, 2, 3))
    assert report.verified
    assert len(report.functions[0].stages) == count
    assert time.process_time() - start < 4


def test_infinity_is_not_a_pass() -> None:
    report = check("math.exp(x) * 1e308 * 1e308", "math.exp(x) * 1e308 * 1e308 * dy")
    assert not report.verified
