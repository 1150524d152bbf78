"""What the annotations of parameters say: types, and the shapes of arrays."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ...ir.joining import row_type
from ...ir.types import (
    TEXT,
    Array,
    Items,
    List,
    Number,
    Tree,
    Type,
    Unknown,
    carries_gradient,
)
from ..source.file import SourceFile
from ..source.shapes import JAXTYPING, array_of, read_shape

_SCALARS: Mapping[str, Type] = {
    "float": Number("float"),
    "int": Number("int"),
    "bool": Number("bool"),
    "str": TEXT,
}
_LISTS = {"list": "list", "List": "list", "Sequence": "list", "tuple": "tuple"}
_LISTS["Tuple"] = "tuple"
ARRAYS = frozenset({"ndarray", "NDArray", "ArrayLike", "Array", "Tensor"})
DICTS = frozenset({"dict", "Dict", "Mapping"})


def annotated(node: ast.expr, file: SourceFile, name: str = "") -> Type | None:
    """The type that an annotation of a parameter states; None if it says nothing."""
    match node:
        case ast.Constant(value=str(text)):
            return _quoted(text, node, file, name)
        case ast.Name(id=word) if word in _SCALARS:
            return _SCALARS[word]
        case ast.Name(id=word) | ast.Attribute(attr=word) if word in _LISTS:
            return Items(_LISTS[word], None)
        case ast.Name(id=word) | ast.Attribute(attr=word) if word in DICTS:
            return Tree("dict", {}, open=True)
        case ast.Subscript(value=base, slice=inner):
            return _subscripted(node, last_name(base), inner, file, name)
        case ast.Dict(keys=keys, values=values):
            return _tree_of(keys, values, file, name)
        case ast.List(elts=[item, ast.Constant(value=end)]) if end is ...:
            return _list_of(annotated(item, file, f"{name}[0]"), node, file)
        case ast.List(elts=items) | ast.Tuple(elts=items) if items:
            kinds = [annotated(n, file, f"{name}[{i}]") for i, n in enumerate(items)]
            found: dict[str | int, Type] = {
                i: kind or Array(Unknown(f"{name}[{i}]"), "any")
                for i, kind in enumerate(kinds)
            }
            return Tree("list" if isinstance(node, ast.List) else "tuple", found)
        case ast.Name(id="complex"):
            raise file.error("BG015", "complex numbers are not supported", node)
        case ast.Name() | ast.Attribute() if last_name(node) in ARRAYS:
            return Array(Unknown(name), "any")
        case ast.Name(id=word):
            return _typed_dict(word, file, name)
        case _:
            return None


def _list_of(item: Type | None, node: ast.expr, file: SourceFile) -> Type:
    """The type of a list of any length: `[{"W": "D, D", "b": "D"}, ...]`."""
    if not isinstance(item, Tree):
        message = "only dicts, lists and tuples of arrays can be in such a list"
        hint = 'write `[{"W": "D, H", "b": "H"}, ...]`, or one array for all'
        raise file.error("BG015", message, node, hint)
    return List(item)


def _typed_dict(word: str, file: SourceFile, name: str) -> Type | None:
    """The type that a `TypedDict` of the file states; None for any other name."""
    for node in file.tree.body:
        match node:
            case ast.ClassDef(name=own, body=body) if own == word and is_typed_dict(
                node
            ):
                items: dict[str | int, Type] = {}
                for field in body:
                    match field:
                        case ast.AnnAssign(target=ast.Name(id=key), annotation=note):
                            path = f"{name}[{key!r}]"
                            items[key] = _part(note, file, path)
                return Tree("dict", items)
    return None


def is_typed_dict(node: ast.ClassDef) -> bool:
    """Whether a class says what a dict holds."""
    return any(last_name(base) == "TypedDict" for base in node.bases)


def _tree_of(
    keys: list[ast.expr | None], values: list[ast.expr], file: SourceFile, name: str
) -> Tree:
    """The type that a dict of annotations states: `{"W": "D, H", "b": "H"}`."""
    items: dict[str | int, Type] = {}
    for key, value in zip(keys, values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str | int):
            message = "only constant keys are supported here"
            raise file.error("BG015", message, key or value)
        path = f"{name}[{key.value!r}]"
        items[key.value] = _part(value, file, path)
    return Tree("dict", items)


def _part(note: ast.expr, file: SourceFile, path: str) -> Type:
    """The type of what is in a dict: the numbers in a tuple there are variables of
    their own."""
    kind = annotated(note, file, path) or Array(Unknown(path), "any")
    match kind:
        case Items(length=int(length), element="float"):
            return Tree(kind.kind, dict.fromkeys(range(length), Number()))
        case Items(element="float") | List(Number(kind="float") | Items() | List()):
            message = "how long a list in a dict is has to be known"
            hint = 'write `tuple[float, float]`, or `"N"` for an array'
            raise file.error("BG015", message, note, hint)
        case _:
            return kind


def _quoted(text: str, node: ast.Constant, file: SourceFile, name: str) -> Type | None:
    """A type in quotes, or the dimensions of an array: `"float"`, `"N, D"`."""
    try:
        inner = ast.parse(text, mode="eval").body
    except SyntaxError:
        inner = None
    known = {*_SCALARS, *_LISTS, *ARRAYS, *DICTS}
    if isinstance(inner, ast.Name | ast.Attribute) and last_name(inner) in known:
        return annotated(inner, file, name)
    if isinstance(inner, ast.Name):
        declared = _typed_dict(inner.id, file, name)
        if declared is not None:
            return declared
    if isinstance(inner, ast.Subscript):
        return annotated(ast.copy_location(inner, node), file, name)
    shape = read_shape(text, name)
    if shape is None:
        message = f"`{text}` does not state a shape"
        raise file.error("BG015", message, node, 'write `x: "N, D"`')
    return shape


def _subscripted(
    node: ast.expr, name: str, inner: ast.expr, file: SourceFile, param: str
) -> Type | None:
    if name in JAXTYPING:
        return _jaxtyped(name, inner, file, param)
    if name in ARRAYS:
        return Array(Unknown(param), "any")
    if name in DICTS:
        return Tree("dict", {}, open=True)
    if name not in _LISTS:
        return None
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    open_ended = isinstance(parts[-1], ast.Constant) and parts[-1].value is Ellipsis
    elements = parts[:-1] if open_ended else parts
    kinds = [
        annotated(element, file, f"{param}[{i}]") for i, element in enumerate(elements)
    ]
    is_one = _LISTS[name] == "list" and len(kinds) == 1
    inside = kinds[0] if is_one else None
    if isinstance(inside, Items) and carries_gradient(inside):
        inside = row_type(inside)
    if isinstance(inside, Tree | Items | List):
        return List(inside)
    if kinds == [TEXT]:
        return List(TEXT, given=_LISTS[name])
    if any(isinstance(kind, Array | Tree) for kind in kinds):
        fixed = _LISTS[name] == "tuple" and not open_ended
        items: dict[str | int, Type] = {
            i: kind for i, kind in enumerate(kinds) if kind and fixed
        }
        return Tree(_LISTS[name], items, open=not fixed)
    fixed = _LISTS[name] == "tuple" and not open_ended
    if any(not isinstance(kind, Number | None) for kind in kinds):
        if not fixed:
            raise file.error("BG015", "only lists of numbers are supported", node)
        paths = enumerate(elements)
        return Tree(
            "tuple", {i: _part(note, file, f"{param}[{i}]") for i, note in paths}
        )
    whole = bool(kinds) and all(kind == Number("int") for kind in kinds)
    length = len(elements) if fixed else None
    return Items(_LISTS[name], length, element="int" if whole else "float")


def _jaxtyped(word: str, inner: ast.expr, file: SourceFile, param: str) -> Type | None:
    """`Float[Array, "N D"]`."""
    match inner:
        case ast.Tuple(elts=[_, ast.Constant(value=str(text))]):
            shape = read_shape(text, param)
            if shape is not None:
                return array_of(word, shape.shape)
            message = f"`{text}` does not state a shape"
            raise file.error("BG015", message, inner, 'write `Float[Array, "N D"]`')
        case _:
            return None


def last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
