"""Numbers are multiplied before arrays are, where that is done many times.

for t in ...:
    dh += 2 * (h - y[t]) * dloss            dh += 2 * dloss * (h - y[t])
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.blocks import blocks_of, with_blocks
from ...ir.expr import Binary, Const, Expr
from ...ir.stmt import Accumulate, Assign, Block, For, Stmt, While
from ...ir.types import Array, Number
from ...rules.kinds import Kinds


def numbers_first(block: Block, kinds: Kinds, *, again: bool = False) -> Block:
    """A backward pass in whose loops a number and a number make one factor.

    Args:
        again: whether the block is run many times.
    """
    return tuple([_statement(statement, kinds, again) for statement in block])


def _statement(s: Stmt, kinds: Kinds, again: bool) -> Stmt:
    inner = again or isinstance(s, For | While)
    blocks = [numbers_first(block, kinds, again=inner) for block in blocks_of(s)]
    if blocks:
        return with_blocks(s, blocks)
    match s:
        case Assign(value=value) | Accumulate(value=value) if again:
            return replace(s, value=_ordered(value, kinds))
        case _:
            return s


def _ordered(value: Expr, kinds: Kinds) -> Expr:
    match value:
        case Binary("*", Binary("*", Const() as number, array), factor) if _is_array(
            array, kinds
        ) and _is_number(factor, kinds):
            return Binary("*", Binary("*", number, factor), array)
        case _:
            return value


def _is_array(value: Expr, kinds: Kinds) -> bool:
    kind = kinds.of(value)
    return isinstance(kind, Array) and bool(kind.rank)


def _is_number(value: Expr, kinds: Kinds) -> bool:
    kind = kinds.of(value)
    return isinstance(kind, Number) or (isinstance(kind, Array) and kind.shape == ())
