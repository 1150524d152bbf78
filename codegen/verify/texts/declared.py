"""Functions whose gradient is what the user says it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...text.handwritten import BACKWARD, FORWARD, Beside, HandWritten


class Declared(ast.FunctionDef):
    """A function with a gradient that need not be its derivative.

    Attributes:
        means: how the gradient is called, and what it returns.
        passes: whether this is the forward pass itself, which returns the cache, too.
    """

    means: HandWritten
    passes: bool

    @staticmethod
    def of(
        node: ast.FunctionDef, means: HandWritten, *, passes: bool = False
    ) -> Declared:
        """The same function with a gradient."""
        made = Declared(
            name=node.name, args=node.args, body=node.body, decorator_list=[]
        )
        made.means, made.passes = means, passes
        return ast.copy_location(made, node)

    def called(self) -> list[ast.stmt]:
        """A body that calls the function itself: its gradient is that of the call."""
        arguments = self.args
        by_place = (*arguments.posonlyargs, *arguments.args)
        args: list[ast.expr] = [ast.Name(a.arg, ast.Load()) for a in by_place]
        named = [
            ast.keyword(a.arg, ast.Name(a.arg, ast.Load()))
            for a in arguments.kwonlyargs
        ]
        call = ast.Call(ast.Name(self.name, ast.Load()), args, named)
        whole = ast.copy_location(ast.Return(call), self.body[0])
        return [ast.fix_missing_locations(whole)]


def with_declared(
    body: Sequence[ast.stmt], declared: Mapping[str, HandWritten]
) -> Iterator[ast.stmt]:
    """The statements of a written module, in which the forward passes of functions
    whose gradient is declared know their backward passes.

    Args:
        declared: these functions; several passes may have been written for one.
    """
    functions = {n.name: n for n in body if isinstance(n, ast.FunctionDef)}
    for node in body:
        base = getattr(node, "name", "").removesuffix(FORWARD)
        means = declared.get(base) or declared.get(_without_number(base))
        backward = functions.get(base + BACKWARD)
        written = isinstance(node, ast.FunctionDef) and node.name == base + FORWARD
        if means is None or backward is None or not written:
            yield node
            continue
        assert isinstance(node, ast.FunctionDef)
        upstream, cache = (argument.arg for argument in backward.args.args)
        beside = Beside(backward, node, compared=False)
        own = replace(
            means,
            beside=beside,
            upstream=upstream,
            cache=cache,
            output=None,
            returned=means.wanted,
            without=frozenset(),
        )
        yield Declared.of(node, own, passes=True)


def _without_number(base: str) -> str:
    head, _, number = base.rpartition("_")
    return head if number.isdigit() else base
