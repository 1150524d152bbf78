"""Expressions without calls of functions that are known."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator

from ..desugar.hoisting import Piece, operands, rebuilt
from ..source.bindings import Object, Outside, Partial, Written
from ..syntax.added import Added, at, name, negated, stored, truth
from .copies import Copies
from .functions import is_function
from .tables import DISPLAYS

# What takes all items of something, and whether it only puts them together.
_TAKING = {f"builtins.{name}": False for name in "sum max min any all zip".split()}
_TAKING |= {"builtins.list": True, "builtins.tuple": True, "builtins.enumerate": False}
_TAKING |= {"builtins.reversed": False, "math.fsum": False, "math.prod": False}


class Values(Copies, ABC):
    """Takes calls out of expressions, in their order."""

    def value(self, node: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
        """The statements that have to run before an expression, and the expression."""
        piece = self.piece(node)
        return [*piece.before], piece.value

    def concerns(self, root: ast.expr) -> bool:
        """Whether an expression holds a function that is known."""
        return any(
            (
                isinstance(node, ast.Lambda | ast.Name | ast.Attribute)
                and (
                    self.function(node) is not None
                    or self._is_member(node)
                    or (isinstance(node, ast.Attribute) and self.is_object(node.value))
                )
            )
            or (isinstance(node, ast.Call) and self._is_partial(node))
            or (isinstance(node, (*DISPLAYS, ast.IfExp)) and self.holds_functions(node))
            or (isinstance(node, ast.IfExp) and self.decided(node.test) is not None)
            or (isinstance(node, ast.Compare) and self.decided(node) is not None)
            or (
                isinstance(node, ast.BinOp | ast.Subscript)
                and self.tuple_of(node) is not None
            )
            or (isinstance(node, ast.Starred) and self.tuple_of(node.value) is not None)
            or self._argument(node) is not None
            or (
                isinstance(node, ast.BoolOp)
                and self.decided(node.values[0]) is not None
            )
            for node in ast.walk(root)
        )

    def _argument(self, node: ast.AST) -> ast.expr | None:
        """`args[0]`, where `args` are the arguments of a call."""
        match node:
            case ast.Subscript(value=ast.Name(id=word), slice=ast.Constant(value=at)):
                items = self.tuples.get(word, [])
                if type(at) is int and -len(items) <= at < len(items):
                    return items[at]
                return None
            case _:
                return None

    def _is_member(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Attribute) and self.functions.member(node) is not None
        )

    def _is_partial(self, node: ast.Call) -> bool:
        return self.functions.path_of(node.func) == "functools.partial"

    def piece(self, node: ast.expr) -> Piece:
        """An expression without calls of known functions."""
        if not self.concerns(node):
            path = self.functions.path_of(node)
            known = Outside(node) if path and is_function(path) else None
            return Piece((), node, known)
        if chained := self.chained(node):
            return chained
        match node:
            case ast.Lambda():
                before, written = self.closure("inner", node)
                return Piece(tuple(before), node, written)
            case ast.Name():
                found = self.function(node)
                return self.of_known(found, node) if found else Piece((), node)
            case ast.List() | ast.Tuple() | ast.Dict():
                return self.display(node)
            case ast.Subscript() if item := self.item(node):
                return item
            case ast.Subscript(value=base, slice=index, ctx=ctx) if isinstance(
                key := self.constant(index), str
            ) and not isinstance(index, ast.Constant):
                text = at(index, ast.Constant(key))
                return self.piece(at(node, ast.Subscript(base, text, ctx)))
            case ast.Attribute(value=base) if self.is_object(base):
                return self.attribute(node)
            case ast.Attribute() if member := self.functions.member(node):
                if isinstance(member, ast.Name):
                    return Piece((), member)
                return self.of_known(member, node)
            case ast.Call():
                return self._call(node)
            case ast.Subscript() if (argument := self._argument(node)) is not None:
                return self.piece(argument)
            case ast.BinOp() | ast.Subscript() if (
                joined := self.tuple_of(node)
            ) is not None:
                return self.piece(at(node, ast.Tuple(joined, ast.Load())))
            case ast.Compare() if (decided := self.decided(node)) is not None:
                return Piece((), truth(decided, node))
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]) if (
                keys := self.keys_in(right)
            ):
                listed = at(right, ast.Tuple(keys, ast.Load()))
                return self.piece(at(node, ast.Compare(node.left, node.ops, [listed])))
            case ast.BoolOp(op=op, values=values):
                return self._chain(node, isinstance(op, ast.And), values)
            case ast.IfExp():
                return self._conditional(node)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                return Piece((), node)
        parts = operands(node)
        pieces = [self.piece(part) for part in parts]
        if isinstance(node, ast.Compare) and any(p.before for p in pieces[2:]):
            message = "a call that is not always made is not supported here"
            self.refuse("BG011", message, node, "write `a < b and b < c`")
        done = self.operated(node, parts, pieces)
        return done or self.put_together(node, parts, pieces)

    def put_together(
        self, node: ast.expr, parts: list[ast.expr], pieces: list[Piece]
    ) -> Piece:
        before, values = self.order.sequence(pieces)
        by_id = {id(part): value for part, value in zip(parts, values, strict=True)}
        return Piece(tuple(before), rebuilt(node, by_id))

    def _chain(
        self, root: ast.BoolOp, conjunction: bool, values: list[ast.expr]
    ) -> Piece:
        """`a and f(x)`: what is behind is evaluated only where it decides."""
        deciding = [*self._deciding(conjunction, values)]
        if len(deciding) < len(values):
            chain = at(root, ast.BoolOp(root.op, deciding))
            return self.piece(chain if deciding[1:] else deciding[0])
        pieces = [self.piece(value) for value in values]
        if not any(piece.before for piece in pieces[1:]):
            return self.put_together(root, values, pieces)
        test = self.names.fresh("test", root)
        out: list[ast.stmt] = []
        for piece in reversed(pieces):
            held = at(root, Added([stored(test, root)], piece.value))
            undecided: ast.expr = name(test, root)
            undecided = undecided if conjunction else negated(undecided)
            rest = [at(root, ast.If(undecided, out, []))] if out else []
            out = [*piece.before, held, *rest]
        return Piece(tuple(out), name(test, root))

    def _deciding(
        self, conjunction: bool, values: list[ast.expr]
    ) -> Iterator[ast.expr]:
        """The values up to the one that is the value of the whole for certain, without
        those that are not for certain."""
        for value in values[:-1]:
            decided = self.decided(value)
            if decided is not conjunction:
                yield value
            if decided is not None and decided is not conjunction:
                return
        yield values[-1]

    def _conditional(self, root: ast.IfExp) -> Piece:
        """`f(x) if c else b`."""
        decided = self.decided(root.test)
        if decided is not None:
            return self.piece(root.body if decided else root.orelse)
        first, *arms = (self.piece(n) for n in (root.test, root.body, root.orelse))
        if choice := self.of_two(root, first, arms):
            return choice
        if not any(arm.before for arm in arms):
            parts = [root.test, root.body, root.orelse]
            return self.put_together(root, parts, [first, *arms])
        value = self.names.fresh("value", root)
        blocks = [
            [*arm.before, at(root, Added([stored(value, root)], arm.value))]
            for arm in arms
        ]
        branch = at(root, ast.If(first.value, *blocks))
        return Piece((*first.before, branch), name(value, root))

    # -- calls

    @abstractmethod
    def generator(self, node: ast.expr) -> tuple[Written, ast.Call] | None:
        """The generator that a call makes; None for any other expression."""

    @abstractmethod
    def collected(self, call: ast.expr, at_once: bool = False) -> Piece:
        """The items of a generator, as a list."""

    def _taking(self, node: ast.Call) -> Piece | None:
        """A call of a builtin that takes all items of generators."""
        path = self.functions.path_of(node.func) or ""
        if path not in _TAKING or not any(map(self.generator, node.args)):
            return None
        listing = _TAKING[path]
        pieces = [
            self.collected(arg, listing) if self.generator(arg) else self.piece(arg)
            for arg in node.args
        ]
        if listing and len(pieces) == 1:
            return pieces[0]
        return self.put_together(node, node.args, pieces)

    def _call(self, node: ast.Call) -> Piece:
        if (self.functions.path_of(node.func) or "") in _TAKING:
            args = [*map(self.iterated, node.args)]
            node = at(node, ast.Call(node.func, args, node.keywords))
        if found := self.replaced(node) or self.plainly(node) or self._taking(node):
            return found
        func = Piece((), node.func)
        match node.func:
            case ast.Attribute(value=base) if not self.is_object(base):
                own = False
            case _:
                own = self.concerns(node.func)
        if own:
            func = self.piece(node.func)
            if isinstance(func.known, Object):
                call = at(node.func, ast.Attribute(func.value, "__call__", ast.Load()))
                func = Piece(func.before, call, self.attribute(call).known)
        elif known := self.function(node.func):
            func = self.of_known(known, node.func)
        known = func.known
        if known is None and (found := self.over_tables(node)):
            return found
        if not isinstance(known, Written):
            node = self._with_items(node)
        if known is None and not self._is_partial(node):
            parts = operands(node)
            pieces = [*map(self.piece, parts)]
            done = self.operated(node, parts, pieces)
            return done or self.put_together(node, parts, pieces)
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        pieces = [self.piece(part) for part in parts]
        before, values = self.order.sequence(pieces)
        before = [*func.before, *before]
        self._name_functions(pieces, values)
        count = len(node.args)
        keywords = [
            at(k, ast.keyword(k.arg, v))
            for k, v in zip(node.keywords, values[count:], strict=True)
        ]
        if known is None:
            return self._partial(node, before, values[:count], keywords)
        return self.called(node, known, before, values[:count], keywords)

    def _with_items(self, node: ast.Call) -> ast.Call:
        """`np.add(*args)` with the arguments one by one."""
        args: list[ast.expr] = []
        for arg in node.args:
            items = self.tuple_of(arg.value) if isinstance(arg, ast.Starred) else None
            args += [arg] if items is None else items
        return at(node, ast.Call(node.func, args, node.keywords))

    def _name_functions(self, pieces: list[Piece], values: list[ast.expr]) -> None:
        """Give names to functions among arguments, so that they can be looked up."""
        for place, piece in enumerate(pieces):
            if piece.known is not None and not isinstance(piece.value, ast.Name):
                word = self.names.fresh("function", piece.value)
                self.bind(word, piece.known)
                values[place] = name(word, piece.value)

    def _partial(
        self,
        node: ast.Call,
        before: list[ast.stmt],
        args: list[ast.expr],
        keywords: list[ast.keyword],
    ) -> Piece:
        """`functools.partial`: its arguments are evaluated here."""
        known = self.function(args[0]) if args else None
        if known is None or any(k.arg is None for k in keywords):
            self.refuse("BG012", "the function is not known here", node)
        kept = [self.kept(arg, before) for arg in args[1:]]
        named = [
            at(k, ast.keyword(k.arg, self.kept(k.value, before))) for k in keywords
        ]
        return Piece(tuple(before), node, Partial(known, tuple(kept), tuple(named)))
