"""Hand-written backward passes in the many styles that people have, right and wrong."""

from __future__ import annotations

import pytest
import strangers_chains
import strangers_classes
import strangers_courses
import strangers_forms
import strangers_networks
import strangers_objects
import strangers_passes
import strangers_physics
import strangers_records
import strangers_scalars
import strangers_sequences
import strangers_tutorials
from backgen.verify.byhand import verify_backward
from backgen.verify.byhand.findings import HandReport
from strangers import Pair, Slip

PAIRS = (
    *strangers_scalars.PAIRS,
    *strangers_networks.PAIRS,
    *strangers_sequences.PAIRS,
    *strangers_classes.PAIRS,
    *strangers_forms.PAIRS,
    *strangers_courses.PAIRS,
    *strangers_chains.PAIRS,
    *strangers_physics.PAIRS,
    *strangers_objects.PAIRS,
    *strangers_tutorials.PAIRS,
    *strangers_passes.PAIRS,
    *strangers_records.PAIRS,
)
SLIPS = [(pair, slip) for pair in PAIRS for slip in pair.slips]
# every so many of the slips are looked at in each run; `-m slow` has all
_STRIDE = 12


def judged(pair: Pair, text: str) -> HandReport:
    return verify_backward(
        pair.program, "program.py", text, "mine.py", shapes=pair.shapes
    )


def check(pair: Pair, slip: Slip) -> None:
    text, line = pair.wrong(slip)
    report = judged(pair, text)
    assert report.findings, report.summary()
    finding = report.findings[0]
    assert (finding.line, slip.word in str(finding)) == (line, True), str(finding)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_what_is_right_passes(pair: Pair) -> None:
    report = judged(pair, pair.text)
    assert report.verified, (report.summary(), report.functions)


@pytest.mark.parametrize(("pair", "slip"), SLIPS[::_STRIDE])
def test_a_slip_is_found_on_its_line(pair: Pair, slip: Slip) -> None:
    check(pair, slip)


@pytest.mark.slow
@pytest.mark.parametrize(("pair", "slip"), SLIPS)
def test_every_slip_is_found_on_its_line(pair: Pair, slip: Slip) -> None:
    check(pair, slip)
