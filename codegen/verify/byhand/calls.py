"""Calls of a backward pass beside the calls of the program that they belong to.

`layer.backward(dout)` belongs to `layer.forward(x)` of the same object, and
`affine_backward(da, cache)` to `affine_forward(x, w, b)`; of several calls, the last
one comes first. What such a call is given has to be the gradient of what the other one
has returned; then it has to return, or leave in the object, what the statements inside
of the other one contribute.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays.cells import Cell, cells_of
from .due import Due, Value
from .entered import Entered, at_keys, expressions_of
from .objects import ENTRIES, METHODS, is_object, paths_of
from .places import Place
from .returned import Reader, is_number, matched
from .spelling import base_of
from .watch import Watched, bound_name


@dataclass(frozen=True)
class Wrong:
    """A gradient that a call returns, leaves in its object, or is given, and that is
    not what is due: the times of the log in which it was made, and the lines of the
    function that makes it, None for those of a script."""

    value: Value
    place: Place | None
    line: int
    found: Any
    span: range
    inside: range | None


class Calls:
    """Compares calls; `roots` are variables with the objects of the backward pass."""

    def __init__(self, due: Due, watched: Watched, roots: Mapping[str, Any]) -> None:
        self._due = due
        self._trial = due.trial
        self._watched = watched
        self._paths = paths_of(roots)

    def wrong(self) -> list[Wrong]:
        """What is wrong first, in the order in which the calls return: those inside of
        a call before itself."""
        for mine, theirs in self._pairs():
            lacking = self._lacking(mine, theirs)
            if lacking is not None:
                given = self._given(mine, lacking)
                return [] if given is None else [given]
            found = [*self._returned(mine, theirs), *self._left(mine, theirs)]
            if found:
                return found
        return []

    def _pairs(self) -> Iterator[tuple[Entered, Entered]]:
        """Calls of the backward pass with those of the program."""
        program: dict[object, list[Entered]] = {}
        for call in self._due.calls:
            key = self._key(call, self._due.paths, ENTRIES)
            if key is not None:
                program.setdefault(key, []).append(call)
        mine: dict[object, list[Entered]] = {}
        for call in self._watched.calls:
            key = self._key(call, self._paths, METHODS)
            if key is not None:
                mine.setdefault(key, []).append(call)
        belongs: dict[int, Entered] = {}
        for key, calls in mine.items():
            others = _innermost(program.get(key, []))
            own = _innermost(calls)
            if len(own) == len(others):
                pairs = zip(own, reversed(others), strict=True)
                belongs |= {id(call): other for call, other in pairs}
        for call in self._watched.calls:
            if id(call) in belongs and call.node is not self._watched.entry:
                yield call, belongs[id(call)]

    def _key(
        self, call: Entered, paths: Mapping[int, str], methods: Sequence[str]
    ) -> object:
        """What tells by which calls another one is answered."""
        if call.owner is None:
            return base_of(call.node.name) or call.node.name
        path = paths.get(id(call.owner))
        return ("object", path) if path and call.node.name in methods else None

    def _lacking(self, mine: Entered, theirs: Entered) -> Any:
        """An output whose gradient a call is not given; None if there is none."""
        values = [value for value in mine.args.values() if is_number(value)]
        for output in _outputs(theirs) or self._due.left_by(theirs):
            due = self._due.adjoint_beyond(output, theirs)
            unused = self._trial.is_zero(due) or self._same(self._due.one(), due)
            if not unused and not any(self._same(value, due) for value in values):
                return output
        return None

    def _given(self, mine: Entered, output: Any) -> Wrong | None:
        """What a call is given in place of the gradient of an output."""
        due = self._due.adjoint(output)
        nodes = expressions_of(mine.node, mine.site, mine.owner)
        for name, found in mine.args.items():
            fits = is_number(found) and np.shape(found) == np.shape(due)
            if fits and name in nodes:
                value = Value(name, -1, output, self._due.plain(output), due)
                line = self._line_of(nodes[name], found)
                span = range(self._watched.began, mine.span.start)
                text = ast.unparse(nodes[name])
                place = mine.places.get(name) or Place(("call", -1), name, text, name)
                inside = self._around(line)
                return Wrong(value, place, line, found, span, inside)
        return None

    def _line_of(self, node: ast.expr, found: Any) -> int:
        """Where a variable was bound to a value that a call is given; the line of the
        call for other expressions."""
        lines = [
            statement.lineno
            for statement, values in self._watched.bound.items()
            if isinstance(node, ast.Name) and bound_name(statement) == node.id
            if any(self._trial.same(value, found) for value in values)
        ]
        return lines[-1] if lines else node.lineno

    def _around(self, line: int) -> range | None:
        """The lines of the function that a line is in."""
        nodes = {call.node for call in self._watched.calls} | {self._watched.entry}
        around = [
            range(node.lineno, (node.end_lineno or node.lineno) + 1)
            for node in nodes
            if node is not None
        ]
        return min((r for r in around if line in r), key=len, default=None)

    def _same(self, a: Any, b: Any) -> bool:
        """Whether two numbers are equal, integers too."""
        return self._trial.same(self._due.real(a), b)

    def _returned(self, mine: Entered, theirs: Entered) -> Iterator[Wrong]:
        """The gradients that a call returns and that are wrong."""
        args = dict(theirs.args)
        for value in theirs.args.values():
            if isinstance(value, dict) and not is_object(value):
                args.update({str(key): item for key, item in value.items()})
        parts = {
            name: self._due.within(name, taped, theirs)
            for name, taped in args.items()
            if isinstance(taped, (Cell, np.ndarray)) and cells_of(taped)
        }
        due = {name: value.due for name, value in parts.items()}
        if mine.end is None or mine.end.value is None:
            return
        reader = Reader(due, mine.ends.get)
        found = list(reader.gradients(mine.end.value, mine.result))
        row = matched(found, due, None, self._trial)
        if row.swapped:
            return
        inside = self._around(mine.end.lineno)
        for name, gradient in row.gradients.items():
            if not self._same(gradient.value, due[name]):
                line = gradient.line or mine.end.lineno
                place, value = gradient.place, gradient.value
                yield Wrong(parts[name], place, line, value, mine.span, inside)

    def _left(self, mine: Entered, theirs: Entered) -> Iterator[Wrong]:
        """The gradients that a call leaves in its object and that are wrong."""
        for kept in mine.kept:
            taped = at_keys(theirs.owner, kept.primal)
            writes = [w for w in self._watched.log.writes if w.place == kept.place]
            lines = [w.line for w in writes if w.time in mine.span]
            if not lines or not (is_number(taped) and is_number(kept.after)):
                continue
            name = kept.place.text
            value = self._due.within(name, taped, theirs)
            added = kept.after
            if is_number(kept.before) and np.shape(kept.before) == np.shape(added):
                added = kept.after - kept.before
            if not any(self._same(g, value.due) for g in (kept.after, added)):
                inside = self._around(lines[-1])
                yield Wrong(value, kept.place, lines[-1], kept.after, mine.span, inside)


def _innermost(calls: Sequence[Entered]) -> list[Entered]:
    """The calls but for those that only pass on to another one of them."""
    return [
        call
        for call in calls
        if not any(
            other is not call
            and other.span.start >= call.span.start
            and other.span.stop <= call.span.stop
            and len(other.span) < len(call.span)
            for other in calls
        )
    ]


def _outputs(call: Entered) -> list[Any]:
    """What a call of the program returns, without a cache."""
    outputs = [call.result]
    if isinstance(call.result, tuple):
        outputs = list(call.result)
        if any(_is_same(outputs[-1], arg) for arg in call.args.values()):
            outputs = outputs[:-1]
    return [v for v in outputs if isinstance(v, (Cell, np.ndarray)) and cells_of(v)]


def _is_same(a: Any, b: Any) -> bool:
    """Whether two numbers or arrays are one, or copies of one."""
    if not all(isinstance(value, (Cell, np.ndarray)) for value in (a, b)):
        return False
    pairs = zip(cells_of(a), cells_of(b), strict=False)
    return np.shape(a) == np.shape(b) and all(x is y for x, y in pairs)
