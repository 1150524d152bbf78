"""Scripts as programs: stages one after the other, and what their inputs are."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays.inputs import Input, Leaf, Spec, indices_in, merged
from ..arrays.names import Names, names_of
from ..arrays.tree import Tree
from ..arrays.values import Path, kind_of
from ..running.domains import Failure
from ..running.numeric import FloatDomain
from ..texts.scope import Unsupported
from ..texts.signature import Signature
from .objects import Stepwise, with_classes
from .programs import counting, forward_part, program_of, returning
from .task import Forward


def script_part(tree: ast.Module) -> list[ast.stmt]:
    """The statements of a script: no definitions, imports, texts, and no prints; one
    for each of several numbers that are bound at once."""
    return [s for node in tree.body if not _is_aside(node) for s in _parted(node)]


def _parted(node: ast.stmt) -> list[ast.stmt]:
    match node:
        case ast.Assign(
            targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)
        ) if len(names) == len(values) and all(map(_is_literal, values)):
            return [
                ast.copy_location(ast.Assign([name], value), node)
                for name, value in zip(names, values, strict=True)
            ]
    return [node]


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant)


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


def computes(body: Sequence[ast.stmt], tree: ast.Module) -> bool:
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


def script_program(
    name: str, tree: ast.Module, text: str, shapes: Mapping[str, Any]
) -> Forward:
    """A script as a program."""
    names = script_names(tree, text)
    if names.opaque:
        raise Unsupported(f"names are not certain: {names.opaque}")
    body, _ = forward_part(script_part(tree))
    inputs = script_inputs(body, names, shapes)
    rest = without_inputs(body, [i.name for i in inputs])
    whole = [*rest, *returning(rest)]
    signature = Signature(tuple(i.name for i in inputs))
    return program_of(name, signature, inputs, names, whole)


def script_inputs(
    body: Sequence[ast.stmt], names: Names, shapes: Mapping[str, Any]
) -> list[Input]:
    """The variables that are bound to numbers, lists of these, or new arrays."""
    evaluator = Stepwise(FloatDomain(), names)
    frame = evaluator.frame(names, {})
    counts, indices, seen = counting(body), indices_in(list(body)), set[str]()
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
        if (
            len(stores) == 1
            and stores[0] in left
            and isinstance(node, (ast.Assign, ast.AnnAssign))
        ):
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


def _as_reals(evaluator: Stepwise, value: Any) -> Any:
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
