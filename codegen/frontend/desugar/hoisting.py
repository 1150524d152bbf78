"""Statements that come out of an expression, in front of the statement it stands in.

What is evaluated before them, and could give something else behind them, is held by a
name: `x[0] + g(x)`, where `g` writes to `x`, becomes

    held = x[0]
    ...                  what `g` does
    held + ...
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..source.bindings import Known
from ..syntax.added import Added, Names, at, name, stored

# Methods of arrays, lists and dicts that only compute.
_PURE_METHODS = frozenset(
    "all any argmax argmin astype clip copy cumprod cumsum diagonal dot flatten get "
    "item items keys max mean min prod ravel repeat reshape round squeeze std sum "
    "swapaxes take tolist trace transpose values var".split()
)
_PURE_HOMES = ("math", "numpy", "scipy", "builtins")
_WRITING = frozenset(
    "print copyto fill_diagonal put put_along_axis putmask place at shuffle".split()
)


@dataclass(frozen=True)
class Piece:
    """An expression without calls of own functions.

    Attributes:
        before: the statements that have to run before it.
        known: the function that it is, if it is one.
    """

    before: tuple[ast.stmt, ...]
    value: ast.expr
    known: Known | None = None


class Order:
    """Puts pieces together, in the order of evaluation.

    Args:
        path_of: the full path of what a dotted name outside stands for.
    """

    def __init__(self, names: Names, path_of: Callable[[ast.expr], str | None]) -> None:
        self.names, self.path_of = names, path_of

    def sequence(
        self, pieces: Sequence[Piece]
    ) -> tuple[list[ast.stmt], list[ast.expr]]:
        """Expressions that are evaluated one after the other: the statements before
        all of them, and their values."""
        later: list[ast.stmt] = []
        values: list[ast.expr] = []
        for piece in reversed(pieces):
            value, held = piece.value, list[ast.stmt]()
            if piece.known is None and later and self.is_disturbed(value, later):
                starred = isinstance(value, ast.Starred)
                inner = value.value if isinstance(value, ast.Starred) else value
                kept = self.names.fresh("held", inner)
                held.append(at(inner, Added([stored(kept, inner)], inner)))
                again = name(kept, inner)
                value = at(value, ast.Starred(again, ast.Load())) if starred else again
            later = [*piece.before, *held, *later]
            values.insert(0, value)
        return later, values

    def is_disturbed(self, value: ast.expr, later: Iterable[ast.stmt]) -> bool:
        """Whether an expression could give something else behind some statements, or
        they something else in front of it."""
        match value:
            case ast.Constant():
                return False
            case ast.Name(id=word):
                return word in bound_in(later)
            case ast.Starred(value=inner):
                return self.is_disturbed(inner, later)
        if self.has_effects([value]) or self.has_effects(later):
            return True
        read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
        return not read.isdisjoint(bound_in(later))

    def has_effects(self, nodes: Iterable[ast.AST]) -> bool:
        """Whether anything may do more than compute, bind names of its own, and fill
        lists that it makes."""
        inside = [inner for node in nodes for inner in ast.walk(node)]
        made = {list_ for inner in inside for list_ in _lists_made(inner)}
        return any(self._is_effect(inner, made) for inner in inside)

    def _is_effect(self, node: ast.AST, made: Container[str]) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=word), attr="append")):
                return word not in made
            case ast.Subscript(ctx=ctx) | ast.Attribute(ctx=ctx):
                return not isinstance(ctx, ast.Load)
            case ast.Call():
                return not self._is_pure(node)
            case ast.AugAssign() | ast.NamedExpr():
                return True
            case ast.Raise() | ast.Assert() | ast.Delete():
                return True
            case _:
                return False

    def _is_pure(self, node: ast.Call) -> bool:
        if any(keyword.arg == "out" for keyword in node.keywords):
            return False
        path = self.path_of(node.func)
        if path is None:
            func = node.func
            return isinstance(func, ast.Attribute) and func.attr in _PURE_METHODS
        home, _, last = path.partition(".")[0], *path.rpartition(".")[1:]
        drawn = path.startswith("numpy.random.")
        return home in _PURE_HOMES and not drawn and last not in _WRITING


def _lists_made(node: ast.AST) -> Iterator[str]:
    match node:
        case Added(targets=[ast.Name(id=word)], value=ast.List(elts=[])):
            yield word


def bound_in(nodes: Iterable[ast.stmt]) -> set[str]:
    return {
        inner.id
        for node in nodes
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load)
    }


def operands(node: ast.expr) -> list[ast.expr]:
    """The expressions in an expression, in the order in which they are evaluated."""
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return [part for pair in pairs for part in pair if part]
        case ast.Call(func=ast.Attribute(value=base), args=args, keywords=keywords):
            return [base, *args, *(keyword.value for keyword in keywords)]
        case ast.Call(args=args, keywords=keywords):
            return [*args, *(keyword.value for keyword in keywords)]
        case _:
            parts = ast.iter_child_nodes(node)
            return [part for part in parts if isinstance(part, ast.expr)]


def rebuilt(node: ast.expr, new: Mapping[int, ast.expr]) -> ast.expr:
    """A copy of an expression with other operands, by the ids of its own."""
    made = copy.copy(node)
    for field, value in ast.iter_fields(node):
        setattr(made, field, _replaced(value, new))
    return made


def _replaced(value: object, new: Mapping[int, ast.expr]) -> object:
    match value:
        case ast.expr() if id(value) in new:
            return new[id(value)]
        case ast.Attribute():
            return rebuilt(value, new)
        case ast.keyword():
            found = new.get(id(value.value), value.value)
            return at(value, ast.keyword(value.arg, found))
        case list():
            return [_replaced(item, new) for item in value]
        case _:
            return value
