"""Derivatives of functions that have no formula in any exact arithmetic: quotients.

With so many digits, a central difference of a decomposition or a Bessel function is
its derivative for all comparisons: a step of 1e-80 leaves an error of its square.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from ...running.code import Number
from ...running.domains import Domain
from ...running.numeric import HighPrecision
from ...running.tangents import Dual, TapeDomain
from ..cells import Arithmetic, Cell, cells_of, mapped
from . import digits

_STEP = 10**80
# digits that a step needs for itself, its square, and what cancels
_LEAST_DIGITS = 240


def serves(domain: Domain[Any], name: str) -> bool:
    """Whether a function can be called in this domain."""
    return (
        isinstance(domain, TapeDomain)
        and isinstance(domain.base, HighPrecision)
        and domain.base.digits >= _LEAST_DIGITS
        and digits.serves(domain.base, name)
    )


def call(arithmetic: Arithmetic, name: str, args: Any, named: dict[str, Any]) -> Any:
    """Call a function, and put on the tape how it depends on its arguments."""
    tape: Any = arithmetic.domain
    base = Arithmetic(tape.base)
    step = tape.base.literal(Number.of(1)) / _STEP
    given = (list(args), named)

    def moved(at: int | None, by: Any) -> Any:
        """The value with one of the arguments moved."""
        places = count()

        def change(cell: Cell) -> Cell:
            number = cell.value.value
            return Cell(tape.base, number + by if next(places) == at else number)

        values, others = mapped(given, change)
        return digits.call(base, name, values, others)

    def slopes(at: int) -> list[Any]:
        """How the elements of the value change with one of the arguments."""
        above, below = cells_of(moved(at, step)), cells_of(moved(at, -step))
        pairs = zip(above, below, strict=True)
        return [(a.value - b.value) / (2 * step) for a, b in pairs]

    before = tape.base.ties
    value = moved(None, step)
    tape.ties += tape.base.ties - before
    partials = [
        (cell.value.tangent, slopes(at))
        for at, cell in enumerate(cells_of(list(given)))
        if cell.value.tangent is not None
    ]
    places = count()

    def taped(cell: Cell) -> Cell:
        here = next(places)
        terms = [(by_element[here], tangent) for tangent, by_element in partials]
        return Cell(tape, Dual(cell.value, tape.combine(terms) if terms else None))

    return mapped(value, taped)
