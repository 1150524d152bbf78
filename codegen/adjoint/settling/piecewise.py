"""Gradients of lists of numbers that come in one piece.

    dt += dt_raw        for i in range(len(dt)):        dt = du     dt = list(du)
                            dt[i] += dt_raw[i]

A call gives the gradient of a list as a list, and where a name stands for one list or
another, all of its gradient goes to the one that it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...analysis.values import adjoint_name, value_of_adjoint
from ...ir.blocks import blocks_of, with_blocks
from ...ir.expr import Call, Expr, Index, Ref, Var
from ...ir.stmt import Accumulate, Assign, Block, For, Stmt
from ...ir.types import Items, Type
from ..building.naming import Wanted


def added_by_item(backward: Block, types: Mapping[str, Type], wanted: Wanted) -> Block:
    """A settled backward pass in which such gradients are added item by item, and
    copied where two lists would be one.

    Args:
        types: of the values, by name.
    """
    return tuple(_lines(backward, types, wanted))


def _lines(block: Block, types: Mapping[str, Type], wanted: Wanted) -> Iterator[Stmt]:
    for statement in block:
        inner = [tuple(_lines(part, types, wanted)) for part in blocks_of(statement)]
        match statement:
            case Accumulate(Var() as whole, Var() | Index() as value) if _is_list(
                whole, types
            ):
                yield _added(whole, value, wanted)
            case Assign((Var() as whole,), Var() | Index() as value) if _is_list(
                whole, types
            ):
                copied = Call(Ref("builtins.list"), (value,))
                yield Assign((whole,), copied)
            case _:
                yield with_blocks(statement, inner) if inner else statement


def _is_list(adjoint: Var, types: Mapping[str, Type]) -> bool:
    if not adjoint.name.startswith(adjoint_name("")):
        return False
    return isinstance(types.get(value_of_adjoint(adjoint.name)), Items)


def _added(whole: Var, value: Expr, wanted: Wanted) -> For:
    index = Var(f"t:{len(wanted.wishes)}")
    wanted.wishes[index.name] = ("i", "", "")
    trips = Call(Ref("builtins.range"), (Call(Ref("builtins.len"), (whole,)),))
    one = Accumulate(Index(whole, index), Index(value, index))
    return For(index, trips, (one,))
