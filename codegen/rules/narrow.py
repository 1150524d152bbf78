"""What NumPy may cut off: arithmetic on integers of few bytes.

An array of uint8 holds 0 to 255, and so does its product with 2. What the forward pass
computes is what it is, cut off or not; a backward pass must not add to that.
"""

from __future__ import annotations

from ..ir.expr import Attribute, Binary, Call, Const, Expr, Ref, Unary
from ..ir.types import Array, Type
from . import lookup
from .kinds import Kinds
from .results import named_kind

# Types that hold what Python's own integers do, up to eight bytes.
_LARGE = frozenset({"int", "int_", "int64", "intp", "i8"})

# Numba takes no `astype(float)`, and its integers have no `astype`
_FLOAT, _FLOATS = Ref("builtins.float"), Ref("numpy.float64")


def names_small_type(node: Expr) -> bool:
    """Whether this names a type of integers that may be small, `np.uint8`, or is a call
    that is given the name of one as a text."""
    match node:
        case Ref(path):
            return path.startswith("numpy.") and _is_small_type(
                path.removeprefix("numpy.")
            )
        case Call(_, args, keywords):
            texts = [
                a.text
                for a in (*args, *dict(keywords).values())
                if isinstance(a, Const)
            ]
            return any(t[0] in "\"'" and _is_small_type(t[1:-1]) for t in texts)
        case _:
            return False


def _is_small_type(name: str) -> bool:
    return named_kind(name) == "int" and name not in _LARGE


def is_small(node: Expr, kinds: Kinds) -> bool:
    """Whether this is an array of integers, or one of NumPy's, that may be small."""
    return kinds.narrow and is_integers(kinds.of(node))


def may_wrap(node: Expr, kinds: Kinds) -> bool:
    """Whether this is arithmetic that is done in the type of small integers."""
    return isinstance(node, Binary | Unary) and is_small(node, kinds)


def as_float(value: Expr, kinds: Kinds) -> Expr:
    """An array of integers as one of floats, or an integer as a float."""
    if kinds.of(value).rank == 0:
        return Call(_FLOAT, (value,))
    return Call(Attribute(value, "astype"), (_FLOATS,))


def integers_of(value: Expr) -> Expr | None:
    """The integers that `as_float` made floats of; None for anything else."""
    match value:
        case Call(Attribute(integers, "astype"), (Ref("numpy.float64"),)) | Call(
            Ref("builtins.float"), (integers,)
        ):
            return integers
        case _:
            return None


def is_rough(node: Expr, kinds: Kinds) -> bool:
    """Whether this is a function of small integers alone: NumPy computes `np.log` of
    uint8 in float16."""
    match node:
        case Call(Ref(path), args) if lookup.find(path, len(args), arrays=True):
            found = [kind for arg in args if isinstance(kind := kinds.of(arg), Array)]
            return bool(found) and all(map(is_integers, found))
        case _:
            return False


def is_integers(kind: Type) -> bool:
    """Whether this is an array of integers, or one integer of NumPy's."""
    return isinstance(kind, Array) and kind.kind == "int"
