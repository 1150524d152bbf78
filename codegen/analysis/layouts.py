"""Arrays in another shape: whether that is a view, and how to write through it.

Only `x.T` and its like are views whatever the layout of `x` is, and shapes that divide
its axes. All elements in one row are a view where they lie in a row: in new arrays, but
not in a parameter, of which nobody knows. What is written to them goes to `x.flat[i]`,
which is the same for every layout: the adjoint of `x` may have another one.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ..ir.dims import ONE, Shape
from ..ir.expr import (
    Attribute,
    Binary,
    Call,
    Const,
    Expr,
    Index,
    Ref,
    Slice,
    Unary,
    Var,
)
from ..ir.memory import is_flat
from ..ir.types import Array, Opaque, Unknown
from ..ir.walk import postorder, strip, transform
from ..rules.indexing import Part, selection
from ..rules.kinds import Kinds

_WHOLE = Const("...")
SHAPES = frozenset({"reshape", "ravel"})
# How many further arguments these functions take without an order.
_ARGUMENTS = {"reshape": (1,), "ravel": (0,), "transpose": (0, 1), "swapaxes": (2,)}
# Functions that make an array whose elements lie in a row; those that do if their
# argument's do.
_MAKERS = frozenset(f"numpy.{n}" for n in "zeros ones empty full eye identity".split())
_LIKE = frozenset(
    f"numpy.{n}" for n in "zeros_like ones_like empty_like full_like copy".split()
)


def by_methods(value: Expr) -> Expr:
    """The value with `x.reshape(s)` for `np.reshape(x, s)`, and `x.T` for
    `x.transpose()`: paths are written from the left to the right."""

    def change(node: Expr) -> Expr:
        match node:
            case Call(Ref(path), (base, *args), ()) if len(args) in _ARGUMENTS.get(
                path.removeprefix("numpy."), ()
            ):
                name = path.removeprefix("numpy.")
                return change(Call(Attribute(base, name), tuple(args)))
            case Call(Attribute(base, "transpose"), (), ()):
                return Attribute(base, "T")
            case _:
                return node

    return transform(value, change)


def is_view(value: Expr, base: Expr, kinds: Kinds, rows: AbstractSet[str]) -> bool:
    """Whether an array in another shape is a view for certain.

    Args:
        rows: the variables whose elements lie in a row.
    """
    old, new = kinds.of(base), kinds.of(value)
    if not isinstance(old, Array) or not isinstance(new, Array):
        return False
    if isinstance(old.shape, Unknown) or isinstance(new.shape, Unknown):
        return False
    assert isinstance(value, Call)
    if any(isinstance(kinds.of(arg), Opaque) for arg in value.args):
        return False  # an order
    if new.rank == 1 and lies_in_a_row(base, kinds, rows):
        return True
    is_ravel = value.func == Attribute(base, "ravel")
    return not is_ravel and _divides(old.shape, new.shape)


def _divides(old: Shape, new: Shape) -> bool:
    """Whether a shape is another one, each axis of which may be divided."""
    if len(old) == 1:
        return True  # whatever the parts are
    rest = [*new]
    for length in old:
        part = ONE
        while part != length:
            if not rest:
                return False
            part = part * rest.pop(0)
    return all(length == ONE for length in rest)


def lies_in_a_row(value: Expr, kinds: Kinds, rows: AbstractSet[str]) -> bool:
    """Whether the elements of an array lie in a row for certain."""
    value = strip(value)
    kind = kinds.of(value)
    if not isinstance(kind, Array) or kind.rank is None:
        return False
    match value:
        case Var(name):
            return name in rows
        case Index(base, index):
            parts = [part for part, _ in selection(index, kinds).parts]
            while parts and parts[0] is Part.INTEGER:
                parts.pop(0)
            whole = all(part is Part.WHOLE for part in parts)
            return whole and not is_flat(base) and lies_in_a_row(base, kinds, rows)
        case Call(Ref(path), _, keywords) if path in _MAKERS:
            return all(name != "order" for name, _ in keywords)
        case Call(Ref(path), (like, *_), ()) if path in _LIKE:
            return lies_in_a_row(like, kinds, rows)
        case Call(Attribute(_, "copy"), (), ()):
            return True
        case Call(Attribute(base, name), _, ()) if name in SHAPES:
            return lies_in_a_row(base, kinds, rows)
        case Binary() | Unary():
            return all(
                lies_in_a_row(part, kinds, rows) if kinds.of(part).rank else True
                for part in value.operands
            )
        case _:
            return False


def as_target(target: Index, kinds: Kinds) -> Index | None:
    """The place that is written to, with `x.flat[i]` for what is an element of all
    elements in one row; None where that would be a copy."""
    inner = _flattened(target.base, kinds)
    if inner is not None:
        index = Slice() if target.index is _WHOLE else target.index
        target = Index(Attribute(inner, "flat"), index)
    above = target.base.operands[0] if is_flat(target.base) else target.base
    parts = postorder(above)
    copies = any(is_flat(p) or _flattened(p, kinds) is not None for p in parts)
    return None if copies else target


def reshaped_in(value: Expr | None) -> str | None:
    """The variable whose elements get another shape in an expression, "" for none that
    has a name; None where nothing gets another shape."""
    for node in () if value is None else postorder(by_methods(value)):
        match node:
            case Call(Attribute(base, name)) if name in SHAPES:
                while not isinstance(base, Var) and base.operands:
                    base = base.operands[0]
                return base.name if isinstance(base, Var) else ""
    return None


def _flattened(node: Expr, kinds: Kinds) -> Expr | None:
    """The array whose elements are put in one row."""
    match node:
        case Call(Attribute(base, name)) if name in SHAPES and kinds.of(node).rank == 1:
            return base
        case _:
            return None
