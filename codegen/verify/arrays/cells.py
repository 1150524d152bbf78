"""Elements of arrays: numbers of a domain, with the operators that NumPy calls."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Any

import numpy as np

from ..running.code import Number
from ..running.domains import Domain, Undefined
from ..running.modular import NoRoot


class Cell:
    """A number of a domain. Where an operation is not defined, the result is NaN, as
    NumPy has it: `np.where` may drop it again."""

    __slots__ = ("domain", "value")

    def __init__(self, domain: Domain[Any], value: Any) -> None:
        self.domain = domain
        self.value = value

    def __repr__(self) -> str:
        return f"Cell({self.value!r})"

    def _binary(self, op: str, other: Any, *, swapped: bool = False) -> Any:
        right = operand(self.domain, other)
        if right is None:
            return NotImplemented
        left = self.value
        if swapped:
            left, right = right, left
        return defined(self.domain, lambda: self.domain.binary(op, left, right))

    def __add__(self, other: Any) -> Any:
        if type(other) is Cell:
            return _combined(self.domain.add, self, other)
        return self._binary("+", other)

    def __radd__(self, other: Any) -> Any:
        return self._binary("+", other, swapped=True)

    def __sub__(self, other: Any) -> Any:
        if type(other) is Cell:
            return _combined(self.domain.sub, self, other)
        return self._binary("-", other)

    def __rsub__(self, other: Any) -> Any:
        return self._binary("-", other, swapped=True)

    def __mul__(self, other: Any) -> Any:
        if type(other) is Cell:
            return _combined(self.domain.mul, self, other)
        return self._binary("*", other)

    def __rmul__(self, other: Any) -> Any:
        return self._binary("*", other, swapped=True)

    def __truediv__(self, other: Any) -> Any:
        if type(other) is Cell:
            return _combined(self.domain.div, self, other)
        return self._binary("/", other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._binary("/", other, swapped=True)

    def __floordiv__(self, other: Any) -> Any:
        return self._binary("//", other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._binary("//", other, swapped=True)

    def __mod__(self, other: Any) -> Any:
        return self._binary("%", other)

    def __rmod__(self, other: Any) -> Any:
        return self._binary("%", other, swapped=True)

    def __pow__(self, other: Any) -> Any:
        return self._binary("**", other)

    def __rpow__(self, other: Any) -> Any:
        return self._binary("**", other, swapped=True)

    def __neg__(self) -> Cell:
        return Cell(self.domain, self.domain.neg(self.value))

    def __pos__(self) -> Cell:
        return self

    def __abs__(self) -> Cell:
        return defined(self.domain, lambda: self.domain.absolute(self.value))

    def _compare(self, op: str, other: Any) -> Any:
        right = operand(self.domain, other)
        if right is None:
            return NotImplemented
        return self.domain.compare(op, self.value, right)

    def __lt__(self, other: Any) -> Any:
        return self._compare("<", other)

    def __le__(self, other: Any) -> Any:
        return self._compare("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self._compare(">", other)

    def __ge__(self, other: Any) -> Any:
        return self._compare(">=", other)

    def __eq__(self, other: Any) -> Any:
        return self._compare("==", other)

    def __ne__(self, other: Any) -> Any:
        return self._compare("!=", other)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        zero = self.domain.literal(Number(0, 0))
        return self.domain.compare("!=", self.value, zero)

    def conjugate(self) -> Cell:
        """The same: NumPy's products of objects ask for it."""
        return self


def operand(domain: Domain[Any], value: Any) -> Any:
    """A number as one of the domain; None for anything else, such as an array."""
    match value:
        case Cell():
            return value.value
        case bool() | np.bool_():
            return domain.literal(Number.of(int(value)))
        case int() | float():
            return domain.literal(Number.of(value))
        case np.integer():
            return domain.literal(Number.of(int(value)))
    return None


def _combined(operation: Callable[[Any, Any], Any], left: Cell, right: Cell) -> Cell:
    """As `defined`, for what is computed most often."""
    domain = left.domain
    try:
        return Cell(domain, operation(left.value, right.value))
    except NoRoot:
        raise
    except Undefined:
        return Cell(domain, domain.undefined())


def defined(domain: Domain[Any], compute: Callable[[], Any]) -> Cell:
    """What is computed, or NaN where that is not defined."""
    try:
        return Cell(domain, compute())
    except NoRoot:
        raise
    except Undefined:
        return Cell(domain, domain.undefined())


def shadow(cell: Cell) -> float:
    """The real number that a cell stands for."""
    return float(cell.domain.shadow(cell.value))


