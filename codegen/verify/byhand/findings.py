"""What is reported on a hand-written backward pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of, shadow
from ..reports.report import Finding, Report, Status


@dataclass(frozen=True)
class HandFinding(Finding):
    """What is wrong in a hand-written backward pass.

    `stage_text` and `stage_line` are of the stage in the source, `gradient` is how the
    gradient is called that is wrong, `difference` has two numbers that differ,
    `repair` is a statement that would be right in place of the one that stands.
    """

    stage_text: str = ""
    stage_line: int = 0
    gradient: str = ""
    difference: str = ""
    repair: str = ""

    def __str__(self) -> str:
        parts = [self.message]
        if self.stage_text:
            number = f"stage ({self.stage})" if self.stage else "the statement"
            parts.append(f"{number}: {self.stage_text}")
        if self.written:
            parts.append(f"written: {self.written}")
        if self.repair:
            parts.append(f"right with: {self.repair}")
        if self.expected:
            parts.append(f"due: {self.expected}")
        if self.difference:
            parts.append(self.difference)
        if self.point:
            parts.append(f"at {self.point}")
        return "; ".join(parts)


@dataclass(frozen=True)
class HandReport(Report):
    """The outcome of `verify_backward`; `gradients` are those that were judged."""

    gradients: tuple[str, ...] = ()

    def summary(self) -> str:
        """One sentence that says what was checked, and no more."""
        if self.findings:
            first = self.findings[0]
            return f"wrong in line {first.line}: {first}."
        if not self.verified:
            return "your backward pass could not be shown to be right."
        whole = {f.whole for f in self.functions}
        exact = whole <= {Status.MODULAR}
        how = "exact modulo 2**61 - 1" if exact else "equal at 60 digits"
        names = ", ".join(f"`{name}`" for name in self.gradients)
        what = "gradient" if len(self.gradients) == 1 else "gradients"
        be = "is" if len(self.gradients) == 1 else "are"
        return (
            f"your backward pass is right: its {what} of {names} {be} {how} "
            "at all points tried."
        )


def difference(found: Any, due: Any) -> str:
    """The two numbers that differ first, and at which place."""
    if isinstance(due, (list, tuple, dict)) and not cells_of(found):
        return ""
    if not isinstance(due, (list, tuple, dict)) and np.shape(found) != np.shape(due):
        return ""
    theirs: list[Any] = list(cells_of(due))
    mine: list[Any] = list(cells_of(found)) or list(np.asarray(found).flat)
    for i, (a, b) in enumerate(zip(mine, theirs, strict=False)):
        if b is None:
            continue
        x = shadow(a) if isinstance(a, Cell) else float(a)
        y = shadow(b)
        if not abs(x - y) <= 1e-12 * (1 + abs(x) + abs(y)):
            where = ""
            if isinstance(found, np.ndarray) and found.ndim:
                place = [int(n) for n in np.unravel_index(i, found.shape)]
                where = f" at {place}"
            return f"{x:.6g}{where} where {y:.6g} is due"
    return ""
