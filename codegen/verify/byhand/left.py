"""The gradients that a backward pass leaves: in variables, in dicts, and in objects."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..arrays.objects import CLASS
from .entered import at_keys, beside
from .objects import is_object, levels_of
from .places import Place, item_of, variable
from .returned import Gradient, Reader, is_number
from .spelling import is_gradients, primal_of
from .task import Mine
from .watch import Watched


@dataclass(frozen=True)
class Left:
    """Finds gradients of parameters in what a backward pass leaves.

    Attributes:
        parameters: those that move, with the gradients that are due.
        names: all variables of the program.
        memory: by identity, what arrays and numbers are parameters.
        weights: the parameters that objects are made of.
    """

    mine: Mine
    watched: Watched
    parameters: Mapping[str, Any]
    names: Mapping[str, None]
    memory: Mapping[int, str]
    weights: Collection[str]

    def in_variables(self, env: Mapping[str, Any]) -> list[Gradient]:
        """Those in the variables of the function, or in its dicts."""
        scope = self.watched.scope
        places = {name: variable(scope, name) for name in env}
        return self._first(self._named(env, places))

    def in_objects(self, value: Any, path: str) -> list[Gradient]:
        """Those in an object by their names; and beside the arrays that they belong to
        in all objects that it holds, the outermost first."""
        found: dict[str, Gradient] = {}
        for level in levels_of(value, path):
            if level[0][0] == path and is_object(value):
                places = {
                    name: item_of(value, name, f"{path}.{name}", name) for name in value
                }
                own = {name: held for name, held in value.items() if name != CLASS}
                for gradient in self._first(self._named(own, places)):
                    found.setdefault(gradient.parameter, gradient)
            beside: dict[str, list[Gradient]] = {}
            for at, held in level:
                for gradient in self._beside(held, at):
                    beside.setdefault(gradient.parameter, []).append(gradient)
            for parameter, gradients in beside.items():
                if parameter in self.weights or at == path:
                    found.setdefault(parameter, _total(gradients))
        return list(found.values())

    # -- by their names

    def _first(self, every: Iterator[Gradient]) -> list[Gradient]:
        found: dict[str, Gradient] = {}
        for gradient in every:
            parameter = gradient.parameter
            place = gradient.place
            plain = place is not None and place.name == f"d{parameter}"
            if plain or parameter not in found:
                found[parameter] = gradient
        return [gradient for parameter, gradient in found.items() if parameter]

    def _named(
        self, env: Mapping[str, Any], places: Mapping[str, Place]
    ) -> Iterator[Gradient]:
        for name, value in env.items():
            place = places[name]
            if is_gradients(name):
                yield from self._kept_in(place, name, value)
            elif is_number(value) and not self._is_primal(place, name):
                parameter = primal_of(name, self.names) or ""
                if parameter in self.parameters:
                    yield self._gradient(place, parameter, value)

    def _kept_in(self, place: Place, name: str, value: Any) -> Iterator[Gradient]:
        """The gradients in a dict, or in a list that has one for each parameter that a
        layer is made of."""
        made = [name for name in self.mine.constructed if name in self.parameters]
        match value:
            case dict():
                for key, item in value.items():
                    inside = item_of(value, key, f"{place.text}[{key!r}]", str(key))
                    for inner in Reader(self.parameters).gradients(None, {key: item}):
                        yield replace(inner, line=self._line_of(inside), place=inside)
            case list() if len(value) == len(made):
                for i, (parameter, item) in enumerate(zip(made, value, strict=True)):
                    inside = item_of(value, i, f"{place.text}[{i}]", name)
                    yield self._gradient(inside, parameter, item)

    def _is_primal(self, place: Place, name: str) -> bool:
        """Whether a variable is one of the program, which the backward pass leaves as
        it is."""
        node = self.mine.function
        if name not in self.names or node is None:
            return name in self.names
        lines = [w.line for w in self.watched.log.writes if w.place == place]
        end = node.end_lineno or 0
        return not lines or not node.lineno <= lines[-1] <= end

    # -- by what they stand beside

    def _beside(self, held: Mapping[str, Any], path: str) -> Iterator[Gradient]:
        """The gradients in an object that belong to parameters in it."""
        for place, value, keys in beside(held, path):
            parameter = self.memory.get(id(at_keys(held, keys)), "")
            known = parameter in self.parameters
            if known and is_number(value) and self._is_new(place):
                yield self._gradient(place, parameter, value)

    def _is_new(self, place: Place) -> bool:
        """Whether the backward pass itself writes there."""
        log, began = self.watched.log, self.watched.began
        return any(w.place == place and w.time > began for w in log.writes)

    def _gradient(self, place: Place, parameter: str, value: Any) -> Gradient:
        return Gradient(place.text, parameter, value, self._line_of(place), place)

    def _line_of(self, place: Place) -> int:
        lines = [w.line for w in self.watched.log.writes if w.place == place]
        return lines[-1] if lines else self.mine.line


def _total(gradients: Sequence[Gradient]) -> Gradient:
    """The gradient of what several objects hold: the sum of theirs."""
    first, *rest = {id(g.value): g for g in gradients}.values()
    for other in rest:
        first = replace(
            first,
            value=first.value + other.value,
            text=f"{first.text} + {other.text}",
        )
    return first
