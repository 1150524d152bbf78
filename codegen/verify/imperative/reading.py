"""The original as it stands: its parameters, its body, and the names around it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from ...text.arrays import computes_with_arrays
from ...text.items import taken_whole
from ..arrays.inputs import Input, Leaf
from ..arrays.names import names_of
from ..arrays.reading import Program, inputs_of, script_inputs
from ..arrays.tree import Tree
from ..texts.declared import Declared
from ..texts.effects import says_only
from ..texts.kinds import Texts
from ..texts.scope import Unsupported
from ..texts.signature import Signature
from .places import place_lists

_LISTS = frozenset({"list", "List", "Sequence"})
_TUPLES = frozenset({"tuple", "Tuple"})
# elements of a list of which nothing else is known
_SHORTEST = 3
# methods that only lists have
_CHANGING = frozenset("append extend insert pop".split())


def read_imperative(
    texts: Texts, base: str, params: Sequence[str], shapes: Mapping[str, Any]
) -> Program:
    """A function of the source by its name, or a script as one.

    Raises `Unsupported` where names are not certain.
    """
    tree = texts.tree
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    if functions.keys() <= texts.gathered:
        return _script(texts, params, shapes)
    node = functions[base]
    names = names_of(tree, texts.source)
    if node.decorator_list or names.meaning(base) is None:
        raise Unsupported(f"`{base}` is decorated or bound again", node)
    if node.args.vararg or node.args.kwarg:
        raise Unsupported("`*` and `**` parameters are not supported", node)
    signature = Signature.of(node.args)
    return Program(
        base,
        signature,
        tuple(_with_lists(inputs_of(node, tree, shapes), node, tree)),
        (),
        (),
        None,
        names.local(node.body, signature.names),
        tuple(node.called() if isinstance(node, Declared) else node.body),
    )


def _with_lists(
    inputs: Iterable[Input], node: ast.FunctionDef, tree: ast.Module
) -> Iterator[Input]:
    """The parameters; as a list of numbers what is annotated as a list, and in a file
    without arrays whatever has items."""
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    lists = {arg.arg for arg in every if _is_one_of(arg.annotation, _LISTS)}
    tuples = {arg.arg for arg in every if _is_one_of(arg.annotation, _TUPLES)}
    if not computes_with_arrays(tree):
        bare = {arg.arg for arg in every if arg.annotation is None}
        lists |= bare & set(_with_items(node)) - set(_like_arrays(node))
    places = place_lists(node)
    for found in inputs:
        unknown = isinstance(found.spec, Leaf) and found.spec.dims is None
        if found.name in places and unknown:
            yield replace(found, spec=places[found.name])
        elif found.name in lists | tuples and unknown:
            counts = _counts(found.name, node)
            length = next(counts, max((_SHORTEST, *_places(found.name, node))))
            items = [Leaf(()) for _ in range(length)]
            yield replace(found, spec=items if found.name in lists else tuple(items))
        else:
            yield found


def _is_one_of(node: ast.expr | None, names: frozenset[str]) -> bool:
    match node:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            return name in names
    return False


def _with_items(node: ast.FunctionDef) -> Iterator[str]:
    """The names whose items are read, or counted."""
    for part in ast.walk(node):
        match part:
            case ast.Subscript(value=ast.Name(id=name)):
                yield name
            case (
                ast.For(iter=ast.Name(id=name))
                | ast.comprehension(iter=ast.Name(id=name))
            ):
                yield name
            case ast.Attribute(value=ast.Name(id=name), attr=method):
                if method in _CHANGING:
                    yield name
            case ast.Call(
                func=ast.Name(id=called) | ast.Attribute(attr=called), args=args
            ):
                whole = taken_whole(called, args)
                yield from (arg.id for arg in whole if isinstance(arg, ast.Name))


def _like_arrays(node: ast.FunctionDef) -> Iterator[str]:
    """The names of which no list would do: `x.copy()`, `x[i][j]`, `x[i, j]`."""
    for part in ast.walk(node):
        match part:
            case ast.Attribute(value=ast.Name(id=name), attr=method):
                if method not in _CHANGING:
                    yield name
            case (
                ast.Subscript(value=ast.Subscript(value=ast.Name(id=name)))
                | ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple())
            ):
                yield name


def _places(name: str, node: ast.FunctionDef) -> Iterator[int]:
    """How long a list has to be for each of its elements that is read."""
    for part in ast.walk(node):
        match part:
            case ast.Subscript(
                value=ast.Name(id=owner), slice=ast.Constant(value=int(place))
            ) if owner == name:
                yield place + 1


def _counts(name: str, node: ast.FunctionDef) -> Iterator[int]:
    """How many items a list has for each statement that takes it apart."""
    for part in ast.walk(node):
        match part:
            case ast.Assign(
                targets=[ast.Tuple(elts=items) | ast.List(elts=items)],
                value=ast.Name(id=owner),
            ) if owner == name:
                if not any(isinstance(item, ast.Starred) for item in items):
                    yield len(items)


def _script(texts: Texts, params: Sequence[str], shapes: Mapping[str, Any]) -> Program:
    """A script; it returns what its last statement binds."""
    names = names_of(texts.own, texts.source, script=True)
    if texts.gathered:
        called = names_of(texts.beside, "")
        meanings = {**called.meanings, **names.meanings}
        names = replace(names, meanings=meanings, constants=called.constants)
    inputs, body = script_inputs(texts.own, names, params, shapes)
    ends = [n for n in body if not (isinstance(n, ast.Expr) and says_only(n.value))]
    stored = Tree(tuple(ends[-1:])).stores
    if not stored:
        raise Unsupported("the script does not end with an assignment")
    last = ast.Return(value=ast.Name(stored[-1], ast.Load()))
    return Program(
        PurePath(texts.filename).stem,
        Signature(tuple(inputs)),
        tuple(inputs.values()),
        (),
        (),
        None,
        names,
        (*body, last),
    )
