"""Adjoints that are written to part by part, and wholly: they need not begin as zeros.

    dz = np.zeros_like(z)           dz = np.empty_like(z)
    dz[H:] = ...               =>   dz[H:] = ...
    dz[:H] = ...                    dz[:H] = ...

`x[:a]`, `x[a:b]` and `x[b:]` are all of `x`, whatever `a` and `b` are: what is not
below `a` is below `b`, or it is not.
"""

from __future__ import annotations

from dataclasses import replace

from ...analysis.recording import expressions, values_bound
from ...ir.blocks import blocks_of, map_statements, with_blocks
from ...ir.expr import Call, Expr, Index, Ref, Sequence, Slice, Var
from ...ir.stmt import Assign, Block, Stmt
from ...ir.walk import names_in

_ZEROS, _EMPTY = Ref("numpy.zeros_like"), Ref("numpy.empty_like")
# From where to where, along which axis.
_Part = tuple[int, Expr | None, Expr | None]


def without_idle_zeros(backward: Block) -> Block:
    """A settled backward pass in which such adjoints begin empty."""

    def inside(statement: Stmt) -> Stmt:
        blocks = [_block(block) for block in blocks_of(statement)]
        return with_blocks(statement, blocks) if blocks else statement

    return _block(map_statements(backward, inside))


def _block(block: Block) -> Block:
    return tuple(
        _begun_empty(line, block[place + 1 :]) for place, line in enumerate(block)
    )


def _begun_empty(line: Stmt, behind: Block) -> Stmt:
    match line:
        case Assign((Var(name),), Call(func, args, keywords)) if func == _ZEROS:
            if _is_covered(name, behind):
                return replace(line, value=Call(_EMPTY, args, keywords))
    return line


def _is_covered(name: str, behind: Block) -> bool:
    """Whether all of an array is written to before anything else is done to it."""
    parts: list[_Part] = []
    for statement in behind:
        match statement:
            case Assign((Index(Var(written), index),), value) if written == name:
                part = _part_of(index)
                if part is None or name in (*names_in(value), *names_in(index)):
                    return False
                parts.append(part)
                if _are_all(parts):
                    return True
            case _ if blocks_of(statement):
                return False
            case _:
                read = {n for e in expressions(statement) for n in names_in(e)}
                bound = {*values_bound(statement)}
                bounds = {n for p in parts for e in p[1:] if e for n in names_in(e)}
                if name in read | bound or not bounds.isdisjoint(bound):
                    return False
    return False


def _part_of(index: Expr) -> _Part | None:
    """Which part of an array an index is, if that is all of it but along one axis."""
    items = index.items if isinstance(index, Sequence) else (index,)
    cut = [n for n, item in enumerate(items) if item != Slice(None, None, None)]
    match [items[n] for n in cut]:
        case [Slice(lower, upper, None)]:
            return cut[0], lower, upper
        case _:
            return None


def _are_all(parts: list[_Part]) -> bool:
    """Whether parts make a whole: from the front to where the next one begins."""
    (axis, *_), *_ = parts
    begins = {lower: upper for at, lower, upper in parts if at == axis}
    end = begins.pop(None, ...)
    while end is not ... and end is not None:
        end = begins.pop(end, ...)
    return end is None
