"""Running a hand-written backward pass, in whichever form it is written."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
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
from .passes import returned
from .returned import Gradient, gradients_in, is_number
from .spelling import is_gradients, local_of, primal_of
from .task import Task
from .watch import Change, Watched

_AS_WRITTEN = Change()


@dataclass(frozen=True)
class Fault:
    """Something wrong that is no gradient: a failure, or another forward pass.

    `mendable` says that one line may be to blame.
    """

    line: int
    message: str
    place: str = ""
    mendable: bool = False


class Player:
    """Runs the program of the source, then the backward pass beside it.

    `due` is a run of the program at the same point, where there is one already.

    Attributes:
        due: the run of the program.
        watched: what the backward pass did.
        fault: that its own forward pass is another one.
        notes: what there is to say besides.

    Raises `Undefined` where there is no derivative; at kinks unless `kinks`.
    """

    def __init__(
        self,
        task: Task,
        trial: ArrayTrial,
        change: Change = _AS_WRITTEN,
        due: Due | None = None,
        *,
        kinks: bool = False,
    ) -> None:
        self._task = task
        self._mine = task.mine
        self._trial = trial
        self.due = Due(task.forward, trial, task.source) if due is None else due
        if self.due.is_kinked and not kinks:
            raise Undefined("the point is at a kink")
        names = self.due.names
        function = task.mine.function
        every = () if function is None else returned(function)
        known = list(names)
        # whatever they are called
        own = {part.id for part in every if isinstance(part, ast.Name)}
        self.watched = Watched(
            trial.domain,
            task.mine.names,
            lambda name: (
                name in names
                or name in own
                or is_gradients(name)
                or primal_of(name, names) is not None
                or local_of(name, known) is not None
            ),
            task.mine.function,
        )
        self.watched.change = change
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
            place = f"{prefix}{name}"
            if is_gradients(name):
                for inner in self._kept_in(place, value, parameters):
                    found.setdefault(inner.parameter, inner)
            elif is_number(value) and not self._is_primal(name, place):
                parameter = primal_of(name, self.due.names)
                first = parameter not in found or name == f"d{parameter}"
                if parameter in parameters and first:
                    line = self._line_of(place) or self._mine.line
                    found[parameter] = Gradient(place, parameter, value, line, place)
        return [gradient for parameter, gradient in found.items() if parameter]

    def _kept_in(
        self, place: str, value: Any, parameters: Mapping[str, Any]
    ) -> Iterator[Gradient]:
        """The gradients in a dict, or in a list that has one for each parameter that a
        layer is made of."""
        made = [name for name in self._mine.constructed if name in parameters]
        match value:
            case dict():
                for key, item in value.items():
                    inside = f"{place}[{key!r}]"
                    line = self._line_of(inside) or self._mine.line
                    for inner in gradients_in(None, {key: item}, parameters):
                        yield replace(inner, line=line, place=inside)
            case list() if len(value) == len(made):
                for i, (name, item) in enumerate(zip(made, value, strict=True)):
                    inside = f"{place}[{i}]"
                    line = self._line_of(inside) or self._mine.line
                    yield Gradient(inside, name, item, line, inside)

    def _is_primal(self, name: str, place: str) -> bool:
        """Whether a variable is one of the program, which the backward pass leaves as
        it is."""
        node = self._mine.function
        if name not in self.due.names or node is None:
            return name in self.due.names
        return not node.lineno <= self._line_of(place) <= (node.end_lineno or 0)

    def _line_of(self, place: str) -> int:
        writes = self.watched.log.writes
        lines = [w.line for w in writes if w.place == place]
        return lines[-1] if lines else 0

    def _play_function(self, node: ast.FunctionDef) -> list[Gradient]:
        watched, mine = self.watched, self._mine
        cache = copied(self.due.cache)
        if mine.forward is not None:
            inputs = copied(self._trial.inputs)
            made = self._called(mine.forward, inputs)
            output, own = _parted(made, self.due.output)
            cache = cache if own is None else own
            self._check_output(output, mine.forward)
        values = self._values(node, cache)
        made = self._with_notes(lambda: watched.call(Routine(node), [], values), values)
        if mine.both:
            self._check_variables(watched.env)
        parameters = self.due.wanted()
        expr = None if watched.returned is None else watched.returned.value
        found = list(gradients_in(expr, made, parameters))
        if not found and made is None:
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
        if mine.both:
            self._seed(self._arguments.without_upstream())
            made = watched.routine(run, [layer, *given], {})
        else:
            output = watched.routine(run, [layer, *given], {})
            self._check_output(output, mine.forward)
            values = self._values(mine.function, None)
            back = Routine(mine.function)
            made = self._with_notes(lambda: watched.call(back, [layer], values), values)
        parameters = self.due.wanted()
        expr = None if watched.returned is None else watched.returned.value
        found = list(gradients_in(expr, made, self.direct(parameters)))
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
        made = run()
        changed = [n for n, v in before.items() if not self._trial.same(values[n], v)]
        self.notes += [f"the argument `{name}` is changed" for name in changed]
        return made

    def _values(self, node: ast.FunctionDef, cache: Any) -> dict[str, Any]:
        values = self._arguments.values(node, cache)
        self._seed(self._arguments.weights)
        return values

    def _seed(self, weights: Any) -> None:
        """Find the gradients that are due."""
        self.notes += self._arguments.notes
        if self.due.weights is None:
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


def _parted(made: Any, due: Any) -> tuple[Any, Any]:
    """The output of a forward pass of one's own, and the cache behind it, None if there
    is none, given an output as it should be."""
    if not isinstance(made, tuple):
        return made, None
    *outputs, cache = made
    if not isinstance(due, tuple) or isinstance(made[0], tuple):
        return made[0], cache
    return (tuple(outputs), cache) if len(outputs) == len(due) else (made, None)
