"""Adjoints that have to be of floats even where the values are of integers.

A parameter that is declared to be of floats may be given integers. `np.zeros_like` of
it is of integers too. NumPy then refuses `dx += ...` and `dx[1:] += ...`; but of what
is added to one element, put into elements, or added by `np.add.at`, it cuts off the
fraction without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from ..analysis.recording import values_bound
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
    Sequence,
    Unary,
    Var,
)
from ..ir.stmt import Accumulate, Append, Assign, Block, For, Pop, Scatter, Write
from ..ir.types import Array, List, Type
from ..rules.kinds import Kinds
from .places import root_of
from .reverse import Adjoint

# Functions and methods whose result is of the type of their arguments.
_KEEPING = frozenset(
    "abs absolute add array asarray ascontiguousarray broadcast_to clip concatenate "
    "copy cumprod cumsum diag diff dot einsum expand_dims fabs flatten flip hstack "
    "inner matmul max maximum min minimum multiply negative outer pad prod ravel "
    "repeat reshape roll sort square squeeze stack subtract sum swapaxes take tile "
    "trace transpose tril triu vstack where".split()
)
# Those whose result is of the type of the first.
_LIKE = frozenset("empty_like full_like ones_like zeros_like".split())
# Those whose result is of floats, also of integers; these of a length, too.
_MAKING = frozenset("empty eye identity ones zeros".split())
_FLOATING = _MAKING | frozenset(
    "arccos arccosh arcsin arcsinh arctan arctan2 arctanh average cbrt cholesky cos "
    "cosh deg2rad degrees det divide erf exp exp2 expm1 hypot inv linspace log log10 "
    "log1p log2 logaddexp mean norm normal pinv rad2deg radians randn sin sinc sinh "
    "solve sqrt std tan tanh true_divide uniform var".split()
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

    def with_parts_put(self, settled: Block, types: Mapping[str, Type]) -> Cutting:
        """The same after `+=` has become `=` where nothing was added before: NumPy
        refuses the one, and cuts off with the other."""
        written = self.written | _written(settled, types)
        return replace(self, written=written)


NOTHING_CUT = Cutting()


def cut_off(
    adjoint: Adjoint, params: Iterable[str], root: Callable[[str], str] = str
) -> Cutting:
    """Such adjoints.

    Args:
        params: what the function is given.
        root: the name that stands for all values of a variable that are one.
    """
    parts = {root_of(array).name for array, _ in _places(adjoint.backward)}
    floats = frozenset[str]()
    if parts:
        floats = floats_in(adjoint.forward, adjoint.types, params, root)
    written = _written(adjoint.backward, adjoint.types)
    return Cutting(written, frozenset(parts), floats, root)


def _written(backward: Block, types: Mapping[str, Type]) -> frozenset[str]:
    """The adjoints to whose elements something is added, or put."""
    kinds = Kinds(types)
    return frozenset(
        root_of(array).name
        for array, part in _places(backward)
        if _holds_any(array, types) or _is_element(kinds, array, part)
    )


def _is_element(kinds: Kinds, array: Expr, part: Expr | None) -> bool:
    """Whether the part of an array that is added to, or what is put there, may be one
    element."""
    # of a list that begins empty the adjoint's type does not say what it holds
    if not isinstance(array, Index) and not isinstance(kinds.of(array), Array):
        return False
    return part is None or not kinds.of(part).rank  # an unknown rank may be none


def _holds_any(adjoint: Expr, types: Mapping[str, Type]) -> bool:
    """Whether an adjoint is that of a list of arrays of which nothing is said."""
    match adjoint:
        case Var(name):
            kind = types.get(value_of_adjoint(name))
            item = kind.item if isinstance(kind, List) else None
            return isinstance(item, Array) and item.kind == "any"
        case _:
            return False


def _places(backward: Block) -> Iterator[tuple[Expr, Index | None]]:
    """What elements are written to, each with the part that is added to; without one
    where something is put there."""
    for statement in walk_statements(backward):
        match statement:
            case Accumulate(Index() as part):
                yield part.base, part
            case Assign((Index(array),)) | Scatter(array):
                yield array, None


def floats_in(
    forward: Block,
    types: Mapping[str, Type],
    params: Iterable[str],
    root: Callable[[str], str] = str,
) -> frozenset[str]:
    """The values that are of floats whatever the function is given; lists of such too.

    Args:
        params, root: as for `cut_off`.
    """
    bound: dict[str, list[Expr]] = {}
    given = {*map(root, params)}
    for statement in walk_statements(forward):
        match statement:
            case Assign((Var(name),), value) | Append(Var(name), value):
                bound.setdefault(root(name), []).append(value)
            case Write(Index(Var(name)), value) if isinstance(
                types.get(name), List
            ):  # an array keeps its type
                bound.setdefault(root(name), []).append(value)
            case Assign() | Pop():
                given |= {*map(root, values_bound(statement))}
            case For(index):
                given.add(root(index.name))
    found = frozenset(bound) - given
    while True:
        known = partial(_among, found, root)
        kept = frozenset(n for n in found if all(is_float(v, known) for v in bound[n]))
        if kept == found:
            return found
        found = kept


def _among(found: frozenset[str], root: Callable[[str], str], name: str) -> bool:
    return root(name) in found


def is_float(value: Expr, known: Callable[[str], bool]) -> bool:
    """Whether a value is of floats whatever the function is given; `known` says it of
    variables."""
    match value:
        case Const(text):
            return not text.strip("+-").isdigit()
        case Var(name):
            return known(name)
        case Attribute(_, "flat"):
            return True  # not that it were: an iterator has no type to take
        case Paren(inner) | Unary(_, inner) | Index(inner) | Attribute(inner):
            return is_float(inner, known)
        case Binary(op, left, right):
            sides = is_float(left, known), is_float(right, known)
            return op == "/" or any(sides)
        case Cond(_, then, other):
            return is_float(then, known) and is_float(other, known)
        case Sequence(_, items):
            return all(is_float(item, known) for item in items)
        case Call(_, _, given) if any(name == "dtype" for name, _ in given):
            return False
        case Call(Ref(path), args):
            name = path.rpartition(".")[2]
            if name in _LIKE:
                return is_float(args[0], known)
            if name in _MAKING and len(args) > 1:
                return False
            if name in _KEEPING:
                return any(is_float(arg, known) for arg in args)
            return name in _FLOATING or path.startswith("scipy.special.")
        case Call(Attribute(base, name)) if name in _KEEPING:
            return is_float(base, known)
        case Call(Attribute(_, name)):
            return name in _FLOATING
        case _:
            return False
