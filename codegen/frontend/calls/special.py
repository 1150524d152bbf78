"""Operators between objects of the user's classes, and what is read of their results.

    c = (a + 2.0 * b).norm()        c = Vec.norm(Vec.__add__(a, Vec.__rmul__(b, 2.0)))

Which method an operator calls is known where it is known which object each side is.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from ..desugar.hoisting import Piece
from ..desugar.jumps import returns_in
from ..source.bindings import Class, Known, Object, Written
from ..syntax.added import at, name
from .tables import Tables

_BINARY: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitXor: "xor",
    ast.BitAnd: "and",
    ast.BitOr: "or",
}
_UNARY: Mapping[type[ast.unaryop], str] = {ast.USub: "neg", ast.UAdd: "pos"}
# With the method of the other side that says the same.
_COMPARED: Mapping[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("lt", "gt"),
    ast.LtE: ("le", "ge"),
    ast.Gt: ("gt", "lt"),
    ast.GtE: ("ge", "le"),
    ast.Eq: ("eq", "eq"),
    ast.NotEq: ("ne", "ne"),
}
_BUILTINS = frozenset({"abs", "len", "float", "bool"})


class Special(Tables, ABC):
    """Calls special methods."""

    @abstractmethod
    def piece(self, node: ast.expr) -> Piece:
        """An expression without calls of functions that are known."""

    def may_be_object(self, node: ast.expr) -> bool:
        """Whether an expression may give an object; evaluates nothing."""
        match node:
            case ast.BinOp(left=left, right=right):
                return self.may_be_object(left) or self.may_be_object(right)
            case ast.UnaryOp(operand=operand):
                return self.may_be_object(operand)
            case ast.Call(func=ast.Attribute(value=base)) if self.is_object(
                base
            ) or self.may_be_object(base):
                return True
            case ast.Call(func=func, args=args):
                known = self.function(func)
                if isinstance(self.looked_up(func), Class) or self._gives_object(known):
                    return True
                return known is not None and any(map(self.may_be_object, args))
            case ast.Subscript(value=base) if self._has(base, "__getitem__"):
                return True
            case ast.Attribute(value=base, attr=word) if self._has(base, word):
                return True
            case ast.Attribute(value=base) | ast.Subscript(value=base) if (
                self.looked_up(base) is None and self.may_be_object(base)
            ):
                return True
            case _:
                return isinstance(self.looked_up(node), Object)

    def _has(self, node: ast.expr, method: str) -> bool:
        """Whether an expression is an object that has a method, or a property."""
        owner = self.looked_up(node)
        return isinstance(owner, Object) and method in owner.of.source.methods

    def _gives_object(self, known: Known | None) -> bool:
        """Whether a function returns an object that it makes in its `return`."""
        if not isinstance(known, Written) or not isinstance(
            known.node, ast.FunctionDef
        ):
            return False
        returned = (node.value for node in returns_in(known.node.body))
        calls = (value.func for value in returned if isinstance(value, ast.Call))
        return any(isinstance(self.looked_up(func), Class) for func in calls)

    def chained(self, node: ast.expr) -> Piece | None:
        """What is read of an expression that may give an object: `(a + b).norm()`."""
        match node:
            case ast.Call(func=ast.Attribute(value=base)):
                pass
            case ast.Attribute(value=base) | ast.Subscript(value=base):
                pass
            case _:
                return None
        if isinstance(base, ast.Name):
            return None
        if self.is_object(base) or not self.may_be_object(base):
            return None
        inner = self.piece(base)
        before = [*inner.before]
        if inner.known is not None:
            own: ast.expr = self._named(inner.known, node)
        else:
            own = self.kept(inner.value, before)
        found = self.piece(_based_on(node, own))
        return Piece((*before, *found.before), found.value, found.known)

    def iterated(self, node: ast.expr) -> ast.expr:
        """What a loop goes over: of an object, what its `__iter__` gives."""
        if not self.may_be_object(node):
            return node
        owner = self.looked_up(node)
        if not isinstance(owner, Object) or owner.of.source.items is None:
            return node
        method = self.method_of(owner, owner.of.source.items, node)
        assert method.known is not None
        return at(node, ast.Call(self.named(method.known), [], []))

    def operated(
        self, node: ast.expr, parts: Sequence[ast.expr], pieces: Sequence[Piece]
    ) -> Piece | None:
        """An operation that a method of an operand does; None where none is an object.

        Args:
            parts: the operands of the expression.
            pieces: what has become of them.
        """
        known = [piece.known for piece in pieces]
        found = self._chosen(node, known)
        if found is None:
            return None
        place, method = found
        before, values = self.order.sequence(pieces)
        args = [
            value if one is None else self._named(one, node)
            for one, value in zip(known, values, strict=True)
        ]
        own = args.pop(place)
        func = at(node, ast.Attribute(own, method, ast.Load()))
        called = self.piece(at(node, ast.Call(func, args, [])))
        return Piece((*before, *called.before), called.value, called.known)

    def augmented(self, node: ast.AugAssign, own: ast.Name) -> ast.expr:
        """What `own += value` binds an object's name to."""
        method = f"__i{_BINARY.get(type(node.op), '')}__"
        owner = self.function(own)
        if isinstance(owner, Object) and method in owner.of.source.methods:
            func = at(node, ast.Attribute(own, method, ast.Load()))
            return at(node, ast.Call(func, [node.value], []))
        return at(node, ast.BinOp(own, node.op, node.value))

    def _chosen(
        self, node: ast.expr, known: Sequence[Known | None]
    ) -> tuple[int, str] | None:
        """Which operand has the method that an expression calls, and the method."""
        tries: list[tuple[int, str]] = []
        match node:
            case ast.BinOp(op=op):
                word = _BINARY.get(type(op), "")
                tries = [(0, f"__{word}__"), (1, f"__r{word}__")]
            case ast.Compare(ops=[op]) if type(op) in _COMPARED:
                first, second = _COMPARED[type(op)]
                tries = [(0, f"__{first}__"), (1, f"__{second}__")]
            case ast.UnaryOp(op=sign) if type(sign) in _UNARY:
                tries = [(0, f"__{_UNARY[type(sign)]}__")]
            case ast.Subscript():
                tries = [(0, "__getitem__")]
            case ast.Call(func=ast.Name(id=word), args=[_], keywords=[]):
                if word in _BUILTINS and self.builtin(word):
                    tries = [(0, f"__{word}__")]
        for place, method in tries:
            owner = known[place] if place < len(known) else None
            if isinstance(owner, Object) and method in owner.of.source.methods:
                return place, method
        return None

    def _named(self, known: Known, node: ast.expr) -> ast.expr:
        if isinstance(known, Object):
            return name(known.word, node)
        word = self.names.fresh("known", ast.Pass())
        self.bind(word, known)
        return name(word, node)


def _based_on(node: ast.expr, base: ast.expr) -> ast.expr:
    """The same of another object."""
    match node:
        case ast.Attribute(attr=attribute, ctx=ctx):
            return at(node, ast.Attribute(base, attribute, ctx))
        case ast.Subscript(slice=index, ctx=ctx):
            return at(node, ast.Subscript(base, index, ctx))
        case ast.Call(func=ast.Attribute() as func, args=args, keywords=keywords):
            method = _based_on(func, base)
            return at(node, ast.Call(method, args, keywords))
        case _:
            raise AssertionError(node)
