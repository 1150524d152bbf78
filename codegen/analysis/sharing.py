"""What is known of names and memory at one point of a function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..ir.joining import covers, join_types
from ..ir.stmt import Place
from ..ir.types import Opaque, Type, is_of_any_shape


@dataclass(frozen=True, eq=False)
class Binding:
    """Where a name is bound to a value, or where an array is put in a list (no name).

    Equal to itself only; `order` is that in which they were found.
    """

    name: str
    place: Place | None
    order: int


Bindings = frozenset[Binding]
_NONE: Bindings = frozenset()


@dataclass
class Sharing:
    """What is known at one point.

    Attributes:
        bindings: by name, those that may have given it its present value.
        types: the types of the names.
        sharers: by name, the bindings to what may be its present memory.
        stale: the bindings whose path may lead elsewhere now.
        changed: the bindings to memory that may have been written to since.
        rows: the names of arrays whose elements lie in a row for certain.
    """

    bindings: dict[str, Bindings] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    sharers: dict[str, Bindings] = field(default_factory=dict)
    stale: set[Binding] = field(default_factory=set)
    changed: set[Binding] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)

    def copy(self) -> Sharing:
        return Sharing(
            dict(self.bindings),
            dict(self.types),
            dict(self.sharers),
            set(self.stale),
            set(self.changed),
            set(self.rows),
        )

    def absorb(self, other: Sharing) -> bool:
        """Let this hold for another way to the same point too; whether it says less
        than before."""
        grown = _unite(self.bindings, other.bindings)
        grown = _unite(self.sharers, other.sharers) or grown
        grown = self._widen(other.types) or grown
        for mine, theirs in ((self.stale, other.stale), (self.changed, other.changed)):
            grown = grown or not theirs <= mine
            mine |= theirs
        grown = grown or not self.rows <= other.rows
        self.rows &= other.rows
        return grown

    def _widen(self, others: Mapping[str, Type]) -> bool:
        widened = [self.widen(name, kind) for name, kind in others.items()]
        return any(widened)

    def widen(self, name: str, kind: Type) -> bool:
        """A name may be of this type too; whether that says less than before."""
        mine = self.types.setdefault(name, kind)
        if mine is kind or covers(mine, kind):
            return False
        self.types[name] = join_types(mine, kind)
        return True

    def of(self, name: str) -> Bindings:
        """The bindings that may have given a name its present value."""
        return self.bindings.get(name, _NONE)

    def type_of(self, name: str) -> Type:
        return self.types.get(name, Opaque())

    def forget(self, name: str) -> None:
        """A name loses its value, and what is known of it."""
        before = self.bindings.pop(name, _NONE)
        self.sharers.pop(name, None)
        self.rows.discard(name)
        self.stale -= before
        self.changed -= before

    def share(self, owner: str, binding: Binding) -> None:
        """A binding may be to the present memory of a name."""
        self.sharers[owner] = self.sharers.get(owner, _NONE) | {binding}

    def sharers_of(self, owner: str) -> Bindings:
        return self.sharers.get(owner, _NONE)

    def doubt(self, name: str, owners: Iterable[str]) -> str:
        """What is said where a name may share memory that is written to."""
        for root in owners:
            if is_of_any_shape(self.type_of(root)):
                text = (
                    f"whether this changes what was read of `{root}` before depends on"
                )
                stated = f'state the axes of `{root}` (`{root}: "N"`)'
                return (
                    f"{text} how many axes it has; {stated}, or bind a copy (`.copy()`)"
                )
        text = f"this changes memory that `{name}` may share, which is read as well"
        return f"{text}; bind `{name}` to a copy (`.copy()`)"

    def owners(self, aliases: Iterable[Binding]) -> set[str]:
        """The names whose present memory may be that of one of the bindings."""
        wanted = frozenset(aliases)
        return {
            name for name, found in self.sharers.items() if not wanted.isdisjoint(found)
        }


def _unite(mine: dict[str, Bindings], others: Mapping[str, Bindings]) -> bool:
    grown = False
    for name, found in others.items():
        before = mine.get(name)
        if before is None or not found <= before:
            mine[name] = found if before is None else before | found
            grown = True
    return grown
