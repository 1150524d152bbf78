"""What type of floats an array carries is asked once, before a loop, and not in each of
its trips.

    for t in reversed(range(n)):                b_type = _float_type(b)
        dz = np.empty_like(                     for t in reversed(range(n)):
            b, dtype=_float_type(b)                 dz = np.empty_like(b, dtype=b_type)
        )
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...analysis.recording import values_bound
from ...ir.blocks import blocks_of, map_expressions, walk_statements, with_blocks
from ...ir.expr import Call, Expr, Ref, Var
from ...ir.stmt import Assign, Block, For, Stmt, While
from ...ir.walk import bound_by, transform
from ..building.naming import Wanted


def asked_once(backward: Block, wanted: Wanted, root: Callable[[str], str]) -> Block:
    """A finished backward pass that asks for the types of arrays before its loops.

    Args:
        root: the variable that a value is one of.
    """
    return tuple(_lines(backward, wanted, root))


def _lines(block: Block, wanted: Wanted, root: Callable[[str], str]) -> Iterator[Stmt]:
    for statement in block:
        match statement:
            case For() | While():
                asking = _Asking(wanted, root, {root(n) for n in _bound(statement)})
                (changed,) = map_expressions((statement,), asking.without)
                yield from asking.before
                yield changed
            case _:
                inner = [(*_lines(b, wanted, root),) for b in blocks_of(statement)]
                yield with_blocks(statement, inner) if inner else statement


@dataclass
class _Asking:
    """What a loop asks, of arrays that it binds no other name to."""

    wanted: Wanted
    root: Callable[[str], str]
    bound: set[str]
    before: list[Assign] = field(default_factory=list)
    known: dict[str, Var] = field(default_factory=dict)

    def without(self, node: Expr) -> Expr:
        """An expression of the loop that reads what was asked before it."""
        return transform(node, self._answered)

    def _answered(self, node: Expr) -> Expr:
        match node:
            case Call(Ref("helper._float_type"), (Var(name) as array,)) if (
                self.root(name) not in self.bound
            ):
                if name not in self.known:
                    answer = self.wanted.new("t", array, "", "_type")
                    self.known[name] = answer
                    self.before.append(Assign((answer,), node))
                return self.known[name]
            case _:
                return node


def _bound(loop: For | While) -> Iterator[str]:
    for statement in walk_statements((loop,)):
        if isinstance(statement, For):
            yield statement.index.name
            if statement.shown is not None:
                yield from bound_by(statement.shown[0])
        yield from values_bound(statement)
