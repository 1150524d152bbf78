"""How many axes the body of a function says that its parameters have.

    def f(x, w):
        N, D = x.shape
        assert w.ndim == 2

What comes to its end has these ranks. Which lengths are equal is not known.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from ...ir.dims import Shape, at_entry
from ...ir.types import Array, Type
from ..syntax.walking import names_in, walk


def stated_shapes(
    nodes: Sequence[ast.stmt], names: Collection[str]
) -> dict[str, Shape]:
    """Shapes, as far as the rank is stated, by parameter.

    Args:
        nodes: the body. What may not be reached, or is about another value of the same
            name, says nothing.
    """
    found: dict[str, Shape] = {}
    left = set(names)
    for node in nodes:
        if not left or any(isinstance(n, ast.Return) for n in walk(node)):
            break
        for name, rank in _stated(node):
            if name in left and rank > 0:
                found[name] = at_entry_of(name, rank)
        left -= {n.id for n in names_in([node]) if not isinstance(n.ctx, ast.Load)}
        left -= found.keys()
    return found


def is_stated(name: str, kind: Type) -> bool:
    """Whether it is only the body that says how many axes a parameter has: what says
    so has to stay in it."""
    match kind:
        case Array(shape=(_, *_) as shape):
            return shape == at_entry_of(name, len(shape))
        case _:
            return False


def at_entry_of(name: str, rank: int) -> Shape:
    """The shape of a parameter that has so many axes, of any lengths."""
    return tuple(at_entry(f"{name}.shape[{axis}]") for axis in range(rank))


def _stated(node: ast.stmt) -> Iterator[tuple[str, int]]:
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=parts) | ast.List(elts=parts)]):
            name = _measured(node.value)
            if name and not any(isinstance(part, ast.Starred) for part in parts):
                yield name, len(parts)
        case ast.Assert(test=test):
            yield from _true(test)
        case ast.If(test=test, body=[ast.Raise()], orelse=[]):
            yield from _false(test)


def _true(test: ast.expr) -> Iterator[tuple[str, int]]:
    """What holds where a condition does."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            for value in values:
                yield from _true(value)
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            yield from _compared(left, right)


def _false(test: ast.expr) -> Iterator[tuple[str, int]]:
    """What holds where a condition does not."""
    match test:
        case ast.BoolOp(op=ast.Or(), values=values):
            for value in values:
                yield from _false(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _true(operand)
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]):
            yield from _compared(left, right)


def _compared(left: ast.expr, right: ast.expr) -> Iterator[tuple[str, int]]:
    match left, right:
        case ast.Attribute(value=ast.Name(id=name), attr="ndim"), ast.Constant(
            value=int() as rank
        ):
            yield name, rank
        case ast.Call(func=ast.Name(id="len"), args=[measured]), ast.Constant(
            value=int() as rank
        ):
            of = _measured(measured)
            if of is not None:
                yield of, rank
        case measured, ast.Tuple(elts=parts):
            of = _measured(measured)
            if of is not None and not any(
                isinstance(part, ast.Starred) for part in parts
            ):
                yield of, len(parts)


def _measured(node: ast.expr) -> str | None:
    """The variable whose shape an expression is."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr="shape"):
            return name
        case _:
            return None
