"""What a function that calls itself returns where it does not.

    def halves(x):                            def halves(x):
        if len(x) == 1:                           return x
            return x
        a = halves(x[::2])
        return np.append(a, a)

So the type of a call is known before its body has been read as a whole.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..syntax.added import at, name, stored
from ..syntax.renaming import own_names, shifted
from ..syntax.walking import names_in, walk

Find = Callable[[str], ast.FunctionDef | None]


def base_case(node: ast.FunctionDef, find: Find) -> ast.FunctionDef | None:
    """A function without what comes behind a call of itself; None if nothing is left,
    or if it does not call itself.

    Args:
        find: the definition of a function that is called by a name.
    """
    callers = {word for word in _read_in(node) if _reaches(word, node.name, find)}
    if not callers:
        return None
    body = _Cut(callers).block(node.body, falls=False)
    if body is None:
        return None
    made = ast.FunctionDef(node.name, node.args, body, [], node.returns, None)
    return at(node, made)


def with_named_lists(node: ast.FunctionDef) -> ast.FunctionDef:
    """The same function, in which a list that is written out at a `return` has a name:
    it is one value, and not as many as it has items."""
    if not any(_lists(inner) for inner in walk(node)):
        return node
    taken = {n.id for n in names_in(node.body)} | own_names(node)
    word = "listed"
    while word in taken:
        word += "_"
    made: ast.FunctionDef = _Naming(word).visit(shifted(node, 0))
    return made


def _lists(node: ast.AST) -> bool:
    return isinstance(node, ast.Return) and isinstance(node.value, ast.List)


class _Naming(ast.NodeTransformer):
    """Gives a name to the lists that are returned."""

    def __init__(self, word: str) -> None:
        self.word = word

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        if not isinstance(node.value, ast.List):
            return [node]
        bound = at(node, ast.Assign([stored(self.word, node)], node.value))
        return [bound, at(node, ast.Return(name(self.word, node)))]


def _reaches(word: str, wanted: str, find: Find) -> bool:
    """Whether a function is the one that is wanted, or calls it, however indirectly."""
    seen: set[str] = set()
    waiting = [word]
    while waiting:
        one = waiting.pop()
        if one == wanted:
            return True
        if one not in seen:
            seen.add(one)
            node = find(one)
            waiting += [] if node is None else sorted(_read_in(node))
    return False


def _read_in(node: ast.FunctionDef) -> set[str]:
    return {n.id for n in names_in(node.body) if isinstance(n.ctx, ast.Load)}


class _Cut:
    """Takes out what is not reached unless the function is called again.

    Attributes:
        callers: the names of functions that call it.
    """

    def __init__(self, callers: set[str]) -> None:
        self.callers = callers

    def block(self, nodes: list[ast.stmt], falls: bool) -> list[ast.stmt] | None:
        """Statements without the ways that come to a call; None if all do.

        Args:
            falls: whether there is a way without a call from the end of them.
        """
        rest: list[ast.stmt] | None = [] if falls else None
        for node in reversed(nodes):
            match node:
                case ast.If(test=test) if not self._calls(test):
                    rest = self._branch(node, rest)
                case ast.Return(value=ast.expr() as value):
                    kept = self._expression(value)
                    rest = [at(node, ast.Return(kept))] if kept else None
                case _ if rest is None or self._calls(node):
                    rest = None
                case _:
                    rest = [node, *rest]
        return rest

    def _branch(
        self, node: ast.If, rest: list[ast.stmt] | None
    ) -> list[ast.stmt] | None:
        first = self.block(node.body, rest is not None)
        second = self.block(node.orelse, rest is not None)
        behind = [] if rest is None else rest
        if first is None or second is None:
            only = second if first is None else first
            if only is None or (only and isinstance(only[-1], ast.Return)):
                return only
            return [*only, *behind]
        arms = at(node, ast.If(node.test, first or [at(node, ast.Pass())], second))
        return [arms, *behind]

    def _expression(self, node: ast.expr) -> ast.expr | None:
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse) if self._calls(node):
                if self._calls(test):
                    return None
                first, second = self._expression(body), self._expression(orelse)
                if first is None or second is None:
                    return first or second
                return at(node, ast.IfExp(test, first, second))
            case _:
                return None if self._calls(node) else node

    def _calls(self, node: ast.AST) -> bool:
        names = (n for n in walk(node) if isinstance(n, ast.Name))
        return any(name.id in self.callers for name in names)
