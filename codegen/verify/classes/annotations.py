"""Annotations of dicts and lists written out: what a `TypedDict` of the file holds, and
lists of any length with as many items as are compared.

    class Layer(TypedDict):            def f(x, layers: [{"w": "D, D", "b": "D"},
        w: "D, D"                  =>                    {"w": "D, D", "b": "D"}]):
        b: "D"

    def f(x, layers: list[Layer]):
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..texts.kinds import uses_arrays
from .object_annotations import Annotations

# Two: an item of a list can be taken for another one.
_ITEMS = 2
# As many as a list of numbers has: loops over squares of numbers have what they need.
_ROWS = 3


def with_annotations_written_out(tree: ast.Module) -> ast.Module:
    """The same program, whose annotations say what dicts, lists and objects hold."""
    classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
    dicts = {name: n for name, n in classes.items() if _is_typed_dict(n)}
    body = [node for node in tree.body if node not in dicts.values()]
    known = {name: n for name, n in classes.items() if name not in dicts}
    if known:
        objects = Annotations(known, arrays=uses_arrays(tree))
        for function in (n for n in body if isinstance(n, ast.FunctionDef)):
            objects.write_out(function)
    for node in body:
        for inner in ast.walk(node):
            if isinstance(inner, ast.arg) and inner.annotation is not None:
                found = _spelled(inner.annotation, dicts)
                if found is not None:
                    inner.annotation = ast.copy_location(found, inner.annotation)
    return ast.Module(body, tree.type_ignores) if dicts else tree


_WORDS = frozenset({"float", "int", "bool", "str"})


def _leaf(node: ast.expr) -> ast.expr:
    """What an annotation says of one item of a dict, as a text or display of texts: as
    a name it is no constant."""
    match node:
        case ast.Name(id=word) if word in _WORDS:
            return ast.Constant(word)
        case ast.Attribute():
            return ast.Constant(ast.unparse(node))
        case ast.Subscript(value=ast.Name(id="list" | "List"), slice=ast.Name("int")):
            return ast.List([ast.Constant("int")] * _ROWS)
        case _:
            return _row(node) or node


def _row(node: ast.expr) -> ast.expr | None:
    """A list or tuple of floats in a list, written out; None for any other."""
    match node:
        case ast.Subscript(value=ast.Name(id="list" | "List"), slice=ast.Name("float")):
            return ast.List([ast.Constant("float")] * _ROWS)
        case ast.Subscript(
            value=ast.Name(id="tuple" | "Tuple"), slice=ast.Tuple(elts=items)
        ) if all(isinstance(item, ast.Name) and item.id == "float" for item in items):
            return ast.Tuple([ast.Constant("float")] * len(items))
        case _:
            return None


def _is_typed_dict(node: ast.ClassDef) -> bool:
    names = [getattr(base, "attr", getattr(base, "id", "")) for base in node.bases]
    return "TypedDict" in names


def _spelled(
    node: ast.expr, dicts: Mapping[str, ast.ClassDef], depth: int = 0
) -> ast.expr | None:
    """What an annotation of a dict or list stands for; None for any other."""
    match node:
        case ast.Name(id=name) if name in dicts and depth <= len(dicts):
            keys: list[ast.expr | None] = []
            values: list[ast.expr] = []
            for field in dicts[name].body:
                match field:
                    case ast.AnnAssign(target=ast.Name(id=key), annotation=inner):
                        keys.append(ast.Constant(key))
                        values.append(_spelled(inner, dicts, depth + 1) or _leaf(inner))
            return ast.Dict(keys, values)
        case ast.Constant(value=str(text)) if text.isidentifier():
            return _spelled(ast.Name(text), dicts, depth) if text in dicts else None
        case ast.Subscript(value=ast.Name(id="list" | "List"), slice=inner):
            item = _spelled(inner, dicts, depth)
            row = _row(inner)
            if row is not None:
                return ast.List([row] * _ROWS)
            return None if item is None else ast.List([item] * _ITEMS)
        case ast.List(elts=[item, ast.Constant(value=end)]) if end is ...:
            return ast.List([_spelled(item, dicts, depth) or item] * _ITEMS)
        case ast.Dict(keys=names, values=items):
            parts = [_spelled(item, dicts, depth) or _leaf(item) for item in items]
            return ast.Dict(names, parts)
        case _:
            return None
