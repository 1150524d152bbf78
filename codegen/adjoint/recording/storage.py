"""Which variable holds which value when, over the whole forward pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ...analysis.moves import handed_over
from ...analysis.recording import values_bound
from ...analysis.versions import LOST, Webs
from ...ir.blocks import walk_statements
from ...ir.expr import Cond, Expr, Logic, Var, Walrus
from ...ir.stmt import (
    Append,
    Assign,
    Block,
    Break,
    For,
    If,
    Join,
    Pop,
    Stmt,
    While,
    Write,
)
from ...ir.walk import bound_by, names_in, postorder, walruses_in


@dataclass(frozen=True)
class Place:
    """Where a value is made: in which trip, and behind which branches of it."""

    loop: int
    branches: tuple[tuple[int, int], ...]


@dataclass
class Storage:
    """Which variable holds which value when.

    Attributes:
        places: where each value is made.
        last: by loop (0: the function), the value that each web holds at the end of a
            trip; `LOST` if that depends on the way taken.
        certain: by loop, the webs that hold something at the end of every trip.
        definitions: the values that are assigned in a statement of their own.
        loops: the loops, by key.
        stands: where each loop and branch stands.
        holders: a value joined after a branch, for those that it may be.
        heads: the joins at the head of a loop, by the value there.
        sizes: how many values each web has.
        changed: webs of arrays and lists that are changed in place.
        families: which webs the same memory may go by.
        uneven: webs that stand for lists of different lengths.
        begun: by loop, how many statements come before it.
        grown: by web, how many come before the last that changes a list's length.
    """

    webs: Webs
    places: dict[str, Place] = field(default_factory=dict)
    last: dict[int, dict[str, str]] = field(default_factory=dict)
    certain: dict[int, set[str]] = field(default_factory=dict)
    definitions: dict[str, Assign] = field(default_factory=dict)
    loops: dict[int, For | While] = field(default_factory=dict)
    stands: dict[int, Place] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    heads: dict[str, tuple[int, Join]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    sizes: Counter[str] = field(default_factory=Counter)
    families: Webs = field(default_factory=Webs)
    uneven: frozenset[str] = frozenset()
    begun: dict[int, int] = field(default_factory=dict)
    grown: dict[str, int] = field(default_factory=dict)
    _count: int = 0

    @classmethod
    def of(
        cls,
        forward: Block,
        params: Iterable[str],
        webs: Webs,
        uneven: frozenset[str] = frozenset(),
    ) -> Storage:
        storage = cls(webs, uneven=uneven)
        present = {webs.root(name): name for name in params}
        storage.places = {name: Place(0, ()) for name in present.values()}
        certain = set(present)
        storage.certain[0] = certain
        storage._block(forward, present, certain, Place(0, ()))
        storage.last[0] = present
        storage._spread()
        storage.sizes = Counter(map(webs.root, storage.places))
        return storage

    def is_open(self, loop: For | While) -> bool:
        """Whether only running tells how many trips a loop makes: it may be left, or
        goes over a list that has another length by now."""
        if isinstance(loop, While) or breaks(loop.body):
            return True
        webs = [self.webs.root(name) for name in names_in(loop.trips)]
        return any(web in self.uneven or self._grows(web, loop) for web in webs)

    def _grows(self, web: str, loop: For) -> bool:
        """Whether a list has another length by the end than it has at the loop."""
        last = self.grown.get(web)
        if last is None:
            return False
        first: For | While = loop
        home = self.places[web].loop if web in self.places else 0
        around = self.stands[loop.key].loop
        # the list of an earlier trip of a loop around may be the same one
        while around and not self._is_inside(home, around):
            first = self.loops[around]
            around = self.stands[around].loop
        return last > self.begun[first.key]

    def _is_inside(self, inner: int, outer: int) -> bool:
        while inner and inner != outer:
            inner = self.stands[inner].loop
        return inner == outer

    def _spread(self) -> None:
        """What has gone by the name of something that is changed is changed, too."""
        families = {self.families.root(web) for web in self.changed}
        webs = {*map(self.webs.root, self.places)}
        self.changed |= {w for w in webs if self.families.root(w) in families}

    def _made(
        self, name: str, present: dict[str, str], certain: set[str], at: Place
    ) -> None:
        web = self.webs.root(name)
        present[web] = name
        certain.add(web)
        self.places[name] = at

    def _block(
        self, block: Block, present: dict[str, str], certain: set[str], at: Place
    ) -> None:
        for statement in block:
            self._count += 1
            match statement:
                case If():
                    self._branch(statement, present, certain, at)
                case For() | While():
                    self._loop(statement, present, certain, at)
                case Write(result=Var(name)) | Append(result=Var(name)):
                    self._made(name, present, certain, at)
                    self.changed.add(self.webs.root(name))
                    if isinstance(statement, Append) or statement.row:
                        self.grown[self.webs.root(name)] = self._count
                case Pop(bound=bound, result=Var(name)):
                    self._made(name, present, certain, at)
                    self.changed.add(self.webs.root(name))
                    self.grown[self.webs.root(name)] = self._count
                    if bound is not None:
                        self._made(bound.name, present, certain, at)
                case Break():
                    self.certain[at.loop] &= certain
                case Assign(targets=targets, value=value):
                    for pair in handed_over(statement):
                        self.families.join(*map(self.webs.root, pair))
                    # what is read without a condition is there, or nothing comes of it
                    certain |= {self.webs.root(name) for name in _always_read(value)}
                    for walrus in walruses_in(value):
                        self._made(walrus.target.name, present, certain, at)
                    for target in targets:
                        for name in bound_by(target):
                            self._made(name, present, certain, at)
                    match targets:
                        case (Var(name),):
                            self.definitions[name] = statement
                case _:
                    pass

    def _branch(
        self, statement: If, present: dict[str, str], certain: set[str], at: Place
    ) -> None:
        self.stands[statement.key] = at
        ends: list[dict[str, str]] = []
        sure: list[set[str]] = []
        for number, arm in enumerate((statement.then, statement.other)):
            inside = Place(at.loop, (*at.branches, (statement.key, number)))
            ends.append(dict(present))
            sure.append(set(certain))
            self._block(arm, ends[-1], sure[-1], inside)
        first, other = ends
        for web in {**first, **other}:
            a, b = first.get(web), other.get(web)
            if a != b:
                present[web] = (a or b or LOST) if a is None or b is None else LOST
        certain |= sure[0] & sure[1]
        for join in statement.joins:
            self._made(join.name, present, certain, at)
            if self.webs.root(join.name) not in sure[0] & sure[1]:
                certain.discard(self.webs.root(join.name))
            for number, name in enumerate((join.first, join.other)):
                way = (*at.branches, (statement.key, number))
                # what was there before is the joined value on the one way only
                if name and self.places[name].branches[: len(way)] == way:
                    self.holders[name] = join.name

    def _loop(
        self, loop: For | While, present: dict[str, str], certain: set[str], at: Place
    ) -> None:
        key = loop.key
        self.begun[key] = self._count
        self.loops[key], self.stands[key] = loop, at
        inside = Place(key, ())
        trip, sure = dict(present), set(certain)
        for join in loop.joins:
            if not isinstance(loop, For) or join.name != loop.index.name:
                self._made(join.name, trip, sure, inside)
                self.heads[join.name] = (key, join)
                if self.webs.root(join.name) not in certain:
                    sure.discard(self.webs.root(join.name))
        if isinstance(loop, For):
            self._made(loop.index.name, trip, sure, inside)
        before = set(sure)
        self.certain[key] = {*self.webs_in(loop), *sure}
        self._block(loop.body, trip, sure, inside)
        self.certain[key] = self.certain[key] & sure | before
        self.last[key] = trip
        for web in self.webs_in(loop):
            present[web] = LOST
        for join in loop.joins:
            if join.after:
                is_certain = self.webs.root(join.after) in certain
                self._made(join.after, present, certain, at)
                if not is_certain:
                    certain.discard(self.webs.root(join.after))

    def heads_of(self, key: int) -> Iterator[Join]:
        """The joins at the head of a loop, without that of its index."""
        joins = self.loops[key].joins if key in self.loops else ()
        return (join for join in joins if join.name in self.heads)

    def webs_in(self, loop: For | While) -> set[str]:
        """The webs that get new values in a loop."""
        return {self.webs.root(name) for s in loop.body for name in values_made(s)} | (
            {self.webs.root(loop.index.name)} if isinstance(loop, For) else set()
        )

    def holder(self, name: str) -> str | None:
        """The value under which a variable holds this one at the end of its trip."""
        home = self.places[name].loop
        held = self.last[home].get(self.webs.root(name))
        seen = name
        while seen != held:
            if seen not in self.holders:
                return None
            seen = self.holders[seen]
        return seen


def values_made(statement: Stmt) -> Iterator[str]:
    for inner in walk_statements((statement,)):
        match inner:
            case If(joins=joins):
                yield from (join.name for join in joins)
            case For(index=index, joins=joins):
                yield index.name
                yield from (n for j in joins for n in (j.name, j.after) if n)
            case While(joins=joins):
                yield from (n for j in joins for n in (j.name, j.after) if n)
            case Write(result=Var(name)) | Append(result=Var(name)):
                yield name
            case Pop():
                yield from values_bound(inner)
            case Assign(targets=targets, value=value):
                yield from (walrus.target.name for walrus in walruses_in(value))
                for target in targets:
                    yield from bound_by(target)


def _always_read(value: Expr) -> Iterator[str]:
    """The names that an expression reads whatever its conditions are."""
    if any(isinstance(node, Cond | Logic | Walrus) for node in postorder(value)):
        return iter(())
    return iter(names_in(value))


def breaks(block: Block) -> bool:
    """Whether a loop with this body may be left in the middle."""
    for statement in block:
        match statement:
            case Break():
                return True
            case If(_, then, other):
                if breaks(then) or breaks(other):
                    return True
    return False
