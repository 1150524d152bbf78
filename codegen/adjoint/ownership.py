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
from ..ir.memory import NOBODY, memory_of
from ..ir.stmt import Accumulate, Assign, Block, Scatter, Stmt
from ..ir.types import Array, Type
from ..ir.walk import names_in

# Stands for whatever the caller holds, and for what is nobody's to write to.
_CALLER = NOBODY


def arrays(types: Mapping[str, Type], printed: Mapping[str, str]) -> frozenset[str]:
    """Printed names of what may be an array."""
    return frozenset(
        text for name, text in printed.items() if isinstance(types.get(name), Array)
    )


def owned(
    backward: Block,
    returned: Iterable[Expr],
    written: Set[str],
    printed: Mapping[str, str],
) -> Block:
    """The backward pass with in-place sums only where the memory is the adjoint's own.

    Values that share a printed name share their memory: names are printed ones here.

    Args:
        returned: the gradients, which are read at the end.
        written: the printed names that may be arrays.
    """
    if not written:
        return backward
    memory = _Memory(_last_reads(backward, returned, printed))
    out: list[Stmt] = []
    for position, statement in enumerate(backward):
        match statement:
            case (
                Accumulate(target=Var() as base)
                | Accumulate(target=Index(Var() as base))
                | Scatter(target=base)
            ):
                name = printed[base.name]
                shared = name in written and memory.is_shared(name, position)
            case _:
                shared = False
        match statement:
            case Accumulate(target=Var() as target, value=value) if shared:
                statement = Assign((target,), Binary("+", target, value))
            case Accumulate() | Scatter() if shared:
                out.append(Assign((base,), Call(Attribute(base, "copy"), ())))
                memory.bind(name, set())
        out.append(statement)
        if isinstance(statement, Assign):
            names = memory_of(statement.value)
            aliases = {printed.get(other, other) for other in names}
            for bound in values_bound(statement):
                memory.bind(printed[bound], aliases)
    return tuple(out)


def _last_reads(
    backward: Block, returned: Iterable[Expr], printed: Mapping[str, str]
) -> dict[str, int]:
    """The position of the last statement that reads each printed name."""
    last: dict[str, int] = {}
    for position, statement in enumerate(backward):
        for value in expressions(statement):
            last.update((printed[name], position) for name in names_in(value))
    for value in returned:
        last.update((printed[name], len(backward)) for name in names_in(value))
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
        own = {name}
        if name in aliases:
            own |= self._groups.get(name, {_CALLER})
        for group in self._groups.values():
            group.discard(name)
        if _CALLER in aliases:
            own.add(_CALLER)
        for other in aliases - {name, _CALLER}:
            own |= self._groups.setdefault(other, {other, _CALLER})
        for member in own - {_CALLER}:
            self._groups[member] = own
