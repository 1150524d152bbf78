"""Gradients of lists whose elements are all known in one stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...ir import expr as ir
from ...ir.expr import Const, Expr, Index, Var
from ...ir.stmt import Accumulate, Block, Heading, Stmt
from ...ir.types import Type
from ...ir.walk import names_in
from .zeros import length_of


def _blocks(backward: Block) -> Iterator[list[Stmt]]:
    block: list[Stmt] = []
    for statement in backward:
        if isinstance(statement, Heading):
            yield block
            block = []
        block.append(statement)
    yield block


def written_at_once(
    backward: Block, types: Mapping[str, Type]
) -> dict[Var, list[tuple[Expr, Expr]]]:
    """Adjoints of lists whose elements all get their one contribution in one stage."""
    written: dict[Var, list[list[tuple[Expr, Expr]]]] = {}
    for block in _blocks(backward):
        here: dict[Var, list[tuple[Expr, Expr]]] = {}
        for statement in block:
            match statement:
                case Accumulate(target=Index(base=Var() as base) as target, value=v):
                    here.setdefault(base, []).append((target, v))
                case Accumulate(Var() as base):
                    written.setdefault(base, []).append([])  # as a whole
        for base, lines in here.items():
            written.setdefault(base, []).append(lines)
    return {
        base: blocks[0]
        for base, blocks in written.items()
        if len(blocks) == 1
        and length_of(base, types) == len(blocks[0])
        and {target for target, _ in blocks[0]} == _elements(base, len(blocks[0]))
        and not any(_reads(value, base) for _, value in blocks[0])
    }


def _reads(value: Expr, variable: Var) -> bool:
    return variable.name in set(names_in(value))


def _elements(base: Var, count: int) -> set[Expr]:
    return {Index(base, Const(str(i))) for i in range(count)}


def display(base: Var, items: Mapping[Expr, Expr]) -> Expr:
    """The gradient of a list, by its elements, as one display."""
    ordered = [items[Index(base, Const(str(i)))] for i in range(len(items))]
    return ir.Sequence("list", tuple(ordered))
