"""What a backward function is called with, told from the names of its parameters."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from ..arrays.cells import cells_of, copied, mapped
from ..texts.scope import Unsupported
from ..texts.signature import Signature
from .due import Due, World
from .spelling import is_cache, is_upstream, primal_of
from .task import Task


class Arguments:
    """Arguments from a run of the program.

    Attributes:
        weights: the upstream gradients; ones, where a backward pass takes none.
        notes: what there is to say about them.
        upstream: the parameters that take them.
    """

    def __init__(self, task: Task, due: Due, world: World) -> None:
        self._task = task
        self._due = due
        self._world = world
        self.weights: Any = due.trial.weights(due.output)
        self.notes: list[str] = []
        self.upstream: list[str] = []

    def values(self, node: ast.FunctionDef, world: World) -> dict[str, Any]:
        """The arguments of a backward function by name, of what a forward pass leaves.

        Raises `Unsupported` where it cannot be told what a parameter is.
        """
        signature = Signature.of(node.args)
        names = signature.names[int(self._task.mine.takes_layer) :]
        values: dict[str, Any] = {}
        unknown: list[str] = []
        self._world, cache = world, world.cache
        known = self._known
        outputs = [name for name in self._task.forward.outputs if name]
        upstream: dict[str, int] = {}
        for name in names:
            primal = primal_of(name, outputs)
            if is_cache(name) and name not in known:
                values[name] = self._cache(node, name, cache)
            elif primal is not None and name not in known:
                upstream[name] = outputs.index(primal)
            elif name in known:
                values[name] = known[name]
            elif name in signature.defaults:
                continue
            else:
                unknown.append(name)
        self._seed(unknown, upstream, values, cache, node)
        return values

    def _seed(
        self,
        unknown: list[str],
        upstream: Mapping[str, int],
        values: dict[str, Any],
        cache: Any,
        node: ast.FunctionDef,
    ) -> None:
        """Decide which parameters take the upstream gradient."""
        weights = self.weights
        several = isinstance(self._due.parts(self._due.output), (tuple, list))
        if several:
            upstream = self._by_place(unknown, upstream, values, cache)
            unknown = [name for name in unknown if name not in upstream]
        if len(upstream) > 1 and several:
            for name, place in upstream.items():
                values[name] = copied(self._due.parts(weights)[place])
            self.upstream = list(upstream)
        elif upstream:
            (name, *_) = upstream
            values[name] = copied(weights)
            self.upstream = [name]
        else:
            called = [name for name in unknown if is_upstream(name)] or unknown[:1]
            if called and len(unknown) - len(called[:1]) <= int(cache is not None):
                values[called[0]] = copied(weights)
                self.upstream = called[:1]
                unknown.remove(called[0])
            elif not unknown:
                weights = self.without_upstream()
        for name in unknown:
            if cache is not None and len(unknown) == 1:
                values[name] = cache
            elif name not in values:
                what = f"what the parameter `{name}` of `{node.name}` is cannot be told"
                raise Unsupported(what, node)
        self.weights = weights

    def _by_place(
        self,
        unknown: list[str],
        upstream: Mapping[str, int],
        values: Mapping[str, Any],
        cache: Any,
    ) -> Mapping[str, int]:
        """The upstream gradients of several outputs, those that no name tells in order
        (`dnext_h, dnext_c`), if there are as many of them as outputs."""
        count = len(self._due.parts(self._due.output))
        free = set(range(count)) - set(upstream.values())
        keeps = cache is not None and not any(map(is_cache, values))
        if len(unknown) != len(free) + keeps:
            return upstream
        return {**upstream, **dict(zip(unknown, sorted(free), strict=False))}

    @property
    def _known(self) -> dict[str, Any]:
        """The variables of the program by name; parameters that are no objects as they
        were given."""
        inputs = copied(self._due.trial.inputs)
        return {**self._world.variables, **inputs}

    def without_upstream(self) -> Any:
        """The upstream gradient of a backward pass that takes none: one."""
        if len(cells_of(self._due.output)) != 1:
            note = "it takes no upstream gradient: it is compared as if that were 1"
            self.notes.append(note)
        one = self._due.one()
        return mapped(self.weights, lambda cell: one)

    def _cache(self, node: ast.FunctionDef, name: str, cache: Any) -> Any:
        """A cache; put together from the variables of the source where no forward pass
        gives one: `x, w, b = cache`, `cache["x"]`."""
        if cache is not None:
            return cache
        known = self._known
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
                        return tuple(known[key] for key in keys)
        if keys and all(key in known for key in keys):
            return {key: known[key] for key in keys}
        raise Unsupported(f"no forward pass gives the cache of `{node.name}`", node)
