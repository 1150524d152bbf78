"""Elements of arrays as targets: `x[i]`, `x[1:][k]`, `x.T[i]`, and their adjoints."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.nested import WHOLE
from ..ir import expr as ir
from ..ir.expr import Binary, Call, Compare, Expr, Index, Unary, Var
from ..ir.memory import VIEW_METHODS
from ..ir.number import as_number
from ..ir.stmt import Write
from ..ir.types import Array, Number
from ..rules.kinds import Kinds
from .building.naming import adjoint_of


def root_of(target: Expr) -> Var:
    """The variable whose elements a target names."""
    while not isinstance(target, Var):
        target = target.operands[0]
    return target


def renamed_root(target: Expr, root: Var) -> Expr:
    """The same elements of another array."""
    match target:
        case Var():
            return root
        case Index(base, index):
            return Index(renamed_root(base, root), index)
        case ir.Attribute(base, name):
            return ir.Attribute(renamed_root(base, root), name)
        case Call(ir.Attribute(base, name), args, keywords):
            return Call(ir.Attribute(renamed_root(base, root), name), args, keywords)
        case ir.Paren(inner):
            return renamed_root(inner, root)
        case _:
            raise AssertionError(target)


def path_root(node: Expr) -> Var | None:
    """The variable at the root of `x[i]`, `x.T[i]`, `x[1:][i]`."""
    while True:
        match node:
            case Var():
                return node
            case Index(base) | ir.Attribute(base, "T" | "mT" | "flat") | ir.Paren(base):
                node = base
            case Call(ir.Attribute(base, name)) if name in VIEW_METHODS:
                node = base
            case _:
                return None


def selectors(path: Expr) -> Iterator[Expr]:
    """The indices and further arguments on the way from the root of a path."""
    while not isinstance(path, Var):
        if isinstance(path, Call):
            yield from path.args
            path = path.func
        else:
            first, *others = path.operands
            yield from others
            path = first


def whole_adjoint(leaf: Expr) -> Expr:
    """The adjoint of a variable; of an element that is not always the same one, that of
    the list."""
    adjoint = adjoint_of(leaf)
    path, changes = adjoint, False
    while isinstance(path, Index):
        changes = changes or as_number(path.index) is None
        path = path.base
    return path if changes else adjoint


def added(statement: Write, target: Expr, value: Expr, kinds: Kinds) -> Expr | None:
    """What a write adds to what is there, `x[i] += e` or `x[i] = x[i] + e`; None where
    it does something else."""
    if not isinstance(value, Binary) or value.op not in ("+", "-"):
        return None
    at = statement.op.endswith(".at")
    if statement.op and not at and statement.op != value.op:
        return None
    if not statement.op and not isinstance(kinds.of(target), Number | Array):
        return None
    if at or _is_read(value.left, target):
        return value.right if value.op == "+" else Unary("-", value.right)
    swapped = not statement.op and value.op == "+" and _is_read(value.right, target)
    return value.left if swapped else None


def _is_read(value: Expr, target: Expr) -> bool:
    """Whether a value is what stands where something is written to."""
    match target:
        case Index(base, index) if index is WHOLE and value is base:
            return True
        case _:
            return value is target


def outermost(place: Index) -> Index:
    """The item of a variable that a place is in."""
    while isinstance(place.base, Index):
        place = place.base
    return place


def looked_at(read: Expr) -> Expr:
    """What is read where a length is, or whether something is in a dict."""
    match read:
        case Call(_, (whole,)) | Compare(_, (_, whole)):
            return whole
        case _:
            return read
