"""Roots and exponentials modulo a prime, which need not hinder an exact run."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import pytest
from backgen import pipeline, stamp
from backgen.pipeline import Options
from backgen.verify import verify
from backgen.verify.reports.report import FunctionReport, Status
from backgen.verify.running.code import Number
from backgen.verify.running.modular import PRIME, ModularDomain, NoRoot, Residue
from backgen.verify.running.roots import Draws, Stop, rooted


def report_on(source: str, right: str = "", wrong: str = "") -> FunctionReport:
    module = pipeline.from_text(source, "f.py", Options()).text(stamp.UNCHECKED)
    assert not right or right in module, module
    text = module.replace(right, wrong)
    return verify(source, "f.py", text, levels=(1, 3)).functions[0]


NORMS = """
import numpy as np


def f(x: "N, C", w: "C, C", v: "C, C"):
    for m in (w, v):
        x = x @ m
        d = x - x.mean(axis=-1, keepdims=True)
        x = x + d / np.sqrt((d**2).mean(axis=-1, keepdims=True) + 1e-5)
    return x
"""
SHIFTED = """
import numpy as np


def f(y: "N, C"):
    for _ in range(2):
        y = y - np.log(np.sum(np.exp(y), axis=1, keepdims=True))
        y = np.tanh(y)
    return y
"""
CONSTANT = """
import math


def f(x, y):
    a = x / math.sqrt(3) + y
    out = a * a * math.sqrt(3)
    return out
"""
LENGTHS = """
import math


def f(a, b, c, d):
    r = math.sqrt(a)
    s = math.sqrt(b + r)
    t = math.sqrt(c + s)
    u = math.sqrt(d + t)
    v = math.sqrt(a + b * u)
    w = math.sqrt(b + c * v)
    x = math.sqrt(c + d * w)
    out = math.sqrt(d + a * x)
    return out
"""


@pytest.mark.parametrize("source", [NORMS, SHIFTED, CONSTANT, LENGTHS])
def test_the_whole_gradient_is_exact(source: str) -> None:
    function = report_on(source)
    assert function.modular is Status.MODULAR, function


def test_a_factor_that_is_off_is_found_in_the_exact_run() -> None:
    function = report_on(NORMS, "d / ", "1.000000001 * d / ")
    assert function.findings


def stop_of(needed: Sequence[Sequence[str]], draws: Draws) -> Stop | None:
    """A run in which the n-th root exists if that is so by chance for its inputs."""
    domain = ModularDomain()
    for step, names in enumerate(needed):
        base = domain.random("base", step, *(draws.get(name, 0) for name in names))
        if pow(base, (PRIME - 1) // 2, PRIME) != 1:
            return Stop(step, step, base)
    return None


def test_many_roots_are_found_one_after_the_other() -> None:
    names = [f"x{i}" for i in range(40)]
    needed = list(itertools.pairwise(names))
    draws = rooted([names], lambda draws: stop_of(needed, draws), (), 2_000)
    assert draws is not None
    assert stop_of(needed, draws) is None


def test_draws_that_do_are_taken_as_they_are() -> None:
    runs = []

    def run(draws: Draws) -> Stop | None:
        runs.append(draws)
        return None if draws == {"x": 7} else Stop(0, 0, 3)

    assert rooted([["x"]], run, [{"x": 7}], 10) == {"x": 7}
    assert len(runs) == 2


def test_a_search_without_hope_ends() -> None:
    assert rooted([["x", "y"]], lambda draws: Stop(0, 0, 3), (), 50) is None


def test_roots_of_constants_exist_and_others_need_not() -> None:
    domain = ModularDomain()
    half = domain.literal(Number(0.5, Fraction(1, 2)))
    three = domain.literal(Number(3, 3))
    assert domain.power(three, half) == domain.power(three, half)
    with pytest.raises(NoRoot):
        # -1 has no root, but stands for another number here
        domain.power(Residue(PRIME - 1, 0.7), half)


def test_exponentials_of_sums_and_differences_are_products_and_quotients() -> None:
    domain = ModularDomain()
    x, y, z = (Residue(domain.random(name), 0.7) for name in "xyz")
    exp = [domain.elementary("exp", a) for a in (x, y, z)]
    total = domain.elementary("exp", domain.add(x, y))
    assert total.value == domain.mul(exp[0], exp[1]).value
    shifted = domain.elementary("exp", domain.sub(z, y))
    assert shifted.value == domain.div(exp[2], exp[1]).value
