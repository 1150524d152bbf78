"""One point: the program and the hand-written backward pass, side by side."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..arrays.cells import Cell, cells_of, copied, mapped
from ..arrays.trial import ArrayTrial
from ..arrays.values import Routine
from ..domains import Failure, Undefined
from ..scope import Unsupported
from ..signature import Signature
from .blame import Blame, Mistake
from .due import Due
from .objects import Class, Instance
from .returned import Gradient, Matched, gradients_in, is_number, matched
from .spelling import is_cache, is_upstream, primal_of
from .task import Task
from .watch import Watched


@dataclass(frozen=True)
class Fault:
    """Something wrong that is no gradient: a failure, or another forward pass."""

    line: int
    message: str
    place: str = ""


@dataclass
class Outcome:
    """What was found at a point: `mistake` or `fault`, or neither; `row` is said of the
    gradients as a whole."""

    trial: ArrayTrial
    due: Due
    mistake: Mistake | None = None
    fault: Fault | None = None
    row: Fault | None = None
    notes: list[str] = field(default_factory=list)
    parameters: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return self.mistake is None and self.fault is None and self.row is None


class Attempt:
    """One run of both. Raises `Undefined` where there is no derivative."""

    def __init__(self, task: Task, trial: ArrayTrial) -> None:
        self._task = task
        self._mine = task.mine
        self._trial = trial
        self._due = Due(task.forward, trial, task.source)
        if self._due.is_kinked:
            raise Undefined("the point is at a kink")
        self._outcome = Outcome(trial, self._due)
        names = self._due.names
        self._watched = Watched(
            trial.domain,
            task.mine.names,
            lambda name: name in names or primal_of(name, names) is not None,
            task.mine.function,
        )
        one = Cell(trial.domain, self._watched.arithmetic.literal(1).value)
        self._weights = trial.weights(self._due.output)
        self._ones = mapped(self._weights, lambda cell: one)

    def outcome(self) -> Outcome:
        """Run, compare, and say what is wrong first."""
        try:
            returned = self._played()
        except Undefined:
            raise
        except Failure as failure:
            self._failed(failure)
            return self._outcome
        if self._outcome.fault is None:
            self._compare(returned)
        return self._outcome

    def _failed(self, failure: Failure) -> None:
        if not self._due.values:
            self._due.sweep(self._weights)
        mistake = Blame(self._due, self._watched.log).first_use()
        if mistake is not None:
            self._outcome.mistake = mistake
            return
        place = self._target_at(self._watched.line)
        self._outcome.fault = Fault(self._watched.line, str(failure), place)

    def _target_at(self, line: int) -> str:
        """The variable whose gradient a line was to bind."""
        for node in ast.walk(ast.parse(self._task.text)):
            if isinstance(node, (ast.Assign, ast.AugAssign)) and node.lineno == line:
                target = (
                    node.targets[0] if isinstance(node, ast.Assign) else node.target
                )
                name = getattr(target, "attr", getattr(target, "id", ""))
                return primal_of(name, self._due.names) or ""
        return ""

    # -- running

    def _played(self) -> list[Gradient]:
        if self._mine.layer:
            return self._play_layer()
        if self._mine.function is not None:
            return self._play_function(self._mine.function)
        return self._play_script()

    def _play_script(self) -> list[Gradient]:
        mine, watched = self._mine, self._watched
        weights = self._ones
        if isinstance(mine.upstream, ast.Assign):
            target = mine.upstream.targets[0]
            assert isinstance(target, ast.Name)
            if not isinstance(mine.upstream.value, ast.Constant):
                weights = self._weights
            watched.override[mine.upstream] = target.id, weights
        else:
            self._needs_one()
        self._due.sweep(weights)
        # what the source computes may be used where only its backward pass is written
        known = {**self._due.variables, **copied(self._trial.inputs)}
        frame = watched.frame(mine.names, copied(known))
        for node in mine.script:
            watched.run([node], frame)
        self._check_variables(frame.env)
        return self._left_in(frame.env)

    def _left_in(self, env: Mapping[str, Any], prefix: str = "") -> list[Gradient]:
        """The gradients that are left in variables."""
        found: dict[str, Gradient] = {}
        parameters = list(self._due.wanted())
        for name, value in env.items():
            if isinstance(value, dict):
                inner = gradients_in(None, value, parameters)
                for gradient in inner:
                    if gradient.parameter and gradient.parameter not in found:
                        found[gradient.parameter] = gradient
                continue
            parameter = primal_of(name, parameters)
            if parameter is None or name in self._due.names or not is_number(value):
                continue
            place = f"{prefix}{name}"
            if parameter not in found or name == f"d{parameter}":
                line = self._line_of(place)
                found[parameter] = Gradient(place, parameter, value, line, place)
        return list(found.values())

    def _line_of(self, place: str) -> int:
        lines = [w.line for w in self._watched.log.writes if w.place == place]
        return lines[-1] if lines else self._mine.line

    def _play_function(self, node: ast.FunctionDef) -> list[Gradient]:
        watched, mine = self._watched, self._mine
        cache = copied(self._due.cache)
        if mine.forward is not None:
            inputs = copied(self._trial.inputs)
            made = self._called(mine.forward, inputs)
            output = made
            if isinstance(made, tuple) and not isinstance(self._due.output, tuple):
                output, cache = made[0], made[-1]
            self._check_output(output, mine.forward)
        args, named = self._arguments(node, cache)
        returned = watched.call(Routine(node), args, named)
        if mine.both:
            self._check_variables(watched.env)
        parameters = list(self._due.wanted())
        expr = None if watched.returned is None else watched.returned.value
        found = list(gradients_in(expr, returned, parameters))
        if not found and returned is None:
            found = self._left_in(watched.env)
        return found

    def _play_layer(self) -> list[Gradient]:
        watched, mine = self._watched, self._mine
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
        args, named = self._arguments(mine.function, None)
        returned = watched.call(Routine(mine.function), [layer, *args], named)
        parameters = list(self._due.wanted())
        expr = None if watched.returned is None else watched.returned.value
        found = list(gradients_in(expr, returned, self._direct(parameters)))
        held = {g.parameter for g in found}
        others = self._left_in(layer.attributes, "self.")
        return found + [g for g in others if g.parameter not in held]

    def _direct(self, parameters: list[str]) -> list[str]:
        """The parameters of the forward pass first: those are returned."""
        made = self._mine.constructed
        return sorted(parameters, key=lambda name: name in made)

    def _called(self, node: ast.FunctionDef, inputs: Mapping[str, Any]) -> Any:
        signature = Signature.of(node.args)
        if set(signature.names) != set(inputs):
            values = dict(zip(signature.names, inputs.values(), strict=False))
        else:
            values = {name: inputs[name] for name in signature.names}
        return self._watched.call(Routine(node), [], values)

    def _arguments(
        self, node: ast.FunctionDef, cache: Any
    ) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of a backward function, told from the names of its parameters;
        the gradients that are due are found on the way."""
        signature = Signature.of(node.args)
        names = signature.names[1:] if self._mine.layer else signature.names
        values: dict[str, Any] = {}
        unknown: list[str] = []
        known = {**self._due.variables, **self._trial.inputs}
        outputs = [name for name in self._task.forward.outputs if name]
        upstream: dict[str, int] = {}
        for name in names:
            primal = primal_of(name, outputs)
            if is_cache(name) and name not in known:
                values[name] = self._cache(node, name, cache)
            elif primal is not None and name not in known:
                upstream[name] = outputs.index(primal)
            elif name in known:
                values[name] = copied(known[name])
            elif name in signature.defaults:
                continue
            else:
                unknown.append(name)
        self._seed(unknown, upstream, values, cache, node)
        return [], values

    def _seed(
        self,
        unknown: list[str],
        upstream: Mapping[str, int],
        values: dict[str, Any],
        cache: Any,
        node: ast.FunctionDef,
    ) -> None:
        """Decide which parameters take the upstream gradient."""
        weights = self._weights
        several = isinstance(self._due.output, (tuple, list))
        if len(upstream) > 1 and several:
            for name, place in upstream.items():
                values[name] = copied(weights[place])
        elif upstream:
            (name, *_) = upstream
            values[name] = copied(weights)
        else:
            called = [name for name in unknown if is_upstream(name)] or unknown[:1]
            if called and len(unknown) - len(called[:1]) <= int(cache is not None):
                values[called[0]] = copied(weights)
                unknown.remove(called[0])
            elif not unknown:
                weights = self._ones
                self._needs_one()
        for name in unknown:
            if cache is not None and len(unknown) == 1:
                values[name] = copied(cache)
            elif name not in values:
                what = f"what the parameter `{name}` of `{node.name}` is cannot be told"
                raise Unsupported(what, node)
        self._due.sweep(weights)

    def _needs_one(self) -> None:
        if len(cells_of(self._due.output)) != 1:
            name = self._task.forward.outputs[0] or "the output"
            raise Unsupported(f"there is no upstream gradient of `{name}`")

    def _cache(self, node: ast.FunctionDef, name: str, cache: Any) -> Any:
        """A cache; put together from the variables of the source where no forward pass
        gives one: `x, w, b = cache`, `cache["x"]`."""
        if cache is not None:
            return copied(cache)
        known = {**self._due.variables, **self._trial.inputs}
        keys = [
            part.slice.value
            for part in ast.walk(node)
            if isinstance(part, ast.Subscript)
            and isinstance(part.value, ast.Name)
            and part.value.id == name
            and isinstance(part.slice, ast.Constant)
            and isinstance(part.slice.value, str)
        ]
        for part in ast.walk(node):
            match part:
                case ast.Assign(
                    targets=[ast.Tuple(elts=parts)], value=ast.Name(id=source)
                ) if source == name:
                    keys = [p.id for p in parts if isinstance(p, ast.Name)]
                    if all(key in known for key in keys):
                        return tuple(copied(known[key]) for key in keys)
        if keys and all(key in known for key in keys):
            return {key: copied(known[key]) for key in keys}
        raise Unsupported(f"no forward pass gives the cache of `{node.name}`", node)

    # -- comparing

    def _check_output(self, output: Any, node: ast.FunctionDef | None) -> None:
        if self._trial.same(output, self._due.output) or node is None:
            return
        self._other_forward(node.lineno)

    def _check_variables(self, env: Mapping[str, Any]) -> None:
        """Whether the forward pass of a script or of a function that runs both passes
        gives the output."""
        outputs = [name for name in self._task.forward.outputs if name in env]
        mine = [env[name] for name in outputs]
        due = self._due.output
        theirs = [due] if len(outputs) == 1 else due
        if outputs and not all(map(self._trial.same, mine, theirs)):
            self._other_forward(self._mine.line)

    def _other_forward(self, line: int) -> None:
        """The forward pass is another one: where it first differs."""
        place = ""
        if not self._due.values:
            self._due.sweep(self._weights)
        for write in self._watched.log.writes:
            values = self._due.named(write.key) if write.key == write.place else []
            same = any(self._trial.same(write.after, v.plain) for v in values)
            if values and not same and not write.partial:
                line, place = write.line, write.place
                break
        what = f"`{place}`" if place else "its output"
        message = f"the forward pass is not the source's: {what} has another value"
        self._outcome.fault = Fault(line, message, place)

    def _compare(self, returned: list[Gradient]) -> None:
        due = self._due.wanted()
        parameters = self._direct(list(due))
        ordered = {name: due[name] for name in parameters}
        outputs = self._task.forward.outputs
        found = matched(returned, ordered, self._due.output, outputs, self._trial)
        self._outcome.notes += found.notes
        self._outcome.parameters = tuple(found.gradients)
        blame = Blame(self._due, self._watched.log)
        wrong = [
            (name, g)
            for name, g in found.gradients.items()
            if not self._trial.same(g.value, due[name])
        ]
        if wrong:
            self._outcome.mistake = self._first(blame, wrong)
        elif not found.gradients:
            line = self._mine.line
            self._outcome.fault = Fault(line, "no gradient of a parameter is returned")
        elif found.swapped:
            line = max(g.line for g in found.gradients.values())
            self._outcome.row = Fault(line, found.swapped)
        self._note_missing(found)

    def _note_missing(self, found: Matched) -> None:
        due = self._due.wanted()
        missing = [n for n in found.missing if not self._trial.is_zero(due[n])]
        if missing and found.gradients:
            names = ", ".join(f"`{name}`" for name in missing)
            self._outcome.notes.append(f"no gradient of {names} is returned")

    def _first(self, blame: Blame, wrong: list[tuple[str, Gradient]]) -> Mistake:
        used = blame.first_use()
        if used is not None:
            return used
        scope = self._watched.scope
        every = [
            blame.returned(name, g.place, g.line, g.value, scope) for name, g in wrong
        ]
        return min(every, key=lambda mistake: mistake.line)
