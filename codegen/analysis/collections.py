"""Lists and other collections: what a function makes of them."""

from __future__ import annotations

from ..ir.expr import Attribute, Binary, Call, Expr, Index, Ref, Sequence, Slice, Var
from ..ir.program import Function
from ..ir.stmt import Assign
from ..ir.types import Array, Items, List, Tree
from ..ir.walk import paths_in, postorder
from ..rules.edges import repeated_item
from ..rules.kinds import Kinds
from ..rules.lists import COPIES
from .recording import expressions


def has_arrays(function: Function) -> bool:
    """Whether a function computes with arrays, or makes lists of lists."""
    if any(isinstance(kind, Array | Tree | List) for kind in function.types.values()):
        return True
    return makes_lists(function) or any(
        path.startswith(("numpy.", "scipy."))
        for statement in function.body
        for value in expressions(statement)
        for path in paths_in(value)
    )


def makes_lists(function: Function) -> bool:
    """Whether a straight line of stages makes lists whose items are no variables of
    their own: displays of displays, `[x] * n`, and what is made of other lists."""
    types = function.types
    names = {name for name, kind in types.items() if isinstance(kind, Items | List)}
    for statement in function.body:
        for value in expressions(statement):
            if any(_is_made(node, names) for node in postorder(value)):
                return True
        match statement:
            case Assign((Var(name),), Sequence(_, items)):
                names.add(name)
                if any(isinstance(item, Sequence) for item in items):
                    return True
    return False


def results_of(call: Expr, kinds: Kinds) -> int:
    """How many results a call has that are bound to one name; 0 for one."""
    bound = kinds.applied(call)
    if bound is None or not bound.rule.several:
        return 0
    kind = kinds.of(call)
    return len(kind.items) if isinstance(kind, Tree) else 0


def _is_made(node: Expr, names: set[str]) -> bool:
    """Whether this is a list that is made of others; `names` are those of lists."""
    match node:
        case Index(base, Slice()) | Call(Attribute(base, "copy")):
            return isinstance(base, Var) and base.name in names
        case Call(Ref(path)):
            return path in COPIES
        case Binary("+", left, right):
            return any(
                isinstance(side, Sequence)
                or (isinstance(side, Var) and side.name in names)
                for side in (left, right)
            )
        case _:
            return repeated_item(node) is not None
