"""One name per value, in functions with loops, branches and writes.

As in `values`, every value gets a name of its own, `x`, `x@1`, ...; where two ways
meet, a `Join` says which value it is. What joins or writes connect is one *web*: it
keeps one printed name, and has one adjoint.

    for k in range(T):         head: h@1 is h, or h@2 of the trip before; behind: h@3
        h = f(h)                   h@2 = f(h@1)
    return h                   return h@3
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..ir.blocks import walk_statements
from ..ir.expr import Expr, Index, Sequence, Var
from ..ir.program import Function
from ..ir.stmt import (
    Append,
    Assert,
    Assign,
    Block,
    Break,
    For,
    If,
    Join,
    Perform,
    Pop,
    Raise,
    Return,
    Stmt,
    While,
    Write,
)
from ..ir.walk import names_in, renamed
from .liveness import Liveness, assigned
from .recording import values_bound
from .values import Numbering, user_name, value_name

# Stands for a variable whose value differs by the way taken, and is not read.
LOST = ""


@dataclass
class Webs:
    """Which values are one variable: union-find over their names."""

    parents: dict[str, str] = field(default_factory=dict)

    def root(self, name: str) -> str:
        """The value that a web is named after: its first one."""
        while (parent := self.parents.get(name, name)) != name:
            name = parent
        return name

    @property
    def joined(self) -> frozenset[str]:
        """The values that are not alone in their web."""
        return frozenset(self.parents) | frozenset(self.parents.values())

    def join(self, *names: str) -> None:
        """Make one web of those of these values of a variable; the earliest one names
        it."""
        roots = sorted(map(self.root, names), key=lambda name: (len(name), name))
        for root in roots[1:]:
            if root != roots[0]:
                self.parents[root] = roots[0]


@dataclass(frozen=True)
class Home:
    """Where a value is made.

    Attributes:
        loop: the key of the innermost loop; 0 outside of all.
        branches: the keys of the `if`s around it in that loop, with the arm.
        kind: "bound", "parameter", "index", or of a join: "head", "behind", "joined".
        at: the key of the statement that joins it.
    """

    loop: int
    branches: tuple[tuple[int, int], ...]
    kind: str
    at: int = 0


@dataclass(frozen=True)
class Numbered:
    """A function whose values are numbered.

    Attributes:
        function: with joins in its branches and loops, each of which has a key.
        webs: what is one variable.
        homes: where each value is made.
        last: by the key of a loop (0: the function), the value that each variable has
            at the end of a trip, or of the function.
        parents: by the key of a loop, the key of the loop around it.
        before: the value that a variable had where it gets another one.
        inside: by the key of a loop, the value that each variable has at the head of a
            trip; by that of an `if`, in front of it. What is not bound on every way is
            `LOST`.
        behind: by the key of a loop or an `if`, the value behind it, likewise.
    """

    function: Function
    webs: Webs
    homes: Mapping[str, Home]
    last: Mapping[int, Mapping[str, str]]
    parents: Mapping[int, int]
    before: Mapping[str, str]
    inside: Mapping[int, Mapping[str, str]]
    behind: Mapping[int, Mapping[str, str]]

    @property
    def joined(self) -> Mapping[str, bool]:
        """The values that are one variable with others, and whether that is carried
        from one trip of a loop to the next."""
        heads = {n for n, home in self.homes.items() if home.kind == "head"}
        carried = {*map(self.webs.root, heads)}
        return {name: self.webs.root(name) in carried for name in self.webs.joined}

    @cached_property
    def heads(self) -> tuple[tuple[int, Join], ...]:
        """The joins at the heads of loops, by the key of the loop."""
        return tuple(
            (statement.key, join)
            for statement in walk_statements(self.function.body)
            if isinstance(statement, For | While)
            for join in statement.joins
        )

    @cached_property
    def in_front(self) -> Mapping[str, str]:
        """By the values at the heads of loops, those in front of the loops."""
        return {join.name: join.first for _, join in self.heads if join.first}

    def earlier(self, value: str) -> str:
        """The value that the variable of a value had before it; "" if it is the first.

        What the user calls by the same name may be other variables in between.
        """
        before = self.before.get(value, "")
        while before and self.webs.root(before) != self.webs.root(value):
            before = self.before.get(before, "")
        return before


def number_flow(function: Function) -> Numbered:
    """Number the values of a function."""
    live = Liveness.of(function.body)
    numbering = _Flow({p.name: p.name for p in function.params}, live)
    body = numbering.block(function.body)
    numbering.last[0] = dict(numbering.present)
    return Numbered(
        replace(function, body=body),
        numbering.webs,
        numbering.homes,
        numbering.last,
        numbering.parents,
        numbering.before,
        numbering.inside,
        numbering.behind,
    )


class _Flow(Numbering):
    """Numbers structured statements; `present` are the values of the variables."""

    def __init__(self, present: Mapping[str, str], live: Liveness) -> None:
        super().__init__(dict.fromkeys(present, 0))
        self.present = dict(present)
        self.live = live
        self.webs = Webs()
        self.homes: dict[str, Home] = {}
        self.last: dict[int, dict[str, str]] = {}
        self.parents: dict[int, int] = {}
        self.before: dict[str, str] = {}
        self.inside: dict[int, dict[str, str]] = {}
        self.behind: dict[int, dict[str, str]] = {}
        self.unsure: set[str] = set()
        self.loop = 0
        self.branches: tuple[tuple[int, int], ...] = ()
        self.around: list[tuple[tuple[int, int], ...]] = []
        self.keys = 0
        for name in present:
            self.homes[name] = Home(0, (), "parameter")

    # -- names

    def current(self, name: str) -> str:
        """The present value of a variable."""
        value = self.present.get(name, LOST)
        return value or self.made(name, "bound")

    def made(self, name: str, kind: str, at: int = 0) -> str:
        """A new value of a variable."""
        self.count[name] = self.count.get(name, -1) + 1
        value = value_name(name, self.count[name])
        if self.present.get(name):
            self.before[value] = self.present[name]
        self.present[name] = value
        self.homes[value] = Home(self.loop, self.branches, kind, at)
        return value

    def bind(self, target: Expr) -> Expr:
        match target:
            case Var(name):
                return Var(self.made(name, "bound"))
            case Sequence(kind, items):
                return Sequence(kind, tuple(self.bind(item) for item in items))
            case _:
                return super().bind(target)

    # -- statements

    def block(self, block: Block) -> Block:
        return tuple([self.statement(statement) for statement in block])

    def statement(self, statement: Stmt) -> Stmt:
        match statement:
            case Assign() | Assert() | Perform() | Return():
                return super().statement(statement)
            case Raise(error):
                return replace(statement, error=self.read(error))
            case Write(target, value):
                read = self.read(value)
                written = self.read(target)
                assert isinstance(written, Index)
                result = self._changed(written)
                return replace(statement, target=written, value=read, result=result)
            case Append(target, value):
                read = self.read(value)
                old = self.read(target)
                assert isinstance(old, Var | Index)
                result = self._changed(old)
                return replace(statement, target=old, value=read, result=result)
            case Pop(target, bound):
                old = Var(self.current(target.name))
                result = self._changed(old)
                if bound is not None:
                    bound = Var(self.made(bound.name, "bound"))
                return replace(statement, target=old, bound=bound, result=result)
            case If():
                return self._if(statement)
            case For():
                return self._for(statement)
            case While():
                return self._while(statement)
            case Break():
                return statement
            case _:
                raise AssertionError(statement)

    def _changed(self, target: Expr) -> Var:
        """The array or list that a write makes of another one."""
        while not isinstance(target, Var):
            target = target.operands[0]
        name = target.name.partition("@")[0]
        old = target.name
        new = self.made(name, "bound")
        self.webs.join(old, new)
        return Var(new)

    def _key(self) -> int:
        self.keys += 1
        return self.keys

    def _if(self, statement: If) -> If:
        key = self._key()
        test = self.read(statement.test)
        before, outside = dict(self.present), self.branches
        arms: list[Block] = []
        ends: list[dict[str, str] | None] = []
        for number, arm in enumerate((statement.then, statement.other)):
            self.present = dict(before)
            self.branches = (*outside, (key, number))
            arms.append(self.block(arm))
            ends.append(None if _leaves(arm) else self.present)
        self.branches = outside
        live = self.live.behind[id(statement)]
        names = assigned(statement.then) | assigned(statement.other)
        self.present = before
        self.inside[key] = self._certain()
        joins = [
            join
            for name in names
            if (join := self._joined(name, ends, name in live, key)) is not None
        ]
        self.behind[key] = self._certain()
        return replace(
            statement,
            test=test,
            then=arms[0],
            other=arms[1],
            joins=tuple(joins),
            key=key,
        )

    def _joined(
        self, name: str, ends: Iterable[dict[str, str] | None], live: bool, key: int
    ) -> Join | None:
        first, other = [None if end is None else end.get(name, LOST) for end in ends]
        if first is None or other is None or first == other:
            self.present[name] = (other if first is None else first) or LOST
            return None
        if not live:
            self.present[name] = LOST
            return None
        value = self.made(name, "joined", key)
        self._note(value, first, other)
        self.webs.join(*filter(None, (first, other)), value)
        return Join(value, first, other)

    def _for(self, statement: For) -> For:
        trips = self.read(statement.trips)
        key, entry = self._key(), dict(self.present)
        self._enter(key)
        heads = self._heads(statement, key, entry)
        name = statement.index.name
        index = Var(self.made(name, "index", key))
        self.inside[key] = self._certain()
        body = self.block(statement.body)
        joins = self._left(statement, key, heads, entry)
        if name in self.live.behind[id(statement)]:
            first, other = entry.get(name, LOST), self.last[key].get(name, LOST)
            after = self.made(name, "behind", key)
            self.webs.join(*filter(None, (first, index.name, other, after)))
            joins = (*joins, Join(index.name, first, other, after))
        else:
            self.present[name] = LOST
        self.behind[key] = self._certain()
        shown = statement.shown
        if shown is not None:
            bound = [n for s in body[: statement.head] for n in values_bound(s)]
            names = {user_name(n): Var(n) for n in (index.name, *bound)}
            target = renamed(
                shown[0], {n: names.get(n, Var(n)) for n in names_in(shown[0])}
            )
            shown = (target, self._shown(shown[1], entry))
        return replace(
            statement,
            index=index,
            trips=trips,
            body=body,
            shown=shown,
            joins=joins,
            key=key,
        )

    def _shown(self, iterable: Expr, entry: Mapping[str, str]) -> Expr:
        """What the user goes over, as it was before the loop."""
        kept, self.present = self.present, dict(entry)
        read = self.read(iterable)
        self.present = kept
        return read

    def _while(self, statement: While) -> While:
        key, entry = self._key(), dict(self.present)
        self._enter(key)
        heads = self._heads(statement, key, entry)
        self.inside[key] = self._certain()
        test = self.read(statement.test)
        body = self.block(statement.body)
        joins = self._left(statement, key, heads, entry)
        self.behind[key] = self._certain()
        return replace(statement, test=test, body=body, joins=joins, key=key)

    def _enter(self, key: int) -> None:
        self.parents[key] = self.loop
        self.loop = key
        self.around.append(self.branches)
        self.branches = ()

    def _heads(
        self, loop: For | While, key: int, entry: Mapping[str, str]
    ) -> dict[str, str]:
        """Values at the head of a loop, by variable."""
        live = self.live.head[id(loop)]
        names = assigned(loop.body)
        index = loop.index.name if isinstance(loop, For) else None
        heads: dict[str, str] = {}
        for name in names:
            if name in live and name != index:
                heads[name] = self.made(name, "head", key)
                self._note(heads[name], entry.get(name, LOST))
            else:
                self.present[name] = LOST
        return heads

    def _certain(self) -> dict[str, str]:
        """The present values of the variables that are bound on every way."""
        present = self.present.items()
        return {name: LOST if v in self.unsure else v for name, v in present}

    def _note(self, value: str, *sources: str) -> None:
        """Note a value that is one of several as unsure if one of these is."""
        if not all(sources) or not self.unsure.isdisjoint(sources):
            self.unsure.add(value)

    def _left(
        self,
        loop: For | While,
        key: int,
        heads: Mapping[str, str],
        entry: Mapping[str, str],
    ) -> tuple[Join, ...]:
        """Leave a loop: values behind it."""
        ends = self.last[key] = dict(self.present)
        self.loop = self.parents[key]
        self.branches = self.around.pop()
        joins: list[Join] = []
        names = assigned(loop.body)
        for name in names:
            head = heads.get(name, LOST)
            if not head:
                if not isinstance(loop, For) or name != loop.index.name:
                    self.present[name] = LOST
                continue
            first, other = entry.get(name, LOST), ends.get(name, LOST)
            after = self.made(name, "behind", key)
            self._note(after, first)
            self.webs.join(*filter(None, (first, head, other, after)))
            joins.append(Join(head, first, other, after))
        return tuple(joins)


def _leaves(block: Block) -> bool:
    """Whether a block never comes to its end."""
    match block[-1:]:
        case (Raise(),):
            return True
        case (If(_, then, other),):
            return _leaves(then) and _leaves(other)
        case _:
            return False
