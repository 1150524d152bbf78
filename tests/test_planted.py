"""Bugs in written modules: those that were not found once, others that are planted by
hand, and a sample of what `benchmarks/mutations.py` plants."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from backgen.verify import verify
from backgen.verify.reports.report import Report
from planted import Outcome, Planted, Program, examples, judged, plant, written
from planted_by_hand import FLOWS, MISSED, Slip
from planting import KINDS, Text

WRITTEN = {program.name: program for program in written()}
# bugs of each kind in each example, of which CI sees every so many
_MOST, _STEP = 1, 9
# the same of those in tests/written, of which there are none of their own
_MOST_WRITTEN, _STEP_WRITTEN = 1, 6
# and in the long run
_MOST_SLOW = 5


@pytest.mark.parametrize("name", MISSED)
def test_bug_that_was_missed_is_found(name: str) -> None:
    example, slip = MISSED[name]
    program = Program.read(example)
    report = by_three_levels(program, slip.applied(program.module))
    assert report.findings
    if slip.stage:
        assert report.findings[0].stage == slip.stage, report.findings[0]


def by_three_levels(program: Program, module: str) -> Report:
    return verify(program.source, f"{program.stem}.py", module, levels=(1, 2, 3))


BY_HAND = [
    pytest.param(name, slip, id=f"{name}-{place}")
    for name in FLOWS
    for place, slip in enumerate(FLOWS[name])
]


@pytest.mark.parametrize(("name", "slip"), BY_HAND)
def test_bug_planted_by_hand_is_found_and_its_stage_named(
    name: str, slip: Slip
) -> None:
    program = WRITTEN[f"flows/{name}"]
    report = by_three_levels(program, slip.applied(program.module))
    assert not report.ok
    assert report.findings[0].stage == slip.stage, report.findings[0]


@pytest.mark.parametrize("name", WRITTEN)
def test_module_as_it_stands_is_right(name: str) -> None:
    program = WRITTEN[name]
    report = verify(program.source, f"{program.stem}.py", program.module)
    assert not report.findings
    assert report.verified, report.to_dict()


# docs/verification.md names what is not found: gradients that differ only where a whole
# row ties, which is not compared, and a loop that does not end, which is unverified
KNOWN = {("batchnorm", "logits == top"), ("newton", "0.5 * (x + r)")}


def assert_found(planted: Sequence[Planted]) -> list[Outcome]:
    """All that changes anything is found, nothing else, and stages are named."""
    outcomes = judged(planted, 2)
    for outcome in outcomes:
        bug = outcome.planted.bug
        missed = outcome.verdict not in ("caught", "same")
        assert not missed or (bug.function, bug.old) in KNOWN, (bug, outcome.findings)
    staged = [o for o in outcomes if o.verdict == "caught" and o.has_stage]
    assert sum(o.names_stage for o in staged) >= 0.95 * len(staged)
    return outcomes


def test_sample_of_planted_bugs_is_found() -> None:
    every = [
        *list(plant(examples(), (), _MOST, 1))[::_STEP],
        *list(plant(written(), (), _MOST_WRITTEN, 1))[::_STEP_WRITTEN],
    ]
    outcomes = assert_found(every)
    assert len({o.planted.bug.kind for o in outcomes}) > len(KINDS) / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITTEN)
def test_many_planted_bugs_are_found(name: str) -> None:
    assert_found(list(plant([WRITTEN[name]], (), _MOST_SLOW, 0)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_way_of_planting_a_kind_is_used(kind: str) -> None:
    modules = [program.module for program in (*written(), *examples())]
    for way in KINDS[kind]:
        assert any(any(way(Text(module))) for module in modules), way.__name__
