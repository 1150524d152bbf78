"""The statements of one function while they are lowered, and what is known meanwhile.

`Body` is what all modules that lower statements share; `statements.Statements` is the
one that knows them all.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ...ir.expr import (
    Attribute,
    Binary,
    Call,
    Cond,
    Expr,
    Index,
    Paren,
    Ref,
    Sequence,
    Slice,
    Var,
    Walrus,
)
from ...ir.memory import gives_number, memory_of
from ...ir.stmt import Block, Place, Stage, Stmt
from ...ir.types import Array, List, Number, Type, is_single
from ...rules.lists import COPIES
from ..syntax.added import Added, AddedCall, Names
from ..syntax.walking import lengthened_in, walk
from .expressions import Lowering

# A name, the value that it is bound to, and its type.
Bound = tuple[str, Expr | None, Type]


@dataclass(frozen=True)
class State:
    """What is known at one point: types, the arrays that only one name holds, and
    those that are numbers as yet where this is reached some other way."""

    types: Mapping[str, Type]
    owned: frozenset[str]
    mixed: frozenset[str] = frozenset()


@dataclass
class Body(ABC):
    """Lowers statements; collects the block as it goes.

    Attributes:
        params: names that the caller gives.
        statements: of the block that is being lowered.
        stages: the number of the last stage.
        owned: arrays that only one name holds.
        mixed: names of arrays that may be numbers as yet.
        alive: whether the present point can be reached.
        exits: for each loop around the present point, what is known at its `break`s.
        names: gives fresh names.
        indices: of the loops around the present point.
        unrolled: the trips of loops that are written out, by the loop.
        nodes: the whole function.
        outputs: how to name values that are returned and have no name.
        handed_on: whether what is returned goes to another function of the module, and
            so may be anything.
        quiet: the floating-point errors that are ignored, as `np.errstate` calls them.
    """

    lowering: Lowering
    names: Names
    params: frozenset[str] = frozenset()
    statements: list[Stmt] = field(default_factory=list)
    stages: int = 0
    owned: set[str] = field(default_factory=set)
    mixed: set[str] = field(default_factory=set)
    alive: bool = True
    exits: list[list[State]] = field(default_factory=list)
    indices: list[str] = field(default_factory=list)
    unrolled: dict[int, tuple[ast.For, list[ast.stmt]]] = field(default_factory=dict)
    nodes: list[ast.stmt] = field(default_factory=list)
    outputs: tuple[str, ...] = ()
    handed_on: bool = False
    quiet: set[str] = field(default_factory=set)

    @abstractmethod
    def lower(self, node: ast.stmt) -> None:
        """Lower one statement.

        Raises:
            Refused: BG010 and others, at the node that cannot be differentiated.
        """

    def add(self, statement: Stmt) -> None:
        """Put a statement at the end of the block."""
        self.statements.append(statement)

    def stage(self, node: ast.stmt) -> Stage | None:
        """The next stage number, for the statement `node`; None for one that the user
        did not write."""
        own = not isinstance(node, Added | AddedCall)
        return self.numbered(node, node) if own else None

    def numbered(self, node: ast.stmt, at: ast.stmt | ast.expr) -> Stage | None:
        """The next stage number, for a part of the statement `node`; None for one of a
        function that is called."""
        file = self.lowering.file
        if file.is_called(node):
            return None
        self.stages += 1
        return Stage(self.stages, file.comment(node), file.place(at))

    @cached_property
    def changed_lists(self) -> frozenset[str]:
        """The names of lists that items are put into, or taken off."""
        return frozenset(lengthened_in(self.nodes))

    @cached_property
    def bindings(self) -> Counter[str]:
        """How often each name is bound; a parameter is bound to its argument."""
        names = [
            inner.id
            for outer in self.nodes
            for inner in walk(outer)
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
        ]
        return Counter([*names, *self.params])

    # -- blocks

    def run(self, nodes: Iterable[ast.stmt]) -> Block:
        """Lower the body of a function."""
        self.nodes = list(nodes)
        types = self.lowering.types
        self.owned.update(n for n in types if isinstance(types[n], Number))
        for node in self.nodes:
            self.lower(node)
        return tuple(self.statements)

    def block(self, nodes: Iterable[ast.stmt]) -> Block:
        """Lower the statements of an arm, or of a loop."""
        outer, self.statements = self.statements, []
        for node in nodes:
            self.lower(node)
        inner, self.statements = self.statements, outer
        return tuple(inner)

    def state(self) -> State | None:
        """What is known here; None where nothing gets to."""
        if not self.alive:
            return None
        known = dict(self.lowering.types)
        return State(known, frozenset(self.owned), frozenset(self.mixed))

    def enter(self, state: State | None) -> None:
        """Go on from a point where that is known."""
        self.alive = state is not None
        if state is not None:
            self.lowering.types.clear()
            self.lowering.types.update(state.types)
            self.owned = set(state.owned)
            self.mixed = set(state.mixed)

    # -- memory

    def hold(self, bound: Iterable[Bound], alone: bool = True) -> None:
        """Keep track of which arrays nothing but one name holds.

        Args:
            bound: names that one statement binds, with the values and their types;
                None for a value that is a part of an array.
            alone: whether no other target is bound to the same values.
        """
        bound = list(bound)
        for _, value, kind in bound:
            if value is None or (kind.rank == 0 and _is_number(value, self.owned)):
                continue
            if not is_new(value, kind):
                self.share(memory_of(value))
        # all of them before any name is bound: `a, b = b, a`
        only = [
            _is_only_holder(value, kind, self.owned, alone) for _, value, kind in bound
        ]
        for (name, _, _), is_only in zip(bound, only, strict=True):
            self.mixed.discard(name)
            if is_only:
                self.owned.add(name)
            else:
                self.owned.discard(name)

    def other_names(self, name: str) -> set[str]:
        """The names that may stand for what `name` stands for, by statements like
        `w = v`."""
        found, more = {name}, {name}
        while more:
            more = {b for a, b in self._pairs if a in found} | {
                a for a, b in self._pairs if b in found
            }
            more -= found
            found |= more
        return found - {name}

    @cached_property
    def _pairs(self) -> set[tuple[str, str]]:
        return {
            (target.id, node.value.id)
            for statement in self.nodes
            for node in ast.walk(statement)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def put_in(self, list_: str, value: Expr, kind: Type) -> None:
        """Keep track of which arrays a list has for itself: it is among `owned` as long
        as that holds for all of its items."""
        if kind.rank != 0:
            shared = [*memory_of(value)]
            self.share(shared)
            if shared:
                self.owned.discard(list_)

    def share(self, names: Iterable[str]) -> None:
        """Something else may hold these arrays from here on."""
        self.owned.difference_update(names)

    # -- checks

    def forbid_walrus(self, node: ast.stmt | ast.expr) -> None:
        """Refuse `:=` in what is evaluated elsewhere than where it stands."""
        for inner in ast.walk(node) if self.lowering.file.has_walrus else ():
            if isinstance(inner, ast.NamedExpr):
                message = "`:=` is not supported here"
                hint = "bind the name in a statement of its own"
                self.lowering.refuse("BG010", message, inner, hint)

    # -- places

    def header(self, node: ast.If | ast.For | ast.While) -> tuple[Place, str]:
        """Where the first line of a compound statement stands, and its comment."""
        file = self.lowering.file
        last = node.iter if isinstance(node, ast.For) else node.test
        whole, end = file.place(node), file.place(last)
        place = Place(whole.lineno, whole.col, end.end_lineno, end.end_col)
        return place, file.header_comment(node, last)


def is_scalar(kind: Type) -> bool:
    """Whether this is a NumPy number, or an array of rank 0."""
    return isinstance(kind, Array) and kind.shape == ()


# What gives an array of rank 0 and not a number: it can be written to.
_BOXES = frozenset(
    "array asarray asanyarray ascontiguousarray zeros ones full empty zeros_like "
    "ones_like full_like empty_like copy squeeze reshape where select choose".split()
)


def _is_only_holder(
    value: Expr | None, kind: Type, owned: Container[str], alone: bool
) -> bool:
    """Whether a name that is bound to a value is all that holds it, or whether it is a
    number, which nobody can write to."""
    if isinstance(kind, Number):
        return True
    if is_scalar(kind):
        return value is None or _is_number(value, owned)
    return (
        value is not None and alone and (is_new(value, kind) or not {*memory_of(value)})
    )


def is_new(value: Expr, kind: Type) -> bool:
    """Whether this is a list of numbers that is made here, of the items of others."""
    if not isinstance(kind, List) or not is_single(kind.item):
        return False
    match value:
        case Index(_, Slice()) | Call(Attribute(_, "copy")) | Binary() | Sequence():
            return True
        case Call(Ref(path)):
            return path in COPIES
        case _:
            return False


def _is_number(value: Expr, numbers: Container[str]) -> bool:
    match value:
        case Var(name):
            return name in numbers
        case Paren(inner) | Walrus(_, inner):
            return _is_number(inner, numbers)
        case Cond(_, then, other):
            return _is_number(then, numbers) and _is_number(other, numbers)
        case Call(Ref(name) | Attribute(_, name)):
            return name.rpartition(".")[2] not in _BOXES
        case Index() | Attribute():
            return gives_number(value)
        case _:
            return True
