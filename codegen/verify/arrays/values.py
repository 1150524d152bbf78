"""Values of the evaluator that are neither numbers nor arrays."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from ..running.domains import Broken
from .cells import Arithmetic, Cell, is_real
from .yielding import snapshot

# a node of a text, and which of its comparisons
Place = tuple[int, int, int]
# where the test of a branch or loop stands: line and column
Side = tuple[int, int]


class Kind(Enum):
    """What the elements of an array are, whatever their size in bytes."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"


@dataclass(frozen=True)
class Path:
    """A module, function or constant by its full name, such as `numpy.linalg.norm`."""

    name: str

    def member(self, name: str) -> Path:
        """What an attribute of it is."""
        return Path(f"{self.name}.{name}")


@dataclass(frozen=True)
class Method:
    """A method of a value, not called yet."""

    owner: Any
    name: str


@dataclass(frozen=True)
class Frozen:
    """A distribution with its parameters: `norm(m, s)`."""

    name: str
    args: tuple[Any, ...]
    named: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Routine:
    """A function that the text defines."""

    node: ast.FunctionDef


@dataclass
class Frame:
    """The variables of a function that is run, and the names around them: `Names`.

    `around` is the frame that a comprehension stands in; `outer` are the names that
    are bound in a frame around, by `nonlocal`; `given` is what a generator has yielded,
    as it was then; `put` runs where it yields instead, if it is that of a `with`."""

    names: Any
    env: MutableMapping[str, Any] = field(default_factory=dict)
    around: Frame | None = None
    outer: frozenset[str] = frozenset()
    given: list[Any] = field(default_factory=list)
    put: Callable[[Any], None] | None = None

    def inside(self, names: Any, own: dict[str, Any]) -> Frame:
        """A frame with variables of its own that sees those of this one."""
        return Frame(names, ChainMap(own, self.env))

    def give(self, value: Any) -> None:
        """What a generator does with what it yields."""
        if self.put is not None:
            self.put(value)
        else:
            self.given.append(snapshot(value))

    def home(self, name: str) -> MutableMapping[str, Any]:
        """The variables that a name is bound among."""
        env = self.env
        if name in self.outer:
            while isinstance(env, ChainMap):
                env = env.maps[1]
                if not isinstance(env, ChainMap) or name in env.maps[0]:
                    break
        return env


@dataclass(frozen=True, eq=False)
class Closure:
    """A function defined inside of another: it sees the variables there."""

    node: ast.FunctionDef | ast.Lambda
    frame: Frame
    defaults: Mapping[str, Any]


@dataclass(frozen=True)
class Bound:
    """A function with its first arguments, and some by name: `functools.partial`."""

    function: Any
    args: tuple[Any, ...]
    named: Mapping[str, Any]


@dataclass(frozen=True)
class Doubtful:
    """A name that may mean anything, and why."""

    reason: str


def kind_of(value: Any) -> Kind:
    """The kind of a number or of the elements of an array."""
    if is_real(value):
        return Kind.FLOAT
    flag = isinstance(value, (bool, np.bool_)) or (
        isinstance(value, np.ndarray) and value.dtype == bool
    )
    return Kind.BOOL if flag else Kind.INT


def as_kind(arithmetic: Arithmetic, value: Any, kind: Kind) -> Any:
    """A number or array converted, as `astype` does it; always a new array."""
    if kind is kind_of(value):
        return value.copy() if isinstance(value, np.ndarray) else value
    match kind:
        case Kind.FLOAT:
            return arithmetic.real(value)
        case Kind.BOOL:
            return plain(np.asarray(value, dtype=bool)[()])
    if not is_real(value):
        return plain(np.asarray(value).astype(int)[()])
    whole = np.frompyfunc(_truncated, 1, 1)(value)
    return whole.astype(int) if isinstance(whole, np.ndarray) else int(whole)


def _truncated(cell: Cell) -> int:
    return cell.domain.stepped("trunc", cell.value)


def plain(value: Any) -> Any:
    """NumPy's own integers and flags as Python's."""
    match value:
        case np.bool_():
            return bool(value)
        case np.integer():
            return int(value)
    return value


def as_index(value: Any) -> Any:
    """What stands in brackets: a list of integers as an array."""
    if is_real(value):
        raise Broken("an index is not an integer")
    return np.array(value) if isinstance(value, list) else value
