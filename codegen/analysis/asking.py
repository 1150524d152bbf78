"""The ranks that a function asks of its parameters.

    y = np.zeros(n)
    for i in range(n):
        y[i] = a * x[i]     an element takes one number: `a` is one, `x` has one axis

NumPy takes nothing else there: an array of one element with a warning from 1.25 on, and
not at all from 2.4 on. So do the functions of `math`, and `float`.

What happens on every way through a function asks for certain. What one arm of an `if`
asks, or a loop that may have no trips, says something if nobody else reads the value:
where that arm is not taken, its gradient is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Compare,
    Cond,
    Const,
    Expr,
    Index,
    Logic,
    Paren,
    Ref,
    Sequence,
    Slice,
    Unary,
    Var,
    Walrus,
)
from ..ir.stmt import Assign, Block, For, If, Join, Stmt, While, Write
from ..ir.types import Array, Number, is_whole
from ..ir.walk import names_in, postorder
from ..rules import lookup
from ..rules.kinds import Kinds
from .axes import form_of
from .recording import own_expressions

_NUMBERS = frozenset({"builtins.float", "builtins.int"})

_CREATING = frozenset(f"numpy.{name}" for name in ("zeros", "ones", "empty", "full"))


# The ranks of parameters, by position.
Ranks = Mapping[int, int]


@dataclass(frozen=True)
class Asks:
    """The ranks that a function asks of its parameters.

    Attributes:
        always: in any call.
        of_numbers: by result, where that has to be a number.
    """

    always: Ranks = field(default_factory=dict)
    of_numbers: tuple[Ranks, ...] = ()

    def of(self, result: int, rank: int | None) -> Ranks:
        """What is asked where a result has to have a rank."""
        if rank == 0 and result < len(self.of_numbers):
            return {**self.of_numbers[result], **self.always}
        return self.always


@dataclass(frozen=True)
class _Read:
    """An expression that a statement reads.

    Attributes:
        value: the expression.
        target: the value that is made of it; "" if it is something else.
        rank: how many axes it is asked to have; None if nothing asks.
        certain: whether it is read on every way through the function; of what is made,
            whether it is that wherever the target is read.
    """

    value: Expr
    target: str = ""
    rank: int | None = None
    certain: bool = True


class Asking:
    """Which expressions a function reads, and what is asked of them.

    Attributes:
        reads: what its statements read.
        tests: what its branches and loops ask for the way to take.
    """

    def __init__(self, kinds: Kinds, asked: Mapping[str, Asks], trips: bool) -> None:
        self.kinds = kinds
        self.asked = asked
        self.trips = trips
        self.reads: list[_Read] = []
        self.tests: list[Expr] = []

    def follow(self, block: Block, *, certain: bool) -> None:
        """Take in the statements of a block."""
        for statement in block:
            match statement:
                case If(test, then, other, joins=joins):
                    self.tests.append(test)
                    for join in joins:
                        self._either(join.name, join.first, join.other)
                    self.follow(then, certain=False)
                    self.follow(other, certain=False)
                case (
                    For(trips=head, body=body, joins=joins)
                    | While(test=head, body=body, joins=joins)
                ):
                    self.tests.append(head)
                    for join in joins:
                        self._carried(join)
                    runs = self.trips or self._has_trips(head)
                    self.follow(body, certain=certain and runs)
                case _:
                    self.reads += self._read(statement, certain)

    def _has_trips(self, head: Expr) -> bool:
        """Whether a loop is gone through once at least."""
        match head:
            case Const("True"):
                return True
            case Call(Ref("builtins.reversed"), (inner,)):
                return self._has_trips(inner)
            case Call(Ref("builtins.range"), bounds):
                values = [self._number(bound) for bound in bounds]
                known = [value for value in values if value is not None]
                return len(known) == len(values) and len(range(*known)) > 0
            case _:
                return False

    def _number(self, value: Expr) -> int | None:
        """The integer that is known to be there."""
        kinds = {name: self.kinds.of(Var(name)) for name in names_in(value)}
        lengths = {n: k.value for n, k in kinds.items() if isinstance(k, Number)}
        form = form_of(value, {n: v for n, v in lengths.items() if v is not None})
        return None if form is None else form.value

    def _either(self, name: str, *values: str) -> None:
        self.reads += [_Read(Var(v), name, certain=False) for v in values if v]

    def _carried(self, join: Join) -> None:
        """At the head of the first trip it is what it was before the loop, in others
        what it was at the end of a trip, and so it is behind the loop."""
        self.reads.append(_Read(Var(join.first), join.name))
        if join.other:
            read = _Read(Var(join.other), join.name, certain=self.trips)
            self.reads.append(read)
        if join.after:
            self.reads.append(_Read(Var(join.other), join.after))
            self._either(join.after, join.first)

    def _read(self, statement: Stmt, certain: bool) -> Iterator[_Read]:
        match statement:
            case Write(Index(Var() as base), result=Var(name)):
                yield _Read(base, name)  # it keeps its rank
        match statement:
            case Assign((Var(name),), value):
                yield _Read(value, name, certain=certain)
            case Assign((Sequence(items=targets),), value) if parts := self._items(
                value, len(targets)
            ):
                for target, part in zip(targets, parts, strict=True):
                    name = target.name if isinstance(target, Var) else ""
                    yield _Read(part, name, certain=certain)
            case Write(target, value) if self._is_one_element(target):
                yield _Read(value, "", 0, certain)
                yield _Read(target.index)
            case _:
                for value in own_expressions(statement):
                    yield _Read(value, certain=certain)

    def _items(self, value: Expr, count: int) -> tuple[Expr, ...]:
        """What so many names are bound to, one by one; () if it has no such parts."""
        match value:
            case Sequence(_, items) if len(items) == count:
                return items
            case Call(Ref(path)) if path in self.asked:
                return tuple(Index(value, Const(str(i))) for i in range(count))
            case _:
                return ()

    def _is_one_element(self, target: Index) -> bool:
        """Whether one number is written to: to an element of an array of known rank."""
        kind = self.kinds.of(target.base)
        if not isinstance(kind, Array) or kind.rank is None:
            return False
        index = target.index
        parts = index.items if isinstance(index, Sequence) else (index,)
        return len(parts) == kind.rank == self._axes_taken(index)

    def lengths(self) -> set[str]:
        """The variables that shapes are made of: integers, or tuples of them."""
        return {
            name
            for read in self.reads
            for node in postorder(read.value)
            for name in _length_of(node)
        }

    def ranks(
        self, *, certain: bool, number: Expr | None = None
    ) -> dict[str, set[int]]:
        """The ranks that values are asked to have.

        Args:
            certain: only what is asked on every way through the function.
            number: what has to be a number besides, at its end.
        """
        found: dict[str, set[int]] = {}
        made: dict[str, list[Expr]] = {}
        waiting: list[tuple[Expr, int | None, bool]] = []
        for read in self.reads:
            if read.target and (read.certain or not certain):
                made.setdefault(read.target, []).append(read.value)
            waiting.append((read.value, read.rank, read.certain))
        waiting += [(number, 0, True)] if number is not None else []
        while waiting:
            value, rank, sure = waiting.pop()
            for name, asked, always in self._variables(value, rank):
                known = found.setdefault(name, set())
                if asked is None or asked in known or (certain > (sure and always)):
                    continue
                known.add(asked)
                waiting += ((value, asked, True) for value in made.get(name, ()))
        return {name: ranks for name, ranks in found.items() if ranks}

    def read_by_what_asks(self, ranks: Mapping[str, set[int]]) -> set[str]:
        """The values that nothing reads but what asks for their rank, or what makes
        values of them of which that is so."""
        found = {name for name, asked in ranks.items() if len(asked) == 1}
        found -= {name for test in self.tests for name in _looked_into(test)}
        reads = [*self._wanted()]
        while True:
            free: set[str] = set()
            for read in reads:
                asked = ranks[read.target] if read.target in found else {read.rank}
                for rank in asked:
                    variables = self._variables(read.value, rank)
                    free |= {name for name, one, _ in variables if one is None}
            if free.isdisjoint(found):
                return found
            found -= free

    def _wanted(self) -> Iterator[_Read]:
        """What is read, but for what is made of it that nobody reads."""
        waiting = [name for test in self.tests for name in names_in(test)]
        made: dict[str, list[_Read]] = {}
        for read in self.reads:
            if read.target:
                made.setdefault(read.target, []).append(read)
            else:
                yield read
                waiting += names_in(read.value)
        while waiting:
            for read in made.pop(waiting.pop(), ()):
                yield read
                waiting += names_in(read.value)

    def _variables(
        self, value: Expr, rank: int | None
    ) -> Iterator[tuple[str, int | None, bool]]:
        """Each reading of a variable in an expression, with the rank that is asked of
        it there, and whether it is read wherever the expression is.

        Args:
            rank: what is asked of the expression.
        """
        waiting = [(value, rank, True)]
        while waiting:
            node, rank, always = waiting.pop()
            if isinstance(node, Var):
                yield node.name, rank, always
            elif not _measures(node):
                parts = self._parts(node, rank)
                waiting += ((part, r, always and sure) for part, r, sure in parts)

    def _parts(
        self, node: Expr, rank: int | None
    ) -> Iterator[tuple[Expr, int | None, bool]]:
        """The operands of an expression of that rank, each with its own rank, and
        whether it is evaluated in any case."""
        single = 0 if rank == 0 else None
        match node:
            case Paren(inner) | Walrus(_, inner) | Unary("-" | "+", inner):
                yield inner, rank, True
            case Cond(test, then, other):
                yield from ((test, None, True), (then, rank, False))
                yield other, rank, False
            case Logic(_, (first, *others)):
                yield first, None, True
                yield from ((one, None, False) for one in others)
            case Binary("@", left, right):
                of = None if single is None else 1
                yield from ((left, of, True), (right, of, True))
            case Binary() | Compare():
                yield from ((one, single, True) for one in node.operands)
            case Call(Ref(path), args, ()) if path in self.asked:
                ranks = self.asked[path].of(0, rank)
                yield from ((arg, ranks.get(i), True) for i, arg in enumerate(args))
            case Index(Call(Ref(path), args, ()), Const(at)) if path in self.asked:
                ranks = self.asked[path].of(int(at), rank)
                yield from ((arg, ranks.get(i), True) for i, arg in enumerate(args))
            case Call(Ref(path), args, ()) if _takes_numbers(path, len(args)):
                yield from ((arg, 0, True) for arg in args)
            case Call(Ref("builtins.max" | "builtins.min"), (_, _, *_) as args, ()):
                # what is not taken may be an array of one element
                yield from ((arg, single, False) for arg in args)
            case Call(Ref(path), args, ()) if _is_elementwise(path, len(args)):
                of = rank if len(args) == 1 else single
                yield from ((arg, of, True) for arg in args)
            case Index(base, index):
                taken = self._axes_taken(index)
                if rank is None or taken is None or rank + taken < 0:
                    yield base, None, True
                else:
                    yield base, rank + taken, True
                yield index, None, True
            case _:
                yield from ((one, None, True) for one in node.operands)

    def _axes_taken(self, index: Expr) -> int | None:
        """How many axes fewer the part of an array has than the array."""
        taken = 0
        for part in index.items if isinstance(index, Sequence) else (index,):
            match part:
                case Slice() | Const("..."):
                    pass
                case Const("None") | Ref("numpy.newaxis"):
                    taken -= 1
                case _ if is_whole(self.kinds.of(part)):
                    taken += 1
                case _:
                    return None
        return taken


def _length_of(node: Expr) -> tuple[str, ...]:
    match node:
        case Call(Ref(path), (Var(name), *_)) if path in _CREATING:
            return (name,)
        case _:
            return ()


def _measures(node: Expr) -> bool:
    """Whether this is a length of an array, which any rank but 0 has."""
    match node:
        case Call(Ref("builtins.len"), (Var(),), ()):
            return True
        case Index(Attribute(Var(), "shape"), Const()):
            return True
        case _:
            return False


def _looked_into(test: Expr) -> Iterator[str]:
    """The variables of which a condition asks more than their value."""
    waiting = [test]
    while waiting:
        node = waiting.pop()
        match node:
            case Var():
                pass
            case Logic() | Compare() | Binary() | Unary() | Paren() | Index():
                waiting += node.operands
            case Call(Ref("builtins.range" | "builtins.reversed"), args, ()):
                waiting += args
            case Call(Ref(path), args, ()) if _is_elementwise(path, len(args)):
                waiting += args
            case _ if not _measures(node):
                yield from names_in(node)


def _is_elementwise(path: str, count: int) -> bool:
    return lookup.find(path, count, arrays=True) is not None


def _takes_numbers(path: str, count: int) -> bool:
    """Whether a function takes nothing but numbers."""
    if path in ("builtins.float", "builtins.int"):
        return count == 1
    return path.startswith("math.") and lookup.find(path, count) is not None
