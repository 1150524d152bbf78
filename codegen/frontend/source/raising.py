"""Functions inside of a function that call themselves, as functions beside it.

    def f(x):                                      def go(x, n):
        def go(n):                                     if n == 0:
            if n == 0:                                     return x
                return x                               return go(x, n - 1) * x
            return go(n - 1) * x
        return go(3)                               def f(x):
                                                       return go(x, 3)

What they read of the function around is their first arguments: a call sees it as it is
when it is made, and nothing changes it before the call ends.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...text.decorators import doubtful
from ..syntax.added import at, name
from ..syntax.renaming import (
    Definition,
    bound_in,
    declared_outer,
    defaults_of,
    free_names,
    own_names,
    parameter_names,
    shifted,
)
from ..syntax.walking import walk
from .scope import Own, Scope, path_in
from .settled_inside import is_settled

_SCOPES = (
    *(ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp),
    *(ast.DictComp, ast.GeneratorExp),
)


@dataclass(frozen=True)
class _Inner:
    """A function that goes beside the one that it is in.

    Attributes:
        word: what it is called there.
        passed: what it is given of the function around, in this order.
    """

    node: ast.FunctionDef
    word: str
    passed: Sequence[str]


@dataclass(frozen=True)
class Raised:
    """A function without those in it that call themselves, and these by their names."""

    node: ast.FunctionDef
    beside: Mapping[str, Own]


def without_recursion(node: ast.FunctionDef, scope: Scope) -> Raised:
    """Take the functions that call themselves out of the function that they are in.

    A function that does more than call them stays as it is.

    Args:
        scope: what is around the function, where their names are free.
    """

    def path_of(dotted: ast.expr) -> str | None:
        return path_in(dotted, scope.look)

    inner = {
        name: part
        for name, part in _defined(node)
        if _is_plain(part)
        and doubtful(part, path_of) is None
        and (
            doubtful(part, path_of, inside=True) is None
            or is_settled(node, part, path_of)
        )
    }
    chosen = _called_by(_recursive(inner), inner)
    local = [n for n in _ordered(node) if n not in chosen]
    passed = {word: _read(word, inner, chosen, local) for word in chosen}
    if not chosen or not _are_only_called(node, passed):
        return Raised(node, {})
    raised = {
        word: _Inner(inner[word], _fresh(word, node, scope), passed[word])
        for word in chosen
    }
    calls = _Calls(raised)
    beside = {
        one.word: Own("a function of this file", calls.beside(one))
        for one in raised.values()
    }
    return Raised(calls.without(node), beside)


def _defined(node: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions that the statements of a function define, each name once."""
    bound = [*bound_in(node)]
    for statement in node.body:
        match statement:
            case ast.FunctionDef(name=word) if bound.count(word) == 1:
                yield word, statement
            case ast.Assign(
                targets=[ast.Name(id=word)], value=ast.Lambda(args=args, body=body)
            ) if bound.count(word) == 1:
                returned = at(body, ast.Return(body))
                made = ast.FunctionDef(word, args, [returned], [], None, None)
                yield word, at(statement, made)


def _is_plain(node: ast.FunctionDef) -> bool:
    """Whether a function binds nothing outside, and is what it says everywhere."""
    plain_defaults = all(isinstance(d, ast.Constant) for _, d in defaults_of(node.args))
    return (
        plain_defaults
        and not any(declared_outer(node))
        and not any(isinstance(n, ast.Yield | ast.YieldFrom) for n in walk(node))
    )


def _recursive(inner: Mapping[str, ast.FunctionDef]) -> list[str]:
    return [
        word
        for word, node in inner.items()
        if word in _called_by(sorted(free_names(node) & inner.keys()), inner)
    ]


def _called_by(words: Iterable[str], inner: Mapping[str, ast.FunctionDef]) -> list[str]:
    """Functions, and those that they call."""
    found: dict[str, None] = {}
    waiting = [*words]
    while waiting:
        word = waiting.pop(0)
        if word not in found:
            found[word] = None
            waiting += sorted(free_names(inner[word]) & inner.keys())
    return [*found]


def _ordered(node: ast.FunctionDef) -> list[str]:
    """The names of a function: its parameters first."""
    return [*dict.fromkeys([*parameter_names(node.args), *bound_in(node)])]


def _read(
    word: str,
    inner: Mapping[str, ast.FunctionDef],
    chosen: Sequence[str],
    local: Sequence[str],
) -> list[str]:
    """What a function, and those that it calls, reads of the function around."""
    every = _called_by([word], {name: inner[name] for name in chosen})
    read = {name for one in every for name in free_names(inner[one])}
    return [name for name in local if name in read]


def _are_only_called(
    node: ast.FunctionDef, passed: Mapping[str, Sequence[str]]
) -> bool:
    """Whether functions are called and nothing else, each time where all that they are
    to be given goes by its name."""
    waiting: list[tuple[ast.AST, frozenset[str]]] = [
        (n, frozenset()) for n in node.body
    ]
    while waiting:
        part, hidden = waiting.pop()
        match part:
            case ast.Call(func=ast.Name(id=word) as func) if word in passed:
                if not hidden.isdisjoint({word, *passed[word]}):
                    return False
                waiting += [
                    (n, hidden) for n in ast.iter_child_nodes(part) if n is not func
                ]
                continue
            case ast.Name(id=word, ctx=ast.Load()) if word in passed:
                return False
        if isinstance(part, _SCOPES):
            hidden |= _hides(part)
        waiting += [(n, hidden) for n in ast.iter_child_nodes(part)]
    return True


def _hides(scope: ast.AST) -> set[str]:
    """The names that mean something else inside of a function or comprehension."""
    if isinstance(scope, Definition):
        return own_names(scope)
    stores = (n for n in ast.walk(scope) if isinstance(n, ast.Name))
    return {n.id for n in stores if isinstance(n.ctx, ast.Store)}


def _fresh(word: str, around: ast.FunctionDef, scope: Scope) -> str:
    wish, number = word, 0
    while scope.look(wish) is not None or wish == around.name:
        number += 1
        wish = f"{around.name}_{word}" + (f"_{number}" if number > 1 else "")
    return wish


class _Calls(ast.NodeTransformer):
    """Calls functions that go beside the one they are in."""

    def __init__(self, raised: Mapping[str, _Inner]) -> None:
        self.raised = raised

    def without(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """The function around, without them."""
        new = shifted(node, 0)
        kept = [s for s in new.body if not self._defines(s)]
        new.body = [self.visit(s) for s in kept]
        return new

    def _defines(self, node: ast.stmt) -> bool:
        match node:
            case ast.FunctionDef(name=word):
                return word in self.raised
            case ast.Assign(targets=[ast.Name(id=word)], value=ast.Lambda()):
                return word in self.raised
            case _:
                return False

    def beside(self, one: _Inner) -> ast.FunctionDef:
        """One of them, on its own."""
        new = shifted(one.node, 0)
        new.name = one.word
        new.body = [self.visit(statement) for statement in new.body]
        first = [at(new, ast.arg(word)) for word in one.passed]
        listed = new.args.posonlyargs or new.args.args
        listed[:0] = first
        return new

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node.func:
            case ast.Name(id=word) as func if word in self.raised:
                one = self.raised[word]
                func.id = one.word
                node.args[:0] = [name(n, func) for n in one.passed]
        return node
