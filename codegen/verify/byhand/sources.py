"""The programs of a source: functions, classes with `forward`, or a script."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import numpy as np

from ..arrays.inputs import Leaf, Spec, indices_in, merged
from ..arrays.names import Names, names_of
from ..arrays.reading import Input, inputs_of
from ..arrays.tree import Tree
from ..arrays.values import Kind, Path, kind_of
from ..domains import Failure
from ..kinds import uses_arrays
from ..numeric import FloatDomain
from ..scope import Unsupported
from ..signature import Signature
from .objects import Objects, with_classes
from .spelling import is_backward, is_cache, primal_of
from .task import Forward

ENTRIES = ("forward", "__call__", "loss")
# the variable that holds the layer of a program made from a class
LAYER = "layer"
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
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
    classes = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and entry_of(node) is not None
    ]
    found: dict[str, Forward] = {}
    stages = script_part(tree)
    if any(isinstance(node, (ast.Assign, ast.AugAssign)) for node in stages) and (
        _computes(stages, tree)
    ):
        name = PurePath(filename).stem
        found[name] = _script(name, tree, text, shapes)
    for function in functions:
        found[function.name] = _function(function, names, tree, shapes)
    for node in classes:
        found[node.name] = _class(node, names, tree, shapes)
    return found


def entry_of(node: ast.ClassDef) -> ast.FunctionDef | None:
    """The method of a class that is its forward pass."""
    methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    return next((methods[name] for name in ENTRIES if name in methods), None)


def forward_part(body: Sequence[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The statements of a forward pass, and those of the backward pass that follow:
    the first one that binds the gradient of a variable starts it."""
    known: dict[str, None] = {}
    for place, node in enumerate(body):
        stores = Tree((node,)).stores
        if any(primal_of(name, known) for name in stores) and isinstance(
            node, _ASSIGNMENTS
        ):
            return list(body[:place]), list(body[place:])
        known.update(dict.fromkeys(stores))
    return list(body), []


# -- functions


def _function(
    node: ast.FunctionDef, names: Names, tree: ast.Module, shapes: Mapping[str, Any]
) -> Forward:
    if node.args.vararg or node.args.kwarg:
        raise Unsupported("`*` and `**` parameters are not supported", node)
    signature = Signature.of(node.args)
    inputs = _inputs(node, tree, shapes)
    body, backward = forward_part(node.body)
    if backward:
        body = [*body, *_returning(body)]
    return _program(
        node.name,
        signature,
        inputs,
        names.local(node.body, signature.names),
        body,
    )


def _program(
    name: str,
    signature: Signature,
    inputs: Sequence[Input],
    names: Names,
    body: Sequence[ast.stmt],
) -> Forward:
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


def _inputs(
    node: ast.FunctionDef, tree: ast.Module, shapes: Mapping[str, Any]
) -> list[Input]:
    """The parameters; numbers or lists of these, where nothing uses arrays."""
    counts = _counting(node.body)
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    lists = {arg.arg for arg in every if _is_list(arg.annotation)}
    arrays = uses_arrays(tree)
    found = []
    for given in inputs_of(node, shapes):
        spec = given.spec
        if isinstance(spec, Leaf) and spec.dims is None and not spec.choices:
            length = _length_of(given.name, node)
            if given.name in counts:
                spec = Leaf((), Kind.INT)
            elif given.name in lists or (length and not arrays):
                spec = [Leaf(()) for _ in range(length or _SHORTEST)]
            elif not arrays:
                spec = replace(spec, dims=())
        found.append(replace(given, spec=spec))
    return found


def _is_list(node: ast.expr | None) -> bool:
    match node:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            return name in ("list", "List", "Sequence")
    return False


def _length_of(name: str, node: ast.AST) -> int:
    """How long a list has to be for each of its elements that is read."""
    places = [
        place + 1
        for part in ast.walk(node)
        if isinstance(part, ast.Subscript)
        and isinstance(part.value, ast.Name)
        and part.value.id == name
        and isinstance(part.slice, ast.Constant)
        and isinstance(place := part.slice.value, int)
    ]
    return max(places, default=0)


def _counting(body: Sequence[ast.stmt]) -> set[str]:
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
    call = ast.Call(ast.Name(node.name, ast.Load()), list(map(_load, constructed)), [])
    make = ast.Assign([ast.Name(LAYER, ast.Store())], call)
    run = ast.Attribute(_load(LAYER), entry.name, ast.Load())
    back = ast.Return(ast.Call(run, list(map(_load, given)), []))
    body = [_placed(statement, entry) for statement in (make, back)]
    signature = Signature((*constructed, *given))
    local = names.local([], signature.names)
    program = _program(node.name, signature, inputs, local, body)
    last = next((n for n in ast.walk(entry) if isinstance(n, ast.Return)), None)
    output = last.value.id if last and isinstance(last.value, ast.Name) else ""
    stages = numbered(entry.body)
    return replace(program, outputs=(output,), entry=entry.name, numbers=stages)


