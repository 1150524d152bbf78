"""The form of a case: one imperative program, and what it should come to."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from flow_judge import FlowProblem, flow_problem

_IMPORTS = "import math\n\nimport numpy as np\n\n\n"


@dataclass(frozen=True)
class FlowCase:
    """A module's text that defines `f`, and arguments for it.

    `expects` is "right", "refused" (with a position), "refused:BG010" where the code
    matters too, or "either": right, or refused.
    """

    name: str
    text: str
    arguments: dict[str, Any]
    expects: str = "right"

    @property
    def problem(self) -> FlowProblem:
        return flow_problem(self.text, self.arguments)


def case(name: str, body: str, expects: str = "right", **arguments: Any) -> FlowCase:
    """A case whose text starts with the usual imports."""
    return FlowCase(name, _IMPORTS + dedent(body).lstrip("\n"), arguments, expects)
