"""Gradients of random array programs against differences."""

from __future__ import annotations

from collections import Counter

import backgen
import pytest
from array_fakes import ByDifferences
from array_judge import Outcome
from random_arrays import ArrayProgram, compare, make, shrunk

BATCH = 50


def check(seed: int) -> Outcome:
    """The outcome of a seed; fails with the smallest program that is wrong."""
    program = make(seed)
    outcome = compare(program, backgen)
    if outcome.kind == "wrong":
        small = shrunk(program, backgen)
        detail = compare(small, backgen).detail
        pytest.fail(f"seed {seed}: {detail}\n{small.text}\n{small.arguments}")
    return outcome


def check_all(seeds: range) -> None:
    kinds = Counter(check(seed).kind for seed in seeds)
    assert kinds["unreliable"] < 0.1 * len(seeds), kinds
    if kinds["refused"] > 0.5 * len(seeds):
        pytest.skip(f"most are refused: {dict(kinds)}")


@pytest.mark.parametrize("batch", range(3))
def test_random_programs(batch: int) -> None:
    check_all(range(batch * BATCH, (batch + 1) * BATCH))


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(40))
def test_many_random_programs(batch: int) -> None:
    check_all(range(10_000 + batch * BATCH, 10_000 + (batch + 1) * BATCH))


# Seeds that were once wrong; what they found is in the comment.
ONCE_WRONG = {
    460: "an axis of a number, which NumPy allows",
    609: "a call that got another name",
    634: "`.T` of a value of rank 1",
    1193: "a reduction of a reduction to one value",
    1284: "a cumulative sum of a number has an axis, its argument has none",
    1754: "unary minus on a mask",
    2124: "the variance of a number",
    10261: "the transpose of a product of stacked matrices",
    11047: "a view that NumPy does not let anyone write to",
    11357: "a choice between outputs is no guard of what is an output itself",
    11798: "a mask times the unit seed is of double precision",
}


@pytest.mark.parametrize("seed", ONCE_WRONG)
def test_programs_that_were_once_wrong(seed: int) -> None:
    assert check(seed).kind == "right"


# -- the generator itself


def test_a_seed_gives_one_program() -> None:
    assert make(7).text == make(7).text
    assert make(7).text != make(8).text


def test_programs_are_varied() -> None:
    text = "\n".join(make(seed).text for seed in range(200))
    for what in ("@", ".T", "einsum", "axis", "keepdims", "[", "where", "concatenate"):
        assert text.count(what) > 5, what


def test_a_wrong_program_is_made_smaller() -> None:
    """Of an implementation that is wrong wherever the sine occurs, the sine is left."""

    class NoSine(ByDifferences):
        def gradients(self, f, arguments, wrt, dy):
            found = super().gradients(f, arguments, wrt, dy)
            if "sin" not in f.__code__.co_names:
                return found
            return tuple(gradient + 1.0 for gradient in found)

    lines = ("a = x * 2", "b = np.sin(a + 1)", "c = b * b", "d = c + a")
    program = ArrayProgram({"x": 0.7, "y": 1.5}, lines, "d * y", ("x", "y"))
    assert compare(program, NoSine()).kind == "wrong"
    small = shrunk(program, NoSine())
    assert (small.stages, small.output) == (("a = x",), "np.sin(a + 1)")
    assert small.arguments == {"x": 0.7}
