"""A hand-written backward pass while it runs: which gradients it binds and reads."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..arrays.cells import copied
from ..arrays.failing import ERRORS
from ..arrays.names import Names
from ..arrays.values import Closure, Frame, Routine
from ..running.domains import Domain, Failure
from ..texts.scope import Unsupported
from .entered import Entered, Kept, Keys, arguments_of, beside, expressions_of
from .objects import METHODS, Stepwise, is_object
from .places import (
    Place,
    accumulated,
    changed_by_call,
    gradient_key,
    item_of,
    name_of,
    picks,
    variable,
)
from .spelling import is_backward, is_gradients, primal_of

_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)
# what is read of a gradient before it is complete
ASIDE = frozenset({"shape", "ndim", "size", "dtype"})
# what keys of dicts may be made of
_IN_KEYS = (ast.Name, ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.BinOp)
_LIKE = frozenset({"zeros_like", "ones_like", "empty_like", "full_like", "shape"})


@dataclass(frozen=True)
class Write:
    """A statement that binds a gradient, or adds to one.

    `adds` says that what was there before counts too, `partial` that only elements are
    written.
    """

    place: Place
    line: int
    time: int
    before: Any
    after: Any
    adds: bool
    partial: bool


@dataclass(frozen=True)
class Read:
    """A gradient that is used: the `whole` of it, or what `index` picks."""

    place: Place
    line: int
    time: int
    value: Any
    index: Any
    whole: bool


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


class Watched(Stepwise):
    """Runs statements and fills `log`; `is_gradient` tells by a name what is tracked,
    `is_adjoint` what is the gradient of a variable of the program.

    Attributes:
        returned: the `return` that ended the function `entry`.
        env: the variables of the entry then.
        scope: that of the entry.
        began: the time of the log when the entry was called; `before` are the
            statements that had been run then.
        calls: the calls of backward passes, in the order of their ends.
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
        is_adjoint: Callable[[str], bool],
        entry: ast.FunctionDef | None,
    ) -> None:
        self.log = Log()
        self.returned: ast.Return | None = None
        self.scope = 0
        self.change = Change()
        self.ran: dict[ast.stmt, MutableMapping[str, Any]] = {}
        self.bound: dict[ast.stmt, list[Any]] = {}
        self.override: dict[ast.stmt, tuple[str, Any]] = {}
        self.env: MutableMapping[str, Any] = {}
        self.entry = entry
        self._is_gradient = is_gradient
        self._is_adjoint = is_adjoint
        self.began = 0
        self.before: frozenset[ast.stmt] = frozenset()
        self.calls: list[Entered] = []
        # the calls that are evaluated, with the variables that they see
        self._sites: list[tuple[ast.Call, Frame]] = []
        # by call of a function, the statement that ended it
        self._ends: dict[int, tuple[ast.Return, Frame]] = {}
        self._quiet: set[str] = set()
        self._aside: set[ast.expr] = set()
        self._inside = 0
        self._scope = self._scopes = 0
        # whether the entry is at its `return`: what that reads is compared there
        self._is_over = False
        # whether what is read is not noted
        self._is_silent = False
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
        if isinstance(node, ast.Return):
            self._ends[self._scope] = node, frame
            if self._inside == 1 and self.entry:
                self.returned, self.env, self.scope = node, frame.env, self._scope
                self._is_over = True
        targets = self._targets(node, frame)
        before = [copied(self.held(target, frame)) for _, target, _ in targets]
        quiet, self._quiet = self._quiet, accumulated(node)
        try:
            super().statement(node, frame)
        finally:
            self._quiet = quiet
        self.log.writes += list(self._displayed(node, frame))
        for (place, target, partial), old in zip(targets, before, strict=True):
            after = copied(self.held(target, frame))
            adds = isinstance(node, ast.AugAssign)
            adds = adds or ast.unparse(target) in accumulated(node)
            self.log.time += 1
            self.log.writes.append(
                Write(place, node.lineno, self.log.time, old, after, adds, partial)
            )
            repair = self.change.repair
            if repair is not None and repair.time == self.log.time:
                frame.env[repair.name] = copied(repair.value)

    def routine(
        self, routine: Routine | Closure, args: list[Any], named: dict[str, Any]
    ) -> Any:
        if routine.node is self.entry and not self._inside:
            self.began = self.log.time
            self.before = frozenset(self.ran)
        entered = self.entry is None or routine.node is self.entry or self._inside
        quiet, over = self._quiet, self._is_over
        outer, self._scope = self._scope, self._scopes + 1
        self._scopes += 1
        self._inside += bool(entered)
        self._quiet, self._is_over = set(), False
        try:
            if isinstance(routine.node, ast.FunctionDef) and _goes_back(routine.node):
                return self._noted(routine, routine.node, outer, args, named)
            return super().routine(routine, args, named)
        finally:
            self._inside -= bool(entered)
            self._quiet, self._is_over, self._scope = quiet, over, outer

    def _noted(
        self,
        routine: Routine | Closure,
        node: ast.FunctionDef,
        outer: int,
        args: list[Any],
        named: dict[str, Any],
    ) -> Any:
        """A call of a backward pass."""
        owner, given = arguments_of(node, args, named)
        site, caller = self._sites[-1] if self._sites else (None, None)
        scope, start = self._scope, self.log.time
        places = {}
        if caller is not None:
            nodes = expressions_of(node, site, owner)
            places = {n: self.place(part, caller, outer) for n, part in nodes.items()}
        before = {} if owner is None else _kept_in(owner)
        result = super().routine(routine, args, named)
        end, frame = self._ends.pop(scope, (None, None))
        ends = {}
        if end is not None and frame is not None:
            parts = (n for n in ast.walk(end) if isinstance(n, ast.expr))
            ends = {part: self.place(part, frame, scope) for part in parts}
        after = {} if owner is None else _kept_in(owner)
        kept = [
            Kept(place, before.get(place, (None, ()))[0], item, keys)
            for place, (item, keys) in after.items()
        ]
        span = range(start + 1, self.log.time + 1)
        self.calls.append(
            Entered(
                node, owner, given, copied(result), span, end, ends, site, places, kept
            )
        )
        return result

    def value(self, node: ast.expr, frame: Frame) -> Any:
        if isinstance(node, ast.Call):
            self._sites.append((node, frame))
            try:
                return self._valued(node, frame)
            finally:
                self._sites.pop()
        return self._valued(node, frame)

    def _valued(self, node: ast.expr, frame: Frame) -> Any:
        if isinstance(node, ast.Attribute) and node.attr in ASIDE:
            self._aside.add(node.value)
        elif isinstance(node, ast.Call) and name_of(node.func) in _LIKE:
            self._aside.update(node.args)
        elif isinstance(node, ast.Subscript) and not self._picks(node, frame):
            self._aside.add(node.value)
        found = super().value(node, frame)
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            self._note(node, found, frame)
        return found

    def _note(self, node: ast.expr, value: Any, frame: Frame) -> None:
        whole = True
        owner = node
        if isinstance(node, ast.Subscript) and not self._picks(node, frame):
            owner, whole = node.value, False
        elif node in self._aside:
            return
        if self._is_over or self._is_silent:
            return
        place = self.place(owner, frame)
        if place is None or ast.unparse(owner) in self._quiet:
            return
        index = None
        if isinstance(node, ast.Subscript) and not whole:
            index = self.index(node.slice, frame)
        self.log.time += 1
        self.log.reads.append(
            Read(place, self.line, self.log.time, copied(value), index, whole)
        )

    def _targets(
        self, node: ast.stmt, frame: Frame
    ) -> list[tuple[Place, ast.expr, bool]]:
        """The gradients that a statement writes to: where they are kept, the
        expressions, and whether only elements are written."""
        found = []
        stored = [
            part
            for part in ast.walk(node)
            if isinstance(part, ast.expr)
            and isinstance(getattr(part, "ctx", None), ast.Store)
        ]
        for part in [*stored, *changed_by_call(node)]:
            target, partial = part, False
            if isinstance(part, ast.Subscript) and not self._picks(part, frame):
                target, partial = part.value, True
            place = self.place(target, frame)
            if place is not None:
                found.append((place, target, partial))
        return found

    def _displayed(self, node: ast.stmt, frame: Frame) -> Iterator[Write]:
        """The gradients that a dict is made of: `dp = {"k": ..., "m": ...}`."""
        match node:
            case ast.Assign(targets=[target], value=ast.Dict(keys=keys, values=values)):
                for key, value in zip(keys, values, strict=True):
                    if not isinstance(key, ast.Constant):
                        continue
                    item = ast.Subscript(target, key, ast.Load())
                    place = self.place(item, frame)
                    if place is None:
                        continue
                    own = self.place(value, frame)
                    writes = [w for w in self.log.writes if w.place == own]
                    if own is not None and writes:
                        # what it is put together from counts as written there
                        yield from (replace(write, place=place) for write in writes)
                        continue
                    self.log.time += 1
                    held = copied(self.held(item, frame))
                    line, time = value.lineno, self.log.time
                    yield Write(place, line, time, None, held, False, False)

    # -- where gradients are kept

    def place(
        self, node: ast.expr, frame: Frame, scope: int | None = None
    ) -> Place | None:
        """Where a gradient is kept; None for what is none. A variable is one of the
        call that is running, or of `scope`."""
        match node:
            case ast.Name(id=name):
                found = variable(self._scope if scope is None else scope, name)
            case ast.Attribute(value=owner, attr=name):
                held = self.held(owner, frame)
                if not is_object(held):
                    return None
                found = item_of(held, name, ast.unparse(node), name)
                primal = primal_of(name, held)
                if primal is not None:
                    found = replace(found, beside=copied(held[primal]))
            case ast.Subscript(value=owner, slice=index) if self._picks(node, frame):
                held, key = self.held(owner, frame), self._key(index, frame)
                text = f"{ast.unparse(owner)}[{key!r}]"
                called = name_of(owner)
                if isinstance(key, str):
                    called = gradient_key(key, called, self._is_adjoint)
                found = item_of(held, key, text, called)
            case _:
                return None
        return found if self._is_gradient(found.key) else None

    def held(self, node: ast.expr, frame: Frame) -> Any:
        """What stands at a place; None where nothing does."""
        match node:
            case ast.Name(id=name):
                return frame.env.get(name)
            case ast.Attribute(value=owner, attr=name):
                held = self.held(owner, frame)
                return held.get(name) if is_object(held) else None
            case ast.Subscript(value=owner, slice=index):
                held = self.held(owner, frame)
                if isinstance(held, dict):
                    return held.get(self._key(index, frame))
                key = self._key(index, frame) if isinstance(held, list) else None
                if isinstance(held, list) and isinstance(key, int):
                    return held[key] if -len(held) <= key < len(held) else None
        return None

    def _picks(self, node: ast.Subscript, frame: Frame) -> bool:
        """Whether a variable of its own is picked: from a dict by a text, or by a
        number from what is called as a list of gradients."""
        if picks(node):
            return True
        if isinstance(node.slice, (ast.Slice, ast.Tuple)):
            return False
        held = self.held(node.value, frame)
        if isinstance(held, dict):
            return isinstance(self._key(node.slice, frame), str)
        return isinstance(held, list) and is_gradients(name_of(node.value))

    def _key(self, node: ast.expr, frame: Frame) -> Any:
        """The value of a key; None for what is not followed."""
        if isinstance(node, ast.Constant):
            return node.value
        if any(
            isinstance(part, ast.expr)
            and not isinstance(part, _IN_KEYS)
            and not (isinstance(part, ast.Call) and name_of(part.func) == "str")
            for part in ast.walk(node)
        ):
            return None
        silent, self._is_silent = self._is_silent, True
        try:
            found = super().value(node, frame)
        except (*ERRORS, Failure, Unsupported):
            return None
        finally:
            self._is_silent = silent
        return found if isinstance(found, (str, int)) else None


def bound_name(node: ast.stmt) -> str | None:
    """The variable that a statement binds, if it is one and the whole of it."""
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AugAssign(target=ast.Name(id=name))
        ):
            return name
    return None


def _goes_back(node: ast.FunctionDef) -> bool:
    """Whether a function is called as one that computes gradients."""
    return node.name in METHODS or is_backward(node.name)


def _kept_in(owner: Mapping[str, Any]) -> dict[Place, tuple[Any, Keys]]:
    """The gradients in an object, with the ways to the arrays that they belong to."""
    found = beside(owner, "self")
    return {place: (copied(item), keys) for place, item, keys in found}
