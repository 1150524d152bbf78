"""What the names in a block stand for, told by the values that they had in a run.

In a run on random residues two names with equal values hold the same thing. So the
names that a block reads are matched with the values and adjoints of its stage, and get
the symbols of these; what matches nothing is computed from the lines that bound it, or
gets symbols of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from ..running.code import Number
from ..running.domains import Failure
from ..running.modular import ModularDomain
from ..running.symbolic import SymbolicDomain, Term
from ..running.tangents import TapeDomain
from ..texts.scope import Unsupported
from .cells import Cell, cells_of, mapped, shadow
from .evaluator import Evaluator
from .expressions import Frame
from .reading import Line
from .trial import ArrayTrial, arrays_in
from .verdict import Around, Subject, Verdict

_MOST_LINES = 40
# how the names of symbols begin that stand for values of which nothing is known
UNKNOWN = "?"


@dataclass(frozen=True)
class Role:
    """A value of the run, what it is called by convention, and the symbols for it;
    whether it is the adjoint of what the stage binds."""

    names: tuple[str, ...]
    value: Any
    symbols: Any
    upstream: bool = False


class Symbols:
    """Makes arrays of symbols; `draw` gives their shadows, or None for those of the
    run. `shadows` has them by name, but for those of values that are not known."""

    def __init__(self, domain: SymbolicDomain, draw: Any = None) -> None:
        self.domain = domain
        self.shadows: dict[str, float] = {}
        self._draw = draw

    def drawn(self, draw: Any) -> Symbols:
        """The same with shadows from elsewhere."""
        other = Symbols(self.domain, draw)
        other.shadows = self.shadows
        return other

    def like(self, value: Any, name: str) -> Any:
        """The structure of a value with symbols called after their place in it."""
        match value:
            case Cell():
                return self._symbol(value, name, moves(value))
            case np.ndarray() if value.dtype == object:
                moving = moves(value)
                cells: Any = value
                result = np.empty(value.shape, dtype=object)
                for index in np.ndindex(*value.shape):
                    place = ", ".join(map(str, index))
                    element = f"{name}[{place}]" if index else name
                    result[index] = self._symbol(cells[index], element, moving)
                return result
            case dict():
                parts = value.items()
                return {key: self.like(v, f"{name}[{key!r}]") for key, v in parts}
            case list() | tuple():
                return type(value)(
                    self.like(item, f"{name}[{i}]") for i, item in enumerate(value)
                )
        return value

    def _symbol(self, cell: Cell, name: str, moving: bool) -> Cell:
        exact = None if moving else constant(cell)
        if exact is not None:
            return Cell(self.domain, self.domain.literal(exact))
        at = shadow(cell) if self._draw is None else self._draw(name)
        if not name.startswith(UNKNOWN):
            self.shadows[name] = at
        return Cell(self.domain, Term(sympy.Symbol(name, real=True), at))


def constant(cell: Cell) -> Number | None:
    """The number that a cell stands for whatever the inputs are, if it is one."""
    domain, value = cell.domain, cell.value
    if isinstance(domain, TapeDomain):
        domain, value = domain.base, value.value
    if isinstance(domain, ModularDomain):
        exact = domain.exact(value)
        if exact is not None:
            return Number(value.shadow, exact)
    return None


def moves(value: Any) -> bool:
    """Whether a value of the tape, or an element of it, depends on a parameter."""
    return any(
        isinstance(cell.domain, TapeDomain) and cell.value.tangent is not None
        for cell in cells_of(value)
    )


class Roles:
    """The names of one block in one run, as symbols."""

    def __init__(
        self,
        subject: Subject,
        verdict: Verdict,
        around: Around,
        roles: list[Role],
        symbols: Symbols,
    ) -> None:
        self._subject = subject
        self._verdict = verdict
        self._trial: ArrayTrial = verdict.trial
        self._around = around
        self._roles = roles
        self._symbols = symbols
        self._lines = 0

    def env(self) -> dict[str, Any]:
        """What the block starts with."""
        last = len(self._subject.written.forward)
        return {
            name: self._symbolic(name, value, last)
            for name, value in self._around.env.items()
        }

    def _symbolic(self, name: str, value: Any, before: int) -> Any:
        """A value of the run as symbols; `before`: only lines before this one count."""
        match value:
            case Cell() | np.ndarray():
                return self._array(name, value, before)
            case dict():
                return {
                    key: self._symbolic(f"{name}[{key!r}]", item, before)
                    for key, item in value.items()
                }
            case list() | tuple():
                return type(value)(
                    self._symbolic(f"{name}[{i}]", item, before)
                    for i, item in enumerate(value)
                )
        return value

    def _array(self, name: str, value: Any, before: int) -> Any:
        if isinstance(value, np.ndarray) and value.dtype != object:
            return value.copy()
        fitting = [r for r in self._roles if self._trial.same(r.value, value)]
        if self._trial.is_zero(value):
            # zeros look the same: only by its name is one more than zero
            fitting = [r for r in fitting if r.upstream and name in r.names]
        if fitting:
            best = max(fitting, key=lambda role: alike(name, role.names))
            return mapped(best.symbols, lambda cell: cell)
        inner = self._inner(name, value, before)
        return self._by_element(name, value) if inner is None else inner

    def _by_element(self, name: str, value: Any) -> Any:
        """A value of which elements are those of others, as of an array that has been
        written into since; the rest are numbers or symbols of their own."""
        unknown = self._symbols.like(value, UNKNOWN + name)
        known, domain = self._known_elements, self._symbols.domain

        def one(cell: Cell, other: Cell) -> Cell:
            if self._trial.is_zero(cell):
                return Cell(domain, domain.literal(Number(0, 0)))
            found = known.get(_key(cell))
            if found is None:
                return other
            return max(found, key=lambda pair: alike(name, pair[0]))[1]

        if isinstance(value, Cell):
            return one(value, unknown)
        result = np.empty(value.shape, dtype=object)
        pairs = zip(value.flat, unknown.flat, strict=True)
        for i, (cell, other) in enumerate(pairs):
            result.flat[i] = one(cell, other)
        return result

    @cached_property
    def _known_elements(self) -> dict[Any, list[tuple[tuple[str, ...], Cell]]]:
        """By value the elements of all roles, with what these are called."""
        found: dict[Any, list[tuple[tuple[str, ...], Cell]]] = {}
        for role in self._roles:
            pairs = zip(cells_of(role.value), cells_of(role.symbols), strict=False)
            for cell, symbol in pairs:
                if not self._trial.is_zero(cell):
                    found.setdefault(_key(cell), []).append((role.names, symbol))
        return found

    def _inner(self, name: str, value: Any, before: int) -> Any:
        """A value that a line of the forward pass has computed from what the stage
        reads, and that therefore always is what that line makes of it."""
        if self._trial.is_zero(value) or self._lines > _MOST_LINES:
            return None
        lines = self._subject.written.forward
        for i in range(before - 1, -1, -1):
            line = lines[i]
            _, after = self._verdict.forward[i]
            for stored, found in after.items():
                if isinstance(found, type(value)) and self._trial.same(found, value):
                    return self._replayed(line, i, stored)
        return None

    def _replayed(self, line: Line, place: int, name: str) -> Any:
        """The value that a forward line binds to a name, from symbols."""
        self._lines += 1
        before, _ = self._verdict.forward[place]
        env = {
            name: self._symbolic(name, value, place) for name, value in before.items()
        }
        evaluator = Evaluator(self._symbols.domain, self._subject.module.names)
        frame = forward_frame(self._subject, evaluator, env)
        try:
            evaluator.run(line.code.statements, frame)
        except (Failure, Unsupported):
            return None
        return frame.env[name]


def forward_frame(
    subject: Subject, evaluator: Evaluator, env: Mapping[str, Any]
) -> Frame:
    """A frame of the written forward pass."""
    names = subject.module.forward(subject.written.base)
    return evaluator.frame(names, env)


def backward_frame(
    subject: Subject, evaluator: Evaluator, env: Mapping[str, Any]
) -> Frame:
    """A frame of the written backward pass."""
    names = subject.module.backward(subject.written.base)
    return evaluator.frame(names, env)


def _key(cell: Cell) -> Any:
    """What two cells have in common that stand for the same number."""
    modular = isinstance(cell.domain, ModularDomain)
    return cell.value.value if modular else cell.value


def alike(name: str, conventional: tuple[str, ...]) -> int:
    """How much a name looks like one of those that it would have by convention."""
    if name in conventional:
        return 2
    return int(any(name.startswith(f"{other}_") for other in conventional))


def found_in(env: Mapping[str, Any], value: Any, trial: ArrayTrial) -> list[Any]:
    """Where a value stands in an environment: (name, path) pairs."""
    return [
        (name, path)
        for name, held in env.items()
        for path, array in arrays_in(held)
        if trial.same(array, value)
    ]
