"""Loops over functions, written out.

for fn in [relu, np.tanh]:         x = relu(x)
    x = fn(x)                  =>  x = np.tanh(x)
"""

from __future__ import annotations

import ast
import copy
from abc import ABC
from collections.abc import Iterable, Iterator

from ..desugar.jumps import ends_trips
from ..source.bindings import Item, Outside, Table
from ..syntax.added import Added, at, name
from ..syntax.renaming import Renaming
from ..syntax.rewriting import rewritten
from ..syntax.walking import names_apart, names_in
from .tables import listed
from .values import Values

_MOST_TRIPS = 64


class Unrolling(Values, ABC):
    """Writes out loops over tables."""

    def unrolled(self, node: ast.For, table: Table) -> list[ast.stmt]:
        """The trips of a loop, one after the other, without calls of known functions.

        Raises:
            Refused: BG010 for a `break` or `continue` that is not certain.
        """
        items = [*listed(table)]
        if len(items) > _MOST_TRIPS:
            message = f"a loop over {len(items)} functions is too long"
            self.refuse("BG010", message, node.iter)
        bound = {n.id for n in names_in(node.body) if not _is_read(n)}
        # a function that is made in the loop may be called behind it
        bound |= {n.id for n in names_in(_functions_in(node.body))}
        writes = self.order.has_effects(node.body)
        kept = {n.id for n in names_in([node.target]) if self._is_read_behind(n, node)}
        out: list[ast.stmt] = []
        ended: ast.stmt | None = None
        for item in items:
            new: dict[str, ast.expr] = {}
            held: list[ast.stmt] = []
            for target, part in self.parted(node.target, item):
                value = self.value_of(part, node.iter)
                word = target.id if isinstance(target, ast.Name) else ""
                changing = writes and isinstance(value, ast.Subscript)
                apart = not word or word in bound or changing
                if not apart:
                    new[word] = value
                if apart or word in kept:
                    held.append(at(target, Added([target], value)))
            body = [copy.deepcopy(statement) for statement in node.body]
            for statement in body:
                Renaming(new).visit(statement)
            body = [self.with_keys(statement) for statement in body]
            trip, ended = self._certain(body)
            out += self.block([*held, *trip])
            if isinstance(ended, ast.Break):
                break
        if not isinstance(ended, ast.Break):
            out += self.block(node.orelse)
        return out

    def with_keys(self, node: ast.stmt) -> ast.stmt:
        """A statement with texts in the place of keys that are put together."""

        def change(part: ast.AST) -> ast.AST:
            match part:
                case ast.Subscript(value=value, slice=index, ctx=ctx):
                    key = self.constant(index)
                    if isinstance(key, str) and not isinstance(index, ast.Constant):
                        text = at(index, ast.Constant(key))
                        return at(part, ast.Subscript(value, text, ctx))
            return part

        new: ast.stmt = rewritten(node, change)
        return new

    def _is_read_behind(self, word: ast.Name, loop: ast.For) -> bool:
        """Whether a variable of a loop is read outside of it."""
        own = {id(n) for n in names_in([loop])}
        apart = (n for n in names_apart(self.around[-1]) if id(n) not in own)
        return any(n.id == word.id and _is_read(n) for n in apart)

    def parted(self, target: ast.expr, item: Item) -> Iterator[tuple[ast.expr, Item]]:
        """The parts of a target, each with what it is bound to."""
        match target, item:
            case (ast.Name() | ast.Attribute(), _) | (_, ast.expr()):
                yield target, item
            case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), Table()):
                parts = [*listed(item)]
                if len(parts) != len(targets):
                    message = f"{len(parts)} items for {len(targets)} names"
                    self.refuse("BG014", message, target)
                for one, part in zip(targets, parts, strict=True):
                    yield from self.parted(one, part)
            case _:
                message = "this cannot be taken apart in a loop over functions"
                self.refuse("BG010", message, target)

    def value_of(self, item: Item, node: ast.expr) -> ast.expr:
        """An expression for an item; functions get names."""
        match item:
            case ast.expr():
                return item
            case Outside(func=func):
                return func
            case _:
                word = self.names.fresh("function", ast.Pass())
                self.bind(word, item)
                return name(word, node)

    def _certain(
        self, nodes: Iterable[ast.stmt]
    ) -> tuple[list[ast.stmt], ast.stmt | None]:
        """Statements without branches that are decided, up to the first jump, and
        that."""
        out: list[ast.stmt] = []
        for node in nodes:
            match node:
                case ast.Break() | ast.Continue():
                    return out, node
                case ast.If(test=test, body=body, orelse=orelse):
                    decided = self.decided(test)
                    if decided is not None:
                        inner, jump = self._certain(body if decided else orelse)
                        out += inner
                        if jump is not None:
                            return out, jump
                        continue
                    if ends_trips([node]):
                        message = "a jump that is not certain in a loop over functions"
                        self.refuse("BG010", f"{message} is not supported", node)
                    arms = self._certain(body)[0], self._certain(orelse)[0]
                    out.append(at(node, ast.If(test, arms[0] or [ast.Pass()], arms[1])))
                case _:
                    out.append(node)
        return out, None


def _functions_in(nodes: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    for node in nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Lambda | ast.FunctionDef):
                yield inner


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)
