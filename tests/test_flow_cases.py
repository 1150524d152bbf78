"""Named imperative programs give the gradients of differences at 50 digits."""

from __future__ import annotations

import inspect
import warnings

import backgen
import pytest
from array_oracles import load
from flow_case import FlowCase
from flow_cases import ALL, FLOW_CASES
from flow_examples import EXAMPLES, FLOW_EXAMPLES
from flow_judge import (
    FlowProblem,
    flow_problem,
    is_reliable,
    judge_flow,
    judge_passes,
)

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
def test_the_oracle_has_an_answer(case: FlowCase) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert is_reliable(case.problem)


def test_names_are_unique() -> None:
    assert len(FLOW_CASES) == len(ALL)


# -- examples


def example(name: str) -> FlowProblem:
    function, values = FLOW_EXAMPLES[name]
    text = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    text = f"{text}\n\nf = {function}\n"
    names = inspect.signature(load(text)).parameters
    return flow_problem(text, dict(zip(names, values, strict=True)))


@pytest.mark.parametrize("name", FLOW_EXAMPLES)
def test_example(name: str) -> None:
    function, _ = FLOW_EXAMPLES[name]
    module = backgen.generate(EXAMPLES / f"{name}.py", verify=False).load()
    ends = ("forward", "backward")
    forward, backward = (getattr(module, f"{function}_{end}") for end in ends)
    assert judge_passes(example(name), (forward, backward)) == ""


@pytest.mark.parametrize("name", FLOW_EXAMPLES)
def test_the_oracle_has_an_answer_for_an_example(name: str) -> None:
    assert is_reliable(example(name))
