"""Running a hand-written backward pass, in whichever form it is written."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..arrays.cells import copied
from ..arrays.objects import Blueprint
from ..arrays.tree import Tree
from ..arrays.trial import ArrayTrial
from ..arrays.values import Routine
from ..running.domains import Undefined
from ..texts.scope import Unsupported
from ..texts.signature import Signature
from .arguments import Arguments
from .due import Due, World
from .left import Left
from .objects import CONTEXT, holds_objects, is_object, weights_in
from .passes import returned
from .returned import Gradient, Reader
from .spelling import is_gradients, local_of, primal_of
from .task import LAYER, Task
from .watch import ASIDE, Change, Watched

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
        roots: the variables with the objects of the backward pass.

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
            lambda name: primal_of(name, names) is not None,
            task.mine.function,
        )
        self.watched.change = change
        self.fault: Fault | None = None
        self.notes: list[str] = []
        self._world = self.due.world.copy()
        self.roots: Mapping[str, Any] = {}
        self._arguments = Arguments(task, self.due, self._world)

    def unused(self) -> str:
        """A parameter that takes the upstream gradient, and is not used but for its
        shape; "" if there is none."""
        node = self._mine.function
        if node is None:
            return ""
        aside = {
            id(part.value)
            for part in ast.walk(node)
            if isinstance(part, ast.Attribute) and part.attr in ASIDE
        }
        loads = {
            part.id
            for part in ast.walk(node)
            if isinstance(part, ast.Name) and id(part) not in aside
        }
        return next((n for n in self._arguments.upstream if n not in loads), "")

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
        known = {**self._world.variables, **copied(self._trial.inputs)}
        frame = watched.frame(mine.names, known)
        for node in mine.script:
            watched.run([node], frame)
        self._check_variables(frame.env)
        return self._left({}).in_variables(frame.env)

    def _left(self, memory: Mapping[str, Any]) -> Left:
        """Finds what is left; `memory` are the parameters."""
        program, due = self._task.forward, self.due.wanted()
        parts = {
            str(key): item
            for value in memory.values()
            if isinstance(value, dict) and not is_object(value)
            for key, item in value.items()
        }
        drawn = [name for name in due if name not in program.signature.names]
        made = [name for name in due if "." in name or name in self._mine.constructed]
        return Left(
            self._mine,
            self.watched,
            due,
            self.due.names,
            {id(value): name for name, value in {**parts, **memory}.items()},
            {*drawn, *made},
        )

    def _returned(
        self, value: Any, parameters: Mapping[str, Any], env: Mapping[str, Any]
    ) -> list[Gradient]:
        """The gradients in what is returned."""
        node = self.watched.returned
        frame = self.watched.frame(self._mine.names, env)
        watched = self.watched
        reader = Reader(
            parameters, lambda part: watched.place(part, frame, watched.scope)
        )
        return list(reader.gradients(None if node is None else node.value, value))

    def _play_function(self, node: ast.FunctionDef) -> list[Gradient]:
        watched, mine, world = self.watched, self._mine, self._world
        if mine.forward is not None:
            inputs = copied(self._trial.inputs)
            made = self._made(inputs)
            output, own = _parted(
                self._called(mine.forward, {**inputs, **made}), self.due.output
            )
            world = replace(
                world,
                cache=world.cache if own is None else own,
                variables={**world.variables, **made},
                given={**world.given, **inputs} if made else world.given,
            )
            self._check_output(output, mine.forward)
        self.roots = world.variables
        values = self._values(node, world)
        returned = self._with_notes(
            lambda: watched.call(Routine(node), [], values), values
        )
        if mine.both:
            self._check_variables(watched.env)
        left = self._left(world.given)
        found = self._returned(returned, self.due.wanted(), watched.env)
        if not found and returned is None:
            found = left.in_variables(watched.env)
        objects = {**world.variables, "cache": world.cache, **watched.env}
        held = {name: value for name, value in objects.items() if holds_objects(value)}
        return found + self._others(
            found, (g for name in held for g in left.in_objects(held[name], name))
        )

    def _made(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The objects that the program makes first, as the text defines their
        classes."""
        program = self._task.forward
        frame = self.watched.frame(self._mine.names, inputs)
        made = program.body[: program.makes]
        self.watched.run(made, frame)
        return {name: frame.env[name] for name in Tree(tuple(made)).stores}

    def _play_layer(self) -> list[Gradient]:
        watched, mine = self.watched, self._mine
        assert mine.function is not None
        inputs = copied(self._trial.inputs)
        kind = mine.names.meaning(mine.layer)
        if not isinstance(kind, Blueprint):
            raise Unsupported(f"`{mine.layer}` is bound again")
        is_context = mine.is_static and mine.takes_layer
        made = {n: inputs[n] for n in mine.constructed if n in inputs}
        new = mine.names.meaning(CONTEXT) if is_context else kind
        layer = watched.call(new, [], made)
        self.roots = {LAYER: layer}
        owner, first = (kind, [layer]) if is_context else (layer, [])
        run = watched.member(owner, self._task.forward.entry)
        given = [v for n, v in inputs.items() if n not in mine.constructed]
        memory = {**dict(weights_in(layer, "")), **inputs}
        if mine.both:
            self._seed(self._arguments.without_upstream())
            returned = watched.call(run, [*first, *given], {})
        else:
            output = watched.call(run, [*first, *given], {})
            self._check_output(output, mine.forward)
            values = self._values(mine.function, self._world)
            back = watched.member(owner, mine.function.name)
            returned = self._with_notes(
                lambda: watched.call(back, first, values), values
            )
        parameters = self.due.wanted()
        found = self._returned(returned, self.direct(parameters), watched.env)
        left = self._left(memory)
        return found + self._others(found, left.in_objects(layer, "self"))

    @staticmethod
    def _others(found: Sequence[Gradient], more: Iterable[Gradient]) -> list[Gradient]:
        """The gradients of parameters that have none yet, one of each."""
        held = {g.parameter: g for g in found}
        others: dict[str, Gradient] = {}
        for gradient in more:
            if gradient.parameter not in held:
                others.setdefault(gradient.parameter, gradient)
        return list(others.values())

    def direct(self, due: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the forward pass first: those are returned."""
        made = self._mine.constructed
        return {n: due[n] for n in sorted(due, key=lambda name: name in made)}

    def _called(self, node: ast.FunctionDef, inputs: Mapping[str, Any]) -> Any:
        signature = Signature.of(node.args)
        if not set(signature.names) <= set(inputs):
            values = dict(zip(signature.names, inputs.values(), strict=False))
        else:
            values = {name: inputs[name] for name in signature.names}
        return self.watched.call(Routine(node), [], values)

    def _with_notes(self, run: Callable[[], Any], values: dict[str, Any]) -> Any:
        """What a backward pass returns; with a note where it changes its arguments."""
        before = copied(values)
        made = run()
        changed = [
            name
            for name, value in before.items()
            if not holds_objects(value) and not self._trial.same(values[name], value)
        ]
        self.notes += [f"the argument `{name}` is changed" for name in changed]
        return made

    def _values(self, node: ast.FunctionDef, world: World) -> dict[str, Any]:
        values = self._arguments.values(node, world)
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
            at = write.place
            values = self.due.named(at.key) if at.is_variable else []
            same = any(self._trial.same(write.after, v.plain) for v in values)
            if values and not same and not write.partial:
                line, place = write.line, at.text
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
