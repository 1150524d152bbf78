"""Generators of the user's own, where all their items are taken."""

from __future__ import annotations

import ast
import copy
from abc import ABC
from collections.abc import Sequence

from ..desugar.hoisting import Piece
from ..desugar.iterating import changed_in
from ..desugar.jumps import breaks, ends_trips
from ..desugar.yielding import Put, resumed, yields_in
from ..source.bindings import Object, Partial, Written
from ..syntax.added import Added, at, name, stored
from ..syntax.renaming import free_names, own_names, parameter_names
from ..syntax.walking import names_in
from .filling import Filling


class Generators(Filling, ABC):
    """Puts generators in the place of the loops over them, or collects their items."""

    def generator(self, node: ast.expr) -> tuple[Written, ast.Call] | None:
        """The generator that an expression makes, and the call that makes it, with the
        object for one of its methods; None for any other expression."""
        if not isinstance(node, ast.Call):
            return None
        match node.func:
            case ast.Attribute(value=base, attr=word):
                owner = self.looked_up(base)
                if not isinstance(owner, Object):
                    return None
                method = owner.of.source.methods.get(word)
                if method is None or not yields_in(method):
                    return None
                found = self.method_of(owner, method, node.func).known
            case func:
                found = self.function(func)
        if isinstance(found, Partial):
            args = [*found.args, *node.args]
            node = at(
                node, ast.Call(node.func, args, [*found.keywords, *node.keywords])
            )
            found = found.known
        if not isinstance(found, Written) or not isinstance(
            found.node, ast.FunctionDef
        ):
            return None
        return (found, node) if yields_in(found.node) else None

    def over_generator(
        self, node: ast.For, written: Written, call: ast.Call
    ) -> list[ast.stmt]:
        """A loop over the items of a generator, in the place of what yields them."""
        assert isinstance(written.node, ast.FunctionDef)
        self.check_goes_on(call, written, node.body)
        returns = any(map(_returns, node.body))
        several = len(yields_in(written.node)) > 1
        if several or returns or node.orelse or ends_trips(node.body):
            assert isinstance(node.iter, ast.Call)
            items = self.collected(node.iter)
            loop = at(node, ast.For(node.target, items.value, node.body, node.orelse))
            return [*items.before, *self.statement(loop)]
        depth = len(self.active)

        def put(value: ast.expr) -> list[ast.stmt]:
            bound = at(value, Added([copy.deepcopy(node.target)], value))
            return [resumed([bound, *copy.deepcopy(node.body)], depth, node)]

        return self.written_out(call, written, put)

    def collected(self, call: ast.expr, at_once: bool = False) -> Piece:
        """The items of a generator, as a list.

        Args:
            at_once: whether nothing is done with an item before the next one is made.
        """
        made = self.generator(call)
        assert made is not None
        written, call = made
        assert isinstance(written.node, ast.FunctionDef)
        self._check_ends(call, written.node)
        if not at_once:
            self._check_unchanged(call, written.node)
        word = self.fresh("items", written.name, call)
        start = at(call, Added([stored(word, call)], ast.List([], ast.Load())))

        def put(value: ast.expr) -> list[ast.stmt]:
            method = at(value, ast.Attribute(name(word, value), "append", ast.Load()))
            return [at(value, ast.Expr(at(value, ast.Call(method, [value], []))))]

        steps = self.written_out(call, written, put)
        return Piece((start, *steps), name(word, call))

    def written_out(self, call: ast.Call, written: Written, put: Put) -> list[ast.stmt]:
        """The statements of a generator, with others where it yields."""
        parts = [*call.args, *(keyword.value for keyword in call.keywords)]
        before, values = self.order.sequence([*map(self.piece, parts)])
        count = len(call.args)
        listed = self.unpacked(call, written, before, values[:count])
        keywords = [
            at(k, ast.keyword(k.arg, v))
            for k, v in zip(call.keywords, values[count:], strict=True)
        ]
        keywords = self.spread(written, len(listed), keywords)
        piece = self.inlined(call, written, before, listed, keywords, put)
        return [*piece.before]

    # -- what has to hold

    def check_goes_on(
        self, call: ast.Call, written: Written, body: Sequence[ast.stmt]
    ) -> None:
        """Refuse what changes what a generator goes on with."""
        assert isinstance(written.node, ast.FunctionDef)
        self._check_attributes(call, written.node, body)
        read = {n.id for n in names_in([call])} | free_names(written.node)
        for word in sorted(read.intersection(changed_in(body))):
            message = f"`{word}` is changed while a generator goes on with it"
            self.refuse("BG010", message, call, "loop without the generator")

    def _check_attributes(
        self, call: ast.Call, node: ast.FunctionDef, body: Sequence[ast.stmt]
    ) -> None:
        """Refuse a loop that binds attributes, where its generator may read them."""
        if not any(isinstance(inner, ast.Attribute) for inner in ast.walk(node)):
            return
        for inner in (n for statement in body for n in ast.walk(statement)):
            match inner:
                case ast.Attribute(attr=word, ctx=ast.Store()):
                    message = f"`{word}` is bound while a generator goes on"
                    self.refuse("BG010", message, call, "loop without the generator")

    def _check_ends(self, call: ast.Call, node: ast.FunctionDef) -> None:
        """Refuse to collect what has no end."""
        for inner in ast.walk(node):
            match inner:
                case ast.While(test=ast.Constant(), body=body) if not (
                    breaks(body) or any(map(_returns, body))
                ):
                    message = "this generator does not end"
                    hint = "write the loop without it"
                    self.refuse("BG010", message, call, hint)

    def _check_unchanged(self, call: ast.Call, node: ast.FunctionDef) -> None:
        """Refuse to collect what would be changed until it is read."""
        given = {n.id for part in yields_in(node) for n in names_in([part])}
        own = own_names(node).difference(parameter_names(node.args))
        for word in sorted(set(changed_in(node.body, again=False))):
            if word in given or word not in own:
                message = f"`{word}` is changed between the items of this generator"
                hint = "yield a copy of it, or write the loop without the generator"
                self.refuse("BG010", message, call, hint)


def _returns(node: ast.stmt) -> bool:
    return any(isinstance(inner, ast.Return) for inner in ast.walk(node))
