"""How each value that the backward pass reads gets there: by the cache, by the frame of
a trip, or computed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from ...ir.expr import (
    Attribute,
    Binary,
    Call,
    Const,
    Expr,
    Index,
    Ref,
    Sequence,
    Slice,
    Unary,
    Var,
)
from ...ir.stmt import (
    For,
    If,
    While,
)
from ...ir.types import Number, Type
from ...ir.walk import names_in, paths_in, postorder, walruses_in
from ..building.naming import Wanted, is_primal
from .storage import Storage


@dataclass
class Needs:
    """Decides for every value that the backward pass reads how it gets there.

    Attributes:
        frames: by loop, the values of a trip that are taped.
        kept: values that are kept under a name of their own: value -> that name.
        computed: by loop, the values that the backward pass computes again.
        indexed: loops whose index the backward pass reads.
        tapes: the tape of each loop that has one.
        cheap: whether a value is better computed again than taped, as far as asked.
        chained: values at the end of a trip that are those at the head of the next
            one: end -> head.
        order: the values by number, in the order of their places.
    """

    storage: Storage
    types: Mapping[str, Type]
    wanted: Wanted
    params: tuple[str, ...]
    frames: dict[int, dict[str, None]] = field(default_factory=dict)
    kept: dict[str, Var] = field(default_factory=dict)
    computed: dict[int, dict[str, None]] = field(default_factory=dict)
    indexed: set[int] = field(default_factory=set)
    tapes: dict[int, Var] = field(default_factory=dict)
    counts: dict[int, Var] = field(default_factory=dict)
    chained: dict[int, dict[str, str]] = field(default_factory=dict)
    flags: dict[int, Var] = field(default_factory=dict)
    back: dict[int, For | While] = field(default_factory=dict)
    cheap: dict[str, bool] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)

    def need_all(self, names: Iterable[str]) -> None:
        for name in names:
            if is_primal(name) and name in self.storage.places:
                self.need(name)

    def need(self, name: str) -> None:
        """Make sure that the backward pass has a value."""
        storage = self.storage
        self._lift(name)
        place = storage.places[name]
        web = storage.webs.root(name)
        loop = storage.loops.get(place.loop)
        if isinstance(loop, For) and loop.index.name == name:
            self.indexed.add(place.loop)
            return
        if name in self.frames.get(place.loop, {}) or name in self.computed.get(
            place.loop, {}
        ):
            return
        if web in storage.changed:
            # what it held is there still, or is kept element by element
            home = storage.places[web].loop
            if not self._is_inside(place.loop, home):
                self._frame(place.loop, name)
            elif {name, web} & storage.heads.keys() and self._is_bound_in(
                web, place.loop
            ):
                # another array goes by that name in each trip
                self.kept.setdefault(name, self._name_kept(name))
                self._frame(place.loop, name)
            else:
                self._frame(home, web)
            return
        if self._is_cheap(name):
            self.computed.setdefault(place.loop, {})[name] = None
            self.need_all(names_in(storage.definitions[name].value))
            return
        if storage.holder(name) is None and name not in self.kept:
            self.kept[name] = self._name_kept(name)
        self._frame(place.loop, name)

    def _is_bound_in(self, web: str, loop: int) -> bool:
        """Whether a variable is bound anew in a loop, not only written to."""
        storage = self.storage
        return any(
            storage.webs.root(name) == web
            and loop
            and self._is_inside(storage.places[name].loop, loop)
            for name in storage.definitions
        )

    def _lift(self, name: str) -> None:
        """Take what is the same in every trip of a loop as a value of the trip around
        it: its variable holds it when the loop is over."""
        storage = self.storage
        statement = storage.definitions.get(name)
        if statement is None or not self._is_alone(name) or _draws(statement.value):
            return
        while loop := storage.places[name].loop:
            names = [n for n in names_in(statement.value) if n in storage.places]
            if any(self._varies(n, loop) for n in names):
                return
            place = storage.places[name] = storage.stands[loop]
            storage.last[place.loop][name] = name

    def _varies(self, name: str, loop: int) -> bool:
        """Whether a value may be another one in another trip of a loop."""
        storage = self.storage
        is_changed = storage.webs.root(name) in storage.changed
        return is_changed or self._is_inside(storage.places[name].loop, loop)

    def _is_alone(self, name: str) -> bool:
        """Whether a variable has no other value."""
        return self.storage.sizes.get(self.storage.webs.root(name), 1) == 1

    def _frame(self, loop: int, name: str) -> None:
        self.frames.setdefault(loop, {})[name] = None
        if loop and loop not in self.tapes:
            self._tape(loop)

    def _tape(self, loop: int) -> None:
        tape = self._new("tape", "tape")
        self.tapes[loop] = tape
        self._around(loop, tape)

    def _around(self, loop: int, made: Var) -> None:
        """A variable that is made in front of a loop; it is needed behind it."""
        storage = self.storage
        place = storage.stands[loop]
        storage.places[made.name] = place
        storage.last[place.loop][made.name] = made.name
        if not place.branches:
            storage.certain[place.loop].add(made.name)
        self._frame(place.loop, made.name)

    def _new(self, kind: str, wish: str) -> Var:
        name = f"t:{len(self.wanted.wishes)}"
        self.wanted.wishes[name] = (wish, "", "")
        return Var(name)

    def _name_kept(self, name: str) -> Var:
        fresh = f"t:{len(self.wanted.wishes)}"
        web = self.storage.webs.root(name)
        self.wanted.wishes[fresh] = (web, "", "_prev")
        return Var(fresh)

    def _is_cheap(self, name: str) -> bool:
        """Whether a value is better computed again than taped: an index, or a part of
        an array that is there anyway."""
        storage = self.storage
        place = storage.places[name]
        statement = storage.definitions.get(name)
        if statement is None or not place.loop or place.branches:
            return False
        value = statement.value
        is_small = _is_index_arithmetic(value, self.types.get(name)) or _is_part(value)
        if not is_small or _draws(value) or not self._is_alone(name):
            return False
        if name not in self.cheap:
            self.cheap[name] = False  # until it is known: a chain may be long
            names = names_in(value)
            self.cheap[name] = all(self._is_at_hand(n, place.loop) for n in names)
        return self.cheap[name]

    def _is_at_hand(self, name: str, loop: int) -> bool:
        """Whether the backward pass has a value without a tape."""
        storage = self.storage
        if name not in storage.places:
            return True
        place = storage.places[name]
        inside = storage.loops.get(place.loop)
        if isinstance(inside, For) and inside.index.name == name:
            return True
        if storage.webs.root(name) in storage.changed:
            return False
        if name in self.computed.get(place.loop, {}):
            return True
        if name in self.frames.get(place.loop, {}):
            return True
        if place.loop == 0:
            return storage.holder(name) is not None
        return self._is_cheap(name)

    def decide(self, branch: If) -> None:
        """Decide a branch again from what is there, or keep which way was taken."""
        names = [n for n in names_in(branch.test) if n in self.storage.places]
        if all(self._is_free(name) for name in names) and _is_plain(branch.test):
            self.need_all(names)
            return
        flag = self._new("flag", "taken")
        self.flags[branch.key] = flag
        storage = self.storage
        at = storage.stands[branch.key]
        storage.places[flag.name] = at
        storage.last[at.loop][flag.name] = flag.name
        if not at.branches:
            storage.certain[at.loop].add(flag.name)
        self._frame(at.loop, flag.name)

    def _is_free(self, name: str) -> bool:
        storage = self.storage
        place = storage.places[name]
        if storage.webs.root(name) in storage.changed:
            return False
        if name in self.frames.get(place.loop, {}):
            return True
        if self._is_at_hand(name, place.loop):
            return True
        return storage.holder(name) is not None and isinstance(
            self.types.get(name), Number
        )

    def count(self, key: int) -> None:
        """Make sure that the way back knows the trips of a loop."""
        loop = self.storage.loops[key]
        is_open = self.storage.is_open(loop)
        if isinstance(loop, For) and not is_open:
            if key not in self.tapes or key in self.indexed:
                self.need_all(names_in(loop.trips))
            return
        if isinstance(loop, For) and (key in self.indexed or key not in self.tapes):
            self._frame(key, loop.index.name)
        if key not in self.tapes:
            self.counts[key] = self._new("count", "trips")
            self._around(key, self.counts[key])

    def chain(self, key: int) -> None:
        """Where both ends of a trip are needed, tape one: the value at the end of a
        trip is that at the head of the next one."""
        frame = self.frames.get(key, {})
        for join in self.storage.loops[key].joins:
            loop = self.storage.loops[key]
            if isinstance(loop, For) and join.name == loop.index.name:
                continue
            if join.name in frame and join.other in frame and join.after:
                del frame[join.other]
                self.chained.setdefault(key, {})[join.other] = join.name
                self.kept.setdefault(join.name, self._name_kept(join.name))
                self.need(join.after)

    def unname(self, key: int) -> None:
        """Values at the head of a trip need no other name where the frame is made
        there, and nothing else has theirs on the way back."""
        frame = self.frames.get(key, {})
        if not self.at_head(key):
            return
        storage = self.storage
        tables: tuple[Mapping[int, Mapping[str, object]], ...]
        tables = self.frames, self.chained
        inner = {
            storage.webs.root(name)
            for table in tables
            for other in self._inside.get(key, ())
            for name in table.get(other, ())
        }
        for name in frame:
            chained = self.chained.get(key, {}).values()
            if name not in chained and storage.webs.root(name) not in inner:
                self.kept.pop(name, None)

    @cached_property
    def _inside(self) -> Mapping[int, list[int]]:
        """The loops inside of each loop."""
        found: dict[int, list[int]] = {}
        for inner in self.storage.loops:
            outer = inner
            while outer := self.storage.stands[outer].loop:
                found.setdefault(outer, []).append(inner)
        return found

    def _is_inside(self, inner: int, outer: int) -> bool:
        while inner and inner != outer:
            inner = self.storage.stands[inner].loop
        return inner == outer

    def at_head(self, key: int) -> bool:
        """Whether all of a frame is there at the beginning of a trip."""
        loop = self.storage.loops.get(key)
        return all(
            name in self.storage.heads
            or (isinstance(loop, For) and loop.index.name == name)
            for name in self.frames.get(key, {})
        )

    def ordered(self, loop: int) -> list[str]:
        """The values of a frame, each variable once."""
        variables: dict[str, str] = {}
        for name in self._by_place(self.frames.get(loop, {})):
            kept = self.kept.get(name)
            key = self.storage.webs.root(name) if kept is None else kept.name
            variables.setdefault(key, name)
        return list(variables.values())

    def _by_place(self, names: Iterable[str]) -> list[str]:
        order, root = self.order, self.storage.webs.root
        for name in islice(self.storage.places, len(order), None):
            order[name] = len(order)
        return sorted(names, key=lambda name: order[root(name)])


def _draws(value: Expr) -> bool:
    """Whether evaluating it again may give something else."""
    is_random = any(path.startswith("numpy.random") for path in paths_in(value))
    return is_random or bool(walruses_in(value))


def _is_plain(test: Expr) -> bool:
    """Whether a condition costs little to decide again."""
    calls = [node.func for node in postorder(test) if isinstance(node, Call)]
    return all(
        isinstance(func, Ref) and func.path.startswith(("builtins.", "math."))
        for func in calls
    )


def _is_index_arithmetic(value: Expr, kind: Type | None) -> bool:
    """Whether this computes an integer from a few others."""
    if not isinstance(kind, Number) or kind.kind != "int":
        return False
    return all(
        isinstance(node, Var | Const | Binary | Unary | Attribute | Ref)
        or (isinstance(node, Index) and isinstance(node.base, Attribute))
        or (isinstance(node, Call) and node.func is Ref("builtins.len"))
        for node in postorder(value)
    )


def _is_part(value: Expr) -> bool:
    """Whether this is a part of something."""
    match value:
        case Index(Var(), index):
            return all(
                isinstance(n, Var | Const | Binary | Slice | Sequence | Unary)
                for n in postorder(index)
            )
        case _:
            return False
