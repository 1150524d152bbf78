"""Parts of adjoints that are set to 0 and then get another value.

    # x[j], x[k] = x[k], x[j]
    dx_new = dx[j]                dx_new = dx[j]
    dx[j] = 0.0              =>   dx[j] = dx_new_1
    dx[j] += dx_new_1

The stage that takes a part apart may be another one than that which puts it together.
Within a straight line only, where nothing reads or changes that part in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ...analysis.recording import expressions, values_bound
from ...analysis.values import value_of_adjoint
from ...ir.blocks import blocks_of, map_statements, with_blocks
from ...ir.expr import Expr, Index, Var
from ...ir.joining import has_rows
from ...ir.number import ZERO
from ...ir.stmt import Accumulate, Assign, Block, Stmt
from ...ir.types import Array, Items, List, Type
from ...ir.walk import names_in
from ...rules.kinds import Kinds
from ..indices import plain_index
from .fresh import are_apart


def replaced(backward: Block, types: Mapping[str, Type]) -> Block:
    """A settled backward pass in which parts get their next value in place of 0."""
    kinds = Kinds(types)

    def inside(statement: Stmt) -> Stmt:
        blocks = [_Parts(kinds).block(block) for block in blocks_of(statement)]
        return with_blocks(statement, blocks) if blocks else statement

    return _Parts(kinds).block(map_statements(backward, inside))


class _Parts:
    """The parts that are 0 at a point of a block: for each adjoint the parts, and where
    they were set to 0."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._zero: dict[str, dict[Index, int]] = {}

    def block(self, block: Block) -> Block:
        """A block in which what is set to 0 for nothing is not."""
        out: list[Stmt | None] = [*block]
        for position, line in enumerate(block):
            if self._zero:
                self._read(line)
            match line:
                case Accumulate(Index(Var(name)) as part, value):
                    at = self._zero.get(name, {}).pop(part, None)
                    if at is not None:
                        out[at] = None
                        out[position] = Assign((part,), value)
                    self._touch(name, part.index)
                case Assign((Index(Var(name)) as part,), value):
                    self._touch(name, part.index)
                    if value is ZERO and self._is_flat(name):
                        self._zero.setdefault(name, {})[part] = position
                case _:
                    for name in values_bound(line):
                        self._forget(name)
        return tuple(line for line in out if line is not None)

    def _read(self, line: Stmt) -> None:
        """Forget the parts that a line reads."""
        if blocks_of(line):
            for name in _names(expressions(line)):
                self._zero.pop(name, None)
            return
        stack = [*_values(line)]
        while stack:
            match stack.pop():
                case Index(Var(name), index) if name in self._zero:
                    self._touch(name, index)
                    stack.append(index)
                case Var(name):
                    self._zero.pop(name, None)
                case node:
                    stack += node.operands

    def _touch(self, name: str, index: Expr) -> None:
        """Forget the parts of an adjoint that another one may overlap."""
        parts = self._zero.get(name, {})
        mine = plain_index(index, self._kinds) if parts else index
        for part in [*parts]:
            if not are_apart(mine, plain_index(part.index, self._kinds)):
                del parts[part]

    def _is_flat(self, name: str) -> bool:
        """Whether the parts of an adjoint have no other name, as rows of lists have."""
        kind = self._kinds.types.get(value_of_adjoint(name))
        return isinstance(kind, Array | Items | List) and not has_rows(kind)

    def _forget(self, name: str) -> None:
        """Something is bound: an adjoint, or what the index of a part reads."""
        self._zero.pop(name, None)
        for parts in self._zero.values():
            for part in [p for p in parts if name in set(names_in(p.index))]:
                del parts[part]


def _values(line: Stmt) -> Iterator[Expr]:
    """What a line reads; of a part that it changes, the index alone."""
    match line:
        case Accumulate(Index(Var(), index), value) | Assign(
            (Index(Var(), index),), value
        ):
            yield from (index, value)
        case _:
            yield from expressions(line)


def _names(values: Iterable[Expr]) -> Iterator[str]:
    return (name for value in values for name in names_in(value))
