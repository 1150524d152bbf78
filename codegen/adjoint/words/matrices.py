"""Pullbacks of matrix products, for all ranks."""

from __future__ import annotations

from ...ir import expr as ir
from ...ir.expr import Attribute, Binary, Call, Const, Expr, Index, Ref
from ...ir.number import as_number
from ...ir.types import Array, Number
from ...rules.kinds import Kinds
from ..building.build import NOTHING, WHOLE, literal, numpy, shape_of

_LAST = Const("...")
_MATRIX = 2


def known_rank(node: Expr, kinds: Kinds) -> int | None:
    """The rank of an array or number, if it is known."""
    kind = kinds.of(node)
    return kind.rank if isinstance(kind, Array | Number) else None


def transposed(node: Expr, rank: int) -> Expr:
    """The last two axes swapped."""
    if rank == _MATRIX:
        match node:
            case Attribute(inner, "T") | Call(Ref("numpy.transpose"), (inner,), ()):
                return inner
            case Call(Ref("numpy.outer") as outer, (one, other), ()):
                return Call(outer, (other, one))
            case ir.Binary() | ir.Unary():
                return numpy("transpose", node)
            case _:
                return Attribute(node, "T")
    last = (ir.Unary("-", Const("1")), ir.Unary("-", Const("2")))
    match node:
        case Call(Ref("numpy.swapaxes"), (inner, one, other), ()) | Call(
            Attribute(inner, "swapaxes"), (one, other), ()
        ) if {_place(one, rank), _place(other, rank)} == {rank - 1, rank - _MATRIX}:
            return inner
        case Call(Attribute(inner, "transpose") as method, (*axes, one, other), ()):
            if len(axes) + 2 == rank:
                turned = (*axes, other, one)
                straight = [as_number(axis) for axis in turned] == [*range(rank)]
                return inner if straight else Call(method, turned)
    return numpy("swapaxes", node, *last)


def _place(axis: Expr, rank: int) -> int | None:
    """The number of an axis, counted from the front."""
    number = as_number(axis)
    return None if number is None else int(number) % rank


def _column(node: Expr) -> Expr:
    """`g[..., None]`."""
    return Index(node, ir.Sequence("tuple", (_LAST, NOTHING)))


def _row(node: Expr) -> Expr:
    """`g[..., None, :]`."""
    return Index(node, ir.Sequence("tuple", (_LAST, NOTHING, WHOLE)))


def _first(node: Expr) -> Expr:
    """`m[..., 0]`."""
    return Index(node, ir.Sequence("tuple", (_LAST, Const("0"))))


def matmul_left(g: Expr, a: Expr, b: Expr, kinds: Kinds) -> Expr:
    """The gradient of `a` in `a @ b`; it may still have axes that `a` was repeated
    along."""
    m, n = known_rank(a, kinds), known_rank(b, kinds)
    match m, n:
        case None, _:
            return at_run_time("_matmul_left", g, a, b, kinds)
        case _, None:
            return at_run_time("_matmul_left", g, a, b, kinds)
        case 1, 1:
            return _like(a, Binary("*", b, g), kinds)
        case 2, 1:
            return _like(a, numpy("outer", g, b), kinds)
        case _, 1:
            return _like(a, Binary("*", _column(g), b), kinds)
        case 1, 2:
            return _like(a, Binary("@", b, g), kinds)
        case 1, _:
            return _many(a, _first(Binary("@", b, _column(g))), 1, kinds)
        case _:
            return _many(a, Binary("@", g, transposed(b, n)), _MATRIX, kinds)


def matmul_right(g: Expr, a: Expr, b: Expr, kinds: Kinds) -> Expr:
    """The gradient of `b` in `a @ b`; it may still have axes that `b` was repeated
    along."""
    m, n = known_rank(a, kinds), known_rank(b, kinds)
    match m, n:
        case None, _:
            return at_run_time("_matmul_right", g, a, b, kinds)
        case _, None:
            return at_run_time("_matmul_right", g, a, b, kinds)
        case 1, 1:
            return _like(b, Binary("*", a, g), kinds)
        case 1, 2:
            return _like(b, numpy("outer", a, g), kinds)
        case 1, _:
            return _like(b, Binary("*", _column(a), _row(g)), kinds)
        case 2, 1:
            return _like(b, Binary("@", transposed(a, m), g), kinds)
        case _, 1:
            made = _first(Binary("@", transposed(a, m), _column(g)))
            return _many(b, made, 1, kinds)
        case int(), 2 if m > _MATRIX:  # one product, not one for each matrix of `a`
            rows = tuple(range(m - 1))
            return _like(b, numpy("tensordot", a, g, literal((rows, rows))), kinds)
        case _:
            return _many(b, Binary("@", transposed(a, m), g), _MATRIX, kinds)


def _like(operand: Expr, made: Expr, kinds: Kinds) -> Expr:
    """What was made, which has the shape of the operand."""
    kinds.note(made, kinds.of(operand))
    return made


def _many(operand: Expr, made: Expr, rank: int, kinds: Kinds) -> Expr:
    """What was made, which may be more vectors or matrices than the operand is, each of
    them of the same size: lengths that are summed over together are equal."""
    match kinds.of(made), kinds.of(operand):
        case Array(tuple() as shape, kind), Array(tuple() as single):
            kinds.note(made, Array((*shape[:-rank], *single[-rank:]), kind))
    return made


def at_run_time(
    name: str, g: Expr, a: Expr, b: Expr, kinds: Kinds, *, both: bool = False
) -> Expr:
    """A function of the written module, which looks at the ranks when it runs.

    Args:
        both: whether it is given both shapes, as the operands may be lists.
    """
    whole, other = (a, b) if name.endswith("left") else (b, a)
    shapes = [shape_of(one, kinds) for one in ((whole, other) if both else (whole,))]
    call = Call(Ref(f"helper.{name}"), (g, other, *shapes))
    kind = kinds.of(whole)
    kinds.note(call, Array(kind.shape) if isinstance(kind, Array) else Array(()))
    return call
