"""Arrays that hold their own history.

`S[:, k + 1] = f(S[:, k])` overwrites nothing that is still needed: the array at the
end holds every value that was read of it, and no element is written twice. Whether
that is so is decided from the indices (`analysis.regions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..analysis.moves import handed_over
from ..analysis.nearby import Nearby
from ..analysis.recording import values_bound
from ..analysis.regions import (
    Access,
    Loop,
    Symbols,
    disjoint_earlier,
    disjoint_later,
)
from ..analysis.versions import Webs
from ..ir.blocks import blocks_of
from ..ir.dims import Dim, unknown
from ..ir.expr import (
    Call,
    Const,
    Expr,
    Index,
    Ref,
    Sequence as Display,
    Var,
)
from ..ir.joining import has_rows, is_keyed
from ..ir.stmt import SWAP, Append, Assign, Block, For, Pop, Stmt, While, Write
from ..ir.types import Array, Items, List, Number
from ..rules.bounds import trips_between
from ..rules.kinds import Kinds
from .indices import plain_index
from .places import root_of

_WHOLE = Const("...")
_NONE = Const("0")


@dataclass(frozen=True)
class _At:
    """Where a statement stands: loops and positions, as in `Access`; and the keys of
    the loops."""

    loops: tuple[Loop | None, ...]
    order: tuple[int, ...]
    keys: tuple[int, ...]


class History:
    """The reads and writes of the arrays of a function that are changed in place."""

    def __init__(
        self, body: Block, params: Sequence[str], webs: Webs, kinds: Kinds
    ) -> None:
        self._webs = webs
        self._kinds = kinds
        self._params = frozenset(map(webs.root, params))
        self._places: dict[int, _At] = {}
        self._definitions: dict[str, Assign] = {}
        self._bound: dict[str, list[Assign]] = {}
        self._writes: dict[str, list[Write]] = {}
        self._families = Webs()
        self._handed: dict[str, None] = {}
        self.grown: set[str] = set()
        self._origins: dict[str, Assign] = {}
        self._appends: dict[str, list[Append]] = {}
        self._inner: dict[str, list[Append]] = {}
        self._pops: dict[str, list[Append | Pop]] = {}
        self._moved: set[str] = set()
        self._holders: dict[str, set[str]] = {}
        self._made: dict[str, int] = {}
        self._counters: set[str] = set()
        self._inside: set[str] = set()
        self._nearby: dict[tuple[str, bool, bool], Nearby] = {}
        self._growing: dict[str, Nearby] = {}
        self._block(body, _At((), (), ()))
        self.symbols = self._symbols_of(params)

    def is_changed(self, name: str) -> bool:
        """Whether elements of this array or list are overwritten somewhere."""
        web = self._webs.root(name)
        family = self._family(web)
        own = any(one in self.grown or one in self._writes for one in family)
        return own or self._is_changed_as_row(web)

    def _is_changed_as_row(self, web: str) -> bool:
        """Whether elements of a list are overwritten once it is in another list."""
        waiting, seen = [web], {web}
        while waiting:
            around = self._holders.get(waiting.pop(), set()) - seen
            seen |= around
            waiting += around
            writes = (write for one in around for write in self._writes.get(one, ()))
            if not around.isdisjoint(self._inner) or any(
                isinstance(write.target.base, Index) for write in writes
            ):
                return True
        return False

    def is_grown(self, name: str) -> bool:
        """Whether items are appended to this list somewhere, or to lists in it, or
        rows put in it."""
        return self._webs.root(name) in self.grown

    def keeps_places(self, name: str) -> bool:
        """Whether all items of a list stay where they are, and none are added."""
        return self._webs.root(name) not in self._appends and not self.is_popped(name)

    def has_lengths(self, name: str) -> bool:
        """Whether a variable stands for lists of several lengths, one of which is
        changed in place, or for a dict that is filled."""
        again = self.is_changed(name) and not self.is_single(name)
        listed = isinstance(self._kinds.of(Var(name)), List | Items)
        filled = self.is_changed(name) and is_keyed(self._kinds.of(Var(name)))
        return self.is_grown(name) or filled or (again and listed)

    def is_popped(self, name: str) -> bool:
        """Whether items of this list go to other places somewhere, or are taken off."""
        web = self._webs.root(name)
        return web in self._pops or web in self._moved

    def is_single(self, name: str) -> bool:
        """Whether a variable is one list all the time: it is bound once at most."""
        web = self._webs.root(name)
        given = web in self._params
        return len(self._bound.get(web, ())) + given == 1

    def web(self, name: str) -> str:
        """The name of the variable that holds a value."""
        return self._webs.root(name)

    def is_lost(self, operand: Expr) -> bool:
        """Whether an operand is a variable that other trips of a loop bind again."""
        return isinstance(operand, Var) and operand.name in self._inside

    def is_spent(self, write: Write, varied: bool) -> bool:
        """Whether the adjoint of the elements that a statement overwrites is read
        again on the way back.

        Args:
            varied: whether what the array is made of carries a gradient.
        """
        web = self._webs.root(root_of(write.target).name)
        made = self._origin(web)
        again = len(self._bound.get(web, ())) != 1
        place = self._region(write.target)
        if varied or made is None or again or place is None:
            return True
        if web in self.grown:  # what was appended is overwritten
            return True
        wraps = self._wraps(root_of(write.target))
        depth = self._depth(web)
        own = self._access(write, place, depth, wraps=wraps)
        return not all(
            disjoint_earlier(own, other, self.symbols)
            for other in self._changes(web, wraps, whole=False).earlier(own)
        )

    def stays(self, statement: Stmt, read: Expr, *, behind: bool = False) -> bool:
        """Whether what a statement reads of an array is still there at the end.

        Args:
            read: an element or part of the array, or all of it.
            behind: whether it is read when the statement is over.
        """
        index = self._region(read)
        if index is None:
            return False
        name = root_of(read).name
        web = self._webs.root(name)
        if self._is_changed_as_row(web):
            return False
        wraps = self._wraps(Var(name))
        depth = self._depth(web)
        access = self._access(statement, index, depth, behind=behind, wraps=wraps)
        whole = replace(access, index=_WHOLE)
        grown = self._appended(web).later(whole)
        grows = not all(disjoint_later(whole, one, self.symbols) for one in grown)
        if grows and not self._is_from_front(index):
            access = whole
        changes = self._changes(web, wraps, whole=access.index is _WHOLE)
        return all(
            disjoint_later(access, change, self.symbols)
            for change in changes.later(access)
        )

    def _appended(self, web: str) -> Nearby:
        """What appends items to a list."""
        if web not in self._growing:
            depth = self._depth(web)
            grown = self._appends.get(web, ())
            found = [self._access(one, _WHOLE, depth) for one in grown]
            self._growing[web] = Nearby(found, self.symbols)
        return self._growing[web]

    def _changes(self, web: str, wraps: bool, whole: bool) -> Nearby:
        """What changes elements of an array, or items of a list.

        Args:
            whole: whether what is appended counts.
        """
        whole = whole or web in self._pops
        key = (web, wraps, whole)
        if key not in self._nearby:
            found = self._changing(web, wraps, whole)
            self._nearby[key] = Nearby(found, self.symbols)
        return self._nearby[key]

    def _changing(self, web: str, wraps: bool, whole: bool) -> Iterator[Access]:
        depth = self._depth(web)
        for write in self._writes.get(web, ()):
            for place in (write.target, *([write.value] if write.op == SWAP else [])):
                index = self._region(place) or _WHOLE
                yield self._access(write, index, depth, wraps=wraps)
        for append in self._inner.get(web, ()):
            index = self._region(append.target) or _WHOLE
            yield self._access(append, index, depth, wraps=wraps)
        made = self._origin(web)
        entire: list[Stmt] = [s for s in self._bound.get(web, ()) if s is not made]
        for sibling in self._family(web):
            if sibling != web:
                for changes in (self._writes, self._appends, self._inner, self._pops):
                    entire += changes.get(sibling, ())
        entire += self._pops.get(web, ())
        if whole:
            entire += self._appends.get(web, ())
        for other in entire:
            yield self._access(other, _WHOLE, depth)

    def _wraps(self, whole: Var) -> bool:
        """Whether a negative index counts from the end: no key does."""
        kind = self._kinds.of(whole)
        return not is_keyed(kind) or has_rows(kind)

    def _depth(self, web: str) -> int:
        """In how many loops an array is made: each trip has its own."""
        made = self._origin(web)
        return 0 if made is None else len(self._places[id(made)].loops)

    def _region(self, place: Expr) -> Expr | None:
        """The index of a part of an array, or of one that it is in; of a list and of
        the lists in it; None for any other place."""
        indices: list[Expr] = []
        while isinstance(place, Index):
            indices.insert(0, place.index)
            place = place.base
            if isinstance(place, Index) and not isinstance(
                self._kinds.of(place), List | Items
            ):
                if not isinstance(self._kinds.of(root_of(place)), Array):
                    return None
                indices.clear()  # what is read of a part is at most that part
        if not isinstance(place, Var):
            return None
        if len(indices) < 2:
            return indices[0] if indices else _WHOLE
        return Display("tuple", tuple(indices))

    def _family(self, web: str) -> list[str]:
        """The webs that may have the memory of one at some time."""
        family = self._families.root(web)
        return [w for w in (web, *self._handed) if self._families.root(w) == family]

    def _origin(self, web: str) -> Assign | None:
        """The statement that makes the array; None for a parameter."""
        return self._origins.get(web)

    def _is_from_front(self, index: Expr) -> bool:
        """Whether an index of a list counts from its front, however long it gets."""
        match index:
            case Const(text):
                return text.isdigit()
            case Var(name):
                kind = self._kinds.of(index)
                return isinstance(kind, Number) and name in self._counters
            case _:
                return False

    # -- reading the function

    def _block(self, block: Block, at: _At, position: int = 0) -> int:
        """Note the statements of a block; the position behind them."""
        for statement in block:
            here = replace(at, order=(*at.order, position))
            self._places[id(statement)] = here
            position += 2
            match statement:
                case Assign():
                    for pair in handed_over(statement):
                        webs = [*map(self._webs.root, pair)]
                        self._handed |= dict.fromkeys(webs)
                        self._families.join(*webs)
                    for name in values_bound(statement):
                        self._bind(name, statement, at)
                case Write(result=Var(name)):
                    web = self._webs.root(name)
                    self._writes.setdefault(web, []).append(statement)
                    self._made[name] = len(at.loops)
                    if statement.row:
                        self.grown.add(web)
                        self._put(statement.value, web)
                        if not is_keyed(self._kinds.of(root_of(statement.target))):
                            self._moved.add(web)
                case Append(result=Var(name)):
                    web = self._webs.root(name)
                    self.grown.add(web)
                    is_row = isinstance(statement.target, Index)
                    appends = self._inner if is_row else self._appends
                    appends.setdefault(web, []).append(statement)
                    self._put(statement.value, web)
                    if statement.at is not None:  # all others go to other places
                        self._pops.setdefault(web, []).append(statement)
                case Pop(result=Var(name)):
                    web = self._webs.root(name)
                    self.grown.add(web)
                    self._pops.setdefault(web, []).append(statement)
                    for made in values_bound(statement):
                        self._made[made] = len(at.loops)
                case For() | While():
                    loop = loop_of(statement)
                    if not at.loops:
                        for own in statement.body:
                            self._inside.update(values_bound(own))
                    if isinstance(statement, For):
                        self._counters.add(statement.index.name)
                    inside = _At(
                        (*at.loops, loop),
                        here.order,
                        (*at.keys, statement.key),
                    )
                    self._block(statement.body, inside)
                case _:
                    for inner in blocks_of(statement):
                        position = self._block(inner, at, position)
        return position

    def _put(self, value: Expr, holder: str) -> None:
        """What has a name is an item of a list from here on."""
        if isinstance(value, Var):
            self._holders.setdefault(self._webs.root(value.name), set()).add(holder)

    def _bind(self, name: str, statement: Assign, at: _At) -> None:
        self._bound.setdefault(self._webs.root(name), []).append(statement)
        self._made[name] = len(at.loops)
        self._origins[name] = statement
        if statement.targets == (Var(name),):
            self._definitions[name] = statement

    def _symbols_of(self, params: Iterable[str]) -> Symbols:
        made = (name for name, depth in self._made.items() if depth == 0)
        names = {
            name
            for name in (*params, *made)
            if isinstance(self._kinds.types.get(name), Number)
        }
        lengths = {
            f"length {name}"
            for kind in self._kinds.types.values()
            for name in _names_of(kind)
        }
        return Symbols(frozenset(names | lengths), frozenset(lengths))

    def _access(
        self,
        statement: Stmt,
        index: Expr,
        depth: int,
        *,
        behind: bool = False,
        wraps: bool = True,
    ) -> Access:
        at = self._places[id(statement)]
        order = at.order[depth:]
        if behind:
            order = (*order[:-1], order[-1] + 1)
        loops = tuple(loop and self.plain_loop(loop) for loop in at.loops[depth:])
        return Access(self.plain(index), loops, order, wraps)

    def plain_loop(self, loop: Loop) -> Loop:
        """A loop with bounds in these terms."""
        start, stop = self.plain(loop.start), self.plain(loop.stop)
        return Loop(loop.index, start, stop, self.plain(loop.step), loop.reversed)

    def plain(self, value: Expr) -> Expr:
        """An index, or a bound of a loop, in terms of loop variables and lengths."""
        return plain_index(value, self._kinds, self._definitions)


def loop_of(statement: For | While) -> Loop | None:
    """The range of a loop; None of a `while`."""
    if isinstance(statement, While):
        return None
    trips, is_reversed = statement.trips, False
    match trips:
        case Call(Ref("builtins.reversed"), (inner,)):
            trips, is_reversed = inner, True
    one = Const("1")
    bounds: tuple[Expr, Expr, Expr]
    match trips:
        case Call(Ref("builtins.range"), (stop,)):
            bounds = (_NONE, stop, one)
        case Call(Ref("builtins.range"), (start, stop)):
            bounds = (start, stop, one)
        case Call(Ref("builtins.range"), (start, stop, step)):
            bounds = (start, stop, step)
        case _:
            return None
    return Loop(statement.index.name, *bounds, is_reversed)


def index_type(loop: For, kinds: Kinds) -> Number:
    """The type of the index of a loop in a trip."""
    name, trips, within = loop.index.name, loop_of(loop), None
    if trips is not None:
        bounds = trips.start, trips.stop, trips.step
        within = trips_between(tuple(map(kinds.static, bounds)))
    return Number("int", value=unknown(name), within=within)


def _names_of(kind: object) -> frozenset[str]:
    match kind:
        case Array(shape=tuple() as shape):
            return frozenset(n for d in shape if d.is_known for n in d.names)
        case Number(value=Dim() as value) if value.is_known:
            return value.names
        case _:
            return frozenset()
