"""Objects and generators of the user's own that `with` calls.

with Scaled(net, 2.0) as s:         scaled = Scaled(net, 2.0)
    y = net.value(x)                s = scaled.__enter__()
                                =>  y = net.value(x)
                                    scaled.__exit__(None, None, None)

Where the block ends in an error so does the whole: what would hide one is refused.
"""

from __future__ import annotations

import ast
from abc import ABC
from dataclasses import replace

from ..desugar.jumps import returns_in
from ..desugar.plain import NO_MANAGER
from ..desugar.yielding import resumed, yields_in
from ..source.bindings import Object, Written
from ..syntax.added import at
from .generators import Generators

_ENTER, _EXIT = "__enter__", "__exit__"


class Managers(Generators, ABC):
    """Rewrites `with`."""

    def managed(self, node: ast.With) -> list[ast.stmt]:
        """The statements of a `with`, with what goes before and behind them."""
        first, *rest = node.items
        body: list[ast.stmt] = node.body
        if rest:
            body = [at(node, ast.With(rest, body))]
        if made := self.generator(first.context_expr):
            return self._around_yield(node, first, *made, body)
        piece = self.piece(first.context_expr)
        owner = piece.known
        if not isinstance(owner, Object):
            self.refuse("BG010", NO_MANAGER, first.context_expr)
        methods = owner.of.source.methods
        if _ENTER not in methods or _EXIT not in methods:
            self.refuse("BG010", NO_MANAGER, first.context_expr)
        self._check_hides(methods[_EXIT])
        entered = self._special(owner, _ENTER, node)
        start: ast.stmt = at(node, ast.Expr(entered))
        if first.optional_vars is not None:
            start = at(node, ast.Assign([first.optional_vars], entered))
        none = [at(node, ast.Constant(None)) for _ in range(3)]
        left = at(node, ast.Expr(self._special(owner, _EXIT, node, *none)))
        return [*piece.before, *self.block([start, *body, left])]

    def _special(
        self, owner: Object, method: str, node: ast.stmt, *args: ast.expr
    ) -> ast.Call:
        func = ast.Attribute(self.named(owner), method, ast.Load())
        return at(node, ast.Call(at(node, func), [*args], []))

    def _check_hides(self, method: ast.FunctionDef) -> None:
        for returned in returns_in(method.body):
            match returned.value:
                case None | ast.Constant(value=None | False):
                    continue
            message = "`__exit__` may hide an error here"
            self.refuse("BG010", message, returned, "return nothing")

    def _around_yield(
        self,
        node: ast.With,
        item: ast.withitem,
        written: Written,
        call: ast.Call,
        body: list[ast.stmt],
    ) -> list[ast.stmt]:
        """What `@contextmanager` makes of a generator: its body around the block."""
        definition = written.node
        assert isinstance(definition, ast.FunctionDef)
        if not written.manages:
            self.refuse("BG010", NO_MANAGER, item.context_expr)
        if len(yields_in(definition)) != 1 or not _yields_once(definition.body):
            message = "this does not yield exactly once"
            self.refuse("BG010", message, item.context_expr)
        self.check_goes_on(call, written, body)
        depth = len(self.active)

        def put(value: ast.expr) -> list[ast.stmt]:
            start: list[ast.stmt] = []
            if item.optional_vars is not None:
                start = [at(value, ast.Assign([item.optional_vars], value))]
            return [resumed([*start, *body], depth, node)]

        return self.written_out(call, replace(written, doubtful=None), put)


def _yields_once(nodes: list[ast.stmt]) -> bool:
    """Whether one of the statements, which all run, yields."""
    for node in nodes:
        match node:
            case ast.Expr(value=ast.Yield()):
                return True
            case ast.Try(body=body, handlers=[], orelse=[]) if _yields_once(body):
                return True
            case ast.With(body=body) if _yields_once(body):
                return True
    return False
