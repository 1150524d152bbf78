"""Which adjoints own their memory, so that `+=` may write into it.

`da = dz` makes two names of one array; `da += ...` would change `dz` too. Where the
memory may belong to something else that is still read, the sum is a new array:

    da = dz                 da = dz
    da += x                 da = da + x

Callers may give upstream gradients of integers. What is made of such becomes one of
floats before parts of it change, as NumPy would cut off the fraction of what is added:

    da = np.cumsum(dz)      da = np.cumsum(dz)
    da[0] += x              da = da + 0.0
                            da[0] += x
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import partial

from ...analysis.liveness import Liveness
from ...analysis.recording import expressions, values_bound
from ...analysis.values import value_of_adjoint
from ...ir.blocks import blocks_of
from ...ir.expr import Attribute, Binary, Call, Expr, Index, Ref, Var
from ...ir.memory import SHAPES_ONLY, memory_of
from ...ir.number import ZERO
from ...ir.stmt import (
    Accumulate,
    Assign,
    Block,
    For,
    If,
    Perform,
    Scatter,
    Stmt,
    While,
    Write,
)
from ...ir.types import Array, Number, Type
from ...ir.walk import names_in
from ...rules.indexing import gives_copy
from ...rules.kinds import Kinds
from ..building.naming import is_primal
from ..cutting import is_float
from .sharing import Memory, read_first


def arrays(types: Mapping[str, Type], printed: Mapping[str, str]) -> frozenset[str]:
    """Printed names of what may be an array: the adjoint of a number too where its
    variable may stand for an array of rank 0, since its zero is one."""
    return frozenset(
        text
        for name, text in printed.items()
        if isinstance(types.get(name), Array)
        or isinstance(types.get(value_of_adjoint(name)), Array)
    )


def lists(types: Mapping[str, Type], printed: Mapping[str, str]) -> frozenset[str]:
    """Printed names of what may be a list."""
    return frozenset(
        text
        for name, text in printed.items()
        for kind in (types.get(name), types.get(value_of_adjoint(name)))
        if kind is not None and not isinstance(kind, Array | Number)
    )


def numbers(types: Mapping[str, Type], printed: Mapping[str, str]) -> frozenset[str]:
    """Printed names of what is one number, a NumPy number perhaps."""
    kinds: dict[str, set[bool]] = {}
    for name, text in printed.items():
        kind = types.get(name)
        is_number = isinstance(kind, Number) or (
            isinstance(kind, Array) and kind.rank == 0
        )
        kinds.setdefault(text, set()).add(is_number)
    return frozenset(text for text, found in kinds.items() if found == {True})


def picks(types: Mapping[str, Type]) -> Callable[[Expr], bool]:
    """Whether an expression picks elements of an array, by a mask or indices: that is a
    copy of them.

    Args:
        types: of the values, by internal name.
    """
    kinds = Kinds(types)

    def is_copy(value: Expr) -> bool:
        if not isinstance(value, Index):
            return False
        of_array = isinstance(kinds.of(value.base), Array)
        return of_array and gives_copy(value.index, kinds)

    return is_copy


def owned(
    backward: Block,
    returned: Iterable[Expr],
    written: Set[str],
    printed: Mapping[str, str],
    numbers: Set[str] = frozenset(),
    lists: Set[str] = frozenset(),
    floats: Set[str] = frozenset(),
    picks: Callable[[Expr], bool] | None = None,
) -> Block:
    """The backward pass with in-place sums only where the memory is the adjoint's own.

    Values that share a printed name share their memory: names are printed ones here.

    Args:
        returned: the gradients, which are read at the end.
        written: the printed names that may be arrays.
        numbers: those of them that stand for one number.
        lists: those that may be lists.
        floats: printed names of values of the forward pass that are of floats whatever
            the function is given.
        picks: whether an expression picks elements of an array, and is a copy of them.
    """
    if not written:
        return backward
    ends = [name for value in returned for name in names_in(value)]
    nested = any(map(blocks_of, backward))
    reads = _LiveReads if nested else _LastReads
    walk = _Walk(
        reads(backward, ends, printed, written),
        written,
        printed,
        numbers,
        lists,
        frozenset(floats),
        picks,
    )
    return tuple(walk.block(backward, Memory()))


def contents_in(value: Expr) -> Iterator[str]:
    """The variables whose contents an expression reads: not only their shapes, which
    stay while elements change."""
    stack = [value]
    while stack:
        match stack.pop():
            case Var(name):
                yield name
            case Attribute(Var(), "shape" | "ndim" | "size" | "dtype"):
                pass
            case Call(Ref(path), (Var(), *rest), keywords) if path in SHAPES_ONLY:
                stack += [*rest, *(value for _, value in keywords)]
            case node:
                stack += node.operands


class _LastReads:
    """What is read later in a straight line: printed names by the last line that reads
    them."""

    def __init__(
        self,
        block: Block,
        ends: Iterable[str],
        printed: Mapping[str, str],
        written: Set[str],
    ) -> None:
        self._last: dict[str, int] = {}
        self._at: dict[int, int] = {}
        for position, statement in enumerate(block):
            self._at[id(statement)] = position
            for value in expressions(statement):
                self._last |= {printed[name]: position for name in contents_in(value)}
        self._last |= {printed[name]: len(block) for name in ends}

    def behind(self, statement: Stmt, names: Set[str]) -> bool:
        """Whether one of these printed names is read behind a statement."""
        at = self._at[id(statement)]
        return any(self._last.get(name, -1) > at for name in names)

    def at_head(self, loop: For | While) -> frozenset[str]:
        """There is no loop in a straight line."""
        raise AssertionError(loop)


class _LiveReads:
    """The same where there are loops and branches."""

    def __init__(
        self,
        block: Block,
        ends: Iterable[str],
        printed: Mapping[str, str],
        written: Set[str],
    ) -> None:
        def names(value: Expr) -> Iterator[str]:
            return (printed.get(name, name) for name in contents_in(value))

        self._live = Liveness(written.__contains__, names)
        self._live.block(block, frozenset(map(printed.__getitem__, ends)), frozenset())

    def behind(self, statement: Stmt, names: Set[str]) -> bool:
        """Whether one of these printed names is read behind a statement."""
        return not names.isdisjoint(self._live.behind[id(statement)])

    def at_head(self, loop: For | While) -> frozenset[str]:
        """The printed names that are read in a trip, or behind the loop, before they
        are bound again."""
        return self._live.head[id(loop)]


class _Walk:
    """Goes through a backward pass and knows which names may share their memory.

    `pending` collects, inside of a loop, the names that have to be copied in front of
    it: what they hold on entry is not theirs to change.
    """

    def __init__(
        self,
        reads: _LastReads | _LiveReads,
        written: Set[str],
        printed: Mapping[str, str],
        numbers: Set[str],
        lists: Set[str],
        floats: frozenset[str],
        picks: Callable[[Expr], bool] | None = None,
    ) -> None:
        self.picks = picks
        self.numbers = numbers
        self.lists = lists
        self.floats = floats
        self.reads = reads
        self.written = written
        self.printed = printed
        self.entries: list[Memory] = []
        self.heads: list[frozenset[str]] = []
        self.pending: list[dict[str, tuple[Var, bool]]] = []

    def block(self, block: Block, memory: Memory) -> list[Stmt]:
        """The statements of a block; `memory` is changed to what holds behind it."""
        out: list[Stmt] = []
        for statement in block:
            match statement:
                case If(then=then, other=other):
                    arms = [memory.copy(), memory.copy()]
                    new = [
                        tuple(self.block(arm, known))
                        for arm, known in zip((then, other), arms, strict=True)
                    ]
                    out.append(replace(statement, then=new[0], other=new[1]))
                    memory.take(arms[0])
                    memory.join(arms[1])
                case For() | While():
                    out += self.loop(statement, memory)
                case _:
                    out += self.line(statement, memory)
        return out

    def loop(self, loop: For | While, memory: Memory) -> list[Stmt]:
        copies: list[Stmt] = []
        while True:
            self.entries.append(memory.copy())
            self.heads.append(self.reads.at_head(loop))
            self.pending.append({})
            body = self.settled(loop.body, memory.copy())
            self.entries.pop()
            self.heads.pop()
            early = self.pending.pop()
            if not early:
                break
            for name, (base, parts) in early.items():
                read = partial(self.reads.behind, loop)
                if self.entries and self._may_hoist(name, read, parts):
                    self.pending[-1][name] = base, parts  # once, in front of all
                copies.append(self._copied(base, name, memory, parts))
        memory.take(body[1])
        return [*copies, replace(loop, body=tuple(body[0]))]

    def _copied(self, base: Var, name: str, memory: Memory, parts: bool) -> Stmt:
        """A copy of an adjoint; of what may be of integers, one of floats, so that
        nothing is cut off of what is added to its parts."""
        whole = name in memory.wholes
        cut = memory.is_given(name) or (parts and not whole)
        memory.bind(name, set())
        if whole or (cut and name not in self.lists):
            memory.wholes.add(name)
        if cut and name not in self.lists:
            return Assign((base,), Binary("+", base, ZERO))
        return Assign((base,), Call(Attribute(base, "copy"), ()))

    def _may_hoist(
        self, name: str, read: Callable[[Set[str]], bool], parts: bool
    ) -> bool:
        """Whether a name holds something on entry to the loop around that cannot be
        changed; what the trip binds first is not copied in front of the loop."""
        entry = self.entries[-1]
        return name in self.heads[-1] and self._cannot_change(name, entry, read, parts)

    def _cannot_change(
        self,
        name: str,
        memory: Memory,
        read: Callable[[Set[str]], bool],
        parts: bool,
    ) -> bool:
        """Whether something else that is read later may have the memory of a name, or
        it may be of integers, where parts of it change."""
        if memory.is_shared(name, read):
            return True
        return parts and name not in memory.wholes | self.lists | self.numbers

    def _is_whole(self, value: Expr, memory: Memory) -> bool:
        """Whether a value is made of no upstream gradients that may be integers;
        what zeros are like is decided where they are made."""

        def known(name: str) -> bool:
            printed = self.printed.get(name, name)
            return printed in self.floats or printed in memory.wholes | self.numbers

        adjoints = (n for n in contents_in(value) if not is_primal(n))
        return all(map(known, adjoints)) or is_float(value, known)

    def settled(self, body: Block, head: Memory) -> tuple[list[Stmt], Memory]:
        """A body, with what holds at its head in every trip."""
        while True:
            end = head.copy()
            out = self.block(body, end)
            again = head.copy()
            again.join(end)
            if again == head or self.pending[-1]:
                return out, again
            head = again

    def _given(self, statement: Stmt, memory: Memory) -> Stmt:
        """An adjoint that goes into a list is a copy where something else may have its
        memory: the items of the list are changed in place."""
        match statement:
            case Perform(
                Call(Attribute(Var(), _) as put, (*others, Var(name) as item))
            ):
                read = partial(self.reads.behind, statement)
                printed = self.printed[name]
                if printed in self.written - self.numbers and memory.is_shared(
                    printed, read
                ):
                    args = (*others, Call(Attribute(item, "copy"), ()))
                    return replace(statement, call=Call(put, args))
        return statement

    def line(self, statement: Stmt, memory: Memory) -> Iterator[Stmt]:
        statement = self._given(statement, memory)
        base = _changed(statement)
        name = "" if base is None else self.printed[base.name]
        if base is not None and name in self.written:
            read = partial(self.reads.behind, statement)
            parts = not (isinstance(statement, Accumulate) and statement.target is base)
            if (plain := read_first(statement, self.printed, memory)) is not None:
                statement = plain
            elif self._cannot_change(name, memory, read, parts):
                hoisted = self.entries and name not in self.numbers
                if hoisted and self._may_hoist(name, read, parts):
                    self.pending[-1][name] = base, parts
                match statement:
                    case Accumulate(target=Var() as target, value=value):
                        statement = Assign((target,), Binary("+", target, value))
                    case _:
                        yield self._copied(base, name, memory, parts)
        yield statement
        if isinstance(statement, Assign) and base is None:
            is_whole = self._is_whole(statement.value, memory)
            copies = self.picks is not None and self.picks(statement.value)
            names = () if copies else memory_of(statement.value)
            aliases = {self.printed.get(other, other) for other in names}
            for bound in values_bound(statement):
                name = self.printed[bound]
                # an element is a number, not a part of the memory
                is_element = name in self.numbers and _is_element(statement.value)
                memory.bind(name, set() if is_element else aliases)
                if is_whole:
                    memory.wholes.add(name)


def _is_element(value: Expr) -> bool:
    return isinstance(value, Index)


def _changed(statement: Stmt) -> Var | None:
    """The adjoint that a line changes in place."""
    match statement:
        case (
            Accumulate(target)
            | Scatter(target)
            | Write(target)
            | Assign((Index() as target,), _)
        ):
            while not isinstance(target, Var):
                target = target.operands[0]
            return target
        case _:
            return None
