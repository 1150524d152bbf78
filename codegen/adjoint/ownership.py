"""Which adjoints own their memory, so that `+=` may write into it.

`da = dz` makes two names of one array; `da += ...` would change `dz` too. Where the
memory may belong to something else that is still read, the sum is a new array:

    da = dz                 da = dz
    da += x                 da = da + x
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from ..analysis.recording import expressions, values_bound
from ..ir.expr import Attribute, Binary, Call, Expr, Index, Var
from ..ir.memory import memory_of
from ..ir.stmt import Accumulate, Assign, Block, Scatter, Stmt
from ..ir.types import Array, Type
from ..ir.walk import names_in

# Stands for whatever the caller holds.
_CALLER = ""


def arrays(types: Mapping[str, Type], printed: Mapping[str, str]) -> frozenset[str]:
    """Printed names of what may be an array."""
    return frozenset(
        text for name, text in printed.items() if isinstance(types.get(name), Array)
    )


def owned(backward: Block, returned: Iterable[Expr], written: Set[str]) -> Block:
    """The backward pass with in-place sums only where the memory is the adjoint's own.

    Args:
        returned: the gradients, which are read at the end.
        written: the names that may be arrays.
    """
    if not written:
        return backward
    memory = _Memory(_last_reads(backward, returned))
    out: list[Stmt] = []
    for position, statement in enumerate(backward):
        match statement:
            case Accumulate(target=Var(name) as target, value=value) if name in written:
                if memory.is_shared(name, position):
                    statement = Assign((target,), Binary("+", target, value))
            case (
                Accumulate(target=Index(Var(name) as base))
                | Scatter(target=Var(name) as base)
            ) if name in written and memory.is_shared(name, position):
                out.append(Assign((base,), Call(Attribute(base, "copy"), ())))
                memory.bind(name, set())
        out.append(statement)
        if isinstance(statement, Assign):
            for name in values_bound(statement):
                memory.bind(name, set(memory_of(statement.value)))
    return tuple(out)


def _last_reads(backward: Block, returned: Iterable[Expr]) -> dict[str, int]:
    """The position of the last statement that reads each name."""
    last: dict[str, int] = {}
    for position, statement in enumerate(backward):
        for value in expressions(statement):
            last.update(dict.fromkeys(names_in(value), position))
    for value in returned:
        last.update(dict.fromkeys(names_in(value), len(backward)))
    return last


class _Memory:
    """Which names may stand for the same memory.

    Args:
        last: where each name is read last.
    """

    def __init__(self, last: Mapping[str, int]) -> None:
        self._last = last
        self._groups: dict[str, set[str]] = {}

    def is_shared(self, name: str, position: int) -> bool:
        """Whether something that is read later may have the same memory."""
        group = self._groups.get(name, {_CALLER, name})
        return any(
            other == _CALLER or self._last.get(other, -1) > position
            for other in group - {name}
        )

    def bind(self, name: str, aliases: set[str]) -> None:
        """Bind a name to memory of its own, or to that of the others."""
        for group in self._groups.values():
            group.discard(name)
        own = {name}
        for other in aliases - {name}:
            own |= self._groups.setdefault(other, {other, _CALLER})
        for member in own - {_CALLER}:
            self._groups[member] = own
