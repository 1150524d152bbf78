"""Level 2 for a stage: on the way that a run took, and on others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..gradients.runs import seeded
from ..reports.budget import OutOfTime, one_part
from ..reports.report import Finding, Status
from ..running.domains import Failure
from ..running.symbolic import TooLarge
from ..texts.scope import Unsupported
from .points import stage_constants
from .stages import TOO_LARGE, Block, Proof
from .values import Place
from .verdict import Around, Decisions, Subject, Verdict

_UNDECIDED = Status.UNVERIFIED
_MOST_DRAWS = 8
_RANGES = ((-2.0, 2.0), (-20.0, 20.0), (0.1, 1.0), (-1.0, 3.0))


def proved(subject: Subject, verdict: Verdict, around: Around) -> Proof:
    """`prove` within a budget of time, and what is known when that is over."""
    try:
        with one_part():
            return prove(subject, verdict, around)
    except OutOfTime as reason:
        return Proof(_UNDECIDED, str(reason))


def prove(subject: Subject, verdict: Verdict, around: Around) -> Proof:
    """Level 2 for a stage, in the run of `verdict` and on ways that it did not take."""
    stage = around.record.stage
    constants = stage_constants(stage)
    rng = seeded(subject.program.name, str(stage.number))
    outcome = Proof()
    reason, reached = "", False
    for turn in range(_MOST_DRAWS):
        draw = _draw(rng, turn, constants) if turn else None
        block = Block(subject, verdict, around, draw)
        try:
            found = block.proof()
        except TooLarge:
            return replace(outcome, status=_UNDECIDED, reason=TOO_LARGE)
        except Unsupported as error:
            return replace(outcome, status=_UNDECIDED, reason=str(error))
        except Failure as failure:
            # such as a kink: other numbers may be beside it
            reason = reason or str(failure)
            continue
        reached = True
        for mine, new in zip(outcome.decisions, block.decisions, strict=True):
            for place, ways in new.items():
                mine.setdefault(place, set()).update(ways)
        outcome = replace(outcome, gradients=outcome.gradients or found.gradients)
        if found.status is Status.WRONG and turn:
            what = "wrong where a comparison goes a way that no run has gone"
            return replace(outcome, status=Status.WRONG, reason=what)
        if found.status is not Status.PROVED:
            # in the run itself it is right
            return replace(outcome, status=_UNDECIDED, reason=found.reason)
        if not any(map(one_sided, outcome.decisions)):
            break
    if not reached:
        return replace(outcome, status=_UNDECIDED, reason=reason)
    return outcome


def one_sided(decisions: Decisions) -> list[Place]:
    """Where comparisons only ever went one way."""
    return [place for place, ways in decisions.items() if ways in ({True}, {False})]


def _draw(rng: random.Random, turn: int, constants: Sequence[float]) -> Any:
    """Shadows for symbols: on both sides of the constants, and from several ranges."""
    if turn % 2 and constants:
        return lambda name: _near(rng, rng.choice(constants))
    limits = _RANGES[turn % len(_RANGES)]
    return lambda name: rng.uniform(*limits)


def _near(rng: random.Random, constant: float) -> float:
    return constant + rng.choice((-1, 1)) * rng.uniform(0.05, 1) * max(
        0.1, abs(constant)
    )


def formulas(subject: Subject, verdict: Verdict, finding: Finding) -> tuple[str, str]:
    """What is written and what SymPy says, for the stage that a finding names."""
    around = verdict.arounds.get(finding.stage)
    if around is None:
        return "", ""
    try:
        with one_part():
            return Block(subject, verdict, around).mistake()
    except (Failure, Unsupported, TooLarge, OutOfTime):
        return "", ""
