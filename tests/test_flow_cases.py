"""Named imperative programs give the gradients of differences at 50 digits."""

from __future__ import annotations

import warnings

import pytest
from flow_cases import ALL, FLOW_CASES
from flow_judge import is_reliable, judge_flow

WRITTEN_AT_ONCE = [case for case in ALL if case.expects != "refused"]


@pytest.mark.parametrize("name", FLOW_CASES)
def test_case(name: str) -> None:
    case = FLOW_CASES[name]
    outcome = judge_flow(case.problem)
    kind, _, code = case.expects.partition(":")
    allowed = ("right", "refused") if kind == "either" else (kind,)
    assert outcome.kind in allowed, f"{outcome.kind}: {outcome.detail}\n{case.text}"
    assert code in outcome.detail


@pytest.mark.parametrize("case", WRITTEN_AT_ONCE, ids=lambda case: case.name)
def test_the_oracle_has_an_answer(case) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert is_reliable(case.problem)


def test_names_are_unique() -> None:
    assert len(FLOW_CASES) == len(ALL)
