"""Running a hand-written backward pass, in whichever form it is written."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..arrays.cells import copied
from ..arrays.trial import ArrayTrial
from ..arrays.values import Routine
from ..domains import Undefined
from ..scope import Unsupported
from ..signature import Signature
from .arguments import Arguments
from .due import Due
from .objects import Class, Instance
from .returned import Gradient, gradients_in, is_number
from .spelling import primal_of
from .task import Task
from .watch import Repair, Watched


@dataclass(frozen=True)
class Fault:
    """Something wrong that is no gradient: a failure, or another forward pass."""

    line: int
    message: str
    place: str = ""


class Player:
    """Runs the program of the source, then the backward pass beside it.

    Attributes:
        due: the run of the program.
        watched: what the backward pass did.
        fault: that its own forward pass is another one.
        notes: what there is to say besides.

    Raises `Undefined` where there is no derivative.
    """

    def __init__(self, task: Task, trial: ArrayTrial, repair: Repair | None) -> None:
        self._task = task
        self._mine = task.mine
        self._trial = trial
        self.due = Due(task.forward, trial, task.source)
        if self.due.is_kinked:
            raise Undefined("the point is at a kink")
        names = self.due.names
        self.watched = Watched(
            trial.domain,
            task.mine.names,
            lambda name: name in names or primal_of(name, names) is not None,
            task.mine.function,
        )
        self.watched.repair = repair
        self.fault: Fault | None = None
        self.notes: list[str] = []
        self._arguments = Arguments(task, self.due)

    def played(self) -> list[Gradient]:
        """The gradients that are returned, or left in variables."""
        if self._mine.layer:
            return self._play_layer()
        if self._mine.function is not None:
            return self._play_function(self._mine.function)
        return self._play_script()

    def _play_script(self) -> list[Gradient]:
        mine, watched = self._mine, self.watched
        weights = None
        if isinstance(mine.upstream, ast.Assign):
            target = mine.upstream.targets[0]
            assert isinstance(target, ast.Name)
            value = mine.upstream.value
            if not (isinstance(value, ast.Constant) and value.value == 1):
                weights = self._arguments.weights
                watched.override[mine.upstream] = target.id, weights
        if weights is None:
            weights = self._arguments.without_upstream()
        self._seed(weights)
        # what the source computes may be used where only its backward pass is written
        known = {**self.due.variables, **copied(self._trial.inputs)}
        frame = watched.frame(mine.names, copied(known))
        for node in mine.script:
            watched.run([node], frame)
        self._check_variables(frame.env)
        return self._left_in(frame.env)

    def _left_in(self, env: Mapping[str, Any], prefix: str = "") -> list[Gradient]:
        """The gradients that are left in variables."""
        found: dict[str, Gradient] = {}
        parameters = self.due.wanted()
        for name, value in env.items():
            if isinstance(value, dict):
                inner = gradients_in(None, value, parameters)
                for gradient in inner:
                    if gradient.parameter and gradient.parameter not in found:
                        found[gradient.parameter] = gradient
                continue
            parameter = primal_of(name, parameters)
            if parameter is None or name in self.due.names or not is_number(value):
                continue
            place = f"{prefix}{name}"
            if parameter not in found or name == f"d{parameter}":
                line = self._line_of(place)
                found[parameter] = Gradient(place, parameter, value, line, place)
        return list(found.values())

    def _line_of(self, place: str) -> int:
        lines = [w.line for w in self.watched.log.writes if w.place == place]
        return lines[-1] if lines else self._mine.line

    def _play_function(self, node: ast.FunctionDef) -> list[Gradient]:
        watched, mine = self.watched, self._mine
        cache = copied(self.due.cache)
        if mine.forward is not None:
            inputs = copied(self._trial.inputs)
            made = self._called(mine.forward, inputs)
            output = made
            if isinstance(made, tuple) and not isinstance(self.due.output, tuple):
                output, cache = made[0], made[-1]
            self._check_output(output, mine.forward)
        values = self._values(node, cache)
        returned = self._with_notes(
            lambda: watched.call(Routine(node), [], values), values
        )
        if mine.both:
            self._check_variables(watched.env)
        parameters = self.due.wanted()
        expr = None if watched.returned is None else watched.returned.value
        found = list(gradients_in(expr, returned, parameters))
        if not found and returned is None:
            found = self._left_in(watched.env)
        return found

    def _play_layer(self) -> list[Gradient]:
        watched, mine = self.watched, self._mine
        assert mine.function is not None
        inputs = copied(self._trial.inputs)
        kind = mine.names.meaning(mine.layer)
        if not isinstance(kind, Class):
            raise Unsupported(f"`{mine.layer}` is bound again")
        layer = watched.call(
            kind, [inputs[n] for n in mine.constructed if n in inputs], {}
        )
        entry = self._task.forward.entry
        run = kind.method(entry)
        assert run is not None
        assert isinstance(layer, Instance)
        given = [v for n, v in inputs.items() if n not in mine.constructed]
        output = watched.routine(run, [layer, *given], {})
        self._check_output(output, mine.forward)
        values = self._values(mine.function, None)
        backward = Routine(mine.function)
        returned = self._with_notes(
            lambda: watched.call(backward, [layer], values), values
        )
        parameters = self.due.wanted()
        expr = None if watched.returned is None else watched.returned.value
        found = list(gradients_in(expr, returned, self.direct(parameters)))
        held = {g.parameter for g in found}
        others = self._left_in(layer.attributes, "self.")
        return found + [g for g in others if g.parameter not in held]

    def direct(self, due: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the forward pass first: those are returned."""
        made = self._mine.constructed
        return {n: due[n] for n in sorted(due, key=lambda name: name in made)}

    def _called(self, node: ast.FunctionDef, inputs: Mapping[str, Any]) -> Any:
        signature = Signature.of(node.args)
        if set(signature.names) != set(inputs):
            values = dict(zip(signature.names, inputs.values(), strict=False))
        else:
            values = {name: inputs[name] for name in signature.names}
        return self.watched.call(Routine(node), [], values)

    def _with_notes(self, run: Callable[[], Any], values: dict[str, Any]) -> Any:
        """What a backward pass returns; with a note where it changes its arguments."""
        before = copied(values)
        returned = run()
        changed = [n for n, v in before.items() if not self._trial.same(values[n], v)]
        self.notes += [f"the argument `{name}` is changed" for name in changed]
        return returned

    def _values(self, node: ast.FunctionDef, cache: Any) -> dict[str, Any]:
        values = self._arguments.values(node, cache)
        self._seed(self._arguments.weights)
        return values

    def _seed(self, weights: Any) -> None:
        """Find the gradients that are due."""
        self.notes += self._arguments.notes
        self.due.sweep(weights)

    # -- the forward pass

    def _check_output(self, output: Any, node: ast.FunctionDef | None) -> None:
        if self._trial.same(output, self.due.output) or node is None:
            return
        self._other_forward(node.lineno)

    def _check_variables(self, env: Mapping[str, Any]) -> None:
        """Whether the forward pass of a script or of a function that runs both passes
        gives the output."""
        outputs = [name for name in self._task.forward.outputs if name in env]
        mine = [env[name] for name in outputs]
        due = self.due.output
        theirs = [due] if len(outputs) == 1 else due
        if outputs and not all(map(self._trial.same, mine, theirs)):
            self._other_forward(self._mine.line)

    def _other_forward(self, line: int) -> None:
        """The forward pass is another one: where it first differs."""
        place = ""
        if not self.due.values:
            self.due.sweep(self._arguments.weights)
        for write in self.watched.log.writes:
            values = self.due.named(write.key) if write.key == write.place else []
            same = any(self._trial.same(write.after, v.plain) for v in values)
            if values and not same and not write.partial:
                line, place = write.line, write.place
                break
        what = f"`{place}`" if place else "its output"
        message = f"the forward pass is not the source's: {what} has another value"
        self.fault = Fault(line, message, place)
