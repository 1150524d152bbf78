"""What is said of parameters, and which items are arrays for certain."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ...ir.types import Array, Tree, Type, Unknown
from .annotations import ARRAYS, DICTS, last_name
from .parameters import every_parameter, undeclared

# the type of a parameter that is a dict of arrays, whichever its keys
ITEMS = Tree("dict", {}, open=True)


def stated(
    node: ast.FunctionDef, types: Mapping[str, Type], given: Mapping[str, Type]
) -> tuple[frozenset[str], frozenset[str]]:
    """The parameters of which nothing is said; and the shapes, by name, of items of
    dicts that are arrays, as an annotation says, `dict[str, np.ndarray]`,
    `{"W": np.ndarray}`, or as is supposed.

    Args:
        types: of the parameters.
        given: what is known of them besides the annotations.
    """
    found: set[str] = set()
    for one in every_parameter(node.args):
        kind = types.get(one.arg)
        if isinstance(kind, Tree):
            every = _holds_arrays(given.get(one.arg))
            found.update(_of_items(kind, one.annotation, every))
    return undeclared(node) - given.keys(), frozenset(found)


def _holds_arrays(kind: Type | None) -> bool:
    """Whether this is a dict of arrays of which nothing else is known."""
    return isinstance(kind, Tree) and all(
        isinstance(item, Array) and isinstance(item.shape, Unknown)
        for item in kind.items.values()
    )


def _of_items(kind: Tree, note: ast.expr | None, every: bool) -> Iterator[str]:
    match note:
        case ast.Subscript(value=base, slice=ast.Tuple(elts=[_, part])):
            every |= last_name(base) in DICTS and _is_array(part)
    said = {}
    if isinstance(note, ast.Dict):
        pairs = zip(note.keys, note.values, strict=True)
        said = {k.value: v for k, v in pairs if isinstance(k, ast.Constant)}
    for key, item in kind.items.items():
        match item:
            case Array(shape=Unknown(name=name)) if every or _is_array(said.get(key)):
                yield name


def _is_array(note: ast.expr | None) -> bool:
    match note:
        case ast.Subscript(value=base):
            return last_name(base) in ARRAYS
        case ast.Name() | ast.Attribute():
            return last_name(note) in ARRAYS
        case _:
            return False
