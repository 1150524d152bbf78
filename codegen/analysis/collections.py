"""Whether a function computes with more than numbers and flat lists of them."""

from __future__ import annotations

from ..ir.expr import Sequence, Var
from ..ir.program import Function
from ..ir.stmt import Assign, Stmt
from ..ir.types import Array, List, Tree
from ..ir.walk import paths_in, strip
from ..rules.edges import repeated_item
from .recording import expressions


def has_arrays(function: Function) -> bool:
    """Whether a function computes with arrays, or has lists in lists."""
    if any(isinstance(kind, Array | Tree | List) for kind in function.types.values()):
        return True
    return any(
        path.startswith(("numpy.", "scipy."))
        for statement in function.body
        for value in expressions(statement)
        for path in paths_in(value)
    ) or any(map(makes_list, function.body))


def makes_list(statement: Stmt) -> bool:
    """Whether a variable is bound to a list whose items are no variables of their own:
    a display of displays, or `[x] * n`."""
    match statement:
        case Assign((Var(),), Sequence(_, items)):
            return any(isinstance(item, Sequence) for item in items)
        case Assign((Var(),), value):
            return repeated_item(strip(value)) is not None
    return False
