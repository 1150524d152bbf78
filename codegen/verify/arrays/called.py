"""How the rest of a file calls a function: with arrays of which shapes, and values.

Of a helper function nothing may be stated. But what calls it says what it is called
with: its callers are run, and their calls are listened to.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from itertools import islice
from typing import Any

import numpy as np

from ..imperative.reading import read_imperative
from ..running.domains import Failure
from ..running.numeric import FloatDomain
from ..texts.kinds import Texts
from ..texts.scope import Unsupported
from ..texts.signature import Signature
from .cells import Cell, copied
from .evaluator import Evaluator
from .inputs import Leaf, Spec, leaves
from .names import Names
from .plan import Plan
from .points import run_floats
from .reading import Program, settled_defaults
from .shaping import Shaping, is_known, is_large, shapes_of
from .values import Closure, Routine, kind_of

# shapes of a caller, and shapes with which it calls a function
_MOST_STEPS = 4
_MOST_HEARD = 6
# of these, with the same shapes and other integers, flags or texts
_MOST_ALIKE = 3
_TRIES = 12
_NOTHING = Leaf((), choices=(None,))

Heard = Callable[[ast.FunctionDef, Mapping[str, Any]], None]


class _Listening(Evaluator):
    """Tells each call of a function of the file."""

    def __init__(self, names: Names, heard: Heard) -> None:
        self._heard = heard
        super().__init__(FloatDomain(), names)

    def _run(
        self, routine: Routine | Closure, names: Names, given: dict[str, Any]
    ) -> Any:
        if isinstance(routine, Routine):
            self._heard(routine.node, given)
        return super()._run(routine, names, given)


class Calls:
    """The calls in a file, whose callers are run when they are asked for."""

    def __init__(self, texts: Texts, shapes: Mapping[str, Any]) -> None:
        self._texts = texts
        self._shapes = shapes
        self._functions = {
            n.name: n for n in texts.tree.body if isinstance(n, ast.FunctionDef)
        }
        # by function and label, and the labels of those that have the same shapes
        self._found: dict[str, dict[str, Shaping]] = {}
        self._alike: dict[tuple[str, str], list[str]] = {}
        self._run: set[str] = set()

    def of(self, base: str) -> tuple[Shaping, ...]:
        """Shapes with which a function is called, with values near which to look."""
        for caller in self._callers(base):
            if caller not in self._run:
                self._run.add(caller)
                self._listen(self._programs[caller])
            if base in self._found:
                break
        return tuple(self._found.get(base, {}).values())

    def _callers(self, base: str) -> Iterator[str]:
        """What calls a function, or what calls that: first what has known shapes."""
        found = [base]
        for name in found:
            found += [g for g in self._naming.get(name, ()) if g not in found]
        callers = [name for name in found[1:] if name in self._programs]
        yield from (n for n in callers if is_known(self._programs[n].inputs))
        yield from (n for n in callers if not is_known(self._programs[n].inputs))

    @cached_property
    def _naming(self) -> Mapping[str, list[str]]:
        """By function, those that name it."""
        found: dict[str, list[str]] = {}
        for name, node in self._functions.items():
            named = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            for other in sorted(named & self._functions.keys()):
                found.setdefault(other, []).append(name)
        return found

    @cached_property
    def _programs(self) -> Mapping[str, Program]:
        found = {}
        for name in self._functions:
            try:
                found[name] = read_imperative(self._texts, name, (), self._shapes)
            except Unsupported:
                continue
        return found

    def _fixed(self, node: ast.FunctionDef) -> Mapping[str, Spec]:
        """The parameters of which a function that is written for itself takes one
        value, as they decide what is written."""
        settled = settled_defaults(node, self._texts.tree)
        found = {n: Leaf((), choices=(value,)) for n, value in settled.items()}
        program = self._programs.get(node.name)
        inputs = () if program is None else program.inputs
        return {**found, **{i.name: i.spec for i in inputs if i.spec == _NOTHING}}

    def _listen(self, caller: Program) -> None:
        """Run a caller at a few shapes."""
        plan = Plan(caller)
        for shaping, _ in islice(plan.steps(), _MOST_STEPS):
            heard = partial(self._hear, guessed=shaping.guessed)
            for point in plan.search(shaping, 1, _TRIES).points:
                listening = _Listening(caller.names, heard)
                try:
                    run_floats(caller, listening, point.values)
                except (Failure, Unsupported):
                    continue

    def _hear(
        self, node: ast.FunctionDef, given: Mapping[str, Any], *, guessed: bool
    ) -> None:
        if self._functions.get(node.name) is not node:
            return
        found = self._found.setdefault(node.name, {})
        names = Signature.of(node.args).names
        try:
            specs = {name: _spec(given[name]) for name in names}
        except Unsupported:
            return
        fixed = self._fixed(node)
        if any(specs[name] != spec for name, spec in fixed.items()):
            return
        shapes = shapes_of(specs)
        label = ", ".join(filter(None, (shapes, *_settled(specs))))
        shaping = Shaping(specs, label, guessed)
        if label in found or is_large(shaping):
            return
        alike = self._alike.setdefault((node.name, shapes), [])
        if len(alike) == _MOST_ALIKE:
            # the first ones, and the last: there ends what calls itself
            del found[alike.pop()]
        if len(found) < _MOST_HEARD:
            values = {name: copied(given[name]) for name in names}
            found[label] = replace(shaping, near=values)
            alike.append(label)


def _settled(specs: Mapping[str, Spec]) -> Iterator[str]:
    """The values of what is no array and no float."""
    for name, spec in specs.items():
        for path, leaf in leaves(spec):
            if leaf.choices and leaf.choices != (None,):
                yield f"{name}{path}={leaf.choices[0]!r}"


def _spec(value: Any) -> Spec:
    """What a value is; integers that are no elements are as they are."""
    match value:
        case dict():
            return {key: _spec(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(map(_spec, value))
        case bool() | int() | str() | None:
            return Leaf((), choices=(value,))
        case Cell():
            return Leaf(())
        case np.ndarray():
            return Leaf(tuple(map(str, value.shape)), kind_of(value))
    raise Unsupported("a function is called with what is no number")
