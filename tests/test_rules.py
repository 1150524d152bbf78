"""Every rule, from the table itself: against SymPy, and as a program that is run.

SymPy differentiates what an operation is (`FORMS` in sympy_forms.py, by name), never
what its rule says. A new line in the table is tested by itself; only a new operation
needs something written: its form.
"""

from __future__ import annotations

import builtins
import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import mpmath
import pytest
import sympy as sp
from backgen import operations as docs
from backgen.emit.printer import Printer
from backgen.errors import Refused
from backgen.ir.expr import Binary, Call, Compare, Cond, Const, Expr, Ref, Unary, Var
from backgen.ir.walk import postorder
from backgen.module import load
from backgen.pipeline import Options, from_text
from backgen.rules.gates import GATES
from backgen.rules.match import find_gate
from backgen.rules.rule import Gate, Kind, Rule
from backgen.rules.scalar import RULES
from sympy_forms import (
    DIGITS,
    INTEGER,
    Point,
    differences,
    evaluate,
    form_of,
    name_of,
    points,
    symbols,
)

UPSTREAM = 0.7


def operands_of(rule: Rule) -> tuple[str, ...]:
    """Operand names; three where the rule takes any number."""
    if not rule.variadic:
        return rule.params
    return tuple(f"{rule.params[0]}{number}" for number in range(3))


def to_sympy(template: Expr, known: Mapping[str, sp.Expr]) -> sp.Expr:
    """A rule's text as SymPy reads it."""

    def read(node: Expr) -> sp.Expr:
        match node:
            case Const(text):
                return sp.Rational(text)
            case Var(name):
                return known[name]
            case Ref("math.pi"):
                return sp.pi
            case Unary("-", inner):
                return -read(inner)
            case Binary(op, left, right):
                return form_of(op)(read(left), read(right))
            case Call(Ref(path), args):
                return form_of(name_of(path).lstrip("_"))(*map(read, args))
            case Compare((op,), (left, right)):
                return sp.Rel(read(left), read(right), op)
            case Cond(test, then, other):
                return sp.Piecewise((read(then), read(test)), (read(other), True))
            case _:
                raise AssertionError(node)

    return read(template)


def text_of(pattern: Expr) -> str:
    """A gate's pattern as a program says it."""
    paths = {node.path for node in postorder(pattern) if isinstance(node, Ref)}
    spelled = {path: path.removeprefix("builtins.") for path in paths}
    return Printer(spelled).expression(pattern)


def assert_same(
    gradient: sp.Expr, derivative: sp.Expr, names: Sequence[str], at: Sequence[Point]
) -> None:
    """Proved where that is cheap, else equal to 50 digits at all points."""
    if sp.expand(gradient - derivative) == 0:
        return
    for point in at:
        ours, theirs = (evaluate(form, names, point) for form in (gradient, derivative))
        assert ours is not None, point
        assert theirs is not None, point
        with mpmath.workdps(DIGITS):
            assert mpmath.almosteq(ours, theirs, 1e-40, 1e-40), (point, ours, theirs)


# -- rules against SymPy

LOCAL = [rule for rule in RULES if rule.kind is Kind.LOCAL]
CONSTANT = [rule for rule in RULES if rule.kind is Kind.CONSTANT]
DISCRETE = [rule for rule in RULES if rule.kind is Kind.DISCRETE]


def label(rule: Rule) -> str:
    return rule.form


@pytest.mark.parametrize("rule", LOCAL, ids=label)
def test_local_gradients_are_sympys_derivatives(rule: Rule) -> None:
    names = operands_of(rule)
    known = symbols(names)
    for operation in map(name_of, rule.paths):
        form = form_of(operation)(*known.values())
        at = points(form, names, operation)
        for position, name in enumerate(names):
            inner = known | {"out": form}
            if rule.variadic:
                inner[rule.params[0]] = known[name]
            gradient = to_sympy(rule.gradient(position), inner)
            if (operation, name) in INTEGER:
                assert gradient == 0
                continue
            assert_same(gradient, sp.diff(form, known[name]), names, at)
        for name, template in rule.lean.items():
            lean = to_sympy(template, known | {"out": form})
            assert_same(lean, sp.diff(form, known[name]), names, at)


