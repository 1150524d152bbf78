"""Which small change puts a wrong gradient right: that names the line that is wrong,
also where it binds a variable whose gradient nobody knows."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of
from ..arrays.failing import ERRORS
from ..arrays.points import Point
from ..arrays.trial import modular
from ..arrays.values import Path, Routine
from ..running.domains import Failure
from ..texts.scope import Unsupported
from .attempt import Attempt, Outcome
from .edits import (
    Edit,
    Others,
    bindings_of,
    edits_of,
    exchanges_of,
    extensions_of,
    with_value,
)
from .objects import is_object
from .spelling import is_gradients, primal_of
from .task import Task
from .watch import Change

_FAILURES = (*ERRORS, Failure, Unsupported)
# expressions that the search may cost, and runs
_MOST_STEPS = 200_000
_MOST_RUNS = 1500
# points at which a change must not make wrong what was right
_MOST_RIGHT = 3
# runs for each statement; with less, those that stand near are looked at first
_MANY_EACH = 6
# no zero, one or power of two: what a statement binds is multiplied by it
_FACTOR = 7
_GATHERING = frozenset("array asarray stack vstack hstack concatenate".split())
_NUMBERS = (Cell, np.ndarray, int)
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign)


_Way = Callable[[ast.stmt], Iterator[Edit]]


class Mender:
    """Searches at one point, and tries what it finds at the others, and at some where
    nothing was wrong.

    `base` is the run there as it is written.
    """

    def __init__(
        self, task: Task, wrong: Sequence[Outcome], right: Sequence[Outcome]
    ) -> None:
        self._task = task
        known = (*wrong, *right[:_MOST_RIGHT])
        self._points = [outcome.trial.arrays for outcome in known]
        self.base = exactly(task, self._points[0]) or wrong[0]
        names = task.mine.names.meanings
        numpy = (n for n, meaning in names.items() if meaning == Path("numpy"))
        self._numpy = next(numpy, "")
        self._left = min(_MOST_RUNS, _MOST_STEPS // max(self.base.steps, 1))
        self._before = self._gradients(Change()) or {}
        self._wrong = self._wrong_of(self._before)

    def edit(
        self,
        line: int,
        others: Sequence[int],
        *,
        everywhere: bool,
        inside: range | None = None,
    ) -> Edit | None:
        """A change after which all is right: one of the statement on a line if there is
        any, or on one of the `others`; else, if `everywhere`, one of those that its
        gradients come from. Only those `inside` of some lines, if these are known."""
        blamed = [
            node
            for place in dict.fromkeys((line, *others))
            for node in self.base.ran
            if _starts_at(node, place)
        ]
        around = [] if inside is None else [inside]
        for routine in self._called_in(blamed):
            # what it returns may be wrong
            everywhere = True
            end = routine.end_lineno or routine.lineno
            around += [] if inside is None else [range(routine.lineno, end + 1)]
        statements = [
            node
            for node in self.base.ran
            if not around or any(node.lineno in lines for lines in around)
        ]
        moving = [] if inside is not None else list(filter(_only_moves, blamed))
        if moving:
            # what they move was wrong before
            everywhere = True
            blamed = [node for node in blamed if node not in moving]
        everywhere = everywhere or not blamed or any(map(_is_copy, blamed))
        if not everywhere:
            return self._of(blamed, *self._simple, *self._others_there)
        rest = [n for n in statements if n not in blamed and n not in moving]
        # the forward pass is right, as far as its outputs show
        before = self.base.before
        rest.sort(key=lambda node: (node in before, abs(node.lineno - line)))
        exchanged, extended = self._others_there
        # `db[m] = dout[m]` may have to add what it moves
        found = self._of(moving, bindings_of)
        found = found or self._of(blamed, *self._simple, exchanged)
        if found is None and self._left > _MANY_EACH * len(rest):
            rest = self._suspects(rest)
        kept, self._left = self._left // 4, self._left - self._left // 4
        found = found or self._of(rest, *self._simple)
        self._left += kept
        found = found or self._of(blamed, extended)
        return found or self._of(rest, exchanged, extended)

    def _called_in(self, statements: Sequence[ast.stmt]) -> list[ast.FunctionDef]:
        """The functions of the text that statements call."""
        names = self._task.mine.names
        found = [
            names.meaning(part.func.id)
            for node in statements
            if not hasattr(node, "body")
            for part in ast.walk(node)
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        ]
        return [meaning.node for meaning in found if isinstance(meaning, Routine)]

    def _of(self, statements: Sequence[ast.stmt], *ways: _Way) -> Edit | None:
        """A change of one of some statements, in one of some ways."""
        for way in ways:
            for node in statements:
                found = self._first(way(node))
                if found is not None:
                    return found
        return None

    @property
    def _simple(self) -> tuple[_Way, ...]:
        """Changes of how a statement binds what it computes, and of what that is."""
        return bindings_of, lambda node: edits_of(node, numpy=self._numpy)

    @property
    def _others_there(self) -> tuple[_Way, _Way]:
        """Changes that put another variable in place of one, or add one."""
        return (
            lambda node: exchanges_of(node, self._others(node)),
            lambda node: extensions_of(node, self._others(node)),
        )

    def _first(self, edits: Iterator[Edit]) -> Edit | None:
        for edit in edits:
            if self._left <= 0:
                return None
            if self._mends(edit):
                return edit
        return None

    def _mends(self, edit: Edit) -> bool:
        change = Change(statements={edit.statement: edit.changed})
        found = self._gradients(change)
        if not found or self._lacks(found) or self._wrong_of(found):
            return False
        return all(self._is_right_at(point, change) for point in self._points[1:])

    def _lacks(self, found: Mapping[str, Any]) -> bool:
        """Whether gradients are not returned that were, or that are meant to be, where
        the pass fails as it is written."""
        if self._before:
            return bool(self._before.keys() - found.keys())
        lacking = self.base.due.wanted().keys() - found.keys()
        stores = {name for env in self.base.ran.values() for name in env}
        return bool(lacking) and any(
            is_gradients(name) or primal_of(name, lacking) for name in stores
        )

    def _is_right_at(self, point: Point, change: Change) -> bool:
        try:
            found = modular(
                point,
                self._task.forward,
                lambda trial: Attempt(self._task, trial, change).outcome(),
            )
        except _FAILURES:
            return False
        return found is None or found.is_right

    def _gradients(self, change: Change) -> Mapping[str, Any] | None:
        self._left -= 1
        return gradients_with(self._task, self.base, change)

    def _wrong_of(self, found: Mapping[str, Any]) -> frozenset[str]:
        due = self.base.due.wanted()
        same = self.base.trial.same
        return frozenset(name for name, g in found.items() if not same(g, due[name]))

    # -- which statements may be wrong

    def _suspects(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements that the wrong gradients come from; first those that no other
        gradient comes from."""
        ranks: dict[int, list[ast.stmt]] = {}
        for node in statements:
            rank = self._rank(node)
            if rank is not None:
                ranks.setdefault(rank, []).append(node)
        return [node for rank in sorted(ranks) for node in ranks[rank]]

    def _rank(self, node: ast.stmt) -> int | None:
        if not self._wrong:
            return 0
        if not isinstance(node, _SIMPLE) or node.value is None:
            return 2
        factor = ast.BinOp(node.value, ast.Mult(), ast.Constant(_FACTOR))
        other = with_value(node, factor)
        found = self._gradients(Change(statements={node: other}))
        if found is None:
            return 2
        same = self.base.trial.same
        moved = {
            name
            for name, g in found.items()
            if name not in self._before or not same(g, self._before[name])
        }
        if not self._wrong <= moved:
            return None
        return 0 if moved == self._wrong else 1

    # -- what else may stand in a place

    def _others(self, node: ast.stmt) -> Callable[[ast.expr], Others]:
        """What there is for the expressions of a statement."""
        env = self.base.ran[node]
        atoms = list(self._atoms(env))
        bound = _bound_by(node, env)

        def of(place: ast.expr) -> Others:
            if _is_number(place):
                numbers = [expr for _, expr, other in atoms if not _shape(other)]
                return Others([*_gathered(node, place, atoms, env), *numbers])
            is_whole = place is getattr(node, "value", None)
            value = _held(place, env)
            if value is None and is_whole:
                value = bound
            if not isinstance(value, _NUMBERS):
                return Others()
            text = ast.unparse(place)
            fitting = [a for a in atoms if a[0] != text]
            shape, real = _shape(value), _is_real(value)
            same = [
                expr
                for _, expr, other in fitting
                if _shape(other) == shape and _is_real(other) == real
            ]
            smaller = [
                expr
                for _, expr, other in fitting
                if real and _shape(other) != shape and _stretches(other, shape)
            ]
            if not _is_atom(place):
                return Others((), [*same, *smaller])
            return Others(same, [*same, *smaller] if real else [])

        return of

    def _atoms(self, env: Mapping[str, Any]) -> Iterator[tuple[str, ast.expr, Any]]:
        """The variables that a statement sees, as text, as an expression, and what
        they hold."""
        for name, value in env.items():
            match value:
                case dict() if is_object(value):
                    parts: Any = [
                        (ast.Attribute(_load(name), key, ast.Load()), held)
                        for key, held in value.items()
                    ]
                case dict():
                    parts = [
                        (ast.Subscript(_load(name), ast.Constant(k), ast.Load()), held)
                        for k, held in value.items()
                        if isinstance(k, str)
                    ]
                case _:
                    parts = [(_load(name), value)]
            for expr, held in parts:
                if isinstance(held, _NUMBERS):
                    yield ast.unparse(expr), expr, held


