"""Elements of an adjoint to which nothing was added before: they are assigned.

    dS = np.zeros_like(S)
    for k in reversed(range(1, T + 1)):
        dS[:, k - 1] = w * dS[:, k]

Along a straight line of stages `fresh` sees to that. Gradients that are returned are
added to in loops all the same: that is what is read there, `dx += ...`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from ...analysis.recording import values_bound
from ...analysis.regions import Access, Loop, disjoint_earlier
from ...analysis.values import value_of_adjoint
from ...ir.blocks import blocks_of, map_statements
from ...ir.expr import Call, Index, Ref, Var
from ...ir.stmt import Accumulate, Assign, Block, For, Perform, Scatter, Stmt, While
from ...ir.types import Array, Type
from ...ir.walk import names_in
from ...rules.kinds import Kinds
from ..history import History, loop_of
from ..indices import from_front
from ..places import root_of


@dataclass
class _Uses:
    """What changes an adjoint.

    Attributes:
        zeros: how often it begins as zeros, in front of all loops.
        parts: the lines that change elements of it, with these.
        is_mixed: whether anything else changes it, or may.
    """

    zeros: int = 0
    parts: list[tuple[Stmt, Access]] = field(default_factory=list)
    is_mixed: bool = False


def assigned_first(
    backward: Block,
    types: Mapping[str, Type],
    history: History,
    floats: Container[str],
    returned: Container[str],
) -> Block:
    """A settled backward pass with such lines as assignments.

    Args:
        types: of the values that adjoints belong to.
        floats: the values that are of floats whatever the function is given; what is
            put into integers would be cut off.
        returned: the adjoints that are returned.
    """
    reading = _Reading(types, history)
    reading.block(backward, (), ())
    first: set[int] = set()
    for name, uses in reading.uses.items():
        known = name not in returned and value_of_adjoint(name) in floats
        if not known or uses.is_mixed or uses.zeros != 1:
            continue
        for line, own in uses.parts:
            if own.loops and all(
                disjoint_earlier(own, other, history.symbols) for _, other in uses.parts
            ):
                first.add(id(line))
    return _with_assigned(backward, first) if first else backward


def _with_assigned(block: Block, first: Container[int]) -> Block:
    def change(statement: Stmt) -> Stmt:
        match statement:
            case Accumulate(target, value) if id(statement) in first:
                return Assign((target,), value)
            case _:
                return statement

    return map_statements(block, change)


class _Reading:
    """Goes through a backward pass, as `History` does through the forward pass."""

    def __init__(self, types: Mapping[str, Type], history: History) -> None:
        self.uses: dict[str, _Uses] = {}
        self._types = types
        self._kinds = Kinds(dict(types))
        self._history = history

    def block(
        self,
        block: Block,
        loops: tuple[Loop | None, ...],
        order: tuple[int, ...],
        position: int = 0,
    ) -> int:
        """Note what the lines of a block change; the position behind them."""
        for statement in block:
            here = (*order, position)
            position += 2
            match statement:
                case For() | While():
                    loop = loop_of(statement)
                    plain = loop and self._history.plain_loop(loop)
                    self.block(statement.body, (*loops, plain), here)
                case _ if inner := blocks_of(statement):
                    for arm in inner:
                        position = self.block(arm, loops, order, position)
                case _:
                    self._line(statement, loops, here)
        return position

    def _line(
        self, line: Stmt, loops: tuple[Loop | None, ...], order: tuple[int, ...]
    ) -> None:
        match line:
            case Assign((Var(name),), Call(Ref("numpy.zeros_like"))) if not loops:
                self._of(name).zeros += 1
            case Assign((Index(Var(name), index),)) | Accumulate(
                Index(Var(name), index)
            ):
                kind = self._types.get(value_of_adjoint(name))
                if isinstance(kind, Array):
                    plain = self._history.plain(from_front(index, kind, self._kinds))
                    self._of(name).parts.append((line, Access(plain, loops, order)))
                else:
                    self._of(name).is_mixed = True
            case _:
                self._other(line)

    def _other(self, line: Stmt) -> None:
        changed = [*values_bound(line)]
        match line:
            case Assign(targets, value):
                changed += [n for t in targets for n in names_in(t)]
                if isinstance(value, Var):
                    changed.append(value.name)  # it has another name from here on
            case Accumulate(target) | Scatter(target):
                changed.append(root_of(target).name)
            case Perform(call):
                changed += names_in(call)
        for name in changed:
            self._of(name).is_mixed = True

    def _of(self, name: str) -> _Uses:
        return self.uses.setdefault(name, _Uses())
