"""The cases are right, and the judge finds what is wrong."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from array_case import Case, parse
from array_cases import (
    AUTOGRAD_FFT,
    AUTOGRAD_LINALG,
    AUTOGRAD_NUMPY,
    AUTOGRAD_WRONG,
    CASES,
)
from array_fakes import ByDifferences, Unsupported
from array_judge import Problem, difference, judge
from array_oracles import autograd_gradients, load, upstream_of

GROUPS = pytest.mark.parametrize("group", CASES)


def problem(expression: str, spec: str) -> Problem:
    return Case("test", "test", expression, parse(spec)).problem


# -- the cases


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("numpy", AUTOGRAD_NUMPY),
        ("numpy.linalg", AUTOGRAD_LINALG),
        ("numpy.fft", AUTOGRAD_FFT),
    ],
)
def test_all_of_autograds_functions_have_cases(
    group: str, names: tuple[str, ...]
) -> None:
    assert {case.name for case in CASES[group]} == set(names)


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("autograd.numpy", AUTOGRAD_NUMPY),
        ("autograd.numpy.linalg", AUTOGRAD_LINALG),
        ("autograd.numpy.fft", AUTOGRAD_FFT),
    ],
)
def test_the_lists_are_autograds(module: str, names: tuple[str, ...]) -> None:
    core = pytest.importorskip("autograd.core")
    wrapped = vars(pytest.importorskip(module))
    with_vjp = {
        name
        for name, value in wrapped.items()
        if callable(value) and value in core.primitive_vjps
    }
    helpers = {
        "_original_where": "where",
        "array_from_args": "array",
        "concatenate_args": "concatenate",
        "_primitive_norm": "norm",
    }
    found = {helpers.get(name, name) for name in with_vjp}
    # these are wrapped a second time, under the public name
    found |= {name for name in ("mean", "std", "var") if name in names}
    assert found - {"make_diagonal", "truncate_pad"} == set(names)


def test_no_case_stands_twice() -> None:
    ids = [case.id for cases in CASES.values() for case in cases]
    assert len(ids) == len(set(ids))


@GROUPS
def test_every_case_can_be_judged(group: str) -> None:
    for case in CASES[group]:
        try:
            f = load(case.text)
            upstream = upstream_of(f(**case.arguments))
        except (AttributeError, ImportError):
            continue  # this version of NumPy has no such function, or there is no SciPy
        expected = case.problem.expected(upstream)
        sizes = [np.max(np.abs(g), initial=1.0) for g in expected.gradients.values()]
        assert expected.error < 1e-9 * max(sizes), case.id


@GROUPS
def test_autograd_agrees(group: str) -> None:
    """Two oracles that share nothing; autograd's own mistakes are listed."""
    pytest.importorskip("autograd")
    for case in CASES[group]:
        # what autograd does not know, it takes for a constant
        if group == "beyond" or case.id in AUTOGRAD_WRONG:
            continue
        try:
            upstream = upstream_of(load(case.text)(**case.arguments))
        except (AttributeError, ImportError):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = autograd_gradients(case.text, case.arguments, case.wrt, upstream)
        if found is not None:
            gradients = tuple(found[name] for name in case.wrt)
            expected = case.problem.expected(upstream)
            assert not difference(case.problem, gradients, expected), case.id


# -- the judge

TABLE = (
    ("np.sum(x * w)", "x[2,3] w[3]"),
    ("x * w", "x[2,3] w[3]"),
    ("x @ w", "x[2,3] w[3]"),
    ("x, x * w", "x[3] w[3]"),
    ("x * w", "x[2,3] w"),
)
EXPRESSIONS = pytest.mark.parametrize(("expression", "spec"), TABLE)


@EXPRESSIONS
def test_right_gradients_are_right(expression: str, spec: str) -> None:
    assert judge(problem(expression, spec), ByDifferences()).kind == "right"


@EXPRESSIONS
def test_single_precision_is_right(expression: str, spec: str) -> None:
    single = problem(expression, spec).in_single_precision()
    assert judge(single, ByDifferences()).kind == "right"