def exactly(task: Task, point: Point) -> Outcome | None:
    """A run on residues: those are quick."""
    try:
        program = task.forward
        return modular(point, program, lambda trial: Attempt(task, trial).outcome())
    except _FAILURES:
        return None


def gradients_with(
    task: Task, base: Outcome, change: Change
) -> Mapping[str, Any] | None:
    """The gradients after a change, at the point of another run; None where it
    fails."""
    try:
        return Attempt(task, base.trial, change, base.due).gradients()
    except _FAILURES:
        return None


def _starts_at(node: ast.stmt, line: int) -> bool:
    is_whole = isinstance(node, (ast.For, ast.If, ast.While, ast.With))
    end = node.lineno if is_whole else node.end_lineno or node.lineno
    return node.lineno <= line <= end


def _only_moves(node: ast.stmt) -> bool:
    """Whether a statement computes nothing, but hands on what others have computed."""
    match node:
        case ast.Assign(value=value) | ast.Return(value=ast.expr() as value):
            pass
        case _:
            return False
    match value:
        case ast.Attribute(attr=name):
            return name != "T"
        case ast.Subscript():
            return True
        case ast.Call(func=ast.Attribute(attr="backward")):
            return True
        case ast.Call(func=ast.Attribute(attr=name), args=[ast.Name()]):
            return name in _GATHERING
    return False


