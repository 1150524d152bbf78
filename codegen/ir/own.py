"""Calls of functions that have passes of their own: `own.gate(a, b)`."""

from __future__ import annotations

from .expr import Call, Expr, Index, Ref
from .walk import paths_in, strip

OWN = "own."


def own_call(value: Expr) -> Call | None:
    """A call of a function that has passes of its own, if that is all of a value, or if
    this is one of its results."""
    if not any(path.startswith(OWN) for path in paths_in(value)):
        return None
    match strip(value):
        case Index(Call(Ref(path)) as call) if path.startswith(OWN):
            return call
        case Call(Ref(path)) as call if path.startswith(OWN):
            return call
        case _:
            return None


def own_pass(value: Expr) -> bool:
    """Whether a value is what the backward pass of a function gives."""
    match value:
        case Call(Ref(path)):
            return path.startswith(OWN) and path.endswith("_backward")
        case _:
            return False
