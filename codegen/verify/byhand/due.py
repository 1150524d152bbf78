"""The program of the source on a tape: the gradient that is due of every value."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np

from ..arrays.cells import Arithmetic, Cell, cells_of, copied, mapped, shadow
from ..arrays.tree import Tree
from ..arrays.trial import ArrayTrial
from ..arrays.values import Closure, Frame, Routine
from ..running.code import Number
from ..running.domains import Undefined
from ..running.tangents import Dual, TapeDomain
from ..texts.numbering import Lines
from .entered import Entered, arguments_of
from .objects import Stepwise, holds_objects, is_object, paths_of, rebuilt, weights_in
from .task import LAYER, Forward

_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)


@dataclass(frozen=True)
class Step:
    """A statement that was run, and what the variables were that it read."""

    node: ast.stmt
    env: Mapping[str, Any]
    # what it binds, as values of the tape
    binds: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """What a run of the program leaves: `given` are the parameters as they are then, by
    their names, `cache` is None if there is none."""

    output: Any
    cache: Any
    variables: Mapping[str, Any]
    given: Mapping[str, Any]

    def copy(self) -> World:
        """The same values; what is one array or object is one in the copy."""
        known: dict[int, tuple[Any, Any]] = {}
        fields = (self.output, self.cache, self.variables, self.given)
        return World(*(rebuilt(field, lambda cell: cell, known) for field in fields))


@dataclass(frozen=True)
class Value:
    """A value that a variable had: on the tape, as a number, and its gradient, or what
    is contributed to that in a call."""

    name: str
    step: int
    taped: Any
    plain: Any
    due: Any = None
    # the steps that count; all if None
    span: range | None = None


class _Watched(Stepwise):
    """Runs the program, and notes who owns which part of the tape."""

    def __init__(self, tape: TapeDomain[Any], program: Forward, *, moves: bool) -> None:
        self.trail: list[Step] = []
        self.values: list[tuple[str, int, Any]] = []
        self.calls: list[Entered] = []
        # by place on the tape: the step that made it
        self.owners: list[int] = []
        self._tape = tape
        self._moves = moves
        super().__init__(tape, program.names)
        # the module's constants have been run
        self.trail.clear()
        self.values.clear()
        self.calls.clear()
        self.owners.clear()

    def statement(self, node: ast.stmt, frame: Frame) -> None:
        if not isinstance(node, _SIMPLE):
            super().statement(node, frame)
            return
        start = len(self._tape.tape)
        loads = Tree((node,)).loads
        env = {name: copied(frame.env[name]) for name in loads if name in frame.env}
        try:
            super().statement(node, frame)
        finally:
            self._close(node, env, frame, start)

    def routine(
        self, routine: Routine | Closure, args: list[Any], named: dict[str, Any]
    ) -> Any:
        """Call a function; its parameters are variables of their own."""
        node = routine.node
        if isinstance(node, ast.Lambda):
            return super().routine(routine, args, named)
        owner, given = arguments_of(node, args, named)
        start, first = len(self.trail), len(self._tape.tape)
        for name, value in given.items():
            if isinstance(value, (Cell, np.ndarray)):
                self.values.append((name, start, value))
        result = super().routine(routine, args, named)
        if self._moves and isinstance(result, (Cell, np.ndarray)):
            result = self._owned(result, first, given)
            # a step of the call: what it returns is passed on there
            made = len(self._tape.tape) - len(self.owners)
            self.owners.extend([len(self.trail) - 1] * made)
        if node.name != "__init__":
            span = range(start, len(self.trail))
            self.calls.append(Entered(node, owner, given, copied(result), span))
        return result

    def _close(
        self, node: ast.stmt, env: Mapping[str, Any], frame: Frame, start: int
    ) -> None:
        number = len(self.trail)
        binds: dict[str, Any] = {}
        for part in ast.walk(node):
            match part:
                case ast.Name(id=name, ctx=ast.Store()) if name in frame.env:
                    moves = self._moves and not isinstance(node, ast.AugAssign)
                    if moves and not holds_objects(frame.env[name]):
                        frame.env[name] = self._owned(frame.env[name], start)
                    binds[name] = copied(frame.env[name])
                case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                    binds[name] = copied(frame.env[name])
                case ast.Attribute(value=ast.Name(id=owner), ctx=ast.Store()):
                    held = frame.env.get(owner)
                    if is_object(held):
                        binds[part.attr] = copied(held.get(part.attr))
        self.trail.append(Step(node, env, binds))
        self.values += [(name, number, value) for name, value in binds.items()]
        made = len(self._tape.tape) - len(self.owners)
        self.owners.extend([number] * made)

    def _owned(self, value: Any, start: int, given: Any = ()) -> Any:
        """A value with places of its own on the tape, also where it is only moved, or
        one of those `given`."""
        seen = {cell.value.tangent for cell in cells_of(given)}

        def own(cell: Cell) -> Cell:
            dual = cell.value
            if dual.tangent is None:
                return cell
            if dual.tangent < start or dual.tangent in seen:
                dual = self._tape.copy(dual)
            seen.add(dual.tangent)
            return Cell(self._tape, dual)

        return mapped(value, own)


class Due:
    """One run of the program, and the gradients of all its values.

    Attributes:
        output: what it returns, without a cache.
        world: what it leaves.
        weights: the gradient of the output, once it is given.
        sides: the outcomes of the tests of branches.
        values: every value that a variable had, parameters first.
        calls: the calls of functions, in the order of their ends.
        paths: by identity, how the objects in variables are reached.
        parts: what a named tuple holds, in order; any other value itself.
    """

    def __init__(self, program: Forward, trial: ArrayTrial, text: str) -> None:
        self.trial = trial
        self._lines = Lines(text)
        self.program = program
        self._tape: TapeDomain[Any] = TapeDomain(trial.domain)
        moves = not trial.arrays.writes
        watched = _Watched(self._tape, program, moves=moves)
        env = {n: mapped(v, self._variable) for n, v in trial.inputs.items()}
        self._live = dict(env)
        self._entered = {name: copied(value) for name, value in env.items()}
        watched.owners.extend([-1] * len(self._tape.tape))
        frame = watched.frame(program.names, env)
        made = program.body[: program.makes]
        watched.run(made, frame)
        for node in made:
            self._free(frame.env, Tree((node,)).stores[0])
        watched.owners.extend([-1] * (len(self._tape.tape) - len(watched.owners)))
        returned = watched.run(program.body[len(made) :], frame)
        self.steps: Sequence[Step] = watched.trail
        self.calls: Sequence[Entered] = watched.calls
        self.paths = paths_of(frame.env)
        self._owners = watched.owners
        self.sides = watched.sides
        self.parts: Callable[[Any], Any] = watched.indexed
        self.is_kinked = bool(self._tape.ties)
        self._returned, kept = program.parted(returned)
        known: dict[int, tuple[Any, Any]] = {}
        left = (self._returned, kept, frame.env, self._live)
        self.world = World(*(rebuilt(part, self._number, known) for part in left))
        self.output = self.world.output
        if any(map(isnan, map(shadow, cells_of(self.output)))):
            raise Undefined("the derivative is not defined")
        self._bound = [(n, -1, v) for n, v in self._entered.items()] + watched.values
        self._adjoints: dict[int, Any] = {}
        # by place: the step that contributes, and what
        self._contributions: dict[int, dict[int, Any]] = {}
        self.values: list[Value] = []
        self.weights: Any = None

    def _free(self, env: Mapping[str, Any], variable: str) -> None:
        """Make what an object holds variables, where it is no parameter itself: weights
        that its constructor has drawn."""
        path = "" if variable == LAYER else variable
        drawn = {
            name
            for name, value in weights_in(env[variable], path)
            if any(cell.value.tangent is None for cell in cells_of(value))
        }
        self._freed(env[variable])
        for name, value in weights_in(env[variable], path):
            if name in drawn and all(value is not v for v in self._live.values()):
                self._live[name] = value
                self._entered[name] = copied(value)

    def _freed(self, value: Any) -> Any:
        """A value whose constants have become variables; arrays and containers stay the
        same ones."""
        match value:
            case Cell() if value.value.tangent is None:
                return self._variable(Cell(value.domain, value.value.value))
            case np.ndarray() if value.dtype == object:
                for i, cell in enumerate(value.flat):
                    value.flat[i] = self._freed(cell)
            case dict():
                value.update({key: self._freed(item) for key, item in value.items()})
            case list():
                value[:] = map(self._freed, value)
            case tuple():
                return tuple(map(self._freed, value))
        return value

    def sweep(self, weights: Any) -> None:
        """Find all gradients, given those of the output."""
        self.weights = weights
        add, mul = self.trial.domain.add, self.trial.domain.mul
        adjoints = self._adjoints
        for cell, weight in zip(
            cells_of(self._returned), cells_of(weights), strict=True
        ):
            place = cell.value.tangent
            if place is not None:
                known = adjoints.get(place)
                value = weight.value if known is None else add(known, weight.value)
                adjoints[place] = value
        for place in range(len(self._tape.tape) - 1, -1, -1):
            adjoint = adjoints.get(place)
            if adjoint is None:
                continue
            owner = self._owners[place]
            for factor, source in self._tape.tape[place]:
                term = mul(factor, adjoint)
                known = adjoints.get(source)
                adjoints[source] = term if known is None else add(known, term)
                if self._owners[source] != owner:
                    parts = self._contributions.setdefault(source, {})
                    part = parts.get(owner)
                    parts[owner] = term if part is None else add(part, term)
        self.values = list(self._values())

    def _values(self) -> Iterator[Value]:
        for name, step, taped in self._bound:
            if not holds_objects(taped):
                yield self._value(name, step, taped)
            if isinstance(taped, dict):
                for key, item in taped.items():
                    if _is_text(key):
                        yield self._value(key, step, item)

    def _value(self, name: str, step: int, taped: Any) -> Value:
        return Value(name, step, taped, self.plain(taped), self.adjoint(taped))

    @cached_property
    def names(self) -> dict[str, None]:
        """The names of all variables, and the keys of those that are dicts."""
        found = dict.fromkeys(name for name, _, _ in self._bound)
        for _, _, value in self._bound:
            if isinstance(value, dict):
                found.update(dict.fromkeys(key for key in value if _is_text(key)))
        return found

    def stage_number(self, step: int) -> int:
        """The number of the statement of a step; 0 for what is no stage."""
        if step < 0:
            return 0
        node = self.steps[step].node
        return self.program.numbers.get((node.lineno, node.col_offset), 0)

    def stage_text(self, step: int) -> str:
        """How a statement is called in messages."""
        if step < 0:
            return "the output"
        node = self.steps[step].node
        number = self.stage_number(step)
        where = f"stage ({number})" if number else f"line {node.lineno}"
        return f"{where} `{self._lines.text(node)}`"

    def named(self, name: str) -> list[Value]:
        """The values that a variable had."""
        return [value for value in self.values if value.name == name]

    def adjoint(self, taped: Any, but: Collection[int | None] = ()) -> Any:
        """The gradient of a value; None for elements that are constant, or at some
        places of the tape."""
        zero = self.trial.zero()
        domain = self.trial.domain

        def one(cell: Cell) -> Cell | None:
            if cell.value.tangent is None or cell.value.tangent in but:
                return None
            found = self._adjoints.get(cell.value.tangent)
            return zero if found is None else Cell(domain, found)

        return mapped(taped, one)

    def full(self, value: Value) -> Any:
        """The gradient of a value, zero for elements that are constant."""
        zero = self.trial.zero()

        def known(cell: Cell | None) -> Cell:
            return zero if cell is None else cell

        return mapped(value.due, known)

    def within(self, name: str, taped: Any, call: Entered) -> Value:
        """A value with what the statements that ran in a call contribute to its
        gradient; nothing is said of elements that it returns as they are."""
        passed = {cell.value.tangent for cell in cells_of(call.result)}
        span = call.span
        zero, domain = self.trial.zero(), self.trial.domain

        def one(cell: Cell) -> Cell | None:
            place = cell.value.tangent
            if place is None or place in passed:
                return None
            total = zero
            for step, part in self._contributions.get(place, {}).items():
                total = total + Cell(domain, part) if step in span else total
            return total

        total = mapped(taped, one)
        return Value(name, -1, taped, self.plain(taped), total, span)

    def contributions(self, taped: Any, span: range | None = None) -> dict[int, Any]:
        """What the statements that read a value contribute to its gradient, by step; of
        those in a span."""
        places = [
            c.value.tangent for c in cells_of(taped) if c.value.tangent is not None
        ]
        every = {s for place in places for s in self._contributions.get(place, ())}
        steps = [step for step in every if span is None or step in span]
        zero, domain = self.trial.zero(), self.trial.domain

        def by(step: int) -> Any:
            def one(cell: Cell) -> Cell:
                parts = self._contributions.get(cell.value.tangent, {})
                return Cell(domain, parts[step]) if step in parts else zero

            return mapped(taped, one)

        return {step: by(step) for step in sorted(steps, reverse=True)}

    def wanted(self) -> dict[str, Any]:
        """The gradients of the parameters that move; those in a dict one by one."""
        found: dict[str, Any] = {}
        for name, value in self._entered.items():
            parts = {name: value}
            if isinstance(value, dict) and not value.keys() & self._entered.keys():
                parts = {str(key): item for key, item in value.items()}
            for part, item in parts.items():
                if cells_of(item):
                    found[part] = self.adjoint(item)
        return found

    def adjoint_beyond(self, output: Any, call: Entered) -> Any:
        """The gradient of what a call returns; nothing is said of elements that it was
        given."""
        given = {cell.value.tangent for cell in cells_of(call.args)}
        return self.adjoint(output, given)

    def left_by(self, call: Entered) -> list[Any]:
        """What a call has left in its object last, and was not given."""
        given = {id(cell) for cell in cells_of(call.args)}
        for step in reversed(call.span):
            for name, value in self.steps[step].binds.items():
                own = is_object(call.owner) and name in call.owner
                if own and any(id(cell) not in given for cell in cells_of(value)):
                    return [value]
        return []

    def real(self, value: Any) -> Any:
        """An integer, or integers, as reals; anything else as it is."""
        if not isinstance(value, (int, np.ndarray)):
            return value
        return Arithmetic(self.trial.domain).real(value)

    def one(self) -> Cell:
        """One."""
        return self.number(Fraction(1))

    def number(self, value: Fraction) -> Cell:
        """A constant."""
        literal = self.trial.domain.literal
        top, bottom = (literal(Number.of(n)) for n in value.as_integer_ratio())
        return Cell(self.trial.domain, self.trial.domain.div(top, bottom))

    def _variable(self, cell: Cell) -> Cell:
        dual: Dual = self._tape.variable(cell.value)
        return Cell(self._tape, dual)

    def plain(self, value: Any) -> Any:
        """The numbers of a value of the tape."""
        return mapped(value, self._number)

    def _number(self, cell: Cell) -> Cell:
        return Cell(self.trial.domain, cell.value.value)


def added(a: Any, b: Any) -> Any:
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return type(a)(added(x, y) for x, y in zip(a, b, strict=False))
    if isinstance(a, dict) and isinstance(b, dict):
        return {key: added(a[key], b[key]) for key in a if key in b}
    return a + b


def _is_text(key: object) -> bool:
    return isinstance(key, str)
