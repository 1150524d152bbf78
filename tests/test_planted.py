"""Bugs in the modules of the examples: those that were not found once, and a sample of
what `benchmarks/mutations.py` plants."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from backgen.verify import verify
from planted import Program, judged, names, plant
from planting import KINDS

# bugs of each kind in each example, of which CI sees every so many
_MOST, _STEP = 1, 9


@dataclass(frozen=True)
class Found:
    """A change of a written module, and the stage to name; 0 for none."""

    example: str
    old: str
    new: str
    stage: int


FOUND = {
    "loop that runs once at small shapes": Found(
        "conv_loops",
        "dW[m, n, c, f] += V",
        "dW[m, n, c, f] = V",
        4,
    ),
    "loops exchanged that run once at small shapes": Found(
        "max_pool", "dbest = dout[i, j]", "dbest = dout[j, i]", 4
    ),
    "inner loop that runs once in a matrix with a root": Found(
        "cholesky", "-L[i, k_1] * ds_1", "-L[i, 0] * ds_1", 7
    ),
    "loop over what is no number": Found(
        "heat", "u, steps = cache", "steps, u = cache", 0
    ),
    "way back through what is no list": Found(
        "lstm", "c, y, H, tape = cache", "c, y, tape, H = cache", 0
    ),
    "argument of integers that is changed": Found(
        "two_layer_net",
        "    dz1 = da2 @ W2.T\n",
        "    dz1 = da2 @ W2.T\n    t *= 2\n",
        5,
    ),
    "maximum of one value with itself": Found(
        "max_pool", "dx[2 * i, 2 * j] += dbest", "dx[2 * i, 2 * j] = dbest", 2
    ),
    "block after another that binds what its stage binds anew": Found(
        "lstm", "dsigmoid_z = (1 - i) * i * di", "dsigmoid_z = (1 - i) * di", 3
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_bug_that_was_missed_is_found(name: str) -> None:
    case = FOUND[name]
    program = Program.read(case.example)
    assert program.module.count(case.old) == 1
    broken = program.module.replace(case.old, case.new)
    report = verify(program.source, f"{program.name}.py", broken, levels=(1, 2, 3))
    assert report.findings
    if case.stage:
        assert report.findings[0].stage == case.stage, report.findings[0]


# Gradients that differ only where a whole row ties, which is not compared:
# docs/verification.md names it among the bugs that are not found.
AT_TIES = {("batchnorm", "logits == top")}


def test_sample_of_planted_bugs_is_found() -> None:
    sample = list(plant(names(), (), _MOST, 1))[::_STEP]
    outcomes = judged(sample, 2)
    assert len({outcome.planted.bug.kind for outcome in outcomes}) > len(KINDS) / 2
    for outcome in outcomes:
        bug = outcome.planted.bug
        missed = outcome.verdict not in ("caught", "same")
        assert not missed or (bug.function, bug.old) in AT_TIES, (bug, outcome.findings)
    staged = [o for o in outcomes if o.verdict == "caught" and o.has_stage]
    assert sum(o.names_stage for o in staged) >= 0.95 * len(staged)
