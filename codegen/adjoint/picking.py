"""The way back through `x[i]`: to which elements a gradient goes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from ..ir import expr as ir
from ..ir.dims import ONE, Shape, broadcast
from ..ir.expr import Call, Const, Expr, Index, Ref
from ..ir.number import as_number
from ..ir.types import Tree, Unknown
from ..rules.indexing import Part, Selection, selection
from ..rules.kinds import Kinds
from ..rules.results import shape_of as known_shape
from .building.build import indexed, kept_sum


def unselected(value: Expr, index: Selection) -> Expr:
    """The gradient of `x[i]` where that only adds axes of length 1 and turns others."""
    match value:
        case ir.Unary(op, operand):
            return ir.Unary(op, unselected(operand, index))
        case ir.Binary("*", factor, operand) if as_number(factor) is not None:
            return ir.Binary("*", factor, unselected(operand, index))
    summed = _without_kept(value, index)
    if summed is not None:
        return summed
    parts: list[Expr] = []
    for part, item in index.parts:
        parts.append(Const("0") if part is Part.NEW else item)
    return indexed(value, parts)


def _without_kept(value: Expr, index: Selection) -> Expr | None:
    """`g.sum(axis=1)` for `g.sum(axis=1, keepdims=True)[:, 0]`: the axes that a sum
    keeps are the ones that an index added."""
    leading = 0
    match value:
        case Index(Call() as total, Const("0")):
            leading = 1
        case Index(Call() as total, ir.Sequence(_, zeros)) if set(zeros) == {
            Const("0")
        }:
            leading = len(zeros)
        case Call() as total:
            pass
        case _:
            return None
    kept = kept_sum(total)
    if kept is None:
        return None
    summed, axes = kept
    kinds = [part for part, _ in index.parts]
    added = [leading + i for i, part in enumerate(kinds) if part is Part.NEW]
    if set(kinds) - {Part.NEW, Part.WHOLE} or axes != {*range(leading), *added}:
        return None
    return summed


def is_once(index: Expr, kinds: Kinds) -> bool:
    """Whether an index reads no element twice: a mask, places that are all different,
    or indices that are broadcast with an `np.arange(n)` along each axis."""
    parts = selection(index, kinds).parts
    if [part for part, _ in parts] == [Part.ARRAYS]:
        kind = kinds.of(index)
        return isinstance(kind, Tree) and kind.places
    if any(part is Part.OTHER for part, _ in parts):
        return False
    arrays = [item for part, item in parts if part is Part.ARRAY]
    if len(arrays) <= 1:
        return all(_is_distinct(item, kinds) for item in arrays)
    masked = any(part is Part.MASK for part, _ in parts)
    return not masked and _are_apart(arrays, kinds)


def _are_apart(arrays: Sequence[Expr], kinds: Kinds) -> bool:
    """Whether no two places of indices that are broadcast hold the same: along each
    axis one of them differs, and along no other one."""
    shapes: list[Shape] = []
    for item in arrays:
        shape = known_shape(item, kinds)
        if isinstance(shape, Unknown):
            return False
        shapes.append(shape)
    common: Shape = reduce(broadcast, shapes)
    apart: set[int] = set()
    for item, shape in zip(arrays, shapes, strict=True):
        first = len(common) - len(shape)
        along = [first + i for i, length in enumerate(shape) if length != ONE]
        if len(along) == 1 and _is_distinct(item, kinds):
            (axis,) = along
            if shape[axis - first] == common[axis]:
                apart.add(axis)
    return all(length == ONE or i in apart for i, length in enumerate(common))


def _is_distinct(item: Expr, kinds: Kinds) -> bool:
    """Whether these are integers from 0 on that are all different."""
    match item:
        case Call(Ref("numpy.flatnonzero")) | Call(
            Ref("numpy.arange" | "builtins.range"), (_,), ()
        ):
            return True
        case Call(Ref("numpy.arange" | "builtins.range"), (start, _), ()):
            first = as_number(start)
            return first is not None and first >= 0
        case Call(Ref("numpy.delete"), (whole, *_)):
            return _is_distinct(whole, kinds)
        case Index(whole, index):
            return selection(index, kinds).is_total and _is_distinct(whole, kinds)
        case _:
            return False
