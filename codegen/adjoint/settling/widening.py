"""Small integers are made floats before the backward pass computes with them alone.

dx = 2 * k * dout       dx = 2 * k.astype(float) * dout
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from ...analysis.recording import expressions
from ...ir.blocks import map_statements, walk_statements
from ...ir.expr import Binary, Call, Expr, Index, Unary
from ...ir.program import Program
from ...ir.stmt import Block, Stmt
from ...ir.types import Array, Number, is_narrow
from ...ir.walk import postorder, transform
from ...rules.kinds import Kinds
from ...rules.narrow import (
    as_float,
    integers_of,
    is_integers,
    is_rough,
    may_wrap,
    names_small_type,
)


def all_narrow(program: Program) -> Program:
    """The program, with all integers of NumPy's taken for small ones if some may be:
    what it is given, or what it makes itself. Functions hand them to each other."""
    blocks = [f.body for f in program.functions]
    nodes = (n for block in (program.constants, *blocks) for n in _nodes(block))
    given = (kind for f in program.functions for kind in f.types.values())
    if not any(map(is_narrow, given)) and not any(map(names_small_type, nodes)):
        return program
    functions = tuple([replace(f, narrow=True) for f in program.functions])
    return replace(program, functions=functions)


def widened(backward: Block, forward: Block, kinds: Kinds) -> Block:
    """A backward pass that computes with small integers only what the forward pass
    does, too."""
    if not kinds.narrow:
        return backward
    # places stay integers
    at = [n.index for n in _nodes(backward) if isinstance(n, Index)]
    done = {*_nodes(forward), *(node for index in at for node in postorder(index))}

    def change(node: Expr) -> Expr:
        node = _plain(node, kinds)
        if node in done or integers_of(node) is not None:
            return node
        if not (may_wrap(node, kinds) or is_rough(node, kinds)):
            return node
        match node:
            case Unary(op, operand):
                return Unary(op, _float(operand, kinds))
            case Binary(op, left, right) if is_integers(kinds.of(left)):
                return Binary(op, _float(left, kinds), right)
            case Binary(op, left, right):
                return Binary(op, left, _float(right, kinds))
            case Call(function, args, keywords):
                new = tuple([_float(arg, kinds) for arg in args])
                return Call(function, new, keywords)
            case _:
                return node

    def statement(s: Stmt) -> Stmt:
        found = {f.name: getattr(s, f.name) for f in fields(s)}
        new: dict[str, Any] = {
            name: transform(value, change)
            for name, value in found.items()
            if isinstance(value, Expr)
        }
        return replace(s, **new) if new else s

    return map_statements(backward, statement)


def _nodes(block: Block) -> Iterator[Expr]:
    """All that a block evaluates."""
    for statement in walk_statements(block):
        for value in expressions(statement):
            yield from postorder(value)


def _plain(node: Expr, kinds: Kinds) -> Expr:
    """The node without conversions that change nothing: beside floats
    integers are floats, and quotients always are."""
    inner = integers_of(node)
    if inner is not None and not is_integers(kinds.of(inner)):
        return inner
    match node:
        case Binary("/", left, right):
            return Binary("/", integers_of(left) or left, integers_of(right) or right)
        case Binary("*", left, right) if _is_float(right, kinds):
            return Binary("*", integers_of(left) or left, right)
        case Binary("*", left, right) if _is_float(left, kinds):
            return Binary("*", left, integers_of(right) or right)
        case _:
            return node


def _is_float(value: Expr, kinds: Kinds) -> bool:
    kind = kinds.of(value)
    floats = isinstance(kind, Array | Number) and kind.kind == "float"
    return floats and integers_of(value) is None


def _float(value: Expr, kinds: Kinds) -> Expr:
    return as_float(value, kinds) if is_integers(kinds.of(value)) else value
