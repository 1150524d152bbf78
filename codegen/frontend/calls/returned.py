"""Objects that functions give back.

    return State(h, c)              return h, c
    return Body(x, v)       =>      return {"x": x, "v": v}

A function that is called gives an object to its caller, which goes by its attributes.
What is differentiated gives a named tuple as a tuple, and any other object as a dict of
its attributes: a module that is written stands alone, and has no class.
"""

from __future__ import annotations

import ast
from abc import ABC

from ..desugar.hoisting import Piece, operands
from ..source.bindings import Object
from ..syntax.added import at, name, stored
from .managers import Managers
from .tables import DISPLAYS


class Returned(Managers, ABC):
    """Rewrites what is returned."""

    def returned(self, node: ast.Return, value: ast.expr) -> list[ast.stmt]:
        """A `return` of a value, of an object, or of what holds objects."""
        if len(self.active) == 1 and (whole := self._output(value)):
            return [*whole.before, at(node, ast.Return(whole.value))]
        piece = self.piece(value)
        before = [*piece.before]
        if piece.known is None:
            return [*before, at(node, ast.Return(piece.value))]
        if isinstance(piece.known, Object):
            self.giving.add(id(self.around[-1]))
        if isinstance(piece.known, Object) and id(self.around[-1]) in self.merging:
            word = self.names.fresh("result", self.around[-1][0])
            self.local.add(word)
            target = stored(word, value)
            copied = self.copied_to(target, piece.known)
            return [*before, *copied, at(node, ast.Return(name(word, value)))]
        word = self.names.fresh("function", node)
        self.bind(word, piece.known)
        return [*before, at(node, ast.Return(name(word, value)))]

    def _output(self, value: ast.expr) -> Piece | None:
        """An output with the attributes of objects in their place; None where it holds
        functions."""
        if isinstance(value, DISPLAYS):
            parts = operands(value)
            pieces = [self._output(part) for part in parts]
            shown = [piece for piece in pieces if piece is not None]
            same = len(shown) == len(pieces)
            return self.put_together(value, parts, shown) if same else None
        piece = self.piece(value)
        if piece.known is None:
            return piece
        whole = self.shown(piece.known, value)
        return whole and Piece((*piece.before, *whole.before), whole.value)