def has_nan(value: Any) -> bool:
    """Whether some number of a value is none: an operation had no value, or memory was
    read that nothing was written to."""
    return any(isnan(shadow(cell)) for cell in cells_of(value) if type(cell) is Cell)


def is_real(value: Any) -> bool:
    """Whether a value is a real number or an array of these, and not of integers."""
    return isinstance(value, Cell) or (
        isinstance(value, np.ndarray) and value.dtype == object
    )


def cells_of(value: Any) -> list[Cell]:
    """All cells of a value, containers and arrays looked through, in order."""
    match value:
        case Cell():
            return [value]
        case np.ndarray() if value.dtype == object:
            return list(value.flat)
        case list() | tuple():
            return [cell for item in value for cell in cells_of(item)]
        case dict():
            return [cell for item in value.values() for cell in cells_of(item)]
    return []


def mapped(value: Any, change: Callable[[Cell], Any]) -> Any:
    """The same structure, in new containers and arrays, with all cells changed."""
    match value:
        case Cell():
            return change(value)
        case np.ndarray() if value.dtype == object:
            result = np.empty(value.shape, dtype=object)
            result_flat, source = result.reshape(-1), value.reshape(-1)
            for i, cell in enumerate(source):
                result_flat[i] = change(cell)
            return result
        case np.ndarray():
            return value.copy()
        case list() | tuple():
            return type(value)(mapped(item, change) for item in value)
        case dict():
            return {key: mapped(item, change) for key, item in value.items()}
    return value


def copied(value: Any) -> Any:
    """A copy that later writes into arrays do not change."""
    return mapped(value, lambda cell: cell)


def held(value: Any) -> Any:
    """A value that counts as a constant when something is differentiated."""
    return mapped(value, lambda cell: Cell(cell.domain, cell.domain.held(cell.value)))


class Arithmetic:
    """Reals of one domain, and arrays of them.

    `draws` counts random numbers; `parts` are the lengths of the domain's trace at
    which a function went on to another comparison.
    """

    def __init__(self, domain: Domain[Any]) -> None:
        self.domain = domain
        self.draws = 0
        self.parts: list[int] = []

    def literal(self, value: float | int) -> Cell:
        """A number as written."""
        return Cell(self.domain, self.domain.literal(Number.of(value)))

    def constant(self, name: str) -> Cell:
        """A constant of `math`."""
        return Cell(self.domain, self.domain.math_constant(name))

    def unwritten(self) -> Cell:
        """An element that nothing was written to yet."""
        return Cell(self.domain, self.domain.unwritten())

    def real(self, value: Any) -> Any:
        """A number or array, integers and flags made reals."""
        if type(value) is Cell:
            return value
        if isinstance(value, (list, tuple)):
            value = self.array(value)
        if isinstance(value, np.ndarray):
            if value.dtype == object and all(type(c) is Cell for c in value.flat):
                return value
            result = np.empty(value.shape, dtype=object)
            flat = result.reshape(-1)
            for i, item in enumerate(value.reshape(-1)):
                flat[i] = self._cell(item)
            return result
        return self._cell(value)

    def _cell(self, value: Any) -> Cell:
        if type(value) is Cell:
            return value
        number = operand(self.domain, value)
        if number is None:
            raise TypeError(f"a number was expected, not {type(value).__name__}")
        return Cell(self.domain, number)

    def array(self, value: Any) -> Any:
        """As `np.array`: of integers and flags as they are, of reals as objects."""
        found = np.array(value)
        if found.dtype.kind in "bi":
            return found
        if found.dtype == object:
            return self.real(found)
        if found.size == 0:
            return found.astype(object)
        raise TypeError("an array of numbers was expected")

    def full(self, shape: Any, value: Any) -> Any:
        """An array of one real."""
        result = np.empty(shape, dtype=object)
        result[...] = self._cell(value)
        return result

    def apply(self, function: Callable[..., Any], *args: Any) -> Any:
        """A function of numbers of the domain on each element, broadcast."""
        domain = self.domain

        def one(*cells: Cell) -> Cell:
            return defined(domain, lambda: function(*(c.value for c in cells)))

        cells = [self.real(arg) for arg in args]
        if all(type(cell) is Cell for cell in cells):
            return one(*cells)
        return np.frompyfunc(one, len(args), 1)(*cells)

    def call(self, name: str, *args: Any) -> Any:
        """A function of `math`, by its name there, on each element."""
        return self.apply(lambda *values: self.domain.call(name, values, {}), *args)
