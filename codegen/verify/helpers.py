"""Helper functions that a written module brings along, such as `_digamma`.

A helper is recognised by its name, compared with mpmath at a number of points, and from
then on taken as the function that it is called after.
"""

from __future__ import annotations

from .code import Number
from .domains import Failure
from .machine import Machine
from .numeric import FloatDomain, HighPrecision
from .runs import constants_in
from .written import Module

_NAMES = frozenset({"digamma"})
_POINTS = (0.1, 0.5, 1.0, 1.7, 3.2, 6.0, 12.5, 150.0, -0.3, -1.6, -4.45)
_RELATIVE = 1e-12


def known_helpers(module: Module) -> dict[str, str]:
    """The helpers of a module that are found right, and what they compute."""
    return {
        name: name.lstrip("_")
        for name in module.routines
        if name.startswith("_") and name.lstrip("_") in _NAMES and _agrees(module, name)
    }


def _agrees(module: Module, name: str) -> bool:
    floats, digits = FloatDomain(), HighPrecision()
    constants = constants_in(floats, module.constants)
    machine = Machine(floats, constants, module.routines)
    for point in _POINTS:
        exact = digits.elementary(name.lstrip("_"), digits.literal(Number.of(point)))
        try:
            found = machine.call(name, [point])
        except Failure:
            return False
        if not abs(found - exact) <= _RELATIVE * (1 + abs(exact)):
            return False
    return True
