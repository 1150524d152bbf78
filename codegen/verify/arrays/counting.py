"""How often the loops of a program have to run so that they show what they do.

The second trip is the first one that takes something over, the third the first one that
takes over what was taken over. Where places are used in turns, they are used again:

    buf[i % 4] = buf[(i + 1) % 4] * a + x[i]      in the fifth trip
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from .reading import Program

_TRIPS = 3
# numbers that loops may have to count to
LONGEST_LOOP = 16


def due_trips(program: Program) -> Mapping[int, int]:
    """By the line of a loop, how many trips it should have had, where that is up to the
    lengths of arrays or to integers that are given."""
    nodes = [part for node in program.body for part in ast.walk(node)]
    every = [*nodes, *(n for c in program.names.constants for n in ast.walk(c))]
    named = {*_counted(every)}
    found = {}
    for loop in nodes:
        if isinstance(loop, ast.For) and not _is_fixed(loop.iter):
            turns = {turn for part in ast.walk(loop) for turn in _turns(part, named)}
            found[loop.lineno] = max((_TRIPS, *(turn + 2 for turn in turns)))
    return found


def _is_fixed(over: ast.expr) -> bool:
    """Whether a loop is as long every time: `range(3)`."""
    match over:
        case ast.Call(args=args):
            return all(isinstance(arg, ast.Constant) for arg in args) and bool(args)
        case _:
            return isinstance(over, ast.List | ast.Tuple)


def _turns(node: ast.AST, named: set[int]) -> Iterator[int]:
    """After how many trips an index that is divided may come again; one that is divided
    by what has a name after any of the numbers of the program."""
    match node:
        case ast.BinOp(op=ast.Mod() | ast.FloorDiv(), right=ast.Constant() as right):
            yield from _counted([right])
        case ast.BinOp(op=ast.Mod() | ast.FloorDiv()):
            yield from named


def _counted(nodes: list[ast.AST]) -> Iterator[int]:
    """The numbers that a loop may have to count to."""
    for node in nodes:
        match node:
            case ast.Constant(value=int(number)) if 1 < number <= LONGEST_LOOP:
                yield number
