"""Expressions and statements as postfix code.

The verifier never lets Python run a text that it reads. `compiler` turns the syntax
tree into the instructions below, and `machine.Machine` interprets them in an arithmetic
of its choice. Both are iterative: the depth of an expression is bounded by memory only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, auto
from fractions import Fraction
from functools import cached_property
from typing import Any


class Op(IntEnum):
    """What an instruction does; TOS is the top of the stack.

    (An IntEnum, because the hash of an Enum is computed in Python.)
    """

    CONST = auto()  # push a number (Number), a string or None
    MATH_CONST = auto()  # push math.<arg>
    LOAD = auto()
    STORE = auto()
    STORE_ITEM = auto()  # stack: value, container, index
    BINARY = auto()
    UNARY = auto()
    COMPARE = auto()
    CALL = auto()  # arg: (function, number of arguments, keyword names)
    CALL_SPREAD = auto()  # arg: function; TOS: list of arguments
    CALL_LOCAL = auto()  # as CALL, of a function of the module
    BUILD = auto()  # arg: (tuple or list, length)
    BUILD_DICT = auto()
    APPEND = auto()
    EXTEND = auto()
    INDEX = auto()
    UNPACK = auto()
    JUMP = auto()
    JUMP_IF_FALSE = auto()
    JUMP_IF_FALSE_OR_POP = auto()
    JUMP_IF_TRUE_OR_POP = auto()
    DUP = auto()
    DUP_UNDER = auto()  # [a, b] -> [b, a, b]
    DROP_UNDER = auto()  # [a, b] -> [b]
    POP = auto()
    ITERATE = auto()  # TOS -> list of what is left of it
    FOR = auto()  # push the next item, or drop the iterator and jump
    ASSERT = auto()
    RETURN = auto()


@dataclass(frozen=True)
class Number:
    """A literal: as Python reads it, and as the exact decimal that is written."""

    value: int | float
    exact: int | Fraction | None  # None: infinite

    @staticmethod
    def of(value: int | float) -> Number:
        if isinstance(value, int):
            return Number(int(value), int(value))
        exact = Fraction(repr(float(value))) if math.isfinite(value) else None
        return Number(value, exact)


Instruction = tuple[Op, Any]


@dataclass(frozen=True)
class Test:
    """What a conditional jump tests: its text, and the names of variables in it.

    Of a comparison, also its operator and the texts of its sides.
    """

    text: str
    names: frozenset[str]
    op: str = ""
    left: str = ""
    right: str = ""


@dataclass(frozen=True)
class Code:
    """Instructions of one or more statements."""

    instructions: tuple[Instruction, ...]
    # by address of a conditional jump
    tests: Mapping[int, Test] = field(default_factory=dict, compare=False)

    @cached_property
    def loads(self) -> tuple[str, ...]:
        """Names read before they are stored, in order of their first reading."""
        stored: set[str] = set()
        loads: dict[str, None] = {}
        for op, arg in self.instructions:
            if op is Op.LOAD and arg not in stored:
                loads[arg] = None
            elif op is Op.STORE:
                stored.add(arg)
        return tuple(loads)

    @cached_property
    def stores(self) -> tuple[str, ...]:
        """Names bound, in order of their first binding."""
        names = (arg for op, arg in self.instructions if op is Op.STORE)
        return tuple(dict.fromkeys(names))

    @cached_property
    def decides(self) -> bool:
        """Whether which way is taken depends on values."""
        jumps = (Op.JUMP_IF_FALSE, Op.JUMP_IF_FALSE_OR_POP, Op.JUMP_IF_TRUE_OR_POP)
        for op, arg in self.instructions:
            if op in jumps or op is Op.COMPARE or op is Op.CALL_SPREAD:
                return True
            if op is Op.CALL and arg[0] in _DECIDING:
                return True
        return False

    def single(self) -> Code:
        """The same code with a name of its own for all but the last binding of a name.

        Where bindings depend on conditions it stays as it is.
        """
        names = [arg for op, arg in self.instructions if op is Op.STORE]
        if len(set(names)) == len(names) or self._binds_on_condition():
            return self
        last = {name: at for at, name in enumerate(names)}
        current: dict[str, str] = {}
        instructions: list[Instruction] = []
        place = 0
        for op, arg in self.instructions:
            if op is Op.STORE:
                # not a name that a program can have
                current[arg] = arg if last[arg] == place else f"{arg} {place}"
                place += 1
            if op in (Op.LOAD, Op.STORE):
                arg = current.get(arg, arg)
            instructions.append((op, arg))
        return Code(tuple(instructions), self.tests)

    def _binds_on_condition(self) -> bool:
        jumps = [at for at, (op, _) in enumerate(self.instructions) if op in JUMPS]
        targets = [arg for op, arg in self.instructions if op in JUMPS]
        return any(
            op is Op.STORE and jumps and jumps[0] < at < max(targets)
            for at, (op, _) in enumerate(self.instructions)
        )

    def renamed(self, names: Mapping[str, str]) -> Code:
        """The same code with other names."""
        return Code(
            tuple(
                (op, names.get(arg, arg)) if op in (Op.LOAD, Op.STORE) else (op, arg)
                for op, arg in self.instructions
            ),
            self.tests,
        )


_DECIDING = frozenset({"abs", "fabs", "max", "min", "copysign", "cbrt", "hypot"})


def joined(codes: Iterable[Code]) -> Code:
    """One code that runs the others in order."""
    instructions: list[Instruction] = []
    tests: dict[int, Test] = {}
    for code in codes:
        start = len(instructions)
        tests.update({start + at: test for at, test in code.tests.items()})
        for op, arg in code.instructions:
            instructions.append((op, arg + start) if op in JUMPS else (op, arg))
    return Code(tuple(instructions), tests)


JUMPS = frozenset(
    {
        Op.JUMP,
        Op.JUMP_IF_FALSE,
        Op.JUMP_IF_FALSE_OR_POP,
        Op.JUMP_IF_TRUE_OR_POP,
        Op.FOR,
    }
)
