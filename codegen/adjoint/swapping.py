"""Elements that take each other's places: so do their adjoints.

x[i], x[j] = x[j], x[i]                  dx[i], dx[j] = dx[j], dx[i]
U[[k, p]] = U[[p, k]]                    dU[[k, p]] = dU[[p, k]]

That holds for two places that are one, too: nothing moves, forward or back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..analysis.meaning import Binding
from ..analysis.recording import values_read
from ..ir.blocks import blocks_of, with_blocks
from ..ir.expr import Const, Expr, Index, Sequence, Slice, Unary, Var
from ..ir.stmt import SWAP, Assign, Block, Stmt, Write
from ..ir.types import Number
from ..rules.kinds import Kinds


def is_swap(write: Write, binding: Binding, kinds: Kinds) -> bool:
    """Whether a write does nothing but let parts of an array change places."""
    if write.op:
        return write.op == SWAP
    match binding.target, binding.value:
        case Index(Var() as base, index), Index(read, places) if read == base:
            one, other = _items(index), _items(places)
            if len(one) != len(other):
                return False
            pairs = [*zip(one, other, strict=True)]
            turned = [_is_turned(*pair) for pair in pairs]
            stays = [a == b and _is_plain(a, kinds) for a, b in pairs]
            return any(turned) and all(map(max, turned, stays))
        case _:
            return False


def _items(index: Expr) -> tuple[Expr, ...]:
    match index:
        case Sequence("tuple", items):
            return items
        case _:
            return (index,)


def _is_turned(one: Expr, other: Expr) -> bool:
    """Whether these are `[i, j]` and `[j, i]`."""
    match one, other:
        case Sequence("list", (first, second)), Sequence("list", items):
            return items == (second, first)
        case _:
            return False


def _is_plain(index: Expr, kinds: Kinds) -> bool:
    """Whether this is a slice, or one place."""
    match index:
        case Slice() | Const("...") | Unary("-", Const()):
            return True
        case _:
            return isinstance(kinds.of(index), Number)


def lines_back(element: Expr, other: Expr, held: Var | None) -> list[Stmt]:
    """The adjoints change places.

    Args:
        held: a name for the first of them; None where the index names both places.
    """
    if held is None:
        return [Assign((element,), other)]
    return [Assign((held,), element), Assign((element,), other), Assign((other,), held)]


def exchanged(backward: Block) -> Block:
    """A finished backward pass in which what only holds an element while it changes
    its place with another one has no name."""
    return _exchanged(backward, Counter(values_read(backward)))


def _exchanged(block: Block, reads: Mapping[str, int]) -> Block:
    out: list[Stmt] = []
    for statement in block:
        inner = [_exchanged(part, reads) for part in blocks_of(statement)]
        out.append(with_blocks(statement, inner) if inner else statement)
        match out:
            case [
                *_,
                Assign((Var(held),), Index() as one),
                Assign((Index() as target,), Index() as other),
                Assign((Index() as last,), Var(put)),
            ] if held == put and reads[held] == 1 and one == target and other == last:
                out[-3:] = [Write(one, other, SWAP)]
            case [*_, Assign((Sequence(_, (Index() as one, Index() as other)),))]:
                out[-1] = Write(one, other, SWAP)
    return tuple(out)
