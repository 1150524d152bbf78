"""Dicts of the caller's whose keys only running tells."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from ...ir.joining import any_shape, join_types
from ...ir.types import TEXT, Array, List, Number, Tree, Type, Unknown
from ..syntax.texts import fixed_text, text_of
from ..syntax.walking import walk


def dict_types(node: ast.FunctionDef, arrays: bool) -> dict[str, Type]:
    """The types of what is read by texts that are put together, or asked for its items,
    by variable.

    Args:
        arrays: whether the file computes with NumPy.
    """
    names = {*_read_by_texts(node.body), *_gone_through(node)}
    return {name: under_texts(name, arrays) for name in names}


def _gone_through(node: ast.FunctionDef) -> Iterator[str]:
    """The variables of which only a dict has what is asked of them: items or values;
    not those that are changed."""
    parts = [part for statement in node.body for part in walk(statement)]
    changed = changed_in(parts)
    for part in parts:
        match part:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="items" | "values"),
                args=[],
            ) if name not in changed:
                yield name


def changed_in(parts: Sequence[ast.AST]) -> set[str]:
    """The variables of which items are changed."""
    return {
        base.value.id
        for base in parts
        if isinstance(base, ast.Subscript)
        and isinstance(base.value, ast.Name)
        and not isinstance(base.ctx, ast.Load)
    }


def known_under_texts(
    nodes: Sequence[ast.stmt], types: Mapping[str, Type]
) -> dict[str, Type]:
    """The types of dicts of arrays whose keys are known, but not where they are read.

    Args:
        nodes: the body, with its loops over constants written out.
        types: of parameters.
    """
    found: dict[str, Type] = {}
    for name in _read_by_texts(nodes):
        match types.get(name):
            case Tree("dict", items, open=False) if items:
                kinds = [*items.values()]
                if all(isinstance(k, Array) and k.kind != "int" for k in kinds):
                    item = any_shape(reduce(join_types, kinds))
                    found[name] = List(item, keyed=True, given="dict", key=TEXT)
    return found


def _read_by_texts(nodes: Sequence[ast.stmt]) -> Iterator[str]:
    """The variables of which items are read whose keys are put together:
    `params[f"W{i}"]`."""
    for statement in nodes:
        for part in walk(statement):
            match part:
                case ast.Subscript(value=ast.Name(id=name), slice=key):
                    text = text_of(key)
                    if text and None in map(fixed_text, text.values):
                        yield name


def under_texts(name: str, arrays: bool) -> Type:
    """A dict of values that are all of one kind, under keys that only running tells."""
    item = any_shape(Array(Unknown(name), "any")) if arrays else Number()
    return List(item, keyed=True, given="dict", key=TEXT)
