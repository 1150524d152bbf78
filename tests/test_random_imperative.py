"""Gradients of random imperative programs against differences at 50 digits."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from array_judge import Outcome, judge
from flow_fakes import ByExact
from flow_judge import FlowProblem, is_reliable
from random_carried import make_carried
from random_gathered import make_gathered
from random_imperative import FlowProgram, compare, make, shrunk
from random_lists import make_lists
from random_wholes import make_whole

BATCH = 50
# of programs; most refusals are about lists, memory under several names, and shapes
# that may be views or copies
MOST_REFUSED = 0.2


def check(seed: int, *, calls: bool = False, gathered: bool = False) -> Outcome:
    """The outcome of a seed; fails with the smallest program that is wrong."""
    program = make_gathered(seed) if gathered else make(seed, calls=calls)
    outcome = compare(program)
    if outcome.kind == "wrong":
        small = shrunk(program)
        detail = compare(small).detail
        pytest.fail(f"seed {seed}: {detail}\n{small.text}\n{small.arguments}")
    return outcome


def check_all(seeds: range, **how: bool) -> None:
    kinds = Counter(check(seed, **how).kind for seed in seeds)
    assert kinds["unreliable"] < 0.1 * len(seeds), kinds
    assert kinds["refused"] <= MOST_REFUSED * len(seeds), kinds


@pytest.mark.parametrize("batch", range(3))
def test_random_programs(batch: int) -> None:
    check_all(range(batch * BATCH, (batch + 1) * BATCH))


def test_random_programs_with_calls() -> None:
    check_all(range(40), calls=True)


def test_random_programs_of_items_of_a_dict() -> None:
    check_all(range(40), gathered=True)


def check_carried(seeds: range) -> None:
    outcomes = []
    for seed in seeds:
        program = make_carried(seed)
        outcome = compare(program)
        outcomes.append(outcome.kind)
        assert outcome.kind != "wrong", f"seed {seed}: {outcome.detail}\n{program.text}"
    assert outcomes.count("refused") <= MOST_REFUSED * len(seeds), Counter(outcomes)


def test_random_programs_that_carry_tuples() -> None:
    check_carried(range(12))


def check_lists(seeds: range) -> None:
    outcomes = []
    for seed in seeds:
        program = make_lists(seed)
        outcome = compare(program)
        outcomes.append(outcome.kind)
        assert outcome.kind != "wrong", f"seed {seed}: {outcome.detail}\n{program.text}"
    assert outcomes.count("refused") <= 0.5 * len(seeds), Counter(outcomes)


def test_random_programs_over_lists_of_lists() -> None:
    check_lists(range(40))


def check_wholes(seeds: range) -> None:
    outcomes = []
    for seed in seeds:
        program = make_whole(seed)
        outcome = compare(program)
        outcomes.append(outcome.kind)
        assert outcome.kind != "wrong", f"seed {seed}: {outcome.detail}\n{program.text}"
    assert outcomes.count("refused") <= MOST_REFUSED * len(seeds), Counter(outcomes)


def test_random_programs_that_change_whole_arrays() -> None:
    check_wholes(range(60))


@pytest.mark.slow
def test_many_random_programs_that_change_whole_arrays() -> None:
    check_wholes(range(60, 1500))


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(10))
def test_many_random_programs_of_items_of_a_dict(batch: int) -> None:
    seeds = range(30_000 + batch * BATCH, 30_000 + (batch + 1) * BATCH)
    check_all(seeds, gathered=True)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(40))
def test_many_random_programs(batch: int) -> None:
    check_all(range(10_000 + batch * BATCH, 10_000 + (batch + 1) * BATCH))


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(10))
def test_many_random_programs_with_calls(batch: int) -> None:
    seeds = range(20_000 + batch * BATCH, 20_000 + (batch + 1) * BATCH)
    check_all(seeds, calls=True)


# -- the generator itself


def test_a_seed_gives_one_program() -> None:
    assert make(7).text == make(7).text
    assert make(7).text != make(8).text
    assert make(7, calls=True).text != make(7).text


VARIETY = """
for | while | elif | else: | break | continue | reversed( | enumerate( | zip( | @
range(1, | -1) | .append( | .pop() | sum( | np.array([ | np.stack( | np.zeros | .copy()
[::-1] | [1:-1] | [:, | += | *= | np.add.at( | .sort() | .fill( | out= | .T | max(
if k | return
"""


def test_programs_are_varied() -> None:
    texts = [make(seed).text for seed in range(300)]
    for what in VARIETY.replace("\n", "|").strip("|").split("|"):
        assert sum(what.strip() in text for text in texts) >= 5, what


def test_kinds_of_programs_take_turns() -> None:
    texts = [make(seed).text for seed in range(60)]
    without = [seed for seed in range(60) if "x" not in make(seed).arguments]
    assert without == list(range(0, 60, 3))
    assert sum("[" in text for text in texts[1::3]) > 15


def test_nearly_all_programs_can_be_judged() -> None:
    reliable = [is_reliable(make(seed).problem) for seed in range(100)]
    assert sum(reliable) > 90


def test_a_wrong_program_is_made_smaller() -> None:
    """Of an implementation that is wrong wherever the sine occurs, the sine is left."""

    class NoSine(ByExact):
        def gradients(self, f, arguments, wrt, dy):
            found = super().gradients(f, arguments, wrt, dy)
            if "sin" not in f.__code__.co_names:
                return found
            return tuple(gradient + 1.0 for gradient in found)

    def judged(problem: FlowProblem) -> Outcome:
        return judge(problem, NoSine())

    text = """
import numpy as np

def f(x, s):
    y = x * 2
    for i in range(3):
        if i > 0:
            y[0] += s
            y[1] = np.sin(x[0])
        else:
            y = y + 1
    k = 0
    while k < 3:
        k += 1
    return y[0] * y[1]
"""
    program = FlowProgram(text, {"x": np.array([0.3, 0.6]), "s": 0.7})
    small = shrunk(program, judged)
    assert "np.sin(x[0])" in small.text
    for gone in ("while", "else", "y[0] += s", "if"):
        assert gone not in small.text