def _is_copy(node: ast.stmt) -> bool:
    """Whether a statement binds what another variable holds, which may be wrong."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)


def _load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _is_atom(node: ast.expr) -> bool:
    return not isinstance(node, (ast.BinOp, ast.Call, ast.UnaryOp))


def _is_real(value: Any) -> bool:
    return bool(cells_of(value))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _stretches(value: Any, shape: tuple[int, ...]) -> bool:
    """Whether a value can be multiplied with one of a shape, which that keeps."""
    own = _shape(value)
    pairs = zip(own[::-1], shape[::-1], strict=False)
    return len(own) <= len(shape) and all(n in (1, m) for n, m in pairs)


def _shape(value: Any) -> tuple[int, ...]:
    return np.shape(value)


def _gathered(
    node: ast.stmt,
    value: ast.expr,
    atoms: Sequence[tuple[str, ast.expr, Any]],
    env: Mapping[str, Any],
) -> Iterator[ast.expr]:
    """For a number that is written to elements of an array: the same elements of other
    arrays of its shape."""
    match node:
        case ast.Assign(
            targets=[ast.Subscript(value=owner, slice=index)], value=own
        ) if own is value:
            shape = _shape(_held(owner, env))
            for _, expr, other in atoms:
                if shape and _shape(other) == shape and _is_real(other):
                    yield ast.Subscript(expr, index, ast.Load())


def _bound_by(node: ast.stmt, env: Mapping[str, Any]) -> Any:
    match node:
        case ast.Assign(targets=[target]) | ast.AugAssign(target=target):
            return _held(target, env)
    return None


def _held(node: ast.expr, env: Mapping[str, Any]) -> Any:
    """What a variable holds; None for other expressions."""
    match node:
        case ast.Name(id=name):
            return env.get(name)
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            held = env.get(owner)
            return held.get(name) if is_object(held) else None
        case ast.Subscript(value=ast.Name(id=owner), slice=ast.Constant(value=key)):
            held = env.get(owner)
            return held.get(key) if isinstance(held, dict) else None
    return None
