"""Names for lists in lists: their adjoints are parts of the adjoint of the whole.

row = grid[i]              dgrid[i][j] += ..., and there is no drow

That is so where the name has one value, and the path leads to the same list as long as
that may be read: `grid` stays the same list, and what is appended to it or taken off
moves nothing. Elsewhere such a name has an adjoint of its own, which is added to that
of the whole item by item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..analysis.values import adjoint_name
from ..ir.expr import Const, Expr, Index, Slice, Var
from ..ir.types import Items, List
from ..ir.walk import names_in, substitute
from ..rules.kinds import Kinds
from .history import History
from .places import renamed_root, root_of
from .reverse import Step


def parts_of_lists(
    steps: Iterable[Step], kinds: Kinds, history: History, output: Expr
) -> dict[str, Expr]:
    """Paths, from the adjoint of the whole, for the adjoints of lists in it, by their
    internal names."""
    returned = {*names_in(output)}
    found: dict[str, Expr] = {}
    for step in steps:
        for name, path in _rows(step, kinds):
            if name not in returned and _leads_there(name, path, kinds, history):
                root = Var(adjoint_name(history.web(root_of(path).name)))
                found[adjoint_name(name)] = renamed_root(path, root)
    return {name: _from_root(path, found) for name, path in found.items()}


def _rows(step: Step, kinds: Kinds) -> Iterator[tuple[str, Expr]]:
    """The names that a stage gives to lists in lists, and the paths to these."""
    if len(step.bindings) != 1:
        return
    (binding,) = step.bindings
    match binding.target, binding.value:
        case Var(name), Index() as path if isinstance(kinds.of(path), List | Items):
            base: Expr = path
            while isinstance(base, Index):
                if isinstance(base.index, Slice):
                    return  # a list of its own
                base = base.base
                if not isinstance(kinds.of(base), List):
                    return
            if isinstance(base, Var):
                yield name, path


def _leads_there(name: str, path: Expr, kinds: Kinds, history: History) -> bool:
    """Whether a path leads to the same list wherever the name stands for it."""
    whole = root_of(path).name
    if not history.is_single(name) or not history.is_single(whole):
        return False
    if history.keeps_places(whole):
        return True
    while isinstance(path, Index) and path.base != Var(whole):
        path = path.base
    from_front = isinstance(path, Index) and isinstance(path.index, Const)
    return from_front and not history.is_popped(whole)


def _from_root(path: Expr, parts: dict[str, Expr]) -> Expr:
    """A path whose root is no part of anything else."""
    while (root := root_of(path)).name in parts:
        path = substitute(path, {root: parts[root.name]})
    return path