every_gate = pytest.mark.parametrize(
    ("gate", "pattern"),
    [
        pytest.param(gate, pattern, id=f"{gate.name}-{text_of(pattern)}")
        for gate in GATES
        for pattern in gate.patterns
    ],
)


@every_gate
def test_gates_have_sympys_derivatives(gate: Gate, pattern: Expr) -> None:
    known = symbols(tuple(gate.local))
    form = to_sympy(pattern, known)
    at = points(form, tuple(gate.local), gate.name)
    for name, gradient in gate.local.items():
        ours = to_sympy(gradient, known | {"out": form})
        assert_same(ours, sp.diff(form, known[name]), tuple(gate.local), at)


@every_gate
def test_gates_are_recognised(gate: Gate, pattern: Expr) -> None:
    found = find_gate(pattern, named=True)
    assert found is not None
    assert found == (gate, {name: Var(name) for name in gate.local})


# -- rules as programs


def spelled(path: str, operands: Sequence[str]) -> str:
    """The operation as a program says it."""
    if path == "neg":
        return f"-{operands[0]}"
    if not path[0].isalpha():
        return f" {path} ".join(operands)
    listed = ", ".join(operands)
    if path in ("builtins.sum", "math.fsum"):
        listed = f"[{listed}]"
    return f"{path.removeprefix('builtins.')}({listed})"


def program(names: Sequence[str], result: str, integers: Collection[str] = ()) -> str:
    """A function with one stage; `integers` are annotated so, and have no gradient."""
    kinds = {name: "int" if name in integers else "float" for name in names}
    parameters = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
    body = f"    out = {result}\n    return out\n"
    modules = "import math\nimport numpy\nimport scipy.special\n"
    return f"{modules}\n\ndef f({parameters}):\n{body}"


def run(source: str, style: str, point: Point) -> tuple[float, Sequence[float]]:
    """Value and gradients as the written module gives them, for `UPSTREAM`."""
    text = from_text(source, "f.py", Options(style=style)).text("nothing")
    module = load(text, "f_backward")
    if style == "fused":
        value, gradients = module.f_value_and_grad(*point)
        factor = UPSTREAM
    else:
        value, cache = module.f_forward(*point)
        gradients = module.f_backward(UPSTREAM, cache)
        factor = 1.0
    as_tuple = gradients if isinstance(gradients, tuple) else (gradients,)
    return value, [gradient * factor for gradient in as_tuple]


def assert_runs_right(
    source: str,
    form: sp.Expr,
    names: Sequence[str],
    at: Sequence[Point],
    integers: Collection[str] = (),
) -> None:
    for style, point in itertools.product(("split", "fused"), at):
        value, gradients = run(source, style, point)
        assert value == pytest.approx(float(evaluate(form, names, point)), rel=1e-12)
        with mpmath.workdps(DIGITS):
            slopes = differences(form, names, point)
        want = [
            UPSTREAM * float(slope)
            for name, slope in zip(names, slopes, strict=True)
            if name not in integers
        ]
        assert gradients == pytest.approx(want, rel=1e-12, abs=1e-12), (style, point)


def every_path(rules: Sequence[Rule]) -> pytest.MarkDecorator:
    """Every spelling of every rule that this Python has."""
    return pytest.mark.parametrize(
        ("rule", "path"),
        [
            pytest.param(r, path, id=f"{path}-{r.form}", marks=skip_if_missing(path))
            for r in rules
            for path in r.paths
        ],
    )


def skip_if_missing(path: str) -> pytest.MarkDecorator:
    module, _, name = path.partition(".")
    missing = module == "math" and not hasattr(math, name)
    return pytest.mark.skipif(missing, reason=f"no {path} in this Python")


@every_path(LOCAL)
def test_operations_run_right(rule: Rule, path: str) -> None:
    names, operation = operands_of(rule), name_of(path)
    form = form_of(operation)(*symbols(names).values())
    integers = [name for name in names if (operation, name) in INTEGER]
    result = spelled(path, names)
    if operation == "//":  # an output without any gradient is refused
        result, form = f"{result} + {names[0]}", form + symbols(names)[names[0]]
    source = program(names, result, integers)
    assert_runs_right(source, form, names, points(form, names, operation), integers)


