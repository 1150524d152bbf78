"""What zeros are made like: whatever has the shape of an adjoint, or its length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..analysis.recording import values_bound
from ..analysis.values import user_name, value_of_adjoint
from ..analysis.versions import LOST, Numbered
from ..ir.blocks import walk_statements
from ..ir.expr import Expr, Var
from ..ir.joining import is_joined
from ..ir.number import ZERO
from ..ir.program import Function
from ..ir.stmt import Assign, Block, Write
from ..ir.types import Array, Items, List, Number, Type, Unknown
from ..rules.kinds import Kinds
from .places import root_of


@dataclass(frozen=True)
class Likes:
    """Finds arrays of the shape of an adjoint among the parameters, and lists.

    `uneven` are the variables that stand for lists of different lengths, or for a
    number before they stand for an array, `read` the values that the backward pass
    reads.
    """

    function: Function
    types: Mapping[str, Type]
    numbered: Numbered
    uneven: frozenset[str]
    read: frozenset[str]

    def inside(self, adjoint: Var, key: int) -> Expr | None:
        """The value of a variable at the head of a loop, or in front of an `if`; 0 for
        one that need not be bound there, as every shape begins with it."""
        value = self._present(adjoint, self.numbered.inside[key])
        if value == LOST:
            return ZERO
        return None if value is None else Var(value)

    def behind(self, adjoint: Var, key: int) -> Expr | None:
        """The value of a variable behind a loop or an `if`; 0 for one that nothing has
        bound before the loop, and nothing reads any more."""
        value = self._present(adjoint, self.numbered.behind[key])
        if not value and value_of_adjoint(adjoint.name) in self._begun_in_loops:
            return ZERO
        return Var(value) if value else None

    def before(self, adjoint: Var, key: int) -> Expr | None:
        """The value of a variable where a loop begins."""
        root, web = self.numbered.webs.root, value_of_adjoint(adjoint.name)
        heads = (join for loop, join in self.numbered.heads if loop == key)
        found = next((join.first for join in heads if root(join.name) == web), None)
        return Var(found) if found and found in self.types else None

    @cached_property
    def _begun_in_loops(self) -> frozenset[str]:
        """The values at the heads of loops that no first trip has."""
        return frozenset(join.name for _, join in self.numbered.heads if not join.first)

    def trip(self, adjoint: Var, key: int) -> Var | None:
        """The value of a variable at the end of a trip of a loop, where its shape may
        be another one in each trip; that of a list that no first trip has, too."""
        web = value_of_adjoint(adjoint.name)
        value = self.numbered.last[key].get(user_name(web), LOST)
        known = value in self.types and self.numbered.webs.root(value) == web
        other = self.varies(adjoint) or self._is_begun_list(web)
        return Var(value) if known and other else None

    def _is_begun_list(self, web: str) -> bool:
        """Whether a variable is a list that a loop binds first."""
        kind = self.types.get(web)
        return web in self._begun_in_loops and isinstance(kind, List) and not kind.keyed

    def ending(self, adjoint: Var, key: int) -> Expr | None:
        """The array that a variable is at the end of a trip of a loop."""
        name = user_name(value_of_adjoint(adjoint.name))
        value = self.numbered.last[key].get(name, LOST)
        kind = self.types.get(value)
        return Var(value) if isinstance(kind, Array) and kind.rank != 0 else None

    def varies(self, adjoint: Var) -> bool:
        """Whether a variable has several values, and a shape that is not made of those
        that the function is given, so that it may be another one at each place."""
        web = value_of_adjoint(adjoint.name)
        kind = self.types.get(web)
        if web not in self.numbered.webs.joined or not isinstance(kind, Array):
            return False
        if web in self.uneven or is_joined(kind):
            return True
        if isinstance(kind.shape, Unknown):
            return all(self.types.get(p.name) != kind for p in self.function.params)
        return not all(dim.is_known for dim in kind.shape)

    def _present(self, adjoint: Var, values: Mapping[str, str]) -> str | None:
        value = values.get(user_name(value_of_adjoint(adjoint.name)))
        return value if value == LOST or value in self.types else None

    def of(self, adjoint: Var) -> Expr | None:
        """An array of that shape: the value itself as it is at the end, or a parameter
        where it is none. Of what has different lengths that at the end."""
        value = value_of_adjoint(adjoint.name)
        if value in self.uneven or self._is_begun_list(value):
            final = self.numbered.last[0].get(user_name(value), "")
            return Var(final) if final in self.types else None
        names = [p.name for p in self.function.params]
        kind = self.types.get(value)
        if not isinstance(kind, Array):
            return None
        if value in names:
            final = self.numbered.last[0].get(value, "")
            same = self.types.get(final) == kind and final != value
            return Var(final) if same else None
        if not isinstance(kind.shape, tuple) or not all(d.is_known for d in kind.shape):
            return None
        floats = Array(kind.shape, "float")
        alike = [name for name in names if self.types.get(name) == floats]
        ends = [self.numbered.last[0].get(user_name(n), "") for n in (value, *alike)]
        there = [end for end in ends if self.types.get(end) == floats]
        kept = [name for name in there if self._is_there(name)]
        found = [*kept, *there[::-1], *alike]
        return Var(found[0]) if found else None

    def _is_there(self, value: str) -> bool:
        """Whether the backward pass reads what a variable is at the end."""
        web = self.numbered.webs.root(value)
        return value in self.read or (web in self._written and web in self._webs_read)

    @cached_property
    def _webs_read(self) -> frozenset[str]:
        return frozenset(map(self.numbered.webs.root, self.read))

    @cached_property
    def _written(self) -> frozenset[str]:
        """The variables whose memory stays the same while elements are written to."""
        root = self.numbered.webs.root
        return frozenset(
            root(root_of(statement.target).name)
            for statement in walk_statements(self.numbered.function.body)
            if isinstance(statement, Write)
        )


def uneven_lists(numbered: Numbered, types: Mapping[str, Type]) -> Iterator[str]:
    """The variables that stand for several lists of numbers, whose lengths are not
    known to be the same."""
    webs = numbered.webs
    bound = [p.name for p in numbered.function.params]
    for statement in walk_statements(numbered.function.body):
        if isinstance(statement, Assign):
            bound += values_bound(statement)
    lengths: dict[str, list[int | None]] = {}
    for name in bound:
        kind = types.get(name)
        if isinstance(kind, Items | List):
            length = kind.length if isinstance(kind, Items) else None
            lengths.setdefault(webs.root(name), []).append(length)
    for web, found in lengths.items():
        if len(found) > 1 and (None in found or len({*found}) > 1):
            yield web


def begun_as_numbers(forward: Block, types: Mapping[str, Type]) -> frozenset[str]:
    """The values that are numbers until an array is added: `s = 0.0`."""
    kinds = Kinds(dict(types))
    return frozenset(
        name
        for statement in walk_statements(forward)
        if isinstance(statement, Assign)
        for name in values_bound(statement)
        if isinstance(kinds.of(statement.value), Number)
        and isinstance(types.get(name), Array)
    )
