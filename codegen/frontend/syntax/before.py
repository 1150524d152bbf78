"""What may be read before the statements of a function bind it."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from .walking import names_in

# What is certainly bound at some point; None where no way leads there.
Certain = frozenset[str] | None


def reads_before(body: Iterable[ast.stmt], wanted: Container[str]) -> set[str]:
    """Those of the wanted variables that are, or may be, read before they are
    bound."""
    reading = _Reading(wanted)
    reading.block(body, frozenset())
    return reading.early


@dataclass
class _Reading:
    wanted: Container[str]
    early: set[str] = field(default_factory=set)

    def block(self, nodes: Iterable[ast.stmt], certain: Certain) -> Certain:
        """Statements that follow each other; what is certain behind them."""
        for node in nodes:
            if certain is None:
                break  # never reached
            certain = self._statement(node, certain)
        return certain

    def _statement(self, node: ast.stmt, certain: frozenset[str]) -> Certain:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                self._read([test], certain)
                ends = self.block(body, certain), self.block(orelse, certain)
                return _joined(*ends)
            case ast.While(test=test, body=body, orelse=orelse):
                self._read([test], certain)
                self.block(body, certain)
                self.block(orelse, certain)
                return certain
            case ast.For(target=target, iter=source, body=body, orelse=orelse):
                self._read([source], certain)
                self.block(body, certain | _bound(target))
                self.block(orelse, certain)
                return certain
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                self._read([node], certain)
                return None
            case ast.Assign() | ast.AnnAssign():
                self._read([node], certain)
                return certain | _bound(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return certain
            case _:  # also `+=`: it reads what it binds, or it may keep what was there
                self._read([node], certain)
                self._add(_bound(node), certain)
                return certain

    def _read(self, nodes: Iterable[ast.AST], certain: frozenset[str]) -> None:
        names = names_in(nodes)
        self._add({n.id for n in names if isinstance(n.ctx, ast.Load)}, certain)

    def _add(self, names: Iterable[str], certain: frozenset[str]) -> None:
        self.early |= {n for n in names if n in self.wanted and n not in certain}


def _joined(one: Certain, other: Certain) -> Certain:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _bound(node: ast.AST) -> frozenset[str]:
    names = names_in([node])
    return frozenset(n.id for n in names if not isinstance(n.ctx, ast.Load))
