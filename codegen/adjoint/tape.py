"""What the backward pass reads of the forward pass, and how it gets it.

A value that its variable still holds at the end goes to the cache. One that is made
anew in every trip of a loop goes to the *frame* of the trip: frames are appended to a
tape, and the way back through the loop takes them from its end. Where a variable is
overwritten before the frame is made, the value is kept under a name of its own.

    tape = []                          for k, h_prev in zip(
    for k in range(T):                     reversed(range(T)), reversed(tape)
        tape.append(h)                 ):
        h = np.tanh(W @ x[k] + U @ h)      dh_raw = (1 - h**2) * dh ...
                                           h = h_prev

A tape is a value too: that of an inner loop goes to the frame of the outer one.
Nothing is taken off a tape, so the cache can be used again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..analysis.recording import bound_by, expressions
from ..analysis.versions import LOST, Webs
from ..ir.blocks import walk_statements
from ..ir.expr import (
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
from ..ir.number import ZERO
from ..ir.stmt import (
    Append,
    Assign,
    Block,
    Break,
    For,
    If,
    Join,
    Stmt,
    While,
    Write,
)
from ..ir.types import Array, Number, Type
from ..ir.walk import names_in, paths_in, postorder, renamed, walruses_in
from .lines import mapped
from .naming import UNUSED, Wanted, is_primal


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
        changed: webs of arrays and lists that are changed in place.
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

    @classmethod
    def of(cls, forward: Block, params: Iterable[str], webs: Webs) -> Storage:
        storage = cls(webs)
        present = {webs.root(name): name for name in params}
        storage.places = {name: Place(0, ()) for name in present.values()}
        certain = set(present)
        storage.certain[0] = certain
        storage._block(forward, present, certain, Place(0, ()))
        storage.last[0] = present
        return storage

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
            match statement:
                case If():
                    self._branch(statement, present, certain, at)
                case For() | While():
                    self._loop(statement, present, certain, at)
                case Write(result=Var(name)) | Append(result=Var(name)):
                    self._made(name, present, certain, at)
                    self.changed.add(self.webs.root(name))
                case Break():
                    self.certain[at.loop] &= certain
                case Assign(targets=targets, value=value):
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
            for arm, name in enumerate((join.first, join.other)):
                inside = (*at.branches, (statement.key, arm))
                # what was there before is the joined value on the one way only
                if name and self.places[name].branches[: len(inside)] == inside:
                    self.holders[name] = join.name

    def _loop(
        self, loop: For | While, present: dict[str, str], certain: set[str], at: Place
    ) -> None:
        key = loop.key
        self.loops[key], self.stands[key] = loop, at
        inside = Place(key, ())
        trip, sure = dict(present), set(certain)
        for join in loop.joins:
            if not isinstance(loop, For) or join.name != loop.index.name:
                self._made(join.name, trip, sure, inside)
                self.heads[join.name] = (key, join)
                if not join.first:
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
                self._made(join.after, present, certain, at)
                if not join.first:
                    certain.discard(self.webs.root(join.after))

    def webs_in(self, loop: For | While) -> set[str]:
        """The webs that get new values in a loop."""
        return {self.webs.root(name) for s in loop.body for name in _values_made(s)} | (
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


def _values_made(statement: Stmt) -> Iterator[str]:
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
            case Assign(targets=targets, value=value):
                yield from (walrus.target.name for walrus in walruses_in(value))
                for target in targets:
                    yield from bound_by(target)


@dataclass(frozen=True)
class Taped:
    """Both passes with their tapes, and the values in the cache."""

    forward: Block
    backward: Block
    recorded: tuple[str, ...]


@dataclass
class Recording:
    """Decides for every value that the backward pass reads how it gets there.

    Attributes:
        frames: by loop, the values of a trip that are taped.
        kept: values that are kept under a name of their own: value -> that name.
        computed: by loop, the values that the backward pass computes again.
        indexed: loops whose index the backward pass reads.
        tapes: the tape of each loop that has one.
        chained: values at the end of a trip that are those at the head of the next
            one: end -> head.
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

    def run(self, forward: Block, backward: Block) -> Taped:
        """Record, and rewrite both passes."""
        tests: list[If] = []
        for statement in walk_statements(backward):
            match statement:
                case If():
                    tests.append(statement)
                case For() | While():
                    self.back[statement.key] = statement
                case _:
                    for value in expressions(statement):
                        self.need_all(names_in(value))
        for test in tests:
            self._decide(test)
        for key in sorted(self.back, reverse=True):
            self._count(key)
            self._chain(key)
            self._unname(key)
        written = [*self._starts(0), *self._forward(forward)]
        return Taped(tuple(written), tuple(self._backward(backward)), self._cache())

    # -- needs

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
            self._frame(storage.places[web].loop, web)
            return
        if self._is_cheap(name):
            self.computed.setdefault(place.loop, {})[name] = None
            self.need_all(names_in(storage.definitions[name].value))
            return
        if storage.holder(name) is None and name not in self.kept:
            self.kept[name] = self._name_kept(name)
        self._frame(place.loop, name)

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
        root = self.storage.webs.root
        return sum(root(n) == name for n in self.storage.places) == 1

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
        if _draws(value):
            return False
        if not all(self._is_at_hand(n, place.loop) for n in names_in(value)):
            return False
        if not self._is_alone(name):
            return False
        return _is_index_arithmetic(value, self.types.get(name)) or _is_part(value)

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

    # -- branches

    def _decide(self, branch: If) -> None:
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

    # -- trips

    def _count(self, key: int) -> None:
        """Make sure that the way back knows the trips of a loop."""
        loop = self.storage.loops[key]
        is_open = isinstance(loop, While) or _breaks(loop.body)
        if isinstance(loop, For) and not is_open:
            if key not in self.tapes or key in self.indexed:
                self.need_all(names_in(loop.trips))
            return
        if isinstance(loop, For) and (key in self.indexed or key not in self.tapes):
            self._frame(key, loop.index.name)
        if key not in self.tapes:
            self.counts[key] = self._new("count", "trips")
            self._around(key, self.counts[key])

    def _chain(self, key: int) -> None:
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

    def _unname(self, key: int) -> None:
        """Values at the head of a trip need no other name where the frame is made
        there, and nothing else has theirs on the way back."""
        frame = self.frames.get(key, {})
        if not self._at_head(key):
            return
        storage = self.storage
        inner = {
            storage.webs.root(name)
            for other, values in [*self.frames.items(), *self.chained.items()]
            if other != key and self._is_inside(other, key)
            for name in values
        }
        for name in frame:
            chained = self.chained.get(key, {}).values()
            if name not in chained and storage.webs.root(name) not in inner:
                self.kept.pop(name, None)

    def _is_inside(self, inner: int, outer: int) -> bool:
        while inner and inner != outer:
            inner = self.storage.stands[inner].loop
        return inner == outer

    def _at_head(self, key: int) -> bool:
        """Whether all of a frame is there at the beginning of a trip."""
        loop = self.storage.loops.get(key)
        return all(
            name in self.storage.heads
            or (isinstance(loop, For) and loop.index.name == name)
            for name in self.frames.get(key, {})
        )

    # -- the forward pass

    def _forward(self, block: Block) -> Iterator[Stmt]:
        for statement in block:
            match statement:
                case If(_, then, other, key=key):
                    flag = self.flags.get(key)
                    if flag is not None:
                        yield Assign((flag,), statement.test)
                        statement = replace(statement, test=flag)
                    arms = [tuple(self._forward(arm)) for arm in (then, other)]
                    yield replace(statement, then=arms[0], other=arms[1])
                case For(key=key) | While(key=key):
                    yield from self._entry(key)
                    if key in self.tapes:
                        yield Assign((self.tapes[key],), Sequence("list", ()))
                    if key in self.counts:
                        yield Assign((self.counts[key],), Const("0"))
                    yield self._trip(statement)
                case Assign(targets=(Var(name),), op=op, value=value) if op:
                    yield replace(statement, op=self._in_place(name, op, value))
                case _:
                    yield statement
            yield from self._keep(_values_of(statement))

    def _in_place(self, name: str, op: str, value: Expr) -> str:
        """`h += e` makes a new array where the old one is on a tape."""
        assert isinstance(value, Binary)
        old = value.left
        kind = self.types.get(name)
        if not isinstance(old, Var) or not isinstance(kind, Array) or kind.rank == 0:
            return op
        taped = {
            self.storage.webs.root(n) for frame in self.frames.values() for n in frame
        }
        taped |= {self.storage.webs.root(n) for n in self.kept}
        return "" if self.storage.webs.root(old.name) in taped else op

    def _keep(self, names: Iterable[str]) -> Iterator[Stmt]:
        for name in names:
            if name in self.kept:
                yield Assign((self.kept[name],), Var(name))

    def _trip(self, loop: For | While) -> For | While:
        key = loop.key
        start = self._starts(key)
        at_head = self._at_head(key) and key in self.tapes
        frame = (
            Append(self.tapes[key], self._tuple(key, at_head))
            if (key in self.tapes)
            else None
        )
        if at_head and frame is not None:
            start.append(frame)
            frame = None
        else:
            start += self._keep(j.name for j in loop.joins)
        if key in self.counts:
            count = self.counts[key]
            more = Binary("+", count, Const("1"))
            start.append(Assign((count,), more, "+"))
        head = loop.body[: loop.head] if isinstance(loop, For) else ()
        body = tuple(self._forward(loop.body[len(head) :]))
        if frame is not None:
            body = _ended(body, frame)
        body = (*self._forward(head), *start, *body)
        if isinstance(loop, For) and loop.index.name in self.frames.get(key, {}):
            # the user's own form of the loop has no index
            return replace(loop, body=body, shown=None, head=0)
        return replace(loop, body=body)

    def _tuple(self, key: int, at_head: bool) -> Expr:
        parts = [
            Var(name) if at_head else self.kept.get(name, Var(name))
            for name in self._ordered(key)
        ]
        return parts[0] if len(parts) == 1 else Sequence("tuple", tuple(parts))

    def _starts(self, loop: int) -> list[Stmt]:
        """What has to stand at the beginning of a trip, or of the function."""
        storage = self.storage
        out: list[Stmt] = []
        if loop == 0:
            out += self._keep(self.params)
        for name in self._ordered(loop):
            value = self.kept.get(name, Var(name))
            if name in self.kept:
                is_certain = not storage.places[name].branches
            else:
                is_certain = storage.webs.root(name) in storage.certain[loop]
            if is_certain or name in storage.heads:
                continue
            if name in self.kept or not self._is_carried(name, loop):
                out.append(Assign((value,), self._nothing(name)))
        return out

    def _entry(self, loop: int) -> list[Stmt]:
        """What has to stand in front of a loop: a value for variables that keep theirs
        from trip to trip and may have none yet."""
        storage = self.storage
        return [
            Assign((Var(name),), Const("None"))
            for name in self._ordered(loop)
            if name not in self.kept
            and storage.webs.root(name) not in storage.certain[loop]
            and self._is_carried(name, loop)
        ]

    def _is_carried(self, name: str, loop: int) -> bool:
        web = self.storage.webs.root(name)
        return any(
            key == loop and self.storage.webs.root(head) == web
            for head, (key, _) in self.storage.heads.items()
        )

    def _nothing(self, name: str) -> Expr:
        """What stands for a value on the ways on which it is not made."""
        if name in {tape.name for tape in self.tapes.values()}:
            return Sequence("list", ())
        if name in {flag.name for flag in self.flags.values()}:
            return Const("False")
        if name in {count.name for count in self.counts.values()}:
            return Const("0")
        web = self.storage.webs.root(name)
        if sum(self.storage.webs.root(n) == web for n in self.storage.places) > 1:
            return Const("None")  # it may be read on: nothing must come of it
        match self.types.get(name):
            case Number(kind="int"):
                return Const("0")
            case Number(kind="bool"):
                return Const("False")
            case Number() | Array(shape=()):
                return ZERO
            case _:
                return Const("None")

    # -- the backward pass

    def _backward(self, block: Block) -> Iterator[Stmt]:
        for statement in block:
            match statement:
                case If(test, then, other, key=key):
                    flag = self.flags.get(key)
                    test = self._kept(test) if flag is None else flag
                    arms = [tuple(self._backward(arm)) for arm in (then, other)]
                    yield replace(statement, test=test, then=arms[0], other=arms[1])
                case For() | While():
                    yield from self._way_back(statement)
                case _:
                    yield mapped(statement, self._kept)

    def _kept(self, value: Expr) -> Expr:
        names = names_in(value)
        if not any(name in self.kept for name in names):
            return value
        return renamed(value, {n: self.kept.get(n, Var(n)) for n in names})

    def _way_back(self, loop: For | While) -> Iterator[Stmt]:
        key = loop.key
        forward = self.storage.loops[key]
        chained = self.chained.get(key, {})
        joins = {join.name: join for join in forward.joins}
        for end, head in chained.items():
            after = joins[head].after
            if after in self.kept:
                yield Assign((Var(end),), self.kept[after])
        body = [
            mapped(self.storage.definitions[name], self._kept)
            for name in self._by_place(self.computed.get(key, {}))
        ]
        body = [replace(s, stage=None) for s in body if isinstance(s, Assign)]
        lines: list[Stmt] = [*body, *self._backward(loop.body)]
        lines += [Assign((Var(end),), self.kept[head]) for end, head in chained.items()]
        target, trips = self._header(key, loop)
        plain = isinstance(target, Var) and target.name in self.storage.places
        index = target if isinstance(target, Var) else Var("u:_")
        shown = None if plain and isinstance(target, Var) else (target, trips)
        yield For(index, trips, tuple(lines), shown=shown, key=key)

    def _header(self, key: int, loop: For | While) -> tuple[Expr, Expr]:
        """The target and the iterable of the way back through a loop."""
        forward = self.storage.loops[key]
        is_open = isinstance(forward, While) or _breaks(forward.body)
        values = [self.kept.get(n, Var(n)) for n in self._ordered(key)]
        frame: Expr = (
            values[0] if len(values) == 1 else Sequence("tuple", tuple(values))
        )
        tape = self.tapes.get(key)
        taped = None if tape is None else _call("reversed", tape)
        if is_open or not isinstance(loop, For):
            if taped is not None:
                return frame, taped
            return UNUSED, _call("range", self.counts[key])
        trips = self._kept(loop.trips)
        index = loop.index
        if taped is None:
            return (index if key in self.indexed else UNUSED), trips
        if key not in self.indexed:
            return frame, taped
        return Sequence("tuple", (index, frame)), _call("zip", trips, taped)

    # -- order

    def _ordered(self, loop: int) -> list[str]:
        """The values of a frame, each variable once."""
        variables: dict[str, str] = {}
        for name in self._by_place(self.frames.get(loop, {})):
            kept = self.kept.get(name)
            key = self.storage.webs.root(name) if kept is None else kept.name
            variables.setdefault(key, name)
        return list(variables.values())

    def _by_place(self, names: Iterable[str]) -> list[str]:
        order = {name: i for i, name in enumerate(self.storage.places)}
        root = self.storage.webs.root
        return sorted(names, key=lambda name: order[root(name)])

    def _cache(self) -> tuple[str, ...]:
        names = self._ordered(0)
        return tuple(self.kept[n].name if n in self.kept else n for n in names)


def _call(name: str, *args: Expr) -> Expr:
    return Call(Ref(f"builtins.{name}"), args)


def _values_of(statement: Stmt) -> list[str]:
    """The values that a statement makes, when it is over."""
    match statement:
        case If(joins=joins):
            return [join.name for join in joins]
        case For(joins=joins) | While(joins=joins):
            return [join.after for join in joins if join.after]
        case _:
            return list(_values_made(statement))


def _breaks(block: Block) -> bool:
    """Whether a loop with this body may be left in the middle."""
    for statement in block:
        match statement:
            case Break():
                return True
            case If(_, then, other):
                if _breaks(then) or _breaks(other):
                    return True
    return False


def _ended(body: Block, frame: Stmt) -> Block:
    """A trip with a last statement, on every way through it."""
    if not _breaks(body):
        return (*body, frame)
    *before, last = body
    if isinstance(last, Break):
        return (*before, frame, last)
    assert isinstance(last, If)
    arms = [_ended(arm, frame) for arm in (last.then, last.other)]
    return (*before, replace(last, then=arms[0], other=arms[1]))


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
