"""Which variables' memory the value of an expression may be."""

from __future__ import annotations

from collections.abc import Iterator

from . import expr as ir
from .expr import Attribute, Call, Const, Expr, Index, Ref, Var

# Methods that give an array of their own; others may give a view.
FRESH_METHODS = frozenset(
    "sum mean std var max min prod cumsum cumprod copy astype dot clip round take "
    "repeat argmax argmin argsort any all flatten trace ptp item tolist".split()
)
# Functions that may give a view of an argument, or the argument itself.
VIEWS = frozenset(
    f"numpy.{name}"
    for name in (
        "asarray asanyarray ascontiguousarray asfortranarray asarray_chkfinite "
        "atleast_1d atleast_2d atleast_3d "
        "broadcast_to broadcast_arrays diagonal expand_dims flip fliplr flipud "
        "moveaxis permute_dims ravel real imag reshape rollaxis rot90 squeeze "
        "swapaxes transpose matrix_transpose split array_split hsplit vsplit dsplit "
        "unstack diag meshgrid nan_to_num require linalg.matrix_power "
        "real_if_close trim_zeros lib.stride_tricks.sliding_window_view "
        "lib.stride_tricks.as_strided"
    ).split()
)
# Of these, methods through which arrays can be written to.
VIEW_METHODS = frozenset({"transpose", "swapaxes", "reshape"})
# Collections made of the items of another one, and choices among arguments.
_ITEMS = frozenset(
    f"builtins.{name}"
    for name in "list tuple sorted reversed zip enumerate max min next iter".split()
)
# What reads the shape of an array, or its type, and nothing else.
SHAPES_ONLY = frozenset(
    "numpy.zeros_like numpy.ones_like numpy.empty_like numpy.shape numpy.ndim "
    "numpy.size".split()
)
# Modules whose other functions give memory of their own.
_KNOWN = frozenset("numpy scipy math builtins helper word".split())


# Stands for memory that is nobody's to write to.
NOBODY = ""
_READ_ONLY = frozenset(
    ("numpy.broadcast_to", "numpy.broadcast_arrays", "numpy.diagonal", "numpy.diag")
)


def memory_of(value: Expr) -> Iterator[str]:
    """Names of the variables that a value may share its memory with.

    `NOBODY` is among them for a view that NumPy does not let anyone write to, and for
    what is bound outside of the function.
    """
    match value:
        case Var(name) | ir.Item(Var(name)):
            yield name
        case Ref(path) if path.startswith("global."):
            yield NOBODY
        case Attribute(base) | Index(base) | ir.Paren(base):
            yield from memory_of(base)
        case ir.Walrus(Var(name), inner):
            yield name
            yield from memory_of(inner)
        case Call(Attribute(base, name)):
            if name == "diagonal":
                yield NOBODY
            if name not in FRESH_METHODS:
                yield from memory_of(base)
        case Call(Ref("numpy.einsum"), (_, operand)):
            yield from memory_of(operand)
        case Call(Ref(path), args, keywords):
            if path in _READ_ONLY:
                yield NOBODY
            if path in VIEWS or path in _ITEMS or _is_unknown(path):
                for arg in (*args, *(given for _, given in keywords)):
                    yield from memory_of(arg)
        case ir.Cond(_, then, other):
            yield from memory_of(then)
            yield from memory_of(other)
        case ir.Sequence(_, items) | ir.Mapping(_, items):
            for item in items:
                yield from memory_of(item)
        case _:
            return


def _is_unknown(path: str) -> bool:
    return path.partition(".")[0] not in _KNOWN


# Functions and methods that give a NumPy number where the result has no axes. Others
# may give an array of no axes, which is changed in place by `+=`.
_TO_NUMBER = frozenset(
    "sum mean std var max min prod argmax argmin any all trace ptp item".split()
)
_NUMBERS = _TO_NUMBER | frozenset(
    "amax amin average median dot vdot inner linalg.norm linalg.det exp exp2 expm1 "
    "log log2 log10 log1p sqrt cbrt square abs absolute fabs sign sin cos tan arcsin "
    "arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh hypot maximum "
    "minimum fmax fmin add subtract multiply divide power logaddexp negative floor "
    "ceil float64 float32 int64 int32".split()
)


def is_flat(node: Expr) -> bool:
    """Whether this is all elements of an array in one row, whatever its layout: what is
    read of it is a copy, and what is written to it goes to the array."""
    return isinstance(node, Attribute) and node.name == "flat"


def gives_number(value: Expr) -> bool:
    """Whether a value without axes is a number, given that its variables may be arrays
    of no axes; a variable and what may hand it on are none."""
    match value:
        case Const() | ir.Binary() | ir.Unary() | ir.Compare():
            return True
        case ir.Paren(inner) | ir.Walrus(_, inner):
            return gives_number(inner)
        case ir.Cond(_, then, other):
            return gives_number(then) and gives_number(other)
        case Index(_, index):
            parts = index.items if isinstance(index, ir.Sequence) else (index,)
            return Const("...") not in parts
        case Call(Attribute(_, name)):
            return name in _TO_NUMBER
        case Call(Ref("builtins.max" | "builtins.min"), (first, *rest)) if rest:
            return gives_number(first) and all(map(gives_number, rest))
        case Call(Ref(path)):
            module, _, name = path.partition(".")
            if module == "own":  # what is without axes there is a number
                return True
            return module == "math" or (module == "numpy" and name in _NUMBERS)
        case _:
            return False
