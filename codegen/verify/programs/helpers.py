"""Helper functions that a written module brings along, such as `_digamma`.

A helper is recognised by its name, compared with mpmath at a number of points, and from
then on taken as the function that it is called after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..running.code import Number
from ..running.domains import Failure
from ..running.machine import Machine, Routine
from ..running.numeric import FloatDomain, HighPrecision
from .original import Constant, constants_in

_NAMES = frozenset({"digamma"})
_POINTS = (0.1, 0.5, 1.0, 1.7, 3.2, 6.0, 12.5, 150.0, -0.3, -1.6, -4.45)
_RELATIVE = 1e-12


def known_helpers(
    routines: Mapping[str, Routine], constants: Sequence[Constant]
) -> dict[str, str]:
    """The helpers of a module that are found right, and what they compute."""
    return {
        name: name.lstrip("_")
        for name in routines
        if name.startswith("_")
        and name.lstrip("_") in _NAMES
        and _agrees(routines, constants, name)
    }


def _agrees(
    routines: Mapping[str, Routine], constants: Sequence[Constant], name: str
) -> bool:
    floats, digits = FloatDomain(), HighPrecision()
    machine = Machine(floats, constants_in(floats, constants), routines)
    for point in _POINTS:
        exact = digits.elementary(name.lstrip("_"), digits.literal(Number.of(point)))
        try:
            found = machine.call(name, [point], {})
        except Failure:
            return False
        if not abs(found - exact) <= _RELATIVE * (1 + abs(exact)):
            return False
    return True
