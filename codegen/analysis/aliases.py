"""One name for all memory that is written to.

After `y = x` or `v = x[1:]`, a write to `x` changes `y` and `v` too. What follows takes
values, so here every such name is replaced by the path to the variable that owns the
memory, its *root*; afterwards the elements of an array change only where a `Write` or
an `Append` says its name.

    v = x[1:]              v = x[1:]           (nothing reads v)
    v[0] = e               x[1:][0] = e
    return v * v           return x[1:] * x[1:]

Different parameters are taken to be different memory. Where no one path leads to what a
name is, it is bound to a copy, if nothing is written to before it is read and nothing
through it; else it is refused.

How: a walk keeps, for each point, the bindings that may have given a name its value,
and the bindings that may be to the present memory of each root (`sharing.py`; loops
until nothing changes). It finds every binding that is *touched*: whose memory is
written to later. A second walk replaces the names with a touched binding. Whether the
name is read after the write does not matter: the backward pass may read it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..ir.blocks import walk_statements
from ..ir.expr import Binary, Call, Expr, Index, Var
from ..ir.own import own_call
from ..ir.program import Function
from ..ir.stmt import (
    SWAP,
    Append,
    Assert,
    Assign,
    Block,
    Break,
    For,
    If,
    Perform,
    Place,
    Pop,
    Raise,
    Return,
    Stmt,
    While,
    Write,
)
from ..ir.types import Array, Items, List, Number, Type, is_list
from ..ir.walk import names_in, renamed
from .caches import Caches, copy_of, with_copies
from .layouts import as_target, by_methods, lies_in_a_row
from .lending import Lent
from .nested import WHOLE
from .paths import LOCKED, OWN, Memory, memory, whole
from .sharing import Sharing
from .targets import names_bound, parts_bound
from .tracking import CopyNeeded, Made, Refuse, Tracking
from .unpacking import is_taken_out

_INDEX = Number("int")


def resolve(
    function: Function, refuse: Refuse, lent: Callable[[str], Lent]
) -> Function:
    """The same function, in which all access to memory that is written to goes through
    one variable.

    Args:
        refuse: told where something is written to, where another name for it is bound
            (None: at no place of the user's), and what is wrong.
        lent: what is shared by calls of a function with passes of its own, by path.
    """
    if not _writes(function) and not function.unpacked:
        return function
    names = Tracking(function, refuse, lent)
    while True:
        try:
            body = _resolved(function, names)
            return function if body is function.body else replace(function, body=body)
        except CopyNeeded as needed:
            names = names.again(needed.bindings)


def _resolved(function: Function, names: Tracking) -> Block:
    _Walk(names).block(function.body, names.entry())
    if not names.doubt:
        return function.body
    names.final = True
    return _Walk(names).block(function.body, names.entry())[0]


def _writes(function: Function) -> bool:
    """Whether something may be written to; where arrays are about also by `x += e`."""
    arrays = not all(isinstance(kind, Number) for kind in function.types.values())
    for statement in walk_statements(function.body):
        match statement:
            case Write() | Append() | Pop():
                return True
            case Assign(op=op) if op and arrays:
                return True
    return False


@dataclass
class _Walk:
    """Walks over the statements in the order in which they run.

    Attributes:
        names: what the names stand for.
        breaks: for each loop around, what is known where it is left.
        swaps: the statements of swaps by way of a third name, by identity.
    """

    names: Tracking
    breaks: list[list[Sharing]] = field(default_factory=list)
    swaps: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.caches = Caches(self.names)

    # -- blocks

    def block(self, block: Block, at: Sharing) -> tuple[Block, Sharing | None]:
        """Walk over a block; what is known at its end, None if nothing gets there.
        What is known at its beginning is used up."""
        out: list[Stmt] = []
        here: Sharing | None = at
        for position, statement in enumerate(block):
            if here is None:
                out.append(statement)
                continue
            self._note_swap(block[position : position + 3], here)
            made, here = self.statement(statement, here)
            out += made
        return tuple(out), here

    def _note_swap(self, statements: Block, at: Sharing) -> None:
        """`t = u; u = v; v = t`, where nothing else reads `t`, is a swap."""
        match statements:
            case (
                Assign((Var(held),), Var(first)),
                Assign((Var(again),), Var(second)),
                Assign((Var(last),), Var(kept)),
            ) if (held, first, second) == (kept, again, last):
                may = self.names.may_swap
                pair = may(first, second, at) and may(second, first, at)
                if pair and self.names.reads.of(held) == 1:
                    self.swaps.update(map(id, statements))

    def statement(self, s: Stmt, at: Sharing) -> tuple[list[Stmt], Sharing | None]:
        self._stand_at(s)
        match s:
            case If():
                return self._if(s, at)
            case For() | While():
                return self._loop(s, at)
            case Break():
                self.breaks[-1].append(at)
                return [s], None
            case Raise(error):
                return [replace(s, error=self.names.read(error, at, s))], None
            case Assign() if (call := own_call(s.value)) is not None:
                return self._call(s, call, at), at
            case Assign():
                made = self._assign(s, at)
                return [] if self._is_unread(s) else [made], at
            case Write():
                return [self._write(s, at)], at
            case Append():
                return [self._append(s, at)], at
            case Pop():
                return [self._pop(s, at)], at
            case Assert(test, message):
                text = self.names.read(message, at, s) if message else None
                return [replace(s, test=self.names.read(test, at, s), message=text)], at
            case Perform(call):
                return [replace(s, call=self.names.read(call, at, s))], at
            case Return(value):
                return self._return(value, at), at
            case _:
                raise AssertionError(s)

    def _stand_at(self, statement: Stmt) -> None:
        match statement:
            case (
                Assign(stage=stage)
                | Write(stage=stage)
                | Append(stage=stage)
                | Pop(stage=stage)
            ) if stage:
                self.names.place = stage.place
            case If(place=Place() as place) | For(place=Place() as place):
                self.names.place = place
            case While(place=Place() as place):
                self.names.place = place

    def _if(self, s: If, at: Sharing) -> tuple[list[Stmt], Sharing | None]:
        test = self.names.read(s.test, at, s)
        then, first = self.block(s.then, at.copy())
        other, second = self.block(s.other, at)
        if first and second:
            first.absorb(second)
        return [replace(s, test=test, then=then, other=other)], first or second

    def _loop(self, s: For | While, at: Sharing) -> tuple[list[Stmt], Sharing | None]:
        head, final = at, self.names.final
        trips = self.names.read(s.trips, at, s) if isinstance(s, For) else None
        shown = self._shown(s, at)
        self.names.final = False
        while True:
            notes = self.names.notes
            end = self._trip(s, head)[1]
            grown = end is not None and head.absorb(end)
            if not grown and self.names.notes == notes:
                break
        self.names.final = final
        made, _, behind = self._trip(s, head)
        if isinstance(made, For):
            assert isinstance(s, For)
            assert trips is not None
            made = replace(made, trips=trips, shown=shown)
            made = self._without_head(s, made)
        return [made], behind

    def _trip(
        self, s: For | While, head: Sharing
    ) -> tuple[For | While, Sharing | None, Sharing]:
        """One trip of a loop; what is known at its end, and behind the loop."""
        inside = head.copy()
        self.breaks.append([])
        self._stand_at(s)
        if isinstance(s, While):
            test = self.names.read(s.test, inside, s)
            behind = inside.copy()
            body, end = self.block(s.body, inside)
            made: For | While = replace(s, test=test, body=body)
        else:
            behind = inside.copy()
            self.names.bind(
                [Made(self.names.binding(s, 0, s.index.name), OWN, _INDEX)], inside
            )
            body, end = self.block(s.body, inside)
            made = replace(s, body=body)
        for left in self.breaks.pop():
            behind.absorb(left)
        return made, end, behind

    def _shown(self, s: For | While, at: Sharing) -> tuple[Expr, Expr] | None:
        if not isinstance(s, For) or s.shown is None:
            return None
        return s.shown[0], self.names.read(s.shown[1], at, s)

    def _without_head(self, s: For, made: For) -> For:
        """Where names of its own were replaced, a loop goes over its index."""
        heads = [h for h in s.body[: s.head] if isinstance(h, Assign)]
        bound = [b for head in heads for b in self.names.bound_in(head)]
        if any(b in self.names.touched for b in bound):
            return replace(made, shown=None, head=0)
        return made

    def _is_unread(self, s: Assign) -> bool:
        """Whether all names of a line that is not the user's were replaced."""
        if s.stage is not None or not self.names.final:
            return False
        touched, copied = self.names.touched, self.names.copied
        bound = self.names.bound_in(s)
        return bool(bound) and all(b in touched and b not in copied for b in bound)

    # -- stages

    def _assign(self, s: Assign, at: Sharing) -> Stmt:
        value = self.names.read(s.value, at, s)
        match s.targets:
            case (Var(name),) if s.op:
                if _is_array(kind := at.type_of(name)):
                    return self._change(s, name, value, at)
                if not isinstance(kind, Number):
                    self._check_number(name, kind, at)
        first, *others = self._made(s, at)
        if source := self._only_read_here(s, at):
            first = replace(first, memory=OWN)
        chained = len(names_bound(s)) > 1
        self.names.bind([first] if chained else [first, *others], at)
        if chained:
            self.names.bind(others, at)
        if source:
            self.names.take_over(s, source, first.binding.name, at)
        for one in (first, *others):
            self.names.hold(s, one.memory.held, at)
        return replace(s, value=self._copied(s, value))

    def _only_read_here(self, s: Assign, at: Sharing) -> str:
        """The list that goes on under the name of another one, `items` of `ys = items`;
        "" if there is none."""
        match s:
            case Assign((Var(name),), Var(source)) if is_list(at.type_of(source)):
                once = self.names.reads.is_one(source)
                return source if once and self.names.may_swap(source, name, at) else ""
            case _:
                return ""

    def _call(self, s: Assign, call: Call, at: Sharing) -> list[Stmt]:
        """A call whose cache gets copies of what is written to later."""
        copied = self.caches.lend(s, call, at)
        made = self._assign(s, at)
        assert isinstance(made, Assign)
        lines: list[Stmt] = [with_copies(made, copied)]
        for target in names_bound(s):
            for name, part in parts_bound(target, s.value):
                if self.caches.lend_result(s, name, part, at) or self._is_copied(s):
                    lines.append(Assign((Var(name),), copy_of(Var(name))))
        return lines

    def _copied(self, s: Assign, value: Expr) -> Expr:
        """The value, copied where that is needed, but for a call's (see `_call`)."""
        is_call = own_call(value) is not None
        return copy_of(value) if self._is_copied(s) and not is_call else value

    def _is_copied(self, s: Assign) -> bool:
        return any(b in self.names.copied for b in self.names.bound_in(s))

    def _made(self, s: Assign, at: Sharing) -> list[Made]:
        """What an assignment binds. Of several targets that take one new array the
        first name is the root."""
        typing = self.names.typing(at, s.value)
        targets = names_bound(s)
        taken_out = is_taken_out(s, self.names.function)
        several = len(targets) > 1
        made: list[Made] = []
        for target in sorted(targets, key=lambda t: not isinstance(t, Var)):
            for name, part in parts_bound(target, s.value):
                kind, found = typing.bound(part), self.caches.memory(part, typing)
                if several and found.is_own and not isinstance(kind, Number):
                    if not isinstance(target, Var):
                        found = LOCKED
                    elif made:
                        found = whole(made[0].binding.name)
                if id(s) in self.swaps or taken_out:
                    found = OWN
                rows = not taken_out and (
                    _is_new_row(found, kind)
                    or lies_in_a_row(by_methods(part), typing, typing.rows)
                )
                binding = self.names.binding(s, len(made), name)
                made.append(Made(binding, found, kind, rows))
        if [*s.targets] == [Var(made[0].binding.name)] and _is_array(made[0].kind):
            self.names.copyable.add(made[0].binding)
        if taken_out or len(targets) < len(s.targets):
            # the caller has it too
            self.names.parameters.update(one.binding for one in made)
        return made

    def _check_number(self, name: str, kind: Type, at: Sharing) -> None:
        """`x += e` where nobody knows whether that changes an array: no other name may
        hold it."""
        shared = [b for b in at.of(name) if not self.names.memories[b].is_own]
        for owner in self.names.owners({name}, at):
            self.names.write_to(owner, at)
            shared += at.sharers_of(owner)
        self.names.doubt |= bool(shared)
        may_be_array = not isinstance(kind, Array) or kind.rank is None
        if self.names.final and shared and may_be_array:
            text = f"nobody knows whether this changes an array in place: `{name}`"
            hint = f"write `{name} = {name} + ...`, or say what shape it has"
            self.names.refuse(self.names.place, shared[0].place, f"{text}; {hint}")

    def _change(self, s: Assign, name: str, value: Expr, at: Sharing) -> Stmt:
        """`x += e` on an array: a write, where somebody else has the array too."""
        own = self.names.is_owner(name, at) and not at.sharers_of(name)
        given = any(b in self.names.parameters for b in at.of(name))
        target = Index(Var(name), WHOLE)
        self.names.check_write(Var(name), at)
        if own and not given:
            return replace(s, value=value)
        self.names.doubt = True
        assert isinstance(value, Binary)
        assert isinstance(s.value, Binary)
        written = self._place(self.names.read(target, at, s), Var(name), at)
        before = written.base if written.index is WHOLE else written
        return Write(written, Binary(s.op, before, value.right), s.op, s.stage)

    def _write(self, s: Write, at: Sharing) -> Stmt:
        value = self.names.read(s.value, at, s)
        target = self.names.read(s.target, at, s)
        root = self.names.check_write(s.target.base, at, moves=s.row)
        if isinstance(at.type_of(root), Items | List) and s.op != SWAP:
            self.names.put(s, root, s.value, at, s.target)
        place = self._place(target, s.target.base, at)
        if isinstance(value, Binary) and value.left is target:
            value = Binary(value.op, place, value.right)
        return replace(s, target=place, value=value)

    def _place(self, target: Expr, base: Expr, at: Sharing) -> Index:
        """What is written to, by its path."""
        target = target if isinstance(target, Index) else Index(target, WHOLE)
        target = by_methods(target)
        assert isinstance(target, Index)
        place = as_target(target, self.names.typing(at, target))
        if place is None:
            self.names.refuse_write(base, at)
        return place

    def _append(self, s: Append, at: Sharing) -> Stmt:
        value = self.names.read(s.value, at, s)
        target = self.names.read(s.target, at, s)
        if not isinstance(target, Var | Index):
            self.names.refuse_write(s.target, at)
        made = replace(s, target=target, value=value)
        root = self.names.check_write(s.target, at)
        place = made.item if isinstance(target, Index) else None
        self.names.put(s, root, s.value, at, place)
        return made

    def _pop(self, s: Pop, at: Sharing) -> Stmt:
        target = self.names.read(s.target, at, s)
        if not isinstance(target, Var):
            self.names.refuse_write(s.target, at)
        self.names.check_write(s.target, at)
        if s.bound is not None:
            typing = self.names.typing(at, s.item)
            made = self.names.binding(s, 0, s.bound.name)
            kind = typing.bound(s.item)
            self.names.bind([Made(made, memory(s.item, typing), kind)], at)
        return replace(s, target=target)

    def _return(self, value: Expr, at: Sharing) -> list[Stmt]:
        """Outputs are names: where one is a part of an array it is bound again."""
        out: list[Stmt] = []
        paths: dict[str, Expr] = {}
        for name in names_in(value):
            path = paths[name] = self.names.path(name, at)
            if not isinstance(path, Var):
                paths[name] = Var(name)
                out.append(Assign((Var(name),), path))
        return [*out, Return(renamed(value, paths))]


def _is_new_row(memory_: Memory, kind: Type) -> bool:
    """Whether this is a new array of one axis."""
    return memory_.is_own and isinstance(kind, Array) and kind.rank in (0, 1)


def _is_array(kind: Type) -> bool:
    """Whether it is surely an array, which `x += e` changes."""
    return isinstance(kind, Array) and bool(kind.rank)
