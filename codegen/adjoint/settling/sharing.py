"""Which adjoints may stand for the same memory, and what that forbids.

What is added in place is read before, where it is the same memory in another order.
NumPy looks out for that, what is compiled need not:

    dy[1:] += dy[:-1]       dy[1:] = dy[1:] + dy[:-1]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from itertools import zip_longest

from ...ir.expr import Attribute, Binary, Call, Expr, Index, Ref, Sequence, Slice, Var
from ...ir.memory import NOBODY, memory_of
from ...ir.stmt import Accumulate, Assign, Stmt

# Stands for whatever the caller holds, and for what is nobody's to write to.
_CALLER = NOBODY


class Memory:
    """Which names may stand for the same memory: for each the others, and itself.

    Groups are shared between copies, and never changed.

    Attributes:
        wholes: the names of what is made of no integers that the caller may give.
    """

    def __init__(
        self,
        groups: Mapping[str, frozenset[str]] | None = None,
        wholes: Iterable[str] = (),
    ) -> None:
        self._groups = dict(groups or {})
        self.wholes = set(wholes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Memory):
            return False
        return self._groups == other._groups and self.wholes == other.wholes

    def copy(self) -> Memory:
        return Memory(self._groups, self.wholes)

    def take(self, other: Memory) -> None:
        self._groups, self.wholes = other._groups, other.wholes

    def join(self, other: Memory) -> None:
        """Let this hold for another way to the same place too."""
        self.wholes &= other.wholes
        for name in {**self._groups, **other._groups}:
            mine, theirs = self._group(name), other._group(name)
            if mine is not theirs:
                self._groups[name] = mine | theirs

    def _group(self, name: str) -> frozenset[str]:
        return self._groups.get(name) or frozenset((_CALLER, name))

    def is_shared(self, name: str, read: Callable[[Set[str]], bool]) -> bool:
        """Whether something that is read later may have the same memory."""
        others = self._group(name) - {name}
        return _CALLER in others or read(others)

    def may_be(self, name: str, others: Set[str]) -> bool:
        """Whether one of these may have the same memory."""
        return not others.isdisjoint(self._group(name) - {_CALLER})

    def is_given(self, name: str) -> bool:
        """Whether a name may stand for memory of the caller's."""
        return _CALLER in self._group(name)

    def bind(self, name: str, aliases: set[str]) -> None:
        """Bind a name to memory of its own, or to that of the others."""
        self.wholes.discard(name)
        own = frozenset((name,))
        if name in aliases:
            own |= self._group(name)
        else:
            for former in self._group(name) - {_CALLER, name}:
                self._groups[former] = self._group(former) - {name}
        if _CALLER in aliases:
            own |= {_CALLER}
        for other in aliases - {name, _CALLER}:
            own |= self._group(other)
        for member in own - {_CALLER, name}:
            # on another way a member may share with more than these
            self._groups[member] = self._group(member) | own
        self._groups[name] = own


def read_first(
    statement: Stmt, printed: Mapping[str, str], memory: Memory
) -> Assign | None:
    """The sum as a new array, where an adjoint is added to while its own memory is read
    in another order; None where it is not."""
    match statement:
        case Accumulate(Var(name) as target, value):
            pass
        case Accumulate(Index(Var(name)) as target, value) if _is_shifted(
            target, value
        ):
            pass
        case _:
            return None
    if not _is_view(value):
        return None
    read = {printed.get(one, one) for one in memory_of(value)}
    if not memory.may_be(printed[name], read):
        return None
    return Assign((target,), Binary("+", target, value))


def _is_view(value: Expr) -> bool:
    """Whether a value may be a part of another array, or an array in another order."""
    match value:
        case Call(Ref(path)):
            return path.startswith("numpy.")
        case _:
            return isinstance(value, Attribute | Index | Call)


def _is_shifted(part: Index, value: Expr) -> bool:
    """Whether slices go over other elements than those of a part that is added to.
    Parts that differ in their integers only are apart, or the same."""
    if not isinstance(value, Index):
        return True
    pairs = zip_longest(_places(part.index), _places(value.index))
    return any(a != b and Slice in (type(a), type(b)) for a, b in pairs)


def _places(index: Expr) -> tuple[Expr, ...]:
    return index.items if isinstance(index, Sequence) else (index,)