def _arguments(method: ast.FunctionDef | None) -> tuple[str, ...]:
    return () if method is None else Signature.of(method.args).names[1:]


def _load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _placed(node: ast.stmt, at: ast.stmt) -> ast.stmt:
    """A made statement, as if it stood at another."""
    for part in ast.walk(node):
        if isinstance(part, (ast.stmt, ast.expr)):
            ast.copy_location(part, at)
    return node


# -- scripts


def script_part(tree: ast.Module) -> list[ast.stmt]:
    """The statements of a script: no definitions, imports, texts, and no prints."""
    return [node for node in tree.body if not _is_aside(node)]


def _is_aside(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
    return False


def _computes(body: Sequence[ast.stmt], tree: ast.Module) -> bool:
    """Whether the statements of a file are more than the constants of its functions."""
    defined = any(isinstance(n, ast.FunctionDef) for n in tree.body)
    reads = any(set(Tree((node,)).loads) & _stored(body) for node in body)
    return reads or not defined


def _stored(body: Sequence[ast.stmt]) -> set[str]:
    return {name for node in body for name in Tree((node,)).stores}


def script_names(tree: ast.Module, text: str) -> Names:
    """What the statements of a script see around its variables."""
    names = with_classes(names_of(tree, text), tree)
    kept = names_of(tree, text, script=True).meanings
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    meanings = {n: m for n, m in names.meanings.items() if n in kept or n in defined}
    return replace(names, meanings=meanings, constants=())


def _script(
    name: str, tree: ast.Module, text: str, shapes: Mapping[str, Any]
) -> Forward:
    names = script_names(tree, text)
    if names.opaque:
        raise Unsupported(f"names are not certain: {names.opaque}")
    body, _ = forward_part(script_part(tree))
    inputs = script_inputs(body, names, shapes)
    rest = without_inputs(body, [i.name for i in inputs])
    whole = [*rest, *_returning(rest)]
    signature = Signature(tuple(i.name for i in inputs))
    return _program(name, signature, inputs, names, whole)


def _returning(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """A `return` of what the last statement binds."""
    for node in reversed(body):
        stores = Tree((node,)).stores
        if stores:
            yield _placed(ast.Return(_load(stores[-1])), node)
            return
    raise Unsupported("the program does not bind a value")


def script_inputs(
    body: Sequence[ast.stmt], names: Names, shapes: Mapping[str, Any]
) -> list[Input]:
    """The variables that are bound to numbers, lists of these, or new arrays."""
    evaluator = Objects(FloatDomain(), names)
    frame = evaluator.frame(names, {})
    counts, indices, seen = _counting(body), indices_in(list(body)), set[str]()
    inputs: list[Input] = []
    for node in body:
        name = input_of(node, names, counts)
        if name is not None and name not in seen | counts:
            try:
                evaluator.run([node], frame)
            except (Failure, Unsupported):
                continue
            sample = frame.env[name]
            if name not in indices:
                sample = _as_reals(evaluator, sample)
            spec = merged(name, _sampled(sample), shapes)
            inputs.append(Input(name, spec, sample))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            # lengths that are given names
            with suppress(Failure, Unsupported):
                evaluator.run([node], frame)
        seen.update(Tree((node,)).stores)
    return inputs


def without_inputs(body: Sequence[ast.stmt], inputs: Sequence[str]) -> list[ast.stmt]:
    """Statements without the first binding of each input."""
    left = set(inputs)
    rest = []
    for node in body:
        stores = Tree((node,)).stores
        if len(stores) == 1 and stores[0] in left and isinstance(node, _ASSIGNMENTS):
            left.discard(stores[0])
        else:
            rest.append(node)
    return rest


def input_of(node: ast.stmt, names: Names, counts: Collection[str]) -> str | None:
    """The variable that a statement binds to a literal or to a new array."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            pass
        case _:
            return None
    reads = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
    packages = (isinstance(names.meaning(n), Path) for n in reads - set(counts))
    # a text is not differentiated
    text = isinstance(value, ast.Constant) and not isinstance(value.value, (int, float))
    return name if all(packages) and not text else None


def _as_reals(evaluator: Objects, value: Any) -> Any:
    match value:
        case list() | tuple():
            return type(value)(_as_reals(evaluator, item) for item in value)
        case dict():
            return {k: _as_reals(evaluator, item) for k, item in value.items()}
        case bool() | str() | None:
            return value
    return evaluator.arithmetic.real(value)


def _sampled(value: Any) -> Spec:
    match value:
        case dict():
            return {key: _sampled(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(map(_sampled, value))
        case bool() | str() | None:
            return Leaf((), choices=(value,))
    return Leaf(tuple(map(str, np.shape(value))), kind_of(value))