@every_gate
def test_gates_run_right(gate: Gate, pattern: Expr) -> None:
    names = tuple(gate.local)
    form = to_sympy(pattern, symbols(names))
    source = program(names, text_of(pattern))
    assert_runs_right(source, form, names, points(form, names, gate.name))


ARGUMENTS: Mapping[str, Point] = {"comb": (5, 2), "perm": (5, 2), "round": (2.345, 2)}


def arguments(rule: Rule, path: str) -> Point:
    """Arguments for an operation that no gradient passes through."""
    integers = rule.kind is Kind.DISCRETE
    usual = (12, 18, 4) if integers else (2.6, -1.4, 0.3)
    return ARGUMENTS.get(name_of(path), usual)[: len(operands_of(rule))]


SEARCHES = ("bisect(xs, x)", "bisect_left(xs, x)", "bisect_right(xs, x)")
ELSEWHERE = ("len(x)", "stop_gradient(x)", *SEARCHES)


@every_path([rule for rule in CONSTANT if rule.form not in ELSEWHERE])
def test_no_gradient_passes_through_a_step(rule: Rule, path: str) -> None:
    names, point = operands_of(rule), arguments(rule, path)
    integers = [name for name in names if (name_of(path), name) in INTEGER]
    source = program([*names, "w"], f"({spelled(path, names)}) * w", integers)
    function = getattr(math, name_of(path), None) or getattr(builtins, name_of(path))
    _, gradients = run(source, "split", (*point, 0.5))
    zeros = [0.0] * (len(names) - len(integers))
    assert gradients == [*zeros, UPSTREAM * function(*point)]


@every_path(DISCRETE)
def test_functions_of_integers(rule: Rule, path: str) -> None:
    names, point = operands_of(rule), arguments(rule, path)
    result = f"{spelled(path, names)} * w"
    with pytest.raises(Refused) as refused:
        from_text(program([*names, "w"], result), "f.py", Options())
    assert refused.value.code == "BG012"
    _, gradients = run(program([*names, "w"], result, names), "split", (*point, 0.5))
    assert gradients == [UPSTREAM * getattr(math, name_of(path))(*point)]


# -- conventions at kinks, in every form of the same thing

KINKS = {
    "max(x, y)": (0.0, 1.0),
    "max([x, y])": (0.0, 1.0),
    "x if x > y else y": (0.0, 1.0),
    "min(x, y)": (0.0, 1.0),
    "x if x < y else y": (0.0, 1.0),
    "y + max(0, x)": (0.0, 1.0),
    "y + max(x, 0)": (0.0, 1.0),
    "y + max(x, 0.0)": (0.0, 1.0),
    "y + (x if x > 0 else 0)": (0.0, 1.0),
    "y + min(0, x)": (0.0, 1.0),
    "y + abs(x)": (0.0, 1.0),
    "y + math.fabs(x)": (0.0, 1.0),
    "y + math.copysign(x, 2.0)": (0.0, 1.0),
}


@pytest.mark.parametrize("result", KINKS)
def test_conventions_at_kinks(result: str) -> None:
    value, gradients = run(program(("x", "y"), result), "split", (0.0, 0.0))
    assert value == 0
    assert gradients == [UPSTREAM * one_sided for one_sided in KINKS[result]]


@pytest.mark.parametrize("result", ["max(x, y)", "min(x, y)", "max(x, y, math.nan)"])
def test_the_gradient_is_of_the_operand_that_python_takes(result: str) -> None:
    # `y` is taken only if it compares as the larger, which nan does not
    value, gradients = run(program(("x", "y"), result), "split", (1.5, math.nan))
    assert value == 1.5
    assert gradients == [UPSTREAM, 0]


def test_the_table_of_operations_is_current() -> None:
    path = Path(__file__).parent.parent / "docs" / "operations.md"
    assert path.read_text(encoding="utf-8") == docs.document()
