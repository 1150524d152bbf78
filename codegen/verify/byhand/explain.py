"""What is wrong with a gradient, told by trying what people get wrong.

All of this only words a finding: that a gradient is wrong is known before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of, shadow
from .due import Due

_MOST_VALUES = 60
_LARGEST = 12
# what is said of a gradient that may be lost to rounding
ZERO = "it is zero"
MASK = "it has to be zero where it is not: a mask is missing or wrong"
LOST = "it is zero where it must not be"
OTHER = "it is the gradient of"


@dataclass(frozen=True)
class Known:
    """A value or gradient of the program, and what it is called."""

    text: str
    value: Any


class Explainer:
    """Finds a sentence for a gradient `found` where `due` is due."""

    def __init__(self, due: Due) -> None:
        self._due = due
        self._trial = due.trial

    def sentence(
        self, found: Any, due: Any, name: str, step: int, others: Sequence[Known] = ()
    ) -> str:
        """What is wrong; "" if it is nothing known.

        `name` is the variable whose gradient it is, `step` the statement of the program
        that it is passed back through, `others` gradients for which it may stand.
        """
        if isinstance(due, (list, tuple)):
            return self._element(found, due, name, step)
        if np.shape(found) != np.shape(due):
            return self._in_shape(found, due, name, step, others)
        if not cells_of(due) or any(cell is None for cell in cells_of(due)):
            return ""
        if self._trial.is_zero(found):
            return ZERO
        if self._same(-found, due):
            return "the sign is wrong"
        for other in others:
            if self._same(found, other.value):
                return f"{OTHER} `{other.text}`"
        return (
            self._upstream(found, due, step)
            or self._number(found, due)
            or self._mask(found, due)
            or self._factor(found, due)
            or self._operand(found, due, step)
        )

    def scaled(self, found: Any, due: Any) -> str:
        """By what constant factor a whole gradient is wrong, or that a mask is missing;
        "" if it is something else."""
        if isinstance(due, (list, tuple, dict)) or np.shape(found) != np.shape(due):
            return ""
        if not cells_of(due) or None in cells_of(due):
            return ""
        if self._trial.is_zero(found):
            return ""
        if self._same(-found, due):
            return "the sign is wrong"
        return self._number(found, due) or self._unmasked(found, due)

    def _element(self, found: Any, due: Sequence[Any], name: str, step: int) -> str:
        """What is wrong with the first element of a list that is."""
        if not isinstance(found, (list, tuple)) or len(found) != len(due):
            return f"`{name}` has {len(due)} elements"
        for i, (mine, theirs) in enumerate(zip(found, due, strict=True)):
            if not self._same(mine, theirs):
                what = self.sentence(mine, theirs, f"{name}[{i}]", step)
                return f"element {i}: {what or 'it is another value'}"
        return ""

    def _mask(self, found: Any, due: Any) -> str:
        """Whether elements are not zero that have to be, or the other way round."""
        zero = self._trial.zero()
        pairs = list(zip(cells_of(found), cells_of(due), strict=True))
        if len(pairs) == 1:
            return ""
        own = [(f, d) for f, d in pairs if not self._trial.close(f.value, d.value)]
        if unmasked := self._unmasked(found, due):
            return unmasked
        if all(self._trial.close(f.value, zero.value) for f, _ in own):
            return LOST
        return ""

    def _unmasked(self, found: Any, due: Any) -> str:
        """Whether a gradient is right but for elements that have to be zero."""
        pairs = list(zip(cells_of(found), cells_of(due), strict=True))
        close, zero = self._trial.close, self._trial.zero().value
        right = [close(f.value, d.value) for f, d in pairs]
        moving = any(
            ok and not close(d.value, zero)
            for ok, (_, d) in zip(right, pairs, strict=True)
        )
        off = [d for ok, (_, d) in zip(right, pairs, strict=True) if not ok]
        return MASK if moving and all(close(d.value, zero) for d in off) else ""

    def _same(self, a: Any, b: Any) -> bool:
        return self._trial.same(a, b)

    # -- shapes

    def _in_shape(
        self, found: Any, due: Any, name: str, step: int, others: Sequence[Known]
    ) -> str:
        """What is wrong beside the shape, where the numbers are as many."""
        told = self._shape(found, due, name)
        if ": " not in told and np.size(found) == np.size(due) and np.size(found):
            again = np.reshape(found, np.shape(due))
            return self.sentence(again, due, name, step, others) or told
        return told

    def _shape(self, found: Any, due: Any, name: str) -> str:
        mine, theirs = np.shape(found), np.shape(due)
        what = f"its shape is {mine}, `{name}` has {theirs}"
        return f"{what}: {hint}" if (hint := self._reshaped(found, due)) else what

    def _reshaped(self, found: Any, due: Any) -> str:
        if not isinstance(found, np.ndarray):
            if isinstance(due, np.ndarray) and self._same(np.sum(due), found):
                return "it is summed over too many axes"
            return ""
        if self._same(found.T, due):
            return "it is transposed"
        if np.size(found) == np.size(due) and self._same(
            np.reshape(found, np.shape(due)), due
        ):
            return "the numbers are right, but it is not reshaped (`keepdims=True`)"
        for axes in _axes(found.ndim):
            for keepdims in (False, True):
                total = np.sum(found, axis=axes, keepdims=keepdims)
                if self._same(total, due):
                    return f"the sum over {_axis(axes)} is missing"
        if isinstance(due, np.ndarray):
            for axes in _axes(due.ndim):
                if self._same(np.sum(due, axis=axes), found):
                    return f"it is summed over {_axis(axes)} as well"
        return ""

    # -- factors

    def _upstream(self, found: Any, due: Any, step: int) -> str:
        """Whether the gradient of what a statement binds is not multiplied in."""
        for name, value in self._downstream(step):
            if self._product(found, value, due):
                return f"the upstream gradient `d{name}` is not multiplied in"
            if self._product(due, value, found):
                return f"the upstream gradient `d{name}` is multiplied in twice"
        return ""

    def _downstream(self, step: int) -> Iterator[tuple[str, Any]]:
        """The gradients of what a statement binds."""
        if step < 0:
            return
        for name, taped in self._due.steps[step].binds.items():
            value = self._due.adjoint(taped)
            if all(isinstance(cell, Cell) for cell in cells_of(value)):
                yield name, value
        if not self._due.steps[step].binds:
            yield "out", self._due.weights

    def _number(self, found: Any, due: Any) -> str:
        """Whether a constant factor is missing, or too much."""
        pairs = [
            (shadow(f), shadow(d))
            for f, d in zip(cells_of(found), cells_of(due), strict=True)
        ]
        ratios = {d / f for f, d in pairs if f}
        if not ratios or any(d and not f for f, d in pairs):
            return ""
        ratio = Fraction(next(iter(ratios))).limit_denominator(_LARGEST)
        if max(abs(ratio.numerator), ratio.denominator) > _LARGEST or not ratio:
            return ""
        literal = self._due.number(ratio)
        if not self._same(found * literal, due):
            return ""
        if ratio.denominator == 1:
            return f"the factor {ratio} is missing"
        if ratio.numerator == 1:
            return f"the factor {ratio.denominator} is too much"
        return f"it has to be multiplied by {ratio}"

    def _factor(self, found: Any, due: Any) -> str:
        """Whether a value of the program is missing as a factor, or too much."""
        one = self._due.one()
        for known in self._values:
            if self._product(found, known.value, due):
                return f"the factor `{known.text}` is missing"
            if self._product(due, known.value, found):
                return f"the factor `{known.text}` is too much"
            if self._product(found, one - known.value, due):
                return f"the factor `(1 - {known.text})` is missing"
        return ""

    def _operand(self, found: Any, due: Any, step: int) -> str:
        """Whether one value of the program stands where another is due."""
        reads = set() if step < 0 else set(self._due.steps[step].env)
        for a, b in combinations(self._values, 2):
            for mine, theirs in ((a, b), (b, a)):
                if self._crossed(found, theirs.value, due, mine.value):
                    if mine.text == theirs.text:
                        what = "than the stage has read" if mine.text in reads else ""
                        return f"it uses another value of `{mine.text}` {what}".strip()
                    return f"`{mine.text}` stands where `{theirs.text}` is due"
        return ""

    def _product(self, a: Any, b: Any, total: Any) -> bool:
        """Whether a * b is `total`, of the same shape."""
        if not _fits(b, total) or np.shape(a) != np.shape(total):
            return False
        first, factor, last = _first(a), _first(b), _first(total)
        if np.size(b) == np.size(a) or np.ndim(b) == 0:
            if first is None or factor is None or last is None:
                return False
            if not self._trial.close((first * factor).value, last.value):
                return False
        return self._same(a * b, total)

    def _crossed(self, a: Any, b: Any, c: Any, d: Any) -> bool:
        """Whether a * b is c * d."""
        if not (_fits(b, a) and _fits(d, c)):
            return False
        if np.ndim(b) == np.ndim(d) == 0:
            cells = [_first(value) for value in (a, b, c, d)]
            if any(cell is None for cell in cells):
                return False
            w, x, y, z = cells
            if not self._trial.close((w * x).value, (y * z).value):
                return False
        return self._same(a * b, c * d)

    @cached_property
    def _values(self) -> list[Known]:
        """The values that variables had, each once, constants left out."""
        found: list[Known] = []
        for value in self._due.values[:_MOST_VALUES]:
            number = value.plain
            if not isinstance(number, (Cell, np.ndarray)) or not cells_of(number):
                continue
            if self._trial.is_zero(number):
                continue
            if not any(self._trial.same(number, other.value) for other in found):
                found.append(Known(value.name, number))
        return found


def _axes(ndim: int) -> list[tuple[int, ...]]:
    return [c for n in range(1, ndim + 1) for c in combinations(range(ndim), n)]


def _axis(axes: tuple[int, ...]) -> str:
    if len(axes) == 1:
        return f"axis {axes[0]}"
    return f"axes {' and '.join(map(str, axes))}"


def _fits(a: Any, b: Any) -> bool:
    """Whether `a` can be broadcast to the shape of `b`."""
    if not isinstance(a, (Cell, np.ndarray)) or not cells_of(a):
        return False
    try:
        shape: tuple[int, ...] = np.shape(b)
        return bool(np.broadcast_shapes(_shape_of(a), shape) == shape)
    except ValueError:
        return False


def _shape_of(value: Any) -> tuple[int, ...]:
    return np.shape(value)


def _first(value: Any) -> Any:
    cells = cells_of(value)
    return cells[0] if cells else None
