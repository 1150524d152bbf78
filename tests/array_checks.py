"""What the tests of array gradients share: one check, and functions from text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import backgen
import pytest
from array_case import Case
from array_judge import Problem, judge
from array_oracles import load
from array_refused import REFUSED


def problem(body: str, arguments: Mapping[str, Any]) -> Problem:
    """Lines of code, or an expression, at arguments of which the floats count."""
    return Case("test", "test", body, arguments).problem


def accept(name: str, *problems: Problem) -> None:
    """Fail where something is wrong, or refused that must not be; skip the refused."""
    refusals = []
    for one in problems:
        outcome = judge(one, backgen)
        shown = f"{outcome.detail}\n{one.text}\n{one.arguments}"
        assert outcome.kind in ("right", "refused"), shown
        if outcome.kind == "refused":
            assert name in REFUSED, shown
            refusals.append(outcome.detail)
    if refusals:
        pytest.skip(f"{len(refusals)} of {len(problems)} refused: {refusals[0]}")


def differentiated(name: str, body: str, *arguments: Any) -> tuple[Any, Any]:
    """Value and pullback of code over x, y, z; skips what may be refused."""
    names = tuple("xyz"[: len(arguments)])
    text = Case("test", "test", body, dict(zip(names, arguments, strict=True))).text
    try:
        return backgen.vjp(load(text), wrt=names, verify=False)(*arguments)
    except backgen.BackgenError as error:
        if name not in REFUSED or error.code in ("BG040", "BG099"):
            raise
        pytest.skip(str(error).splitlines()[0])
