"""Small integers are made floats before the backward pass computes with them alone.

dx = 2 * k * dout       dx = 2 * k.astype(float) * dout

Beside floats they are floats. But an upstream gradient of one number may be given as an
integer, `f_backward(1, cache)`, and NumPy keeps the type of the array beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import fields, replace
from typing import Any

from ...analysis.recording import expressions
from ...ir.blocks import map_statements, walk_statements
from ...ir.expr import Binary, Call, Expr, Index, Unary, Var
from ...ir.program import Program
from ...ir.stmt import Assign, Block, Stmt
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
from ..building.naming import is_primal
from ..cutting import is_float


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


def widened(
    backward: Block, forward: Block, kinds: Kinds, given: Iterable[Var]
) -> Block:
    """A backward pass that computes with small integers only what the forward pass
    does, too.

    Args:
        given: the upstream gradient.
    """
    if not kinds.narrow:
        return backward
    # places stay integers
    at = [n.index for n in _nodes(backward) if isinstance(n, Index)]
    done = {*_nodes(forward), *(node for index in at for node in postorder(index))}
    floats = _floats(backward, kinds, {one.name for one in given})

    def change(node: Expr) -> Expr:
        node = _plain(node, kinds, floats)
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


def _floats(backward: Block, kinds: Kinds, given: Set[str]) -> Callable[[str], bool]:
    """Which variables are of floats whatever the upstream gradient is: not adjoints of
    one number that are made of upstream gradients and integers alone."""
    bound: dict[str, list[Expr]] = {}
    for statement in walk_statements(backward):
        match statement:
            case Assign((Var(name),), value):
                bound.setdefault(name, []).append(value)
            case _:
                pass
    found = bound.keys() - given

    def known(name: str) -> bool:
        kind = kinds.of(Var(name))
        if is_primal(name):
            return isinstance(kind, Array | Number) and kind.kind == "float"
        return bool(kind.rank) or name in found

    while open_ := {n for n in found if not all(is_float(v, known) for v in bound[n])}:
        found -= open_
    return known


def _plain(node: Expr, kinds: Kinds, floats: Callable[[str], bool]) -> Expr:
    """The node without conversions that change nothing: beside floats
    integers are floats, and quotients always are."""
    inner = integers_of(node)
    if inner is not None and not is_integers(kinds.of(inner)):
        return inner
    match node:
        case Binary("/", left, right):
            return Binary("/", integers_of(left) or left, integers_of(right) or right)
        case Binary("*", left, right) if _is_float(right, kinds, floats):
            return Binary("*", integers_of(left) or left, right)
        case Binary("*", left, right) if _is_float(left, kinds, floats):
            return Binary("*", left, integers_of(right) or right)
        case _:
            return node


def _is_float(value: Expr, kinds: Kinds, floats: Callable[[str], bool]) -> bool:
    kind = kinds.of(value)
    if not isinstance(kind, Array | Number) or kind.kind != "float":
        return False
    return integers_of(value) is None and (bool(kind.rank) or is_float(value, floats))


def _float(value: Expr, kinds: Kinds) -> Expr:
    return as_float(value, kinds) if is_integers(kinds.of(value)) else value
