"""What the caches of calls hold of a function's memory, while it is walked over.

    acc = get_acc(pos, mass)       acc = get_acc(pos.copy(), mass)
    pos += vel * dt                pos += vel * dt

A function with passes of its own may keep what it is given, or gives, for its way back.
What is written to later must not be in its cache: it is passed, or taken, by copy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ..ir.expr import Attribute, Call, Expr, Index, Ref
from ..ir.number import as_number
from ..ir.own import own_call
from ..ir.stmt import Assign, Stmt
from ..ir.types import Array, Number, Type
from ..ir.walk import strip, substitute
from .lending import Lent
from .paths import LOCKED, OWN, Memory, Typing, memory
from .sharing import Binding, Sharing
from .tracking import Tracking

# The bindings of a statement are numbered: from here on what it passes to a function,
# and from there on what that gives.
_GIVEN = 2_000_000
_RETURNED = 3_000_000


@dataclass(frozen=True)
class Caches:
    """Follows what calls of functions with passes of their own keep."""

    names: Tracking

    def memory(self, value: Expr, typing: Typing) -> Memory:
        """What a value shares its memory with."""
        call = own_call(value)
        place = None if call is None else self._place_of(value, call)
        if call is None or place is None:
            return memory(value, typing)
        if isinstance(typing.bound(value), Number):
            return OWN
        result = self._lent_by(call).results[place]
        sources = [memory(call.args[number], typing) for number in sorted(result.of)]
        if not result.alone or any(one.locked or one.held for one in sources):
            return LOCKED
        return Memory(frozenset[str]().union(*(one.names for one in sources)))

    def lend(self, s: Stmt, call: Call, at: Sharing) -> set[int]:
        """A call keeps what it is given; the places of what it has to get a copy of."""
        typing = self.names.typing(at, call)
        copied: set[int] = set()
        for place in sorted(self._lent_by(call).kept):
            found = memory(call.args[place], typing)
            binding = self.names.binding(s, _GIVEN + place, "")
            if binding in self.names.copied:
                copied.add(place)
            else:
                kind = typing.bound(call.args[place])
                self._keep(binding, found.names | found.held, kind, at)
        return copied

    def lend_result(self, s: Stmt, name: str, value: Expr, at: Sharing) -> bool:
        """A call keeps what it gives, which is bound to a name; whether the name has to
        get a copy."""
        call = own_call(value)
        place = None if call is None else self._place_of(value, call)
        if call is None or place is None or not self._lent_by(call).results[place].kept:
            return False
        binding = self.names.binding(s, _RETURNED + place, "")
        if binding not in self.names.copied:
            self._keep(binding, {name}, at.type_of(name), at)
        return binding in self.names.copied

    def _lent_by(self, call: Call) -> Lent:
        assert isinstance(call.func, Ref)
        return self.names.lent(call.func.path)

    def _place_of(self, value: Expr, call: Call) -> int | None:
        """Which result of a call this is, or is a part of; None for all of them."""
        count = len(self._lent_by(call).results)
        if count == 1:
            return 0
        inner = strip(value)
        number = as_number(inner.index) if isinstance(inner, Index) else None
        return None if number is None else int(number) % count

    def _keep(
        self, binding: Binding, names: Iterable[str], kind: Type, at: Sharing
    ) -> None:
        self.names.cached[binding] = isinstance(kind, Array) and kind.rank != 0
        for owner in self.names.owners(names, at):
            at.share(owner, binding)


def copy_of(value: Expr) -> Expr:
    """`value.copy()`."""
    return Call(Attribute(value, "copy"), ())


def with_copies(s: Assign, places: Collection[int]) -> Assign:
    """A stage whose call gets copies of its arguments at these places."""
    call = own_call(s.value)
    assert call is not None
    args = [copy_of(a) if n in places else a for n, a in enumerate(call.args)]
    passed = Call(call.func, tuple(args), call.keywords)
    return replace(s, value=substitute(s.value, {call: passed}))
