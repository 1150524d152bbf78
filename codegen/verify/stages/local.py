"""Level 2 for one stage as data: the problem, and its solution.

A `Problem` is a stage and its block with all names replaced by canonical ones, so that
stages of the same shape are the same problem and are solved once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

import sympy
from sympy import Expr

from ..programs.outputs import Seeds
from ..reports.report import Status
from ..running.code import Code


class Old(Enum):
    """What is known of an adjoint before the block."""

    NONE = auto()  # no contribution yet: zero
    LIVE = auto()  # earlier contributions, in its name
    ZERO = auto()  # zero, in its name
    SEED = auto()  # upstream gradients of outputs, not in its name yet


@dataclass(frozen=True)
class Known:
    """What is known of an adjoint; `zeros` says of each element whether it is zero."""

    old: Old
    zeros: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A version that takes part.

    `twin` is the slot of an equal value, or its own; `kind` is "real", "integer" or
    "flag"; `texts` are the values of what is no number, but a text.
    """

    length: int | None
    read: bool
    bound: bool
    twin: int
    kind: str = "real"
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adjoint:
    """The adjoint of a slot: what it is before the block, and its name after it.

    `zeros` says of each element whether it is known to be zero, if there is an adjoint;
    `seeds` are the outputs whose upstream gradients it has, by element, and `ones` says
    that these are 1; `varied` says of each element whether it depends on a parameter of
    interest (the adjoints of others do not matter); `assigned` whether the block
    assigns to it;
    `shared` whether a bound slot has its adjoint in the same name, so that what the
    block leaves there may be the bound one's.
    """

    slot: int
    old: Old
    zeros: tuple[bool, ...]
    name: str
    seeds: Seeds
    ones: bool
    varied: tuple[bool, ...]
    assigned: bool
    shared: bool


class Role(Enum):
    """What a name stands for that a block reads."""

    VERSION = auto()  # value of a slot
    ADJOINT = auto()  # adjoint of a slot
    ZERO = auto()  # adjoint of a slot that is known to be zero
    UPSTREAM = auto()  # upstream gradient of an output
    STALE = auto()  # something that another block left


@dataclass(frozen=True)
class Problem:
    """See the module's docstring."""

    stage: Code
    reads: tuple[tuple[str, int], ...]
    binds: tuple[tuple[str, int], ...]
    slots: tuple[Slot, ...]
    block: Code
    inputs: tuple[tuple[str, Role, int], ...]
    adjoints: tuple[Adjoint, ...]
    # constants of the two modules that the codes read
    stage_constants: tuple[tuple[str, Code], ...] = ()
    block_constants: tuple[tuple[str, Code], ...] = ()

    @cached_property
    def _hash(self) -> int:
        fields = (self.stage, self.reads, self.binds, self.slots, self.block)
        return hash((*fields, self.inputs, self.adjoints))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Mistake:
    """An adjoint that the block gets wrong; symbols are canonical."""

    kind: str  # "overwritten", "missing", "wrong", "unknown", "broken"
    slot: int
    written: Expr | None = None
    expected: Expr | None = None
    point: tuple[tuple[str, str], ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Solution:
    """The outcome of a problem.

    `gradients` are the local gradients by slot, `after` what is known of the adjoints
    of the slots after the block, if that is certain; `jumps` and `block_jumps` which
    way the conditional jumps of the two codes went; `doubtful` says that the block
    reads values of other stages, so that only the whole gradient can tell.
    """

    status: Status
    mistakes: tuple[Mistake, ...] = ()
    gradients: tuple[tuple[int, Expr], ...] = ()
    after: tuple[tuple[int, Known], ...] = ()
    jumps: frozenset[tuple[int, bool]] = frozenset()
    block_jumps: frozenset[tuple[int, bool]] = frozenset()
    doubtful: bool = False
    reason: str = ""


def seed_sums(seeds: Seeds, ones: bool) -> list[Expr]:
    """By element: the sum of upstream gradients."""
    one = sympy.Integer(1)
    return [
        sum(
            (one if ones else symbol("w", place) for place in element), sympy.Integer(0)
        )
        for element in seeds
    ]


def symbol(kind: str, slot: int, item: int | None = None) -> sympy.Symbol:
    """A canonical symbol: v value, b bound value, u upstream, a earlier adjoint."""
    name = f"{kind}{slot}" if item is None else f"{kind}{slot}_{item}"
    return sympy.Symbol(name, real=True)
