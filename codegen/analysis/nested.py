"""An index of an indexed array as one index: `x[i][j]` is `x[i, j]`, `x[1:][2]` is
`x[3]`."""

from __future__ import annotations

from collections.abc import Iterator

from ..ir.expr import Const, Expr, Index, Sequence, Slice, Unary
from ..ir.types import Items, List, Tree
from ..rules.indexing import Part, selection
from ..rules.kinds import Kinds
from .axes import literal

WHOLE = Const("...")
_SIMPLE = frozenset({Part.INTEGER, Part.SLICE, Part.WHOLE, Part.REVERSED})


def joined(node: Index, kinds: Kinds) -> Expr:
    """The same with one index, where that is plainly the same."""
    base, index = node.base, node.index
    if not isinstance(base, Index):
        return node
    if isinstance(kinds.of(base.base), List | Items | Tree):
        return node
    if index is WHOLE:
        return base
    first, second = selection(base.index, kinds), selection(index, kinds)
    if not all(p in _SIMPLE for p, _ in second.parts):
        return node
    rest = iter([item for _, item in second.parts])
    parts: list[Expr] = []
    for part, item in first.parts:
        one = _of_part(part, item, rest)
        if one is None:
            return node
        parts.append(one)
    parts += rest
    return Index(
        base.base, parts[0] if len(parts) == 1 else Sequence("tuple", tuple(parts))
    )


def _of_part(part: Part, item: Expr, rest: Iterator[Expr]) -> Expr | None:
    """What one part of the first index becomes; a part that keeps its axis takes the
    next part of the second."""
    match part:
        case Part.INTEGER:
            return item
        case Part.WHOLE:
            return next(rest, item)
        case Part.SLICE:
            assert isinstance(item, Slice)
            inner = next(rest, None)
            return item if inner is None else _shifted(item, inner)
        case _:
            return None


def _shifted(outer: Slice, inner: Expr) -> Expr | None:
    """`outer[inner]` along one axis, where all bounds are constants from the front.

    `x[a:][j]` raises wherever `x[a + j]` does, and so does `x[a:b][j]` if a + j < b.
    """
    start = _from_front(outer.lower)
    if start is None or outer.step is not None:
        return None
    end = None if outer.upper is None else _from_front(outer.upper)
    if outer.upper is not None and end is None:
        return None
    if not isinstance(inner, Slice):
        at = _integer(inner)
        if at is None or at < 0 or (end is not None and start + at >= end):
            return None
        return Const(str(start + at))
    lower = _from_front(inner.lower)
    if lower is None or not _is_forward(inner.step):
        return None
    upper = inner.upper
    if upper is None:
        upper = outer.upper
    else:
        last = _integer(upper)
        if last is None or (end is not None and not 0 <= last <= end - start):
            return None
        upper = Const(str(start + last)) if last >= 0 else upper
    first = start + lower
    return Slice(Const(str(first)) if first else None, upper, inner.step)


def _is_forward(step: Expr | None) -> bool:
    return step is None or (_integer(step) or 0) > 0


def _from_front(bound: Expr | None) -> int | None:
    """A bound that counts from the front: 0 where there is none."""
    found = 0 if bound is None else _integer(bound)
    return None if found is None or found < 0 else found


def _integer(node: Expr) -> int | None:
    if isinstance(node, Unary) and node.op == "-":
        found = literal(node.operand)
        return None if found is None else -found
    return literal(node)
