"""Adjoints that have to be of floats even where the values are of integers.

A parameter that is declared to be of floats may be given integers. `np.zeros_like` of
it is of integers too. NumPy then refuses `dx += ...` and `dx[1:] += ...`; but of what
is added to one element, put into elements, or added by `np.add.at`, it cuts off the
fraction without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..analysis.values import value_of_adjoint
from ..ir.blocks import walk_statements
from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Cond,
    Const,
    Expr,
    Index,
    Paren,
    Ref,
    Unary,
    Var,
)
from ..ir.stmt import Accumulate, Assign, Block, Scatter
from ..ir.types import Array
from ..rules.kinds import Kinds
from .places import root_of
from .reverse import Adjoint

# Functions and methods whose result is of the type of their arguments.
_KEEPING = frozenset(
    "abs absolute add array asarray ascontiguousarray broadcast_to clip concatenate "
    "copy cumprod cumsum diag dot einsum expand_dims fabs flatten flip hstack inner "
    "matmul max maximum min minimum multiply negative outer pad prod ravel repeat "
    "reshape roll sort square squeeze stack subtract sum swapaxes take tile trace "
    "transpose tril triu vstack where zeros_like ones_like full_like empty_like".split()
)


@dataclass(frozen=True)
class Cutting:
    """Where the fraction of what is added could be cut off.

    Attributes:
        written: the adjoints to whose elements something is added, or put.
        parts: those to which something is added part by part, which may become `=`.
        floats: the values that are of floats whatever the function is given.
        root: the name that stands for all values of a variable that are one.
    """

    written: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    floats: frozenset[str] = frozenset()
    root: Callable[[str], str] = str

    def cuts(self, adjoint: str, like: Expr | None = None) -> bool:
        """Whether that may be in an adjoint which begins like its value, or like some
        other array of its shape."""
        value = value_of_adjoint(adjoint)
        if adjoint in self.written and self.root(value) not in self.floats:
            return True
        other = like.name if isinstance(like, Var) else value
        if self.root(other) == self.root(value) or adjoint not in self.parts:
            return False
        return self.root(other) not in self.floats


NOTHING_CUT = Cutting()


def cut_off(adjoint: Adjoint, root: Callable[[str], str] = str) -> Cutting:
    """Such adjoints.

    Args:
        root: the name that stands for all values of a variable that are one.
    """
    kinds = Kinds(dict(adjoint.types))
    written = {
        base.name
        for target, is_put in _places(adjoint.backward)
        if isinstance(kinds.of(base := root_of(target)), Array)
        and (is_put or not kinds.of(target).rank)  # of unknown rank may be one element
    }
    parts = {root_of(target).name for target, _ in _places(adjoint.backward)}
    floats = floats_in(adjoint.forward, root) if parts else frozenset()
    return Cutting(frozenset(written), frozenset(parts), floats, root)


def _places(backward: Block) -> Iterator[tuple[Expr, bool]]:
    """The elements that are written to, each with whether they are put there."""
    for statement in walk_statements(backward):
        match statement:
            case Accumulate(Index() as target):
                yield target, False
            case Assign((Index() as target,)) | Scatter(target):
                yield target, True


def floats_in(forward: Block, root: Callable[[str], str] = str) -> frozenset[str]:
    """The values that are of floats whatever the function is given.

    Args:
        root: as for `cut_off`.
    """
    bound: dict[str, list[Expr]] = {}
    for statement in walk_statements(forward):
        match statement:
            case Assign((Var(name),), value):
                bound.setdefault(root(name), []).append(value)
    found = frozenset(bound)
    while True:
        kept = frozenset(
            n for n in found if all(_is_float(v, found, root) for v in bound[n])
        )
        if kept == found:
            return found
        found = kept


def _is_float(value: Expr, floats: frozenset[str], root: Callable[[str], str]) -> bool:
    match value:
        case Const(text):
            return not text.strip("+-").isdigit()
        case Var(name):
            return root(name) in floats
        case Attribute(_, "flat"):
            return True  # not that it were: an iterator has no type to take
        case Paren(inner) | Unary(_, inner) | Index(inner) | Attribute(inner):
            return _is_float(inner, floats, root)
        case Binary(op, left, right):
            sides = _is_float(left, floats, root), _is_float(right, floats, root)
            return op == "/" or any(sides)
        case Cond(_, then, other):
            return _is_float(then, floats, root) and _is_float(other, floats, root)
        case Call(Ref(path), args):
            if path.rpartition(".")[2] not in _KEEPING:
                return path.startswith(("numpy.", "math.", "scipy."))
            return any(_is_float(arg, floats, root) for arg in args)
        case Call(Attribute(base, name)) if name in _KEEPING:
            return _is_float(base, floats, root)
        case _:
            return False
