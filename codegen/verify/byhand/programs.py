"""Making a program of statements: what it returns, and which its stages are."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence

from ..arrays.inputs import Input
from ..arrays.names import Names
from ..arrays.tree import Tree
from ..texts.scope import Unsupported
from ..texts.signature import Signature
from .interleaved import forward_only
from .passes import gradients_returned, returned
from .spelling import is_cache, is_forward, is_gradients, is_upstream, primal_of
from .task import Forward

_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
# functions of an array and of lengths or places, methods too
_SHAPING = frozenset("pad reshape repeat tile roll broadcast_to".split())


def forward_part(
    body: Sequence[ast.stmt], given: Iterable[str] = ()
) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The statements of a forward pass, and those of the backward pass that follow:
    the first one that binds the gradient of a variable, or of one of those `given`,
    starts it."""
    known = dict.fromkeys(given)
    for place, node in enumerate(body):
        stores = Tree((node,)).stores
        starts = any(primal_of(name, known) for name in stores) or _keeps_one(
            node, known
        )
        if starts and isinstance(node, _ASSIGNMENTS):
            while place and _is_seed(body[place - 1]):
                place -= 1
            return list(body[:place]), list(body[place:])
        known.update(dict.fromkeys(stores))
    return list(body), []


def _keeps_one(node: ast.stmt, known: Collection[str]) -> bool:
    """Whether a statement keeps the gradient of a variable in a dict."""
    match node:
        case ast.Assign(
            targets=[
                ast.Subscript(
                    value=ast.Name(id=name), slice=ast.Constant(value=str(key))
                )
            ]
        ):
            return is_gradients(name) and (
                key in known or primal_of(key, known) is not None
            )
    return False


def both_parts(node: ast.FunctionDef) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The forward and the backward pass of a function; nothing of a backward pass where
    it returns no gradients. (A variable `dx` may be a step.)"""
    parameters = Signature.of(node.args).names
    forward, backward = forward_part(node.body, parameters)
    known = dict.fromkeys((*parameters, *Tree(tuple(node.body)).stores))
    if _outputs(node, known) & set(Tree(tuple(backward)).stores):
        # what it returns besides is not complete where the first gradient is bound
        try:
            forward = forward_only(node.body, parameters)
        except Unsupported:
            return list(node.body), []
    known = dict.fromkeys((*parameters, *Tree(tuple(forward)).stores))
    if not forward or not gradients_returned(node, known):
        return list(node.body), []
    return forward, backward


def _outputs(node: ast.FunctionDef, known: Collection[str]) -> set[str]:
    """The variables, of those that are known, that a function returns and that are not
    called as gradients."""
    return {
        part.id
        for part in returned(node)
        if isinstance(part, ast.Name)
        and part.id in known
        and not is_gradients(part.id)
        and primal_of(part.id, known) is None
    }


def output_of(
    node: ast.FunctionDef, forward: Sequence[ast.stmt]
) -> Iterator[ast.Return]:
    """A `return` of the output of a function that runs both passes: the first of what
    it returns that the forward pass binds, else what that binds last."""
    stores = Tree(tuple(forward)).stores
    every = (part for part in returned(node) if isinstance(part, ast.Name))
    name = next((part.id for part in every if part.id in stores), None)
    if name is None:
        yield from returning(forward)
    else:
        yield _return(name, forward[-1])


def _is_seed(node: ast.stmt) -> bool:
    """Whether a statement binds the upstream gradient to a number: `dz = 1`; or makes a
    dict for gradients."""
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.Dict(keys=[]) | ast.Call(args=[])
        ):
            return is_gradients(name)
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
    parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]
    given = signature.names if is_forward(name) else ()
    keeps = _keeps(value, given)
    if keeps:
        parts = parts[:-1]
        if len(parts) == 1 and isinstance(parts[0], (ast.Tuple, ast.List)):
            parts = parts[0].elts
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


def _keeps(value: ast.expr | None, parameters: Collection[str]) -> bool:
    """Whether a cache is returned behind the outputs: what is called so, several values
    together, or one of some parameters as it is."""
    match value:
        case ast.Tuple(elts=[first, *_, ast.Name(id=name)]):
            alone = len(value.elts) == 2 and not isinstance(first, ast.Tuple)
            return is_cache(name) or (alone and name in parameters)
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


def measuring(function: ast.FunctionDef) -> set[str]:
    """The variables of which lengths or places are made, directly or by others."""
    body = function.body
    stores = {*Signature.of(function.args).names, *Tree(tuple(body)).stores}
    nodes = [node for statement in body for node in ast.walk(statement)]
    found = counting(body)
    for node in nodes:
        match node:
            case ast.Subscript(slice=index):
                found |= _names_in(index)
            case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
                found |= _names_in(left) | _names_in(right)
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=args) if (
                name in _SHAPING
            ):
                # of a method, all arguments say what becomes of its array
                own = isinstance(owner, ast.Name) and owner.id not in stores
                shaping = args[1:] if own else args
                found |= {name for arg in shaping for name in _names_in(arg)}
    while True:
        more = {
            name
            for node in nodes
            if isinstance(node, ast.Assign)
            and found & {n for target in node.targets for n in _names_in(target)}
            for name in _names_in(node.value)
        }
        if more <= found:
            return found
        found |= more


def _names_in(node: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


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


def _return(name: str, at: ast.stmt) -> ast.Return:
    node = ast.Return(load(name))
    placed(node, at)
    return node


def returning(body: Sequence[ast.stmt]) -> Iterator[ast.Return]:
    """A `return` of what the last statement binds."""
    for node in reversed(body):
        stores = Tree((node,)).stores
        if stores:
            yield _return(stores[-1], node)
            return
    raise Unsupported("the program does not bind a value")
