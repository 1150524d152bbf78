"""Implementations to try the judge on: two that are right, and ways to spoil them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from array_oracles import Function, autograd_gradients, differences
from array_trees import copied

Gradients = tuple[Any, ...]
Spoil = Callable[[Gradients, Any, dict[str, Any]], Gradients]


class Unsupported(Exception):
    """What a fake raises where it has no gradient; a refusal by its code."""

    code = "BG012"


class ByDifferences:
    """backgen's interface over differences.

    `spoil` is given the gradients, the upstream gradient and the arguments, all of
    which it may change, and returns what the pullback gives back.
    """

    def __init__(self, spoil: Spoil = lambda gradients, dy, arguments: gradients):
        self.spoil = spoil

    def gradients(
        self, f: Function, arguments: dict[str, Any], wrt: tuple[str, ...], dy: Any
    ) -> Gradients:
        found = differences(f, arguments, wrt, dy).gradients
        return tuple(_typed(found[name], arguments[name]) for name in wrt)

    def vjp(self, f: Function, wrt: Any = None, *, verify: bool = True) -> Function:
        def run(*values: Any) -> tuple[Any, Function]:
            arguments = dict(zip(inspect.signature(f).parameters, values, strict=True))
            kept = copied(arguments)

            def pullback(dy: Any) -> Gradients:
                found = self.gradients(f, kept, wrt, dy)
                return self.spoil(found, dy, arguments)

            return f(*values), pullback

        return run

    def value_and_grad(
        self, f: Function, wrt: Any = None, *, verify: bool = True
    ) -> Function:
        def run(*values: Any) -> tuple[Any, Gradients]:
            value, pullback = self.vjp(f, wrt)(*values)
            return value, pullback(1.0)

        return run


class ByAutograd(ByDifferences):
    """The same over autograd."""

    def gradients(
        self, f: Function, arguments: dict[str, Any], wrt: tuple[str, ...], dy: Any
    ) -> Gradients:
        lines, _ = inspect.findsource(f)
        found = autograd_gradients("".join(lines), arguments, wrt, dy)
        if found is None:
            raise Unsupported("no gradient")
        return tuple(_typed(found[name], arguments[name]) for name in wrt)


def _typed(gradient: Any, argument: Any) -> Any:
    """A gradient in the dtype of its argument, which the fakes do not keep."""
    if isinstance(gradient, dict):
        return {key: _typed(gradient[key], argument[key]) for key in argument}
    if isinstance(gradient, list | tuple):
        pairs = zip(gradient, argument, strict=True)
        return type(argument)([_typed(*pair) for pair in pairs])
    dtype = getattr(argument, "dtype", None)
    return gradient.astype(dtype) if dtype is not None else float(gradient)
