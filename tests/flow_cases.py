"""All cases of imperative programs, by name."""

from __future__ import annotations

from flow_case import FlowCase
from flow_cases_calls import CALLED
from flow_cases_control import CONTROL
from flow_cases_memory import MEMORY
from flow_cases_users import USERS

ALL: tuple[FlowCase, ...] = (*CONTROL, *MEMORY, *CALLED, *USERS)
FLOW_CASES: dict[str, FlowCase] = {case.name: case for case in ALL}
