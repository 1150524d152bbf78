"""The programs of a source: functions, classes with `forward`, or a script."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from ..arrays.inputs import Input, Leaf
from ..arrays.names import Names, names_of
from ..arrays.objects import Blueprint
from ..arrays.reading import inputs_of
from ..arrays.values import Kind
from ..texts.kinds import uses_arrays
from ..texts.parameters import list_lengths
from ..texts.scope import Unsupported
from ..texts.signature import Signature
from .objects import CONTEXT, ENTRIES, METHODS, with_classes
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
from .spelling import adjoint_of, is_backward, is_cache, is_upstream
from .task import LAYER, Forward

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
    every = [n.name for n in tree.body if isinstance(n, ast.ClassDef)]
    kinds = [names.meaning(name) for name in every]
    classes = [k.node for k in kinds if isinstance(k, Blueprint) and entry_of(k.node)]
    found: dict[str, Forward] = {}
    stages = script_part(tree)
    if any(isinstance(node, (ast.Assign, ast.AugAssign)) for node in stages) and (
        computes(stages, tree)
    ):
        name = PurePath(filename).stem
        found[name] = script_program(name, tree, text, shapes)
    for function in functions:
        found[function.name] = _function(function, names, tree, shapes)
    left: list[Unsupported] = []
    for node in classes:
        try:
            found[node.name] = _class(node, names, tree, shapes)
        except Unsupported as reason:
            left.append(reason)
    if left and not found:
        raise left[0]
    return found


def entry_of(node: ast.ClassDef) -> ast.FunctionDef | None:
    """The method of a class that is its forward pass: of several, the first that has
    the parameters of the backward pass."""
    methods = methods_of(node)
    found = [methods[name] for name in ENTRIES if name in methods]
    back = next((methods[name] for name in METHODS if name in methods), None)
    if back is not None:
        wanted = {n for n in Signature.of(back.args).names[1:] if not is_upstream(n)}
        fitting = [n for n in found if wanted <= set(Signature.of(n.args).names)]
        found = [*fitting, *found]
    return found[0] if found else None


def methods_of(node: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    """The methods of a class, but for those that others have to define."""
    methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    return {name: n for name, n in methods.items() if not _is_open(n)}


def _is_open(method: ast.FunctionDef) -> bool:
    """Whether a method does nothing but raise an error."""
    return all(
        isinstance(node, (ast.Raise, ast.Pass))
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in method.body
    )


def is_static(method: ast.FunctionDef) -> bool:
    """Whether a method has no object."""
    return any(ast.unparse(mark) == "staticmethod" for mark in method.decorator_list)


def takes_object(method: ast.FunctionDef) -> bool:
    """Whether the first parameter of a method is its object, or what a library passes
    as `ctx`."""
    first = Signature.of(method.args).names[:1]
    return not is_static(method) or any(map(is_cache, first))


# -- functions


def _function(
    node: ast.FunctionDef, names: Names, tree: ast.Module, shapes: Mapping[str, Any]
) -> Forward:
    if node.args.vararg or node.args.kwarg:
        raise Unsupported("`*` and `**` parameters are not supported", node)
    signature = Signature.of(node.args)
    body, backward = both_parts(node)
    if backward:
        body = [*body, *output_of(node, body)]
    inputs: list[Input] = []
    made: list[ast.stmt] = []
    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    kinds = {arg.arg: _class_of(arg, node, names) for arg in arguments}
    for given in _inputs(node, tree, shapes):
        kind = kinds[given.name]
        if kind is None:
            inputs.append(given)
            continue
        parts = list(_constructed(kind, tree, shapes, f"{given.name}."))
        inputs += parts
        new = _new(given.name, kind.name, [part.name for part in parts])
        made.append(placed(new, node))
    local = names.local([*made, *node.body], signature.names)
    if made:
        signature = Signature(tuple(given.name for given in inputs))
    program = program_of(node.name, signature, inputs, local, [*made, *body])
    return replace(program, makes=len(made), numbers=numbered(body))


def _class_of(arg: ast.arg, node: ast.FunctionDef, names: Names) -> Blueprint | None:
    """The class that an annotation names; for a cache to which the function itself
    writes attributes, that of a library."""
    note = arg.annotation
    match note:
        case ast.Name(id=name) | ast.Constant(value=str(name)):
            pass
        case None if is_cache(arg.arg) and _is_left_in(arg.arg, node):
            name = CONTEXT
        case _:
            return None
    found = names.meaning(name)
    return found if isinstance(found, Blueprint) else None


def _is_left_in(name: str, node: ast.FunctionDef) -> bool:
    """Whether a function keeps something in an object that it is given."""
    for part in ast.walk(node):
        match part:
            case ast.Attribute(
                value=ast.Name(id=owner), attr=attribute, ctx=context
            ) if owner == name:
                if isinstance(context, ast.Store) or attribute == "save_for_backward":
                    return True
    return False


def _new(name: str, kind: str, arguments: Sequence[str]) -> ast.stmt:
    """`name = Kind(...)`."""
    named = [ast.keyword(a.rpartition(".")[2], load(a)) for a in arguments]
    call = ast.Call(load(kind), [], named)
    return ast.Assign([ast.Name(name, ast.Store())], call)


def _constructed(
    kind: Blueprint, tree: ast.Module, shapes: Mapping[str, Any], path: str
) -> Iterator[Input]:
    """What an object is made of: the parameters of its constructor, or its fields."""
    init = kind.methods.get("__init__") or _from_fields(kind)
    stated = {
        name.removeprefix(path): shape
        for name, shape in shapes.items()
        if name.startswith(path)
    }
    for given in _inputs(init, tree, stated)[1:]:
        yield replace(given, name=f"{path}{given.name}")


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


def _from_fields(kind: Blueprint) -> ast.FunctionDef:
    """The constructor that a dataclass or named tuple has."""
    notes = {
        node.target.id: node.annotation
        for node in kind.node.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    args = [ast.arg("self"), *(ast.arg(name, notes[name]) for name in kind.fields)]
    defaults = [value for value in kind.fields.values() if value is not None]
    arguments = ast.arguments([], args, None, [], [], None, defaults)
    return ast.FunctionDef("__init__", arguments, [ast.Pass()], [])


# -- classes


def _class(
    node: ast.ClassDef, names: Names, tree: ast.Module, shapes: Mapping[str, Any]
) -> Forward:
    """`layer = C(W, b)` and `return layer.forward(x)` as a program; of a static method
    that has a `ctx`, `return C.forward(layer, x)`."""
    entry = entry_of(node)
    kind = names.meaning(node.name)
    assert entry is not None
    assert isinstance(kind, Blueprint)
    own = takes_object(entry)
    made = [] if is_static(entry) else list(_constructed(kind, tree, shapes, ""))
    given = _inputs(entry, tree, shapes)[int(own) :]
    called = [i.name for i in given]
    both = sorted({i.name for i in made} & set(called))
    if both:
        raise Unsupported(f"`{', '.join(both)}` are parameters of two methods", node)
    name = CONTEXT if is_static(entry) and own else node.name
    make = _new(LAYER, name, [i.name for i in made])
    owner, first = (load(LAYER), [])
    if name == CONTEXT:
        owner, first = load(node.name), [load(LAYER)]
    run = ast.Attribute(owner, entry.name, ast.Load())
    forward, backward = both_parts(entry)
    if backward:
        names = _with_forward(names, kind, entry, forward)
    back = ast.Return(ast.Call(run, [*first, *map(load, called)], []))
    body = [placed(statement, entry) for statement in (make, back)]
    signature = Signature(tuple(i.name for i in (*made, *given)))
    local = names.local([], signature.names)
    program = program_of(node.name, signature, [*made, *given], local, body)
    last = next((n for n in ast.walk(entry) if isinstance(n, ast.Return)), None)
    if backward:
        (last,) = output_of(entry, forward)
    output = last.value.id if last and isinstance(last.value, ast.Name) else ""
    return replace(
        program,
        outputs=(output,),
        entry=entry.name,
        makes=1,
        numbers=numbered(entry.body),
    )


def _with_forward(
    names: Names, kind: Blueprint, entry: ast.FunctionDef, forward: list[ast.stmt]
) -> Names:
    """The names, with a class of which a method runs its forward pass only."""
    other = copy(entry)
    other.body = [*forward, *output_of(entry, forward)]
    node = copy(kind.node)
    node.body = [other if part is entry else part for part in node.body]
    meanings = {**names.meanings, kind.name: replace(kind, node=node)}
    return replace(names, meanings=meanings)