def test_nested_arguments() -> None:
    text = "import numpy as np\n\n\ndef f(p):\n    return p['w'][0] * p['b']\n"
    arguments = {"p": {"w": [np.array([1.0, 2.0]), 3.0], "b": np.array(2.0)}}
    nested = Problem(text, arguments, ("p",))
    assert judge(nested, ByDifferences()).kind == "right"

    def as_list(gradients, dy, arguments):
        return (list(gradients[0].values()),)

    assert "form" in judge(nested, ByDifferences(as_list)).detail


def shape_kept_broadcast(gradients, dy, arguments):
    return (gradients[0], np.broadcast_to(gradients[1], (2, 3)))


def scaled(gradients, dy, arguments):
    return (gradients[0], gradients[1] * (1 + 1e-6))


def one_element_off(gradients, dy, arguments):
    changed = gradients[0].copy()
    changed.flat[-1] += 1e-6
    return (changed, gradients[1])


def swapped(gradients, dy, arguments):
    return gradients[::-1]


def not_a_number(gradients, dy, arguments):
    return (gradients[0] * np.nan, gradients[1])


def in_half(gradients, dy, arguments):
    return (gradients[0].astype(np.float16), gradients[1])


def as_integers(gradients, dy, arguments):
    return (gradients[0].astype(int), gradients[1])


def one_gradient(gradients, dy, arguments):
    return gradients[0]


def argument_changed(gradients, dy, arguments):
    arguments["x"] += 1
    return gradients


def upstream_changed(gradients, dy, arguments):
    if isinstance(dy, np.ndarray):
        dy *= 2
    return gradients


def raised(gradients, dy, arguments):
    raise KeyError("x")


@pytest.mark.parametrize(
    "spoil",
    [
        shape_kept_broadcast,
        scaled,
        one_element_off,
        swapped,
        not_a_number,
        in_half,
        as_integers,
        one_gradient,
        argument_changed,
        upstream_changed,
        raised,
    ],
)
def test_spoilt_gradients_are_wrong(spoil) -> None:
    assert judge(problem("x * w", "x[2,3] w[3]"), ByDifferences(spoil)).kind == "wrong"


def test_a_pullback_that_is_spent_is_wrong() -> None:
    calls = []

    def spent(gradients, dy, arguments):
        calls.append(1)
        return gradients if len(calls) == 1 else (gradients[0] * 2, gradients[1])

    outcome = judge(problem("x * w", "x[2,3] w[3]"), ByDifferences(spent))
    assert "second call" in outcome.detail


def test_a_value_that_is_not_the_functions_own_is_wrong() -> None:
    class Rounded(ByDifferences):
        def vjp(self, f, wrt=None, *, verify=True):
            inner = super().vjp(f, wrt)

            def run(*values):
                value, pullback = inner(*values)
                return value.astype(np.float32), pullback

            return run

    assert "value" in judge(problem("x * 2", "x[2,3]"), Rounded()).detail


def test_float64_for_a_float32_argument_is_wrong() -> None:
    def widened(gradients, dy, arguments):
        return tuple(gradient.astype(np.float64) for gradient in gradients)

    single = problem("x * w", "x[2,3] w[3]").in_single_precision()
    assert "dtype" in judge(single, ByDifferences(widened)).detail


@pytest.mark.parametrize("code", ["BG040", "BG099"])
def test_only_refusals_are_refusals(code: str) -> None:
    class Refusal(Unsupported):
        pass

    def refuse(gradients, dy, arguments):
        raise Refusal("no")

    one = problem("x * 2", "x[2,3]")
    assert judge(one, ByDifferences(refuse)).kind == "refused"
    Refusal.code = code
    assert judge(one, ByDifferences(refuse)).kind == "wrong"


def test_a_kink_is_unreliable() -> None:
    at_kink = replace(
        problem("np.abs(x)", "x[2]"), arguments={"x": np.array([0.0007, 1])}
    )
    assert judge(at_kink, ByDifferences()).kind == "unreliable"
