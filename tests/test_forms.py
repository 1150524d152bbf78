"""Forms: what expressions are but for their names, and the texts that follow."""

from __future__ import annotations

import pytest
from backgen.emit.expressions import Writer
from backgen.emit.printer import Printer
from backgen.ir import expr as ir, stmt as st
from backgen.ir.expr import Const, Expr, Var
from backgen.ir.form import Filled, Forms
from backgen.ir.walk import is_arithmetic, names_in, paths_in, walruses_in
from random_statements import SPELLING, Statements

a, b, c = (Var(name) for name in "abc")
LOG = ir.Ref("math.log")


def product(left: Expr, right: Expr) -> Expr:
    return ir.Binary("*", left, ir.Call(LOG, (right,)))


def test_expressions_of_one_form_differ_in_names_only() -> None:
    forms = Forms()
    form = forms.of(product(a, b)).form
    assert forms.of(product(c, a)) == Filled(form, ("c", "a"))
    assert forms.of(product(a, a)).form is not form
    assert forms.of(ir.Binary("/", a, b)).form is not form


def random_values(seed: int) -> list[Expr]:
    source = Statements(seed, 3)
    return [source.expression(depth) for depth in (1, 2, 3, 5) for _ in range(100)]


def test_a_form_with_the_names_filled_in_is_the_expression() -> None:
    for value in random_values(1):
        forms = Forms()
        form, names = forms.of(value)
        assert len(set(names)) == len(names)
        if not walruses_in(value):
            assert forms.fill(form, names) is value


def test_a_filled_form_knows_what_it_holds() -> None:
    for value in random_values(2):
        if walruses_in(value):
            continue
        forms = Forms()
        form, names = forms.of(value)
        others = tuple(f"q{number}" for number in range(len(names)))
        filled = forms.fill(form, others)
        assert forms.of(filled) == (form, others)
        assert names_in(filled) == others
        assert paths_in(filled) == paths_in(value)
        assert is_arithmetic(filled) == is_arithmetic(value)
        assert Forms().of(filled) == (form, others)


def test_a_template_gives_the_text_that_the_writer_gives() -> None:
    printer = Printer(SPELLING)
    for value in random_values(3):
        try:
            text = "".join(Writer(SPELLING).document(value))
        except ValueError:  # an f-string that cannot be written
            continue
        assert printer.expression(value) == text


NAMES = {"a": "x", "b": "x_1", "c": "x"}
FIELD = ir.Format((Const('"{a} is "'), ir.Field(a, "", ())))
SPELLED = [
    (st.Assign((a,), ir.Binary("+", c, b), "+"), "x += x_1"),
    (st.Assign((b,), ir.Binary("+", c, b), "+"), "x_1 = x + x_1"),
    (st.Assign((a, b), ir.Sequence("tuple", (b, c))), "x = x_1 = x_1, x"),
    (st.Assign((a,), ir.Mapping((Const('"{0}"'),), (b,))), 'x = {"{0}": x_1}'),
    (st.Assign((a,), ir.Binary("+", ir.Walrus(a, b), a)), "x = (x := x_1) + x"),
    (st.Assign((a,), ir.Paren(product(a, c))), "x = x * log(x)"),
    (st.Accumulate(a, product(b, b)), "x += x_1 * log(x_1)"),
    (st.Accumulate(ir.Index(a, Const("0")), b), "x[0] += x_1"),
    (st.Perform(ir.Call(LOG, (FIELD,))), 'log(f"{{a}} is {x}")'),
    (st.Assign((a,), FIELD), 'x = f"{{a}} is {x}"'),
]


@pytest.mark.parametrize(("statement", "text"), SPELLED)
def test_variables_are_spelled_by_their_names(statement: st.Stmt, text: str) -> None:
    printer = Printer(SPELLING).naming(NAMES)
    assert printer.flat(statement) == text
    assert printer.statement(statement, 0) == [text]


def test_a_variable_without_a_name_is_an_error() -> None:
    printer = Printer(SPELLING).naming({})
    with pytest.raises(KeyError):
        printer.expression(product(a, b))
    with pytest.raises(KeyError):
        printer.expression(a)
