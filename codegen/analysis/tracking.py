"""What names stand for while a function is walked over, and what may share memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from ..ir.expr import Expr, Index, Var
from ..ir.joining import are_flat, holding_at, join_types, keyed_by, row_type
from ..ir.memory import is_flat, memory_of
from ..ir.own import OWN as OWN_PASSES
from ..ir.program import Function
from ..ir.stmt import Place, Stmt
from ..ir.types import Array, Items, List, Tree, Type, is_list
from ..ir.walk import names_in, walruses_in
from .counting import Reads
from .layouts import reshaped_in
from .lending import Lent
from .paths import (
    OWN,
    Memory,
    Typing,
    depth_of,
    is_from_front,
    memory,
    replaced,
    selectors,
    whole,
)
from .sharing import Binding, Sharing
from .unpacking import read_whole

Refuse = Callable[[Place | None, Place | None, str], NoReturn]
# Bindings of a statement are numbered; what it puts in a list has this number.
_HELD = 1_000_000


@dataclass(frozen=True)
class Made:
    """A binding that is being made."""

    binding: Binding
    memory: Memory
    kind: Type
    in_a_row: bool = False


class CopyNeeded(Exception):
    """These bindings have to be to copies; thrown in the second walk."""

    def __init__(self, bindings: Sequence[Binding]) -> None:
        self.bindings = frozenset(bindings)


@dataclass
class Tracking:
    """Keeps the bindings of a function, and replaces and refuses.

    Attributes:
        copied: bindings that are made to be to a copy.
        final: whether this is the second walk, which replaces and refuses.
        doubt: whether the second walk is needed, because something is replaced or
            refused there.
        place: the user's statement that is being looked at.
        known: the bindings, by the identity of their statement, numbered.
        memories: what each binding is to.
        touched: bindings to memory that is written to later, with the write.
        depths: how many levels of lists there are in what each binding is to.
        reading: by name, the bindings whose path reads it.
        selecting: by name, the bindings whose path reads it to select elements.
        notes: how many of these there are.
        lent: what is shared by calls of a function with passes of its own, by path.
        cached: what the caches of these calls may hold, and whether a copy would do.
    """

    function: Function
    refuse: Refuse
    lent: Callable[[str], Lent]
    copied: frozenset[Binding] = frozenset()
    final: bool = False
    doubt: bool = False
    place: Place | None = None
    known: dict[int, dict[int, Binding]] = field(default_factory=dict)
    memories: dict[Binding, Memory] = field(default_factory=dict)
    touched: dict[Binding, Place | None] = field(default_factory=dict)
    depths: dict[Binding, int] = field(default_factory=dict)
    reading: dict[str, set[Binding]] = field(default_factory=dict)
    selecting: dict[str, set[Binding]] = field(default_factory=dict)
    notes: int = 0
    cached: dict[Binding, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.outside = {
            name: kind
            for name, kind in self.function.types.items()
            if name.startswith(("global.", OWN_PASSES))
        }
        self.reads = Reads(self.function)
        self.parameters: set[Binding] = set()
        self.copyable: set[Binding] = set()

    def again(self, copied: Iterable[Binding]) -> Tracking:
        """A new start, with further bindings to copies."""
        every = self.copied.union(copied)
        start = Tracking(self.function, self.refuse, self.lent, every, doubt=True)
        start.known = self.known
        start.memories = self.memories
        return start

    def entry(self) -> Sharing:
        """What is known where the function begins."""
        at = Sharing(types=dict(self.function.types))
        for number, param in enumerate(self.function.params):
            binding = self.binding(None, number, param.name)
            self.parameters.add(binding)
            at.bindings[param.name] = frozenset({binding})
        return at

    def binding(self, statement: Stmt | None, number: int, name: str) -> Binding:
        """The binding of that number in a statement; None for the parameters."""
        found = self.known.setdefault(id(statement), {})
        if number not in found:
            found[number] = Binding(name, self.place, len(self.memories))
            self.memories[found[number]] = OWN
        return found[number]

    def bound_in(self, statement: Stmt) -> list[Binding]:
        """The bindings that a statement makes, as far as the walk got to it."""
        return [b for b in self.known.get(id(statement), {}).values() if b.name]

    # -- reading

    def typing(self, at: Sharing, *values: Expr) -> Typing:
        """The types of everything in some expressions."""
        names = {name for value in values for name in names_in(value)}
        names |= {w.target.name for value in values for w in walruses_in(value)}
        typing = Typing({**self.outside, **{name: at.type_of(name) for name in names}})
        typing.rows = frozenset(at.rows & names)
        return typing

    def read(self, value: Expr, at: Sharing, s: Stmt) -> Expr:
        """The expression with paths for the names whose memory is written to later.

        What it binds on its way may be bound or not: it may stand in one arm of a
        conditional.
        """
        for number, walrus in enumerate(walruses_in(value)):
            typing = self.typing(at, walrus.value)
            made = Made(
                self.binding(s, -1 - number, walrus.target.name),
                memory(walrus.value, typing),
                typing.bound(walrus.value),
            )
            self.bind([made], at, weakly=True)
        root = read_whole(value, s, self.function)
        self.doubt |= root is not None
        if root is not None and self.final:
            text = f"`{root}`, of which items are changed, is used as a whole here"
            self.refuse(self.place, None, f"{text}; use its items one by one")
        paths = {n: p for n in names_in(value) if (p := self.path(n, at)) != Var(n)}
        if not paths:
            return value
        return replaced(value, paths, self.typing(at, value, *paths.values()))

    def path(self, name: str, at: Sharing) -> Expr:
        """What stands for a name that is read."""
        unsafe = [
            b
            for b in at.of(name)
            if b in self.touched and (b not in self.copied or b in at.changed)
        ]
        found = self.reached(name, at) if unsafe else None
        if found is not None and found.path is not None:
            return found.path
        if unsafe and self.final:
            if self.copyable.issuperset(unsafe) and at.changed.isdisjoint(unsafe):
                raise CopyNeeded(unsafe)
            first = min(unsafe, key=lambda b: b.order)
            text = at.doubt(name, self.owners([name], at))
            self.refuse(self.touched[first], first.place, text)
        return Var(name)

    def reached(self, name: str, at: Sharing) -> Memory | None:
        """The memory of a name, by a path that leads there now; None if there is none,
        or more than one."""
        if self.is_owner(name, at):
            return whole(name)
        match list(at.of(name)):
            case [only]:
                found = self.memories[only]
            case _:
                return None
        if found.path is None or only in at.stale:
            return None
        return found if found.exact or only not in at.changed else None

    def is_owner(self, name: str, at: Sharing) -> bool:
        """Whether a name is the root of its memory."""
        return all(self.memories[b].is_own for b in at.of(name))

    def owners(self, names: Iterable[str], at: Sharing) -> set[str]:
        """The roots whose memory the names may have."""
        found: set[str] = set()
        for name in names:
            bindings = at.of(name)
            found |= at.owners(b for b in bindings if not self.memories[b].is_own)
            if not bindings or any(self.memories[b].is_own for b in bindings):
                found.add(name)
        return found

    # -- binding

    def bind(self, made: Sequence[Made], at: Sharing, weakly: bool = False) -> None:
        """Bind names, all at once; `weakly` where each may keep what it has."""
        names = {one.binding.name for one in made}
        made = self._with_moves(made, at)
        found = [self._followed(one, at) for one in made]
        owners = [self.owners(one.memory.names, at) for one in made]
        for one in made:
            name, mine = one.binding.name, frozenset({one.binding})
            at.stale |= self.reading.get(name, set())
            if weakly:
                at.bindings[name] = at.of(name) | mine
                at.widen(name, one.kind)
            else:
                at.forget(name)
                at.bindings[name] = mine
                at.types[name] = one.kind
                at.stale.discard(one.binding)  # what was stale is an earlier value
                if one.in_a_row:
                    at.rows.add(name)
        for one, memory_, others in zip(made, found, owners, strict=True):
            self.memories[one.binding] = memory_
            self.depths[one.binding] = depth_of(one.kind)
            if one.binding in self.copied:
                name = one.binding.name
                self.memories[one.binding] = replace(whole(name), exact=False)
            elif memory_.path is not None:
                self._note(one.binding, memory_, at)
                if names & set(names_in(memory_.path)):
                    at.stale.add(one.binding)
            for owner in others if weakly else others - names:
                at.share(owner, one.binding)

    def _with_moves(self, made: Sequence[Made], at: Sharing) -> list[Made]:
        """`u, v = v, u`: where nothing else has them, the names change their arrays,
        and each array still has one name."""
        names = {one.binding.name for one in made}
        taken = Counter(one.memory.root for one in made)
        return [
            replace(one, memory=OWN)
            if taken[one.memory.root] == 1 and self._is_moved(one, names, at)
            else one
            for one in made
        ]

    def _is_moved(self, one: Made, names: set[str], at: Sharing) -> bool:
        source = one.memory.root
        if source not in names - {one.binding.name}:
            return False
        is_whole = one.memory.exact and one.memory.path == Var(source)
        return is_whole and self.may_swap(source, one.binding.name, at)

    def may_swap(self, source: str, other: str, at: Sharing) -> bool:
        """Whether an array may go on under the name of another one of its kind:
        nothing else has it, the caller neither."""
        given = not self.parameters.isdisjoint(at.of(source))
        alone = self.is_owner(source, at) and not at.sharers_of(source)
        kind, before = at.type_of(source), at.type_of(other)
        same = isinstance(kind, Array) and kind == before
        return (same or are_flat(kind, before)) and alone and not given

    def take_over(self, s: Stmt, source: str, name: str, at: Sharing) -> None:
        """What was `source` is `name` from here on, so that `source` is an alias."""
        binding = self.binding(s, _HELD, source)
        self.memories[binding] = Memory(frozenset({name}))
        self.depths[binding] = depth_of(at.type_of(name))
        at.share(name, binding)
        at.stale |= self.reading.get(source, set())
        at.bindings[source] = frozenset({binding})

    def _followed(self, one: Made, at: Sharing) -> Memory:
        """A memory with its path from the root on."""
        path = one.memory.path
        if path is None:
            return one.memory
        paths: dict[str, Expr] = {}
        root, exact = one.memory.root, one.memory.exact
        for name in names_in(path):
            found = self.reached(name, at)
            if found is None or found.path is None:
                return replace(one.memory, path=None, exact=False)
            paths[name] = found.path
            exact = exact and found.exact
            root = found.root if name == one.memory.root else root
        typing = self.typing(at, path, *paths.values())
        whole_path = replaced(path, paths, typing)
        return replace(one.memory, root=root, path=whole_path, exact=exact)

    def _note(self, binding: Binding, found: Memory, at: Sharing) -> None:
        """Keep what a binding reads for its path."""
        assert found.path is not None
        for name in names_in(found.path):
            self._add(self.reading, name, binding)
        chosen = selectors(found.path, found.root, self.typing(at, found.path))
        for name in self.owners(chosen, at):
            self._add(self.selecting, name, binding)

    def _add(self, to: dict[str, set[Binding]], name: str, binding: Binding) -> None:
        readers = to.setdefault(name, set())
        self.notes += binding not in readers
        readers.add(binding)

    def hold(self, s: Stmt, names: Iterable[str], at: Sharing) -> None:
        """A statement puts arrays in a list, where they must not change."""
        binding = self.binding(s, _HELD, "")
        for owner in self.owners(names, at):
            at.share(owner, binding)

    def put(
        self, s: Stmt, into: str, value: Expr, at: Sharing, place: Index | None = None
    ) -> None:
        """A statement makes a value an item of the list of that name, its last one; or
        that at a place in that list, or in one in it."""
        typing = self.typing(at, value)
        found = memory(value, typing)
        item = typing.bound(value)
        row = row_type(item)
        if row is None:
            self.hold(s, found.names | found.held, at)
        elif depth_of(row) > 1 or is_list(row):
            self._put_row(s, into, found, at)
        before = at.type_of(into)
        inner = 0 if place is None else depth_of(self.typing(at, place).of(place.base))
        depth = depth_of(before) - inner + 1 if inner else 1
        item = row or item
        if isinstance(before, Items | List):
            whole = holding_at(before, depth, item)
            if place is not None:
                whole = keyed_by(whole, self.typing(at, place).of(place.index))
            at.types[into] = whole
        else:
            at.types[into] = join_types(before, List(item))

    def _put_row(self, s: Stmt, into: str, found: Memory, at: Sharing) -> None:
        """A list goes into another one: if it has a name, that is one for a part of
        the other one from here on."""
        if found.is_own and not found.held:
            return
        name = found.root
        moved = found.exact and found.path == Var(name) and self.is_owner(name, at)
        if not moved or name == into:
            self.doubt = True
            if self.final:
                text = "this list, or one in it, is in another list as well"
                self.refuse(self.place, None, f"{text}; put a copy there (`list(...)`)")
            return
        binding = self.binding(s, _HELD, name)
        self.memories[binding] = Memory(frozenset({into}))
        self.depths[binding] = depth_of(at.type_of(name))
        for other in (binding, *at.sharers_of(name)):
            at.share(into, other)
        at.stale |= self.reading.get(name, set())
        at.sharers.pop(name, None)
        at.bindings[name] = frozenset({binding})

    # -- writing

    def check_write(self, base: Expr, at: Sharing, *, moves: bool = False) -> str:
        """What a write to `base` does to others; refused where that is not known.

        `moves`: it gives lists in a list other places. Returns the root, "" where that
        is not known in the first walk.
        """
        root = self._root(base, at)
        if root is not None:
            depth = depth_of(self.typing(at, base).of(base))
            self.write_to(root, at, depth, moves=moves)
            for binding in at.sharers_of(root) if self.final else ():
                if self.cached.get(binding):
                    raise CopyNeeded([binding])
                if binding in self.cached:
                    text = "this changes what the way back through a call reads as well"
                    self.refuse(self.place, binding.place, f"{text}; pass it a copy")
                if not binding.name:
                    text = "this changes an array that is in a list or tuple as well"
                    hint = "put a copy there (`.copy()`)"
                    self.refuse(self.place, binding.place, f"{text}; {hint}")
        elif self.final:
            self.refuse_write(base, at)
        else:
            self.doubt = True
        return root or ""

    def _root(self, base: Expr, at: Sharing) -> str | None:
        """The root of the memory that `base` is."""
        if is_flat(base):
            (base,) = base.operands
        if isinstance(base, Var):
            found = whole(base.name)
        else:
            found = memory(base, self.typing(at, base))
        reached = self.reached(found.root, at) if found.exact else None
        if reached is None or not reached.exact:
            return None
        root = reached.root
        fits = self.is_owner(root, at) and not isinstance(at.type_of(root), Tree)
        return root if fits else None

    def write_to(
        self, root: str, at: Sharing, depth: int = 0, *, moves: bool = False
    ) -> None:
        """The memory of a root changes: that of an array in it, or of a list that has
        so many levels of lists in it, in which all stays as it is."""
        for binding in at.sharers_of(root):
            if 0 < self.depths.get(binding, depth) < depth:  # 0: nobody knows
                if moves or not is_from_front(self.memories[binding].path, root):
                    at.stale.add(binding)
                continue
            self.touched.setdefault(binding, self.place)
            self.doubt = True
            if binding in at.of(binding.name):
                at.changed.add(binding)
        at.stale |= self.selecting.get(root, set())

    def refuse_write(self, base: Expr, at: Sharing) -> NoReturn:
        names = memory_of(base)
        name = next((n for n in names if n), "")
        shared = [b for b in at.of(name) if not self.memories[b].is_own]
        other = min(shared, key=lambda b: b.order).place if shared else None
        reshaped = reshaped_in(base)
        for binding in shared:
            reshaped = reshaped or reshaped_in(self.memories[binding].path)
        if reshaped is not None:
            shown = f"`{reshaped}`" if reshaped else "another array"
            text = f"nobody knows whether this is a view of {shown} or a copy"
        elif isinstance(at.type_of(name), Tree):
            text = f"this changes what the caller's `{name}` holds"
        elif not name:
            text = "this changes an array that nothing else reads"
        else:
            text = f"this changes memory that not only `{name}` may have"
        hint = f"bind `{name}` to a copy (`.copy()`)" if name else "give it a name"
        if reshaped_in(base):
            hint = f"write to `{reshaped}.flat[...]`"
        self.refuse(self.place, other, f"{text}; {hint}")
