"""Making a program of statements: what it returns, and which its stages are."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ..arrays.names import Names
from ..arrays.reading import Input
from ..arrays.tree import Tree
from ..scope import Unsupported
from ..signature import Signature
from .spelling import is_cache, is_upstream, primal_of
from .task import Forward

_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def forward_part(body: Sequence[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The statements of a forward pass, and those of the backward pass that follow:
    the first one that binds the gradient of a variable starts it."""
    known: dict[str, None] = {}
    for place, node in enumerate(body):
        stores = Tree((node,)).stores
        starts = any(primal_of(name, known) for name in stores)
        if starts and isinstance(node, _ASSIGNMENTS):
            while place and _is_seed(body[place - 1]):
                place -= 1
            return list(body[:place]), list(body[place:])
        known.update(dict.fromkeys(stores))
    return list(body), []


def _is_seed(node: ast.stmt) -> bool:
    """Whether a statement binds the upstream gradient to a number: `dz = 1`."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
            return is_upstream(name)
    return False


def program_of(
    name: str,
    signature: Signature,
    inputs: Sequence[Input],
    names: Names,
    body: Sequence[ast.stmt],
) -> Forward:
    """A body of statements as a program."""
    last = next((n for n in reversed(body) if isinstance(n, ast.Return)), None)
    value = None if last is None else last.value
    keeps = _keeps(value)
    if keeps and isinstance(value, ast.Tuple):
        value = value.elts[0]
    parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]
    outputs = tuple(part.id if isinstance(part, ast.Name) else "" for part in parts)
    return Forward(
        name,
        signature,
        tuple(inputs),
        (),
        (),
        None,
        names,
        tuple(body),
        outputs,
        keeps,
        numbers=numbered(body),
    )


def numbered(body: Sequence[ast.stmt]) -> dict[tuple[int, int], int]:
    """The stages of a body by line and column: what binds a value, or returns one that
    is computed there."""
    places = [
        (node.lineno, node.col_offset)
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, _ASSIGNMENTS)
        or (isinstance(node, ast.Return) and not isinstance(node.value, ast.Name))
    ]
    return {place: number for number, place in enumerate(sorted(set(places)), 1)}


def _keeps(value: ast.expr | None) -> bool:
    """Whether an output and a cache are returned."""
    match value:
        case ast.Tuple(elts=[_, ast.Name(id=name)]):
            return is_cache(name)
        case ast.Tuple(elts=[first, ast.Tuple() | ast.Dict() | ast.List()]):
            return not isinstance(first, (ast.Tuple, ast.List, ast.Dict))
    return False


def counting(body: Sequence[ast.stmt]) -> set[str]:
    """The variables that say how often, or how long: integers."""
    found: set[str] = set()
    lengths = ("range", "zeros", "ones", "empty", "full", "randn", "rand", "eye")
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if (
                    name in lengths
                ):
                    args = [a for arg in node.args for a in _parts(arg)]
                    found |= {a.id for a in args if isinstance(a, ast.Name)}
    return found


def _parts(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return parts
        case ast.BinOp(left=left, right=right):
            return [*_parts(left), *_parts(right)]
    return [node]


def load(name: str) -> ast.expr:
    """A variable that is read."""
    return ast.Name(name, ast.Load())


def placed(node: ast.stmt, at: ast.stmt) -> ast.stmt:
    """A made statement, as if it stood at another."""
    for part in ast.walk(node):
        if isinstance(part, (ast.stmt, ast.expr)):
            ast.copy_location(part, at)
    return node


def returning(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """A `return` of what the last statement binds."""
    for node in reversed(body):
        stores = Tree((node,)).stores
        if stores:
            yield placed(ast.Return(load(stores[-1])), node)
            return
    raise Unsupported("the program does not bind a value")
