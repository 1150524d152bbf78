"""Gradients of array operations against differences, through the public API.

A refusal is an error, except for the names in `array_refused.REFUSED`, which are
skipped; a wrong gradient always is one.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, combinations, product
from typing import Any

import numpy as np
import pytest
from array_case import Case, values
from array_cases import CASES
from array_checks import accept, problem
from array_judge import Problem
from array_oracles import load
from array_trees import copied

Shape = tuple[int, ...]

SHAPES: tuple[Shape, ...] = (
    *((), (3,), (1,), (2, 3), (2, 1), (1, 3), (1, 1)),
    *((4, 2, 3), (1, 2, 1), (4, 1, 3), (1, 1, 1), (0, 3), (0,), (2, 0, 1)),
)


# -- every operation

OPERATIONS: dict[str, list[Case]] = defaultdict(list)
for _case in chain.from_iterable(CASES.values()):
    OPERATIONS[f"{_case.group}.{_case.name}"].append(_case)


def runs(one: Problem) -> bool:
    """Whether this version of NumPy has the function, and SciPy is there."""
    try:
        load(one.text)(**copied(dict(one.arguments)))
    except (AttributeError, ImportError):
        return False
    return True


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_operations(name: str) -> None:
    problems = [case.problem for case in OPERATIONS[name]]
    accept(name, *filter(runs, problems))


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_operations_in_single_precision(name: str) -> None:
    problems = [case.problem.in_single_precision() for case in OPERATIONS[name]]
    accept(name, *filter(runs, problems))


# -- broadcasting


def joined(first: Shape, second: Shape) -> bool:
    try:
        np.broadcast_shapes(first, second)
    except ValueError:
        return False
    return True


PAIRS = [pair for pair in product(SHAPES, SHAPES) if joined(*pair)]
FEW_PAIRS = [
    pair for pair in PAIRS if max(map(len, pair)) <= 2 and 0 not in sum(pair, ())
]
ALWAYS = ("x + y", "x * y")
BINARY = (
    *("x - y", "x / y", "x**y", "np.maximum(x, y)", "np.minimum(x, y)"),
    *("np.hypot(x, y)", "np.arctan2(x, y)", "np.logaddexp(x, y)"),
    *("np.where(x > y, x, y)", "(x + y) * x", "x - (y - x)", "np.add(x, y)"),
)


def pair_problem(expression: str, first: Shape, second: Shape) -> Problem:
    arguments = {"x": values("+", first, "x"), "y": values("+", second, "y")}
    return problem(expression, arguments)


@pytest.mark.parametrize("expression", ALWAYS)
def test_broadcasting(expression: str) -> None:
    accept("broadcasting", *(pair_problem(expression, *pair) for pair in PAIRS))


@pytest.mark.parametrize("expression", BINARY)
def test_broadcasting_of_small_shapes(expression: str) -> None:
    accept("broadcasting", *(pair_problem(expression, *pair) for pair in FEW_PAIRS))


@pytest.mark.slow
@pytest.mark.parametrize("expression", BINARY)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_broadcasting_of_all_shapes(expression: str) -> None:
    accept("broadcasting", *(pair_problem(expression, *pair) for pair in PAIRS))


@pytest.mark.parametrize("expression", ["x + y", "x * y", "x / y", "y / x", "y - x"])
def test_numbers_with_arrays(expression: str) -> None:
    numbers = (1.25, np.float64(1.25), np.float32(1.25))
    accept(
        "broadcasting",
        *(
            problem(expression, {"x": values("+", shape, "x"), "y": number})
            for shape in ((3,), (2, 3), (0, 3), ())
            for number in numbers
        ),
    )


# -- reductions


def axes_of(rank: int) -> list[Any]:
    """None, every axis from both ends, and every tuple of axes."""
    sets = chain.from_iterable(combinations(range(rank), n) for n in range(rank + 1))
    return [None, *range(-rank, rank), *sets, *[(-1,)][:rank]]


REDUCED: tuple[Shape, ...] = ((), (3,), (1,), (2, 3), (1, 3), (4, 2, 3), (0, 3))
REDUCTIONS = ("sum", "mean", "max", "min", "prod", "var", "std")


def reduction_problems(name: str, shapes: tuple[Shape, ...]) -> list[Problem]:
    found = []
    for shape in shapes:
        for axis, keepdims in product(axes_of(len(shape)), (False, True)):
            x = values("+", shape, "x")
            if x.size == 0 and name not in ("sum", "prod"):
                continue  # of nothing there is neither a mean nor a maximum
            if name == "std" and x.size == np.size(np.sum(x, axis=axis)):
                continue  # of single values: zero, where it has no derivative
            call = f"np.{name}(x, axis={axis}, keepdims={keepdims})"
            found.append(problem(call, {"x": x}))
    return found


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name: str) -> None:
    shapes = REDUCED if name == "sum" else ((3,), (2, 3), (0, 3))
    accept("reductions", *reduction_problems(name, shapes))


@pytest.mark.slow
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions_of_all_shapes(name: str) -> None:
    accept("reductions", *reduction_problems(name, (*REDUCED, (2, 1, 3, 2))))


# -- matrix products

FACTORS = (
    *(((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4))),
    *(((4, 2, 3), (3, 5)), ((2, 3), (4, 3, 5)), ((4, 2, 3), (4, 3, 5))),
    *(((4, 2, 3), (3,)), ((3,), (4, 3, 2)), ((1, 2, 3), (4, 3, 5))),
    *(((5, 1, 2, 3), (4, 3, 2)), ((4, 2, 3), (5, 4, 3, 2)), ((2, 1), (1, 3))),
    *(((4, 1, 3), (3, 1)), ((1, 3), (3, 1)), ((0, 3), (3, 2)), ((2, 0), (0, 3))),
)


@pytest.mark.parametrize("expression", ["x @ y", "np.matmul(x, y)", "np.dot(x, y)"])
def test_products_of_all_ranks(expression: str) -> None:
    pairs = FACTORS[:10] if "dot" in expression else FACTORS
    accept("products", *(pair_problem(expression, *pair) for pair in pairs))
