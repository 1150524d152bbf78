"""The original as it stands: its parameters, its body, and the names around it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from ..arrays.names import names_of
from ..arrays.reading import Program, inputs_of, script_inputs
from ..arrays.tree import Tree
from ..kinds import Texts
from ..scope import Unsupported
from ..signature import Signature


def read_imperative(
    texts: Texts, base: str, params: Sequence[str], shapes: Mapping[str, Any]
) -> Program:
    """A function of the source by its name, or a script as one.

    Raises `Unsupported` where names are not certain.
    """
    tree = texts.tree
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    if not functions:
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
        inputs_of(node, shapes),
        (),
        (),
        None,
        names.local(node.body, signature.names),
        tuple(node.body),
    )


def _script(texts: Texts, params: Sequence[str], shapes: Mapping[str, Any]) -> Program:
    """A script; it returns what its last statement binds."""
    names = names_of(texts.tree, texts.source, script=True)
    inputs, body = script_inputs(texts.tree, names, params, shapes)
    stored = Tree(tuple(body[-1:])).stores
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
