"""The statements of one function while they are lowered, and what is known meanwhile.

`Body` is what all modules that lower statements share; `statements.Statements` is the
one that knows them all.
"""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..ir.expr import Expr
from ..ir.memory import memory_of
from ..ir.stmt import Block, Place, Stage, Stmt
from ..ir.types import Array, Number, Type
from .added import Added
from .expressions import Lowering

# The first of these that the user has not is the index of a loop that has none.
_INDICES = ("i", "j", "k", "n")


@dataclass(frozen=True)
class State:
    """What is known at one point: types, and the arrays that only one name holds."""

    types: Mapping[str, Type]
    owned: frozenset[str]


@dataclass
class Body(ABC):
    """Lowers statements; collects the block as it goes.

    Attributes:
        params: names that the caller gives.
        statements: of the block that is being lowered.
        stages: the number of the last stage.
        owned: arrays that only one name holds.
        alive: whether the present point can be reached.
        exits: for each loop around the present point, what is known at its `break`s.
        taken: names that a fresh one must not have.
        granted: the fresh names so far, by the node that asked and what it wanted.
        unrolled: the trips of loops that are written out, by the loop.
        nodes: the whole function.
    """

    lowering: Lowering
    params: frozenset[str] = frozenset()
    statements: list[Stmt] = field(default_factory=list)
    stages: int = 0
    owned: set[str] = field(default_factory=set)
    alive: bool = True
    exits: list[list[State]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    granted: dict[tuple[int, str], tuple[ast.AST, str]] = field(default_factory=dict)
    unrolled: dict[int, tuple[ast.For, list[ast.stmt]]] = field(default_factory=dict)
    nodes: list[ast.stmt] = field(default_factory=list)

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
        return None if isinstance(node, Added) else self.numbered(node, node)

    def numbered(self, node: ast.stmt, at: ast.stmt | ast.expr) -> Stage:
        """The next stage number, for a part of the statement `node`."""
        self.stages += 1
        file = self.lowering.file
        return Stage(self.stages, file.comment(node), file.place(at))

    # -- blocks

    def run(self, nodes: Iterable[ast.stmt]) -> Block:
        """Lower the body of a function."""
        self.nodes = list(nodes)
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
        return State(dict(self.lowering.types), frozenset(self.owned))

    def enter(self, state: State | None) -> None:
        """Go on from a point where that is known."""
        self.alive = state is not None
        if state is not None:
            self.lowering.types.clear()
            self.lowering.types.update(state.types)
            self.owned = set(state.owned)

    # -- names

    def fresh(self, wish: str, node: ast.AST) -> str:
        """A name that nothing else has: `out`, `out_1`; the same one whenever the
        same node asks for it, because the body of a loop is lowered repeatedly."""
        return self._granted((wish,), node)

    def fresh_index(self, node: ast.AST) -> str:
        """A name for the index of a loop."""
        return self._granted(_INDICES, node)

    def _granted(self, wishes: tuple[str, ...], node: ast.AST) -> str:
        key = id(node), wishes[0]
        if key not in self.granted:
            low = self.lowering
            taken = {*low.types, *low.local, *low.scope.bindings, *self.taken}
            free = [w for w in wishes if w not in taken and not hasattr(builtins, w)]
            number, name = 0, free[0] if free else wishes[0]
            while name in taken or hasattr(builtins, name):
                number += 1
                name = f"{wishes[0]}_{number}"
            self.taken.add(name)
            self.granted[key] = node, name  # with the node, whose id must stay its own
        return self.granted[key][1]

    # -- memory

    def hold(self, names: Iterable[str], value: Expr, kind: Type) -> None:
        """Keep track of which arrays nothing but one name holds, where the names are
        bound to a value."""
        if isinstance(kind, Number):
            return
        shared = set() if is_scalar(kind) else set(memory_of(value))
        self.share(shared)
        names = list(names)
        self.owned.difference_update(names)
        if len(names) == 1 and not shared:
            self.owned.update(names)

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
    """Whether this is a NumPy number, which nobody can write to."""
    return isinstance(kind, Array) and kind.shape == ()
