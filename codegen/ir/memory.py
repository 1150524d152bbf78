"""Which variables' memory the value of an expression may be."""

from __future__ import annotations

from collections.abc import Iterator

from . import expr as ir
from .expr import Attribute, Call, Expr, Index, Ref, Var

# Methods that give an array of their own; others may give a view.
_FRESH_METHODS = frozenset(
    "sum mean std var max min prod cumsum cumprod copy dot clip round take repeat "
    "argmax argmin argsort any all flatten trace ptp item tolist".split()
)
# Functions that may give a view of an argument, or the argument itself.
_VIEWS = frozenset(
    f"numpy.{name}"
    for name in (
        "asarray asanyarray ascontiguousarray atleast_1d atleast_2d atleast_3d "
        "broadcast_to broadcast_arrays diagonal expand_dims flip fliplr flipud "
        "moveaxis permute_dims ravel real imag reshape rollaxis rot90 squeeze "
        "swapaxes transpose matrix_transpose split array_split hsplit vsplit dsplit "
        "unstack diag meshgrid nan_to_num require linalg.matrix_power"
    ).split()
)


# Stands for memory that is nobody's to write to.
NOBODY = ""
_READ_ONLY = frozenset(
    ("numpy.broadcast_to", "numpy.broadcast_arrays", "numpy.diagonal", "numpy.diag")
)


def memory_of(value: Expr) -> Iterator[str]:
    """Names of the variables that a value may share its memory with.

    `NOBODY` is among them for a view that NumPy does not let anyone write to.
    """
    match value:
        case Var(name) | ir.Item(Var(name)):
            yield name
        case Attribute(base) | Index(base) | ir.Paren(base):
            yield from memory_of(base)
        case ir.Walrus(Var(name), inner):
            yield name
            yield from memory_of(inner)
        case Call(Attribute(base, name)):
            if name == "diagonal":
                yield NOBODY
            if name not in _FRESH_METHODS:
                yield from memory_of(base)
        case Call(Ref("numpy.einsum"), (_, operand)):
            yield from memory_of(operand)
        case Call(Ref(path), args):
            if path in _READ_ONLY:
                yield NOBODY
            for arg in args if path in _VIEWS else ():
                yield from memory_of(arg)
        case ir.Cond(_, then, other):
            yield from memory_of(then)
            yield from memory_of(other)
        case ir.Sequence(_, items) | ir.Mapping(_, items):
            for item in items:
                yield from memory_of(item)
        case _:
            return
