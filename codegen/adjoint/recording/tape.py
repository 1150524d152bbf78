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

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from ...analysis.recording import expressions
from ...ir.blocks import walk_statements
from ...ir.expr import (
    Attribute,
    Binary,
    Call,
    Compare,
    Const,
    Expr,
    Logic,
    Ref,
    Sequence,
    Unary,
    Var,
)
from ...ir.number import ZERO
from ...ir.stmt import (
    Append,
    Assign,
    Block,
    Break,
    For,
    If,
    Join,
    Stmt,
    While,
)
from ...ir.types import Array, Number, Unknown
from ...ir.walk import names_in, renamed
from ..building.naming import UNUSED
from ..lines import mapped
from .needs import Needs
from .storage import breaks, values_made


@dataclass(frozen=True)
class Taped:
    """Both passes with their tapes, and the values in the cache."""

    forward: Block
    backward: Block
    recorded: tuple[str, ...]


@dataclass
class Recording(Needs):
    """Writes into both passes what the needs are: tapes, frames, names.

    `around` are the loops that the walk over the forward pass is in, `begun` the tapes
    and counters of inner loops that are there from the beginning of a trip on.
    """

    around: list[int] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)

    def run(self, forward: Block, backward: Block) -> Taped:
        """Record, and rewrite both passes."""
        tests: list[If] = []
        for statement in walk_statements(backward):
            match statement:
                case If(key=0):
                    # a choice within a stage
                    self.need_all(names_in(statement.test))
                case If():
                    tests.append(statement)
                case For() | While():
                    self.back[statement.key] = statement
                case _:
                    for value in expressions(statement):
                        self.need_all(names_in(value))
        for test in tests:
            self.decide(test)
        for key in sorted(self.back, reverse=True):
            self.count(key)
            self.chain(key)
            self.unname(key)
        written = [*self._starts(0), *self._forward(forward)]
        return Taped(tuple(written), tuple(self._backward(backward)), self._cache())

    def _forward(self, block: Block) -> Iterator[Stmt]:
        for statement in block:
            match statement:
                case If(_, then, other, key=key):
                    flag = self.flags.get(key)
                    if flag is not None:
                        yield Assign((flag,), self._decided(statement.test))
                        statement = replace(statement, test=flag)
                    arms = [tuple(self._forward(arm)) for arm in (then, other)]
                    yield replace(statement, then=arms[0], other=arms[1])
                case For(key=key) | While(key=key):
                    yield from self._entry(key)
                    if key in self.tapes and self.tapes[key].name not in self.begun:
                        yield Assign((self.tapes[key],), Sequence("list", ()))
                    if key in self.counts and self.counts[key].name not in self.begun:
                        yield Assign((self.counts[key],), Const("0"))
                    yield self._trip(statement)
                case Assign(targets=(Var(name),), op=op, value=value) if op:
                    yield replace(statement, op=self._in_place(name, op, value))
                case _:
                    yield statement
            yield from self._keep(_values_of(statement))

    def _decided(self, test: Expr) -> Expr:
        """A condition as a value that stays: of a list, whether it has items now."""
        match test:
            case Compare() | Unary("not") | Const():
                return test
            case Logic(operands=parts) if all(self._decided(p) is p for p in parts):
                return test
            case Var(name) if isinstance(self.types.get(name), Number):
                return test
            case Call() if not isinstance(test.func, Attribute):
                return test
            case _:
                return _call("bool", test)

    def _in_place(self, name: str, op: str, value: Expr) -> str:
        """`h += e` makes a new array where the old one is on a tape."""
        assert isinstance(value, Binary)
        old = value.left
        kind = self.types.get(name)
        if not isinstance(old, Var) or not isinstance(kind, Array) or kind.rank == 0:
            return op
        root = self.storage.webs.root
        web = root(old.name)
        taped = any(
            root(n) == web and not self._is_later(web, key)
            for key, frame in self.frames.items()
            for n in frame
        )
        return "" if taped or web in map(root, self.kept) else op

    def _is_later(self, web: str, key: int) -> bool:
        """Whether the frame of a loop is made when a trip is over, of an array that the
        trip has made, and here is a place in the trip; the cache likewise."""
        if key == 0:
            return web not in self.params
        heads = map(self.storage.webs.root, (j.name for j in self._heads(key)))
        return key in self.around and not self.at_head(key) and web not in heads

    def _heads(self, key: int) -> tuple[Join, ...]:
        return self.storage.loops[key].joins if key in self.storage.loops else ()

    def _keep(self, names: Iterable[str]) -> Iterator[Stmt]:
        for name in names:
            if name in self.kept:
                yield Assign((self.kept[name],), Var(name))

    def _trip(self, loop: For | While) -> For | While:
        key = loop.key
        start = self._starts(key)
        at_head = self.at_head(key) and key in self.tapes
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
        self.around.append(key)
        body = tuple(self._forward(loop.body[len(head) :]))
        self.around.pop()
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
            for name in self.ordered(key)
        ]
        return parts[0] if len(parts) == 1 else Sequence("tuple", tuple(parts))

    def _starts(self, loop: int) -> list[Stmt]:
        """What has to stand at the beginning of a trip, or of the function."""
        storage = self.storage
        out: list[Stmt] = []
        if loop == 0:
            out += self._keep(self.params)
        for name in self.ordered(loop):
            value = self.kept.get(name, Var(name))
            if name in self.kept:
                is_certain = not storage.places[name].branches
            else:
                is_certain = storage.webs.root(name) in storage.certain[loop]
            if is_certain or name in storage.heads:
                continue
            if name in self.kept or not self._is_carried(name, loop):
                out.append(Assign((value,), self._nothing(name)))
                self.begun.add(value.name)
        return out

    def _entry(self, loop: int) -> list[Stmt]:
        """What has to stand in front of a loop: a value for variables that keep theirs
        from trip to trip, and are recorded where they may have none yet."""
        root = self.storage.webs.root
        return [
            Assign((Var(join.name),), Const("None"))
            for join in self.storage.heads_of(loop)
            if not join.first and root(join.name) in self._doubtful | self._early
        ]

    @cached_property
    def _early(self) -> frozenset[str]:
        """The webs that are recorded where a trip begins."""
        taped = {name for loop in self.frames for name in self.ordered(loop)}
        heads = self.storage.heads.keys() & (taped | self.kept.keys())
        return frozenset(map(self.storage.webs.root, heads))

    @cached_property
    def _doubtful(self) -> frozenset[str]:
        """The webs that may hold nothing where a frame is made."""
        storage = self.storage
        return frozenset(
            storage.webs.root(name)
            for loop in self.frames
            for name in self.ordered(loop)
            if name not in self.kept
            and storage.webs.root(name) not in storage.certain[loop]
            and self._is_carried(name, loop)
        )

    def _is_carried(self, name: str, loop: int) -> bool:
        root = self.storage.webs.root
        return any(
            root(join.name) == root(name) for join in self.storage.heads_of(loop)
        )

    def _nothing(self, name: str) -> Expr:
        """What stands for a value on the ways on which it is not made."""
        if name in {tape.name for tape in self.tapes.values()}:
            return Sequence("list", ())
        if name in {flag.name for flag in self.flags.values()}:
            return Const("False")
        if name in {count.name for count in self.counts.values()}:
            return Const("0")
        if name not in self.kept and not self._is_alone(self.storage.webs.root(name)):
            return Const("None")  # it may be read on: nothing must come of it
        match self.types.get(name):
            case Number(kind="int"):
                return Const("0")
            case Number(kind="bool"):
                return Const("False")
            case Number() | Array(shape=() | Unknown()):
                return ZERO
            case _:
                return Const("None")

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
        is_open = self.storage.is_open(forward)
        values = [self.kept.get(n, Var(n)) for n in self.ordered(key)]
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

    def _cache(self) -> tuple[str, ...]:
        names = self.ordered(0)
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
            return list(values_made(statement))


def _ended(body: Block, frame: Stmt) -> Block:
    """A trip with a last statement, on every way through it."""
    if not breaks(body):
        return (*body, frame)
    *before, last = body
    if isinstance(last, Break):
        return (*before, frame, last)
    assert isinstance(last, If)
    arms = [_ended(arm, frame) for arm in (last.then, last.other)]
    return (*before, replace(last, then=arms[0], other=arms[1]))
