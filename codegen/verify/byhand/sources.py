"""The programs of a source: functions, classes with `forward`, or a script."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from ..arrays.inputs import Input, Leaf
from ..arrays.names import Names, names_of
from ..arrays.reading import inputs_of
from ..arrays.values import Kind, Routine
from ..kinds import uses_arrays
from ..parameters import list_lengths
from ..scope import Unsupported
from ..signature import Signature
from .objects import Class, with_classes
from .programs import (
    both_parts,
    counting,
    load,
    measuring,
    numbered,
    output_of,
    placed,
    program_of,
)
from .scripts import computes, script_part, script_program
from .spelling import adjoint_of, is_backward
from .task import LAYER, Forward

ENTRIES = ("forward", "__call__", "loss")
# elements of a list of which nothing else is known
_SHORTEST = 3


def programs_of(
    tree: ast.Module, text: str, filename: str, shapes: Mapping[str, Any]
) -> dict[str, Forward]:
    """All programs of a source by name.

    Raises `Unsupported` where the names of the source are not certain.
    """
    names = with_classes(names_of(tree, text), tree)
    functions = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not is_backward(node.name)
    ]
    called = [node.name for node in functions]
    functions = [node for node in functions if not adjoint_of(node.name, called)]
    classes = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and entry_of(node) is not None
    ]
    found: dict[str, Forward] = {}
    stages = script_part(tree)
    if any(isinstance(node, (ast.Assign, ast.AugAssign)) for node in stages) and (
        computes(stages, tree)
    ):
        name = PurePath(filename).stem
        found[name] = script_program(name, tree, text, shapes)
    for function in functions:
        found[function.name] = _function(function, names, tree, shapes)
    for node in classes:
        found[node.name] = _class(node, names, tree, shapes)
    return found


def entry_of(node: ast.ClassDef) -> ast.FunctionDef | None:
    """The method of a class that is its forward pass."""
    methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    return next((methods[name] for name in ENTRIES if name in methods), None)


# -- functions


def _function(
    node: ast.FunctionDef, names: Names, tree: ast.Module, shapes: Mapping[str, Any]
) -> Forward:
    if node.args.vararg or node.args.kwarg:
        raise Unsupported("`*` and `**` parameters are not supported", node)
    signature = Signature.of(node.args)
    inputs = _inputs(node, tree, shapes)
    body, backward = both_parts(node)
    if backward:
        body = [*body, *output_of(node, body)]
    return program_of(
        node.name,
        signature,
        inputs,
        names.local(node.body, signature.names),
        body,
    )


def _inputs(
    node: ast.FunctionDef, tree: ast.Module, shapes: Mapping[str, Any]
) -> list[Input]:
    """The parameters; numbers or lists of these, where nothing uses arrays."""
    counts = counting(node.body)
    lengths, sizes = measuring(node), list_lengths(node)
    defaults = Signature.of(node.args).defaults
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    lists = {arg.arg for arg in every if _is_list(arg.annotation)}
    arrays = uses_arrays(tree)
    found = []
    for given in inputs_of(node, tree, shapes):
        spec, default = given.spec, defaults.get(given.name)
        if not isinstance(spec, Leaf) or spec.choices:
            pass
        elif given.name in lengths and (fixed := _integer(default)) is not None:
            spec = Leaf((), choices=(fixed,))
        elif spec.dims is None:
            length = sizes.get(given.name, 0)
            if given.name in counts:
                spec = Leaf((), Kind.INT)
            elif given.name in lists or (length and not arrays):
                spec = [Leaf(()) for _ in range(length or _SHORTEST)]
            elif not arrays:
                spec = replace(spec, dims=())
        found.append(replace(given, spec=spec))
    return found


def _integer(node: ast.expr | None) -> int | None:
    """The value of a default that is an integer."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if type(value) is int else None


def _is_list(node: ast.expr | None) -> bool:
    match node:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            return name in ("list", "List", "Sequence")
    return False


# -- classes


def _class(
    node: ast.ClassDef, names: Names, tree: ast.Module, shapes: Mapping[str, Any]
) -> Forward:
    """`layer = C(W, b)` and `return layer.forward(x)` as a program."""
    entry = entry_of(node)
    assert entry is not None
    methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    made = methods.get("__init__")
    inputs: list[Input] = []
    for method in (made, entry):
        if method is not None:
            inputs += _inputs(method, tree, shapes)[1:]
    constructed = _arguments(made)
    given = _arguments(entry)
    if set(constructed) & set(given):
        both = ", ".join(sorted(set(constructed) & set(given)))
        raise Unsupported(f"`{both}` are parameters of two methods", node)
    call = ast.Call(ast.Name(node.name, ast.Load()), list(map(load, constructed)), [])
    make = ast.Assign([ast.Name(LAYER, ast.Store())], call)
    run = ast.Attribute(load(LAYER), entry.name, ast.Load())
    forward, backward = both_parts(entry)
    if backward:
        names = _with_forward(names, node, entry, forward)
    back = ast.Return(ast.Call(run, list(map(load, given)), []))
    body = [placed(statement, entry) for statement in (make, back)]
    signature = Signature((*constructed, *given))
    local = names.local([], signature.names)
    program = program_of(node.name, signature, inputs, local, body)
    last = next((n for n in ast.walk(entry) if isinstance(n, ast.Return)), None)
    if backward:
        (last,) = output_of(entry, forward)
    output = last.value.id if last and isinstance(last.value, ast.Name) else ""
    stages = numbered(entry.body)
    return replace(program, outputs=(output,), entry=entry.name, numbers=stages)


def _with_forward(
    names: Names, node: ast.ClassDef, entry: ast.FunctionDef, forward: list[ast.stmt]
) -> Names:
    """The names, with a class of which a method runs its forward pass only."""
    kind = names.meanings[node.name]
    assert isinstance(kind, Class)
    other = copy(entry)
    other.body = [*forward, *output_of(entry, forward)]
    methods = {**kind.methods, entry.name: Routine(other)}
    meanings = {**names.meanings, node.name: replace(kind, methods=methods)}
    return replace(names, meanings=meanings)


def _arguments(method: ast.FunctionDef | None) -> tuple[str, ...]:
    return () if method is None else Signature.of(method.args).names[1:]
