"""A hand-written backward pass while it runs: which gradients it binds and reads."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..arrays.cells import copied
from ..arrays.names import Names
from ..arrays.values import Closure, Frame, Routine
from ..domains import Domain
from .objects import Objects
from .spelling import is_gradients

_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)
# what is read of a gradient before it is complete
_ASIDE = frozenset({"shape", "ndim", "size", "dtype"})
_LIKE = frozenset({"zeros_like", "ones_like", "empty_like", "full_like", "shape"})


@dataclass(frozen=True)
class Write:
    """A statement that binds a gradient, or adds to one.

    `place` is how the gradient is written, `key` its last name; `adds` says that what
    was there before counts too, `partial` that only elements are written. `scope`
    tells the variables of one call of a function from those of another.
    """

    place: str
    key: str
    line: int
    time: int
    before: Any
    after: Any
    adds: bool
    partial: bool
    scope: int


@dataclass(frozen=True)
class Read:
    """A gradient that is used: the `whole` of it, or what `index` picks."""

    place: str
    key: str
    line: int
    time: int
    value: Any
    index: Any
    whole: bool
    scope: int


@dataclass(frozen=True)
class Repair:
    """A gradient that is put right, to see what comes of it: at what time of the log,
    which variable, and what it should be."""

    time: int
    name: str
    value: Any


@dataclass(frozen=True)
class Change:
    """What is run in place of what is written: a gradient that is put right, other
    statements for some, or something added to a variable that a statement binds, by
    the statement and how often it was run before."""

    repair: Repair | None = None
    statements: Mapping[ast.stmt, ast.stmt] = field(default_factory=dict)
    added: Mapping[tuple[ast.stmt, int], Any] = field(default_factory=dict)


@dataclass
class Log:
    """What happened, in order."""

    writes: list[Write] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    time: int = 0


class Watched(Objects):
    """Runs statements and fills `log`; `is_gradient` tells by a name what is tracked.

    Attributes:
        returned: the `return` that ended the function `entry`.
        env: the variables of the entry then.
        scope: that of the entry.
        change: what is run in place of what is written.
        ran: the statements that were run, each with the variables it saw.
        bound: what statements that bind one variable have bound, run by run.
        override: by statement, a variable and what it is bound to instead.
    """

    def __init__(
        self,
        domain: Domain[Any],
        names: Names,
        is_gradient: Callable[[str], bool],
        entry: ast.FunctionDef | None,
    ) -> None:
        self.log = Log()
        self.returned: ast.Return | None = None
        self.scope = 0
        self.change = Change()
        self.ran: dict[ast.stmt, dict[str, Any]] = {}
        self.bound: dict[ast.stmt, list[Any]] = {}
        self.override: dict[ast.stmt, tuple[str, Any]] = {}
        self.env: dict[str, Any] = {}
        self._entry = entry
        self._is_gradient = is_gradient
        self._quiet: set[str] = set()
        self._aside: set[ast.expr] = set()
        self._inside = 0
        self._scope = self._scopes = 0
        # whether the entry is at its `return`: what that reads is compared there
        self._is_over = False
        super().__init__(domain, names)
        # the module's constants have been run
        self.log = Log()
        self.ran.clear()
        self.bound.clear()

    def statement(self, node: ast.stmt, frame: Frame) -> None:
        self.ran[node] = frame.env
        node = self.change.statements.get(node, node)
        given = self.override.get(node)
        if given is not None:
            frame.env[given[0]] = copied(given[1])
            return
        if not isinstance(node, _SIMPLE):
            super().statement(node, frame)
            return
        self._simple(node, frame)
        name = bound_name(node)
        if name is not None:
            known = self.bound.setdefault(node, [])
            more = self.change.added.get((node, len(known)))
            if more is not None:
                frame.env[name] = frame.env[name] + more
            known.append(copied(frame.env[name]))

    def _simple(self, node: ast.stmt, frame: Frame) -> None:
        ends = isinstance(node, ast.Return) and self._inside == 1 and self._entry
        if ends and isinstance(node, ast.Return):
            self.returned, self.env, self.scope = node, frame.env, self._scope
            self._is_over = True
        targets = self._targets(node)
        before = {place: copied(self._held(t, frame)) for place, _, t, _ in targets}
        quiet, self._quiet = self._quiet, _accumulated(node)
        try:
            super().statement(node, frame)
        finally:
            self._quiet = quiet
        for place, key, target, partial in targets:
            after = copied(self._held(target, frame))
            adds = isinstance(node, ast.AugAssign) or place in _accumulated(node)
            self.log.time += 1
            self.log.writes.append(
                Write(
                    place,
                    key,
                    node.lineno,
                    self.log.time,
                    before[place],
                    after,
                    adds,
                    partial,
                    self._scope,
                )
            )
            repair = self.change.repair
            if repair is not None and repair.time == self.log.time:
                frame.env[repair.name] = copied(repair.value)

    def routine(
        self, routine: Routine | Closure, args: list[Any], named: dict[str, Any]
    ) -> Any:
        entered = self._entry is None or routine.node is self._entry or self._inside
        quiet, over = self._quiet, self._is_over
        scope, self._scope = self._scope, self._scopes + 1
        self._scopes += 1
        self._inside += bool(entered)
        self._quiet, self._is_over = set(), False
        try:
            return super().routine(routine, args, named)
        finally:
            self._inside -= bool(entered)
            self._quiet, self._is_over, self._scope = quiet, over, scope

    def value(self, node: ast.expr, frame: Frame) -> Any:
        if isinstance(node, ast.Attribute) and node.attr in _ASIDE:
            self._aside.add(node.value)
        elif isinstance(node, ast.Call) and _name_of(node.func) in _LIKE:
            self._aside.update(node.args)
        elif isinstance(node, ast.Subscript) and not _picks(node):
            self._aside.add(node.value)
        found = super().value(node, frame)
        self._note(node, found, frame)
        return found

    def _note(self, node: ast.expr, value: Any, frame: Frame) -> None:
        whole = True
        owner = node
        if isinstance(node, ast.Subscript) and not _picks(node):
            owner, whole = node.value, False
        elif node in self._aside:
            return
        spelled = _place(owner)
        if self._is_over or spelled is None or not self._is_gradient(spelled[1]):
            return
        place, key = spelled
        if place in self._quiet:
            return
        index = None
        if isinstance(node, ast.Subscript) and not whole:
            index = self.index(node.slice, frame)
        self.log.time += 1
        self.log.reads.append(
            Read(
                place,
                key,
                self.line,
                self.log.time,
                copied(value),
                index,
                whole,
                self._scope,
            )
        )

    def _targets(self, node: ast.stmt) -> list[tuple[str, str, ast.expr, bool]]:
        """The gradients that a statement writes to: how they are written, their last
        names, the expressions, and whether only elements are written."""
        found = []
        stored = [
            part
            for part in ast.walk(node)
            if isinstance(part, ast.expr)
            and isinstance(getattr(part, "ctx", None), ast.Store)
        ]
        for part in [*stored, *_changed_by_call(node)]:
            target, partial = part, False
            if isinstance(part, ast.Subscript) and not _picks(part):
                target, partial = part.value, True
            spelled = _place(target)
            if spelled is not None and self._is_gradient(spelled[1]):
                found.append((*spelled, target, partial))
        return found

    def _held(self, target: ast.expr, frame: Frame) -> Any:
        """What stands at a place; None where nothing does."""
        match target:
            case ast.Name(id=name):
                return frame.env.get(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                return getattr(frame.env.get(owner), "attributes", {}).get(name)
            case ast.Subscript(value=owner, slice=ast.Constant(value=key)):
                held = self._held(owner, frame)
                if isinstance(held, dict):
                    return held.get(key)
                if isinstance(held, list) and isinstance(key, int):
                    return held[key] if key < len(held) else None
        return None


def bound_name(node: ast.stmt) -> str | None:
    """The variable that a statement binds, if it is one and the whole of it."""
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AugAssign(target=ast.Name(id=name))
        ):
            return name
    return None


def _place(node: ast.expr) -> tuple[str, str] | None:
    """How a gradient is written, and its last name; None for what holds none."""
    match node:
        case ast.Name(id=name):
            return name, name
        case ast.Attribute(value=ast.Name(), attr=name):
            return ast.unparse(node), name
        case ast.Subscript(
            value=ast.Name() | ast.Attribute(), slice=ast.Constant(value=str(key))
        ):
            return ast.unparse(node), f"d{key}" if not key.startswith("d") else key
        case ast.Subscript(value=owner) if _picks(node):
            return ast.unparse(node), _name_of(owner)
    return None


def _picks(node: ast.Subscript) -> bool:
    """Whether a variable of its own is picked: by a text, or by a number from what is
    called as a list of gradients."""
    match node.slice:
        case ast.Constant(value=str()):
            return True
        case ast.Constant(value=int()):
            return is_gradients(_name_of(node.value))
    return False


def _name_of(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _changed_by_call(node: ast.stmt) -> list[ast.expr]:
    """What a statement changes that only calls: `np.add.at(dx, i, dy)`."""
    match node:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr=name), attr="at"),
                args=[target, *_],
            )
        ) if name in ("add", "subtract"):
            return [target]
    return []


def _accumulated(node: ast.stmt) -> set[str]:
    """The places to which a statement adds: `dx += a`, `dx = dx + a`."""
    match node:
        case ast.Expr():
            return {ast.unparse(_root(target)) for target in _changed_by_call(node)}
        case ast.AugAssign(target=target, op=ast.Add() | ast.Sub()):
            return {ast.unparse(_root(target))}
        case ast.Assign(targets=[target], value=value):
            text = ast.unparse(target)
            root = _root(target)
            terms = [ast.unparse(term) for term in _terms(value)]
            # an element that is written is no use of the whole
            own = {ast.unparse(root)} if root is not target else set()
            return own | ({text} if text in terms else set())
    return set()


def _root(target: ast.expr) -> ast.expr:
    """What holds the elements that are written; a target itself if it is the whole."""
    if isinstance(target, ast.Subscript) and not _picks(target):
        return target.value
    return target


def _terms(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_terms(left), *_terms(right)]
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _terms(left)
    return [node]
